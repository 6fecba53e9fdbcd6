#!/usr/bin/env python3
"""How much two workers do of what twice one worker would: whole runs over the same photos, in alternation.

    python3 bench/workers.py --work DIR [--photos 96] [--rounds 7] [--rawmill target/release/rawmill]

Makes two 24 MP DNG files of 16-bit words in DIR; all others are hard links to them. Prints seconds of each run, CPU seconds
a photo, and the ratios in order with their median. Needs numpy; Linux.
"""
import argparse, json, os, shutil, statistics, subprocess, time

from mill import ROOT, make_inputs


def inputs(work, photos):
    folder = os.path.join(work, f"linked{photos}")
    os.makedirs(folder, exist_ok=True)
    masters = make_inputs(os.path.join(work, "masters"), 2, "none", None)
    for i in range(photos):
        path = os.path.join(folder, f"IMG_{i:04}.dng")
        if not os.path.exists(path):
            os.link(masters[i % 2], path)
    return folder


def run(args, folder, jobs):
    out = os.path.join(args.work, "out")
    shutil.rmtree(out, ignore_errors=True)
    os.sync()  # What the run before left to write is not this one's.
    start = time.perf_counter()
    command = [args.rawmill, "run", folder, "--recipe", os.path.join(ROOT, "recipes/web.toml"), "--out", out, "--jobs", str(jobs), "--json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return time.perf_counter() - start, report["cpu_s"] / args.photos


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--work", required=True)
    ap.add_argument("--rawmill", default=os.path.join(ROOT, "target/release/rawmill"))
    ap.add_argument("--photos", type=int, default=96)
    ap.add_argument("--rounds", type=int, default=7)
    args = ap.parse_args()
    folder = inputs(args.work, args.photos)
    ratios = []
    for i in range(args.rounds):
        seconds = {jobs: run(args, folder, jobs) for jobs in ((1, 2) if i % 2 == 0 else (2, 1))}
        ratios.append(seconds[1][0] / seconds[2][0])
        print(f"one {seconds[1][0]:.1f} s, {seconds[1][1]:.3f} of CPU a photo; two {seconds[2][0]:.1f} s, {seconds[2][1]:.3f}; {ratios[-1]:.2f}", flush=True)
    print(f"{' '.join(f'{r:.2f}' for r in sorted(ratios))}; median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
