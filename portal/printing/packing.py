"""Papers on their way to the printing process: to JSON and back, checked against the classes of `papers`."""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from types import UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from portal.printing.papers import (
    DocumentPaper,
    Heading,
    Listing,
    NoticePaper,
    Paper,
    Paragraph,
    Table,
    VillagePaper,
)

KINDS = {cls.__name__: cls for cls in (NoticePaper, VillagePaper, DocumentPaper, Heading, Paragraph, Listing, Table)}


class UnreadablePaperError(ValueError):
    """The JSON is no paper; the text names the expected type, never a value."""


def pack(paper: Paper) -> bytes:
    """A paper as UTF-8 JSON."""
    return json.dumps(_plain(paper), ensure_ascii=False, separators=(",", ":")).encode()


def unpack(packed: bytes) -> Paper:
    """The paper that was packed; raises UnreadablePaperError without repeating what it read."""
    try:
        plain = json.loads(packed)
    except ValueError:
        raise UnreadablePaperError("not JSON") from None
    return cast("Paper", _built(Paper, plain))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        named = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {"is": type(value).__name__, **named}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _built(kind: Any, plain: Any) -> Any:
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), plain)
    if isinstance(kind, UnionType):
        return _one_of(get_args(kind), plain)
    if is_dataclass(kind):
        return _instance(kind, plain)
    return _scalar(kind, plain)


def _tuple(kinds: tuple[Any, ...], plain: Any) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise UnreadablePaperError("expected a list")
    if kinds[-1] is Ellipsis:
        return tuple(_built(kinds[0], item) for item in plain)
    return tuple(_built(kind, item) for kind, item in zip(kinds, plain, strict=True))


def _one_of(kinds: tuple[Any, ...], plain: Any) -> Any:
    if plain is None and type(None) in kinds:
        return None
    if isinstance(plain, dict) and KINDS.get(plain.get("is", "")) in kinds:
        return _instance(KINDS[plain["is"]], plain)
    return _scalar(kinds[0], plain)


def _instance(cls: Any, plain: Any) -> Any:
    hints = get_type_hints(cls)
    if not isinstance(plain, dict) or set(plain) != {"is", *hints}:
        raise UnreadablePaperError(f"expected a {cls.__name__}")
    return cls(**{name: _built(kind, plain[name]) for name, kind in hints.items()})


def _scalar(kind: Any, plain: Any) -> Any:
    readers: dict[Any, Callable[[Any], Any]] = {date: date.fromisoformat}
    try:
        if isinstance(kind, type) and issubclass(kind, Enum):
            return kind(plain)
        if kind in readers:
            return readers[kind](plain)
    except (TypeError, ValueError):
        raise UnreadablePaperError(f"expected a {kind.__name__}") from None
    if type(plain) is not kind:
        raise UnreadablePaperError(f"expected a {getattr(kind, '__name__', 'paper')}")
    return plain
