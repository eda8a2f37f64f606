"""What left the treasury: from the ledger to the sums of the year, the days that money lay, and the warnings."""

from datetime import date, datetime

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.domain.divisions import DivisionCode
from portal.domain.errors import RefusedError
from portal.domain.fund_totals import FigureScope, FundFigure, FundStage
from portal.domain.funds import FundSource
from portal.domain.instants import shanghai_date
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.domain.publications import Area, WithdrawalKind
from portal.domain.registers import RegisterColumn, RegisterKind, read_told
from portal.domain.warnings import WarningRule
from portal.models.base import db
from portal.models.fund_totals import FundTotal
from portal.models.publications import Publication, Revision
from portal.models.transaction import transaction
from portal.models.warnings import RaisedWarning
from portal.queries.publications import public_view, revision_view
from portal.queries.registers import desk_register, sums_of_year
from portal.queries.treasury import told_months
from portal.queries.warnings import told_warnings
from portal.usecases import publications
from portal.usecases.fund_totals import rebuild_figures, replace_figures
from portal.usecases.jobs import run_due
from portal.usecases.notice_imports import Upload
from portal.usecases.registers import corrected_order, import_register
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases import allocations, payments
from tests.usecases.registers import DISBURSED, book, imported, published

COUNTY = DivisionCode("370811")
LEDGER = RegisterKind.DISBURSEMENTS
MORE = (*DISBURSED[:2], ("南张街道", "2026-09-02", "困难群众救助补助资金", None, "济财社(2026)12号", 460_000, None))


def told(services: Services, cast: Cast, rows=None, *, at: datetime, title: str = "") -> str:
    """The number of a public ledger of 任城区."""
    return published(services, cast, book(LEDGER, rows, title=title), at=at, kind=LEDGER)


def issued(services: Services, cast: Cast, *, at: datetime, day: date = date(2026, 3, 12)) -> str:
    """An allocation of 1 000 000 yuan to three towns under the number that the ledger cites."""
    more = {"document_number": "济财社（2026）12号", "issued_on": day}
    number = allocations.imported(services, cast.li_si, at=at, **more).number
    assert number is not None
    return allocations.publish(services, cast, number, at=at)


def figures(session: Session) -> set[tuple[object, ...]]:
    rows = session.execute(select(FundTotal).where(FundTotal.stage == FundStage.DISBURSED)).scalars()
    return {(one.whole_code, one.part_code, one.month, one.program, one.source, one.amount_fen) for one in rows}


def paid(month: int, fen: int) -> None:
    """What 任城区 paid in a month."""
    stages = frozenset({FundStage.PAID})
    figure = FundFigure(FundStage.PAID, 2026, COUNTY, COUNTY, Fen(fen), month, Program.SUBSISTENCE_ALLOWANCE)
    with transaction() as session:
        replace_figures(session, FigureScope(2026, COUNTY, stages, month), [figure])


def warned() -> set[tuple[WarningRule, str, int, int]]:
    rows = db.session.scalars(select(RaisedWarning))
    return {(row.rule, row.subject, row.bound, row.found) for row in rows}


def test_a_ledger_writes_what_left_by_place_programme_source_and_month(services, cast: Cast, session, at: datetime):
    told(services, cast, at=at)
    assert figures(session) == {
        (COUNTY, COUNTY, 3, Program.SUBSISTENCE_ALLOWANCE, FundSource.CENTRAL, 120_000_000),
        (COUNTY, COUNTY, 3, Program.EXTREME_POVERTY_SUPPORT, FundSource.COUNTY, 30_000_050),
        (COUNTY, COUNTY, 9, None, None, 45_000_000),
    }


def test_two_ledgers_of_a_year_add_up_and_a_withdrawal_takes_its_part_away(services, cast, session, at: datetime):
    number = told(services, cast, DISBURSED[:1], at=at, title="任城区2026年第一季度拨付台账")
    told(services, cast, DISBURSED[2:], at=at, title="任城区2026年第三季度拨付台账")
    assert sum(one[-1] for one in figures(session)) == 165_000_000
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    assert {one[-1] for one in figures(session)} == {45_000_000}
    former = figures(session)
    session.execute(delete(FundTotal))
    session.commit()
    rebuild_figures()
    assert figures(session) == former


def test_a_correction_keeps_what_was_told_before_and_takes_its_place_in_the_sums(services, cast, session, at: datetime):
    number = told(services, cast, at=at)
    order = corrected_order(desk_register(cast.li_si, number), WithdrawalKind.CORRECTION, "九月补记一万元")
    assert import_register(services, cast.li_si, Upload("台账.xlsx", book(LEDGER, MORE)), order, at=at).number == number
    allocations.publish(services, cast, number, at=at)
    view, former = public_view(Area.REGISTERS, number, at=at), revision_view(Area.REGISTERS, number, 1, at=at)
    assert view is not None
    assert former is not None
    changed = {one["place"]: (one["old"], one["new"]) for one in view.head["changes"]}
    assert changed["合计"] == ("1,950,000.50", "1,960,000.50")
    assert "450000.00" in str(former.head)
    assert 46_000_000 in {one[-1] for one in figures(session)}


def test_the_days_from_the_issue_of_the_cited_document_stand_in_every_row(services, cast: Cast, at: datetime):
    issued(services, cast, at=at)
    view = public_view(Area.REGISTERS, told(services, cast, at=at), at=at)
    assert view is not None
    assert [row.words[2] for row in read_told(view.head).rows] == ["8", "", "174"]
    assert view.head["summary"] == "拨付1,950,000.50元，下达到拨付最长174天"
    assert [one.sums for one in sums_of_year(2026, COUNTY)] == [
        {RegisterColumn.AMOUNT: 195_000_050, RegisterColumn.DAYS: 174}
    ]


