"""DOCX and XLSX: the words and figures stay, who wrote them when and with what does not."""

from pathlib import PurePosixPath

from portal.domain.attachments import (
    DAMAGED,
    AttachmentLimits,
    Cleaned,
    FileFamily,
    FileFinding,
    RefusedFileError,
    Removed,
    in_order,
)
from portal.files.faults import BROKEN_FILE
from portal.files.office_packages import PICTURES, left_out, read_parts, refuse_part, suffix_of, without_macros, written
from portal.files.office_parts import clean_part, cut_relations, parse, serialised
from portal.files.pictures import repaint

_CONTENT_TYPES = "[Content_Types].xml"
_MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def clean_office_file(content: bytes, extension: str, limits: AttachmentLimits) -> Cleaned:
    """The document without authors, links and properties; RefusedFileError for objects and foreign sources.

    One with macros that is good in every other way is given as it came: cut open it would be evidence no longer.
    """
    try:
        harmless, has_macros = without_macros(read_parts(content, extension))
        parts, removed = _cleaned(harmless, limits)
    except BROKEN_FILE:
        raise RefusedFileError(DAMAGED) from None
    if has_macros:
        return Cleaned(FileFamily.DOCUMENT, extension, _MEDIA_TYPES[extension], content, found=FileFinding.MACROS)
    return Cleaned(FileFamily.DOCUMENT, extension, _MEDIA_TYPES[extension], written(parts), in_order(removed))


def _cleaned(parts: dict[str, bytes], limits: AttachmentLimits) -> tuple[dict[str, bytes], set[Removed]]:
    told = {name: what for name in parts if (what := left_out(name))}
    kept = {name: part for name, part in parts.items() if name not in told and not _belongs_to(name, told)}
    removed = set(told.values()) - {Removed.OTHER}
    cleaned: dict[str, bytes] = {}
    gone: dict[str, set[str]] = {}
    for name in sorted(kept, key=lambda name: not name.endswith(".rels")):
        refuse_part(name)
        suffix = suffix_of(name)
        if suffix == "rels":
            cleaned[name], gone[name] = _cleaned_relations(name, kept[name], set(told), removed)
        elif suffix in PICTURES:
            cleaned[name] = _cleaned_picture(name, kept[name], limits, removed)
        else:
            cleaned[name] = _cleaned_xml(name, kept[name], set(told), gone.get(_relations_of(name), set()), removed)
    return {name: cleaned[name] for name in kept}, removed


def _relations_of(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.parent / "_rels" / f"{path.name}.rels")


def _belongs_to(name: str, told: dict[str, Removed]) -> bool:
    """Whether these are the relations of a part that is left out."""
    return any(name == _relations_of(other) for other in told)


def _cleaned_relations(name: str, part: bytes, left: set[str], removed: set[Removed]) -> tuple[bytes, set[str]]:
    root = parse(part)
    base = str(PurePosixPath(name).parent.parent)
    gone, told = cut_relations(root, left, "" if base == "." else base)
    removed |= told
    return serialised(root), gone


def _cleaned_picture(name: str, part: bytes, limits: AttachmentLimits, removed: set[Removed]) -> bytes:
    """Painted anew; a photo's place inside a document is as telling as beside it."""
    if any(word in part for word in (b"Exif\0", b"http://ns.adobe.com/", b"eXIf")):
        removed.add(Removed.PROPERTIES)
    return repaint(part, PICTURES[suffix_of(name)], limits)


def _cleaned_xml(name: str, part: bytes, left: set[str], gone: set[str], removed: set[Removed]) -> bytes:
    root = parse(part)
    if name == _CONTENT_TYPES:
        for override in [child for child in root if child.get("PartName", "").lstrip("/") in left]:
            root.remove(override)
    else:
        removed |= set(clean_part(root, gone))
    return serialised(root)
