"""How long things are kept that the public no longer sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Retention:
    """Days, months and years of the retention table."""

    full_names_days: int
    documents_years: int
    idempotency_days: int
    sessions_days: int
    payment_people_months: int
    terminated_people_months: int


def retention_from_table(table: Mapping[str, Any]) -> Retention:
    """The retention times of a table; KeyError when one is missing."""
    return Retention(
        table["full_names_days"],
        table["documents_years"],
        table["idempotency_days"],
        table["sessions_days"],
        table["payment_people_months"],
        table["terminated_people_months"],
    )


def first_month_kept(today: date, months: int) -> date:
    """The first day of the oldest month of which something is kept for so many months after its end."""
    place = today.year * 12 + today.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)
