"""Plain text in the encodings that Windows and telephones write, kept as UTF-8 without control characters."""

import codecs

from portal.domain.attachments import NOT_TEXT, Cleaned, FileFamily, RefusedFileError, Removed

_KEPT = {"\n", "\t"}
_TURNING = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)}
_MOST_CONTROL = 0.05
"""A text has hardly any control character; of random bytes more than a tenth are."""


def clean_text(content: bytes) -> Cleaned:
    """UTF-8 with one line end and nothing unseen; RefusedFileError when the bytes are no text."""
    text = _decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(character for character in text if not _is_unseen(character))
    if not kept.strip() or len(text) - len(kept) > _MOST_CONTROL * len(text):
        raise RefusedFileError(NOT_TEXT)
    removed = (Removed.CONTROL_CHARACTERS,) if len(kept) < len(text) else ()
    return Cleaned(FileFamily.TEXT, "txt", "text/plain", kept.encode(), removed)


def _decoded(content: bytes) -> str:
    """By the mark at its beginning, then as UTF-8, then as GB18030, which holds every older Chinese encoding."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedFileError(NOT_TEXT)


def _is_unseen(character: str) -> bool:
    """Control characters, those that turn the direction of writing, and a byte order mark inside a text."""
    if character in _KEPT:
        return False
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or character in _TURNING or code == 0xFEFF  # noqa: PLR2004 - C0, C1, BOM
