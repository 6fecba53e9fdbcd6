"""The processes of a service: a web server and workers on one data folder, started again whenever they die."""
import json, os, random, signal, socket, struct, subprocess, threading, time, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
LEASE_S = 10  # the shortest that the configuration allows
CONFIG = """listen = "127.0.0.1:{port}"
lease_s = {lease}
[worker]
slots = 2
memory = 1_000_000_000
drain_s = 20
[limits]
requests_per_s = 1e6
request_burst = 1_000_000
batches_per_min = 1e6
batch_burst = 1_000_000
"""


def children(pid):
    try:
        return [int(c) for t in os.listdir(f"/proc/{pid}/task") for c in open(f"/proc/{pid}/task/{t}/children").read().split()]
    except OSError:
        return []


def send(pid, sign):
    try:
        os.kill(pid, sign)
        return True
    except ProcessLookupError:
        return False


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Process:
    """One place of the service; who stands there changes."""

    def __init__(self, lab, role, number):
        self.lab, self.role, self.name = lab, role, f"{role}{number}"
        self.log, self.step_file = (os.path.join(lab.work, f"{self.name}.{end}") for end in ("log", "step"))
        self.step(0)
        self.popen, self.back_at, self.struck = None, 0.0, False

    def start(self):
        env = self.lab.env(self.name) | {"RAWMILL_LOG": "warn"}
        if self.lab.preload:
            env |= {"LD_PRELOAD": self.lab.preload, "CHAOS_STEP": self.step_file}
        with open(self.log, "ab") as log:
            command = [self.lab.rawmill, "serve", "--config", "serve.toml", "--role", self.role]
            self.popen = subprocess.Popen(command, cwd=self.lab.work, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.struck, self.began = False, time.monotonic()
        self.lab.pids.add(self.popen.pid)

    def alive(self):
        return self.popen is not None and self.popen.poll() is None

    def kill(self, tree=False):
        """SIGKILL; says whether it lived."""
        with self.lab.lock:
            if not self.alive():
                return False
            self.struck = True
            hit = [self.popen.pid] + (children(self.popen.pid) if tree else [])
            self.lab.deaths.append((time.monotonic(), str(self.popen.pid)))
            return [send(pid, signal.SIGKILL) for pid in hit][0]

    def kill_child(self, chance):
        found = children(self.popen.pid) if self.alive() else []
        return bool(found) and send(chance.choice(sorted(found)), signal.SIGKILL)

    def step(self, seconds):
        """Sets its wall clock so far off."""
        with open(self.step_file, "r+b" if os.path.exists(self.step_file) else "wb") as f:
            f.write(struct.pack("q", seconds))


class Lab:
    """All of them. What dies is started again after a moment; what dies by itself is noted in `troubles`."""

    def __init__(self, rawmill, engine, workers, seed):
        self.rawmill, self.engine, self.work = os.path.abspath(rawmill), engine, engine.work
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.lock, self.chance, self.pids, self.deaths = threading.RLock(), random.Random(seed), set(), []
        self.troubles, self.refused_starts, self.excused_until, self.away, self.ending = [], 0, 0.0, 0, False
        self.preload = self.compile_step()
        with open(os.path.join(self.work, "serve.toml"), "w") as f:
            f.write(CONFIG.format(port=self.port, lease=LEASE_S) + self.engine.configuration)
        self.web = Process(self, "web", "")
        self.workers = [Process(self, "worker", n) for n in range(workers)]
        self.all = [self.web, *self.workers]

    def env(self, process):
        own = {k: v for k, v in os.environ.items() if not k.startswith("RAWMILL_")}
        return own | self.engine.env | {"RAWMILL_DATA": self.engine.data_of(process)}

    def compile_step(self):
        """The library that steps a wall clock; none without a C compiler."""
        library = os.path.join(self.work, "step.so")
        made = subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, os.path.join(HERE, "step.c"), "-ldl"], capture_output=True)
        return library if made.returncode == 0 else None

    def start(self):
        with self.lock:
            for process in self.all:
                process.start()

    def watch(self):
        """Starts again what died, until told to end."""
        while not self.ending:
            with self.lock:
                for process in self.all:
                    if not self.ending and not process.alive():
                        self.raise_again(process)
            time.sleep(0.05)

    def raise_again(self, process):
        now = time.monotonic()
        if not process.back_at:
            process.back_at = now + self.chance.uniform(0, 1)
            if not process.struck:
                self.note_death(process)
        elif now >= process.back_at:
            process.back_at = 0.0
            process.start()

    def note_death(self, process):
        """It ended by itself: only a full disk, or a ledger that is busy or away, excuses that."""
        if (self.away or time.monotonic() < self.excused_until) and process.popen.returncode > 0:
            self.refused_starts += 1
        else:
            self.troubles.append(f"{process.name} ended by itself with {process.popen.returncode}: {self.last_line(process)}")

    def last_line(self, process):
        lines = open(process.log, errors="replace").read().strip().splitlines()
        return lines[-1] if lines else "(silent)"

    def excuse(self, seconds):
        self.excused_until = max(self.excused_until, time.monotonic() + seconds)

    def goes_away(self, engines):
        """So many more engines are away."""
        with self.lock:
            self.away += engines

    def ready(self, patience=60):
        """Waits until the web server answers."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            try:
                return urllib.request.urlopen(self.url + "/health/live", timeout=5).status == 200
            except OSError:
                time.sleep(0.05)
        return False

    def first_key(self):
        token = open(os.path.join(self.engine.data_of("web"), "setup-token")).read()
        request = urllib.request.Request(self.url + "/v1/setup", json.dumps({"token": token}).encode(), {"content-type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=30))["key"]

    def stop(self):
        """SIGTERM to all; each must end with 0."""
        with self.lock:
            self.ending = True
            for process in self.all:
                if process.alive():
                    process.popen.send_signal(signal.SIGCONT)
                    process.popen.terminate()
        for process in self.all:
            try:
                code = process.popen.wait(60)
            except subprocess.TimeoutExpired:
                process.kill(tree=True)
                code = "no end within 60 s"
            # Who is still on the way up may go down without a word.
            young = code == -signal.SIGTERM and time.monotonic() - process.began < 5
            if code != 0 and not young and not process.struck:
                self.troubles.append(f"{process.name} answered SIGTERM with {code}: {self.last_line(process)}")

    def orphans(self):
        """Processes that outlived the one that started them."""
        left = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                words = open(f"/proc/{pid}/cmdline").read().split("\0")
                if os.readlink(f"/proc/{pid}/exe") == os.path.realpath(self.rawmill) and self.pids & set(map(int, filter(str.isdigit, words))):
                    left.append(pid)
            except (OSError, ValueError):
                continue
        return left

    def logged(self, *words):
        """Lines of all logs that have all these words."""
        lines = (line for p in self.all for line in open(p.log, errors="replace"))
        return [line for line in lines if all(word in line for word in words)]
