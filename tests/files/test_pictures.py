import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.domain.attachments import AttachmentLimits, FileFamily, Removed
from portal.files.attachments import inspect
from tests.samples import picture_files
from tests.samples.picture_files import AUTHOR, CAMERA, TIME, XMP, moving, painted, photo, saved

LIMITS = AttachmentLimits()
TRACES = (CAMERA.encode(), AUTHOR.encode(), TIME.encode(), XMP[:30], b"Exif", b"somebody", b"GPS", b"secret")
PHONE = {Removed.PLACE, Removed.TIME, Removed.DEVICE, Removed.AUTHOR, Removed.PROPERTIES}


def _opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def _is_bright(picture: Image.Image, x: float, y: float) -> bool:
    return picture.convert("L").getpixel((int(x * picture.width), int(y * picture.height))) > 150


@pytest.mark.parametrize(
    ("name", "content", "extension", "media_type"),
    [
        ("IMG_1.JPG", photo(), "jpg", "image/jpeg"),
        ("a.jpeg", photo(), "jpg", "image/jpeg"),
        ("a.png", picture_files.png_with_texts(), "png", "image/png"),
        ("a.webp", saved(painted(), "WEBP", exif=picture_files.exif(), xmp=XMP), "webp", "image/webp"),
        ("IMG_2.HEIC", picture_files.heic(), "jpg", "image/jpeg"),
    ],
)
def test_a_picture_tells_nothing_of_its_making(name: str, content: bytes, extension: str, media_type: str):
    cleaned = inspect(name, content, LIMITS)
    assert (cleaned.kind, cleaned.extension, cleaned.media_type) == (FileFamily.PICTURE, extension, media_type)
    assert set(cleaned.removed) >= PHONE
    assert not [trace for trace in TRACES if trace in cleaned.content]
    picture = _opened(cleaned.content)
    assert not picture.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(picture.info)
    assert _is_bright(picture, 0.9 if name.endswith("HEIC") else 0.1, 0.1)


@pytest.mark.parametrize(
    ("orientation", "x", "y"),
    [(1, 0.1, 0.1), (3, 0.9, 0.9), (6, 0.9, 0.1), (8, 0.1, 0.9), (2, 0.9, 0.1), (5, 0.1, 0.1)],
)
def test_a_photo_stands_upright_without_its_exif(orientation: int, x: float, y: float):
    picture = _opened(inspect("a.jpg", photo(orientation), LIMITS).content)
    assert picture.size == ((64, 48) if orientation < 5 else (48, 64))
    assert _is_bright(picture, x, y)
    assert not _is_bright(picture, 0.5, 0.5)


@pytest.mark.parametrize("extension", ["png", "webp"])
def test_of_a_moving_picture_the_first_frame_stays(extension: str):
    cleaned = inspect(f"a.{extension}", moving(extension.upper()), LIMITS)
    assert Removed.MOTION in cleaned.removed
    picture = _opened(cleaned.content)
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.convert("RGB").getpixel((60, 40)) != (200, 0, 0)


def test_a_motion_photo_loses_its_film():
    content = photo() + b"\0\0\0\x18ftypmp42MotionPhoto" + b"film" * 99
    cleaned = inspect("a.jpg", content, LIMITS)
    assert Removed.MOTION in cleaned.removed
    assert b"film" not in cleaned.content


def test_a_colour_profile_is_left_behind():
    cleaned = inspect("a.jpg", saved(painted(), "JPEG", icc_profile=b"\0" * 40 + b"Fanren X9 Pro"), LIMITS)
    assert cleaned.removed == (Removed.COLOUR_PROFILE,)
    assert b"Fanren" not in cleaned.content


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK"])
def test_photos_of_every_kind_of_colour_are_taken(mode: str):
    format_name = "JPEG" if mode in {"L", "RGB", "CMYK"} else "PNG"
    extension = {"JPEG": "jpg", "PNG": "png"}[format_name]
    cleaned = inspect(f"a.{extension}", saved(painted().convert(mode), format_name), LIMITS)
    assert cleaned.removed == ()
    assert _is_bright(_opened(cleaned.content), 0.1, 0.1)


def test_what_was_see_through_stays_see_through():
    source = Image.new("RGBA", (32, 32), (10, 20, 30, 0))
    assert _opened(inspect("a.png", saved(source, "PNG"), LIMITS).content).getpixel((5, 5))[3] == 0


def test_broken_exif_is_left_behind_and_the_photo_taken():
    cleaned = inspect(
        "a.jpg", saved(painted(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"Fanren" * 30), LIMITS
    )
    assert b"Fanren" not in cleaned.content
    assert cleaned.removed


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    words=st.binary(min_size=12, max_size=2_000),
    tag=st.sampled_from([0x010E, 0x010F, 0x9286, 0x927C, 0x8298, 0xC4A5]),
    extension=st.sampled_from(["jpg", "png", "webp"]),
)
def test_no_bytes_of_any_exif_are_in_the_output(words: bytes, tag: int, extension: str):
    tags = picture_files.exif()
    tags[tag] = words
    raw = tags.tobytes()
    content = saved(painted(), {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[extension], exif=tags)
    bare = saved(painted(), {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[extension])
    cleaned = inspect(f"a.{extension}", content, LIMITS).content
    assert cleaned == inspect(f"a.{extension}", bare, LIMITS).content
    assert raw not in cleaned
    assert len(set(words)) < 6 or words not in cleaned
