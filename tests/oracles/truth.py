#!/usr/bin/env python3
"""Truth and LibRaw as oracles: synthetic DNG files of every kind, developed by rawmill and by LibRaw, against the truth.

    truth.py RAWMILL WORKDIR

For each case: PSNR of the 16-bit output against the 8-bit truth, and PSNR of 8x8 means (colour), for us and for LibRaw.
Fails where rawmill is below LibRaw by more than the case allows, or where sizes differ. Ends with "N passed, M failed".
"""
import os, subprocess, sys

import cv2, numpy as np, rawpy

HERE = os.path.dirname(os.path.abspath(__file__))
MAKE = os.path.join(HERE, "../../bench/tools/make_dng.py")
SMALL = ["--width", "1200", "--height", "800"]
PROFILES = {name: SMALL + flags for name, flags in {
    "rggb": [], "bggr": ["--cfa", "BGGR"], "grbg": ["--cfa", "GRBG"], "gbrg": ["--cfa", "GBRG"], "xtrans": ["--cfa", "XTRANS"],
    "ljpeg14": ["--compression", "ljpeg"], "ljpeg16": ["--compression", "ljpeg", "--bits", "16", "--camera", "xt3"],
    "packed12": ["--bits", "12"], "packed14": ["--bits", "14"], "words16": ["--bits", "16"], "unpacked12": ["--bits", "12", "--unpacked"],
    "float": ["--compression", "floatdeflate"], "strip": ["--tile", "0"], "big-endian": ["--endian", "big"], "flat": ["--layout", "flat"],
    "blacks": ["--black", "500,520,540,560"], "margins": ["--margins", "12,18,6,10"], "crop": ["--crop", "9"],
    "dual": ["--dual-illuminant"], "tungsten": ["--dual-illuminant", "--neutral", "0.8,1,0.4"], "d850": ["--camera", "d850"], "a7r3": ["--camera", "a7r3"],
    **{f"orientation{o}": ["--orientation", str(o)] for o in range(2, 9)},
    "margins-rotated": ["--margins", "13,17,6,10", "--orientation", "6", "--cfa", "GRBG", "--black", "500,520,540,560"],
    "xtrans-rotated": ["--cfa", "XTRANS", "--orientation", "8", "--margins", "5,7,0,0"],
}.items()}
PROFILES["odd"] = ["--width", "1203", "--height", "801"]
# LibRaw is no oracle for these, only the floor counts: it shows what is outside the default crop, cuts odd margins, and
# knows one illuminant (the generator's tungsten light is a change of multipliers alone, which two illuminants deny).
NO_ORACLE = {"crop", "margins-rotated", "tungsten"}
FLOOR_DB = 26.0
ALLOWED_BELOW_DB = 0.5


def libraw(path):
    with rawpy.imread(path) as raw:
        return raw.postprocess(use_camera_wb=True, no_auto_bright=True, adjust_maximum_thr=0.0, output_bps=16, gamma=(2.4, 12.92),
                               output_color=rawpy.ColorSpace.sRGB).astype(np.float32) / 257


def score(picture, truth):
    d = (picture - truth)[10:-10, 10:-10]
    h, w = d.shape[0] // 8 * 8, d.shape[1] // 8 * 8
    means = d[:h, :w].reshape(h // 8, 8, w // 8, 8, 3).mean((1, 3))
    psnr = lambda e: 10 * np.log10(255 ** 2 / max(np.mean(e * e), 1e-9))
    return psnr(d), psnr(means)


def fit(truth, size):
    """The truth covers the active area; a default crop shows its middle."""
    dy, dx = (truth.shape[0] - size[0]) // 2, (truth.shape[1] - size[1]) // 2
    return truth[dy:dy + size[0], dx:dx + size[1]]


def case(rawmill, work, name, flags):
    dng, truth_path = os.path.join(work, f"{name}.dng"), os.path.join(work, f"{name}.truth.png")
    subprocess.run([sys.executable, MAKE, dng, "--truth", truth_path, *flags], check=True, stdout=subprocess.DEVNULL)
    truth = cv2.imread(truth_path)[:, :, ::-1].astype(np.float32)
    run = subprocess.run([rawmill, "run", dng, "--recipe", os.path.join(HERE, "linear.toml"), "--out", os.path.join(work, "out"), "--quiet", "--force"],
                         capture_output=True, text=True)
    if run.returncode:
        return f"rawmill failed: {run.stderr.strip()}"
    picture = cv2.imread(os.path.join(work, "out", f"{name}.png"), cv2.IMREAD_UNCHANGED)[:, :, ::-1].astype(np.float32) / 257
    us = score(picture, fit(truth, picture.shape))
    line = f"rawmill {us[0]:6.2f} dB, 8x8 means {us[1]:6.2f} dB"
    try:
        theirs = libraw(dng)
        them = score(theirs, fit(truth, theirs.shape)) if name not in NO_ORACLE else (0, 0)
        line += f"   LibRaw {them[0]:6.2f}, {them[1]:6.2f}"
        if name not in NO_ORACLE and theirs.shape != picture.shape:
            return f"{line}: size {picture.shape[1]}x{picture.shape[0]}, LibRaw has {theirs.shape[1]}x{theirs.shape[0]}"
        if name not in NO_ORACLE and us[1] < them[1] - ALLOWED_BELOW_DB and them[1] < 60:
            return f"{line}: colour is below LibRaw"
    except rawpy.LibRawError as error:
        line += f"   LibRaw refuses it ({type(error).__name__})"
    print(f"ok   {name:18} {line}", flush=True)
    return f"{line}: below the floor of {FLOOR_DB} dB" if us[0] < FLOOR_DB else None


def main():
    rawmill, work = sys.argv[1:3]
    os.makedirs(work, exist_ok=True)
    wanted = sys.argv[3:] or PROFILES
    failed = 0
    for name in wanted:
        problem = case(rawmill, work, name, PROFILES[name])
        if problem:
            failed += 1
            print(f"FAIL {name:18} {problem}", flush=True)
    print(f"{len(wanted) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
