"""The figures of the year pages, from sums that were written at publication: no publication is opened for them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select

from portal.domain.divisions import Division, DivisionCode, Level
from portal.domain.fund_overviews import SHOWN_STAGES
from portal.domain.fund_totals import FundFigure, FundStage
from portal.domain.funds import FundUse
from portal.domain.money import Fen
from portal.models.base import db
from portal.models.divisions import Division as Row
from portal.models.fund_totals import FundTotal, FundYearTotal, UntoldBatches

_SUMS, _MONTHS = FundYearTotal.__table__.c, FundTotal.__table__.c
_OF_PART = _SUMS.part_code == bindparam("part")


def _added(*columns: Any) -> Select[Any]:
    """A statement that adds up by some columns; made once, for its making would cost as much as its answer."""
    return (
        select(*columns, func.sum(_SUMS.amount_fen))
        .where(_SUMS.year == bindparam("year"), _SUMS.whole_code == bindparam("whole"))
        .where(_SUMS.stage.in_(SHOWN_STAGES))
        .group_by(*columns)
    )


_BY_PROGRAM = _added(_SUMS.stage, _SUMS.use, _SUMS.part_code, _SUMS.program)
_BY_SOURCE = _added(_SUMS.stage, _SUMS.use, _SUMS.source)


_UNTOLD = select(func.coalesce(func.sum(UntoldBatches.batches), 0)).where(
    UntoldBatches.year == bindparam("year"), UntoldBatches.whole_code == bindparam("whole")
)
_UNTOLD_OF_CITY = select(func.coalesce(func.sum(UntoldBatches.batches), 0)).where(
    UntoldBatches.year == bindparam("year"),
    UntoldBatches.whole_code.in_(select(Row.code).where(Row.parent_code == bindparam("whole"))),
)
_TOLD = select(
    exists().where(
        _SUMS.whole_code == bindparam("whole"), _SUMS.year == bindparam("year"), _SUMS.stage.in_(SHOWN_STAGES)
    )
)
_YEARS = (
    select(_SUMS.year, _SUMS.stage, _SUMS.use, func.sum(_SUMS.amount_fen))
    .where(_SUMS.whole_code == bindparam("whole"), _SUMS.stage.in_(SHOWN_STAGES))
    .group_by(_SUMS.year, _SUMS.stage, _SUMS.use)
    .order_by(_SUMS.year.desc())
)
_OLDER_OR_NEWER = FundYearTotal.__table__.alias().c
_NEWEST = _YEARS.where(
    _SUMS.year
    == select(func.max(_OLDER_OR_NEWER.year))
    .where(_OLDER_OR_NEWER.whole_code == bindparam("whole"), _OLDER_OR_NEWER.use == FundUse.RELIEF)
    .where(_OLDER_OR_NEWER.stage.in_(SHOWN_STAGES))
    .scalar_subquery()
)
_BY_MONTH = (
    select(_MONTHS.stage, _MONTHS.month, func.sum(_MONTHS.amount_fen))
    .where(_MONTHS.year == bindparam("year"), _MONTHS.whole_code == bindparam("whole"))
    .where(_MONTHS.stage.in_(bindparam("stages", expanding=True)))
    .group_by(_MONTHS.stage, _MONTHS.month)
    .order_by(_MONTHS.month)
)


def is_told(year: int, whole: DivisionCode) -> bool:
    """Whether any sum of a division and year is public."""
    return bool(db.session.execute(_TOLD, {"year": year, "whole": whole}).scalar_one())


def untold_batches(year: int, whole: Division) -> int:
    """How many batches of a year are in none of its sums, each of too few persons; in a county or in all of them."""
    asked = _UNTOLD_OF_CITY if whole.level is Level.CITY else _UNTOLD
    return int(db.session.execute(asked, {"year": year, "whole": whole.code}).scalar_one())


def figures_by_program(year: int, whole: DivisionCode, part: DivisionCode | None = None) -> tuple[FundFigure, ...]:
    """What the page of a division shows of its parts, or of one of them, by programme."""
    return tuple(
        FundFigure(stage, year, whole, DivisionCode(of), Fen(int(amount)), program=program, use=use)
        for stage, use, of, program, amount in _rows(_BY_PROGRAM, year, whole, part)
    )


def figures_by_source(year: int, whole: DivisionCode, part: DivisionCode | None = None) -> tuple[FundFigure, ...]:
    """The very same sums by where the money comes from; their parts are not told apart."""
    return tuple(
        FundFigure(stage, year, whole, part or whole, Fen(int(amount)), use=use, source=source)
        for stage, use, source, amount in _rows(_BY_SOURCE, year, whole, part)
    )


def _rows(of_whole: Select[Any], year: int, whole: DivisionCode, part: DivisionCode | None) -> Any:
    asked: dict[str, Any] = {"year": year, "whole": whole, "part": part}
    return db.session.execute(of_whole if part is None else of_whole.where(_OF_PART), asked)


def figures_of_years(whole: DivisionCode, part: DivisionCode | None = None) -> dict[int, list[FundFigure]]:
    """The sums of every year, newest first: of a division, or of one part of it."""
    return _by_year(_YEARS if part is None else _YEARS.where(_OF_PART), whole, part)


def figures_of_newest_year(whole: DivisionCode) -> dict[int, list[FundFigure]]:
    """The sums of the newest year alone, of which any relief money is told; empty where there is none."""
    return _by_year(_NEWEST, whole, None)


def _by_year(query: Select[Any], whole: DivisionCode, part: DivisionCode | None) -> dict[int, list[FundFigure]]:
    asked: dict[str, Any] = {"whole": whole, "part": part}
    found: dict[int, list[FundFigure]] = {}
    for year, stage, use, amount in db.session.execute(query, asked):
        found.setdefault(year, []).append(FundFigure(stage, year, whole, part or whole, Fen(int(amount)), use=use))
    return found


def months_of_whole(
    year: int, whole: DivisionCode, stages: Iterable[FundStage]
) -> dict[FundStage, list[tuple[int, Fen]]]:
    """The sums of stages by month; 0 is the month of what is told of the year alone."""
    asked = {"year": year, "whole": whole, "stages": list(stages)}
    found: dict[FundStage, list[tuple[int, Fen]]] = {}
    for stage, month, amount in db.session.execute(_BY_MONTH, asked):
        found.setdefault(stage, []).append((month, Fen(int(amount))))
    return found
