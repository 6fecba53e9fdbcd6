"""Every output format, opened by programs that are not ours; JPEG size against libjpeg-turbo's; nothing private inside.

    encoders.py ENCODERS_EXAMPLE WORK_FOLDER [PICTURE]

ENCODERS_EXAMPLE is the built example `encoders` of the crate `photo`. Needs pillow, numpy, tifffile and the programs djpeg,
dwebp, avifdec, djxl, exiftool; installs nothing. Without PICTURE a small one is made. Exit 1 when something is wrong.
"""

import io
import json
import pathlib
import subprocess
import sys

import numpy as np
import tifffile
from PIL import Image, ImageFile

# Pillow writes optimised files through a buffer that must hold all of one.
ImageFile.MAXBLOCK = 1 << 24
failures = []


def check(ok, text):
    print(("ok    " if ok else "WRONG ") + text)
    if not ok:
        failures.append(text)


def psnr(a, b):
    return 10 * np.log10(255**2 / max(np.mean((a.astype(float) - b.astype(float)) ** 2), 1e-9))


def made():
    """A scene of odd size with smooth tones, edges and grain."""
    y, x = np.mgrid[0:427, 0:641] / 40.0
    rng = np.random.default_rng(5)
    planes = [110 + 60 * np.sin(x + p) * np.cos(y - p) + 25 * (x > 2 * y) for p in (0.0, 0.4, 0.9)]
    grain = rng.normal(0, 2.5, y.shape)
    return np.clip(np.stack(planes, 2) + grain[..., None], 0, 255).astype(np.uint8)


def program(*words):
    return subprocess.run(words, check=True, capture_output=True).stdout


def pixels(path):
    """The picture by each reader that knows the format: name, samples."""
    work = path.with_suffix(".read.ppm")
    if path.suffix == ".jpg":
        yield "pillow", np.asarray(Image.open(path).convert("RGB"))
        yield "djpeg", np.asarray(Image.open(io.BytesIO(program("djpeg", "-ppm", path))))
    elif path.suffix == ".webp":
        yield "pillow", np.asarray(Image.open(path).convert("RGB"))
        program("dwebp", "-quiet", "-ppm", path, "-o", work)
        yield "dwebp", np.asarray(Image.open(work))
    elif path.suffix == ".avif":
        yield "pillow", np.asarray(Image.open(path).convert("RGB"))
        program("avifdec", "-d", "8", path, work.with_suffix(".png"))
        yield "avifdec", np.asarray(Image.open(work.with_suffix(".png")).convert("RGB"))
    elif path.suffix == ".jxl":
        program("djxl", "--quiet", path, work)
        yield "djxl", wide(work)
    elif path.suffix == ".tif":
        yield "tifffile", tifffile.imread(path)
        if "16" not in path.stem:
            yield "pillow", np.asarray(Image.open(path))
    elif path.suffix == ".png":
        yield "pillow", np.asarray(Image.open(path))


def wide(ppm):
    """A PPM of 8 or 16 bits; Pillow reads 8 only."""
    data = ppm.read_bytes()
    _, w, h, most = data.split(maxsplit=4)[:4]
    kind = ">u2" if int(most) > 255 else "u1"
    count = int(w) * int(h) * 3
    return np.frombuffer(data[-count * np.dtype(kind).itemsize :], kind).reshape(int(h), int(w), 3)


def check_pixels(entry, source):
    path = pathlib.Path(entry["file"])
    lossy = entry["name"].startswith("jpeg") or entry["name"] in ("webp", "avif")
    for reader, found in pixels(path):
        if found.dtype != np.uint8:
            check(np.array_equal(found, source.astype(np.uint16) * 257), f"{path.name} by {reader}: same 16-bit pixels")
        elif lossy:
            db = psnr(found, source)
            check(db > 30, f"{path.name} by {reader}: {db:.1f} dB")
        else:
            check(np.array_equal(found, source), f"{path.name} by {reader}: same pixels")


def turbo(source, name, quality, optimize):
    """The file of libjpeg-turbo with the same settings, and its pixels."""
    mode = {"420": 2, "422": 1, "444": 0}[name.split("-")[1]]
    theirs = io.BytesIO()
    progressive = name.endswith("progressive")
    Image.fromarray(source).save(
        theirs, "JPEG", quality=quality, subsampling=mode, optimize=optimize, progressive=progressive
    )
    return len(theirs.getvalue()), np.asarray(Image.open(theirs))


def check_size(entry, source):
    """Bytes of libjpeg-turbo at the same quality and subsampling, with its standard and its optimised tables."""
    for optimize in (False, True):
        size, theirs = turbo(source, entry["name"], 85, optimize)
        ratio = entry["bytes"] / size
        mine = np.asarray(Image.open(entry["file"]))
        db = psnr(mine, source) - psnr(theirs, source)
        tables = " (optimised)" if optimize else ""
        check(ratio <= 1.001 and abs(db) < 0.05, f"{entry['name']}: {ratio:.4f} of libjpeg-turbo's bytes{tables}, {db:+.2f} dB")


