"""Whatever the bytes, the answer is a clean file or a sentence: no other error, and never the traces of the source."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.attachments import AttachmentLimits, RefusedFileError
from portal.files.attachments import inspect
from tests.samples import media_files, office_files, pdf_files, picture_files

SAMPLES = {
    "jpg": picture_files.photo(),
    "png": picture_files.png_with_texts(),
    "webp": picture_files.moving("WEBP"),
    "heic": picture_files.heic(),
    "pdf": pdf_files.with_form(),
    "docx": office_files.tracked(),
    "xlsx": office_files.sheet(),
    "mp3": media_files.id3(TPE1=b"\0a", APIC=media_files.cover(picture_files.photo())) + media_files.mp3_frames(),
    "m4a": media_files.film(b"soun", brand=b"M4A ", tags=media_files.song_tags(artist="a")),
    "mp4": media_files.film(b"vide", b"meta", b"soun"),
    "txt": "证据，第一行。\n".encode() * 20,
}


def _mutated(content: bytes, chance: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 2, 8, 40))):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randrange(1, 40)]
            case 2:
                changed[at:at] = chance.randbytes(chance.randrange(1, 40))
            case _:
                changed[at : at + 4] = chance.choice((b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\0\0\0\x01"))
        if not changed:
            return b"\0"
    return bytes(changed)


@pytest.mark.parametrize("extension", SAMPLES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(chance=st.randoms(use_true_random=False))
def test_a_damaged_file_is_cleaned_or_refused_and_nothing_else(extension: str, chance: Random):
    try:
        cleaned = inspect(f"a.{extension}", _mutated(SAMPLES[extension], chance), AttachmentLimits())
    except RefusedFileError:
        return
    assert cleaned.content
    assert inspect(f"a.{cleaned.extension}", cleaned.content, AttachmentLimits()).extension == cleaned.extension
