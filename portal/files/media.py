"""MP4 and M4A: what does not sound or show is blanked where it lies; nothing is encoded again."""

from collections.abc import Iterable, Iterator

from portal.domain.attachments import DAMAGED, UNLIKE, Cleaned, FileFamily, RefusedFileError, Removed, in_order
from portal.files.faults import BROKEN_FILE
from portal.files.media_boxes import Box, blank, boxes, child, chunks, forget_times

_VIDEO, _SOUND = b"vide", b"soun"
_FRAGMENT = b"moof"
_KEPT: dict[bytes, set[bytes]] = {
    b"": {b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"styp"},
    b"moov": {b"mvhd", b"trak", b"mvex", b"iods"},
    b"moof": {b"mfhd", b"traf"},
    b"traf": {b"tfhd", b"tfdt", b"trun", b"sbgp", b"sgpd", b"subs"},
    b"trak": {b"tkhd", b"mdia", b"edts"},
    b"mdia": {b"mdhd", b"hdlr", b"minf"},
    b"minf": {b"vmhd", b"smhd", b"dinf", b"stbl", b"hdlr"},
    b"stbl": {
        *(b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss", b"stsh", b"sdtp"),
        *(b"sgpd", b"sbgp", b"stps", b"padb", b"subs"),
    },
}
"""The boxes that a player needs, by the box they lie in; all others are blanked."""
_ROOM = {b"free", b"skip", b"wide", b"tref"}
"""Boxes that are worth no word when they hold nothing."""
_HEADERS = {b"mvhd", b"tkhd", b"mdhd"}
_NAMES = {
    Removed.PLACE: (b"\xa9xyz", b"loci", b"ISO6709", b"GPS"),
    Removed.TIME: (b"\xa9day", b"creationdate"),
    Removed.DEVICE: (b"\xa9mak", b"\xa9mod", b"\xa9too", b"\xa9swr", b"quicktime.make", b"com.android"),
    Removed.AUTHOR: (b"\xa9ART", b"aART", b"\xa9wrt", b"auth"),
    Removed.COVER: (b"covr",),
}
_MOST_ROOMS = 100
_HANDLER_AT, _HANDLER_NAME_AT = 8, 24
_ENCODER_AT, _ENCODER_END = 50, 82
_FIRST_ENTRY = 8


def clean_media(content: bytes, extension: str) -> Cleaned:
    """The same pictures and sounds without place, time, device or tags; RefusedFileError for a broken container."""
    data = bytearray(content)
    try:
        kinds, removed = _cleaned(data)
    except BROKEN_FILE:
        raise RefusedFileError(DAMAGED) from None
    if not kinds:
        raise RefusedFileError(DAMAGED)
    if extension == "m4a" and _VIDEO in kinds:
        raise RefusedFileError(UNLIKE, extension=extension)
    family = FileFamily.VIDEO if _VIDEO in kinds else FileFamily.SOUND
    return Cleaned(family, extension, f"{'video' if _VIDEO in kinds else 'audio'}/mp4", bytes(data), in_order(removed))


def _cleaned(data: bytearray) -> tuple[set[bytes], set[Removed]]:
    """Clean in place; gives the kinds of the tracks that stay, and what was removed."""
    top = list(boxes(data, 0, len(data)))
    movie = child(data, Box(b"", 0, 0, len(data)), b"moov")
    rooms = [box for box in top if box.name == b"mdat"]
    if top[0].name != b"ftyp" or len(rooms) > _MOST_ROOMS:
        raise ValueError("a film begins with its type and has its media in few rooms")
    fragmented = any(box.name == _FRAGMENT for box in top)
    removed = set(_tracks_without_media(data, movie, fragmented=fragmented))
    tracks = [box for box in boxes(data, movie.inside, movie.end) if box.name == b"trak"]
    removed |= set(_blanked(data, Box(b"", 0, 0, len(data))))
    if not fragmented:
        tables = [child(data, track, b"mdia", b"minf", b"stbl") for track in tracks]
        kept = sorted(span for table in tables for span in chunks(data, table))
        _erase_between(data, rooms, kept)
    return {_handler(data, track) for track in tracks}, removed


def _handler(data: bytearray, track: Box) -> bytes:
    start = child(data, track, b"mdia", b"hdlr").inside + _HANDLER_AT
    return bytes(data[start : start + 4])


def _tracks_without_media(data: bytearray, movie: Box, *, fragmented: bool) -> Iterator[Removed]:
    """Blank the tracks of sensors, places, texts and time codes; their samples go with all that nobody plays."""
    for track in [box for box in boxes(data, movie.inside, movie.end) if box.name == b"trak"]:
        if _handler(data, track) not in {_VIDEO, _SOUND}:
            if fragmented:
                raise ValueError("a fragmented film with other tracks cannot be cleaned where it lies")
            blank(data, track)
            yield Removed.SENSORS


def _blanked(data: bytearray, parent: Box) -> Iterator[Removed]:
    """Blank what is not needed, from here on down."""
    for box in boxes(data, parent.inside, parent.end):
        if box.name not in _KEPT[parent.name]:
            told = set(_told_by(data, box))
            if blank(data, box) or box.name not in _ROOM:
                yield from told
        elif box.name in _HEADERS and forget_times(data, box):
            yield Removed.TIME
        elif box.name == b"hdlr":
            _erase(data, box.inside + _HANDLER_NAME_AT, box.end)
        elif box.name == b"stsd":
            _forget_encoder(data, box)
        if box.name in _KEPT:
            yield from _blanked(data, box)


def _told_by(data: bytearray, box: Box) -> Iterator[Removed]:
    """What a box tells, if it holds anything; free room that does is told as well."""
    yield from (
        part for part, names in _NAMES.items() if any(data.find(name, box.start, box.end) >= 0 for name in names)
    )
    yield Removed.TAGS if box.name in {b"udta", b"meta"} else Removed.OTHER


def _forget_encoder(data: bytearray, descriptions: Box) -> None:
    """A picture's description carries 32 bytes for the name of the camera's encoder."""
    for entry in boxes(data, descriptions.inside + _FIRST_ENTRY, descriptions.end):
        if entry.name in {b"avc1", b"avc3", b"hvc1", b"hev1", b"mp4v", b"av01", b"vp09"}:
            _erase(data, entry.start + _ENCODER_AT, min(entry.start + _ENCODER_END, entry.end))


def _erase_between(data: bytearray, rooms: Iterable[Box], kept: list[tuple[int, int]]) -> None:
    """Zero every byte of the media rooms that no kept track plays: cameras hide places there."""
    for room in rooms:
        at = room.inside
        for start, end in kept:
            if room.inside <= start < room.end:
                _erase(data, at, start)
                at = max(at, min(end, room.end))
        _erase(data, at, room.end)


def _erase(data: bytearray, start: int, end: int) -> None:
    if start < end:
        data[start:end] = bytes(end - start)
