#!/usr/bin/env python3
"""Fonts, profiles and look-up tables of recipes against other programs: FreeType, Little CMS and OpenColorIO.

    assets.py RAWMILL WORKDIR

One picture of many colours goes through `rawmill run` with each asset, and the same numbers through the other program.
Prints the largest and the mean difference of each case, and ends with "N passed, M failed".
"""
import io, os, struct, subprocess, sys

import numpy as np, PyOpenColorIO as ocio, tifffile
from PIL import Image, ImageCms, ImageDraw, ImageFont

HERE = os.path.dirname(os.path.abspath(__file__))
FONT = os.path.join(HERE, "../../crates/develop/assets/NanumSquareR.ttf")
RECIPE = """version = 1
[develop]
tone = "linear"
denoise = "off"
{develop}
[[renditions]]
name = "a"
color = "{color}"
{rendition}
encode = {{ format = "tiff", depth = 16, compression = "none" }}
"""


def colours():
    """A lattice of 16-bit colours, each a pixel: corners, greys, and what lies between."""
    step = np.linspace(0, 65535, 32).round().astype(np.uint16)
    lattice = np.stack(np.meshgrid(step, step, step, indexing="ij"), -1).reshape(-1, 3)
    return lattice.reshape(128, 256, 3)


def through_rawmill(rawmill, work, picture, develop="", rendition="", color="srgb", icc=None):
    """The picture through a recipe: 16-bit samples, and the file's own profile."""
    source, recipe, out = (os.path.join(work, name) for name in ("in.tif", "recipe.toml", "out"))
    tifffile.imwrite(source, picture, photometric="rgb", iccprofile=icc)
    with open(recipe, "w") as file:
        file.write(RECIPE.format(develop=develop, rendition=rendition, color=color))
    run = subprocess.run([rawmill, "run", source, "--recipe", recipe, "--out", out, "--quiet", "--force"], capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"rawmill failed: {run.stdout}{run.stderr}")
    [name] = [n for n in os.listdir(out) if n.endswith(".tif")]
    with tifffile.TiffFile(os.path.join(out, name)) as file:
        return file.asarray(), file.pages[0].tags[34675].value


def cube(path, side, of, domain=None):
    axis = np.linspace(0, 1, side) if domain is None else np.linspace(*domain, side)
    b, g, r = np.meshgrid(axis, axis, axis, indexing="ij")
    rows = of(np.stack([r, g, b], -1).reshape(-1, 3))
    with open(path, "w") as file:
        file.write(f'TITLE "a look"\n# red first\nLUT_3D_SIZE {side}\n')
        if domain:
            file.write("DOMAIN_MIN {0} {0} {0}\nDOMAIN_MAX {1} {1} {1}\n".format(*domain))
        file.writelines(f"{r:.6f} {g:.6f} {b:.6f}\n" for r, g, b in rows)


def curves(path, count, of):
    rows = of(np.repeat(np.linspace(0, 1, count)[:, None], 3, 1))
    with open(path, "w") as file:
        file.write(f"LUT_1D_SIZE {count}\n")
        file.writelines(f"{r:.6f} {g:.6f} {b:.6f}\n" for r, g, b in rows)


def warm(rgb):
    """Any look will do: curved, crossed channels, inside 0 to 1."""
    r, g, b = np.clip(rgb, 0, 1).T
    return np.clip(np.stack([r ** 0.8 * 0.9 + 0.1 * g, 0.05 + 0.9 * g ** 1.1, 0.8 * b + 0.1 * r * g], -1), 0, 1)


def through_ocio(path, picture):
    transform = ocio.FileTransform(path, interpolation=ocio.INTERP_TETRAHEDRAL)
    linear = ocio.FileTransform(path, interpolation=ocio.INTERP_LINEAR)
    config = ocio.Config.CreateRaw()
    try:
        cpu = config.getProcessor(transform).getDefaultCPUProcessor()
    except ocio.Exception:
        cpu = config.getProcessor(linear).getDefaultCPUProcessor()
    out = np.ascontiguousarray(picture.astype(np.float32) / 65535)
    cpu.applyRGB(out)
    return np.clip(out, 0, 1) * 65535


