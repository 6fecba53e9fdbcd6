#!/usr/bin/env python3
"""Write small DNG files, one for each way that a DNG may differ, all from one seeded picture, into a folder.

Each file is written next to NAME.json, what a decoder must find: samples (SHA-256 of little-endian u16 or f32), size,
active area, crop, CFA at (0, 0), black, white, neutral, orientation.
"""
import hashlib, json, struct, sys, zlib
from pathlib import Path
import numpy as np

TYPES = {"B": 1, "A": 2, "H": 3, "I": 4, "R": 5, "U": 7, "r": 10, "f": 11, "d": 12}
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 10: 8, 11: 4, 12: 8}
W, H = 96, 64
MATRIX = [7034, -804, -1014, -4420, 12564, 2058, -851, 1994, 5758]  # Canon EOS 6D, D65, as published in DNG profiles


def packed(values, kind, en):
    if kind in "AU": return values if isinstance(values, bytes) else values.encode() + b"\0"
    if kind == "R": return b"".join(struct.pack(en + "II", round(v * 10000), 10000) for v in values)
    if kind == "r": return b"".join(struct.pack(en + "ii", round(v * 10000), 10000) for v in values)
    return struct.pack(en + {"B": "B", "H": "H", "I": "I", "f": "f", "d": "d"}[kind] * len(values), *values)


def tiff(tags, chunks, en="<", tiled=False):
    """One directory, its chunks behind it."""
    tags = dict(tags)
    offsets, counts = (324, 325) if tiled else (273, 279)
    tags[counts] = ("I", [len(c) for c in chunks])
    tags[offsets] = ("I", [0] * len(chunks))
    for _ in range(2):
        body, blob, at = b"", b"", 8 + 2 + 12 * len(tags) + 4
        for tag in sorted(tags):
            kind, values = tags[tag]
            data = packed(values, kind, en)
            count = len(data) // SIZES[TYPES[kind]]
            if len(data) <= 4: field = data.ljust(4, b"\0")
            else:
                field = struct.pack(en + "I", at + len(blob))
                blob += data + b"\0" * (len(data) & 1)
            body += struct.pack(en + "HHI", tag, TYPES[kind], count) + field
        start, where = at + len(blob), []
        for c in chunks:
            where.append(start)
            start += len(c) + (len(c) & 1)
        tags[offsets] = ("I", where)
    head = (b"II*\0" if en == "<" else b"MM\0*") + struct.pack(en + "IH", 8, len(tags)) + body + b"\0\0\0\0" + blob
    return head + b"".join(c + b"\0" * (len(c) & 1) for c in chunks)


def scene(white, w=W, h=H, planes=1):
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:h, 0:w]
    base = 0.15 + 0.7 * (x / w) * (0.4 + 0.6 * y / h)
    v = np.stack([base * (1 - 0.2 * p) for p in range(planes)], -1) + rng.normal(0, 0.01, (h, w, planes))
    return np.clip(np.rint(v * white), 0, white).astype(np.uint16).squeeze()


def pack_bits(a, bits):
    b = ((a[..., None] >> np.arange(bits - 1, -1, -1, dtype=np.uint16)) & 1).astype(np.uint8)
    return np.packbits(b.reshape(a.shape[0], -1), axis=1).tobytes()


def opcode(number, body): return struct.pack(">IIII", number, 0x01030000, 1, len(body)) + body
def opcodes(*ops): return struct.pack(">I", len(ops)) + b"".join(ops)


def gain_map(top, left, bottom, right, gains, pitch=1):
    rows, cols = gains.shape
    region = struct.pack(">8I", top, left, bottom, right, 0, 1, pitch, pitch)
    grid = struct.pack(">IIddddI", rows, cols, 1 / (rows - 1), 1 / (cols - 1), 0, 0, 1)
    return opcode(9, region + grid + gains.astype(">f4").tobytes())


def common(white, w=W, h=H, **more):
    tags = {254: ("I", [0]), 256: ("I", [w]), 257: ("I", [h]), 258: ("H", [16]), 259: ("H", [1]), 262: ("H", [32803]),
            271: ("A", "Test"), 272: ("A", "Variant"), 274: ("H", [1]), 277: ("H", [1]), 278: ("I", [h]), 284: ("H", [1]),
            33421: ("H", [2, 2]), 33422: ("B", [0, 1, 1, 2]), 50706: ("B", [1, 4, 0, 0]), 50707: ("B", [1, 1, 0, 0]),
            50708: ("A", "Test Variant"), 50714: ("R", [64]), 50717: ("I", [white]),
            50721: ("r", [m / 10000 for m in MATRIX]), 50728: ("R", [0.5, 1, 0.8]), 50778: ("H", [21])}
    tags.update(more.pop("tags", {}))
    return tags


