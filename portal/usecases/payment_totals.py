"""The sums of payments on the year pages: of every batch what is told of it, and nothing of what is not."""

from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import WHOLE_YEAR, FigureScope, FundFigure, FundStage
from portal.domain.money import Fen
from portal.domain.payments import PaymentKind
from portal.domain.programs import Program
from portal.models.divisions import Division
from portal.models.fund_totals import FundTotal, UntoldBatches
from portal.models.payments import Payment, PaymentFigure
from portal.models.publications import Publication, Revision

_PAID = frozenset({FundStage.PAID, FundStage.COUNTED})


def county_payments(session: Session, publication: Publication) -> tuple[FigureScope, tuple[FundFigure, ...]]:
    """What is told as paid in the batch's month and county, by township; 其余 of the county is its own part."""
    month = session.get_one(Payment, publication.id).month
    path = session.get_one(Division, publication.division_code).path
    county = DivisionCode(path.split("/")[1])
    query = (
        select(
            PaymentFigure.division_code,
            Payment.program,
            PaymentFigure.amount_fen,
            PaymentFigure.persons,
            Payment.kind,
            Revision.draft["counts_persons"].as_boolean(),
        )
        .join(Revision, Revision.id == PaymentFigure.revision_id)
        .join(Publication, Publication.live_revision_id == PaymentFigure.revision_id)
        .join(Payment, Payment.publication_id == Publication.id)
        .join(Division, Division.code == PaymentFigure.division_code)
        .where(
            Payment.month == month,
            Publication.withdrawn_at.is_(None),
            Division.path.contains(f"/{county}/", autoescape=True),
        )
    )
    figures: list[FundFigure] = []
    for part, program, amount, persons, kind, counts_persons in session.execute(query):
        paid = FundFigure(
            FundStage.PAID, month.year, county, DivisionCode(part), Fen(amount), month.month, Program(program)
        )
        figures.append(paid)
        if kind is PaymentKind.BASIC and counts_persons:
            figures.append(replace(paid, stage=FundStage.COUNTED, persons=persons))
    return FigureScope(month.year, county, _PAID, month.month), tuple(figures)


def count_untold(session: Session, scope: FigureScope) -> None:
    """Write anew how many public batches of a county's month tell no figures at all."""
    year, month = scope.year, scope.month or WHOLE_YEAR
    query = (
        select(func.count())
        .select_from(Payment)
        .join(Publication, Publication.id == Payment.publication_id)
        .join(Division, Division.code == Publication.division_code)
        .outerjoin(PaymentFigure, PaymentFigure.revision_id == Publication.live_revision_id)
        .where(
            Payment.month == date(year, month, 1), Publication.live_revision_id.is_not(None),
            Publication.withdrawn_at.is_(None), PaymentFigure.revision_id.is_(None),
            Division.path.contains(f"/{scope.whole}/", autoescape=True),
        )
    )  # fmt: skip
    batches, key = session.execute(query).scalar_one(), (scope.whole, year, month)
    former = session.get(UntoldBatches, key)
    if former is not None and not batches:
        session.delete(former)
    elif former is not None:
        former.batches = batches
    elif batches:
        session.add(UntoldBatches(whole_code=scope.whole, year=year, month=month, batches=batches))


def city_payments(session: Session, scope: FigureScope) -> tuple[FigureScope, tuple[FundFigure, ...]]:
    """The same month in the city, by county: what the counties' own figures add up to."""
    city = session.execute(select(Division.parent_code).where(Division.code == scope.whole)).scalar_one()
    query = (
        select(FundTotal.stage, FundTotal.whole_code, FundTotal.program, FundTotal.amount_fen, FundTotal.persons)
        .join(Division, Division.code == FundTotal.whole_code)
        .where(
            FundTotal.year == scope.year, FundTotal.month == scope.month, FundTotal.stage.in_(_PAID),
            Division.parent_code == city,
        )
    )  # fmt: skip
    whole, month = DivisionCode(str(city)), scope.month or WHOLE_YEAR
    figures = tuple(
        FundFigure(stage, scope.year, whole, DivisionCode(part), Fen(amount), month, program, persons=persons)
        for stage, part, program, amount, persons in session.execute(query)
    )
    return FigureScope(scope.year, whole, _PAID, scope.month), figures
