"""Who may learn of a case, as one predicate of SQL: search, lists, counts, single cases and exports all ask here.

It mirrors `domain.routing.is_excluded`; a test compares the two over random trees.
"""

from sqlalchemy import ColumnElement, and_, or_, select

from portal.domain.divisions import Level
from portal.domain.permissions import Actor
from portal.models.cases import Case, CaseAccused, CaseRecusal
from portal.models.offices import Office

_LEVELS = (Level.CITY, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)


def open_to(actor: Actor) -> ColumnElement[bool]:
    """True for cases handled in the actor's office or below it, unless the actor is kept out.

    Kept out are the accused offices with everybody below them, the accused themselves, whoever has declared an
    interest (信访工作条例 art. 28), and every level below the case's floor. For a select that joins `offices`.
    """
    return and_(Office.path.startswith(actor.office_path, autoescape=True), *not_kept_out(actor))


def not_kept_out(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The exclusions alone, for rooms that have a scope of their own (a notice's desk, a supervisor's list)."""
    return (
        *office_not_kept_out(actor.office_path, level_of(actor.division_path)),
        _accuses_not(CaseAccused.account_id == actor.account_id),
        Case.id.not_in(select(CaseRecusal.case_id).where(CaseRecusal.account_id == actor.account_id)),
    )


def office_not_kept_out(office_path: str, level: Level) -> tuple[ColumnElement[bool], ...]:
    """That an office is neither accused, nor below an accused one, nor below the case's floor.

    An offline case is open to nobody here: only the key on paper opens it, and it is counted and exported alone.
    """
    return (
        Case.offline.is_(False),
        _accuses_not(CaseAccused.office_id.in_(offices_above(office_path))),
        or_(Case.level_floor.is_(None), Case.level_floor.in_(_floors_reaching(level))),
    )


def offices_above(office_path: str) -> tuple[int, ...]:
    """The ids of an office and of every office above it."""
    return tuple(int(part) for part in office_path.split("/") if part)


def level_of(division_path: str) -> Level:
    """The level of a division, by the depth of its path."""
    return _LEVELS[division_path.count("/") - 1]


def _accuses_not(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """That nobody of a condition is accused; asked once for a whole list, not once for each of ten thousand rows."""
    return Case.id.not_in(select(CaseAccused.case_id).where(condition))


def _floors_reaching(level: Level) -> tuple[Level, ...]:
    """The floors that still let a level in: its own and every lower one."""
    return _LEVELS[_LEVELS.index(level) :]
