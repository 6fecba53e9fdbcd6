#!/usr/bin/env python3
"""Demosaic quality: CPSNR of ours and of LibRaw on noise-free photographs.

Photographs from the scikit-image and scikit-learn wheels, and every JPEG of --source DIR, are turned to linear light and
halved by 2 x 2 area means, so that the camera's or scanner's own demosaicing and JPEG blocks are gone. They are mosaicked without noise,
given to LibRaw (through rawpy) as a DNG with an identity colour matrix, and to ours as raw floats. All are compared with
the truth in sRGB encoding, 0..255, over R, G and B together, without a border of 10 pixels.

    demosaic_quality.py --ours target/release/examples/demosaic_file [--source DIR] [--cfa RGGB|GRBG|GBRG|BGGR|XTRANS]
                        [--electrons 800]
"""
import argparse
import os
import struct
import subprocess
import tempfile

import numpy as np
import rawpy
import skimage.data
import sklearn.datasets
from PIL import Image

LETTERS = "RGB"
XTRANS = "GGRGGBGGBGGRBRGRBGGGBGGRGGRGGBRBGBRG"
BORDER = 10
LONGEST = 900
PHOTOS = ["astronaut", "coffee", "chelsea", "rocket", "hubble_deep_field", "immunohistochemistry", "retina"]
BAYER_PEERS = {"LibRaw linear": "LINEAR", "LibRaw VNG": "VNG", "LibRaw PPG": "PPG", "LibRaw AHD": "AHD", "LibRaw AAHD": "AAHD"}
XTRANS_PEERS = {"LibRaw default": None, "LibRaw linear": "LINEAR", "LibRaw PPG": "PPG"}


def decode(v):
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def encode(v):
    v = np.clip(v, 0, 1)
    return np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)


