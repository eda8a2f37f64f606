"""The figures of the year pages, from sums that were written at publication: no publication is opened for them."""

from typing import Any

from sqlalchemy import func, select

from portal.domain.divisions import DivisionCode
from portal.domain.fund_overviews import SHOWN_STAGES
from portal.domain.fund_totals import FundFigure, FundStage
from portal.domain.money import Fen
from portal.models.base import db
from portal.models.fund_totals import FundTotal

_WHOLE_YEAR = (FundTotal.stage, FundTotal.use, FundTotal.part_code, FundTotal.program, FundTotal.source)


def figures_of_whole(year: int, whole: DivisionCode) -> tuple[FundFigure, ...]:
    """Everything that the page of a division shows of its parts, months added up."""
    query = _added(year, *_WHOLE_YEAR).where(FundTotal.whole_code == whole)
    return tuple(
        FundFigure(stage, year, whole, DivisionCode(part), Fen(int(amount)), program=program, use=use, source=source)
        for stage, use, part, program, source, amount in db.session.execute(query)
    )


def figures_of_years(whole: DivisionCode) -> dict[int, list[FundFigure]]:
    """The sums of every year, newest first."""
    columns = (FundTotal.year, FundTotal.stage, FundTotal.use)
    query = (
        select(*columns, func.sum(FundTotal.amount_fen))
        .where(FundTotal.whole_code == whole, FundTotal.stage.in_(SHOWN_STAGES))
        .group_by(*columns)
        .order_by(FundTotal.year.desc())
    )
    found: dict[int, list[FundFigure]] = {}
    for year, stage, use, amount in db.session.execute(query):
        found.setdefault(year, []).append(FundFigure(stage, year, whole, whole, Fen(int(amount)), use=use))
    return found


def figures_of_part(year: int, whole: DivisionCode, part: DivisionCode) -> tuple[FundFigure, ...]:
    """What is told of one part on the page of the division above it."""
    query = _added(year, *_WHOLE_YEAR).where(FundTotal.whole_code == whole, FundTotal.part_code == part)
    return tuple(
        FundFigure(stage, year, whole, part, Fen(int(amount)), program=program, use=use, source=source)
        for stage, use, _part, program, source, amount in db.session.execute(query)
    )


def months_of_whole(year: int, whole: DivisionCode, stage: FundStage) -> tuple[tuple[int, Fen], ...]:
    """The sums of a stage by month; 0 is the month of what is told of the year alone."""
    query = _added(year, FundTotal.month).where(FundTotal.whole_code == whole, FundTotal.stage == stage)
    return tuple((month, Fen(int(amount))) for month, amount in db.session.execute(query.order_by(FundTotal.month)))


def _added(year: int, *columns: Any) -> Any:
    return (
        select(*columns, func.sum(FundTotal.amount_fen))
        .where(FundTotal.year == year, FundTotal.stage.in_(SHOWN_STAGES))
        .group_by(*columns)
    )
