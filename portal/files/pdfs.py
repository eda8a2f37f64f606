"""PDFs are put together anew from their pages: what is no page, and whatever acts, stays behind."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from pikepdf.settings import set_qpdf_limits

from portal.domain.attachments import (
    ACTIVE,
    BOMB,
    DAMAGED,
    ENCRYPTED,
    Cleaned,
    FileFamily,
    RefusedFileError,
    Removed,
    in_order,
)
from portal.files.faults import BROKEN_FILE
from portal.files.pdf_forms import refuse_unpainted
from portal.files.pdf_streams import bare_jpeg2000, bare_photo, filters_of, unpacked_size

_MEGABYTE = 1024 * 1024
# These hold for the whole process; the module is read before any thread opens a PDF.
set_qpdf_limits(flate_max_memory=64 * _MEGABYTE, dct_max_memory=256 * _MEGABYTE, max_stream_filters=4)

_BROKEN: tuple[type[BaseException], ...] = (pikepdf.PdfError, *BROKEN_FILE)
_MOST_PAGES, _MOST_OBJECTS = 1_000, 60_000
_MOST_UNPACKED = 256 * _MEGABYTE
_TAIL = 2_048
_PAGE_KEYS = {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/UserUnit", "/Group", "/Parent"}
_SPEAKING = {
    "/Metadata": Removed.PROPERTIES,
    "/PieceInfo": Removed.PROPERTIES,
    "/LastModified": Removed.TIME,
    "/AF": Removed.EMBEDDED_FILES,
    "/AA": Removed.SCRIPT,
    "/OPI": Removed.LINKS,
    "/Ref": Removed.LINKS,
}
"""Keys without which every page looks the same, and what the submitter is told when one was there."""
_DOCUMENT_INFO = {
    "/Author": Removed.AUTHOR,
    "/CreationDate": Removed.TIME,
    "/ModDate": Removed.TIME,
    "/Creator": Removed.DEVICE,
    "/Producer": Removed.DEVICE,
    "/Title": Removed.PROPERTIES,
    "/Subject": Removed.PROPERTIES,
    "/Keywords": Removed.PROPERTIES,
}
_KINDS = {
    **dict.fromkeys(("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm"), Removed.SCRIPT),
    **dict.fromkeys(("/Rendition", "/RichMediaExecute", "/SetOCGState", "/GoTo3DView", "/Hide"), Removed.SCRIPT),
    **dict.fromkeys(("/URI", "/GoToR", "/GoToE", "/Link"), Removed.LINKS),
    **dict.fromkeys(("/RichMedia", "/3D", "/Movie", "/Screen", "/Sound"), Removed.EMBEDDED_FILES),
    **dict.fromkeys(("/Filespec", "/EmbeddedFile", "/FileAttachment"), Removed.EMBEDDED_FILES),
    "/Widget": Removed.FORM,
    **dict.fromkeys(("/Text", "/FreeText", "/Highlight", "/Ink", "/Stamp", "/Popup"), Removed.ANNOTATIONS),
}
"""What a dictionary is, by its /S, /Type or /Subtype, that no page is made of."""
_NAMING = {"/S", "/Type", "/Subtype"}


def clean_pdf(content: bytes) -> Cleaned:
    """The pages as they look, forms and notes painted onto them; RefusedFileError for locked or broken files."""
    if b"%%EOF" not in content[-_TAIL:]:
        raise RefusedFileError(DAMAGED)
    try:
        with Pdf.open(BytesIO(content)) as source:
            _refuse_unfit(source)
            removed = set(_told_by(source))
            cleaned = _rebuilt(source, removed)
        _prove(cleaned)
    except pikepdf.PasswordError:
        raise RefusedFileError(ENCRYPTED) from None
    except _BROKEN:
        raise RefusedFileError(DAMAGED) from None
    return Cleaned(FileFamily.DOCUMENT, "pdf", "application/pdf", cleaned, in_order(removed))


def _refuse_unfit(source: Pdf) -> None:
    if source.is_encrypted:
        raise RefusedFileError(ENCRYPTED)
    if len(source.objects) > _MOST_OBJECTS or len(source.pages) > _MOST_PAGES:
        raise RefusedFileError(BOMB)
    if not source.pages:
        raise RefusedFileError(DAMAGED)


def _rebuilt(source: Pdf, removed: set[Removed]) -> bytes:
    _paint_annotations(source)
    with Pdf.new() as target:
        target.pages.extend(source.pages)
        for page in target.pages:
            _reduce_page(page.obj)
        unpacked = 0
        for thing in target.objects:
            removed |= set(_disarmed(thing))
            unpacked += unpacked_size(thing, _MOST_UNPACKED) if isinstance(thing, Stream) else 0
            if unpacked > _MOST_UNPACKED:
                raise RefusedFileError(BOMB)
        out = BytesIO()
        target.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _told_by(source: Pdf) -> Iterator[Removed]:
    """What stands in the whole file before anything is left behind."""
    yield from (part for key, part in _DOCUMENT_INFO.items() if key in source.docinfo)
    if "/AcroForm" in source.Root and "/XFA" in source.Root["/AcroForm"]:
        yield Removed.FORM
    if any("/Thumb" in page for page in source.pages):
        yield Removed.PREVIEW
    for thing in source.objects:
        for inner in _dictionaries(thing):
            yield from _strangers(inner)
            yield from (_SPEAKING[key] for key in _speaking(inner))


def _paint_annotations(source: Pdf) -> None:
    """What was typed into a form, and marks laid onto a page, become part of the page; their actions do not."""
    refuse_unpainted(source)
    source.flatten_annotations("screen")


def _reduce_page(page: Any) -> None:
    for key in set(page.keys()) - _PAGE_KEYS:
        del page[key]


def _dictionaries(thing: Any) -> Iterator[Any]:
    """The dictionaries within an object, its own included; what it merely refers to comes in its own turn."""
    waiting = [thing]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Dictionary | Stream):
            yield found
            waiting += [value for _, value in found.items() if _lies_within(value)]
        elif isinstance(found, Array):
            waiting += [value for value in found if _lies_within(value)]


def _lies_within(value: Any) -> bool:
    return isinstance(value, Dictionary | Array) and not value.is_indirect


def _strangers(inner: Any) -> Iterator[Removed]:
    kinds = [inner.get(key) for key in _NAMING & set(inner.keys())]
    yield from (_KINDS[str(kind)] for kind in kinds if isinstance(kind, Name) and str(kind) in _KINDS)


def _speaking(inner: Any) -> set[str]:
    """Its speaking keys, where keys are the standard's: in a table of fonts or glyphs they are free names."""
    keys = set(inner.keys())
    return keys & set(_SPEAKING) if isinstance(inner, Stream) or keys & _NAMING else set()


