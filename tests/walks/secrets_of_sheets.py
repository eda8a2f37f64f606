"""What nobody may ever find again: the ID numbers, accounts, phones and full names of a handed-in sheet."""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_IDENTITY = re.compile(r"\d{17}[\dXx]")
_ACCOUNT = re.compile(r"6223\d{15}")
_PHONE = re.compile(r"1[3-9]\d{9}")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


@dataclass(frozen=True)
class Secrets:
    """The personal data of one sheet, hidden sheets included; never shown by repr."""

    numbers: frozenset[str]
    names: frozenset[str]

    def __repr__(self) -> str:
        return f"{len(self.numbers)} numbers, {len(self.names)} names"

    def __or__(self, other: "Secrets") -> "Secrets":
        return Secrets(self.numbers | other.numbers, self.names | other.names)

    def found_in(self, content: bytes) -> list[str]:
        """What of it stands in these bytes, in any encoding, told by kind and count alone.

        Names of two characters are words of the language too (全 is a given name): they count only where no other
        Chinese character touches them, and only in readable text.
        """
        hits = sum(_holds(content, number) for number in self.numbers)
        long = sum(_holds(content, name) for name in self.names if len(name) > 2)
        short = sum(_stands_alone(content, name) for name in self.names if len(name) == 2)
        kinds = {"numbers": hits, "names": long, "short names": short}
        return [f"{count} {kind}" for kind, count in kinds.items() if count]


def secrets_of(path: Path) -> Secrets:
    """Read every cell of a sheet as a stranger would, and keep what must not be seen again."""
    rows = list(_rows(path))
    text = "\n".join(cell for row in rows for cell in row)
    numbers = set(_IDENTITY.findall(text)) | set(_ACCOUNT.findall(text)) | set(_PHONE.findall(text))
    names = set()
    for row in rows:
        names |= {_plain(row[at - 1]) for at, cell in enumerate(row) if at and _IDENTITY.fullmatch(cell.strip())}
        # In one of the formats the name stands first and in another after the number.
        if len(row) > 1 and _IDENTITY.fullmatch(row[1].strip()):
            names.add(_plain(row[0]))
    numbers |= {number.lower() for number in numbers} | {number.upper() for number in numbers}
    return Secrets(frozenset(numbers), frozenset(name for name in names if len(name) > 1 and _HAN.match(name)))


def _rows(path: Path) -> Iterator[list[str]]:
    if path.suffix == ".csv":
        yield from csv.reader(io.StringIO(path.read_bytes().decode("gb18030")))
    elif path.suffix == ".xlsx":
        for sheet in load_workbook(path, data_only=True).worksheets:
            yield from ([_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
    else:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            yield from ([_text(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python())


def _text(cell: object) -> str:
    return "" if cell is None else unicodedata.normalize("NFKC", str(cell))


def _plain(name: str) -> str:
    return re.sub(r"\s", "", name)


def _holds(content: bytes, text: str) -> bool:
    return any(text.encode(encoding) in content for encoding in ENCODINGS)


def _stands_alone(content: bytes, name: str) -> bool:
    readable = content.decode("utf-8", "ignore")
    return any(
        not _HAN.match(readable[hit.start() - 1 : hit.start()] or " ") and not _HAN.match(readable[hit.end() :][:1])
        for hit in re.finditer(re.escape(name), readable)
    )


def readable(content: bytes) -> bytes:
    """The bytes, and behind them what a reader gets out of them: the text and streams of a PDF, the parts of a zip."""
    if content.startswith(b"%PDF"):
        return b"\n".join((content, _pdf_text(content).encode(), *_inflated(content)))
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"\n".join((content, *(archive.read(name) for name in archive.namelist())))
    return content


def _pdf_text(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    pages = "".join("".join(page.extract_text().split()) for page in reader.pages)
    return pages + repr(reader.metadata)


def pdf_text(content: bytes) -> str:
    """The text of a PDF without its white space."""
    return _pdf_text(content)


def _inflated(content: bytes) -> Iterator[bytes]:
    for found in _STREAM.finditer(content):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            yield found[1]


def leaks(secrets: Secrets, contents: Mapping[str, bytes]) -> list[str]:
    """Where something of the sheet was found, and what kind of thing; the thing itself is not repeated."""
    found = ((where, secrets.found_in(readable(content))) for where, content in contents.items())
    return [f"{where}: {', '.join(hits)}" for where, hits in found if hits]


def files_below(*folders: Path) -> dict[str, bytes]:
    """Every byte below some folders, by path; a file that is gone by then counts as gone."""
    found = {}
    for path in _files(folders):
        try:
            found[str(path)] = path.read_bytes()
        except FileNotFoundError:
            continue
    return found


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    return (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
