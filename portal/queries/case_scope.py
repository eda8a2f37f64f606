"""Who may learn of a case, as one predicate of SQL: search, lists, counts, single cases and exports all ask here.

It mirrors `domain.routing.is_excluded`; a test compares the two over random trees.
"""

from sqlalchemy import ColumnElement, and_, exists, or_

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
        ~_accused(CaseAccused.office_id.in_(offices_above(actor.office_path))),
        ~_accused(CaseAccused.account_id == actor.account_id),
        ~exists().where(CaseRecusal.case_id == Case.id, CaseRecusal.account_id == actor.account_id),
        or_(Case.level_floor.is_(None), Case.level_floor.in_(_floors_reaching(level_of(actor)))),
    )


def offices_above(office_path: str) -> tuple[int, ...]:
    """The ids of an office and of every office above it."""
    return tuple(int(part) for part in office_path.split("/") if part)


def level_of(actor: Actor) -> Level:
    """The level of the actor's division, by the depth of its path."""
    return _LEVELS[actor.division_path.count("/") - 1]


def _accused(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(CaseAccused.case_id == Case.id, condition)


def _floors_reaching(level: Level) -> tuple[Level, ...]:
    """The floors that still let a level in: its own and every lower one."""
    return _LEVELS[_LEVELS.index(level) :]
