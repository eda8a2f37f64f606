"""Loading the table of divisions, and placing townships in the zones."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal.data.tables import read_csv
from portal.domain.divisions import Division, DivisionCode, Level, county_by_code, from_table
from portal.domain.errors import NotFoundError, RefusedError
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.models.divisions import Division as Row
from portal.models.transaction import transaction
from portal.usecases import audit
from portal.usecases.services import Services
from portal.usecases.site import bump_revision


def load_divisions(session: Session, services: Services) -> tuple[Division, ...]:
    """Fill the table of divisions if it is empty, within the transaction of `init`.

    The five thousand rows are read here and not with the rulebook: no other process ever needs them again.
    """
    divisions = from_table(read_csv("divisions.csv", services.settings.rules))
    if not session.scalar(select(func.count()).select_from(Row)):
        session.execute(insert(Row), [_values(division) for division in divisions])
    return divisions


def set_zone(zone: str, townships: tuple[str, ...], *, actor: Actor | None, at: datetime) -> int:
    """Let a zone hold exactly these townships (codes); those it held before return to the county of their own code.

    Returns how many divisions (townships and their villages) have moved. RefusedError when something is not a zone or
    not a township.
    """
    if actor:
        actor.require(Permission.MANAGE_OFFICES)
    with transaction() as session:
        target = _row(session, zone)
        if not target.virtual:
            raise RefusedError(N_("%(name)s不是功能区，不能划入镇（街道）"), name=target.name)
        moved = 0
        for code in _held(session, zone) - set(townships):
            moved += _move(session, _row(session, code), _row(session, county_by_code(DivisionCode(code))))
        for code in townships:
            moved += _move(session, _row(session, code), target)
        bump_revision(session)
        audit.record(session, actor, "division.zone_set", f"division:{zone}", at=at, townships=",".join(townships))
        return moved


def _held(session: Session, zone: str) -> set[str]:
    return set(session.scalars(select(Row.code).where(Row.parent_code == zone)))


def _move(session: Session, township: Row, target: Row) -> int:
    if township.level is not Level.TOWNSHIP:
        raise RefusedError(N_("%(name)s不是镇（街道）"), name=township.name)
    if township.parent_code == target.code:
        return 0
    old, new = township.path, f"{target.path}{township.code}/"
    township.parent_code = target.code
    below = session.scalars(select(Row).where(Row.path.startswith(old, autoescape=True))).all()
    for row in below:
        row.path = new + row.path.removeprefix(old)
    return len(below)


def _row(session: Session, code: str) -> Row:
    row = session.get(Row, code)
    if row is None:
        raise NotFoundError(N_("没有这个区划：%(code)s"), code=code)
    return row


def _values(division: Division) -> dict[str, str | bool | None]:
    return {
        "code": division.code,
        "name": division.name,
        "display_name": division.display_name,
        "level": division.level,
        "parent_code": division.parent,
        "path": division.path,
        "virtual": division.virtual,
    }
