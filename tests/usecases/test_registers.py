from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.domain.divisions import DivisionCode
from portal.domain.errors import NotAllowedError, NotFoundError, RefusedError
from portal.domain.fund_totals import FundStage
from portal.domain.permissions import Role
from portal.domain.publications import Area, Face, WithdrawalKind
from portal.domain.register_periods import Period
from portal.domain.registers import RegisterColumn, RegisterKind, read_told
from portal.models.fund_totals import FundTotal
from portal.models.publications import Publication, Revision
from portal.models.registers import RegisterFigure
from portal.printing.papers import Table
from portal.queries.archive_entries import entries_of
from portal.queries.fund_totals import figures_by_program, months_of_whole
from portal.queries.papers import paper_of
from portal.queries.publications import public_view, revision_view
from portal.queries.registers import RegisterFilters, desk_register, desk_registers, register_page, sums_of_year
from portal.usecases import publications
from portal.usecases.fund_totals import rebuild_figures
from portal.usecases.notice_imports import Upload
from portal.usecases.registers import corrected_order, import_register
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.allocations import city_clerk, publish
from tests.usecases.registers import FUND, RETURNED, book, drafted, imported, published

SMALL = (("许庄街道", 50_000, 0, 3_200, 46_800, 4), *FUND[1:2], ("南张街道", 50_000, 0, 20_000, 30_000, 22))
USED_MORE = (("许庄街道", 50_000, 10_000, 33_000, 27_000, 33), *FUND[1:])


def corrected(
    services: Services, cast: Cast, number: str, kind: WithdrawalKind, rows=USED_MORE, *, at: datetime
) -> str:
    """A correction of a public fund, brought to the public."""
    order = corrected_order(desk_register(cast.li_si, number), kind, "许庄街道补记一笔")
    outcome = import_register(services, cast.li_si, Upload("登记.xlsx", book(rows=rows)), order, at=at)
    assert outcome.number == number
    return publish(services, cast, number, at=at)


def head_of(number: str, *, at: datetime):
    view = public_view(Area.REGISTERS, number, at=at)
    assert view is not None
    return view.head


@pytest.mark.parametrize("kind", RegisterKind)
def test_each_kind_goes_from_the_sheet_to_the_public(kind: RegisterKind, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at, kind=kind)
    assert number.startswith("DJ-")
    told, table = read_told(head_of(number, at=at)), desk_register(cast.li_si, number).table
    assert table is not None
    assert told.total is not None
    assert [row.figures.amounts for row in told.rows if row.figures] == [row.amounts for row in table.rows]
    sums = {one.number: one.sums for one in sums_of_year(2026, table.place)}
    moved = table.columns.moved
    assert sums[number][moved] == table.moved_fen
    assert sums[number].get(RegisterColumn.PERSONS, 0) == sum(row.persons for row in table.rows)


def test_nothing_is_written_while_anything_is_wrong(services, cast: Cast, session: Session, at: datetime):
    wrong = book(rows=[["许庄街道", 50_000, 0, 100, 49_900.01, 12]])
    outcome = imported(services, cast.li_si, wrong, at=at)
    assert (outcome.number, [one.cell for one in outcome.problems]) == (None, ["E4"])
    assert session.execute(select(func.count()).select_from(Publication)).scalar_one() == 0


def test_a_row_about_a_few_persons_is_not_in_any_public_word(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, book(rows=SMALL), at=at)
    view = public_view(Area.REGISTERS, number, at=at)
    assert view is not None
    told = read_told(view.head)
    assert [row.figures is None for row in told.rows] == [True, True, False]
    assert told.rest is not None
    assert told.rest.persons == 19
    for secret in ("3200.00", "3,200.00", "46800.00", "12500.50"):
        assert secret not in str(view.head)


def test_a_register_about_a_few_persons_tells_no_figure(services, cast: Cast, session: Session, at: datetime):
    number = published(services, cast, book(rows=SMALL[:1]), at=at)
    head = head_of(number, at=at)
    assert (head["total"], head["summary"]) == (None, "不足10人次，不单列数字")
    assert session.execute(select(func.count()).select_from(RegisterFigure)).scalar_one() == 0
    assert [one.sums for one in sums_of_year(2026, head["place"]["code"])] == [{}]


def test_the_next_period_does_not_tell_the_balance_that_was_hidden(services: Services, cast: Cast, at: datetime):
    published(services, cast, book(rows=SMALL), at=at)
    later = (("许庄街道", 46_800, 0, 20_000, 26_800, 40), ("李营街道", 37_499.5, 0, 10_000, 27_499.5, 30), SMALL[2])
    number = published(services, cast, book(rows=later, title="任城区2026年第四季度备用金登记表"), at=at)
    told = read_told(head_of(number, at=at))
    assert [row.figures is None for row in told.rows] == [True, True, False]
    assert "46800.00" not in str(head_of(number, at=at))


