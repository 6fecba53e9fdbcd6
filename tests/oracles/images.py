"""Small pictures of /img against Pillow: their links by Python's hmac, their pixels by a resize of the same rendition.

    images.py RAWMILL FOLDER

A picture with strong colours, gradients and noise goes through a batch that leaves it as it is, into JPEG,
PNG, WebP and TIFF, in sRGB and Display P3. Pictures of these in several sizes must be what Pillow's Lanczos makes in linear
light: no pixel far off, no channel darker or lighter on the whole, the size that was asked for, sRGB, no metadata.
"""

import base64
import hashlib
import hmac
import io
import shutil
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms
from zip_served import Server

KEY = ("k1", bytes(range(32)))
KINDS = {
    "jpeg": '{ format = "jpeg", quality = 98, subsampling = "4:4:4" }',
    "png": '{ format = "png" }',
    "webp": '{ format = "webp", lossless = true }',
    "tiff": '{ format = "tiff", depth = 16 }',
}
# What is asked for, the size that comes of a picture of 900 x 600, and the part of it that is shown.
ASKED = [
    ("w=450,q=98,f=jpeg", (450, 300), None),
    ("w=200,h=200,q=98,f=jpeg", (200, 133), None),
    ("h=97,q=98,f=jpeg", (146, 97), None),
    ("w=300,h=300,fit=cover,q=98,f=jpeg", (300, 300), (150, 0, 750, 600)),
    ("w=400,h=100,fit=cover,q=98,f=jpeg", (400, 100), (0, 187.5, 900, 412.5)),
    ("w=2000,q=98,f=jpeg", (900, 600), None),
    ("w=300,q=98,f=webp", (300, 200), None),
    ("w=300,q=98,f=avif", (300, 200), None),
]


def recipe() -> str:
    text = 'version = 1\n[develop]\ntone = "linear"\ndenoise = "off"\n'
    for name, encode in KINDS.items():
        for space in ["srgb", "display-p3"]:
            text += f'[[renditions]]\nname = "{name}-{space}"\ncolor = "{space}"\nencode = {encode}\n'
    return text


def picture() -> Image.Image:
    """Bars of strong colours above, gradients, noise that a bad filter turns into patterns below. None is at the border of
    sRGB, where a rounding of Display P3 lies outside, and is mapped as a whole hue is."""
    y, x = np.mgrid[0:600, 0:900]
    bars = np.array([[220, 40, 40], [40, 220, 40], [40, 40, 220], [220, 220, 40], [40, 220, 220], [220, 40, 220]], np.uint8)
    pixels = bars[x * 6 // 900]
    pixels[200:400] = np.stack([20 + x * 215 // 899, 20 + y * 215 // 599, 235 - x * 215 // 899], -1)[200:400]
    noise = np.random.default_rng(1).integers(60, 200, (200, 900, 1), np.uint8)
    pixels[400:] = np.broadcast_to(noise, (200, 900, 3))
    return Image.fromarray(pixels)


def link(what: str) -> str:
    digest = hmac.new(KEY[1], f"rawmill img 1\n{what}".encode(), hashlib.sha256).digest()
    return f"/img/{KEY[0]}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}/{what}"


def linear(pixels: np.ndarray) -> np.ndarray:
    v = pixels.astype(np.float64) / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def encoded(v: np.ndarray) -> np.ndarray:
    v = np.clip(v, 0, 1)
    return 255 * np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)


def expected(source: np.ndarray, size, box) -> np.ndarray:
    """Pillow's Lanczos in linear light."""
    light = linear(source).astype(np.float32)
    planes = [Image.fromarray(light[..., c]).resize(size, Image.Resampling.LANCZOS, box=box) for c in range(3)]
    return encoded(np.stack([np.asarray(plane) for plane in planes], -1).astype(np.float64))


def get(url: str):
    with urllib.request.urlopen(url) as answer:
        return answer.read(), answer.headers


def check(name: str, made: bytes, source: np.ndarray, size, box):
    image = Image.open(io.BytesIO(made))
    assert image.size == size, (name, image.size)
    assert not image.getexif() and "xmp" not in image.info, f"{name} has metadata"
    profile = image.info.get("icc_profile")
    assert profile is None or "sRGB" in ImageCms.getProfileDescription(io.BytesIO(profile)), name
    found, wanted = np.asarray(image.convert("RGB")).astype(float), expected(source, size, box)
    # Hard edges between full colours ring in either filter, and codecs smear colour: most pixels are judged, and how much
    # light there is of each colour on the whole.
    off = np.abs(found - wanted)
    bias = 255 * np.abs((linear(found) - linear(wanted)).mean((0, 1)))
    assert bias.max() < 1.6, f"{name}: the channels are off by {bias}"
    assert np.percentile(off, 90) <= 6 and off.mean() < 3.5, f"{name}: {np.percentile(off, 90)} {off.mean()}"


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = Server(str(Path(program).resolve()), folder, f'[images]\nkeys = ["{KEY[0]}:{KEY[1].hex()}"]\n')
    try:
        picture().save(folder / "photo.png")
        server.ask("POST", "/v1/recipes", {"name": "all", "text": recipe()})
        photo = server.upload(folder / "photo.png")
        batch = server.ask("POST", "/v1/batches", {"recipe": {"name": "all"}, "photos": [photo]})["id"]
        while server.ask("GET", f"/v1/batches/{batch}")["state"] != "closed":
            time.sleep(0.2)
        renditions = server.ask("GET", f"/v1/batches/{batch}/renditions")["items"]
        assert len(renditions) == 2 * len(KINDS), renditions
        # What all of them show; each holds it to within its own rounding.
        source, seen = np.asarray(picture()), 0
        for rendition in renditions:
            for options, size, box in ASKED:
                what = f"{options}/{batch}/{rendition['task']}/{rendition['rendition']}"
                made, headers = get(server.url + link(what))
                again, same = get(server.url + link(what))
                assert (again, same["etag"]) == (made, headers["etag"]), what
                check(f"{rendition['rendition']} {options}", made, source, size, box)
                seen += 1
        what = f"w=450/{batch}/{renditions[0]['task']}"
        signed = server.ask("POST", f"/v1/batches/{batch}/tasks/{renditions[0]['task']}/images", {"options": "w=450"})
        assert signed["url"].endswith(link(what)), (signed, link(what))
        for wrong in [link(what).replace("w=450", "w=451"), link(what)[:-1] + "9"]:
            try:
                get(server.url + wrong)
                raise AssertionError(f"{wrong} is answered")
            except urllib.error.HTTPError as refusal:
                assert refusal.code == 403, refusal.code
        print(f"{seen} small pictures are what Pillow makes of the same renditions; hmac agrees on their links")
    finally:
        server.process.kill()
        server.process.wait()


main()