def _disarmed(thing: Any) -> Iterator[Removed]:
    """Take out of an object what acts or tells of its making, and say what that was."""
    if isinstance(thing, Stream):
        _refuse_foreign(thing)
        filters = filters_of(thing)
        if (filters[-1:] == ["/DCTDecode"] and bare_photo(thing)) or (
            filters == ["/JPXDecode"] and bare_jpeg2000(thing)
        ):
            yield Removed.PROPERTIES
    for inner in _dictionaries(thing):
        for key in _speaking(inner):
            del inner[key]
            yield _SPEAKING[key]


def _refuse_foreign(stream: Any) -> None:
    """Bytes that lie in another file, and pictures that are programs."""
    kinds = {str(stream.get(key)) for key in ("/Subtype", "/Subtype2") if isinstance(stream.get(key), Name)}
    if "/F" in stream or "/FFilter" in stream or "/PS" in kinds:
        raise RefusedFileError(ACTIVE)


def _prove(cleaned: bytes) -> None:
    """A second reading finds nothing that acts: what were overlooked above refuses the file instead."""
    with Pdf.open(BytesIO(cleaned)) as pdf:
        for thing in pdf.objects:
            if any(any(_strangers(inner)) for inner in _dictionaries(thing)):
                raise RefusedFileError(ACTIVE)