def test_a_fund_that_was_hidden_may_not_be_left_out(services: Services, cast: Cast, session: Session, at: datetime):
    early = drafted(services, cast, book(rows=FUND[:1], title="任城区2026年第四季度备用金登记表"), at=at)
    published(services, cast, book(rows=SMALL), at=at)
    with pytest.raises(RefusedError, match="李营街道"):
        imported(services, cast.li_si, book(rows=FUND[:1], title="任城区2026年10月备用金登记表"), at=at)
    publications.submit(services, cast.li_si, early, at=at)
    publications.review(services, cast.wang_wu, early, at=at)
    with pytest.raises(RefusedError, match="李营街道"):
        publications.publish(services, cast.zhao_liu, early, at=at)


def test_a_correction_is_another_revision_and_tells_the_changed_cells(services, cast: Cast, at: datetime):
    number = corrected(services, cast, published(services, cast, at=at), WithdrawalKind.CORRECTION, at=at)
    head = head_of(number, at=at)
    changed = {(one["place"], one["column"]): (one["old"], one["new"]) for one in head["changes"]}
    assert changed["许庄街道 2026年第三季度", "register:used"] == ("32,000.00", "33,000.00")
    assert changed["合计", "register:persons"] == ("46", "48")
    former = revision_view(Area.REGISTERS, number, 1, at=at)
    assert former is not None
    assert former.face is Face.FULL


def test_a_correction_of_an_error_closes_what_was_told_before(services, cast: Cast, at: datetime):
    number = corrected(services, cast, published(services, cast, at=at), WithdrawalKind.ERROR, at=at)
    former = revision_view(Area.REGISTERS, number, 1, at=at)
    assert former is not None
    assert former.face is Face.WITHDRAWN
    assert {one["old"] for one in head_of(number, at=at)["changes"]} == {None}


def test_a_correction_keeps_its_kind_place_and_period(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, book(title="任城区2026年备用金登记表"), at=at, period=Period(2026, month=9))
    order = corrected_order(desk_register(cast.li_si, number), WithdrawalKind.CORRECTION, "补记一笔支出")
    assert (order.kind, order.period, order.division_code) == (
        RegisterKind.RESERVE_FUND, Period(2026, month=9), "370811",
    )  # fmt: skip
    other = replace(order, period=Period(2026, month=8))
    upload = Upload("登记.xlsx", book(title="任城区2026年备用金登记表"))
    with pytest.raises(RefusedError, match="同一时段"):
        import_register(services, cast.li_si, upload, other, at=at)


