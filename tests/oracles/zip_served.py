"""An archive of more than 4 GB through the real server, opened by Python's zipfile and Info-ZIP's unzip.

    zip_served.py RAWMILL FOLDER

A batch is developed, then its renditions are given another content: gigabytes of zeros in files that take no room, with
the sizes and CRC-32 of these in the ledger. The archive is fetched by a link, in ranges that break off, into a file that
leaves the zeros out; so a disk of little room is enough.
"""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
import zipfile
import zlib
from pathlib import Path

GIB = 1 << 30
SIZES = [5 * GIB // 2, 9, 2 * GIB + 77, 123_456]
BLOCK = 1 << 20
SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
RECIPE = """version = 1
[output]
path = "{stem}/{rendition}"
[[renditions]]
name = "web"
width = 64
encode = { format = "jpeg" }
[[renditions]]
name = "small"
width = 32
encode = { format = "png" }
"""


class Server:
    """rawmill serve in a folder, and its first key."""

    def __init__(self, program: str, folder: Path, lines: str = ""):
        (folder / "serve.toml").write_text(f'listen = "127.0.0.1:0"\n{lines}')
        command = [program, "serve", "--config", "serve.toml"]
        log = folder / "log"
        with open(log, "w") as to:
            self.process = subprocess.Popen(command, cwd=folder, stderr=to)
        while not (found := re.search(r"answers at (http://\S+)\s", log.read_text())):
            assert self.process.poll() is None, log.read_text()
            time.sleep(0.1)
        self.url = found.group(1)
        self.key = None
        token = (folder / "rawmill-data" / "setup-token").read_text()
        self.key = self.ask("POST", "/v1/setup", {"token": token})["key"]

    def ask(self, method: str, path: str, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        if self.key:
            request.add_header("Authorization", f"Bearer {self.key}")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def upload(self, path: Path) -> str:
        data = path.read_bytes()
        upload = self.ask("POST", "/v1/uploads", {"kind": "photo", "name": path.name, "size": len(data)})
        parts, rest = [], data
        for link in upload["links"]:
            part, rest = rest[: link["size"]], rest[link["size"] :]
            with urllib.request.urlopen(urllib.request.Request(link["url"], part, method="PUT")) as answer:
                parts.append({"number": link["number"], "etag": answer.headers["ETag"]})
        return self.ask("POST", f"/v1/uploads/{upload['id']}/complete", {"parts": parts})["id"]


def develop(server: Server) -> str:
    """A batch of two photos with two renditions each."""
    server.ask("POST", "/v1/recipes", {"name": "web", "text": RECIPE})
    photos = [server.upload(SAMPLES / name) for name in ["real_kodak_dc50_DC0011M.KDC", "real_canon_s40_CRW_0117.CRW"]]
    batch = server.ask("POST", "/v1/batches", {"recipe": {"name": "web"}, "photos": photos})["id"]
    while server.ask("GET", f"/v1/batches/{batch}")["state"] != "closed":
        time.sleep(0.2)
    return batch


def crc32_of_zeros(size: int) -> int:
    zeros, crc = bytes(BLOCK), 0
    for _ in range(size // BLOCK):
        crc = zlib.crc32(zeros, crc)
    return zlib.crc32(zeros[: size % BLOCK], crc)


def inflate(data: Path) -> None:
    """The renditions become files of zeros."""
    ledger = sqlite3.connect(data / "ledger.sqlite", timeout=60)
    outputs = ledger.execute("SELECT id, path FROM output ORDER BY id").fetchall()
    for (row, path), size in zip(outputs, SIZES, strict=True):
        found = [file for file in (data / "store").rglob("*") if str(file).endswith(path.replace("/", "+/")) and file.is_file()]
        assert len(found) == 1, found
        found[0].unlink()
        with open(found[0], "wb") as file:
            file.truncate(size)
        ledger.execute("UPDATE output SET size = ?, crc32 = ? WHERE id = ?", (size, crc32_of_zeros(size), row))
    ledger.commit()
    ledger.close()


def fetch(url: str, size: int, to: Path) -> str:
    """All of it, in ranges of which each goes on where the one before broke off."""
    etag, at = None, 0
    with open(to, "wb") as file:
        while at < size:
            headers = {"Range": f"bytes={at}-"} | ({"If-Range": etag} if etag else {})
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
                assert answer.status == 206 and answer.headers["Content-Range"] == f"bytes {at}-{size - 1}/{size}"
                assert etag in (None, answer.headers["ETag"])
                etag, until = answer.headers["ETag"], at + 3 * GIB // 2 + 13
                while at < until and (block := answer.read(BLOCK)):
                    file.seek(len(block), 1) if not any(block) else file.write(block)
                    at += len(block)
        file.truncate(size)
    return etag


def main() -> None:
    program, folder = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    folder.mkdir(parents=True)
    server = Server(program, folder)
    try:
        batch = develop(server)
        inflate(folder / "rawmill-data")
        link = server.ask("POST", f"/v1/batches/{batch}/zip", {})
        assert link["files"] == len(SIZES) and link["size"] > 4 * GIB, link
        archive = folder / "archive.zip"
        etag = fetch(link["url"], link["size"], archive)
        assert etag == f'"{link["id"]}"', etag
        with zipfile.ZipFile(archive) as opened:
            assert sorted(info.file_size for info in opened.infolist()) == sorted(SIZES)
            assert opened.testzip() is None
        subprocess.run(["unzip", "-tqq", archive], check=True)
        peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text()).group(1)
        assert int(peak) < 300_000, f"{peak} kB of memory"
        print(f"{link['size']:,} bytes in {link['files']} files; the server took {int(peak):,} kB at most")
    finally:
        server.process.kill()
        server.process.wait()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