def main(folder):
    out = Path(folder); out.mkdir(parents=True, exist_ok=True)

    def save(name, data, samples, tags, en="<", tiled=False, **facts):
        chunks = data if isinstance(data, list) else [data]
        (out / f"{name}.dng").write_bytes(tiff(tags, chunks, en, tiled))
        truth = None
        if samples is not None:
            dtype = "<f4" if samples.dtype.kind == "f" else "<u2"
            truth = hashlib.sha256(np.ascontiguousarray(samples).astype(dtype).tobytes()).hexdigest()
        h, w = (samples.shape if samples is not None else (H, W))[:2]
        want = dict(sha256=truth, width=w, height=h, crop=[0, 0, w, h], active=[0, 0, w, h], cfa="RGGB", black=[64] * 3,
                    white=[float(np.max(tags[50717][1]))] * 3, as_shot=[2, 1, 1.25], orientation=1, aspect=1)
        want.update(facts)
        (out / f"{name}.json").write_text(json.dumps(want))

    raw16 = scene(60000)
    for bits in (8, 10, 12, 14, 16):
        a = scene((1 << bits) - 1)
        data = a.astype("<u2").tobytes() if bits == 16 else pack_bits(a, bits)
        save(f"packed{bits}", data, a, common((1 << bits) - 1, tags={258: ("H", [bits]), 50714: ("R", [16])}), black=[16] * 3)
        big = a.astype(">u2").tobytes() if bits == 16 else pack_bits(a, bits)
        save(f"packed{bits}_big_endian", big, a, common((1 << bits) - 1, tags={258: ("H", [bits]), 50714: ("R", [16])}),
             ">", black=[16] * 3)
    words = scene(4095)
    save("twelve_in_words", words.astype("<u2").tobytes(), words, common(4095))
    for number in range(2, 9):
        save(f"orientation{number}", raw16.astype("<u2").tobytes(), raw16, common(60000, tags={274: ("H", [number])}),
             orientation=number)
    for name, pattern in dict(BGGR=[2, 1, 1, 0], GRBG=[1, 0, 2, 1], GBRG=[1, 2, 0, 1]).items():
        save(f"cfa_{name}", raw16.astype("<u2").tobytes(), raw16, common(60000, tags={33422: ("B", pattern)}), cfa=name)
    odd = scene(60000, 77, 53)
    save("odd_size", odd.astype("<u2").tobytes(), odd, common(60000, 77, 53))
    strips = [raw16[y:y + 10].astype("<u2").tobytes() for y in range(0, H, 10)]
    save("strips", strips, raw16, common(60000, tags={278: ("I", [10])}))
    tiles = [np.pad(raw16[y:y + 48, x:x + 80], ((0, max(0, y + 48 - H)), (0, max(0, x + 80 - W))), "edge").astype("<u2").tobytes()
             for y in range(0, H, 48) for x in range(0, W, 80)]
    layout = {322: ("I", [80]), 323: ("I", [48])}
    tiled = common(60000, tags=layout); del tiled[278]
    save("tiles", tiles, raw16, tiled, tiled=True)
    try:
        import imagecodecs
        lj = [imagecodecs.ljpeg_encode(np.frombuffer(t, "<u2").reshape(48, 80).copy(), bitspersample=16) for t in tiles]
        save("ljpeg_tiles", lj, raw16, {**tiled, 259: ("H", [7])}, tiled=True)
        rgb8 = (scene(60000, planes=3) >> 8).astype(np.uint8)
        jpg = imagecodecs.jpeg8_encode(rgb8, level=95, colorspace="RGB", outcolorspace="YCBCR", subsampling="444")
        lossy = common(255, tags={258: ("H", [8, 8, 8]), 259: ("H", [34892]), 262: ("H", [34892]), 277: ("H", [3]),
                                  50714: ("R", [0, 0, 0]), 50717: ("I", [255, 255, 255]), 50706: ("B", [1, 4, 0, 0])})
        del lossy[33421], lossy[33422]
        save("lossy", jpg, None, lossy, cfa=None, black=[0] * 3, near=rgb8.tolist())
    except ImportError:
        print("imagecodecs is missing: no ljpeg and lossy files", file=sys.stderr)
    lin = scene(60000, planes=3)
    linear = common(60000, tags={258: ("H", [16] * 3), 262: ("H", [34892]), 277: ("H", [3]), 50714: ("R", [64, 60, 70]),
                                 50717: ("I", [60000, 59000, 58000])})
    del linear[33421], linear[33422]
    save("linear", lin.astype("<u2").tobytes(), lin, linear, cfa=None, black=[64, 60, 70], white=[60000, 59000, 58000])
    for bits, kind in ((16, "f2"), (32, "f4")):
        f = (raw16.astype(np.float32) / 60000).astype(kind)
        tags = common(1, tags={258: ("H", [bits]), 339: ("H", [3]), 50714: ("R", [0])})
        save(f"float{bits}", f.astype("<" + kind).tobytes(), f.astype(np.float32), tags, black=[0] * 3)
        by = np.frombuffer(f.astype(">" + kind).tobytes(), np.uint8).reshape(H, W, -1).transpose(0, 2, 1).reshape(H, -1)
        d = by.copy(); d[:, 1:] -= by[:, :-1]
        save(f"float{bits}_deflate", zlib.compress(d.tobytes()), f.astype(np.float32),
             {**tags, 259: ("H", [8]), 317: ("H", [3])}, black=[0] * 3)
    d = raw16.copy(); d[:, 1:] -= raw16[:, :-1]
    save("deflate16", zlib.compress(d.astype("<u2").tobytes()), raw16, common(60000, tags={259: ("H", [8]), 317: ("H", [2])}))
    save("black_per_channel", raw16.astype("<u2").tobytes(), raw16,
         common(60000, tags={50713: ("H", [2, 2]), 50714: ("R", [10, 20, 30, 40])}), black=[10, 25, 40])
    save("black_deltas", raw16.astype("<u2").tobytes(), raw16,
         common(60000, tags={50716: ("r", [y * 0.5 for y in range(H)]), 50715: ("r", [x * 0.25 for x in range(W)])}))
    area = {50829: ("I", [3, 5, 61, 91]), 50719: ("R", [2, 4]), 50720: ("R", [80, 50])}
    # The pattern belongs to the active area: its (0, 0) lies on an odd row and column of the plane.
    save("active_area_and_crop", raw16.astype("<u2").tobytes(), raw16,
         common(60000, tags={**area, 50713: ("H", [2, 2]), 50714: ("R", [10, 20, 30, 40])}),
         active=[5, 3, 86, 58], crop=[7, 7, 80, 50], cfa="BGGR", black=[10, 25, 40])
    save("wide_pixels", raw16.astype("<u2").tobytes(), raw16, common(60000, tags={50718: ("R", [1.5, 1])}), aspect=1.5)
    save("tall_pixels", raw16.astype("<u2").tobytes(), raw16, common(60000, tags={50718: ("R", [1, 2])}), aspect=0.5)
    save("baseline_exposure", raw16.astype("<u2").tobytes(), raw16, common(60000, tags={50730: ("r", [0.75])}), baseline=0.75)
    table = np.minimum((np.arange(256) ** 2), 65535).astype(np.uint16)
    codes = scene(255)
    save("linearization_table", codes.astype(np.uint8).tobytes(), table[codes],
         common(65025, tags={258: ("H", [8]), 50712: ("H", table.tolist())}))
    save("analog_balance", raw16.astype("<u2").tobytes(), raw16, common(60000, tags={50727: ("R", [1.25, 1, 0.5])}),
         matrix=[m / 1e4 * g for m, g in zip(MATRIX, [1.25] * 3 + [1] * 3 + [0.5] * 3)])
    cal = np.diag([0.9, 1.0, 1.1]); cal[0, 1] = 0.05
    save("camera_calibration", raw16.astype("<u2").tobytes(), raw16,
         common(60000, tags={50723: ("r", cal.ravel().tolist())}),
         matrix=(cal @ np.array(MATRIX).reshape(3, 3) / 1e4).ravel().tolist())
    save("white_xy", raw16.astype("<u2").tobytes(), raw16,
         {k: v for k, v in common(60000, tags={50729: ("R", [0.3127, 0.329])}).items() if k != 50728},
         as_shot="D65")
    warp = opcode(1, struct.pack(">I", 1) + struct.pack(">6d", 1, 0.02, -0.01, 0.003, 0.0005, -0.0004) + struct.pack(">2d", 0.5, 0.49))
    vign = opcode(3, struct.pack(">7d", 0.3, 0.1, 0.05, 0, 0, 0.5, 0.5))
    save("lens_opcodes", raw16.astype("<u2").tobytes(), raw16, common(60000, tags={51022: ("U", opcodes(warp, vign))}), lens=2)
    gains = np.linspace(1, 1.4, 12).reshape(3, 4)
    level = np.full((H, W), 30000, np.uint16)
    save("gain_map", level.astype("<u2").tobytes(), None,
         common(60000, tags={50714: ("R", [1000]), 51009: ("U", opcodes(gain_map(0, 0, H, W, gains)))}), black=[1000] * 3,
         gains=gains.tolist())
    bad = level.copy(); bad[20, 30] = 0
    fixed = opcode(4, struct.pack(">II", 0, 0))
    save("bad_pixels", bad.astype("<u2").tobytes(), level, common(60000, tags={51008: ("U", opcodes(fixed))}))
    # What must be refused.
    save("refuse_cygm", raw16.astype("<u2").tobytes(), None,
         common(60000, tags={33422: ("B", [0, 1, 2, 3]), 50710: ("B", [3, 1, 4, 5])}), refuse=True)
    quad = [0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2]
    save("refuse_quad_bayer", raw16.astype("<u2").tobytes(), None,
         common(60000, tags={33421: ("H", [4, 4]), 33422: ("B", quad)}), refuse=True)
    save("refuse_white_below_black", raw16.astype("<u2").tobytes(), None, common(60000, tags={50714: ("R", [60001])}), refuse=True)


if __name__ == "__main__":
    main(sys.argv[1])