def test_a_withdrawal_takes_figures_and_sums_away(services: Services, cast: Cast, session: Session, at: datetime):
    number = published(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    assert session.execute(select(func.count()).select_from(RegisterFigure)).scalar_one() == 0
    revision = session.execute(select(Revision)).scalar_one()
    assert "32000" not in str((revision.head, revision.sealed_head, revision.draft))
    assert register_page(RegisterFilters(), at=at).total == 0


def test_a_second_register_of_the_same_period_is_told_of_the_first(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    assert number in str(imported(services, cast.li_si, at=at).warnings[0].message)
    assert imported(services, cast.li_si, at=at, kind=RegisterKind.CASH).warnings == ()


def test_only_a_drafter_within_his_division_imports(services: Services, cast: Cast, at: datetime):
    with pytest.raises(NotAllowedError):
        imported(services, cast.wang_wu, at=at)
    with pytest.raises(NotAllowedError):
        imported(services, cast.qian_qi, at=at, division_code="370811")
    with pytest.raises(RefusedError, match="市、县"):
        imported(services, cast.zhang_san, at=at)
    number = imported(services, city_clerk(cast), at=at, division_code="370811").number
    assert number is not None
    with pytest.raises(NotFoundError):
        desk_register(cast.qian_qi, number)
    assert desk_registers(cast.qian_qi) == ()


def returned(year: int, whole: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for figure in figures_by_program(year, DivisionCode(whole)):
        if figure.stage is FundStage.RETURNED:
            found[figure.part] = found.get(figure.part, 0) + figure.amount_fen
    return found


def test_returned_money_stands_beside_what_was_paid(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at, kind=RegisterKind.RETURNS)
    assert sorted(returned(2026, "370811").values()) == [82_000, 430_000, 1_200_000]
    assert returned(2026, "370800") == {"370811": 1_712_000}
    months = months_of_whole(2026, DivisionCode("370811"), [FundStage.RETURNED, FundStage.PAID])
    assert months == {FundStage.RETURNED: [(7, 1_200_000), (8, 430_000), (9, 82_000)]}
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    assert (returned(2026, "370811"), returned(2026, "370800")) == ({}, {})


def test_what_is_not_told_of_a_town_is_in_the_sum_of_the_county(services: Services, cast: Cast, at: datetime):
    rows = ((*RETURNED[0][:5], 3), *RETURNED[1:])
    published(services, cast, book(RegisterKind.RETURNS, rows), at=at, kind=RegisterKind.RETURNS)
    found = returned(2026, "370811")
    assert sum(found.values()) == 1_712_000
    assert found["370811"] == 1_200_000 + 430_000


def test_a_county_that_the_city_tells_of_counts_once(services: Services, cast: Cast, session: Session, at: datetime):
    published(services, cast, at=at, kind=RegisterKind.RETURNS)
    rows = [["任城区", "2026-07", "低保", "死亡", 20_000, 40], ["兖州区", "2026-07", "低保", "死亡", 1_000, 11]]
    number = imported(
        services, city_clerk(cast), book(RegisterKind.RETURNS, rows), at=at, kind=RegisterKind.RETURNS
    ).number
    assert number is not None
    publications.submit(services, city_clerk(cast), number, at=at)
    for verb, role, base in (("review", Role.REVIEWER, cast.zhou_jiu), ("publish", Role.PUBLISHER, cast.wei_si)):
        getattr(publications, verb)(services, replace(base, roles=frozenset({role})), number, at=at)
    assert returned(2026, "370800") == {"370811": 2_000_000, "370812": 100_000}
    former = returned(2026, "370811")
    session.execute(delete(FundTotal))
    session.commit()
    rebuild_figures()
    assert (returned(2026, "370811"), returned(2026, "370800")) == (former, {"370811": 2_000_000, "370812": 100_000})


def test_lists_are_filtered_by_kind_year_and_division(services: Services, cast: Cast, at: datetime):
    fund, cash = (
        published(services, cast, at=at, kind=kind) for kind in (RegisterKind.RESERVE_FUND, RegisterKind.CASH)
    )
    for filters, found in (
        (RegisterFilters(), {fund, cash}),
        (RegisterFilters(kind=RegisterKind.CASH), {cash}),
        (RegisterFilters(year=2025), set()),
        (RegisterFilters(division_code="370832"), set()),
    ):
        assert {line.number for line in register_page(filters, at=at).lines} == found


def test_paper_and_index_tell_what_the_gate_lets_out(services, cast: Cast, session: Session, at: datetime):
    number = published(services, cast, book(rows=SMALL), at=at)
    view = public_view(Area.REGISTERS, number, at=at)
    assert view is not None
    paper = str(paper_of(view, services.settings, demo=False).blocks)
    assert "20,000.00" in paper
    assert "不单列" in paper
    assert "3,200.00" not in paper
    publication = session.execute(select(Publication).where(Publication.number == number)).scalar_one()
    entry = entries_of([publication.id], at=at)[0]
    assert "备用金" in entry.body
    assert "许庄街道" in entry.body


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        (
            RegisterKind.RESERVE_FUND,
            ("地方", "期初额度（元）", "本期增加（元）", "本期使用（元）", "期末余额（元）", "人次"),
        ),
        (RegisterKind.RETURNS, ("地方", "时段", "救助项目", "退回原因", "金额（元）", "人次")),
        (RegisterKind.CASH, ("地方", "救助项目", "金额（元）", "人次")),
        (RegisterKind.GOODS, ("地方", "物品", "数量", "金额（元）", "人次")),
        (RegisterKind.FEE_WAIVERS, ("地方", "银行", "减免项目", "金额（元）", "人次")),
        (RegisterKind.DISBURSEMENTS, ("地方", "时段", "救助项目", "资金来源", "文号", "金额（元）")),
    ],
)
def test_a_paper_has_the_columns_that_are_filled(kind, labels, services: Services, cast: Cast, at: datetime):
    view = public_view(Area.REGISTERS, published(services, cast, at=at, kind=kind), at=at)
    assert view is not None
    (table,) = (block for block in paper_of(view, services.settings, demo=False).blocks if isinstance(block, Table))
    assert table.column_labels == labels
    assert {len(row) for row in table.rows} == {len(labels)}
    assert "120袋" in str(table.rows) or kind is not RegisterKind.GOODS


def test_a_discarded_draft_is_in_no_list(services: Services, cast: Cast, at: datetime):
    number = drafted(services, cast, at=at)
    assert [one.number for one in desk_registers(cast.li_si)] == [number]
    publications.discard(services, cast.li_si, number, at=at)
    assert desk_registers(cast.li_si) == ()
