"""The figures of the year pages, from sums that were written at publication: no publication is opened for them."""

from typing import Any

from sqlalchemy import func, select

from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import FundFigure, FundStage
from portal.models.base import db
from portal.models.fund_totals import FundTotal

_WHOLE_YEAR = (FundTotal.stage, FundTotal.part_code, FundTotal.program, FundTotal.use, FundTotal.source)


def fund_years() -> tuple[int, ...]:
    """The years of which anything is told, newest first."""
    query = select(FundTotal.year).distinct().order_by(FundTotal.year.desc())
    return tuple(db.session.execute(query).scalars())


def figures_of_whole(year: int, whole: DivisionCode) -> tuple[FundFigure, ...]:
    """Everything that the page of a division shows of its parts, months added up."""
    query = _added(year, *_WHOLE_YEAR).where(FundTotal.whole_code == whole)
    return tuple(
        FundFigure(stage, year, whole, DivisionCode(part), amount, program=program, use=use, source=source)
        for stage, part, program, use, source, amount in db.session.execute(query)
    )


def figures_of_part(year: int, whole: DivisionCode, part: DivisionCode) -> tuple[FundFigure, ...]:
    """What is told of one part on the page of the division above it."""
    query = _added(year, *_WHOLE_YEAR).where(FundTotal.whole_code == whole, FundTotal.part_code == part)
    return tuple(
        FundFigure(stage, year, whole, part, amount, program=program, use=use, source=source)
        for stage, _part, program, use, source, amount in db.session.execute(query)
    )


def months_of_whole(year: int, whole: DivisionCode, stage: FundStage) -> tuple[tuple[int, int], ...]:
    """The sums of a stage by month; 0 is the month of what is told of the year alone."""
    query = _added(year, FundTotal.month).where(FundTotal.whole_code == whole, FundTotal.stage == stage)
    return tuple((month, amount) for month, amount in db.session.execute(query.order_by(FundTotal.month)))


def _added(year: int, *columns: Any) -> Any:
    return select(*columns, func.sum(FundTotal.amount_fen)).where(FundTotal.year == year).group_by(*columns)
