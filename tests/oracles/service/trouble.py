"""What happens to the service, in an order that a seed decides."""
import errno, os, signal, sqlite3, threading, time

from .lab import LEASE_S, children, send

# Of a hundred kills; the rest are of a worker alone.
SHARES = {"kill_child": 20, "kill_tree": 12, "kill_web": 12, "kill_all": 8}


def plan(chance, kills):
    """Names of what will happen, in order."""
    troubles = []
    for name, share in SHARES.items():
        troubles += [name] * max(1, kills * share // 100)
    troubles += ["kill_worker"] * (kills - len(troubles))
    for name, every in {"stall": 12, "busy": 20, "full": 25, "step": 10}.items():
        troubles += [name] * max(1, kills // every)
    chance.shuffle(troubles)
    return troubles


class Trouble:
    def __init__(self, lab, watch, chance, tmpfs):
        self.lab, self.watch, self.chance, self.tmpfs = lab, watch, chance, tmpfs
        self.counts, self.threads, self.disk = dict.fromkeys(("kills", "stalls", "busy", "full", "steps"), 0), [], threading.Lock()

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
                self.counts["stalls"] += 1
                self.lab.deaths.append((time.monotonic(), str(pid)))
                return self.later(seconds, lambda: [send(p, signal.SIGCONT) for p in hit])
            for p in hit:
                send(p, signal.SIGCONT)
            time.sleep(0.05)

    def later(self, seconds, act):
        def wait():
            time.sleep(seconds)
            act()
        self.threads.append(threading.Thread(target=wait))
        self.threads[-1].start()

    def busy(self):
        """Another process writes to the ledger and does not come to an end."""
        seconds = self.chance.uniform(2, 8)
        self.lab.excuse(seconds + 12)

        def hold():
            db = sqlite3.connect(self.lab.ledger, isolation_level=None, timeout=30)
            db.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            db.execute("ROLLBACK")
            db.close()
        self.threads.append(threading.Thread(target=hold))
        self.threads[-1].start()
        self.counts["busy"] += 1

    def full(self):
        """The disk has no byte left for a few seconds."""
        if not self.tmpfs or not self.disk.acquire(blocking=False):
            return
        filler, seconds = os.path.join(self.lab.data, "filler"), self.chance.uniform(2, 5)
        self.lab.excuse(seconds + 12)
        end = time.monotonic() + seconds

        def hold():
            with open(filler, "wb", buffering=0) as f:
                while time.monotonic() < end:
                    fill(f)
                    time.sleep(0.02)  # whatever somebody else let go of is taken too
            os.remove(filler)
            self.disk.release()
        self.threads.append(threading.Thread(target=hold))
        self.threads[-1].start()
        self.counts["full"] += 1

    def step(self):
        """Somebody sets the wall clock of a process; far, but by less than the day for which keys of submissions are kept."""
        if self.lab.preload:
            process = self.chance.choice(self.lab.all)
            most = 20 * 3_600 if process is not self.lab.web else 1_200
            process.step(self.chance.randint(-most, most))
            self.counts["steps"] += 1

    def calm(self):
        """Waits until the last of it is over."""
        for thread in self.threads:
            thread.join()


def fill(f):
    for size in (1 << 20, 4_096, 1):
        try:
            while f.write(b"\0" * size):
                pass
        except OSError as e:
            if e.errno != errno.ENOSPC:
                raise
