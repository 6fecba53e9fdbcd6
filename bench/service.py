#!/usr/bin/env python3
"""What the service bears on this machine, over HTTP.

    python3 bench/service.py --rawmill target/release/rawmill --work DIR [--photos 40] [--only submit,poll,mill,takeover,large]

Starts `rawmill serve` in DIR and prints, each beside what issue 3 asks for:
  submit    POST of 1,000 and of 10,000 photos: median and 99th percentile
  poll      500 clients that look at a batch every 2 s while two workers render at nice 10: 99th percentile
  mill      photos/s of the service and of `rawmill run`, in alternation on the same 24 MP photos, and the ratio
  takeover  seconds from SIGKILL of a worker that has a photo until another worker has it, with a lease of 30 s
  large     peak memory of the web process with an object of 2 GB in each direction
Needs numpy, opencv-python-headless and imagecodecs for the inputs; Linux. The ledger's own figures: `cargo run --release -p ledger --example ledger_bench DIR`.
"""
import argparse, concurrent.futures, hashlib, http.client, json, os, shutil, signal, statistics, subprocess, sys, threading, time
from urllib.parse import urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from mill import make_inputs  # noqa: E402


class Service:
    """A web process (with or without workers) on a data folder."""

    def __init__(self, rawmill, folder, lines="", roles=()):
        self.rawmill, self.folder = rawmill, folder
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/serve.toml", "w") as f:
            f.write(f'listen = "127.0.0.1:0"\n{lines}[limits]\nrequests_per_s = 1e6\nrequest_burst = 1000000\nbatches_per_min = 1e6\n'
                    'batch_burst = 1000000\nqueued = 10000000\nupload_bytes = 4000000000\n')
        self.key, self.children = None, []
        self.web, self.url = self.start(*roles)
        with open(f"{folder}/rawmill-data/setup-token") as f:
            self.key = self.call("POST", "/v1/setup", {"token": f.read().strip()})["key"]

    def start(self, *arguments, **variables):
        environment = dict(os.environ, RAWMILL_LOG="error", **variables)
        child = subprocess.Popen([self.rawmill, "serve", "--config", "serve.toml", *arguments], cwd=self.folder, text=True,
                                 stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment, start_new_session=True)
        self.children.append(child)
        url = None
        if "worker" not in arguments:
            for line in child.stderr:
                if line.startswith("rawmill answers at "):
                    url = line.split()[-1]
                    break
        threading.Thread(target=lambda: [None for _ in child.stderr], daemon=True).start()
        return child, url

    def connect(self):
        return http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=120)

    def call(self, method, path, body=None, connection=None, headers={}):
        connection = connection or self.connect()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]}")
        return json.loads(text) if text else None

    def upload(self, path, name=None):
        size = os.path.getsize(path)
        upload = self.call("POST", "/v1/uploads", {"kind": "photo", "name": name or os.path.basename(path), "size": size})
        parts, connection = [], http.client.HTTPConnection(urlsplit(upload["links"][0]["url"]).netloc, timeout=120)
        with open(path, "rb") as f:
            for link in upload["links"]:
                target = link["url"].split("/", 3)[3]
                connection.request("PUT", "/" + target, f.read(link["size"]))
                answer = connection.getresponse()
                answer.read()
                parts.append({"number": link["number"], "etag": answer.headers["etag"]})
        return self.call("POST", f"/v1/uploads/{upload['id']}/complete", {"parts": parts})["id"]

    def recipe(self, name, text):
        return self.call("POST", "/v1/recipes", {"name": name, "text": text})

    def submit(self, recipe, photos, connection=None):
        return self.call("POST", "/v1/batches", {"recipe": {"name": recipe}, "photos": photos}, connection)["id"]

    def wait(self, batch):
        while (found := self.call("GET", f"/v1/batches/{batch}"))["state"] not in ("closed", "cancelled"):
            time.sleep(0.05)
        return found

    def follow(self, batch):
        """Waits without asking again and again: the stream of events ends with the batch."""
        connection = self.connect()
        connection.request("GET", f"/v1/batches/{batch}/events", headers={"Authorization": f"Bearer {self.key}"})
        connection.getresponse().read()
        return self.call("GET", f"/v1/batches/{batch}")

    def stop(self):
        for child in self.children:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()


