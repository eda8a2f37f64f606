"""Several files as one, in memory: what a package holds once it is opened."""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO

_FILE = r"[0-9]{2,3}\.[a-z0-9]{1,5}"
_NAME = re.compile(
    rf"case\.(?:json|txt)|sealed\.json|files/{_FILE}|quarantine/{_FILE}\.quarantined|attachments/[0-9a-f]{{32}}"
)
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_MOST_BYTES = 1 << 30


class UnknownBundleError(RuntimeError):
    """Bytes that are no such bundle, or that hold a name which no bundle of ours has."""


def bundled(files: Mapping[str, bytes]) -> bytes:
    """The files as one ZIP without compression, under one date: its length tells no more than what is in it."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as bundle:
        for name, content in files.items():
            bundle.writestr(zipfile.ZipInfo(_checked(name), _FIRST_DAY), content)
    return buffer.getvalue()


def unbundled(content: bytes) -> dict[str, bytes]:
    """The files of a bundle; UnknownBundleError for anything else, whoever has made it."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as bundle:
            if sum(entry.file_size for entry in bundle.infolist()) > _MOST_BYTES:
                raise UnknownBundleError("the bundle is larger than any of ours")
            return {_checked(name): bundle.read(name) for name in bundle.namelist()}
    except zipfile.BadZipFile as error:
        raise UnknownBundleError("this is no bundle") from error


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UnknownBundleError("a bundle holds a file under a name that none of ours has")
    return name
