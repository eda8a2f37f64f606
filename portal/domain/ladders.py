"""The ladder of supervision (提醒 → 催办 → 督办 → 通报) by days after a last day."""

from collections.abc import Mapping
from datetime import date

from portal.domain.cases import Rung

Ladder = tuple[tuple[Rung, int], ...]
"""From how many days after a last day on each rung is reached, the lowest first; before it they are negative."""


def ladder_from_table(days: Mapping[str, int], *, reminder: int) -> Ladder:
    """The rungs in their order; ValueError when a higher one would be reached before a lower one."""
    ladder = [(Rung.REMINDER, reminder), *((Rung(rung), since) for rung, since in days.items())]
    reached = [since for _rung, since in ladder]
    if [rung for rung, _since in ladder] != list(Rung) or reached != sorted(reached):
        raise ValueError("a ladder of supervision has its rungs in a wrong order")
    return tuple(ladder)


def rung_on(ladder: Ladder, due_on: date, today: date) -> Rung | None:
    """The highest rung that is reached, None while nobody need be reminded."""
    late = (today - due_on).days
    return next((rung for rung, days in reversed(ladder) if late >= days), None)
