"""What reconciliation asks: sums of public money along its way, and where a batch is too small to be told."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_

from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import ALLOCATION_STAGES, FundFigure, FundStage
from portal.domain.funds import FundUse
from portal.domain.money import Fen
from portal.domain.reconciliation import COMPARED
from portal.domain.treasury import YearPlace
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.fund_totals import FundTotal
from portal.models.payments import Payment, PaymentFigure
from portal.models.publications import Publication

_SUMMED = (
    FundTotal.stage, FundTotal.year, FundTotal.whole_code, FundTotal.part_code, FundTotal.program, FundTotal.source,
)  # fmt: skip
_BY_YEAR = COMPARED - ALLOCATION_STAGES


def chain_figures(
    *, year: int | None, whole: DivisionCode | None, ledgers: Collection[YearPlace] = ()
) -> list[FundFigure]:
    """Relief money by stage, part, programme and source, of one year and division or of all.

    What was allocated or carried over comes with the month of its issue, and what was paid with its month where
    `ledgers` of a treasury tell of the year and division; of everything else the months are added up by the index.
    """
    by_year, by_month = select(*_SUMMED, _sum()), select(*_SUMMED, _sum(), FundTotal.month)
    in_ledgers = tuple_(FundTotal.year, FundTotal.whole_code).in_(list(ledgers))
    monthly: ColumnElement[bool] = FundTotal.stage.in_(ALLOCATION_STAGES)
    if ledgers:
        monthly = or_(monthly, and_(FundTotal.stage == FundStage.PAID, in_ledgers))
    rows = [
        *db.session.execute(_asked(by_year, year, whole).where(FundTotal.stage.in_(_BY_YEAR)).group_by(*_SUMMED)),
        *db.session.execute(_asked(by_month, year, whole).where(monthly).group_by(*_SUMMED, FundTotal.month)),
    ]
    return [_figure(*row) for row in rows if not _is_told_by_month(row, ledgers)]


def _is_told_by_month(row: Any, ledgers: Collection[YearPlace]) -> bool:
    """Whether a sum of a year is told once more by its months."""
    is_sum = len(row) == len(_SUMMED) + 1
    return is_sum and row[0] is FundStage.PAID and (row[1], row[2]) in ledgers


def received_figures(*, year: int | None, part: DivisionCode | None) -> list[FundFigure]:
    """What was allocated to divisions by those above them, of one year and division or of all."""
    query = _asked(select(*_SUMMED, _sum()), year, None).where(
        FundTotal.stage == FundStage.ALLOCATED, FundTotal.whole_code != FundTotal.part_code
    )
    query = query if part is None else query.where(FundTotal.part_code == part)
    return [_figure(*row) for row in db.session.execute(query.group_by(*_SUMMED))]


def untold_places() -> frozenset[YearPlace]:
    """The years and divisions below the city in which a public batch of payments is of too few to be told at all."""
    is_told = exists().where(PaymentFigure.revision_id == Publication.live_revision_id)
    query = (
        select(Payment.month, Division.path)
        .join(Publication, Publication.id == Payment.publication_id)
        .join(Division, Division.code == Publication.division_code)
        .where(Publication.live_revision_id.is_not(None), Publication.withdrawn_at.is_(None), ~is_told)
    )
    return frozenset(
        (month.year, DivisionCode(code))
        for month, path in db.session.execute(query)
        for code in path.strip("/").split("/")[1:]
    )


def _sum() -> Any:
    return func.sum(FundTotal.amount_fen)


def _asked(query: Any, year: int | None, whole: DivisionCode | None) -> Any:
    query = query.where(FundTotal.use == FundUse.RELIEF)
    query = query if year is None else query.where(FundTotal.year == year)
    return query if whole is None else query.where(FundTotal.whole_code == whole)


def _figure(
    stage: FundStage, year: int, whole: str, part: str, program: Any, source: Any, amount: Any, month: int = 0
) -> FundFigure:
    return FundFigure(
        stage, year, DivisionCode(whole), DivisionCode(part), Fen(int(amount)), month, program, FundUse.RELIEF, source
    )
