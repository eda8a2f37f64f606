"""MP3: only the frames of sound are kept; tags, covers and whatever else lies between or behind them are not."""

from collections.abc import Iterator

from portal.domain.attachments import DAMAGED, Cleaned, FileFamily, RefusedFileError, Removed, in_order

_BITRATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second of layer III, by the version's bits: MPEG 1, and MPEG 2 like 2.5."""
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_LAYER_III = 1
_FEWEST_FRAMES = 3
_LEAST_SHARE = 0.9
_MOST_SEARCHES = 50_000
"""How often the sound may break off before the file is given up."""
_ID3_HEAD, _ID3_V1 = 10, 128
_FRAMES_OF_ID3 = {
    Removed.COVER: (b"APIC", b"PIC\0"),
    Removed.EMBEDDED_FILES: (b"GEOB",),
    Removed.AUTHOR: (b"TPE1", b"TCOM", b"TOLY", b"TEXT"),
    Removed.TIME: (b"TDRC", b"TYER", b"TDAT", b"TDEN"),
    Removed.DEVICE: (b"TSSE", b"TENC"),
    Removed.PLACE: (b"GPS", b"location"),
}


def clean_mp3(content: bytes) -> Cleaned:
    """The frames one after the other; RefusedFileError when the file is not mainly made of them."""
    start = _behind_tags(content)
    frames = list(_frames(content, start))
    sound = b"".join(content[begin:end] for begin, end in frames)
    if len(frames) < _FEWEST_FRAMES or len(sound) < _LEAST_SHARE * (_before_tail(content) - start):
        raise RefusedFileError(DAMAGED)
    removed = set(_told_by(content[:start]))
    if len(content) - start > len(sound):
        removed.add(Removed.TAGS)
    return Cleaned(FileFamily.SOUND, "mp3", "audio/mpeg", sound, in_order(removed))


def _behind_tags(content: bytes) -> int:
    """Where the ID3 tags at the beginning end; their length is told in seven bits a byte."""
    at = 0
    while content[at : at + 3] == b"ID3":
        length = content[at + 6 : at + _ID3_HEAD]
        at += _ID3_HEAD + sum((byte & 0x7F) << shift for byte, shift in zip(length, (21, 14, 7, 0), strict=False))
    return at


def _before_tail(content: bytes) -> int:
    """Where the tags at the end begin: ID3v1 and before it APE."""
    end = len(content)
    if content[-_ID3_V1:].startswith(b"TAG"):
        end -= _ID3_V1
    ape = content.rfind(b"APETAGEX", 0, end)
    if ape < 0:
        return end
    first = content.rfind(b"APETAGEX", 0, ape)
    return first if first >= 0 else ape


def _frames(content: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Each frame that is followed by another one of its kind or by the end of the sound."""
    end, searches = _before_tail(content), 0
    while at >= 0 and searches < _MOST_SEARCHES:
        length = _frame_length(content[at : at + 4])
        following = at + length
        if length and (following == end or (following < end and _frame_length(content[following : following + 4]))):
            yield at, following
            at = following
        else:
            at, searches = content.find(b"\xff", at + 1, end), searches + 1


def _frame_length(header: bytes) -> int:
    """The length of a frame in bytes by its header, nothing when it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - eleven bits mark a frame
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bitrate, rate, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version not in _RATES or layer != _LAYER_III or bitrate in {0, 15} or rate == 3:  # noqa: PLR2004 - reserved
        return 0
    kilobits = _BITRATES[3 if version == 3 else 2][bitrate]  # noqa: PLR2004 - MPEG 1
    samples = 144 if version == 3 else 72  # noqa: PLR2004 - MPEG 1
    return samples * kilobits * 1000 // _RATES[version][rate] + padding


def _told_by(tags: bytes) -> Iterator[Removed]:
    if tags:
        yield Removed.TAGS
    yield from (part for part, names in _FRAMES_OF_ID3.items() if any(name in tags for name in names))
