"""What a file really is, told by its bytes and never by its name, and whether it is safe to open."""

import zipfile
import zlib
from enum import StrEnum
from io import BytesIO
from pathlib import PurePosixPath

from portal.domain.archives import has_macros, is_bomb, is_locked
from portal.domain.errors import RefusedError
from portal.domain.messages import N_

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = (
    b"%PDF",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"\x1f\x8b",
    b"PK",
)
_MOST_MANIFEST = 1024 * 1024

UNREADABLE = N_("文件已损坏或不完整，无法读取：请用WPS或Excel打开后另存为xlsx再上传")
ENCRYPTED = N_("文件设有打开密码，无法读取：请取消密码后重新保存再上传")
MACROS = N_("文件里带有宏，不能导入：请另存为不带宏的xlsx再上传")
BOMB = N_("文件解压后大得异常，不能导入：请删去空白的行列和图片，另存为xlsx再上传")
WRONG_TYPE = N_("这不是可以导入的表格：请上传xlsx、xls、ods、et或csv格式的文件")
WEB_PAGE = N_(
    "文件扩展名像表格，内容却是没有表格的网页，可能是登录页或出错页：请重新导出，用WPS或Excel打开后另存为xlsx再上传"
)
WEB_ARCHIVE = N_("文件扩展名像表格，内容却是网页存档：请用WPS或Excel打开，另存为xlsx再上传")
SAVE_AS_XLSX = N_("这种格式读不了：请在WPS中另存为xlsx再上传")


class FileKind(StrEnum):
    """The families of spreadsheets that are read."""

    OPENXML = "openxml"
    COMPOUND = "compound"
    OPENDOCUMENT = "opendocument"
    TEXT = "text"
    WEB_PAGE = "web_page"


def kind_of(content: bytes, filename: str) -> FileKind:
    """The kind of a file; raises RefusedError for whatever is encrypted, holds macros, or is no spreadsheet."""
    if content.startswith(_ZIP):
        return _kind_of_zip(content)
    if content.startswith(_COMPOUND):
        return _kind_of_compound(content, filename)
    markup = _markup(content)
    if markup:
        return markup
    if not content.strip() or content.startswith(_OTHER_KINDS):
        raise RefusedError(WRONG_TYPE)
    if PurePosixPath(filename.lower()).suffix == ".et":
        raise RefusedError(SAVE_AS_XLSX)
    return FileKind.TEXT


def _markup(content: bytes) -> FileKind | None:
    """Web pages are read for their tables; an archive of pages and a workbook in XML are not."""
    # In UTF-16 every other byte of a tag is nought.
    start = content[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").replace(b"\0", b"").lower()
    if start.startswith(b"mime-version"):
        raise RefusedError(WEB_ARCHIVE)
    if start.startswith(b"<?xml") and b"<html" not in start:
        raise RefusedError(SAVE_AS_XLSX)
    pages = (
        b"<html",
        b"<!doctype html",
        b"<!--",
        b"<table",
        b"<meta",
        b"<head",
        b"<body",
        b"<div",
        b"<style",
        b"<?xml",
    )
    return FileKind.WEB_PAGE if start.startswith(pages) else None


def _kind_of_zip(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if is_bomb(archive.infolist()):
                raise RefusedError(BOMB)
            if is_locked(archive.infolist()):
                raise RefusedError(ENCRYPTED)
            return _kind_of_parts(archive)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        raise RefusedError(UNREADABLE) from None


def _kind_of_parts(archive: zipfile.ZipFile) -> FileKind:
    names = set(archive.namelist())
    if any(b"<!DOCTYPE" in _start(archive, name) for name in names if name.endswith((".xml", ".rels"))):
        raise RefusedError(BOMB)
    if b"encryption-data" in _start(archive, "META-INF/manifest.xml", _MOST_MANIFEST):
        raise RefusedError(ENCRYPTED)
    if has_macros(names, _start(archive, "[Content_Types].xml", _MOST_MANIFEST)):
        raise RefusedError(MACROS)
    if "xl/workbook.bin" in names:
        raise RefusedError(SAVE_AS_XLSX)
    if any(name.startswith("xl/") for name in names):
        return FileKind.OPENXML
    if _start(archive, "mimetype").startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return FileKind.OPENDOCUMENT
    raise RefusedError(WRONG_TYPE)


def _start(archive: zipfile.ZipFile, name: str, length: int = 1024) -> bytes:
    """The beginning of a part, nothing when the archive has none of the name."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(length)


def _kind_of_compound(content: bytes, filename: str) -> FileKind:
    if _holds(content, "EncryptedPackage"):
        raise RefusedError(ENCRYPTED)
    if _holds(content, "_VBA_PROJECT_CUR") or _holds(content, "_VBA_PROJECT"):
        raise RefusedError(MACROS)
    if _holds(content, "Workbook") or _holds(content, "Book"):
        return FileKind.COMPOUND
    if PurePosixPath(filename.lower()).suffix == ".et":
        raise RefusedError(SAVE_AS_XLSX)
    raise RefusedError(WRONG_TYPE if _holds(content, "Root Entry") else UNREADABLE)


def _holds(content: bytes, name: str) -> bool:
    """Whether the directory of a compound file has an entry of the name: entries stand at multiples of 128 bytes."""
    entry = name.encode("utf-16le") + b"\0\0"
    at = content.find(entry)
    while at >= 0:
        if at % 128 == 0 and content[at + 64 : at + 66] == len(entry).to_bytes(2, "little"):
            return True
        at = content.find(entry, at + 1)
    return False
