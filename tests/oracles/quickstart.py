"""Runs docs/api.md as it stands: its commands, in their order, against a service of its own. Usage: quickstart.py RAWMILL FOLDER"""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from PIL import Image

HOUSE = Path(__file__).resolve().parents[2]


def blocks(language):
    """The code of the page in this language."""
    text = (HOUSE / "docs/api.md").read_text()
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def serve(rawmill, folder):
    """Starts a service; returns it and where it answers."""
    (folder / "serve.toml").write_text('listen = "127.0.0.1:0"\n')
    service = subprocess.Popen([rawmill, "serve", "--config", "serve.toml"], cwd=folder, stderr=subprocess.PIPE, text=True)
    for line in service.stderr:
        if found := re.search(r"answers at (http\S+)", line):
            return service, found[1]
    raise SystemExit("the service did not start")


def main(rawmill, folder):
    folder = Path(folder)
    folder.mkdir(parents=True)
    shutil.copy(HOUSE / "samples/dev_portrait_o6_gbrg_14bit_ljpeg.dng", folder / "photo.dng")
    (programs := blocks("python")) or sys.exit("the page has no program")
    (folder / "folder.py").write_text(programs[0])
    service, url = serve(Path(rawmill).resolve(), folder)
    script = "set -euo pipefail\n" + "\n".join(blocks("bash")).replace("http://127.0.0.1:8080", url)
    try:
        ran = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=300)
    finally:
        service.kill()
    print(ran.stdout + ran.stderr)
    assert ran.returncode == 0, "a command of the page failed"
    pictures = sorted(folder.glob("photo*.jpg")) + sorted((folder / "web").rglob("*.jpg"))
    assert len(pictures) == 2, pictures
    assert all(Image.open(picture).size[0] > 100 for picture in pictures)
    assert zipfile.ZipFile(folder / "all.zip").testzip() is None
    assert "broken.dng: " in ran.stdout, "a photo that failed is told of"


main(*sys.argv[1:])
