#!/usr/bin/env python3
"""Estimated against measured memory: every photo, several sizes, every encoder.

    python3 tests/oracles/memory.py target/release/rawmill WORK PHOTO… [--worst N] [--only WORD] [--bounds LOW HIGH]

Runs one recipe after the other over all photos, one worker, and reads estimate and peak of each photo from the reports.
Prints the extremes of estimate ÷ peak for each recipe and the worst photos. Exit 1 when a ratio is outside the bounds.
"""
import argparse, json, pathlib, subprocess, sys

ENCODERS = {
    "jpeg": 'format = "jpeg"',
    "jpeg-444": 'format = "jpeg", quality = 95, subsampling = "4:4:4"',
    "jpeg-progressive": 'format = "jpeg", progressive = true',
    "jpeg-max-bytes": 'format = "jpeg", max_bytes = 300000',
    "png-8": 'format = "png"',
    "png-16": 'format = "png", depth = 16',
    "tiff-16": 'format = "tiff", depth = 16',
    "tiff-8-deflate": 'format = "tiff", depth = 8, compression = "deflate"',
    "webp": 'format = "webp"',
    "webp-lossless": 'format = "webp", lossless = true',
    "jxl-8": 'format = "jxl", depth = 8',
    "jxl-16": 'format = "jxl", depth = 16',
    "avif": 'format = "avif"',
}
SIZES = {"320": 320, "1600": 1600, "3000": 3000, "full": None}
# What is slow (seconds a megapixel) is measured small.
SMALL_ONLY = {"avif": ("320",), "webp-lossless": ("320", "1600")}
DEVELOP = {
    "web": open(pathlib.Path(__file__).parents[2] / "recipes/web.toml").read(),
    "denoise": 'version = 1\n[develop]\ndenoise = 50\n[[renditions]]\nname = "a"\nwidth = 1600\nencode = { format = "jpeg" }\n',
    "straighten": 'version = 1\n[geometry]\nstraighten = 3.0\n[[renditions]]\nname = "a"\nwidth = 1600\nencode = { format = "jpeg" }\n',
    "half": 'version = 1\n[develop]\ndemosaic = "half"\n[[renditions]]\nname = "a"\nwidth = 1600\nencode = { format = "jpeg" }\n',
    "best": 'version = 1\n[develop]\ndemosaic = "best"\n[[renditions]]\nname = "a"\nwidth = 1600\nencode = { format = "jpeg" }\n',
    # A blurred picture takes a JPEG no memory: what is measured here is the filter.
    "blur": 'version = 1\n[[filters]]\nop = "gaussian_blur"\nsigma = 20\n[[renditions]]\nname = "a"\nwidth = 3000\nencode = { format = "tiff" }\n',
    "median": 'version = 1\n[[filters]]\nop = "median"\nradius = 3\n[[renditions]]\nname = "a"\nwidth = 1600\nencode = { format = "jpeg" }\n',
    "tiled-text": 'version = 1\n[watermark]\ntext = "PROOF"\nwidth = 0.3\ntile = true\nrotate = 30.0\n[[renditions]]\nname = "a"\nwidth = 3000\nencode = { format = "jpeg" }\n',
}


def recipes(work):
    """Name and file of each recipe."""
    folder = work / "recipes"
    folder.mkdir(parents=True, exist_ok=True)
    texts = dict(DEVELOP)
    for name, encode in ENCODERS.items():
        for size, side in SIZES.items():
            if size in SMALL_ONLY.get(name, SIZES):
                box = f"width = {side}\nheight = {side}\n" if side else ""
                texts[f"{name}-{size}"] = f'version = 1\n[[renditions]]\nname = "a"\n{box}encode = {{ {encode} }}\n'
    assets = folder / "assets"
    if not assets.exists():
        assets.symlink_to(pathlib.Path(__file__).parents[2].resolve() / "recipes/assets")
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text)
        yield name, folder / f"{name}.toml"


def measured(rawmill, recipe, photos, out):
    """Photo, estimate and peak of each photo that was done."""
    command = [rawmill, "run", *photos, "--recipe", recipe, "--out", out, "--force", "--jobs", "1", "--quiet", "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    for photo in json.loads(done.stdout)["photos"]:
        if photo["done"]:
            yield pathlib.Path(photo["photo"]).name, photo["estimate"], photo["peak"]
        elif "max_bytes" not in photo["outcome"]:
            print("  not done:", photo["photo"], photo["outcome"])


def main():
    words = argparse.ArgumentParser()
    words.add_argument("rawmill")
    words.add_argument("work", type=pathlib.Path)
    words.add_argument("photos", nargs="+")
    words.add_argument("--worst", type=int, default=10)
    words.add_argument("--only", default="")
    words.add_argument("--bounds", type=float, nargs=2, default=(1.0, 1.3))
    words.add_argument("--table", action="store_true", help="print every row: recipe, photo, estimate, peak in MB")
    args = words.parse_args()
    rows = []
    for name, recipe in recipes(args.work):
        if args.only in name:
            found = [(e / p, name, photo, e, p) for photo, e, p in measured(args.rawmill, recipe, args.photos, args.work / "out")]
            rows += found
            if found:
                print(f"{name:24} {min(found)[0]:.2f} {max(found)[0]:.2f}", flush=True)
            if args.table:
                for ratio, _, photo, e, p in found:
                    print(f"  {ratio:.2f} {photo:42} {e / 1e6:7.1f} {p / 1e6:7.1f}")
    rows.sort()
    for ratio, name, photo, e, p in rows[: args.worst] + rows[-args.worst :]:
        print(f"{ratio:.2f}  {name:24} {photo:42} {e / 1e6:7.1f} MB estimated, {p / 1e6:7.1f} MB at most")
    low, high = args.bounds
    outside = sum(not low <= row[0] <= high for row in rows)
    print(f"{outside} of {len(rows)} outside {low} to {high}")
    sys.exit(outside > 0)


main()
