#!/usr/bin/env python3
"""What web servers and workers bear that share a database, a bucket and Redis, all on this machine.

    python3 bench/fleet.py --rawmill target/release/rawmill --engines target/release/examples/engines --work DIR [--only requests,restart,sleep,render]

`engines` is an example of the crate `servers` and starts the engines. Prints, each beside what issue 4 asks for:
  requests  500 requests/s over 1,000 connections to two web servers, sent when their time has come whether the earlier ones
            are answered or not; latency counts from that time
  restart   the same while one web server ends by SIGTERM and comes again, and while it is killed and comes again
  sleep     photos/s of two worker processes and of one, with a filter that only waits
  render    the same with 24 MP photos
Needs numpy, opencv-python-headless and imagecodecs for `render`; Linux.
"""
import argparse, asyncio, json, os, shutil, signal, statistics, subprocess, sys, time
from urllib.parse import urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from mill import make_inputs  # noqa: E402
from service import SMALL, Service, p99, told  # noqa: E402

RATE, CONNECTIONS, SECONDS = 500, 1_000, 30


class Fleet(Service):
    """Web servers (and workers) on engines of their own."""

    def __init__(self, args, folder, lines="", roles=("--role", "web")):
        self.engines = subprocess.Popen([args.engines, "postgres", "s3", "redis"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        at = json.loads(self.engines.stdout.readline())
        database = self.ask("postgres create rawmill")
        os.environ.update(AWS_ACCESS_KEY_ID=at["key"], AWS_SECRET_ACCESS_KEY=at["secret"], AWS_EC2_METADATA_DISABLED="true")
        super().__init__(args.rawmill, folder, f'leave_s = 4\n{lines}[ledger]\nurl = "{database}"\nlisten_url = "{database}"\n[store]\n'
                         f'url = "s3://lab/photos"\nregion = "us-east-1"\nendpoint = "{at["s3"]}"\npath_style = true\n'
                         f'[redis]\nurl = "{at["redis"]}"\n', roles)

    def ask(self, line):
        self.engines.stdin.write(line + "\n")
        self.engines.stdin.flush()
        return self.engines.stdout.readline().strip()

    def stop(self):
        super().stop()
        self.engines.stdin.close()
        self.engines.wait()


class Load:
    """Requests by the clock. Who is asked to close a connection opens one to the other server, as a balancer would."""

    def __init__(self, key, urls, batch, photo):
        self.addresses = [urlsplit(url).netloc.split(":") for url in urls]
        head = f"Host: lab\r\nAuthorization: Bearer {key}\r\n"
        body = json.dumps({"recipe": {"name": "web"}, "photos": [photo]})
        look = f"GET /v1/batches/{batch} HTTP/1.1\r\n{head}\r\n"
        # Of ten requests eight look at a batch, one lists recipes, one submits.
        self.requests = [look] * 8 + [f"GET /v1/recipes HTTP/1.1\r\n{head}\r\n", f"POST /v1/batches HTTP/1.1\r\n{head}Content-Type: "
                                      f"application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"]
        self.ms, self.faults, self.refused = [], [], 0

    async def connect(self, n):
        for turn in range(200):
            host, port = self.addresses[(n + turn) % len(self.addresses)]
            try:
                return await asyncio.open_connection(host, int(port))
            except OSError:
                self.refused += 1
                if turn % len(self.addresses):
                    await asyncio.sleep(0.05)
        raise OSError("nobody answers")

    async def once(self, stream, request):
        """One request; tells whether the connection may serve again."""
        reader, writer = stream
        writer.write(request.encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r")[0])
        await reader.readexactly(length)
        if head.split()[1] not in ("200", "202"):
            self.faults.append(head.split("\r")[0])
        return "connection: close" not in head

    async def client(self, n, began, seconds):
        at, stream = n, await self.connect(n)
        for turn in range(n, int(RATE * seconds), CONNECTIONS):
            due = began + turn / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if stream is None or stream[0].at_eof():
                stream = await self.connect(at)
            try:
                again = await self.once(stream, self.requests[turn % len(self.requests)])
                self.ms.append((time.perf_counter() - due) * 1e3)
            except (OSError, EOFError) as fault:
                self.faults.append(f"{time.perf_counter() - began:.1f} s: {fault!r}")
                again = False
            if not again:
                stream[1].close()
                at, stream = at + 1, None

    def run(self, seconds, meanwhile=None):
        async def all_of_it():
            began = time.perf_counter() + 1.0
            clients = [self.client(n, began, seconds) for n in range(CONNECTIONS)]
            await asyncio.gather(*clients, *([meanwhile()] if meanwhile else []))
        asyncio.run(all_of_it())


def two_webs(args, name):
    """A fleet of two web servers, where they answer, and a load for them."""
    fleet = Fleet(args, f"{args.work}/{name}")
    other, url = fleet.start("--role", "web")
    tiny = f"{args.work}/tiny.dng"
    with open(tiny, "w") as f:
        f.write("no photo, but nobody looks")
    fleet.recipe("web", SMALL)
    photo = fleet.upload(tiny)
    return fleet, other, url, Load(fleet.key, [fleet.url, url], fleet.submit("web", [photo]), photo)


def requests(args):
    fleet, _, _, load = two_webs(args, "requests")
    try:
        load.run(SECONDS)
        told(f"{RATE} requests/s, {CONNECTIONS} connections, two web servers, median", "", statistics.median(load.ms), "ms")
        told("the same, 99th percentile", "must 50 ms", p99(load.ms), "ms")
        told(f"errors of {RATE * SECONDS}", "must 0", len(load.faults), "")
    finally:
        fleet.stop()


def restart(args):
    for name, how, must in (("SIGTERM", signal.SIGTERM, "must 0"), ("SIGKILL", signal.SIGKILL, "only those in flight")):
        fleet, web, url, load = two_webs(args, "restart")

        async def again():
            """Ends a server and starts another where it was, while requests come."""
            await asyncio.sleep(6)
            web.send_signal(how)
            await asyncio.to_thread(web.wait)
            await asyncio.to_thread(fleet.start, "--role", "web", RAWMILL_LISTEN=urlsplit(url).netloc)

        try:
            load.run(SECONDS, again)
            told(f"errors of {RATE * SECONDS} over a restart by {name}", must, len(load.faults), "")
            print("   ", load.faults[:5])
            told("the same, 99th percentile", "", p99(load.ms), "ms")
        finally:
            fleet.stop()
        shutil.rmtree(f"{args.work}/restart", ignore_errors=True)


def rate_of(fleet, workers, photos, turn):
    """Photos/s of so many worker processes, from the first claim on."""
    running = [fleet.start("--role", "worker")[0] for _ in range(workers)]
    time.sleep(2)
    start = time.perf_counter()
    found = fleet.follow(fleet.submit(f"work{turn}", photos))
    rate = len(photos) / (time.perf_counter() - start)
    assert found["totals"]["succeeded"] == len(photos), found
    for child in running:
        child.send_signal(signal.SIGTERM)
        child.wait()
    return rate


def ratio(args, name, lines, inputs, recipe, must):
    fleet, ratios = Fleet(args, f"{args.work}/{name}", lines), []
    try:
        photos = [fleet.upload(path, f"{n}.dng") for n, path in enumerate(inputs)]
        for turn in range(3):
            rates = []
            for workers in (1, 2):
                # Another version of the recipe, so that nothing is found done.
                fleet.recipe(f"work{turn}", recipe + f"# {turn} {workers}\n")
                rates.append(rate_of(fleet, workers, photos, turn))
            ratios.append(rates[1] / rates[0])
            told(f"{name}: photos/s of one and of two worker processes", "", rates[0], f"{rates[1]:.3f}")
        told(f"{name}: two worker processes over one, median of 3", must, statistics.median(ratios), "")
    finally:
        fleet.stop()


def sleep(args):
    lines = ('tools_of.default = ["wait"]\n[tools.wait]\nprogram = "sh"\nargs = ["-c", "sleep 0.5; cp {in} {out}"]\n'
             "[worker]\nslots = 1\n")
    small = [os.path.join(os.path.dirname(HERE), "samples", "real_kodak_dc50_DC0011M.KDC")] * 60
    ratio(args, "sleep", lines, small, SMALL + '[[filters]]\nop = "exec"\ntool = "wait"\n', "must 1.9")


def render(args):
    inputs = make_inputs(f"{args.work}/in", 24, "none", None)
    ratio(args, "render", "[worker]\nslots = 1\nnice = 0\n", inputs, args.recipe, "beside it")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rawmill", required=True)
    parser.add_argument("--engines", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--only", default="requests,restart,sleep,render")
    args = parser.parse_args()
    args.rawmill, args.engines, args.work = map(os.path.abspath, (args.rawmill, args.engines, args.work))
    os.makedirs(args.work, exist_ok=True)
    with open(f"{os.path.dirname(HERE)}/recipes/web.toml") as f:
        args.recipe = "\n\n".join(part for part in f.read().split("\n\n") if "[watermark]" not in part)
    for figure in args.only.split(","):
        shutil.rmtree(f"{args.work}/{figure}", ignore_errors=True)
        {"requests": requests, "restart": restart, "sleep": sleep, "render": render}[figure](args)
        shutil.rmtree(f"{args.work}/{figure}", ignore_errors=True)


if __name__ == "__main__":
    main()
