from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.budgets import BudgetPhase, read_draft, total_of
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.publications import Area, Face, WithdrawalKind
from portal.models.budgets import BudgetAmount, BudgetSource
from portal.models.publications import Publication, Revision
from portal.queries.archive_entries import entries_of
from portal.queries.budgets import BudgetFilters, budget_page, desk_budget, desk_budgets
from portal.queries.papers import paper_of
from portal.queries.publications import public_view, revision_view
from portal.usecases import publications
from portal.usecases.budgets import corrected_order, import_budget
from portal.usecases.notice_imports import Upload
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.allocations import city_clerk, publish
from tests.usecases.budgets import SAMPLE, book, drafted, imported, published

RAISED = ((3_500_000, 1_000_000), (900_000, 600_000), (100_000, 50_000))


def corrected(services: Services, cast: Cast, number: str, kind: WithdrawalKind, *, at: datetime) -> str:
    """A correction of a public budget with more money from above, brought to the public."""
    order = corrected_order(desk_budget(cast.li_si, number), kind, "中央追加了资金")
    import_budget(services, cast.li_si, Upload("预算.xlsx", book(RAISED)), order, at=at)
    return publish(services, cast, number, at=at)


def head_of(number: str, *, at: datetime):
    view = public_view(Area.BUDGETS, number, at=at)
    assert view is not None
    return view.head


def test_the_sample_becomes_a_draft_with_every_amount(services, cast: Cast, session: Session, at: datetime):
    outcome = imported(services, city_clerk(cast), SAMPLE.read_bytes(), at=at, year=2026)
    assert outcome.number is not None
    assert outcome.number.startswith("YS-2026-")
    assert session.scalar(select(func.sum(BudgetAmount.total_fen))) == 193_857_000_000
    assert session.scalar(select(func.sum(BudgetSource.amount_fen))) == 193_857_000_000
    assert session.scalar(select(func.count()).select_from(BudgetSource)) == 240


def test_a_table_with_a_fault_writes_nothing(services: Services, cast: Cast, session: Session, at: datetime):
    outcome = imported(services, cast.li_si, book((("三百万", 0), (0, 0), (0, 0))), at=at)
    assert (outcome.number, [one.cell for one in outcome.problems]) == (None, ["C4"])
    with pytest.raises(InvalidError):
        imported(services, cast.li_si, book(title="2026年决算表"), at=at)
    assert session.scalar(select(func.count()).select_from(Publication)) == 0


