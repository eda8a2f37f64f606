"""The sums of registers on the year pages: of returned money, and of what left the treasury, what is told of it."""

import json
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import FigureScope, FundFigure, FundStage
from portal.domain.funds import FundSource
from portal.domain.money import Fen
from portal.domain.register_periods import Period
from portal.domain.registers import COLUMNS, RegisterColumn, RegisterKind, ToldRegister, read_told
from portal.models.divisions import Division
from portal.models.fund_totals import FundTotal
from portal.models.publications import Publication, Revision
from portal.models.registers import Register

_RETURNED = frozenset({FundStage.RETURNED})
_MOVED_FEN = COLUMNS[RegisterKind.RETURNS].moved_fen
_DISBURSED = frozenset({FundStage.DISBURSED})
_SOURCE_AT = COLUMNS[RegisterKind.DISBURSEMENTS].words.index(RegisterColumn.SOURCE)


def disbursements(session: Session, year: int, whole: DivisionCode) -> tuple[FigureScope, tuple[FundFigure, ...]]:
    """What has left the treasury of a division, by place, programme, source and month.

    The city's page tells of the city's treasury alone: what a county's treasury sends on was sent by the city's before.
    """
    figures = tuple(
        figure
        for _period, head in _live(session, RegisterKind.DISBURSEMENTS, year, whole)
        for figure in _disbursed(read_told(json.loads(head or "{}")), whole)
    )
    return FigureScope(year, whole, _DISBURSED), figures


def _disbursed(told: ToldRegister, whole: DivisionCode) -> Iterator[FundFigure]:
    for row in told.rows:
        if row.figures is not None:
            amount, source = row.figures.amounts[0], row.words[_SOURCE_AT]
            yield FundFigure(
                FundStage.DISBURSED, row.period.year, whole, row.division, amount, row.period.month, row.program,
                source=FundSource(source) if source else None,
            )  # fmt: skip


def own_returns(session: Session, year: int, whole: DivisionCode) -> tuple[FigureScope, tuple[FundFigure, ...]]:
    """What the public registers of a division tell as returned, by place; 其余 is the division's own part."""
    figures = tuple(
        figure
        for period, head in _live(session, RegisterKind.RETURNS, year, whole)
        for figure in _told(read_told(json.loads(head or "{}")), Period.of_stored(period), whole)
    )
    return FigureScope(year, whole, _RETURNED), figures


def _live(session: Session, kind: RegisterKind, year: int, whole: DivisionCode) -> Iterable[tuple[str, str | None]]:
    """Period and snapshot of every public register of a kind."""
    query = (
        select(Register.period, Revision.head)
        .join(Publication, Publication.id == Register.publication_id)
        .join(Revision, Revision.id == Publication.live_revision_id)
        .where(
            Register.kind == kind, Register.year == year, Publication.division_code == whole,
            Publication.withdrawn_at.is_(None), Revision.head.is_not(None),
        )
    )  # fmt: skip
    return ((period, head) for period, head in session.execute(query))


def _told(told: ToldRegister, period: Period, whole: DivisionCode) -> Iterator[FundFigure]:
    """A row under its month where it tells one; what was not told of any place is of the register's own."""
    lines = [(row.division, row.period, row.program, row.figures) for row in told.rows]
    for part, when, program, figures in (*lines, (whole, period, None, told.rest)):
        if figures is not None:
            amount = _MOVED_FEN(figures.amounts)
            yield FundFigure(FundStage.RETURNED, when.year, whole, part, amount, when.month, program)


def city_returns(session: Session, scope: FigureScope) -> tuple[FigureScope, tuple[FundFigure, ...]]:
    """The city's own registers, and what a county that they do not tell of tells itself: nothing counts twice."""
    path = session.execute(select(Division.path).where(Division.code == scope.whole)).scalar_one()
    city = DivisionCode(path.split("/")[0])
    wider, own = own_returns(session, scope.year, city)
    told = {figure.part for figure in own}
    query = (
        select(FundTotal.whole_code, FundTotal.month, FundTotal.program, FundTotal.amount_fen)
        .join(Division, Division.code == FundTotal.whole_code)
        .where(
            FundTotal.year == scope.year, FundTotal.stage == FundStage.RETURNED, Division.parent_code == city,
            Division.code.not_in(told),
        )
    )  # fmt: skip
    of_counties = (
        FundFigure(FundStage.RETURNED, scope.year, city, DivisionCode(county), Fen(amount), month, program)
        for county, month, program, amount in session.execute(query)
    )
    return wider, (*own, *of_counties)
