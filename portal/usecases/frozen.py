"""What an area hands over when one of its revisions becomes public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Frozen:
    """The public content of a revision: its head, what remains when sealed, its pages of rows, and until when."""

    title: str
    head: Mapping[str, Any]
    sealed: Mapping[str, Any]
    pages: Sequence[Sequence[Any]]
    visible_until: datetime | None = None
    period_last_on: date | None = None