def table_profile(path):
    """A profile like a printer's: tables both ways (ICC.1:2022, 10.11, lut16Type), for Lab, from RGB of a dull device."""
    grid = 33
    axis = np.linspace(0, 1, grid)

    def lab16(lab):
        """Lab of version 2 in 16 bits."""
        scaled = np.stack([lab[:, 0] * 652.8, (lab[:, 1] + 128) * 256, (lab[:, 2] + 128) * 256], -1)
        return np.clip(scaled.round(), 0, 65535).astype(">u2")

    def mft2(table):
        head = b"mft2" + bytes(4) + bytes([3, 3, grid, 0]) + struct.pack(">9i", *(65536 * (i % 4 == 0) for i in range(9)))
        line = struct.pack(">4H", 0, 65535, 0, 65535)[:4]
        return head + struct.pack(">2H", 2, 2) + line * 3 + table.tobytes() + line * 3

    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB", 5000)
    r, g, b = np.meshgrid(axis, axis, axis, indexing="ij")
    device = np.stack([r, g, b], -1).reshape(-1, 3)
    # The device's colours: those of sRGB, duller, under another tone curve.
    seen = (255 * (0.5 + 0.8 * (device ** 0.9 - 0.5))).round().astype(np.uint8)
    to_lab = ImageCms.buildTransform(srgb, lab, "RGB", "LAB", 1)
    values = np.asarray(ImageCms.applyTransform(Image.fromarray(seen.reshape(-1, 1, 3)), to_lab)).reshape(-1, 3).astype(float)
    a2b = np.stack([values[:, 0] / 2.55, values[:, 1].astype(np.uint8).view(np.int8), values[:, 2].astype(np.uint8).view(np.int8)], -1)
    # And back: any smooth table serves, since both programs read the same one; they interpolate in two ways.
    l, a, b = np.meshgrid(axis * 100, axis * 255 - 128, axis * 255 - 128, indexing="ij")
    sums = np.stack([l / 25 - 2 + a / 60 + b / 120, l / 25 - 2 - a / 60 + b / 150, l / 25 - 2 - b / 50], -1)
    # White is white, as Little CMS makes it whatever a table says.
    back = lambda gain: (65535 * np.minimum(1, (1 + np.exp(-2 * gain)) / (1 + np.exp(-sums * gain)))).round().astype(">u2")
    text = b"desc" + bytes(4) + struct.pack(">I", 6) + b"Paper\0" + bytes(4 + 4 + 2 + 1 + 67)
    tags = [(b"desc", text), (b"cprt", b"text" + bytes(4) + b"CC0\0"), (b"wtpt", b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061))]
    tags += [(name, mft2(lab16(a2b))) for name in (b"A2B0", b"A2B1")] + [(b"B2A0", mft2(back(1))), (b"B2A1", mft2(back(0.8)))]
    at, table, data = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, body in tags:
        table += name + struct.pack(">2I", at + len(data), len(body))
        data += body + bytes(-len(body) % 4)
    size = at + len(data)
    head = struct.pack(">I4sI4s4s4s", size, b"\0" * 4, 0x02400000, b"prtr", b"RGB ", b"Lab ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061) + bytes(48)
    with open(path, "wb") as file:
        file.write(head + table + data)


def through_lcms(picture, source, target, intent):
    """8 bits is what Pillow gives Little CMS."""
    profiles = [ImageCms.ImageCmsProfile(io.BytesIO(icc)) for icc in (source, target)]
    transform = ImageCms.buildTransform(*profiles, "RGB", "RGB", intent)
    return np.asarray(ImageCms.applyTransform(Image.fromarray(picture), transform)).astype(float)


def report(name, got, want, scale, worst, mean):
    d = np.abs(got.astype(float) - want) * 255 / scale
    good = d.max() <= worst and d.mean() <= mean
    print(f"{'ok  ' if good else 'FAIL'} {name:44} largest {d.max():6.3f}, mean {d.mean():6.4f} of 255", flush=True)
    return good


def looks(rawmill, work):
    picture = colours()
    for name, make in {
        "cube of 33": lambda p: cube(p, 33, warm), "cube of 2": lambda p: cube(p, 2, warm), "cube of 65": lambda p: cube(p, 65, warm),
        "cube of a wider domain": lambda p: cube(p, 17, lambda v: warm(v) * 0.7, (-0.25, 1.5)),
        "curves": lambda p: curves(p, 1024, warm), "curves of 2": lambda p: curves(p, 2, lambda v: 1 - v),
    }.items():
        # OpenColorIO remembers a file by its name.
        file = name.replace(" ", "-") + ".cube"
        path = os.path.join(work, file)
        make(path)
        got, _ = through_rawmill(rawmill, work, picture, f'lut = {{ file = "{file}" }}')
        # What a 16-bit file cannot say twice, and the way through linear light, are under a twentieth of an 8-bit step.
        yield report(f"{name}, OpenColorIO", got, through_ocio(path, picture), 65535, 0.1, 0.02)
    half, _ = through_rawmill(rawmill, work, picture, f'lut = {{ file = "{file}", strength = 50 }}')
    want = (through_ocio(path, picture) + picture) / 2
    yield report("half of it", half, want, 65535, 0.1, 0.02)


def profiles(rawmill, work):
    eight = (colours() // 257).astype(np.uint8)
    picture = eight.astype(np.uint16) * 257
    gamma = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    table_profile(os.path.join(work, "paper.icc"))
    with open(os.path.join(work, "srgb.icc"), "wb") as file:
        file.write(gamma)
    for color in ("srgb", "display-p3", "adobe-rgb"):
        _, own = through_rawmill(rawmill, work, picture, color=color)
        for name, intent, code in (("paper.icc", "relative", 1), ("paper.icc", "perceptual", 0), ("srgb.icc", "relative", 1)):
            rendition = f'profile = "{name}"\nintent = "{intent}"'
            got, embedded = through_rawmill(rawmill, work, picture, rendition=rendition, color=color, icc=own)
            target = open(os.path.join(work, name), "rb").read()
            if embedded != target:
                print(f"FAIL {color} to {name}: another profile is embedded")
                yield False
            yield report(f"{color} to {name}, {intent}, Little CMS", got / 257, through_lcms(eight, own, target, code), 255, 4, 0.35)


def fonts(rawmill, work):
    """The shape of a word: drawn by FreeType at the size at which its ink has the same box."""
    picture = np.full((400, 1200, 3), 65535, np.uint16)
    os.link(FONT, os.path.join(work, "brand.ttf"))
    mark = 'watermark = { text = "봄 Studio", font = "brand.ttf", color = "#000000", opacity = 1, width = 0.9, gravity = "center", margin = 0 }'
    got, _ = through_rawmill(rawmill, work, picture, rendition=mark)
    ink = 1 - (got[:, :, 0] / 65535) ** 2.2
    ys, xs = np.where(ink > 0.5)
    ours = ink[ys.min():ys.max() + 1, xs.min():xs.max() + 1]
    font = ImageFont.truetype(FONT, 400)
    box = font.getbbox("봄 Studio")
    drawn = Image.new("L", (box[2] + 40, box[3] + 40))
    ImageDraw.Draw(drawn).text((20, 20), "봄 Studio", 255, font)
    theirs = drawn.crop(drawn.getbbox()).resize((ours.shape[1], ours.shape[0]), Image.LANCZOS)
    theirs = np.asarray(theirs) / 255
    overlap = np.minimum(ours, theirs).sum() / np.maximum(ours, theirs).sum()
    print(f"{'ok  ' if overlap > 0.93 else 'FAIL'} {'a word in a font, FreeType':44} {overlap:.3f} of both inks is common")
    yield overlap > 0.93


def main():
    rawmill, work = os.path.abspath(sys.argv[1]), sys.argv[2]
    os.makedirs(work, exist_ok=True)
    results = [bool(good) for part in (looks, profiles, fonts) for good in part(rawmill, work)]
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
