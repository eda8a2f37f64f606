"""Offices: creating, changing, and what they let the website show."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.desk_keys import kinds_of
from portal.domain.divisions import Division, Level
from portal.domain.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from portal.domain.messages import N_
from portal.domain.notices import NoticeKind, WebDetail
from portal.domain.offices import (
    Office,
    OfficeDetails,
    OfficeKind,
    discipline_name,
    faults_in,
    kind_of,
    office_name,
)
from portal.domain.permissions import Actor, Permission, roles_in
from portal.models.desk_keys import DeskKey
from portal.models.divisions import Division as DivisionRow
from portal.models.offices import Office as Row
from portal.models.offices import OfficeDisplay
from portal.models.staff import Account, AccountRole
from portal.models.transaction import transaction
from portal.queries.offices import office_of, within
from portal.usecases import audit
from portal.usecases.case_moving import resettle_offices
from portal.usecases.duties import look_again
from portal.usecases.idempotency import remember
from portal.usecases.site import bump_revision


@dataclass(frozen=True, slots=True)
class OfficeChange:
    """What `offices set` states; None leaves a value as it is. `division` is a code, `parent` an office's name."""

    hotline: str | None = None
    duty_phone: str | None = None
    address: str | None = None
    steps: int | None = None
    kind: OfficeKind | None = None
    division: str | None = None
    parent: str | None = None


def found_offices(session: Session, divisions: tuple[Division, ...]) -> int:
    """Create the bureaus and the discipline offices posted to them, within `init`; returns how many were missing.

    The zones get none: whether an office of their own acts there is the operator's to say.
    """
    wanted = [one for one in divisions if one.level in {Level.CITY, Level.COUNTY} and not one.virtual]
    bureaus = [(office_name(division), kind_of(division), division) for division in wanted]
    posted = [(discipline_name(division), OfficeKind.DISCIPLINE, division) for division in wanted]
    return _founded(session, bureaus) + _founded(session, posted)


def _founded(session: Session, wanted: list[tuple[str, OfficeKind, Division]]) -> int:
    """Create a tree of offices, the first at its top. Discipline inspection's is another tree than the bureaus'."""
    known = set(session.scalars(select(Row.name)))
    top: Row | None = None
    for name, kind, division in wanted:
        if name not in known:
            _add(session, name, kind, division.code, top)
        top = top or _named(session, name)
    return len({name for name, *_ in wanted} - known)


def set_office(name: str, change: OfficeChange, *, actor: Actor | None, at: datetime) -> Office:
    """Create the office of this name or change what is stated.

    A new township office finds division, kind and parent by its customary name; any other needs at least a division.
    """
    if actor:
        actor.require(Permission.MANAGE_OFFICES)
    with transaction() as session:
        row = session.scalar(select(Row).where(Row.name == name))
        action = "office.changed" if row else "office.created"
        row = row or _created(session, name, change)
        _in_scope(session, actor, row)
        former = row.path
        _place(session, row, change)
        _in_scope(session, actor, row)
        _check_people(session, row)
        resettle_offices(session, row.id, former, at=at)
        _describe(row, _merged(row, change))
        session.flush()
        look_again(session, row.division_code)
        bump_revision(session)
        audit.record(session, actor, action, f"office:{row.id}", at=at)
        return office_of(row)


def edit_office(
    office_id: int, details: OfficeDetails, *, version: int, key: str, outcome: str, actor: Actor, at: datetime
) -> None:
    """Change what an office tells about itself; ConflictError when its version is no longer the one seen."""
    actor.require(Permission.MANAGE_OFFICES)
    with transaction() as session:
        remember(session, key, actor.account_id, outcome, at)
        row = _found(session, actor, office_id)
        if row.version != version:
            raise ConflictError(N_("您打开页面以后，有人修改了这个单位"))
        _describe(row, details)
        look_again(session, row.division_code)
        bump_revision(session)
        audit.record(session, actor, "office.changed", f"office:{row.id}", at=at)


def show_on_web(office_id: int, kind: NoticeKind, web: WebDetail, *, actor: Actor, at: datetime) -> None:
    """Switch what the website shows of one kind of notice of an office; holds at once, also for what is published."""
    actor.require(Permission.MANAGE_OFFICES)
    with transaction() as session:
        row = _found(session, actor, office_id)
        known = select(OfficeDisplay).where(OfficeDisplay.office_id == row.id, OfficeDisplay.kind == kind)
        display = session.scalar(known)
        if display is None:
            session.add(OfficeDisplay(office_id=row.id, kind=kind, web=web))
        else:
            display.web = web
        bump_revision(session)
        audit.record(session, actor, "office.display_set", f"office:{row.id}", at=at, kind=kind, web=web)


