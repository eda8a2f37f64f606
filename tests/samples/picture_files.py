"""Pictures as phones and pranksters make them, in memory."""

import io
import struct
import zlib

import pillow_heif
from PIL import Image, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

PLACE = (IFDRational(35), IFDRational(24), IFDRational(53))
CAMERA, AUTHOR, TIME = "Fanren X9 Pro", "济宁某甲", "2026:11:20 10:11:12"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:GPSLatitude="35,24.9N" dc:creator="jia"/></x:xmpmeta>'


def painted(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Dark, with a bright corner at the upper left, so that turning can be seen."""
    picture = Image.new(mode, size)
    picture.paste(
        Image.new(mode, (size[0] // 4, size[1] // 4), 200 if mode == "L" else (250, 240, 10, 255)[: len(mode)])
    )
    return picture


def exif(orientation: int = 1) -> Image.Exif:
    tags = Image.Exif()
    tags[0x010F] = tags[0x0110] = CAMERA
    tags[0x013B] = AUTHOR
    tags[0x0132] = TIME
    tags[0x0112] = orientation
    tags.get_ifd(0x8769)[0x9003] = TIME
    gps = tags.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", PLACE, "E", PLACE
    return tags


def saved(picture: Image.Image, format_name: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format_name, **options)
    return out.getvalue()


def photo(orientation: int = 1) -> bytes:
    """A JPEG with everything a phone writes into it."""
    return saved(painted(), "JPEG", exif=exif(orientation), xmp=XMP, comment=b"somebody was here", quality=90)


def heic() -> bytes:
    picture = pillow_heif.from_pillow(painted(size=(64, 64)))
    picture.info["exif"] = exif(6).tobytes()
    out = io.BytesIO()
    picture.save(out, quality=50, exif=exif(6).tobytes(), xmp=XMP)
    return out.getvalue()


def png_with_texts() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", AUTHOR)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    texts.add_text("Comment", "secret" * 50, zip=True)
    return saved(painted("RGBA"), "PNG", pnginfo=texts, exif=exif())


def moving(format_name: str) -> bytes:
    frames = [painted(), Image.new("RGB", (64, 48), (200, 0, 0))]
    return saved(frames[0], format_name, save_all=True, append_images=frames[1:], duration=200)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def huge_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """Its header declares far more pixels than it holds."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def text_bomb_png() -> bytes:
    """A text of 80 megabytes, packed."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(80)) + packer.flush()
    whole = saved(painted(), "PNG")
    return whole[:33] + chunk(b"zTXt", b"Comment\0\0" + packed) + whole[33:]
