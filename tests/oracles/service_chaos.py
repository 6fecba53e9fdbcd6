#!/usr/bin/env python3
"""The service under seeded kills, stalls, clock steps and trouble of its engines; afterwards a witness of its own counts.

    service_chaos.py RAWMILL WORKDIR [--engines sqlite] [--photos 2000] [--kills 100] [--workers 4] [--seed 1]

With `--engines sqlite`, one web server and some workers share a data folder on a small disk of its own (a tmpfs in a mount
namespace; without the right to mount one the disk does not fill up), whose ledger is busy now and then. With those of a
fleet (`service/engines.py`), each has a folder of its own; the database is killed, silent or busy, its connections are cut,
the bucket fails, Redis forgets or is away. A customer submits batches meanwhile. Lost, double and stuck must be 0.
"""
import argparse, collections, hashlib, os, random, shutil, subprocess, sys, threading, time

from service import tamper
from service.customer import Customer, Listener
from service.engines import FLEETS, Embedded, Engines, Fleet
from service.harm import Harm
from service.lab import LEASE_S, Lab
from service.machine import Machine
from service.trouble import plan
from service.witness import Watch, Witness

HERE = os.path.dirname(os.path.abspath(__file__))
# One that is tiny among those that keep a worker busy for some 30 ms.
BUSY = "samples/real_kodak_dc50_DC0011M.KDC"
SAMPLES = [os.path.join(HERE, "../..", path) for path in (BUSY, "crates/photo/tests/samples/ljpeg_tiles.dng", BUSY, BUSY)]
DISK_MB = 384
BEGAN = time.monotonic()
RECIPE = """version = 1
[output]
path = "{stem}/{rendition}"
[[renditions]]
name = "web"
width = 640
encode = { format = "jpeg" }
[[renditions]]
name = "small"
width = 32
encode = { format = "png" }
"""


def own_disk(args):
    """Runs this script again where it may mount; says whether the data folder is a disk of its own."""
    if not args.mounted:
        for rights in ([], ["--map-root-user"]):
            unshare = ["unshare", "--mount", *rights]
            if subprocess.run([*unshare, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode == 0:
                os.execvp("unshare", [*unshare, sys.executable, *sys.argv, "--mounted"])
        return False
    data = os.path.join(args.work, "data")
    os.makedirs(data)
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "chaos", data]).returncode == 0


def cold_starts(args, engines, chance, rounds):
    """A fresh service whose processes start, and are killed, all at once, can be set up after all; returns what went wrong."""
    wrong = []
    for n in range(rounds):
        work = os.path.join(args.work, f"cold{n}")
        os.makedirs(work)
        engine = place(engines, work, f"cold{n}")
        lab = Lab(args.rawmill, engine, 2, args.seed)
        lab.start()
        time.sleep(chance.uniform(0, 0.6))
        for process in lab.all:
            process.kill(tree=True)
        wrong += [f"cold start {n}: {p.name} ended by itself: {lab.last_line(p)}" for p in lab.all if not p.struck]
        for process in lab.all:
            process.popen.wait()
        lab.start()
        try:
            lab.ready() and lab.first_key()
        except OSError as e:
            wrong.append(f"cold start {n}: no first key: {e}")
        lab.stop()
        wrong += [f"cold start {n}: {words}" for words in lab.troubles]
        engine.remove()
        shutil.rmtree(work)
    return wrong


def place(engines, work, name):
    """Where a service may keep its things."""
    work = os.path.abspath(work)
    return Fleet(engines, work, name) if engines else Embedded(work)