def _created(session: Session, name: str, change: OfficeChange) -> Row:
    division = _division_for(session, name, change)
    kind = change.kind or (OfficeKind.TOWNSHIP if division.level is Level.TOWNSHIP else OfficeKind.CIVIL_AFFAIRS)
    parent = _named(session, change.parent) if change.parent else _above(session, division)
    return _add(session, name, kind, division.code, parent)


def _division_for(session: Session, name: str, change: OfficeChange) -> DivisionRow:
    if change.division:
        found = session.get(DivisionRow, change.division)
        if found is None:
            raise NotFoundError(N_("没有这个区划：%(code)s"), code=change.division)
        return found
    stem = name.removesuffix("人民政府").removesuffix("办事处")
    found_all = session.scalars(
        select(DivisionRow).where(DivisionRow.name == stem, DivisionRow.level == Level.TOWNSHIP)
    ).all()
    if len(found_all) != 1:
        raise InvalidError(N_("看不出%(name)s属于哪个区划，请用 --division 写明区划代码"), name=name)
    return found_all[0]


def _above(session: Session, division: DivisionRow) -> Row | None:
    """The civil-affairs office of the nearest division above that has one."""
    for code in reversed(division.path.split("/")[:-2]):
        own = select(Row).where(Row.division_code == code, Row.kind == OfficeKind.CIVIL_AFFAIRS).order_by(Row.path)
        if found := session.scalar(own.limit(1)):
            return found
    return session.scalar(select(Row).where(Row.parent_id.is_(None)).limit(1))


def _add(session: Session, name: str, kind: OfficeKind, division_code: str, parent: Row | None) -> Row:
    row = Row(
        name=name,
        kind=kind,
        division_code=division_code,
        parent_id=parent.id if parent else None,
        path="",
        hotline="",
        duty_phone="",
        address="",
        steps=3,
    )
    session.add(row)
    session.flush()
    row.path = f"{parent.path if parent else ''}{row.id}/"
    return row


def _place(session: Session, row: Row, change: OfficeChange) -> None:
    """Give an existing office another kind, division or parent; what stands below it moves along."""
    row.kind = change.kind or row.kind
    if change.division and change.division != row.division_code:
        row.division_code = _division_for(session, row.name, change).code
    parent = _named(session, change.parent) if change.parent else None
    if parent is None or parent.id == row.parent_id:
        return
    if parent.path.startswith(row.path):
        raise RefusedError(N_("单位不能隶属于自己的下级"))
    old, new = row.path, f"{parent.path}{row.id}/"
    row.parent_id = parent.id
    for below in session.scalars(select(Row).where(Row.path.startswith(old, autoescape=True))):
        below.path = new + below.path.removeprefix(old)


def _check_people(session: Session, row: Row) -> None:
    """RefusedError when an office of this kind could have neither the people nor the desks that it has."""
    held = session.scalars(
        select(AccountRole.role).join(Account).where(Account.office_id == row.id, Account.disabled_at.is_(None))
    )
    desks = session.scalars(select(DeskKey.kind).where(DeskKey.office_id == row.id, DeskKey.retired_at.is_(None)))
    if not (set(held) <= roles_in(row.kind) and set(desks) <= set(kinds_of(row.kind))):
        raise RefusedError(N_("这类单位不能有现有的角色或受理台：请先调走有关的人"))


def _merged(row: Row, change: OfficeChange) -> OfficeDetails:
    return OfficeDetails(
        hotline=row.hotline if change.hotline is None else change.hotline,
        duty_phone=row.duty_phone if change.duty_phone is None else change.duty_phone,
        address=row.address if change.address is None else change.address,
        steps=row.steps if change.steps is None else change.steps,
    )


def _describe(row: Row, details: OfficeDetails) -> None:
    faults = faults_in(details)
    if faults:
        raise InvalidError(N_("请改正标出的内容"), fields=faults)
    row.hotline, row.duty_phone, row.address = details.hotline, details.duty_phone, details.address
    row.steps = details.steps


def _found(session: Session, actor: Actor, office_id: int) -> Row:
    row = session.scalar(select(Row).where(Row.id == office_id, within(actor)))
    if row is None:
        raise NotFoundError(N_("没有这个单位"))
    return row


def _in_scope(session: Session, actor: Actor | None, row: Row) -> None:
    """Asked before and after an office is placed: nothing is taken from, or put under, offices outside the scope."""
    session.flush()
    if actor:
        _found(session, actor, row.id)


def _named(session: Session, name: str) -> Row:
    row = session.scalar(select(Row).where(Row.name == name))
    if row is None:
        raise NotFoundError(N_("没有这个单位：%(name)s"), name=name)
    return row
