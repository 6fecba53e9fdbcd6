#!/usr/bin/env python3
"""Seeded SIGKILLs of workers and of the parent; afterwards the resumed outputs are byte-equal to an undisturbed run.

    chaos.py RAWMILL WORKDIR [--kills 200] [--seed 1] [--photos 24]

After every killed run the ledger's totals must add up. Ends with "N passed, M failed" (one per kill, and one for the end).
"""
import argparse, hashlib, json, os, random, shutil, signal, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
MAKE = os.path.join(HERE, "../../bench/tools/make_dng.py")
RECIPE = """version = 1
[[renditions]]
name = "large"
width = 900
encode = { format = "jpeg", quality = 85 }
[[renditions]]
name = "small"
width = 200
encode = { format = "png" }
"""


def photos(work, count):
    folder = os.path.join(work, "shoot")
    os.makedirs(folder, exist_ok=True)
    first = os.path.join(folder, "IMG_000.dng")
    if not os.path.exists(first):
        subprocess.run([sys.executable, MAKE, first, "--truth", "no", "--width", "1800", "--height", "1200"], check=True, stdout=subprocess.DEVNULL)
    data = bytearray(open(first, "rb").read())
    for i in range(1, count):
        data[-1000 - i] ^= 1  # another photo, by one sample
        with open(os.path.join(folder, f"IMG_{i:03}.dng"), "wb") as f:
            f.write(data)
    return folder


def digests(out):
    found = {}
    for folder, dirs, files in os.walk(out):
        dirs[:] = [d for d in dirs if not d.startswith(".")]
        for name in files:
            if name.endswith((".jpg", ".png")):
                path = os.path.join(folder, name)
                found[os.path.relpath(path, out)] = hashlib.sha256(open(path, "rb").read()).hexdigest()
    return found


def strays(out):
    """Temporary files among the outputs that the last, undisturbed run should have swept."""
    return [os.path.join(f, n) for f, d, names in os.walk(out) for n in names
            if ".rawmill" not in f and not n.endswith((".jpg", ".png", ".json", ".html"))]


def children(pid):
    try:
        return [int(c) for t in os.listdir(f"/proc/{pid}/task") for c in open(f"/proc/{pid}/task/{t}/children").read().split()]
    except OSError:
        return []


def start(rawmill, folder, recipe, out, *flags):
    return subprocess.Popen([rawmill, "run", folder, "--recipe", recipe, "--out", out, "--jobs", "2", "--quiet", *flags],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def totals_add_up(rawmill, folder, recipe, out):
    """The resumed run's own report: found = succeeded + failed + skipped + remaining."""
    run = subprocess.run([rawmill, "run", folder, "--recipe", recipe, "--out", out, "--jobs", "2", "--resume", "--json", "--quiet"],
                         capture_output=True, text=True)
    totals = json.loads(run.stdout)["totals"]
    parts = sum(totals[k] for k in ("succeeded", "failed", "skipped", "remaining"))
    return run.returncode, parts == totals["found"], totals


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("rawmill")
    ap.add_argument("work")
    ap.add_argument("--kills", type=int, default=200)
    ap.add_argument("--photos", type=int, default=24)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    chance = random.Random(args.seed)
    os.makedirs(args.work, exist_ok=True)
    folder, recipe = photos(args.work, args.photos), os.path.join(args.work, "recipe.toml")
    open(recipe, "w").write(RECIPE)
    calm, out = os.path.join(args.work, "calm"), os.path.join(args.work, "out")
    shutil.rmtree(calm, ignore_errors=True)
    shutil.rmtree(out, ignore_errors=True)
    began = time.monotonic()
    if start(args.rawmill, folder, recipe, calm).wait() != 0:
        sys.exit("the undisturbed run failed")
    length, expected = time.monotonic() - began, digests(calm)
    passed = failed = kills = 0
    print(f"undisturbed: {len(expected)} files in {length:.2f} s", flush=True)
    while kills < args.kills:
        run = start(args.rawmill, folder, recipe, out, "--resume")
        while run.poll() is None and kills < args.kills:
            time.sleep(chance.uniform(0.01, length / 6))  # when to strike is the point of the test
            workers = children(run.pid)
            victim = run.pid if chance.random() < 0.4 or not workers else chance.choice(workers)
            if run.poll() is not None:
                break
            try:
                os.kill(victim, signal.SIGKILL)
                kills += 1
            except ProcessLookupError:
                continue
            if victim == run.pid:
                break
        run.wait()
        run.stderr.close()
        have = digests(out)
        wrong = [n for n, d in have.items() if expected.get(n) != d]
        if wrong:
            failed += 1
            print(f"FAIL after {kills} kills: {wrong[:3]} differ from the undisturbed run", flush=True)
        else:
            passed += 1
        if len(have) == len(expected):  # all done: begin again
            shutil.rmtree(out)
    code, exact, totals = totals_add_up(args.rawmill, folder, recipe, out)
    ok = code == 0 and exact and digests(out) == expected and not strays(out)
    print(("ok   " if ok else "FAIL ") + f"resumed to the end after {kills} kills: exit {code}, totals {totals}, strays {strays(out)}")
    print(f"{passed + ok} passed, {failed + (not ok)} failed")
    return failed > 0 or not ok


if __name__ == "__main__":
    sys.exit(main())
