"""The rules as data, read once and handed to the domain as plain values."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every table of rules that the use cases consult."""

    own: Path


def read_rulebook(own: Path) -> Rulebook:
    """Read all tables, the bureau's own from `own` where it has put one there."""
    return Rulebook(own)
