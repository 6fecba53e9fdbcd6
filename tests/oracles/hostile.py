#!/usr/bin/env python3
"""Hostile files through the whole mill: each has a clear error, none stops the batch, memory stays within the limit.

    hostile.py RAWMILL WORKDIR [--flips 5000] [--seed 1]

A small DNG cut at every KB, seeded byte flips, huge dimensions, a directory that points to itself, offsets past the end, an
empty file, text named .nef, a JPEG named .cr2. Ends with "N passed, M failed".
"""
import argparse, json, os, random, shutil, struct, subprocess, sys

import cv2, numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
MAKE = os.path.join(HERE, "../../bench/tools/make_dng.py")
RECIPE = """version = 1
[[renditions]]
name = "small"
width = 64
encode = { format = "jpeg" }
"""


def patched(data, tag, value):
    """The DNG with the LONG value of `tag` replaced wherever a directory holds it."""
    out = bytearray(data)
    entry = struct.pack("<HH", tag, 4)
    at = out.find(entry)
    while at >= 0:
        out[at + 8:at + 12] = struct.pack("<I", value)
        at = out.find(entry, at + 12)
    return bytes(out)


def looped(data):
    """The next-directory pointer of the first directory points to that directory."""
    out = bytearray(data)
    first = struct.unpack("<I", out[4:8])[0]
    count = struct.unpack("<H", out[first:first + 2])[0]
    out[first + 2 + 12 * count:][:4] = out[4:8]
    return patched(bytes(out), 330, first)


def hostile(data, flips, seed):
    for at in range(0, len(data), 1024):
        yield f"cut-{at}.dng", data[:at]
    chance = random.Random(seed)
    for i in range(flips):
        out = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            # half of the flips hit the directories, where they hurt most
            out[chance.randrange(min(len(out), 2048) if chance.random() < 0.5 else len(out))] = chance.randrange(256)
        yield f"flip-{i}.dng", bytes(out)
    yield "huge.dng", patched(patched(data, 256, 60000), 257, 60000)
    yield "wide.dng", patched(data, 256, 0xFFFFFFFF)
    yield "loop.dng", looped(data)
    yield "beyond.dng", patched(patched(data, 273, 0x7FFFFFF0), 324, 0x7FFFFFF0)
    yield "empty.dng", b""
    yield "text.nef", b"this is not a photo\n" * 100
    yield "picture.cr2", cv2.imencode(".jpg", np.zeros((80, 80, 3), np.uint8))[1].tobytes()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("rawmill")
    ap.add_argument("work")
    ap.add_argument("--flips", type=int, default=5000)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    folder, out = os.path.join(args.work, "in"), os.path.join(args.work, "out")
    shutil.rmtree(args.work, ignore_errors=True)
    os.makedirs(folder)
    good = os.path.join(args.work, "good.dng")
    subprocess.run([sys.executable, MAKE, good, "--truth", "no", "--width", "160", "--height", "120", "--tile", "64", "--compression", "ljpeg"],
                   check=True, stdout=subprocess.DEVNULL)
    data = open(good, "rb").read()
    names = []
    for name, content in hostile(data, args.flips, args.seed):
        names.append(name)
        with open(os.path.join(folder, name), "wb") as f:
            f.write(content)
    shutil.copy(good, os.path.join(folder, "zz-good.dng"))
    recipe = os.path.join(args.work, "recipe.toml")
    open(recipe, "w").write(RECIPE)
    run = subprocess.run([args.rawmill, "run", folder, "--recipe", recipe, "--out", out, "--jobs", "2", "--quiet", "--json"],
                         capture_output=True, text=True)
    report = json.loads(run.stdout)
    totals, failures = report["totals"], report["failures"]
    checks = {
        "exit code 1": run.returncode == 1,
        "the batch went to its end": totals["found"] == len(names) + 1 and totals["remaining"] == 0,
        "totals add up": totals["succeeded"] + totals["failed"] + totals["skipped"] == totals["found"],
        "the good photo is done": os.path.exists(os.path.join(out, "zz-good_small.jpg")),
        "every failure says why and what to do": all(f["why"] and f["advice"] for f in failures),
        "every cut before the last KB is refused": sum(1 for f in failures if "/cut-" in f["photo"]) >= len(data) // 1024 - 1,
        "memory within 200 MB": report["memory"]["largest_peak"] < 200e6,
    }
    crashed = [f for f in failures if any(w in f["why"] for w in ("crash", "signal", "panic", "abort"))]
    print(f"{totals}; {len(crashed)} needed the child's walls")
    for f in crashed[:10]:
        print("  ", os.path.basename(f["photo"]), f["why"])
    for what, ok in checks.items():
        print(("ok   " if ok else "FAIL ") + what)
    print(f"{sum(checks.values())} passed, {len(checks) - sum(checks.values())} failed")
    return not all(checks.values())


if __name__ == "__main__":
    sys.exit(main())
