#!/usr/bin/env python3
"""Write the small pictures of this folder and `expected.json`: what Pillow, tifffile and LittleCMS make of them.

All are drawn here (a smooth gradient with patches); nobody's photograph is among them. Needs pillow, numpy, tifffile,
imagecodecs.
"""
import io, json
from pathlib import Path
import numpy as np, tifffile
from PIL import Image, ImageCms

HERE, W, H = Path(__file__).parent, 48, 32
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
GRID = [(x, y) for y in (3, 16, 28) for x in (4, 17, 30, 44)]


def scene():
    y, x = np.mgrid[0:H, 0:W]
    a = np.stack([40 + 4 * x, 60 + 5 * y, 230 - 3 * x - y], -1).astype(float)
    a[8:14, 10:20] = (200, 30, 40)
    a[8:14, 24:34] = (240, 240, 235)
    return np.clip(a, 0, 255).astype(np.uint8)


def linear(v): return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
def encoded(v): return np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)
def on_white(rgb, alpha): return np.rint(255 * encoded(linear(rgb / 255) * alpha[..., None] + 1 - alpha[..., None]))


def main():
    rgb, expected = scene(), {}
    gray = rgb[..., 1]
    alpha = np.tile(np.linspace(0, 255, W).round().astype(np.uint8), (H, 1))

    def keep(name, want, tolerance, orientation=1, **more):
        points = [[int(v) for v in np.broadcast_to(want[y, x], 3)] for x, y in GRID]
        expected[name] = dict(width=W, height=H, orientation=orientation, tolerance=tolerance, points=points, **more)

    def pil(name, image, want, tolerance, **options):
        expectation = {k: options.pop(k) for k in ("orientation",) if k in options}
        image.save(HERE / name, **options)
        keep(name, want, tolerance, **expectation)

    im, g = Image.fromarray(rgb), Image.fromarray(gray)
    opened = lambda name: np.asarray(Image.open(HERE / name).convert("RGB"))
    exif = Image.Exif(); exif[274] = 6; exif[271] = "Maker"; exif[272] = "Model"; exif[315] = "Somebody"
    for name, options in {"rgb444.jpg": dict(subsampling=0), "rgb420.jpg": dict(subsampling=2),
                          "progressive.jpg": dict(progressive=True, subsampling=0)}.items():
        im.save(HERE / name, quality=92, **options)
        keep(name, opened(name), 3)
    im.save(HERE / "oriented.jpg", quality=92, subsampling=0, exif=exif, icc_profile=SRGB.tobytes())
    keep("oriented.jpg", opened("oriented.jpg"), 3, 6, icc=True, artist="Somebody")
    g.save(HERE / "gray.jpg", quality=92); keep("gray.jpg", opened("gray.jpg"), 3)
    cmyk = Image.merge("CMYK", [Image.fromarray(255 - rgb[..., c] // 2 - 60) for c in range(3)] + [Image.fromarray(255 - gray // 2 - 100)])
    ideal = lambda a: np.rint((255 - a[..., :3].astype(float)) * (255 - a[..., 3:].astype(float)) / 255)
    cmyk.save(HERE / "cmyk.jpg", quality=95)  # Pillow writes the Adobe mark and inverted inks
    keep("cmyk.jpg", ideal(np.asarray(Image.open(HERE / "cmyk.jpg"))), 4)
    import imagecodecs
    inks = 255 - np.asarray(cmyk)
    (HERE / "ycck.jpg").write_bytes(imagecodecs.jpeg8_encode(inks, level=95, colorspace="CMYK", outcolorspace="YCCK"))
    keep("ycck.jpg", ideal(np.asarray(Image.open(HERE / "ycck.jpg"))), 5)

    pil("rgb.png", im, rgb, 0)
    pil("gray.png", g, gray[..., None], 0)
    pil("palette.png", im.quantize(16), np.asarray(im.quantize(16).convert("RGB")), 0)
    pil("oriented.png", im, rgb, 0, exif=exif, orientation=6)
    rgba = Image.fromarray(np.dstack([rgb, alpha]))
    pil("alpha.png", rgba, on_white(rgb, alpha / 255), 1)
    import struct, zlib
    def png16(name, a, color_type, extra=b""):
        rows = b"".join(b"\0" + r.astype(">u2").tobytes() for r in a)
        chunk = lambda k, d: struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d))
        head = struct.pack(">IIBBBBB", W, H, 16, color_type, 0, 0, 0)
        (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    png16("rgb16.png", rgb.astype(np.uint16) * 257, 2); keep("rgb16.png", rgb, 0, bits=16)
    png16("gray16.png", gray.astype(np.uint16)[..., None] * 257, 0); keep("gray16.png", gray[..., None], 0, bits=16)

    for name, a, options in [("rgb.tif", rgb, {}), ("rgb_lzw.tif", rgb, dict(compression="lzw", predictor=True)),
                             ("rgb16_deflate.tif", rgb.astype(np.uint16) * 257, dict(compression="zlib", predictor=True)),
                             ("rgb_big_endian.tif", rgb, dict(byteorder=">")), ("rgb_tiled.tif", rgb, dict(tile=(16, 16)))]:
        tifffile.imwrite(HERE / name, a, photometric="rgb", **options)
        keep(name, rgb, 0, bits=8 * a.itemsize)
    tifffile.imwrite(HERE / "gray.tif", gray, photometric="minisblack"); keep("gray.tif", gray[..., None], 0)
    tifffile.imwrite(HERE / "white_is_zero.tif", 255 - gray, photometric="miniswhite"); keep("white_is_zero.tif", gray[..., None], 0)
    tifffile.imwrite(HERE / "alpha.tif", np.dstack([rgb, alpha]), photometric="rgb", extrasamples=["unassalpha"])
    keep("alpha.tif", on_white(rgb, alpha / 255), 1)
    pre = np.rint(rgb * (alpha[..., None] / 255)).astype(np.uint8)
    tifffile.imwrite(HERE / "premultiplied.tif", np.dstack([pre, alpha]), photometric="rgb", extrasamples=["assocalpha"])
    keep("premultiplied.tif", on_white(rgb, alpha / 255), 6)
    tifffile.imwrite(HERE / "cmyk.tif", np.asarray(cmyk), photometric="separated")
    keep("cmyk.tif", ideal(np.asarray(cmyk)), 1)
    tifffile.imwrite(HERE / "oriented.tif", rgb, photometric="rgb", extratags=[(274, 3, 1, 8, True)]); keep("oriented.tif", rgb, 0, 8)

    pil("lossless.webp", im, rgb, 0, lossless=True)
    im.save(HERE / "lossy.webp", quality=90, exif=exif); keep("lossy.webp", opened("lossy.webp"), 3, 6)
    pil("alpha.webp", rgba, on_white(rgb, alpha / 255), 1, lossless=True, exact=True)
    (HERE / "expected.json").write_text(json.dumps(dict(grid=GRID, files=expected), indent=0))


if __name__ == "__main__":
    main()
