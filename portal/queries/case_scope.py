"""Who may learn of a case, as one predicate of SQL: search, lists, counts, single cases and exports all ask here.

It mirrors `domain.routing.is_excluded`; a test compares the two over random trees.
"""

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from portal.domain.case_actions import ACTIONS, Action
from portal.domain.case_holders import Holder, KeyPurpose
from portal.domain.desk_keys import DeskKind
from portal.domain.divisions import Level
from portal.domain.permissions import Actor, Permission, Standing
from portal.models.cases import Case, CaseAccused, CaseKey, CaseRecusal
from portal.models.desk_keys import DeskKey
from portal.models.offices import Office

_LEVELS = (Level.CITY, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)


def open_to(actor: Actor) -> ColumnElement[bool]:
    """True for cases handled in the actor's office or below it, unless the actor is kept out.

    Kept out are the accused offices with everybody below them, the accused themselves, whoever has declared an
    interest (信访工作条例 art. 28), and every level below the case's floor. For a select that joins `offices`.
    Whoever stands in for an absent colleague also reaches, of what that one reaches, that which passes to him; being
    kept out counts for both.
    """
    above = [one for one in actor.standings if not one.office_path.startswith(actor.office_path)]
    scope = or_(_handled_below(actor), *map(_passed_by, above))
    return and_(scope, *not_kept_out(actor))


def _handled_below(viewer: Actor | Standing) -> ColumnElement[bool]:
    return Office.path.startswith(viewer.office_path, autoescape=True)


def _passed_by(absent: Standing) -> ColumnElement[bool]:
    """The cases on which something passes; asked only where the substitute's own office does not stand above anyway."""
    passed = true() if absent.on_others else Case.officer_id == absent.account_id
    return and_(_handled_below(absent), passed, *not_kept_out(absent))


def in_custody_of(actor: Actor) -> ColumnElement[bool]:
    """True for cases whose submitter's identity is wrapped for the custody desk of the actor's office.

    The place decided that and not the tree, so cases for discipline inspection are among them. Whoever is kept out of
    a case does not open its identity either.
    """
    if not actor.may(Permission.OPEN_IDENTITY):
        return false()
    held = (
        select(CaseKey.case_id)
        .join(DeskKey, DeskKey.id == CaseKey.holder_id)
        .where(CaseKey.purpose == KeyPurpose.IDENTITY, CaseKey.holder == Holder.DESK)
        .where(DeskKey.kind == DeskKind.CUSTODY, DeskKey.office_id == actor.office_id, DeskKey.offline.is_(False))
    )
    return and_(Case.id.in_(held), *not_kept_out(actor))


def reached_by(actor: Actor, action: Action) -> ColumnElement[bool]:
    """True for cases on which the actor may take a step, as far as the scope decides: custody has one of its own."""
    if Permission.OPEN_IDENTITY not in ACTIONS[action].permissions:
        return open_to(actor)
    others = ACTIONS[action].permissions - {Permission.OPEN_IDENTITY}
    scopes = [in_custody_of(actor)]
    if others and (actor.standings or actor.permissions & (others | {Permission.HANDLE_DISCIPLINE})):
        scopes.append(open_to(actor))
    return or_(*scopes)


def not_kept_out(actor: Actor | Standing) -> tuple[ColumnElement[bool], ...]:
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


def floors_above(level: Level) -> tuple[Level, ...]:
    """The floors that keep a level out."""
    return _LEVELS[: _LEVELS.index(level)]


def _floors_reaching(level: Level) -> tuple[Level, ...]:
    """The floors that still let a level in: its own and every lower one."""
    return _LEVELS[_LEVELS.index(level) :]
