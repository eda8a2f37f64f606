from datetime import datetime

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.divisions import DivisionCode
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.fund_totals import FundStage
from portal.domain.payment_uploads import UploadStep
from portal.domain.payments import PaymentKind, Residence, read_told
from portal.domain.programs import Program
from portal.domain.publications import Area, Face, WithdrawalKind
from portal.models.base import Base
from portal.models.payments import PaymentFigure, PaymentPerson
from portal.models.publications import Publication
from portal.queries.fund_totals import figures_by_program, months_of_whole
from portal.queries.payments import PaymentFilters, desk_payment, desk_payments, payment_page, payment_years
from portal.queries.publications import public_view, revision_view
from portal.usecases import publications
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import PaymentOrder
from portal.usecases.payments import import_payments
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.allocations import city_clerk
from tests.usecases.lists import identity
from tests.usecases.payments import (
    GOOD,
    OF_A_COUNTY,
    TITLE,
    WRONG,
    drafted,
    imported,
    paid,
    publish,
    published,
    roster,
    table_of_sums,
)
from tests.usecases.standards import entered


def _stored(session: Session) -> str:
    """Every value of every table, as text."""
    tables = Base.metadata.sorted_tables
    return "\n".join(str(row) for table in tables for row in session.execute(select(table)))


def test_the_sample_becomes_counts_and_its_people_are_stored_nowhere(
    services: Services, cast: Cast, session: Session, at: datetime
):
    upload = Upload(GOOD.name, GOOD.read_bytes())
    outcome = import_payments(services, city_clerk(cast), upload, PaymentOrder(), at=at)
    assert outcome.batch is not None
    batch = outcome.batch
    assert (batch.households, batch.persons, batch.amount_fen) == (30, 83, 3_517_400)
    assert (batch.place, batch.program, batch.residence) == (
        "370811002",
        Program.SUBSISTENCE_ALLOWANCE,
        Residence.RURAL,
    )
    assert batch.title == "许庄街道2026年10月农村低保发放情况"
    stored = _stored(session)
    for secret in ("高珍", "李国凤", "370899198502195131", "6223379020453905050"):
        assert secret not in stored


def test_the_wrong_sample_is_told_cell_by_cell_and_writes_nothing(
    services: Services, cast: Cast, session: Session, at: datetime
):
    upload = Upload(WRONG.name, WRONG.read_bytes())
    outcome = import_payments(services, city_clerk(cast), upload, PaymentOrder(), at=at)
    assert outcome.number is None
    assert [(problem.cell, problem.sheet) for problem in outcome.problems] == [*[("A2", "Sheet")] * 2, ("C9", "Sheet")]
    assert [problem.message.params.get("found") for problem in outcome.problems] == ["73", "34,100.00", None]
    assert "370899" not in str(outcome.problems)
    assert session.scalar(select(func.count()).select_from(Publication)) == 0


def test_a_published_batch_tells_villages_of_ten_persons_on_and_hides_the_others(
    services: Services, cast: Cast, session: Session, at: datetime
):
    number = published(services, cast, at=at)
    view = public_view(Area.PAYMENTS, number, at=at)
    assert view is not None
    assert number.startswith("FF-2026-")
    told = read_told(view.head)
    assert told.total is not None
    assert (told.total.households, told.total.persons, told.total.amount_fen) == (25, 50, 2_180_000)
    assert [row.name for row in told.rows if row.figures is None]
    assert "draft" not in view.head
    figure = session.scalars(select(PaymentFigure)).one()
    assert (figure.division_code, figure.amount_fen) == ("370811002", 2_180_000)
    assert [line.number for line in payment_page(PaymentFilters(division="370811"), at=at).lines] == [number]
    assert payment_page(PaymentFilters(year=2025), at=at).total == 0
    assert payment_years(at) == (2026,)


