"""The way in for every spreadsheet: bytes in memory become the domain's workbook, or one sentence says why not."""

import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath

from portal.domain.errors import PortalError, RefusedError
from portal.domain.messages import N_
from portal.domain.sheets import RowsRead, Workbook
from portal.importing.compound import read_compound
from portal.importing.containers import SAVE_AS_XLSX, UNREADABLE, FileKind, kind_of
from portal.importing.delimited import read_delimited
from portal.importing.opendocument import read_opendocument
from portal.importing.openxml import read_openxml
from portal.importing.values import MOST_ROWS
from portal.importing.webpages import read_webpage

MAX_BYTES = 10 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_TOO_LARGE = N_("文件超过%(megabytes)d MB，不能导入：请删去图片和多余的工作表，或分成几份再上传")


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """How large a spreadsheet may be: its bytes, and the rows of one sheet in the formats that hold the most."""

    bytes: int = MAX_BYTES
    rows: int = MOST_ROWS


A_LIST = SheetLimits()


def read_workbook(
    content: bytes, filename: str, limits: SheetLimits = A_LIST, tell: RowsRead | None = None
) -> Workbook:
    """Read a spreadsheet of any kind that offices use; `filename` only helps to word a refusal.

    `tell` hears of the rows of an xlsx, the only kind that may hold so many that somebody waits for them.

    Nothing is written to disk. Raises RefusedError, with one sentence for the clerk, for files that are too large,
    encrypted, damaged, bomb-like, with macros, or no spreadsheets.
    """
    kind = check_workbook(content, filename, limits)
    try:
        return _read(kind, content, filename, limits.rows, tell)
    except PortalError:
        raise
    except Exception:  # noqa: BLE001 - whatever a parser raises on foreign bytes, the file cannot be read
        # The cause is cut off: parsers quote the values they stumble over, and those may be a person's.
        raise RefusedError(_unreadable(filename)) from None


def check_workbook(content: bytes, filename: str, limits: SheetLimits = A_LIST) -> FileKind:
    """What kind of spreadsheet the bytes are; RefusedError for what can be refused without reading a row."""
    if len(content) > limits.bytes:
        raise RefusedError(_TOO_LARGE, megabytes=limits.bytes // _MEGABYTE)
    return kind_of(content, filename)


def _unreadable(filename: str) -> str:
    return SAVE_AS_XLSX if PurePosixPath(filename.lower()).suffix == ".et" else UNREADABLE


def _read(kind: FileKind, content: bytes, filename: str, most_rows: int, tell: RowsRead | None) -> Workbook:
    name = PurePosixPath(filename.replace("\\", "/")).stem
    if kind is FileKind.TEXT:
        return read_delimited(content, name, most_rows)
    if kind is FileKind.WEB_PAGE:
        return read_webpage(content, name)
    with warnings.catch_warnings():
        # openpyxl warns of print settings and validations that it does not know; nobody here needs them.
        warnings.simplefilter("ignore")
        if kind is FileKind.OPENXML:
            return read_openxml(content, most_rows, tell)
        return read_compound(content) if kind is FileKind.COMPOUND else read_opendocument(content)
