"""Archives of the crate `archive` opened by programs that do not know it: Python's zipfile and Info-ZIP's unzip.

    zip.py EXAMPLE FOLDER [--full]

EXAMPLE writes an archive of the files that it is told (crates/archive/examples/archive.rs), FOLDER is for them. Of those
of 4 GiB, one is enough where it is not `--full`.
"""

import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

SMALL = 1 << 20
GIB = 1 << 30


def content(at: int, size: int) -> bytes:
    """What the example puts into its small files."""
    return bytes((n * 31 + at * 7) & 255 for n in range(size))


def names(count: int) -> list[str]:
    return [f"folder {at % 7}/Ärger 사진/photo-{at:06}.jpg" for at in range(count)]


# What must open: files by size and name, and the names in the archive where they differ.
HOSTILE = ["../../up.jpg", "/root.jpg", "a\\b:c.jpg", "tab\there.jpg", "dir/./x/../y.jpg", "same.jpg", "Same.jpg", "\u202egpj.exe"]
SAFE = ["up.jpg", "root.jpg", "a_b_c.jpg", "tab_here.jpg", "dir/x/y.jpg", "same.jpg", "Same-2.jpg", "_gpj.exe"]
CASES = {
    "nothing": ([], None),
    "one empty file": ([(0, "empty.jpg")], None),
    "a few": ([(at * 997 % 5000, name) for at, name in enumerate(names(50))], None),
    "hostile names": ([(9, name) for name in HOSTILE], SAFE),
    "65,534 files": ([(1, name) for name in names(65_534)], None),
    "65,535 files": ([(1, name) for name in names(65_535)], None),
    "70,000 files": ([(1, name) for name in names(70_000)], None),
    "files that begin behind 4 GiB": ([(GIB, f"{at}.tif") for at in range(5)] + [(3, "last")], None),
}
MORE = {
    "a file of 4 GiB": ([(5, "a"), (4 * GIB, "big.tif"), (7, "b")], None),
    "a file of a byte less than ZIP64 needs": ([(4 * GIB - 2, "big.tif"), (7, "b")], None),
    "a file of just what ZIP64 needs": ([(4 * GIB - 1, "big.tif"), (7, "b")], None),
}


def write(example: str, path: Path, files: list[tuple[int, str]]) -> None:
    lines = "".join(f"{size} {name}\n" for size, name in files)
    subprocess.run([example, path], input=lines.encode(), check=True)


def by_python(path: Path, files: list[tuple[int, str]], wanted: list[str]) -> None:
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == wanted, archive.namelist()[:10]
        assert archive.testzip() is None
        picked = range(len(files)) if len(files) < 100 else random.Random(7).sample(range(len(files)), 100)
        for at in picked:
            size = files[at][0]
            assert archive.infolist()[at].file_size == size
            assert archive.infolist()[at].date_time == (2026, 11, 21, 6, 29, 48)
            if size < SMALL:
                assert archive.read(archive.infolist()[at]) == content(at, size), wanted[at]


def by_unzip(path: Path, files: list[tuple[int, str]]) -> None:
    done = subprocess.run(["unzip", "-tqq", path], capture_output=True, text=True)
    # An archive without files is nothing to test, says unzip.
    assert done.returncode == (0 if files else 1), done.stdout + done.stderr


def unpacked(path: Path, wanted: list[str], to: Path) -> None:
    """Nothing lies elsewhere than where the names say."""
    subprocess.run(["unzip", "-qq", path, "-d", to], check=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
    found = sorted(str(file.relative_to(to)) for file in to.rglob("*") if file.is_file())
    assert found == sorted(wanted), found


def main() -> None:
    example, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True)
    for name, (files, renamed) in (CASES | MORE if sys.argv[3:] == ["--full"] else CASES).items():
        path, wanted = folder / "archive.zip", renamed or [name for _, name in files]
        write(example, path, files)
        by_python(path, files, wanted)
        by_unzip(path, files)
        if renamed:
            unpacked(path, wanted, folder / "unpacked")
        print(f"{name}: {path.stat().st_size:,} bytes")
        path.unlink()
    shutil.rmtree(folder)


main()
