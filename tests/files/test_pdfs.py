import io

import pikepdf
import pytest
from pypdf import PdfReader

from portal.domain.attachments import AttachmentLimits, Removed
from portal.files.attachments import inspect
from tests.samples import pdf_files
from tests.samples.picture_files import CAMERA

LIMITS = AttachmentLimits()


def _everything(content: bytes) -> bytes:
    """All objects and streams of a PDF unpacked, so that nothing can hide behind a filter."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(
            out,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "removed"),
    [
        (pdf_files.with_script(), Removed.SCRIPT),
        (pdf_files.with_open_action(), Removed.SCRIPT),
        (pdf_files.with_launch(), Removed.SCRIPT),
        (pdf_files.with_link(), Removed.LINKS),
        (pdf_files.with_embedded_file(), Removed.EMBEDDED_FILES),
        (pdf_files.with_form(), Removed.FORM),
        (pdf_files.with_properties(), Removed.PROPERTIES),
    ],
    ids=["script", "open action", "launch", "link", "embedded file", "form", "properties"],
)
def test_whatever_acts_is_gone_and_the_words_stay(content: bytes, removed: Removed):
    cleaned = inspect("a.pdf", content, LIMITS)
    assert removed in cleaned.removed
    bare = _everything(cleaned.content)
    hostile = (
        b"evil-code",
        b"/JavaScript",
        b"/JS",
        b"/OpenAction",
        b"/AA ",
        b"/Launch",
        b"/EmbeddedFile",
        b"/XFA",
        b"/URI",
    )
    assert not [word for word in (*hostile, b"/AcroForm", b"/Annots", b"/Metadata", b"/PieceInfo") if word in bare]
    reader = PdfReader(io.BytesIO(cleaned.content))
    assert "Evidence" in reader.pages[0].extract_text()
    assert not reader.metadata


def test_what_was_typed_into_a_form_stays_to_be_seen():
    cleaned = inspect("a.pdf", pdf_files.with_form(), LIMITS)
    assert "Filled" in PdfReader(io.BytesIO(cleaned.content)).pages[0].extract_text()


def test_the_author_of_a_pdf_is_told_as_removed():
    cleaned = inspect("a.pdf", pdf_files.with_properties(), LIMITS)
    assert {Removed.AUTHOR, Removed.DEVICE} <= set(cleaned.removed)
    assert pdf_files.AUTHOR.encode("utf-16-be") not in _everything(cleaned.content)


@pytest.mark.parametrize("packed", [False, True])
def test_a_photo_inside_a_pdf_loses_its_exif(packed: bool):
    cleaned = inspect("a.pdf", pdf_files.with_photo(packed=packed), LIMITS)
    assert Removed.PROPERTIES in cleaned.removed
    assert not [word for word in (CAMERA.encode(), b"Exif", b"somebody") if word in _everything(cleaned.content)]
    image = PdfReader(io.BytesIO(cleaned.content)).pages[0].images[0].image
    assert image is not None
    assert image.size == (64, 48)


def test_a_picture_of_jpeg_2000_inside_a_pdf_loses_its_notes():
    cleaned = inspect("a.pdf", pdf_files.with_jpeg2000(), LIMITS)
    assert Removed.PROPERTIES in cleaned.removed
    assert b"evil-code" not in cleaned.content


def test_a_clean_pdf_loses_nothing():
    once = inspect("a.pdf", pdf_files.pdf(), LIMITS)
    assert once.removed == ()
    assert inspect("a.pdf", once.content, LIMITS).content == once.content


def test_a_pdf_repaired_by_its_reader_is_taken_when_it_is_whole():
    content = pdf_files.pdf().replace(b"startxref\n", b"startxref\n1")
    assert "Evidence" in PdfReader(io.BytesIO(inspect("a.pdf", content, LIMITS).content)).pages[0].extract_text()
