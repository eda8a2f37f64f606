"""The boxes of an MP4 file (ISO/IEC 14496-12): where they lie, and how to blank one without moving the others."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SHORT, _LONG = 8, 16
_MOST_BOXES = 20_000
_TIMES = {0: 8, 1: 16}
"""How many bytes the two times of a header take, by its version."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box's name and the offsets of its beginning, its content and its end."""

    name: bytes
    start: int
    inside: int
    end: int


def boxes(data: bytearray, start: int, end: int) -> Iterator[Box]:
    """The boxes that lie side by side and fill the room exactly; ValueError when they do not."""
    for _ in range(_MOST_BOXES):
        if start >= end:
            return
        box = _box(data, start, end)
        yield box
        start = box.end
    raise ValueError("more boxes than any film has")


def _box(data: bytearray, start: int, end: int) -> Box:
    if end - start < _SHORT:
        raise ValueError("a box without a header")
    size, inside = int.from_bytes(data[start : start + 4], "big"), start + _SHORT
    if size == 1:
        size, inside = int.from_bytes(data[start + _SHORT : start + _LONG], "big"), start + _LONG
    elif size == 0:
        size = end - start
    if not inside - start <= size <= end - start:
        raise ValueError("a box that is longer than its room")
    return Box(bytes(data[start + 4 : start + 8]), start, inside, start + size)


def child(data: bytearray, box: Box, *path: bytes) -> Box:
    """The first box under the names, one below the other; ValueError when one is missing."""
    for name in path:
        found = next((inner for inner in boxes(data, box.inside, box.end) if inner.name == name), None)
        if found is None:
            raise ValueError("a box is missing")
        box = found
    return box


def blank(data: bytearray, box: Box) -> bool:
    """Turn a box into free room full of zeros: every offset in the file stays right. Gives whether it held anything."""
    held = holds(data, box.inside, box.end)
    data[box.start + 4 : box.start + 8] = b"free"
    data[box.inside : box.end] = bytes(box.end - box.inside)
    return held


def holds(data: bytearray, start: int, end: int) -> bool:
    """Whether anything but zeros stands there."""
    return data.count(0, start, end) < end - start


def forget_times(data: bytearray, box: Box) -> bool:
    """Zero the times of creation and change in a header box; gives whether they were set."""
    start = box.inside + 4
    end = min(start + _TIMES.get(data[box.inside], 0), box.end)
    held = holds(data, start, end)
    data[start:end] = bytes(end - start)
    return held


def chunks(data: bytearray, table: Box) -> Iterator[tuple[int, int]]:
    """The ranges of the file where a track's samples lie, by its sample table."""
    same, sizes = _sample_sizes(data, table)
    offsets = _chunk_offsets(data, table)
    per_chunk = _samples_per_chunk(data, child(data, table, b"stsc"), len(offsets))
    sample = 0
    for offset, count in zip(offsets, per_chunk, strict=True):
        yield offset, offset + (same * count or sum(sizes[sample : sample + count]))
        sample += count


def _numbers(data: bytearray, box: Box, skip: int, code: str, count: int) -> tuple[int, ...]:
    """`count` big-endian numbers of a full box behind `skip` bytes; struct.error when there are fewer."""
    start = box.inside + skip
    if count * struct.calcsize(code) > box.end - start:
        raise ValueError("a table that is longer than its box")
    return struct.unpack_from(f">{count}{code}", data, start)


def _sample_sizes(data: bytearray, table: Box) -> tuple[int, tuple[int, ...]]:
    """The one size of all samples, or nought and the size of each."""
    box = child(data, table, b"stsz")
    same, count = _numbers(data, box, 4, "I", 2)
    return same, () if same else _numbers(data, box, 12, "I", count)


def _chunk_offsets(data: bytearray, table: Box) -> tuple[int, ...]:
    names = {inner.name: inner for inner in boxes(data, table.inside, table.end)}
    box = names.get(b"stco") or child(data, table, b"co64")
    (count,) = _numbers(data, box, 4, "I", 1)
    return _numbers(data, box, 8, "I" if box.name == b"stco" else "Q", count)


def _samples_per_chunk(data: bytearray, box: Box, chunk_count: int) -> Iterator[int]:
    (count,) = _numbers(data, box, 4, "I", 1)
    runs = _numbers(data, box, 8, "I", 3 * count)
    firsts = [*runs[3::3], chunk_count + 1]
    for first, following, samples in zip(runs[::3], firsts, runs[1::3], strict=True):
        if not 0 < first <= following <= chunk_count + 1:
            raise ValueError("chunks out of order")
        yield from (samples for _ in range(following - first))
