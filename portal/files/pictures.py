"""Pictures are painted anew from their pixels, so that nothing of the file around the pixels is carried along."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, ImageFile
from PIL.Image import Transpose

from portal.domain.attachments import (
    DAMAGED,
    TOO_MANY_PIXELS,
    AttachmentLimits,
    Cleaned,
    FileFamily,
    RefusedFileError,
    Removed,
    in_order,
)
from portal.files.faults import BROKEN_FILE

_MEGAPIXEL = 1_000_000
_PLUGINS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "bmp": "BMP", "tiff": "TIFF"}
_SAVING: Mapping[str, Mapping[str, Any]] = {
    "JPEG": {"quality": 88},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 88, "method": 2},
}
_ORIENTATION, _GPS, _CAMERA = 0x0112, 0x8825, 0x8769
_UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_TAGS = {
    Removed.TIME: {306, 36867, 36868, 36880, 36881, 36882},
    Removed.DEVICE: {271, 272, 305, 316, 37500, 42033, 42034, 42035, 42036, 42037},
    Removed.AUTHOR: {315, 33432, 40093, 42032},
}
_WORDS = {
    Removed.PLACE: (b"GPSLatitude", b"exif:GPS", b"Iptc4xmpCore:Location", b"photoshop:City"),
    Removed.MOTION: (b"ftypmp4", b"ftypisom", b"ftypqt", b"MotionPhoto"),
    Removed.AUTHOR: (b"dc:creator", b"photoshop:AuthorsPosition"),
}
_INFO = {
    "exif": Removed.PROPERTIES,
    "xmp": Removed.PROPERTIES,
    "comment": Removed.PROPERTIES,
    "photoshop": Removed.PROPERTIES,
    "icc_profile": Removed.COLOUR_PROFILE,
}
_KEPT_MODES = {"JPEG": {"L", "RGB"}, "WEBP": {"RGB", "RGBA"}, "BMP": {"1", "L", "RGB"}}


def clean_picture(content: bytes, extension: str, limits: AttachmentLimits) -> Cleaned:
    """The first frame upright and without any metadata; heic becomes jpg. RefusedFileError when it cannot be read."""
    format_name = _PLUGINS.get(extension, "JPEG")
    try:
        with _strict_about_size(limits.pixels):
            picture = _opened(content, extension, limits.pixels)
            removed = in_order(_found_in(picture, content))
            picture.load()
            painted = _painted(picture if extension == "heic" else _upright(picture), format_name)
    except BROKEN_FILE:
        raise RefusedFileError(DAMAGED) from None
    extension = "jpg" if extension == "heic" else extension
    return Cleaned(FileFamily.PICTURE, extension, f"image/{format_name.lower()}", painted, removed)


def repaint(content: bytes, extension: str, limits: AttachmentLimits) -> bytes:
    """A picture inside a document, in its own format and as it lies: the document turns it by itself."""
    with _strict_about_size(limits.pixels):
        picture = _opened(content, extension, limits.pixels)
        picture.load()
        return _painted(picture, _PLUGINS[extension])


@contextmanager
def _strict_about_size(most: int) -> Iterator[None]:
    """Pillow only warns of the first size that is a bomb: here that refuses. Its notes on odd metadata go unheard.

    WeasyPrint tells Pillow, for the whole process, to take broken pictures as they are; here they are broken.
    """
    with warnings.catch_warnings(), _whole_pictures_only():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_large(most) from None


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    former = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = former


def _opened(content: bytes, extension: str, most: int) -> Image.Image:
    """The picture before its pixels are unpacked; only the one reader for its extension gets to see it."""
    if extension == "heic":
        heif = pillow_heif.open_heif(content)
        _refuse_too_many(heif.size, most)
        picture: Image.Image = heif.to_pillow()
        return picture
    opened = Image.open(BytesIO(content), formats=[_PLUGINS[extension]])
    _refuse_too_many(opened.size, most)
    return opened


def _refuse_too_many(size: tuple[int, int], most: int) -> None:
    if size[0] * size[1] > most:
        raise _too_large(most)


def _too_large(most: int) -> RefusedFileError:
    return RefusedFileError(TOO_MANY_PIXELS, megapixels=most // _MEGAPIXEL)


def _upright(picture: Image.Image) -> Image.Image:
    try:
        turn = _UPRIGHT.get(picture.getexif().get(_ORIENTATION, 1))
    except BROKEN_FILE:
        return picture
    return picture if turn is None else picture.transpose(turn)


def _painted(picture: Image.Image, format_name: str) -> bytes:
    """The pixels alone in a new file; what Pillow would write along by itself is emptied before."""
    if "transparency" in picture.info:
        picture = picture.convert("RGBA")
    modes = _KEPT_MODES.get(format_name)
    if modes and picture.mode not in modes:
        picture = picture.convert("RGBA" if format_name == "WEBP" and "A" in picture.getbands() else "RGB")
    picture.info = {}
    painted = BytesIO()
    picture.save(painted, format_name, **_SAVING.get(format_name, {}))
    return painted.getvalue()


def _found_in(picture: Image.Image, content: bytes) -> Iterator[Removed]:
    """What of the file will not be painted."""
    yield from (part for name, part in _INFO.items() if picture.info.get(name))
    yield from (part for part, words in _WORDS.items() if any(word in content for word in words))
    if getattr(picture, "n_frames", 1) > 1:
        yield Removed.MOTION
    if getattr(picture, "text", None):
        yield Removed.PROPERTIES
    try:
        yield from _found_in_exif(picture.getexif())
    except BROKEN_FILE:
        yield Removed.OTHER


def _found_in_exif(exif: Image.Exif) -> Iterator[Removed]:
    tags = set(exif) | set(exif.get_ifd(_CAMERA))
    if exif.get_ifd(_GPS):
        yield Removed.PLACE
    if exif.get_ifd(1):
        yield Removed.PREVIEW
    yield from (part for part, numbers in _TAGS.items() if tags & numbers)
