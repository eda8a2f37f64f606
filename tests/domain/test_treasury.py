"""The treasury's ledger: how long a sum lay, up to which month it is told, and what the chain of money makes of it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.data.tables import read_toml
from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import FundFigure, FundStage
from portal.domain.funds import FundSource
from portal.domain.money import Fen, MoneyUnit
from portal.domain.programs import Program
from portal.domain.reconciliation import discrepancies
from portal.domain.register_periods import Period
from portal.domain.registers import RegisterKind, RegisterRow, RegisterTable
from portal.domain.treasury import PublicLedger, document_number, longest_days, told_until, with_days
from portal.domain.warning_findings import findings_of_totals
from portal.domain.warnings import WarningRule, warning_rules_from_table

CITY, COUNTY, OTHER = DivisionCode("370800"), DivisionCode("370811"), DivisionCode("370812")
LOW, POOR = Program.SUBSISTENCE_ALLOWANCE, Program.EXTREME_POVERTY_SUPPORT
RULES = warning_rules_from_table(read_toml("warnings.toml", Path("no-such-folder")))
NUMBER = "济财社〔2026〕12号"


def figure(stage: FundStage, amount: int, part: DivisionCode = COUNTY, month: int = 3, **more) -> FundFigure:
    return FundFigure(stage, 2026, CITY, part, Fen(amount), month, **more)


def allocated(amount: int, part: DivisionCode = COUNTY, month: int = 3, **more) -> FundFigure:
    return figure(FundStage.ALLOCATED, amount, part, month, **more)


def left(amount: int, part: DivisionCode = COUNTY, month: int = 3, **more) -> FundFigure:
    return figure(FundStage.DISBURSED, amount, part, month, **more)


def paid(amount: int, month: int, part: DivisionCode = COUNTY) -> FundFigure:
    return figure(FundStage.PAID, amount, part, month, program=LOW)


def found(*figures: FundFigure, until: int = 12, today: date = date(2026, 11, 20)):
    told = findings_of_totals(figures, (), (), RULES, today, {(2026, CITY): until})
    return [(one.rule, one.division, one.source, one.bound, one.found) for one in told]


def ledger(*periods: str) -> RegisterTable:
    rows = tuple(
        RegisterRow(COUNTY, "任城区", Period.of_stored(told), None, ("", NUMBER, ""), (Fen(1),), 0) for told in periods
    )
    return RegisterTable(RegisterKind.DISBURSEMENTS, CITY, "济宁市", 2026, Period(2026), MoneyUnit.YUAN, rows)


def public(period: str, first: date, revised: date | None = None) -> PublicLedger:
    return PublicLedger(Period.of_stored(period), first, revised or first)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("济财社〔2026〕12号", NUMBER),
        ("济财社（2026）第 12 号", NUMBER),
        ("济财社[2026]012号", NUMBER),
        ("12号文", None),
        ("付济财社〔2026〕12号款项给某人", None),
    ],
)
def test_a_document_number_has_one_form_and_nothing_beside_it(written: str, number: str | None):
    assert document_number(written) == number


def test_days_are_counted_from_the_issue_of_the_cited_document():
    table = with_days(ledger("2026-03-20", "2026-03-12", "2026-03", "2026-03-01"), {NUMBER: date(2026, 3, 12)})
    assert [row.words[2] for row in table.rows] == ["8", "0", "", ""]
    assert longest_days(table) == 8
    assert longest_days(with_days(ledger("2026-03-20"), {})) is None
    assert longest_days(replace(ledger(), kind=RegisterKind.CASH)) is None


def test_a_ledger_tells_of_the_months_that_were_over_when_it_was_published():
    october = date(2026, 10, 12)
    assert told_until([public("2026", october)], 7) == 9
    assert told_until([public("2026-Q1", october), public("2026-04", october)], 4) == 4
    assert told_until([public("2026-Q1", october), public("2026-Q3", october)], 9) == 3
    assert told_until([public("2026-Q2", october)], 6) == 0
    assert told_until([public("2026-01-05", october)], 1) == 0
    assert told_until([public("2026", date(2027, 1, 9))], 12) == 12
    assert told_until([], 0) == 0


def test_a_correction_tells_of_later_months_only_as_far_as_its_rows_go():
    assert told_until([public("2026", date(2026, 7, 5), date(2026, 10, 12))], 6) == 6
    assert told_until([public("2026", date(2026, 7, 5), date(2026, 10, 12))], 8) == 8
    assert told_until([public("2026", date(2026, 7, 5), date(2026, 10, 12))], 10) == 9


def test_more_paid_than_has_left_the_treasury_is_a_warning():
    assert found(allocated(100), left(60), paid(70, 4)) == [
        (WarningRule.OVER_DISBURSED, CITY, None, 60, 70),
        (WarningRule.OVER_DISBURSED, COUNTY, None, 60, 70),
        (WarningRule.UNDISBURSED, COUNTY, None, 100, 60),
        (WarningRule.STUCK, COUNTY, None, 100, 70),
    ]


def test_what_was_paid_after_the_months_of_the_ledger_is_not_held_against_it():
    figures = (allocated(100), left(60), paid(50, 4), paid(40, 8))
    assert WarningRule.OVER_DISBURSED not in {rule for rule, *_ in found(*figures, until=6)}
    assert (WarningRule.OVER_DISBURSED, COUNTY, None, 60, 90) in found(*figures, until=8)


def test_where_the_ledger_ends_early_all_that_was_paid_is_still_held_against_what_was_allocated():
    assert (WarningRule.OVER_ALLOCATED, COUNTY, None, 100, 110) in found(
        allocated(100), left(60), paid(50, 4), paid(60, 8), until=6
    )


def test_ledgers_without_january_bind_nothing_that_was_paid():
    assert {one.earlier for one in discrepancies((left(1), paid(9, 2)), {(2026, CITY): 0})} == set()
    assert {one.earlier for one in discrepancies((left(1), paid(9, 2)))} == {FundStage.DISBURSED}


def test_more_that_has_left_the_treasury_than_was_allocated_is_told_by_source():
    central, county = {"source": FundSource.CENTRAL}, {"source": FundSource.COUNTY}
    figures = (allocated(70, **central), allocated(30, **county), left(80, **central), left(20, **county))
    assert [one for one in found(*figures) if one[0] is WarningRule.OVER_ALLOCATED] == [
        (WarningRule.OVER_ALLOCATED, CITY, FundSource.CENTRAL, 70, 80),
        (WarningRule.OVER_ALLOCATED, COUNTY, FundSource.CENTRAL, 70, 80),
    ]
    assert (WarningRule.UNDISBURSED, COUNTY, FundSource.COUNTY, 30, 20) in found(*figures)


def test_allocated_money_that_should_stand_in_the_ledger_by_now_is_told():
    figures = (allocated(100, month=3), allocated(50, OTHER, 3), left(100, month=4))
    assert found(*figures) == [(WarningRule.UNDISBURSED, OTHER, None, 50, 0)]


@pytest.mark.parametrize(
    ("until", "today", "is_told"),
    [
        (3, date(2026, 11, 20), False),
        (4, date(2026, 11, 20), False),
        (5, date(2026, 11, 20), True),
        (12, date(2026, 4, 30), False),
        (12, date(2026, 5, 1), True),
        (0, date(2026, 11, 20), False),
    ],
)
def test_money_is_late_thirty_days_after_the_month_of_its_issue_and_only_as_far_as_the_ledger_tells(
    until: int, today: date, is_told: bool
):
    """Issued in March: the thirty-first of March and thirty days end with April."""
    told = found(allocated(100, month=3), left(60), until=until, today=today)
    assert (WarningRule.UNDISBURSED in {rule for rule, *_ in told}) is is_told


def test_without_a_ledger_nothing_is_said_of_the_treasury():
    told = findings_of_totals((allocated(100), paid(100, 4)), (), (), RULES, date(2026, 11, 20), {})
    assert told == ()


def test_what_left_for_no_single_programme_may_be_any_one_s():
    figures = (allocated(60, program=LOW), allocated(40, program=POOR), left(100))
    assert found(*figures) == []
    assert (WarningRule.UNDISBURSED, COUNTY, None, 100, 99) in found(*figures[:2], left(99))