def halved(rgb8):
    rgb = decode(rgb8[..., :3].astype(np.float64) / 255)
    h, w = (s // 12 * 12 for s in rgb.shape[:2])
    rgb = rgb[:h, :w].reshape(h // 2, 2, w // 2, 2, 3).mean((1, 3))
    y, x = (max(0, (s - LONGEST) // 2) // 6 * 6 for s in rgb.shape[:2])
    return rgb[y:y + LONGEST, x:x + LONGEST]


def grown(rgb):
    """At least 528 pixels a side, by reflection: LibRaw's X-Trans method refuses less than 512."""
    h, w = rgb.shape[:2]
    return np.pad(rgb, ((0, max(0, 528 - h)), (0, max(0, 528 - w)), (0, 0)), "symmetric")


def photographs(source):
    for name in PHOTOS:
        try:
            yield name, halved(getattr(skimage.data, name)())
        except Exception as why:  # some are not inside the wheel
            print(f"({name} left out: {type(why).__name__})")
    for name in ("china.jpg", "flower.jpg"):
        yield name[:-4], halved(sklearn.datasets.load_sample_image(name))
    for name in sorted(os.listdir(source)) if source else []:
        if name.endswith(".jpg"):
            yield name[:-4], halved(np.asarray(Image.open(os.path.join(source, name)).convert("RGB")))


def colors(pattern, h, w):
    n = int(len(pattern) ** 0.5)
    tile = np.array([LETTERS.index(c) for c in pattern]).reshape(n, n)
    return np.tile(tile, (h // n + 1, w // n + 1))[:h, :w]


def dng(path, mosaic, pattern):
    """One uncompressed 16-bit strip; camera RGB is the linear sRGB of the truth."""
    h, w = mosaic.shape
    n = int(len(pattern) ** 0.5)
    xyz_to_srgb = [3.2404542, -1.5371385, -0.4985314, -0.9692660, 1.8760108, 0.0415560, 0.0556434, -0.2040259, 1.0572252]
    matrix = [x for v in xyz_to_srgb for x in (round(v * 10000), 10000)]
    data = mosaic.astype("<u2").tobytes()
    tags = [  # number, type, values
        (254, 4, [0]), (256, 4, [w]), (257, 4, [h]), (258, 3, [16]), (259, 3, [1]), (262, 3, [32803]),
        (271, 2, b"rawmill\0"), (272, 2, b"quality\0"), (273, 4, [0]), (274, 3, [1]), (277, 3, [1]), (278, 4, [h]),
        (279, 4, [len(data)]), (284, 3, [1]), (33421, 3, [n, n]), (33422, 1, [LETTERS.index(c) for c in pattern]),
        (50706, 1, [1, 4, 0, 0]), (50708, 2, b"rawmill quality\0"), (50710, 1, [0, 1, 2]), (50711, 3, [1]),
        (50714, 3, [0]), (50717, 4, [65535]), (50721, 10, matrix), (50728, 5, [1, 1] * 3), (50778, 3, [21])]
    code = {1: "B", 2: "s", 3: "H", 4: "I", 5: "I", 10: "i"}
    entries, extra, at = b"", b"", 8 + 2 + 12 * len(tags) + 4
    strip_place = None
    for number, kind, values in tags:
        body = values if kind == 2 else struct.pack(f"<{len(values)}{code[kind]}", *values)
        count = len(values) // 2 if kind in (5, 10) else len(values)
        if number == 273:
            strip_place = len(entries) + 8
        if len(body) <= 4:
            field = body.ljust(4, b"\0")
        else:
            field = struct.pack("<I", at + len(extra))
            extra += body + b"\0" * (len(body) % 2)
        entries += struct.pack("<HHI", number, kind, count) + field
    entries = entries[:strip_place] + struct.pack("<I", at + len(extra)) + entries[strip_place + 4:]
    with open(path, "wb") as f:
        f.write(b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + b"\0\0\0\0" + extra + data)


def libraw(mosaic, pattern, algorithm, folder):
    path = os.path.join(folder, "mosaic.dng")
    dng(path, np.rint(np.clip(mosaic, 0, 1) * 65535), pattern)
    kind = getattr(rawpy.DemosaicAlgorithm, algorithm) if algorithm else None
    with rawpy.imread(path) as raw:
        rgb = raw.postprocess(
            demosaic_algorithm=kind, output_color=rawpy.ColorSpace.raw, output_bps=16, gamma=(1, 1), no_auto_bright=True,
            user_wb=[1, 1, 1, 1], user_black=0, user_sat=65535, user_flip=0, highlight_mode=rawpy.HighlightMode.Clip)
    return rgb / 65535


def ours(mosaic, pattern, method, folder, program):
    h, w = mosaic.shape
    source, target = os.path.join(folder, "in.f32"), os.path.join(folder, "out.f32")
    mosaic.astype("<f4").tofile(source)
    subprocess.run([program, method, pattern, str(w), str(h), source, target], check=True)
    return np.fromfile(target, "<f4").reshape(3, h, w).transpose(1, 2, 0)


def noisy(mosaic, electrons, seed):
    """Photon noise of a sensor that holds so many electrons, and read noise of 0.2 % of saturation."""
    deviation = np.sqrt(np.maximum(mosaic, 0) / electrons + 0.002 ** 2)
    return mosaic + np.random.default_rng(seed).normal(size=mosaic.shape) * deviation


def cpsnr(a, b):
    inner = np.s_[BORDER:-BORDER, BORDER:-BORDER]
    error = ((encode(a[inner]) - encode(b[inner])) ** 2).mean()
    return 10 * np.log10(1 / error)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True, help="the demosaic_file example, built with --release")
    parser.add_argument("--source", help="a folder with more photographs")
    parser.add_argument("--cfa", default="RGGB", help="RGGB, GRBG, GBRG, BGGR or XTRANS")
    parser.add_argument("--methods", default="bilinear,rcd,best")
    parser.add_argument("--electrons", type=float, help="add the noise of a sensor that holds so many electrons")
    args = parser.parse_args()
    pattern = XTRANS if args.cfa == "XTRANS" else args.cfa
    peers = XTRANS_PEERS if args.cfa == "XTRANS" else BAYER_PEERS
    methods = args.methods.split(",")
    names = list(peers) + [f"ours {m}" for m in methods]
    print(f"| {args.cfa} | " + " | ".join(names) + " |")
    print("|---|" + "---:|" * len(names))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for photo, truth in photographs(args.source):
            truth = grown(truth) if args.cfa == "XTRANS" else truth
            h, w = truth.shape[:2]
            mosaic = np.take_along_axis(truth, colors(pattern, h, w)[..., None], 2)[..., 0]
            mosaic = noisy(mosaic, args.electrons, len(rows)) if args.electrons else mosaic
            row = [cpsnr(libraw(mosaic, pattern, kind, folder), truth) for kind in peers.values()]
            row += [cpsnr(ours(mosaic, pattern, m, folder, args.ours), truth) for m in methods]
            rows.append(row)
            print(f"| {photo} | " + " | ".join(f"{v:.2f}" for v in row) + " |", flush=True)
    print("| **mean** | " + " | ".join(f"**{v:.2f}**" for v in np.mean(rows, 0)) + " |")


if __name__ == "__main__":
    main()
