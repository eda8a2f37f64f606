"""The disclosure catalogue as it is kept: every duty of a place and of the places within it, from stored days alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from portal.domain.cases import Rung
from portal.domain.divisions import Division, Level
from portal.domain.duties import MISSED, DutyRule, DutyRules, DutyState, Standing, Tally, tally
from portal.domain.instants import shanghai_date
from portal.domain.permissions import Actor
from portal.domain.publications import Area
from portal.models.base import db
from portal.models.duties import DutyStanding
from portal.models.offices import Office
from portal.models.publications import Publication
from portal.queries.divisions import DivisionTree
from portal.queries.offices import within
from portal.queries.places import IN_CHARGE

_COLUMNS = (
    DutyStanding.division_code, DutyStanding.duty, DutyStanding.due_on, DutyStanding.fulfilled_on,
    DutyStanding.publication_id, DutyStanding.reason, Publication.area, Publication.number,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DutyCell:
    """One duty of one place on a day; `number` and `area` are of the publication that fulfils it.

    `rung` is how far up the ladder of supervision it is; the public is not told.
    """

    rule: DutyRule
    place: Division
    standing: Standing
    state: DutyState
    area: Area | None
    number: str | None
    rung: Rung | None

    @property
    def is_missed(self) -> bool:
        """Whether it is late, or was never fulfilled though its time is over."""
        return self.state in MISSED


@dataclass(frozen=True, slots=True)
class Reminder:
    """What the first page of the desk says: how many duties are late, how many of them for long, how many come soon."""

    missed: int
    supervised: int
    soon: int


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty, place by place."""

    rule: DutyRule
    cells: tuple[DutyCell, ...]


@dataclass(frozen=True, slots=True)
class DutyPage:
    """The duties of a place and of those directly below it; `silent` are the places without an office in the portal."""

    place: Division
    above: tuple[Division, ...]
    rows: tuple[DutyRow, ...]
    silent: tuple[Division, ...]
    tally: Tally

    @property
    def missed(self) -> "DutyPage":
        """The same with what is late alone."""
        rows = (replace(row, cells=tuple(cell for cell in row.cells if cell.is_missed)) for row in self.rows)
        return replace(self, rows=tuple(row for row in rows if row.cells))


def duty_page(place: Division, tree: DivisionTree, rules: DutyRules, *, at: datetime) -> DutyPage:
    """The page of a city, county or township."""
    below = tree.below(place.code) if place.level in {Level.CITY, Level.COUNTY} else ()
    places = (place, *below)
    cells = _cells(_rows([one.code for one in places]), places, rules, shanghai_date(at))
    owing = {cell.place.code for cell in cells}
    return DutyPage(
        place=place,
        above=tuple(tree.by_code[code] for code in place.path.strip("/").split("/")[:-1]),
        rows=_by_duty(cells, rules),
        silent=tuple(one for one in places if one.code not in owing),
        tally=tally(cell.state for cell in cells),
    )


def every_duty(place: Division, tree: DivisionTree, rules: DutyRules, *, at: datetime) -> tuple[DutyCell, ...]:
    """The duties of a place and of everything within it, place by place, in the order of the catalogue."""
    places = [one for one in tree.by_code.values() if place.holds(one) and one.level is not Level.VILLAGE]
    return _cells(_rows([one.code for one in places]), places, rules, shanghai_date(at))


def duties_at_desk(actor: Actor, tree: DivisionTree, rules: DutyRules, *, at: datetime) -> tuple[DutyCell, ...]:
    """The duties of the places whose offices lie within the actor's, what has to be done first before the rest."""
    query = select(Office.division_code).where(Office.kind.in_(IN_CHARGE), within(actor)).distinct()
    places = [tree.by_code[code] for code in db.session.execute(query).scalars()]
    cells = _cells(_rows([one.code for one in places]), places, rules, shanghai_date(at))
    return tuple(sorted(cells, key=lambda cell: (cell.standing.due_on or date.max, cell.place.path)))


def to_be_done(cells: Iterable[DutyCell]) -> tuple[DutyCell, ...]:
    """What is late, and what has to come soon."""
    return tuple(cell for cell in cells if cell.is_missed or cell.state is DutyState.DUE)


def reminders_for(actor: Actor, rules: DutyRules, *, at: datetime) -> Reminder:
    """How many duties of the actor's places are late, and how many come to their end soon; one statement."""
    today = shanghai_date(at)
    own = select(Office.division_code).where(Office.kind.in_(IN_CHARGE), within(actor))
    since = dict(rules.ladder)[Rung.SUPERVISION]
    is_late, is_supervised = (
        func.coalesce(func.sum(case((DutyStanding.due_on <= today - timedelta(days=days), 1), else_=0)), 0)
        for days in (1, since)
    )
    query = select(func.count(), is_late, is_supervised).where(
        DutyStanding.division_code.in_(own), DutyStanding.reason == "", DutyStanding.due_on < today + rules.warn
    )
    near, missed, supervised = db.session.execute(query).one()
    return Reminder(missed=missed, supervised=supervised, soon=near - missed)


def missed_by_county(tree: DivisionTree, *, at: datetime) -> dict[Division, int]:
    """How many duties are late in each county with its townships, and in the city itself; one statement for all."""
    query = (
        select(DutyStanding.division_code, func.count())
        .where(DutyStanding.due_on < shanghai_date(at), DutyStanding.reason == "")
        .group_by(DutyStanding.division_code)
    )
    found: dict[Division, int] = {}
    for code, count in db.session.execute(query):
        place = tree.by_code[code]
        county = tree.by_code[str(place.parent)] if place.level is Level.TOWNSHIP else place
        found[county] = found.get(county, 0) + count
    return dict(sorted(found.items(), key=lambda one: one[0].path))


def _rows(codes: Sequence[str]) -> Sequence[Any]:
    query = (
        select(*_COLUMNS)
        .outerjoin(Publication, Publication.id == DutyStanding.publication_id)
        .where(DutyStanding.division_code.in_(codes))
    )
    return db.session.execute(query).all()


def _cells(rows: Iterable[Any], places: Sequence[Division], rules: DutyRules, today: date) -> tuple[DutyCell, ...]:
    """What is owed by these places, in their order and that of the catalogue."""
    found = {(row.division_code, row.duty): row for row in rows}
    return tuple(
        _cell(found[place.code, rule.duty.code], rule, place, rules, today)
        for place in places
        for rule in rules.of_level(place.level)
        if (place.code, rule.duty.code) in found
    )


def _cell(row: Any, rule: DutyRule, place: Division, rules: DutyRules, today: date) -> DutyCell:
    standing = Standing(row.due_on, row.fulfilled_on, row.publication_id, row.reason)
    rung = rules.rung_of(standing, today)
    return DutyCell(rule, place, standing, standing.state(today, rules.warn), row.area, row.number, rung)


def _by_duty(cells: Iterable[DutyCell], rules: DutyRules) -> tuple[DutyRow, ...]:
    found: Mapping[str, list[DutyCell]] = {rule.duty.code: [] for rule in rules.rules}
    for cell in cells:
        found[cell.rule.duty.code].append(cell)
    return tuple(DutyRow(rule, tuple(found[rule.duty.code])) for rule in rules.rules if found[rule.duty.code])