def scenes():
    """Pictures that go to the limits of the format, in sizes that leave parts of blocks and of MCUs."""
    rng = np.random.default_rng(7)
    for height, width in ((1, 1), (8, 8), (9, 17), (16, 15), (33, 24), (121, 203)):
        y, x = np.mgrid[0:height, 0:width]
        yield "noise", rng.integers(0, 256, (height, width, 3), np.uint8)
        yield "flat", np.full((height, width, 3), (200, 30, 90), np.uint8)
        yield "checkerboard", np.repeat(((x + y) % 2 * 255).astype(np.uint8)[..., None], 3, 2)
        yield "stars", np.repeat((rng.random((height, width, 1)) > 0.99).astype(np.uint8) * 255, 3, 2)
        yield "scene", made()[200 : 200 + height, 200 : 200 + width]


def check_against_turbo(example, work):
    """Every mode of JPEG shows exactly what libjpeg-turbo's file shows, and is no larger than a few bytes more."""
    ppm = work / "limits.ppm"
    for scene, source in scenes():
        Image.fromarray(source).save(ppm)
        height, width = source.shape[:2]
        for quality in (1, 30, 50, 85, 95, 100):
            same, worst = True, 0
            for line in program(example, ppm, work, "--bare", "--jpeg", str(quality)).splitlines():
                entry = json.loads(line)
                size, theirs = turbo(source, entry["name"], quality, True)
                same &= all(np.array_equal(found, theirs) for _, found in pixels(pathlib.Path(entry["file"])))
                worst = max(worst, entry["bytes"] - size)
            text = f"jpeg {scene} {width} × {height} q{quality}: libjpeg-turbo's pixels, at most {worst:+} bytes"
            check(same and worst <= 4, text)


def check_metadata(path):
    tags = json.loads(program("exiftool", "-j", "-a", "-G1", "-n", path))[0]
    text = json.dumps(tags)
    check("SN8675309" not in path.read_bytes().decode("latin-1"), f"{path.name}: no serial number in any byte")
    check("GPS" not in text and "erial" not in text, f"{path.name}: exiftool sees neither place nor serial number")

    def value(name):
        return next((v for k, v in tags.items() if k.split(":")[-1] == name), None)

    check(value("Artist") == "김민지" and value("ISO") == 800, f"{path.name}: artist and ISO")
    check(value("XResolution") == 300 or path.suffix == ".png" and value("PixelsPerUnitX") == 11811, f"{path.name}: 300 dpi")
    check(value("Orientation") == 1, f"{path.name}: upright")
    check(value("Subject") == ["sea", "Größe"], f"{path.name}: keywords in XMP")
    if path.suffix in (".jpg", ".tif"):
        check(value("Keywords") == ["sea", "Größe"], f"{path.name}: keywords in IPTC")
    lines = program("exiftool", "-s3", "-validate", "-warning", "-a", path).decode().splitlines()
    # exiftool counts Deflate, which Adobe added to TIFF 6.0 later, as invalid.
    wrong = [line for line in lines[1:] if "Compression" not in line or "deflate" not in path.name]
    check(not wrong, f"{path.name}: exiftool validates {'; '.join(wrong)}")


def check_jxl_space(example, ppm, work, space, words, name, source):
    """A codestream in another space than sRGB: the decoder names the space and finds the same samples."""
    entry = json.loads(program(example, ppm, work, "--only", name, "--space", space, "--bare"))
    said = program("jxlinfo", entry["file"]).decode()
    check(words in said, f"{name} in {space}: jxlinfo says {said.splitlines()[-1].strip()}")
    check_pixels(entry, source)


def main():
    example, work = sys.argv[1], pathlib.Path(sys.argv[2])
    work.mkdir(parents=True, exist_ok=True)
    source = np.asarray(Image.open(sys.argv[3]).convert("RGB")) if len(sys.argv) > 3 else made()
    ppm = work / "source.ppm"
    Image.fromarray(source).save(ppm)
    for line in program(example, ppm, work).splitlines():
        entry = json.loads(line)
        check_pixels(entry, source)
        check_metadata(pathlib.Path(entry["file"]))
    for space, words in (("display-p3", "P3 primaries, sRGB transfer"), ("adobe-rgb", "gamma(0.45470")):
        for depth in (8, 16):
            check_jxl_space(example, ppm, work, space, words, f"jxl-{depth}", source)
    for line in program(example, ppm, work, "--bare").splitlines():
        entry = json.loads(line)
        if entry["name"].startswith("jpeg"):
            check_size(entry, source)
    check_against_turbo(example, work)
    print(f"{len(failures)} wrong")
    sys.exit(bool(failures))


main()