def shoot(args, chance):
    """Photos by name, those that are none, and the SHA-256 of each rendition as `rawmill run` makes them."""
    count, folder = max(12, min(125, args.photos // 4)), os.path.join(args.work, "shoot")
    os.makedirs(folder)
    photos = {}
    for n in range(count):
        sample = SAMPLES[n % len(SAMPLES)]
        name = f"p{n:03}{sample[-4:]}"
        photos[name] = open(sample, "rb").read()
        with open(os.path.join(folder, name), "wb") as f:
            f.write(photos[name])
    recipe, calm = os.path.join(args.work, "tiny.toml"), os.path.join(args.work, "calm")
    with open(recipe, "w") as f:
        f.write(RECIPE)
    subprocess.run([args.rawmill, "run", folder, "--recipe", recipe, "--out", calm, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    digest = lambda path: hashlib.sha256(open(path, "rb").read()).hexdigest()
    files = {"web": "web.jpg", "small": "small.png"}
    expected = {name: {r: digest(os.path.join(calm, name[:-4], file)) for r, file in files.items()} for name in photos}
    broken = {"text.nef": b"this is no photo", "cut.dng": photos["p001.dng"][:4_000], "empty.dng": b"\0" * 5_000}
    return photos, broken, expected


class Work(threading.Thread):
    """What the customer does: uploads, then batches one after the other, so that there is work for every trouble."""

    def __init__(self, args, customer, watch, chance, photos, broken):
        super().__init__(daemon=True)
        self.args, self.customer, self.watch, self.chance = args, customer, watch, chance
        self.photos, self.broken, self.ids, self.asked, self.listeners, self.error = photos, broken, {}, {}, {}, None
        self.submitted, self.room, self.over, self.redriver = 0, 0, False, None
        self.start()

    def run(self):
        try:
            self.customer.ask("POST", "/v1/recipes", {"name": "tiny", "text": RECIPE})
            for name, data in (self.photos | self.broken).items():
                self.ids[name] = int(self.customer.upload(name, data).split("_")[1])
            self.batches()
        except Exception as e:  # told by the main thread
            self.error = e
        self.over = True

    def batches(self):
        size, number = max(10, min(100, self.args.photos // 5)), 0
        while self.submitted < self.args.photos:
            photos = self.some(min(size, self.args.photos - self.submitted))
            if number % 4 == 1:
                photos[-len(self.broken):] = [self.ids[name] for name in self.broken]
                self.chance.shuffle(photos)
            batch = (self.submit_twice if number % 3 == 0 else self.submit)(number, photos)
            if number == 2:
                self.cancel(batch, len(photos) // 4)
            if number == 1:
                self.redriver = threading.Thread(target=self.redrive, args=(batch,), daemon=True)
                self.redriver.start()
            number += 1
            while self.submitted > self.room:
                time.sleep(0.02)

    def some(self, count):
        """So many photos, none of them twice."""
        return [self.ids[name] for name in self.chance.sample(sorted(self.photos), min(count, len(self.photos)))]

    def submit(self, name, photos, by=None):
        named, key = [f"pho_{n}" for n in photos], f"batch-{self.args.seed}-{name}"
        batch = int((by or self.customer.submit)(key, named, self.chance.choice([0, 0, 1])).split("_")[1])
        self.asked[batch] = photos
        self.submitted += len(photos)
        self.listeners[batch] = Listener(self.customer, f"bat_{batch}")
        return batch

    def submit_twice(self, name, photos):
        return self.submit(name, photos, self.customer.submit_twice)

    def cancel(self, batch, after):
        """In the middle of it."""
        while self.customer.batch(f"bat_{batch}")["totals"]["succeeded"] < after:
            time.sleep(0.05)
        self.customer.ask("POST", f"/v1/batches/bat_{batch}/cancel", {})

    def redrive(self, batch):
        """Once it is closed."""
        while self.customer.batch(f"bat_{batch}")["state"] != "closed":
            time.sleep(0.2)
        self.customer.ask("POST", f"/v1/batches/bat_{batch}/redrive", {})


def wait_until(what, seconds):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.1)
    return what()


def say(args, words):
    if args.verbose:
        print(f"{time.monotonic() - BEGAN:6.1f} s  {words}", flush=True)


def quiet(watch, work):
    """Waits until everything has its outcome."""
    time.sleep(0.5)
    wait_until(lambda: watch.done == work.submitted and not watch.left, 5 * LEASE_S + 60)


def rage(args, trouble, watch, work, chance):
    """Trouble after trouble, spread over the work."""
    wait_until(lambda: work.listeners or work.error, 60)
    troubles, seen = plan(chance, args.kills, trouble.OTHERS), 0
    for n, name in enumerate(troubles):
        work.room = args.photos * (n + 1) / len(troubles)
        wait_until(lambda: watch.done > seen + 3 and watch.left > 8 or work.over, 3)  # something goes on, and is hit
        seen = watch.done
        time.sleep(chance.uniform(0, 0.3))  # when to strike is the point of the test
        say(args, f"{name}, {watch.done} done, {watch.left} left")
        trouble.play(name)
    work.room = args.photos
    while trouble.counts["kills"] < args.kills and not work.error:  # some hit nobody
        time.sleep(chance.uniform(0.1, 0.6))
        trouble.kill_worker()
    trouble.calm()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("rawmill")
    ap.add_argument("work")
    ap.add_argument("--photos", type=int, default=2_000)
    ap.add_argument("--kills", type=int, default=100)
    ap.add_argument("--workers", type=int, default=4)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--engines", default="sqlite", choices=["sqlite", *FLEETS])
    ap.add_argument("--starter", help="the program that starts engines; `engines` among the examples beside RAWMILL if absent")
    ap.add_argument("--longest", type=float, default=4, help="seconds of the longest trouble of an engine")
    ap.add_argument("--patience", type=float, default=540, help="seconds for all of it")
    ap.add_argument("--verbose", action="store_true")
    ap.add_argument("--mounted", action="store_true", help=argparse.SUPPRESS)
    args = ap.parse_args()
    if not args.mounted:
        shutil.rmtree(args.work, ignore_errors=True)
        os.makedirs(args.work)
    embedded, chance = args.engines == "sqlite", random.Random(args.seed)
    tmpfs = embedded and own_disk(args)
    print(f"{args.engines}, seed {args.seed}: {args.photos} photos, {args.workers} workers, {args.kills} kills, lease {LEASE_S} s", flush=True)
    starter = args.starter or os.path.join(os.path.dirname(os.path.abspath(args.rawmill)), "examples", "engines")
    engines = None if embedded else Engines(starter, FLEETS[args.engines], args.work)
    faults = cold_starts(args, engines, chance, max(2, args.kills // 8))
    photos, broken, expected = shoot(args, chance)
    engine = place(engines, args.work, "chaos")
    lab = Lab(args.rawmill, engine, args.workers, args.seed)
    lab.start()
    if not lab.ready():
        sys.exit("the service did not start: " + lab.last_line(lab.web))
    customer, watch = Customer(lab.port, lab.first_key(), args.patience), Watch(engine.ledger)
    threading.Thread(target=lab.watch, daemon=True).start()
    work = Work(args, customer, watch, random.Random(args.seed + 1), photos, broken)
    trouble = Machine(lab, watch, chance, tmpfs) if embedded else Harm(lab, watch, chance, args.longest)
    rage(args, trouble, watch, work, chance)
    wait_until(lambda: work.over and not (work.redriver and work.redriver.is_alive()), args.patience)
    quiet(watch, work)
    come_back_too_late(trouble, lab, watch, work)
    redriven = sum(redrive_the_unlucky(customer, watch, work, broken))
    for listener in work.listeners.values():
        listener.over.set()
    for listener in work.listeners.values():
        listener.join(60)
    lab.stop()
    watch.ending = True
    watch.join()
    trouble.close()
    ids = work.ids
    witness = Witness(engine.ledger, engine.store, work.asked, {ids[n]: d for n, d in expected.items()}, {ids[n] for n in broken})
    heard = {batch: listener.heard for batch, listener in work.listeners.items()}
    witness.look(heard)
    checked = subprocess.run([args.rawmill, "admin", "--config", "serve.toml", "fsck"], cwd=args.work, capture_output=True, text=True, env=lab.env("web"))
    if ", 0 missing" not in checked.stdout:
        faults.append(f"fsck: {checked.stdout}{checked.stderr}")
    faults += witness.faults + lab.troubles + sorted(watch.wrong) + customer.mistakes + [repr(e) for e in [work.error] if e]
    faults += [f"orphan process {pid}" for pid in lab.orphans()] + lab.logged("panicked")[:3]
    tell(args, lab, trouble, watch, work, witness, redriven, time.monotonic() - BEGAN)
    for fault in faults[:40]:
        print("FAIL " + fault)
    bad = faults or witness.bad()
    if not bad:
        unseen = tamper.unseen(engine, witness, heard)
        bad = [print(f"FAIL the witness does not see it: {name}") for name in unseen]
    print(f"lost {witness.lost}, double {witness.double}, stuck {witness.stuck}: " + ("FAIL" if bad else "ok"))
    return bool(bad)


def come_back_too_late(trouble, lab, watch, work):
    """All workers but one stop with photos in hand; when they go on, the other one has long taken them over."""
    late = [threading.Thread(target=trouble.stall, args=(worker, False)) for worker in lab.workers[:-1]]
    for thread in late:
        thread.start()
    work.submit("late", work.some(48))
    for thread in late:
        thread.join()
    trouble.calm()
    quiet(watch, work)


def redrive_the_unlucky(customer, watch, work, broken):
    """Photos that died of too many kills get new tries now that all is quiet; yields how many."""
    for _ in range(3):
        dead = {b: customer.batch(f"bat_{b}")["totals"]["failed"] for b in work.asked}
        own = {b: sum(work.ids[n] in photos for n in broken) for b, photos in work.asked.items()}
        unlucky = [b for b in dead if dead[b] > own[b]]
        for batch in unlucky:
            yield customer.ask("POST", f"/v1/batches/bat_{batch}/redrive", {})["tasks"]
        quiet(watch, work)


def tell(args, lab, trouble, watch, work, witness, redriven, seconds):
    attempts = [a for rows in witness.attempts.values() for a in rows]
    ends = collections.Counter(a["class"] or a["state"] for a in attempts)
    ready, begun = watch.takeovers(attempts, lab.deaths)
    states = collections.Counter(t["state"] for tasks in witness.tasks.values() for t in tasks)
    refused = lab.logged("refused an ending")
    print(", ".join(f"{n} {what}" for what, n in sorted(trouble.counts.items())) + trouble.missing)
    print(f"{len(work.asked)} batches, {sum(states.values())} photos: " + ", ".join(f"{n} {s}" for s, n in sorted(states.items())))
    print(f"{len(attempts)} attempts, {len(attempts) - sum(1 for rows in witness.attempts.values() if rows)} of them repeated: "
          + ", ".join(f"{n} {s}" for s, n in sorted(ends.items())))
    print(f"stale completions refused {sum('Replaced' in line for line in refused)}, other endings refused {len(refused) - sum('Replaced' in line for line in refused)}, "
          f"losing objects {len(witness.losing)}, redriven for bad luck {redriven}, starts refused by a full disk or a ledger busy or away {lab.refused_starts}")
    print(f"takeovers {len(ready)}: ready again after {max(ready, default=0):.1f} s at most ({LEASE_S} + 10 s are meant), "
          f"begun again behind all first tries after {max(begun, default=0):.1f} s at most; "
          f"events heard {sum(len(l.heard) for l in work.listeners.values())} over {sum(l.breaks for l in work.listeners.values())} breaks, "
          f"requests repeated {work.customer.asked_again}; {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