def test_the_year_pages_count_what_is_told_and_nothing_else(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    published(services, cast, roster(paid([("甄庄村", 4)]), first=500), at=at, division_code="370811002")
    county, city = DivisionCode("370811"), DivisionCode("370800")
    (figure,) = figures_by_program(2026, county)
    assert (figure.stage, figure.part, figure.amount_fen) == (FundStage.PAID, "370811002", 2_180_000)
    assert [(one.part, one.amount_fen) for one in figures_by_program(2026, city)] == [(county, 2_180_000)]
    assert months_of_whole(2026, city, {FundStage.PAID}) == {FundStage.PAID: [(10, 2_180_000)]}
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了花名册", at=at)
    assert (figures_by_program(2026, county), figures_by_program(2026, city)) == ((), ())


def test_of_a_batch_of_a_few_persons_nothing_is_told(services: Services, cast: Cast, session: Session, at: datetime):
    number = published(services, cast, roster(paid([("甄庄村", 3), ("张营村", 1)])), at=at)
    view = public_view(Area.PAYMENTS, number, at=at)
    assert view is not None
    assert (view.head["rows"], view.head["total"], view.head["rest"]) == ([], None, None)
    assert "872" not in str(view.head)
    assert session.scalars(select(PaymentFigure)).all() == []


def test_nobody_is_paid_twice_for_one_month(services: Services, cast: Cast, session: Session, at: datetime):
    number = drafted(services, cast, at=at)
    again = imported(services, cast.zhang_san, roster(paid([("甄庄村", 12)]), first=20), at=at)
    assert again.number is None
    assert [problem.cell for problem in again.problems] == ["C4", "C5", "C6", "C7", "C8"]
    assert {number} == {problem.message.params["number"] for problem in again.problems}
    assert identity(21) not in str(again.problems)
    care = imported(services, cast.zhang_san, roster(title=TITLE.replace("金发放", "价格补贴发放")), at=at)
    assert care.batch is not None
    assert care.batch.kind is PaymentKind.PRICE_SUBSIDY
    title = TITLE.replace("10月", "9月")
    september = imported(services, cast.zhang_san, roster(title=title), at=at, month=None)
    assert september.number is not None
    assert session.scalar(select(func.count()).select_from(PaymentPerson)) == 75


def test_a_discarded_or_withdrawn_batch_gives_its_people_free(services, cast, session: Session, at: datetime):
    publications.discard(services, cast.zhang_san, drafted(services, cast, at=at), at=at)
    number = published(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了花名册", at=at)
    assert session.scalar(select(func.count()).select_from(PaymentPerson)) == 0
    assert session.scalar(select(func.count()).select_from(PaymentFigure)) == 0
    assert drafted(services, cast, at=at) != number


def test_a_correction_keeps_the_former_figures_and_tells_the_cells(services, cast, session: Session, at: datetime):
    number = published(services, cast, at=at)
    more = roster(paid((("航运新村", 13), ("甄庄村", 9), ("南李楼村", 6))))
    drafted(services, cast, more, at=at, corrects=number, change_note="漏发的户已补上")
    publish(services, cast, number, at=at)
    view, former = public_view(Area.PAYMENTS, number, at=at), revision_view(Area.PAYMENTS, number, 1, at=at)
    assert view is not None
    assert former is not None
    assert {"place": "total", "column": "households", "old": "25", "new": "28"} in view.head["changes"]
    now, before = read_told(view.head), read_told(former.head)
    assert before.total is not None
    assert before.total.households == 25
    assert now.told <= before.told
    assert session.scalar(select(func.count()).select_from(PaymentPerson)) == 28
    with pytest.raises(RefusedError):
        imported(
            services, cast.zhang_san, roster(title=TITLE.replace("10月", "9月")), at=at, month=None, corrects=number,
            change_note="这是另一个月",
        )  # fmt: skip


def test_a_correction_that_closes_tells_no_former_value(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    drafted(
        services, cast, roster(paid((("航运新村", 20),))), at=at, corrects=number, change_kind=WithdrawalKind.ERROR,
        change_note="发错了花名册",
    )  # fmt: skip
    publish(services, cast, number, at=at)
    view, former = public_view(Area.PAYMENTS, number, at=at), revision_view(Area.PAYMENTS, number, 1, at=at)
    assert view is not None
    assert former is not None
    assert {change["old"] for change in view.head["changes"]} == {None}
    assert former.face is Face.WITHDRAWN


def test_what_neither_clerk_nor_title_tells_is_asked_for(services: Services, cast: Cast, at: datetime):
    with pytest.raises(InvalidError, match="哪个救助项目"):
        imported(services, cast.zhang_san, roster(title="许庄街道2026年10月发放花名册"), at=at)
    with pytest.raises(InvalidError, match="没有写明月份"):
        imported(services, cast.zhang_san, roster(title="许庄街道农村低保金发放花名册"), at=at, month=None)
    with pytest.raises(InvalidError, match="哪个镇"):
        imported(services, city_clerk(cast), roster(title="2026年10月农村低保金发放花名册"), at=at)
    with pytest.raises(InvalidError, match="还没有到"):
        imported(services, cast.zhang_san, roster(title=TITLE.replace("10月", "12月")), at=at, month=None)


def test_a_title_that_says_something_else_than_the_clerk_is_told_at_its_cell(services, cast: Cast, at: datetime):
    other = imported(services, cast.zhang_san, roster(title=TITLE.replace("10月", "9月")), at=at)
    assert [(problem.sheet, problem.cell) for problem in other.problems] == [("花名册", "A1")]
    wrong = imported(services, cast.zhang_san, at=at, program=Program.EXTREME_POVERTY_SUPPORT)
    assert [(problem.sheet, problem.cell) for problem in wrong.problems] == [("花名册", "A1")]


def test_a_list_of_those_who_are_to_be_aided_is_no_roster_of_payments(services: Services, cast: Cast, at: datetime):
    listed = roster(title="许庄街道2026年10月农村最低生活保障初审对象名单")
    outcome = imported(services, cast.zhang_san, listed, at=at)
    assert [(problem.sheet, problem.cell) for problem in outcome.problems] == [("花名册", "A1")]


def test_other_counties_see_nothing_and_reviewers_draft_nothing(services: Services, cast: Cast, at: datetime):
    number = drafted(services, cast, at=at)
    assert desk_payments(cast.qian_qi) == ()
    assert [one.number for one in desk_payments(cast.li_si)] == [number]
    with pytest.raises(NotFoundError):
        desk_payment(cast.qian_qi, number)
    with pytest.raises(NotAllowedError):
        imported(services, cast.qian_qi, at=at, division_code="370811002")
    with pytest.raises(NotAllowedError):
        imported(services, cast.wang_wu, at=at)
    with pytest.raises(ConflictError):
        imported(services, cast.zhang_san, roster(first=100), at=at, corrects=number, change_note="还没有公开")


def summary(*lines: tuple[object, ...], title: str = "许庄街道2026年10月农村低保金发放汇总表") -> Workbook:
    """A workbook with a sheet of sums, to which a roster can be added."""
    workbook = Workbook()
    page = workbook.create_sheet("汇总表")
    for line in ((title,), ("单位：元",), ("村（社区）", "户数", "保障人数", "发放金额"), *lines):
        page.append(list(line))
    del workbook["Sheet"]
    return workbook


AGREED = (("航运新村", 12, 24, 10464), ("甄庄村", 9, 18, 7848), ("南李楼村", 4, 8, 3488), ("合计", 25, 50, 21800))


def test_a_sheet_of_sums_that_agrees_is_taken_without_a_word(services: Services, cast: Cast, at: datetime):
    outcome = imported(services, cast.zhang_san, roster(more=summary(*AGREED)), at=at)
    assert (outcome.problems, outcome.warnings) == ((), ())
    assert outcome.batch is not None
    assert outcome.batch.households == 25


@pytest.mark.parametrize(
    ("lines", "cells"),
    [
        ((("航运新村", 12, 24, 10464.01), *AGREED[1:]), ["D4"]),
        ((("航运新村", 12, 25, 10464), *AGREED[1:3], ("合计", 25, 51, 21800)), ["C4", "C7"]),
        ((("航运新村", 12, 24, "一万元"), *AGREED[1:]), ["D4"]),
        ((AGREED[0], *AGREED[2:]), ["A3"]),
        ((*AGREED[:3], ("张营村", 1, 2, 872), AGREED[3]), ["A7"]),
    ],
    ids=["a fen", "a person", "words", "a village less", "a village more"],
)
def test_two_sheets_that_disagree_are_told_at_their_cells(lines, cells, services, cast: Cast, session, at: datetime):
    outcome = imported(services, cast.zhang_san, roster(more=summary(*lines)), at=at)
    assert [(problem.sheet, problem.cell) for problem in outcome.problems] == [("汇总表", cell) for cell in cells]
    assert session.scalar(select(func.count()).select_from(Publication)) == 0


@pytest.mark.parametrize(
    ("rows", "claim", "cells"),
    [
        ([("航运新村", 2, 0.0872)] * 12, "单位：万元", ["A2"]),
        ([("航运新村", 2, 872)] * 12, "发放总额：10464.01元　单位：元", ["A2"]),
        ([("不存在村", 2, 872), *[("航运新村", 2, 872)] * 11], "单位：元", ["D4"]),
        ([("", 2, 872), *[("航运新村", 2, 872)] * 11], "单位：元", ["D4"]),
        ([("航运新村", 2, "八百"), *[("航运新村", 2, 872)] * 11], "单位：元", ["G4"]),
    ],
    ids=["unit", "a fen", "unknown village", "no village", "words"],
)
def test_what_is_wrong_is_told_at_its_cell(rows, claim, cells, services, cast: Cast, session: Session, at: datetime):
    outcome = imported(services, cast.zhang_san, roster(rows, claim=claim), at=at)
    assert [problem.cell for problem in outcome.problems] == cells
    assert session.scalar(select(func.count()).select_from(Publication)) == 0


def test_amounts_above_the_standard_are_a_warning_where_there_is_a_standard(
    services: Services, cast: Cast, at: datetime
):
    assert imported(services, cast.zhang_san, roster(paid([("甄庄村", 9)], yuan=5000)), at=at).warnings == ()
    entered(services, cast.zhao_liu, at=at)
    rows = [*paid([("甄庄村", 9)]), ("甄庄村", 1, 900)]
    outcome = imported(services, cast.zhang_san, roster(rows, first=100), at=at)
    assert [(one.cell, one.message.params["count"]) for one in outcome.warnings] == [("A13", 1)]
    assert outcome.batch is not None
    assert outcome.batch.standard_fen == 72_000


def test_whoever_waits_hears_how_many_rows_are_done_and_nothing_of_them(services, cast: Cast, at: datetime):
    heard: list[tuple[UploadStep, int]] = []
    content = roster([("航运新村", 2, 872)] * 2001)
    import_payments(
        services, cast.zhang_san, Upload("花名册.xlsx", content), PaymentOrder(), at=at,
        progress=lambda stage, rows: heard.append((stage, rows)),
    )  # fmt: skip
    assert heard[:4] == [(UploadStep.READ, 0), (UploadStep.READ, 2000), (UploadStep.CHECK, 0), (UploadStep.CHECK, 2000)]
    assert {step for step, _ in heard} <= set(UploadStep)


def test_a_county_hands_in_one_roster_for_all_its_townships(services: Services, cast: Cast, session, at: datetime):
    title = "任城区2026年10月农村低保金发放花名册"
    rows = paid((("许庄街道航运新村", 12), ("李营街道庄头村", 4)))
    outcome = imported(services, cast.li_si, roster(rows, title=title), at=at, division_code="370811")
    assert outcome.problems == ()
    assert outcome.batch is not None
    assert [(row.name, row.households) for row in outcome.batch.rows] == [("许庄街道", 12), ("李营街道", 4)]


def test_a_table_of_sums_becomes_a_batch_of_each_programme_in_one_transaction(services, cast, session, at: datetime):
    outcome = imported(services, cast.li_si, table_of_sums(*OF_A_COUNTY), at=at, month=None)
    assert outcome.problems == ()
    told = [(draft.batch.title, draft.batch.amount_fen) for draft in outcome.drafts]
    assert told == [
        ("任城区2026年10月城市低保发放情况", 2_640_000),
        ("任城区2026年10月农村低保发放情况", 9_360_000),
        ("任城区2026年10月特困发放情况", 2_600_000),
    ]
    assert [one.number for one in desk_payments(cast.li_si)] == [draft.number for draft in reversed(outcome.drafts)]
    assert session.scalar(select(func.count()).select_from(PaymentPerson)) == 0


def test_a_table_that_tells_money_twice_writes_nothing_of_any_programme(services, cast, session, at: datetime):
    number = drafted(services, cast, at=at)
    outcome = imported(services, cast.li_si, table_of_sums(*OF_A_COUNTY), at=at, month=None)
    assert [one.message.params["number"] for one in outcome.problems] == [number]
    assert session.scalar(select(func.count()).select_from(Publication)) == 1


def test_a_roster_of_money_that_a_table_tells_already_is_refused(services: Services, cast: Cast, at: datetime):
    rural = imported(services, cast.li_si, table_of_sums(*OF_A_COUNTY), at=at, month=None).drafts[1].number
    outcome = imported(services, cast.zhang_san, at=at)
    assert [one.message.params["number"] for one in outcome.problems] == [rural]
    september = roster(title=TITLE.replace("10月", "9月"))
    assert imported(services, cast.zhang_san, september, at=at, month=None).problems == ()


def test_of_a_small_place_in_a_table_nothing_is_told(services: Services, cast: Cast, at: datetime):
    number = imported(services, cast.li_si, table_of_sums(*OF_A_COUNTY), at=at, month=None).drafts[0].number
    assert number is not None
    publish(services, cast, number, at=at, by=cast.li_si)
    view = public_view(Area.PAYMENTS, number, at=at)
    assert view is not None
    assert read_told(view.head).told == frozenset()
    assert view.head["counts_only"] is True


def test_a_correction_takes_its_own_batch_out_of_a_table_of_sums(services: Services, cast: Cast, at: datetime):
    drafts = imported(services, cast.li_si, table_of_sums(*OF_A_COUNTY), at=at, month=None).drafts
    number = publish(services, cast, drafts[1].number, at=at, by=cast.li_si)
    more = table_of_sums(("许庄街道", 20, 31, 24_800, 61, 91, 54_600, 14, 14_000), OF_A_COUNTY[1])
    again = imported(services, cast.li_si, more, at=at, month=None, corrects=number, change_note="漏了一户")
    assert [(one.number, one.batch.households) for one in again.drafts] == [(number, 102)]
    with pytest.raises(RefusedError, match="另建一份"):
        imported(
            services, cast.li_si, table_of_sums(OF_A_COUNTY[0], title="任城区2026年9月社会救助资金发放统计表"), at=at,
            month=None, corrects=number, change_note="另一个月",
        )  # fmt: skip


CITYWIDE = "济宁市2026年10月农村低保金发放花名册"


def test_a_roster_of_the_whole_city_falls_into_a_batch_of_each_county(services, cast, session, at: datetime):
    rows = paid((("许庄街道航运新村", 12), ("李营街道庄头村", 4), ("曲阜市鲁城街道西关民族社区", 11)))
    outcome = imported(services, city_clerk(cast), roster(rows, title=CITYWIDE), at=at, month=None)
    assert outcome.problems == ()
    told = [(one.batch.place_name, one.batch.households, len(one.batch.rows)) for one in outcome.drafts]
    assert told == [("任城区", 16, 2), ("曲阜市", 11, 1)]
    assert session.scalar(select(func.count()).select_from(PaymentPerson)) == 27
    again = imported(services, city_clerk(cast), roster(rows, title=CITYWIDE, first=26), at=at, month=None)
    assert [one.message.params["number"] for one in again.problems] == [outcome.drafts[1].number]
    assert session.scalar(select(func.count()).select_from(Publication)) == 2
