#!/usr/bin/env python3
"""rawmill against its peers on the same photos, in alternation.

    python3 bench/mill.py --work DIR --photos 8 --rounds 3 --peers ahd,linear,vips,rawtherapee,darktable

Makes 24 MP DNG files (uncompressed 16-bit words, and lossless JPEG) in DIR, runs rawmill and each peer over the same list
one after the other, several rounds, and prints photos/s, CPU seconds and peak memory with the ratio rawmill ÷ peer.
Work: 3840/1920/320 px, unsharp sigma 2 amount 1, logo of width/5, JPEG q85 4:2:0 (recipes/web.toml).
Needs numpy, opencv-python-headless, imagecodecs, rawpy, pyvips for the peers; Linux.
"""
import argparse, json, os, shutil, statistics, subprocess, sys, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


def make_inputs(folder, photos, compression, source):
    """The same photograph under several noise seeds; one file is made, the others are copies of two."""
    os.makedirs(folder, exist_ok=True)
    masters = []
    for seed in (1, 2):
        path = os.path.join(folder, f"master{seed}.dng.part")
        if not os.path.exists(path):
            flags = ["--compression", compression] + (["--unpacked"] if compression == "none" else [])
            subprocess.run([sys.executable, f"{HERE}/tools/make_dng.py", path, "--truth", "no", "--width", "6000", "--height",
                            "4000", "--bits", "14", "--seed", str(seed), *flags, *(["--source", source] if source else [])],
                           check=True, stdout=subprocess.DEVNULL)
        masters.append(path)
    files = []
    for i in range(photos):
        files.append(os.path.join(folder, f"IMG_{i:04}.dng"))
        if not os.path.exists(files[-1]):
            shutil.copy(masters[i % 2], files[-1])
    return files


class Memory(threading.Thread):
    """Samples the sum of PSS of a process and its descendants."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.stop = pid, 0, False

    def run(self):
        while not self.stop:
            self.peak = max(self.peak, sum(pss(p) for p in tree(self.pid)))
            time.sleep(0.02)


def tree(pid):
    pids = [pid]
    for p in pids:
        try:
            for t in os.listdir(f"/proc/{p}/task"):
                with open(f"/proc/{p}/task/{t}/children") as f:
                    pids += [int(c) for c in f.read().split()]
        except OSError:
            pass
    return pids


def pss(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup") as f:
            return next(int(line.split()[1]) for line in f if line.startswith("Pss:")) * 1024
    except (OSError, StopIteration):
        return 0


def measure(command, env=None):
    start, before = time.perf_counter(), os.times()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, text=True)
    memory = Memory(child.pid)
    memory.start()
    out, err = child.communicate()
    memory.stop = True
    after = os.times()
    if child.returncode != 0:
        sys.exit(f"{' '.join(command[:4])} … failed ({child.returncode}):\n{err[-2000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {"wall": time.perf_counter() - start, "cpu": cpu, "peak": memory.peak}


def ours(args, files, out, jobs, recipe=None, extra=()):
    shutil.rmtree(out, ignore_errors=True)
    return measure([args.rawmill, "run", *files, "--recipe", recipe or args.recipe, "--out", out, "--jobs", str(jobs),
                    "--quiet", *extra])


def peer(args, name, files, out):
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    if name in ("ahd", "linear", "vips"):
        backend = ["--backend", "vips"] if name == "vips" else ["--demosaic", name]
        return measure([args.python, f"{HERE}/peers/python_peer.py", out, args.logo, *files, "--workers", str(args.jobs), *backend])
    if name == "rawtherapee":  # one size, no logo: less work than ours
        return measure(["rawtherapee-cli", "-o", out, "-j85", "-js1", "-d", "-c", *files])
    if name == "darktable":
        total = {"wall": 0.0, "cpu": 0.0, "peak": 0}
        for i, f in enumerate(files):  # it exports one file a call
            one = measure(["darktable-cli", f, os.path.join(out, f"{i}.jpg"), "--width", "3840", "--core", "--configdir", out + "/cfg",
                           "--conf", "plugins/imageio/format/jpeg/quality=85"])
            total = {"wall": total["wall"] + one["wall"], "cpu": total["cpu"] + one["cpu"], "peak": max(total["peak"], one["peak"])}
        return total
    sys.exit(f"unknown peer {name}")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--work", required=True)
    ap.add_argument("--rawmill", default=os.path.join(ROOT, "target/release/rawmill"))
    ap.add_argument("--recipe", default=os.path.join(ROOT, "recipes/web.toml"))
    ap.add_argument("--logo", default=os.path.join(ROOT, "recipes/assets/logo.png"))
    ap.add_argument("--python", default=sys.executable)
    ap.add_argument("--source", help="photograph to mosaic; a procedural scene where absent")
    ap.add_argument("--photos", type=int, default=8)
    ap.add_argument("--slow-photos", type=int, default=2, help="photos for rawtherapee and darktable")
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--peers", default="ahd,linear")
    ap.add_argument("--compressions", default="none,ljpeg")
    args = ap.parse_args()
    print(f"machine: {os.cpu_count()} cores; {args.photos} photos of 24 MP, {args.jobs} workers, {args.rounds} rounds, medians")
    for compression in args.compressions.split(","):
        files = make_inputs(os.path.join(args.work, compression), args.photos, compression, args.source)
        for name in filter(None, args.peers.split(",")):
            some = files[: args.slow_photos] if name in ("rawtherapee", "darktable") else files
            rounds = []
            for _ in range(args.rounds):
                a = ours(args, some, os.path.join(args.work, "out-ours"), args.jobs)
                b = peer(args, name, some, os.path.join(args.work, f"out-{name}"))
                rounds.append((a, b))
            show(compression, name, len(some), rounds)


def show(compression, name, n, rounds):
    med = lambda side, key: statistics.median(r[side][key] for r in rounds)
    ratio = statistics.median(r[1]["wall"] / r[0]["wall"] for r in rounds)
    print(json.dumps({
        "input": compression, "peer": name,
        "ours_photos_per_s": round(n / med(0, "wall"), 3), "peer_photos_per_s": round(n / med(1, "wall"), 3), "ratio": round(ratio, 2),
        "ours_cpu_s_per_photo": round(med(0, "cpu") / n, 3), "peer_cpu_s_per_photo": round(med(1, "cpu") / n, 3),
        "ours_peak_mb": round(med(0, "peak") / 1e6), "peer_peak_mb": round(med(1, "peak") / 1e6)}), flush=True)


if __name__ == "__main__":
    main()
