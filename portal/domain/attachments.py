"""What may be attached to a case, what is taken out of it, and why a file is refused."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from portal.domain.errors import RefusedError
from portal.domain.messages import N_

_LONGEST_NAME = 120
_LONGEST_SUFFIX = 8
_MEGABYTE = 1024 * 1024

EMPTY = N_("文件是空的：请重新选择文件")
TOO_LARGE = N_("文件太大：这类文件最多%(megabytes)sMB，请截短、压缩或分开后再上传")
WRONG_TYPE = N_(
    "这种文件不能上传：请上传照片（jpg、png、webp、heic）、文档（pdf、docx、xlsx、txt）、录音（mp3、m4a）或视频（mp4）"
)
UNLIKE = N_("文件名写的是.%(extension)s，内容却不是这种格式：请用原来的程序重新保存后再上传")
DISGUISED = N_("这个文件里藏着另一种格式的文件，不能上传：请用原来的程序重新保存后再上传")
DAMAGED = N_("文件已损坏或不完整，无法读取：请重新保存或重新拍摄后再上传")
TOO_MANY_PIXELS = N_("图片尺寸太大：最多%(megapixels)s00万像素，请缩小后再上传")
ENCRYPTED = N_("文件设有密码或权限限制，无法检查：请取消后重新保存再上传")
MACROS = N_("文件里带有宏，不能上传：请另存为不带宏的docx或xlsx，或者另存为PDF再上传")
"""For the old formats under a new name, and for what staff would send to somebody."""
EMBEDDED = N_("文档里嵌有其他文件或对象，不能上传：请删去后再上传，或者另存为PDF再上传")
EXTERNAL = N_("文档会从别处读取内容，不能上传：请另存为PDF再上传")
ACTIVE = N_("文档里有会自动执行的内容，不能上传：请另存为PDF再上传")
UNPAINTED = N_("PDF里的表单内容还没有固定下来：请打开后选择“打印为PDF”，把新文件上传")
BOMB = N_("文件展开后大得异常，不能上传：请删去空白的行列和图片，重新保存后再上传")
TRICKS = N_("文件的内部结构异常，不能上传：请用WPS或Office打开后重新保存再上传")
NOT_TEXT = N_("这不是纯文本文件：请另存为纯文本（UTF-8）再上传")
INFECTED = N_("查出这个文件带有病毒，不能上传")


class RefusedFileError(RefusedError):
    """A file is not taken; the sentence says why and what would help."""


class FileFamily(StrEnum):
    """What kind of evidence a file is."""

    PICTURE = "picture"
    DOCUMENT = "document"
    TEXT = "text"
    SOUND = "sound"
    VIDEO = "video"


class Removed(StrEnum):
    """What was taken out of a file before it was kept."""

    PLACE = "place"
    TIME = "time"
    DEVICE = "device"
    AUTHOR = "author"
    PROPERTIES = "properties"
    PREVIEW = "preview"
    COLOUR_PROFILE = "colour_profile"
    MOTION = "motion"
    SCRIPT = "script"
    LINKS = "links"
    EMBEDDED_FILES = "embedded_files"
    FORM = "form"
    ANNOTATIONS = "annotations"
    TAGS = "tags"
    COVER = "cover"
    SENSORS = "sensors"
    CONTROL_CHARACTERS = "control_characters"
    OTHER = "other"


class ScanState(StrEnum):
    """What the virus scanner has said of a file; one that waits stays in quarantine until it has answered."""

    UNSCANNED = "unscanned"
    CLEAN = "clean"
    WAITING = "waiting"


class FileFinding(StrEnum):
    """What was found in a file that is kept all the same; what was found keeps it in quarantine."""

    VIRUS = "virus"
    MACROS = "macros"
    ACTIVE_CONTENT = "active_content"


@dataclass(frozen=True, slots=True)
class AttachmentLimits:
    """How large a file may be, in bytes, and a picture, in pixels (64 million is what phones take at most)."""

    file_bytes: int = 10 * _MEGABYTE
    video_bytes: int = 50 * _MEGABYTE
    pixels: int = 65_000_000

    def bytes_for(self, extension: str) -> int:
        """The most bytes for a file of this extension."""
        return self.video_bytes if extension == "mp4" else self.file_bytes


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file that may be kept: what it is now, and what was taken out of it.

    One in which something was found is kept as it came, for nobody to open.
    """

    kind: FileFamily
    extension: str
    media_type: str
    content: bytes = field(repr=False)
    removed: tuple[Removed, ...] = ()
    found: FileFinding | None = None


_ALIASES = {"jpeg": "jpg", "heif": "heic"}


def extension_of(name: str) -> str:
    """The extension that a name really ends with, in small letters and without what cannot be seen."""
    _, dot, suffix = _visible(name).rpartition(".")
    suffix = suffix.strip().lower()
    return _ALIASES.get(suffix, suffix) if dot else ""


def display_name(name: str) -> str:
    """A name as it may be shown: no folders, no unseen or direction-turning characters, not long; to be kept sealed."""
    name = " ".join(_visible(name).replace("\\", "/").rpartition("/")[2].split()).lstrip(".")
    stem, dot, suffix = name.rpartition(".")
    if len(name) <= _LONGEST_NAME or not dot or len(suffix) > _LONGEST_SUFFIX:
        return name[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(suffix) - 1]}.{suffix}"


def download_name(position: int, extension: str) -> str:
    """A name that says nothing about the submitter: attachment-1.jpg."""
    return f"attachment-{position}.{extension}"


def in_order(removed: Iterable[Removed]) -> tuple[Removed, ...]:
    """Each once, the most telling first."""
    found = set(removed)
    return tuple(part for part in Removed if part in found)


def _visible(name: str) -> str:
    """Without control and format characters: among those are the ones that turn the direction of writing."""
    return "".join(character for character in name if character.isprintable())