def test_a_published_budget_is_seen_as_it_was_frozen(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    table = read_draft(head_of(number, at=at))
    assert (total_of(table.relief), total_of(table.work)) == (550_000_000, 15_000_000)
    assert {line.place for line in table.lines} == {"任城区"}
    assert [line.number for line in budget_page(BudgetFilters(year=2026), at=at).lines] == [number]
    assert budget_page(BudgetFilters(phase=BudgetPhase.ADJUSTED), at=at).total == 0


def test_the_clock_runs_twenty_days_from_the_approval_to_a_working_day(services, cast: Cast, at: datetime):
    # 2026-10-25 + 20 days is a Saturday.
    number = drafted(services, cast, at=at, approved_on=date(2026, 10, 25))
    table = desk_budget(cast.li_si, number).table
    assert table is not None
    assert (table.phase, table.due_on) == (BudgetPhase.APPROVED, date(2026, 11, 16))
    assert desk_budget(cast.li_si, number).days_left(date(2026, 11, 10)) == 6
    assert desk_budget(cast.li_si, number).days_left(date(2026, 11, 20)) == -4


def test_late_publication_is_told_and_a_correction_is_not_later_still(services, cast: Cast, at: datetime):
    approved_on = shanghai_date(at) - timedelta(days=60)
    number = published(services, cast, at=at, approved_on=approved_on)
    (line,) = budget_page(BudgetFilters(), at=at).lines
    table = read_draft(head_of(number, at=at))
    assert table.due_on is not None
    assert line.days_late == (shanghai_date(at) - table.due_on).days > 0
    assert desk_budget(cast.li_si, number).days_left(shanghai_date(at)) is None
    later = at + timedelta(days=30)
    corrected(services, cast, number, WithdrawalKind.CORRECTION, at=later)
    assert budget_page(BudgetFilters(), at=later).lines[0].days_late == line.days_late


def test_what_nobody_approved_has_no_clock(services: Services, cast: Cast, at: datetime):
    number = drafted(services, cast, at=at)
    found = desk_budget(cast.li_si, number)
    assert (found.phase, found.days_left(shanghai_date(at))) == (BudgetPhase.PROPOSAL, None)


def test_no_approval_lies_in_the_future(services: Services, cast: Cast, at: datetime):
    with pytest.raises(RefusedError, match="批准日期还没有到"):
        imported(services, cast.li_si, at=at, approved_on=shanghai_date(at) + timedelta(days=1))


def test_a_correction_keeps_the_former_amounts_and_tells_the_cells(
    services: Services, cast: Cast, session: Session, at: datetime
):
    number = published(services, cast, at=at)
    corrected(services, cast, number, WithdrawalKind.CORRECTION, at=at)
    former = revision_view(Area.BUDGETS, number, 1, at=at)
    assert former is not None
    assert total_of(read_draft(former.head).relief) == 550_000_000
    place = "任城区 农村最低生活保障金支出"
    assert head_of(number, at=at)["changes"] == [
        {"place": place, "column": "total", "old": "4,000,000.00", "new": "4,500,000.00"},
        {"place": place, "column": "source:central", "old": "3,000,000.00", "new": "3,500,000.00"},
    ]
    assert session.scalar(select(func.count()).select_from(BudgetAmount)) == 6


def test_a_correction_that_closes_tells_no_former_value(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    corrected(services, cast, number, WithdrawalKind.ERROR, at=at)
    assert {change["old"] for change in head_of(number, at=at)["changes"]} == {None}


def test_another_import_wipes_nothing_and_says_what_is_there(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    again = imported(services, cast.li_si, book(RAISED), at=at)
    assert again.number not in {None, number}
    assert number in str(again.warnings[-1].message)
    assert total_of(read_draft(head_of(number, at=at)).relief) == 550_000_000


def test_a_correction_is_of_the_same_year_and_phase(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    order = corrected_order(desk_budget(cast.li_si, number), WithdrawalKind.CORRECTION, "补上一行")
    other = book(title="2025年社会救助资金预算表")
    assert import_budget(services, cast.li_si, Upload("预算.xlsx", other), order, at=at).problems
    drafted(services, cast, at=at, phase=BudgetPhase.EXECUTED)
    with pytest.raises(ConflictError):
        import_budget(services, cast.li_si, Upload("预算.xlsx", book()), order_of_phase(order), at=at)


def order_of_phase(order):
    """The same order under another phase."""
    return replace(order, phase=BudgetPhase.EXECUTED)


def test_a_withdrawn_budget_leaves_a_stub(services: Services, cast: Cast, session: Session, at: datetime):
    number = published(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    view = public_view(Area.BUDGETS, number, at=at)
    assert view is not None
    assert (view.face, dict(view.head)) == (Face.WITHDRAWN, {})
    revision = session.scalars(select(Revision)).one()
    assert "3000000" not in f"{revision.head}{revision.draft}{revision.sealed_head}"


def test_other_counties_see_nothing_and_only_drafters_import(services: Services, cast: Cast, at: datetime):
    number = drafted(services, cast, at=at)
    assert desk_budgets(cast.qian_qi) == ()
    with pytest.raises(NotFoundError):
        desk_budget(cast.qian_qi, number)
    with pytest.raises(NotAllowedError):
        imported(services, cast.qian_qi, at=at, division_code="370811")
    with pytest.raises(NotAllowedError):
        imported(services, cast.wang_wu, at=at)
    with pytest.raises(RefusedError):
        imported(services, cast.zhang_san, at=at)


def test_no_personal_data_stand_in_words_that_go_out(services: Services, cast: Cast, at: datetime):
    with pytest.raises(RefusedError, match="手机号"):
        imported(services, cast.li_si, at=at, document_number="任财〔2026〕13912345678号")


def test_the_search_and_the_paper_read_the_same_snapshot(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    view = public_view(Area.BUDGETS, number, at=at)
    assert view is not None
    (entry,) = entries_of([view.publication_id], at=at)
    assert "临时救助支出" in entry.body
    assert "5,500,000.00元，另列工作经费150,000.00元" in entry.summary
    paper = paper_of(view, services.settings, demo=False)
    assert dict(paper.meta)["救助资金"] == "5,500,000.00元"
    assert ("任城区", "临时救助支出", "90.00", "60.00", "150.00") in paper.blocks[1].rows
    assert paper.blocks[1].caption == "分地区、分科目（单位：万元）"
    assert paper.blocks[-1].rows == (("低保对象应保尽保率", "100%", ""),)