def told(name, must, value, unit):
    print(f"{name:58} {value:10.3f} {unit:8} {must}", flush=True)


def p99(times):
    return sorted(times)[max(0, -(-len(times) * 99 // 100) - 1)]


SMALL = 'version = 1\n[[renditions]]\nname = "web"\nwidth = 64\nencode = { format = "jpeg" }\n'


def submit(args):
    """No worker runs, so that nothing but the submission is measured."""
    service = Service(args.rawmill, f"{args.work}/submit", roles=("--role", "web"))
    try:
        tiny = f"{args.work}/tiny.dng"
        with open(tiny, "w") as f:
            f.write("a photo stands in a batch once, so that 10,000 are needed")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            uploaded = list(pool.map(lambda n: service.upload(tiny, f"{n}.dng"), range(10_000)))
        service.recipe("web", SMALL)
        connection = service.connect()
        for photos, rounds, must in ((1_000, 40, "must 50 ms"), (10_000, 12, "must 250 ms")):
            times = []
            for _ in range(rounds):
                start = time.perf_counter()
                service.submit("web", uploaded[:photos], connection)
                times.append((time.perf_counter() - start) * 1e3)
            told(f"POST of {photos} photos, median of {rounds}", "", statistics.median(times), "ms")
            told(f"POST of {photos} photos, 99th percentile", must, p99(times), "ms")
    finally:
        service.stop()


def poll(args):
    lines = "[worker]\nslots = 2\nnice = 10\n"
    service = Service(args.rawmill, f"{args.work}/poll", lines)
    try:
        photos = [service.upload(p) for p in args.inputs]
        service.recipe("web", args.recipe)
        batch = [service.submit("web", photos) for _ in range(2 + 80 // len(photos))][0]
        until, times, lock = time.monotonic() + 24, [], threading.Lock()

        def client(n):
            connection, mine = service.connect(), []
            time.sleep(n % 500 / 250)
            while time.monotonic() < until:
                start = time.perf_counter()
                service.call("GET", f"/v1/batches/{batch}", connection=connection)
                mine.append((time.perf_counter() - start) * 1e3)
                time.sleep(2)
            with lock:
                times.extend(mine)

        with concurrent.futures.ThreadPoolExecutor(500) as pool:
            list(pool.map(client, range(500)))
        told(f"500 clients every 2 s, workers busy, median of {len(times)}", "", statistics.median(times), "ms")
        told("500 clients every 2 s, workers busy, 99th percentile", "must 50 ms", p99(times), "ms")
    finally:
        service.stop()


def mill(args):
    """The same photos through the service and through a run, in alternation."""
    service = Service(args.rawmill, f"{args.work}/mill", "[worker]\nnice = 0\n")
    ratios = []
    try:
        photos = [service.upload(p) for p in args.inputs]
        service.recipe("web", args.recipe)
        for turn in range(3):
            start = time.perf_counter()
            found = service.follow(service.submit("web", photos))
            by_service = len(photos) / (time.perf_counter() - start)
            assert found["totals"]["succeeded"] == len(photos), found
            out = f"{args.work}/mill-out"
            shutil.rmtree(out, ignore_errors=True)
            start = time.perf_counter()
            subprocess.run([args.rawmill, "run", *args.inputs, "--recipe", args.recipe_file, "--out", out, "--quiet"], check=True)
            by_run = len(photos) / (time.perf_counter() - start)
            ratios.append(by_service / by_run)
            told(f"photos/s of the service, {len(photos)} photos, round {turn + 1}", "", by_service, "1/s")
            told(f"photos/s of a run, round {turn + 1}", "", by_run, "1/s")
        told("photos/s, service / run, median", "must 0.95", statistics.median(ratios), "")
    finally:
        service.stop()


def takeover(args):
    service = Service(args.rawmill, f"{args.work}/takeover", "[worker]\nslots = 1\n", roles=("--role", "web"))
    times = []
    try:
        photo = service.upload(args.inputs[0])
        service.recipe("web", args.recipe)
        for _ in range(2):
            victim, _ = service.start("--role", "worker")
            batch = service.submit("web", [photo])
            while service.call("GET", f"/v1/batches/{batch}/tasks")["items"][0]["state"] != "running":
                time.sleep(0.02)
            os.killpg(victim.pid, signal.SIGKILL)
            start = time.monotonic()
            heir, _ = service.start("--role", "worker")
            while len(service.call("GET", f"/v1/batches/{batch}/tasks")["items"][0]["attempts"]) < 2:
                time.sleep(0.05)
            times.append(time.monotonic() - start)
            service.wait(batch)
            os.killpg(heir.pid, signal.SIGKILL)
        told("takeover after SIGKILL, lease 30 s, longest of 2", "must 40 s", max(times), "s")
    finally:
        service.stop()


def large(args):
    service = Service(args.rawmill, f"{args.work}/large", roles=("--role", "web"))
    try:
        path = f"{args.work}/large.dng"
        with open(path, "wb") as f:
            for n in range(2048):
                f.write(hashlib.sha256(bytes([n % 256])).digest() * 32768)
        peak = Peak(service.web.pid)
        peak.start()
        photo = service.upload(path)
        told("web memory, 2 GB up (peak of anonymous pages)", "must 150 MB", peak.mb, "MB")
        connection, total = service.connect(), 0
        connection.request("GET", "/" + service.call("GET", f"/v1/photos/{photo}")["url"].split("/", 3)[3])
        answer = connection.getresponse()
        while block := answer.read(1 << 20):
            total += len(block)
        assert total == os.path.getsize(path), total
        told("web memory, 2 GB up and down (the same)", "must 150 MB", peak.mb, "MB")
        peak.stop = True
    finally:
        service.stop()


class Peak(threading.Thread):
    """Largest resident memory of a process, file pages left out."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.mb, self.stop = pid, 0.0, False

    def run(self):
        while not self.stop:
            with open(f"/proc/{self.pid}/status") as f:
                anonymous = next(int(line.split()[1]) for line in f if line.startswith("RssAnon"))
            self.mb = max(self.mb, anonymous * 1024 / 1e6)
            time.sleep(0.02)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rawmill", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--only", default="submit,poll,mill,takeover,large")
    args = parser.parse_args()
    args.rawmill = os.path.abspath(args.rawmill)
    args.work = os.path.abspath(args.work)
    root = os.path.dirname(HERE)
    args.recipe_file = f"{args.work}/recipe.toml"
    # The web recipe without its logo, which would be an asset here and a file there.
    with open(f"{root}/recipes/web.toml") as f:
        parts = f.read().split("\n\n")
    args.recipe = "\n\n".join(part for part in parts if "[watermark]" not in part)
    os.makedirs(args.work, exist_ok=True)
    with open(args.recipe_file, "w") as f:
        f.write(args.recipe)
    args.inputs = make_inputs(f"{args.work}/in", args.photos, "none", None) if {"poll", "mill", "takeover"} & set(args.only.split(",")) else []
    for figure in args.only.split(","):
        shutil.rmtree(f"{args.work}/{figure}", ignore_errors=True)
        {"submit": submit, "poll": poll, "mill": mill, "takeover": takeover, "large": large}[figure](args)
        shutil.rmtree(f"{args.work}/{figure}", ignore_errors=True)


if __name__ == "__main__":
    main()
