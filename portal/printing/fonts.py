"""Fetches FangSong, the body type of official documents: `python -m portal.printing.fonts DEST`.

Debian has no small package of it. This takes the one file out of texlive-lang-chinese and installs nothing.
"""

import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

PACKAGE = "texlive-lang-chinese"
FONT = "FandolFang-Regular.otf"


class NoFontError(RuntimeError):
    """FangSong could not be fetched; the text says at which step."""


def fetch_fangsong(folder: Path) -> Path:
    """Put FangSong into the folder unless it is there already; raises NoFontError. Needs apt and its lists."""
    target = folder / FONT
    if not target.is_file():
        with tempfile.TemporaryDirectory() as scratch:
            font = _font_in(_downloaded(Path(scratch)))
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(".part")
        unfinished.write_bytes(font)
        unfinished.replace(target)
    return target


def _downloaded(scratch: Path) -> Path:
    try:
        command = ["apt-get", "-q", "download", PACKAGE]
        subprocess.run(command, cwd=scratch, check=True, capture_output=True)  # noqa: S603 - a fixed command
    except (OSError, subprocess.CalledProcessError) as failure:
        raise NoFontError(f"apt-get could not download {PACKAGE}; run apt-get update first") from failure
    return next(scratch.glob(f"{PACKAGE}_*.deb"))


def _font_in(package: Path) -> bytes:
    command = ["dpkg-deb", "--fsys-tarfile", str(package)]
    unpacked = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 - our own download
    with tarfile.open(fileobj=BytesIO(unpacked)) as files:
        for member in files:
            found = files.extractfile(member) if member.name.endswith(f"/{FONT}") else None
            if found:
                return found.read()
    raise NoFontError(f"{PACKAGE} holds no {FONT}")


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{fetch_fangsong(Path(sys.argv[1]))}\n")
    except NoFontError as missing:
        sys.exit(f"没有取得仿宋字体，将以思源宋体代替。 FangSong was not fetched, Noto Serif stands in: {missing}.")
