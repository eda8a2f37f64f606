"""Warnings through their life: raised by the job, taken over, explained, opened again by other figures, ended."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.domain.divisions import DivisionCode
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.domain.fund_totals import FigureScope, FundFigure, FundStage
from portal.domain.funds import FundSource
from portal.domain.instants import shanghai_date
from portal.domain.money import Fen
from portal.domain.notices import NoticeKind
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.domain.warnings import WarningRule, WarningState, WarningStep
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.models.transaction import transaction
from portal.models.warnings import RaisedWarning, WarningEvent
from portal.queries import warnings as queries
from portal.queries.budgets import desk_budget
from portal.queries.site import site
from portal.queries.warnings import WarningLine, told_warnings, warnings_for
from portal.usecases import publications
from portal.usecases.budgets import corrected_order, import_budget
from portal.usecases.fund_totals import replace_figures
from portal.usecases.jobs import run_due
from portal.usecases.notice_imports import ImportOrder, Upload, import_notice
from portal.usecases.services import Services
from portal.usecases.site import bump_revision
from portal.usecases.warnings import WarningReport, close, refresh_warnings, run_rules, take_over
from tests.cast import Cast
from tests.usecases import allocations, budgets, payments
from tests.usecases.lists import identity, make_public
from tests.usecases.standards import RURAL, entered
from tests.usecases.warnings import SMALL, only_warning, suddenly_more, too_much_allocated, warned

OF_SEPTEMBER = "许庄街道2026年9月农村低保金发放花名册（惠民补贴一本通）"
OF_SUPPORT = "许庄街道2026年10月分散供养特困人员基本生活费发放花名册"
SEPTEMBER = date(2026, 9, 1)
WHY = "上年结转的资金一并下达。"


def steps() -> list[WarningStep]:
    return list(db.session.scalars(select(WarningEvent.step).order_by(WarningEvent.id)))


def told(year: int, whole: str, services: Services, *, at: datetime) -> tuple[WarningLine, ...]:
    """What the page tells: by what the worker knows, and the same once more by the rules, as after a publication."""
    known = told_warnings(year, DivisionCode(whole), services.rulebook, at=at)
    db.session.rollback()
    with transaction() as session:
        bump_revision(session)
    assert told_warnings(year, DivisionCode(whole), services.rulebook, at=at) == known
    return known


def explained(services: Services, cast: Cast, *, at: datetime) -> None:
    warning_id = only_warning().id
    db.session.rollback()
    take_over(cast.li_si, warning_id, at=at)
    close(services, cast.li_si, warning_id, "carry_over", WHY, at=at)


def test_more_allocated_than_budgeted_is_a_warning_with_both_figures_and_a_deadline(services, cast: Cast, at: datetime):
    too_much_allocated(services, cast, at=at)
    found = only_warning()
    assert (found.rule, found.year, found.division_code) == (WarningRule.OVER_BUDGET, 2026, "370811")
    assert (found.bound, found.found) == (55_000_000, 100_000_000)
    assert found.state is WarningState.OPEN
    assert (found.due_on - shanghai_date(at)).days == 14


def test_money_that_fits_raises_nothing(services: Services, cast: Cast, at: datetime):
    budgets.published(services, cast, at=at)
    allocations.published(services, cast, at=at)
    assert run_rules(services, at=at) == WarningReport(0, 0, 0, 0)


def test_asking_again_writes_nothing(services: Services, cast: Cast, at: datetime):
    too_much_allocated(services, cast, at=at)
    before = (site().revision, db.session.scalar(select(func.count()).select_from(AuditEntry)))
    db.session.rollback()
    assert run_rules(services, at=at + timedelta(hours=1)) == WarningReport(0, 0, 0, 1)
    assert (site().revision, db.session.scalar(select(func.count()).select_from(AuditEntry))) == before


def test_the_jobs_ask_the_rules_after_a_publication_and_not_without_one(services: Services, cast: Cast, at: datetime):
    budgets.published(services, cast, budgets.book(SMALL), at=at)
    allocations.published(services, cast, at=at)
    assert db.session.execute(select(RaisedWarning)).first() is None
    run_due(services, now=lambda: at)
    assert only_warning().state is WarningState.OPEN
    before = site().revision
    run_due(services, now=lambda: at + timedelta(minutes=1))
    assert site().revision == before


def test_a_page_asks_the_rules_itself_only_until_the_worker_has_seen_what_came(
    services: Services, cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
):
    too_much_allocated(services, cast, at=at)
    asked = []
    ask = queries.findings
    monkeypatch.setattr(queries, "findings", lambda *given, **more: asked.append(1) or ask(*given, **more))

    def on_the_page(day: datetime) -> tuple[int, int]:
        asked.clear()
        found = len(told_warnings(2026, DivisionCode("370811"), services.rulebook, at=day))
        db.session.rollback()
        return found, len(asked)

    assert on_the_page(at) == (1, 0)
    assert on_the_page(at + timedelta(days=1)) == (1, 1)
    budgets.published(services, cast, budgets.book(SMALL), at=at)
    assert on_the_page(at) == (1, 1)
    refresh_warnings(services, at=at)
    assert on_the_page(at) == (1, 0)
    with transaction() as session:
        bump_revision(session)
    assert on_the_page(at) == (1, 1)
    refresh_warnings(services, at=at)
    assert on_the_page(at) == (1, 0)


def test_a_warning_is_taken_over_explained_and_told(services: Services, cast: Cast, at: datetime):
    too_much_allocated(services, cast, at=at)
    explained(services, cast, at=at)
    line = warnings_for(cast.wang_wu, services.rulebook, at=at)[0]
    assert (line.state, line.owner_name, line.reason, line.words) == (WarningState.CLOSED, "李四", "carry_over", WHY)
    assert steps() == [WarningStep.OPENED, WarningStep.TAKEN, WarningStep.CLOSED]
    acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"warning:{line.id}")).all()
    assert acts == ["warning.opened", "warning.taken", "warning.closed"]


def test_other_figures_open_an_explained_warning_again_and_keep_what_was_said(services, cast: Cast, at: datetime):
    too_much_allocated(services, cast, at=at)
    explained(services, cast, at=at)
    allocations.published(services, cast, at=at)
    later = at + timedelta(days=3)
    assert run_rules(services, at=later) == WarningReport(1, 0, 0, 1)
    found = only_warning()
    assert (found.state, found.reason, found.words, found.found) == (WarningState.OPEN, "", "", 200_000_000)
    assert found.opened_at == later
    said = db.session.scalars(select(WarningEvent.words).where(WarningEvent.step == WarningStep.CLOSED)).one()
    assert said == WHY


def test_figures_that_agree_again_end_it_and_the_page_tells_nothing_even_before_the_job(
    services: Services, cast: Cast, at: datetime
):
    number = too_much_allocated(services, cast, at=at)
    assert told(2026, "370811", services, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    assert told(2026, "370811", services, at=at) == ()
    assert run_rules(services, at=at) == WarningReport(0, 0, 1, 0)
    assert only_warning().state is WarningState.ENDED
    budgets.published(services, cast, budgets.book(SMALL), at=at)
    assert run_rules(services, at=at) == WarningReport(1, 0, 0, 1)


def test_a_rule_that_the_bureau_has_switched_off_ends_its_warnings(services: Services, cast: Cast, at: datetime):
    too_much_allocated(services, cast, at=at)
    rules = replace(services.rulebook.warnings, enabled=frozenset())
    silent = replace(services, rulebook=replace(services.rulebook, warnings=rules))
    assert run_rules(silent, at=at) == WarningReport(0, 0, 1, 0)


def test_only_its_owner_explains_it_with_a_reason_of_the_list_and_clean_words(services, cast: Cast, at: datetime):
    too_much_allocated(services, cast, at=at)
    warning_id = only_warning().id
    db.session.rollback()
    with pytest.raises(ConflictError):
        close(services, cast.li_si, warning_id, "carry_over", WHY, at=at)
    take_over(cast.li_si, warning_id, at=at)
    for reason, words, field in (
        ("no_such_reason", WHY, "reason"),
        ("carry_over", " ", "words"),
        ("carry_over", "说" * 501, "words"),
        ("carry_over", "请打13800138000问", "words"),
    ):
        with pytest.raises(InvalidError) as refused:
            close(services, cast.li_si, warning_id, reason, words, at=at)
        assert set(refused.value.fields) == {field}
    take_over(cast.wang_wu, warning_id, at=at)
    with pytest.raises(ConflictError):
        close(services, cast.li_si, warning_id, "carry_over", WHY, at=at)
    close(services, cast.wang_wu, warning_id, "carry_over", WHY, at=at)
    with pytest.raises(ConflictError):
        take_over(cast.li_si, warning_id, at=at)


def test_a_warning_is_seen_in_its_place_and_above_and_handled_by_bureaus(services, cast: Cast, at: datetime):
    too_much_allocated(services, cast, at=at)
    warning_id = only_warning().id
    db.session.rollback()
    seen = {
        name: bool(warnings_for(getattr(cast, name), services.rulebook, at=at))
        for name in ("li_si", "feng_yi", "chen_er", "chu_san", "zhang_san", "qian_qi")
    }
    assert seen == {
        "li_si": True, "feng_yi": True, "chen_er": True, "chu_san": True, "zhang_san": False, "qian_qi": False,
    }  # fmt: skip
    with pytest.raises(NotFoundError):
        take_over(cast.qian_qi, warning_id, at=at)
    for watcher in (cast.chen_er, replace(cast.chen_er, roles=cast.zhao_liu.roles)):
        with pytest.raises(NotAllowedError):
            take_over(watcher, warning_id, at=at)


def test_money_that_nobody_got_is_stuck_unless_a_small_batch_may_hold_it(services: Services, cast: Cast, at: datetime):
    number = allocations.imported(services, cast.li_si, at=at, issued_on=date(2026, 3, 1)).number
    assert number is not None
    allocations.publish(services, cast, number, at=at)
    payments.published(services, cast, at=at)
    run_rules(services, at=at)
    found = db.session.execute(select(RaisedWarning).order_by(RaisedWarning.division_code)).scalars().all()
    assert [(one.rule, one.division_code, one.bound, one.found) for one in found] == [
        (WarningRule.STUCK, "370811002", 50_000_000, 2_180_000),
        (WarningRule.STUCK, "370811005", 30_000_000, 0),
        (WarningRule.STUCK, "370811006", 20_000_000, 0),
    ]
    db.session.rollback()
    few = payments.roster(payments.paid([("航运新村", 3)]), title=OF_SEPTEMBER, first=900)
    payments.published(services, cast, few, at=at, month=SEPTEMBER)
    run_rules(services, at=at)
    states = select(RaisedWarning.state).order_by(RaisedWarning.division_code)
    assert db.session.scalars(states).all() == [WarningState.ENDED, WarningState.OPEN, WarningState.OPEN]


RICH = payments.paid([("航运新村", 12)], yuan=9_000)
"""Twenty-four persons get 108 000 yuan, far above any standard."""
FEW = payments.paid([("航运新村", 3)], yuan=9_000)


def test_more_than_the_standard_for_each_person_is_told_of_a_batch_that_is_told(services, cast: Cast, at: datetime):
    entered(services, cast.zhao_liu, RURAL, at=at)
    payments.published(services, cast, payments.roster(RICH), at=at)
    run_rules(services, at=at)
    assert warned() == [("above_standard", "370811002", 10, 24 * 72_000, 10_800_000)]
    assert len(told(2026, "370811", services, at=at)) == 1


def test_no_warning_about_a_batch_that_is_not_told_reaches_the_public(services: Services, cast: Cast, at: datetime):
    """Six persons above the standard: the desk sees both figures, and no page gets one of them."""
    entered(services, cast.zhao_liu, RURAL, at=at)
    payments.published(services, cast, at=at)
    payments.published(services, cast, payments.roster(FEW, title=OF_SEPTEMBER, first=900), at=at, month=SEPTEMBER)
    run_rules(services, at=at)
    assert warned() == [("above_standard", "370811002", 9, 6 * 72_000, 2_700_000)]
    assert len(warnings_for(cast.li_si, services.rulebook, at=at)) == 1
    assert told(2026, "370811", services, at=at) == ()


def test_a_month_that_differs_suddenly_is_told_by_its_amount_alone(services: Services, cast: Cast, at: datetime):
    suddenly_more(services, cast, at=at)
    assert warned() == [
        ("sudden_amount", "370811002", 10, 2_180_000, 3_488_000),
        ("sudden_persons", "370811002", 10, 50, 80),
    ]
    (line,) = told(2026, "370811", services, at=at)
    assert line.rule is WarningRule.SUDDEN_AMOUNT


def test_who_is_paid_after_his_end_is_a_warning_of_the_desk_alone(services: Services, cast: Cast, at: datetime):
    order = ImportOrder(NoticeKind.TERMINATION, Program.EXTREME_POVERTY_SUPPORT, "370811002", month=SEPTEMBER)
    ended = f"姓名,身份证号,村居\n王桂兰,{identity(2)},甄庄村\n".encode()
    number = import_notice(services, cast.zhang_san, Upload("名单.csv", ended), order, at=at).number
    assert number is not None
    make_public(services, cast, number, at=at)
    payments.published(services, cast, payments.roster(title=OF_SUPPORT), at=at)
    run_rules(services, at=at)
    assert warned() == [("after_termination", "370811002", 10, 0, 1)]
    assert len(warnings_for(cast.zhang_san, services.rulebook, at=at)) == 1
    assert told(2026, "370811", services, at=at) == ()


def test_who_is_paid_by_two_programmes_is_a_warning_of_the_desk_alone(services: Services, cast: Cast, at: datetime):
    payments.published(services, cast, payments.roster(title=OF_SUPPORT), at=at)
    number = payments.published(services, cast, payments.roster(payments.paid([("甄庄村", 12)]), first=24), at=at)
    run_rules(services, at=at)
    assert warned() == [("two_programs", "370811002", 10, 0, 1)]
    (line,) = warnings_for(cast.zhang_san, services.rulebook, at=at)
    assert line.subject == number
    assert told(2026, "370811", services, at=at) == ()


def test_a_county_that_passes_on_more_than_it_received_is_told_on_its_own_page(services: Services, at: datetime):
    city, county, town = map(DivisionCode, ("370800", "370811", "370811002"))
    allocated = frozenset({FundStage.ALLOCATED})
    with transaction() as session:
        for whole, part, amount in ((city, county, 100), (county, town, 130)):
            figure = FundFigure(FundStage.ALLOCATED, 2026, whole, part, Fen(amount), source=FundSource.CENTRAL)
            replace_figures(session, FigureScope(2026, whole, allocated), [figure])
    run_rules(services, at=at)
    assert warned() == [("over_received", "370811", 0, 100, 130)]
    assert [line.source for line in told(2026, county, services, at=at)] == [FundSource.CENTRAL]
    assert told(2026, city, services, at=at) == ()


def test_a_budget_that_cites_a_repealed_document_is_told_to_the_desk_alone_until_it_is_corrected(
    services: Services, cast: Cast, at: datetime
):
    old = budgets.book(title="2026年社会救助资金预算表（按《信访条例》编制）")
    number = budgets.published(services, cast, old, at=at)
    run_rules(services, at=at)
    (line,) = warnings_for(cast.li_si, services.rulebook, at=at)
    assert (line.rule, line.subject, line.bound, line.found) == (WarningRule.STALE_BASIS, number, 0, 1)
    assert told(2026, line.whole, services, at=at) == ()
    order = corrected_order(desk_budget(cast.li_si, number), WithdrawalKind.CORRECTION, "标题里的依据已经废止")
    import_budget(services, cast.li_si, Upload("预算.xlsx", budgets.book()), order, at=at)
    allocations.publish(services, cast, number, at=at)
    run_rules(services, at=at)
    assert only_warning().state is WarningState.ENDED