def test_without_the_cited_document_no_days_are_told(services: Services, cast: Cast, at: datetime):
    view = public_view(Area.REGISTERS, told(services, cast, at=at), at=at)
    assert view is not None
    assert {row.words[2] for row in read_told(view.head).rows} == {""}
    assert view.head["summary"] == "拨付1,950,000.50元"


def test_no_town_and_no_number_of_a_voucher_is_in_what_is_public(services, cast: Cast, session: Session, at: datetime):
    number = told(services, cast, at=at)
    revision = session.execute(select(Revision)).scalar_one()
    for secret in ("许庄街道", "370811002", "6222021001116245702", "0099"):
        assert secret not in str(revision.head)
    assert "6222021001116245702" not in str(revision.draft)
    assert number in str(imported(services, cast.li_si, book(LEDGER), at=at, kind=LEDGER).warnings[0].message)


@pytest.mark.parametrize(
    ("place", "remark"), [("H4", "6222021001116245702"), ("H4", "11010519491231002X"), ("H4", "户名账号160800210902456789")]
)  # fmt: skip
def test_an_account_beside_a_row_is_named_by_its_cell_and_nothing_is_written(
    place: str, remark: str, services: Services, cast: Cast, session: Session, at: datetime, caplog
):
    rows = [[*DISBURSED[0], remark], *DISBURSED[1:]]
    outcome = imported(services, cast.li_si, book(LEDGER, rows), at=at, kind=LEDGER)
    assert (outcome.number, [one.cell for one in outcome.problems]) == (None, [place])
    assert remark not in str(outcome.problems) + caplog.text
    assert session.execute(select(func.count()).select_from(Publication)).scalar_one() == 0


def test_a_ledger_beside_a_batch_that_is_not_told_is_refused_at_import_and_at_publication(
    services: Services, cast: Cast, at: datetime
):
    drafted = imported(services, cast.li_si, book(LEDGER), at=at, kind=LEDGER).number
    assert drafted is not None
    few = payments.published(services, cast, payments.roster(payments.paid([("航运新村", 2)])), at=at)
    for_few = "2026年10月有不足10人次"
    with pytest.raises(RefusedError, match=for_few):
        allocations.publish(services, cast, drafted, at=at)
    with pytest.raises(RefusedError, match=for_few):
        imported(services, cast.li_si, book(LEDGER), at=at, kind=LEDGER)
    early = book(LEDGER, DISBURSED[:2], title="任城区2026年第一季度拨付台账")
    assert imported(services, cast.li_si, early, at=at, kind=LEDGER).number is not None
    publications.withdraw(services, cast.zhao_liu, few, WithdrawalKind.ERROR, "改用全区的统计表", at=at)
    publications.publish(services, cast.zhao_liu, drafted, at=at)


def test_a_batch_that_is_not_told_is_refused_beside_a_public_ledger_of_its_month(services, cast: Cast, at: datetime):
    number = told(services, cast, at=at)
    few = payments.roster(payments.paid([("航运新村", 2)]))
    with pytest.raises(RefusedError, match=number):
        payments.published(services, cast, few, at=at)
    assert payments.published(services, cast, payments.roster(first=900), at=at)


def test_a_batch_that_is_not_told_may_stand_beside_a_ledger_of_other_months(services, cast: Cast, at: datetime):
    told(services, cast, DISBURSED[:2], at=at, title="任城区2026年第一季度拨付台账")
    assert payments.published(services, cast, payments.roster(payments.paid([("航运新村", 2)])), at=at)


def test_more_paid_than_left_the_treasury_is_a_warning_of_its_own_on_the_page(services, cast: Cast, at: datetime):
    """Of 低保 1 200 000 yuan have left, and 450 000 of no programme, which may be 低保 too."""
    told(services, cast, at=at)
    paid(9, 165_000_001)
    run_due(services, now=lambda: at)
    assert warned() == {(WarningRule.OVER_DISBURSED, "paid", 165_000_000, 165_000_001)}
    lines = told_warnings(2026, COUNTY, services.rulebook, at=at)
    assert [(one.rule, one.difference) for one in lines] == [(WarningRule.OVER_DISBURSED, 1)]


def test_what_is_paid_in_a_month_of_which_no_ledger_tells_yet_raises_nothing(services, cast: Cast, at: datetime):
    told(services, cast, at=at)
    paid(shanghai_date(at).month, 900_000_000)
    run_due(services, now=lambda: at)
    assert warned() == set()


def test_a_ledger_that_leaves_out_the_first_months_binds_no_payment(services, cast: Cast, at: datetime):
    told(services, cast, DISBURSED[2:], at=at, title="任城区2026年第三季度拨付台账")
    assert told_months(year=2026, whole=COUNTY) == {(2026, COUNTY): 0}
    paid(9, 900_000_000)
    run_due(services, now=lambda: at)
    assert warned() == set()


def test_money_that_was_issued_and_never_left_the_treasury_is_a_warning_of_its_own(services, cast: Cast, at: datetime):
    issued(services, cast, at=at)
    number = told(services, cast, DISBURSED[1:2], at=at)
    run_due(services, now=lambda: at)
    assert (WarningRule.UNDISBURSED, "", 100_000_000, 30_000_050) in warned()
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    run_due(services, now=lambda: at)
    assert told_warnings(2026, COUNTY, services.rulebook, at=at) == ()


def test_more_that_left_the_treasury_than_was_allocated_is_told(services: Services, cast: Cast, at: datetime):
    issued(services, cast, at=at)
    told(services, cast, at=at)
    run_due(services, now=lambda: at)
    assert (WarningRule.OVER_ALLOCATED, "disbursed", 100_000_000, 195_000_050) in warned()
