"""Films and recordings as phones write them, made in memory: boxes, frames and tags, with a place in each."""

import struct

PLACE = b"+35.4147+116.5871/"
CAMERA = b"Fanren X9 Pro"
SECONDS = 3_900_000_000
PICTURES, SOUNDS, SENSOR = b"\x65PICTURE" * 20, b"\x21SOUND" * 20, b"GPS5" + PLACE * 3
HIDDEN = b"HIDDEN" + PLACE


def box(name: bytes, *inside: bytes) -> bytes:
    content = b"".join(inside)
    return struct.pack(">I", 8 + len(content)) + name + content


def full(name: bytes, *inside: bytes) -> bytes:
    return box(name, bytes(4), *inside)


def _track(handler: bytes, entry: bytes, offset: int, samples: bytes) -> bytes:
    times = struct.pack(">II", SECONDS, SECONDS)
    table = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 1), entry),
        full(b"stts", struct.pack(">III", 1, 1, 1000)),
        full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        full(b"stsz", struct.pack(">III", 0, 1, len(samples))),
        full(b"stco", struct.pack(">II", 1, offset)),
    )
    media = box(
        b"mdia",
        full(b"mdhd", times, struct.pack(">IIHH", 1000, 1000, 0x55C4, 0)),
        full(b"hdlr", bytes(4), handler, bytes(12), CAMERA + b"\0"),
        box(b"minf", full(b"vmhd" if handler == b"vide" else b"smhd", bytes(8)), table),
    )
    return box(
        b"trak", full(b"tkhd", times, struct.pack(">IIII", 1, 0, 1000, 0), bytes(60)), media, box(b"udta", CAMERA)
    )


def _entry(handler: bytes) -> bytes:
    if handler == b"vide":
        return box(
            b"avc1",
            bytes(6),
            b"\0\1",
            bytes(16),
            b"\0\x10\0\x10",
            bytes(14),
            CAMERA.ljust(32, b"\0"),
            b"\0\x18\xff\xff",
        )
    if handler == b"soun":
        descriptor = bytes.fromhex("0319000000041140150000000001f4000001f40005021210060102")
        return box(
            b"mp4a", bytes(6), b"\0\1", bytes(8), b"\0\2\0\x10", bytes(4), b"\xac\x44\0\0", full(b"esds", descriptor)
        )
    return box(b"gpmd", bytes(6), b"\0\1", bytes(20))


def film(*handlers: bytes, brand: bytes = b"isom", tags: bytes = b"") -> bytes:
    """A film of tracks by their handlers (vide, soun, meta); something is hidden between the samples."""
    samples = {b"vide": PICTURES, b"soun": SOUNDS, b"meta": SENSOR}
    kind = box(b"ftyp", brand, bytes(4), brand, b"mp42")
    room, at = b"", len(kind) + 8
    tracks = []
    for handler in handlers:
        tracks.append(_track(handler, _entry(handler), at + len(room), samples[handler]))
        room += samples[handler] + HIDDEN
    header = full(b"mvhd", struct.pack(">II", SECONDS, SECONDS), struct.pack(">II", 1000, 1000), bytes(80))
    udta = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE), box(b"\xa9mod", CAMERA), tags)
    return kind + box(b"mdat", room) + box(b"moov", header, *tracks, udta) + box(b"free", b"dashcam" + PLACE)


def song_tags(**values: str) -> bytes:
    """iTunes' list of tags: artist, cover."""
    names = {"artist": b"\xa9ART", "day": b"\xa9day"}
    items = b"".join(
        box(names[key], box(b"data", struct.pack(">II", 1, 0), value.encode())) for key, value in values.items()
    )
    handler = full(b"hdlr", bytes(4), b"mdirappl", bytes(9))
    return full(b"meta", handler, box(b"ilst", items))


def mp3_frames(count: int = 40) -> bytes:
    """Silent frames of MPEG 1 layer III, 128 kbit/s at 44.1 kHz."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * count


def id3(**frames: bytes) -> bytes:
    body = b"".join(name.encode() + struct.pack(">IH", len(value), 0) + value for name, value in frames.items())
    size = len(body)
    return b"ID3\x03\0\0" + bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0)) + body


def cover(jpeg: bytes) -> bytes:
    return b"\0image/jpeg\0\x03\0" + jpeg


def id3v1(name: str) -> bytes:
    return (b"TAG" + name.encode().ljust(30, b"\0")).ljust(128, b"\0")
