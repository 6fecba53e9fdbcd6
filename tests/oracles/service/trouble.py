"""What happens to the service, in an order that a seed decides."""
import collections, signal, threading, time

from .lab import LEASE_S, children, send

# Of a hundred kills; the rest are of a worker alone.
SHARES = {"kill_child": 20, "kill_tree": 12, "kill_web": 12, "kill_all": 8}


def plan(chance, kills, others):
    """Names of what will happen, in order; `others`: what is no kill, and after how many kills there is one more."""
    troubles = []
    for name, share in SHARES.items():
        troubles += [name] * max(1, kills * share // 100)
    troubles += ["kill_worker"] * (kills - len(troubles))
    for name, every in others.items():
        troubles += [name] * max(1, kills // every)
    chance.shuffle(troubles)
    return troubles


class Trouble:
    """What can befall processes, whatever stands behind them."""
    OTHERS = {"stall": 12, "busy": 20, "step": 10}
    FARTHEST = 20 * 3_600  # steps of a clock, by less than the day for which keys of submissions are kept
    FARTHEST_OF_WEB = 1_200
    missing = ""  # what could not befall them

    def __init__(self, lab, watch, chance):
        self.lab, self.watch, self.chance = lab, watch, chance
        self.counts, self.threads = collections.Counter(), []

    def play(self, name):
        getattr(self, name)()

    def kill_worker(self, tree=False):
        """A worker's parent; its children go with it, or are hit too."""
        self.counts["kills"] += self.chance.choice(self.lab.workers).kill(tree)

    def kill_tree(self):
        self.kill_worker(tree=True)

    def kill_web(self):
        self.counts["kills"] += self.lab.web.kill()

    def kill_all(self):
        with self.lab.lock:
            self.counts["kills"] += any([process.kill(tree=True) for process in self.lab.all])

    def kill_child(self):
        self.counts["kills"] += self.chance.choice(self.lab.workers).kill_child(self.chance)

    def stall(self, worker=None, tree=None):
        """A worker that has a photo stops for longer than its lease; its children stop too, or go on."""
        worker, seconds = worker or self.chance.choice(self.lab.workers), LEASE_S + self.chance.uniform(0.5, 3)
        tree = self.chance.random() < 0.5 if tree is None else tree
        for _ in range(40):
            pid = worker.popen.pid
            hit = [pid] + (children(pid) if tree else [])
            if worker.alive() and all([send(p, signal.SIGSTOP) for p in hit]) and self.watch.holds(pid):
                self.counts["stalls past the lease"] += 1
                self.lab.deaths.append((time.monotonic(), str(pid)))
                return self.later(seconds, lambda: [send(p, signal.SIGCONT) for p in hit])
            for p in hit:
                send(p, signal.SIGCONT)
            time.sleep(0.05)

    def later(self, seconds, act):
        def wait():
            time.sleep(seconds)
            act()
        self.beside(wait)

    def beside(self, act):
        self.threads.append(threading.Thread(target=act))
        self.threads[-1].start()

    def step(self):
        """Somebody sets the wall clock of a process."""
        if self.lab.preload:
            process = self.chance.choice(self.lab.all)
            most = self.FARTHEST if process is not self.lab.web else self.FARTHEST_OF_WEB
            process.step(self.chance.randint(-most, most))
            self.counts["clock steps"] += 1

    def calm(self):
        """Waits until the last of it is over."""
        for thread in self.threads:
            thread.join()

    def close(self):
        """Nothing more will happen."""
