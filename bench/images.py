#!/usr/bin/env python3
"""Small pictures of `/img` against libvips and Pillow at the same work.

    python3 bench/images.py --rawmill target/release/rawmill --work DIR [--rounds 5] [--pictures 40]

Starts `rawmill serve` in DIR with one slot and one thread each for the others, makes one rendition of 2400 x 1600 pixels, and
has pictures of other sizes made of it: over HTTP with a new link each, by `pyvips` (thumbnail, in linear light as ours, and
as it is), and by Pillow (draft and Lanczos). Each side decodes the same JPEG and encodes at the same quality; they take
turns in rounds, and the middle of the rounds counts. A round trip through HTTP, the child and the store is in our figure
and not in theirs. Prints pictures a second, bytes of one, and the ratio.
Needs pyvips (`pip install "pyvips[binary]"`), pillow and numpy.
"""
import argparse, base64, hashlib, hmac, io, os, shutil, statistics, sys, time

os.environ["VIPS_CONCURRENCY"] = "1"
import numpy as np  # noqa: E402
import pyvips  # noqa: E402
from PIL import Image  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from service import Service  # noqa: E402

KEY = bytes(range(32))
QUALITY = 80
RECIPE = """version = 1
[develop]
tone = "linear"
denoise = "off"
[[renditions]]
name = "web"
encode = { format = "jpeg", quality = 90 }
"""


def photo(path):
    """Soft shapes and grain, which a codec finds as hard as a photo."""
    rng = np.random.default_rng(3)
    soft = Image.fromarray(rng.integers(0, 256, (40, 60, 3), np.uint8)).resize((2400, 1600), Image.Resampling.BICUBIC)
    grain = rng.normal(0, 6, (1600, 2400, 1))
    Image.fromarray(np.clip(np.asarray(soft) + grain, 0, 255).astype(np.uint8)).save(path)


class Rawmill:
    def __init__(self, rawmill, folder):
        # The lines end where the sections of `Service` begin.
        self.service = Service(rawmill, folder, f'[images]\nkeys = ["k1:{KEY.hex()}"]\n')
        photo(f"{folder}/photo.png")
        self.service.recipe("web", RECIPE)
        self.batch = self.service.submit("web", [self.service.upload(f"{folder}/photo.png")])
        self.service.wait(self.batch)
        item = self.service.call("GET", f"/v1/batches/{self.batch}/renditions")["items"][0]
        self.task, self.connection = item["task"], self.service.connect()
        self.connection.request("GET", "/" + item["url"].split("/", 3)[3])
        self.source = self.connection.getresponse().read()

    def make(self, width, kind):
        what = f"w={width},q={QUALITY},f={kind}/{self.batch}/{self.task}"
        signature = base64.urlsafe_b64encode(hmac.new(KEY, f"rawmill img 1\n{what}".encode(), hashlib.sha256).digest())
        self.connection.request("GET", f"/img/k1.{signature.decode().rstrip('=')}/{what}")
        answer = self.connection.getresponse()
        made = answer.read()
        assert answer.status == 200, made
        return made


def vips(linear):
    def make(source, width, kind):
        image = pyvips.Image.thumbnail_buffer(source, width, linear=linear, size="down")
        return image.write_to_buffer(".jpg" if kind == "jpeg" else f".{kind}", Q=QUALITY, strip=True)
    return make


def pillow(source, width, kind):
    image = Image.open(io.BytesIO(source))
    image.draft("RGB", (2 * width, 2 * width))
    height = round(image.height * width / image.width)
    made = io.BytesIO()
    image.resize((width, height), Image.Resampling.LANCZOS).save(made, kind, quality=QUALITY)
    return made.getvalue()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rawmill", required=True)
    arguments.add_argument("--work", required=True)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--pictures", type=int, default=40)
    given = arguments.parse_args()
    shutil.rmtree(given.work, ignore_errors=True)
    mill = Rawmill(os.path.abspath(given.rawmill), given.work)
    try:
        peers = {"libvips linear": vips(True), "libvips": vips(False), "Pillow": pillow}
        sides = {"rawmill /img": mill.make} | {n: lambda w, k, f=f: f(mill.source, w, k) for n, f in peers.items()}
        for kind, width, number in [("jpeg", 160, given.pictures), ("jpeg", 400, given.pictures), ("jpeg", 1200, given.pictures),
                                    ("webp", 400, given.pictures), ("avif", 400, max(1, given.pictures // 8))]:
            rates, size = {name: [] for name in sides}, {}
            for name, make in sides.items():
                size[name] = len(make(width, kind))
            for _ in range(given.rounds):
                for name, make in sides.items():
                    start = time.perf_counter()
                    for n in range(number):
                        make(width + n % 8, kind)
                    rates[name].append(number / (time.perf_counter() - start))
            ours = statistics.median(rates["rawmill /img"])
            for name, found in rates.items():
                rate = statistics.median(found)
                print(f"{kind} {width:5}  {name:15} {rate:8.1f}/s  {size[name]:7} bytes  ours / this: {ours / rate:.2f}", flush=True)
    finally:
        mill.service.stop()


main()
