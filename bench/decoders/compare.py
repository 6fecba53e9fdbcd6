#!/usr/bin/env python3
"""Compare what rawmill's decoder, rawler and LibRaw make of the same files, and print a Markdown table.

    compare.py --ours target/release/examples/decoded --rawler .../rawler-facts FILE…

A cell is `ok`, or says what differs. The measure is NAME.json beside a made file (see make_variants.py); for the others
it is LibRaw (rawpy): samples bit for bit, levels, as-shot white balance (green = 1), matrix, crop, orientation.
"""
import argparse, hashlib, json, subprocess, tempfile, time
from pathlib import Path
import numpy as np
import rawpy

FLIP = {0: 1, 3: 3, 5: 8, 6: 6, 1: 2, 2: 4, 4: 5, 7: 7}


def run(command, files, tag):
    """Facts and samples by file."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        first = [command, "--samples", folder] if tag == "ours" else [command, folder]
        done = subprocess.run([*first, *map(str, files)], capture_output=True, text=True)
        for number, line in enumerate(done.stdout.splitlines()):
            facts = json.loads(line)
            raw = Path(folder, f"{number}.raw")
            facts["samples"] = raw.read_bytes() if raw.exists() else b""
            found[facts["file"]] = facts
    return found


def ours(f):
    if "error" in f: return dict(error=f["error"])
    p, photo = f["probe"], f["photo"]
    box = lambda r: [r["x"], r["y"], r["width"], r["height"]]
    matrices = p["color"]["xyz_to_camera"]
    return dict(samples=f["samples"], dtype=photo["dtype"], width=photo["width"], height=photo["height"], cfa=p["cfa"],
                black=p["levels"]["black"], white=p["levels"]["white"], as_shot=p["color"]["as_shot"], crop=box(p["crop"]),
                active=box(p["active"]), orientation=p["orientation"], aspect=p["pixel_aspect"], seconds=f["seconds"],
                matrix=matrices[-1][1] if matrices else None, baseline=p["baseline_exposure_ev"], format=p["format"],
                levels_after=photo, notes=p["notes"])


def rawlers(f):
    if "error" in f: return dict(error=f["error"])
    wb = np.array(f["wb"][:3], float)
    black = f["black"]
    black = [black[0]] * 3 if len(black) == 1 else [black[0], (black[1] + black[2]) / 2, black[3]] if len(black) == 4 else black
    white = f["white"] if len(f["white"]) == 3 else [f["white"][0]] * 3
    m = {light: m for light, m in f["matrices"]}.get("D65", f["matrices"][-1][1]) if f["matrices"] else None
    whole = [0, 0, f["width"], f["height"]]
    return dict(samples=f["samples"], dtype=f["dtype"], width=f["width"], height=f["height"], black=black, white=white,
                as_shot=(wb / wb[1]).tolist() if wb[1] else None, crop=f["crop"] or f["active"] or whole, active=f["active"] or whole,
                orientation=f["orientation"], seconds=f["seconds"], matrix=m)


def libraws(path):
    try:
        start = time.perf_counter()
        with rawpy.imread(str(path)) as r:
            image = r.raw_image.copy() if r.raw_type == rawpy.RawType.Flat else r.raw_image[..., :3].copy()
            seconds = time.perf_counter() - start
            wb = np.array(r.camera_whitebalance[:3], float)
            b = r.black_level_per_channel
            return dict(by="LibRaw", samples=image.tobytes(), dtype="u2" if image.dtype.kind == "u" else "f4", width=image.shape[1],
                        height=image.shape[0], black=[b[0], (b[1] + b[3]) / 2, b[2]], white=[r.white_level] * 3,
                        as_shot=(wb / wb[1]).tolist() if wb[1] and wb[0] else None, orientation=FLIP.get(r.sizes.flip),
                        aspect=r.sizes.pixel_aspect, matrix=r.rgb_xyz_matrix[:3].tolist(), seconds=seconds,
                        active=[r.sizes.left_margin, r.sizes.top_margin, r.sizes.width, r.sizes.height])
    except Exception as e:
        return dict(error=type(e).__name__)


def near(a, b, tolerance): return a is not None and b is not None and np.allclose(np.ravel(a), np.ravel(b), rtol=tolerance, atol=tolerance)


def judge(got, want):
    """Differences of `got` from `want`, in words."""
    if want.get("refuse"): return "refused" if "error" in got else "**accepted**"
    if "error" in got: return f"**{got['error'][:70]}**"
    bad = []
    if want.get("sha256"):
        if hashlib.sha256(got["samples"]).hexdigest() != want["sha256"]: bad.append("pixels")
    elif "near" in want:
        a = np.frombuffer(got["samples"], "<u2").astype(float)
        b = np.array(want["near"], float).ravel()
        if a.size != b.size or np.abs(a - b).mean() > 3: bad.append("pixels")
    elif "gains" in want: bad += gains(got, want)
    elif want.get("samples") is not None and got["samples"] != want["samples"]: bad.append("pixels")
    for key, tolerance in dict(black=0.6, white=0.5, as_shot=2e-3, active=0, crop=0, orientation=0, aspect=1e-3, matrix=2e-3,
                               baseline=1e-3).items():
        if key == "as_shot" and want.get(key) == "D65": continue
        unknown = key not in got and (got.get("by") == "LibRaw" or key in ("aspect", "baseline"))
        if want.get(key) is not None and not unknown and not near(got.get(key), want[key], tolerance):
            bad.append(f"{key} {brief(got.get(key))} for {brief(want[key])}")
    return "; ".join(bad) or "ok"


def gains(got, want):
    """A flat picture under a gain map must follow the map, in units of white over black."""
    after = got.get("levels_after")
    a = np.frombuffer(got["samples"], "<u2").astype(float).reshape(got["height"], got["width"])
    black, white = (after["black"]["pattern"][0], after["white"][0]) if after else (got["black"][0], got["white"][0])
    g, (h, w) = np.array(want["gains"]), a.shape
    y, x = np.arange(h) / h * (g.shape[0] - 1), np.arange(w) / w * (g.shape[1] - 1)
    rows = np.stack([np.interp(x, range(g.shape[1]), r) for r in g])
    full = np.stack([np.interp(y, range(g.shape[0]), c) for c in rows.T], 1)
    truth = np.minimum(29000 / 59000 * full, 1)
    return [] if np.abs((a - black) / (white - black) - truth).max() < 2e-4 else ["gain map not applied"]


def brief(v):
    if v is None: return "none"
    return "/".join(f"{x:.4g}" for x in np.ravel(np.array(v, float))[:4])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--ours", required=True); ap.add_argument("--rawler"); ap.add_argument("files", nargs="+", type=Path)
    a = ap.parse_args()
    mine, other = run(a.ours, a.files, "ours"), run(a.rawler, a.files, "rawler") if a.rawler else {}
    print("| file | measure | rawmill (flashraw) | rawler | LibRaw | MP/s: ours, rawler, LibRaw |\n|---|---|---|---|---|---|")
    for path in a.files:
        truth = path.with_suffix(".json")
        lib = libraws(path)
        want = json.loads(truth.read_text()) if truth.exists() else {**lib, "black": None, "matrix": lib["matrix"] if np.any(lib["matrix"]) else None} if "error" not in lib else {}
        results = [ours(mine[str(path)]), rawlers(other.get(str(path), dict(error="not run"))), lib]
        speed = ", ".join(f"{r['width'] * r['height'] / 1e6 / r['seconds']:.0f}" if "error" not in r else "-" for r in results)
        cells = [judge(r, want) for r in results]
        print(f"| {path.name} | {'made' if truth.exists() else 'LibRaw'} | " + " | ".join(cells) + f" | {speed} |")


if __name__ == "__main__":
    main()
