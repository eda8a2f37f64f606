"""How long things are kept that the public no longer sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Retention:
    """Days and years of the retention table."""

    full_names_days: int
    documents_years: int
    idempotency_days: int
    sessions_days: int


def retention_from_table(table: Mapping[str, Any]) -> Retention:
    """The retention times of a table; KeyError when one is missing."""
    return Retention(
        table["full_names_days"], table["documents_years"], table["idempotency_days"], table["sessions_days"]
    )
