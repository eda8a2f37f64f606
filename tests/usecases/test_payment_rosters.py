"""Rosters as offices and banks make them: what is read of them, and what is refused because it would be told wrongly."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.payments import PaymentKind
from portal.domain.programs import Program
from portal.models.payments import PaymentPerson
from portal.models.publications import Publication
from portal.usecases.payment_drafts import PaymentOutcome
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.lists import identity
from tests.usecases.payments import HEADINGS, TITLE, imported, paid, roster

Rows = Sequence[Sequence[object]]


def book(*sheets: tuple[str, Rows]) -> bytes:
    """A workbook of named sheets."""
    workbook = Workbook()
    del workbook["Sheet"]
    for name, rows in sheets:
        page = workbook.create_sheet(name)
        for row in rows:
            page.append(list(row))
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def lines(households: int, *more: object, first: int = 0, village: str = "航运新村") -> list[list[object]]:
    """Rows under `HEADINGS`, with further cells after them."""
    return [
        [number, "王桂兰", identity(first + number), village, 2, f"6223{number:015d}", 872, *more]
        for number in range(1, households + 1)
    ]


def cells(outcome: PaymentOutcome) -> list[tuple[str, str]]:
    return [(problem.sheet, problem.cell) for problem in outcome.problems]


def test_the_town_in_the_first_row_is_not_the_town_of_a_county_s_roster(services: Services, cast: Cast, at: datetime):
    rows = [
        [number, town, village, "王桂兰", identity(number), 2, 872]
        for number, (town, village) in enumerate(
            [*[("许庄街道", "航运新村")] * 12, *[("李营街道", "庄头村")] * 4], start=1
        )
    ]
    heading = ["序号", "镇街", "村", "户主姓名", "身份证号", "保障人数", "发放金额"]
    content = book(("花名册", [["任城区2026年10月农村低保金发放花名册"], heading, *rows]))
    outcome = imported(services, cast.li_si, content, at=at)
    assert outcome.problems == ()
    assert outcome.batch is not None
    assert [(row.name, row.households) for row in outcome.batch.rows] == [("许庄街道", 12), ("李营街道", 4)]


@pytest.mark.parametrize(
    "other",
    [TITLE.replace("农村", "城市"), TITLE.replace("低保金", "低保价格补贴"), "许庄街道2026年10月特困人员供养金"],
)
def test_sheets_of_another_kind_of_money_are_refused(other: str, services, cast: Cast, session: Session, at: datetime):
    content = book(("一", [[TITLE], HEADINGS, *lines(12)]), ("二", [[other], HEADINGS, *lines(5, first=50)]))
    assert {cell for _, cell in cells(imported(services, cast.zhang_san, content, at=at))} == {"A1"}
    assert session.scalar(select(func.count()).select_from(Publication)) == 0


@pytest.mark.parametrize(("name", "cell"), [("许庄街道2026年10月停发人员名单", "A1"), ("停发", "")])
def test_a_sheet_of_those_who_are_paid_no_longer_is_refused(name, cell, services, cast: Cast, at: datetime):
    title = name if cell else TITLE
    content = book(("一", [[TITLE], HEADINGS, *lines(12)]), (name[-4:], [[title], HEADINGS, *lines(5, first=50)]))
    assert cells(imported(services, cast.zhang_san, content, at=at)) == [(name[-4:], cell)]


def test_sheets_of_the_same_money_are_read_as_one_roster(services: Services, cast: Cast, at: datetime):
    content = book(("一", [[TITLE], HEADINGS, *lines(12)]), ("二", [[TITLE], HEADINGS, *lines(5, first=50)]))
    outcome = imported(services, cast.zhang_san, content, at=at)
    assert outcome.batch is not None, outcome.problems
    assert outcome.batch.households == 17


BY_PERSON = ["序号", "姓名", "与户主关系", "身份证号", "村", "发放金额"]


def persons(households: int) -> list[list[object]]:
    """Two rows a household, each paid to a person of his own."""
    return [
        [number, "王桂兰", "户主" if number % 2 else "配偶", identity(number), "航运新村", 436]
        for number in range(1, 2 * households + 1)
    ]


@pytest.mark.parametrize("total", [(), (["合计", None, None, None, None, 10_464],)], ids=["no total", "a total"])
def test_amounts_paid_by_person_add_up(total, services: Services, cast: Cast, session: Session, at: datetime):
    outcome = imported(services, cast.zhang_san, book(("s", [[TITLE], BY_PERSON, *persons(12), *total])), at=at)
    assert outcome.batch is not None, outcome.problems
    told = outcome.batch
    assert (told.households, told.persons, told.amount_fen) == (12, 24, 1_046_400)
    assert session.scalar(select(func.count()).select_from(PaymentPerson)) == 24


def test_an_amount_of_a_further_person_that_cannot_be_one_is_told(services: Services, cast: Cast, at: datetime):
    rows = persons(12)
    rows[1][5], rows[3][5] = -436, "王桂兰"
    outcome = imported(services, cast.zhang_san, book(("s", [[TITLE], BY_PERSON, *rows])), at=at)
    assert cells(outcome) == [("s", "F4"), ("s", "F6")]
    assert "王桂兰" not in str(outcome.problems)


def test_a_further_person_of_a_household_is_not_paid_elsewhere(services: Services, cast: Cast, at: datetime):
    assert imported(services, cast.zhang_san, book(("s", [[TITLE], BY_PERSON, *persons(12)])), at=at).number
    other = roster(paid([("庄头村", 11)]), title=TITLE.replace("许庄街道", "李营街道"), first=23)
    assert cells(imported(services, cast.li_si, other, at=at, division_code="")) == [("花名册", "C4")]


@pytest.mark.parametrize(
    "title",
    [
        "许庄街道9月份农村低保金发放花名册",
        "许庄街道二〇二六年九月农村低保金发放花名册",
        "许庄街道2026.09农村低保金发放花名册",
        "许庄街道2026年9-10月农村低保金发放花名册",
        "许庄街道2026年第三季度农村低保金发放花名册",
    ],
)
def test_a_title_of_another_month_or_of_several_is_told_at_its_cell(title, services, cast: Cast, at: datetime):
    outcome = imported(services, cast.zhang_san, book(("s", [[title], HEADINGS, *lines(12)])), at=at)
    assert cells(outcome) == [("s", "A1")]


def test_rows_and_columns_of_other_months_are_told_at_their_cells(services: Services, cast: Cast, at: datetime):
    rows = [*lines(6, "2026年10月"), *lines(2, "2026年9月", first=50)]
    content = book(("s", [[TITLE], [*HEADINGS, "发放月份"], *rows]))
    assert cells(imported(services, cast.zhang_san, content, at=at)) == [("s", "H9"), ("s", "H10")]
    months = [*HEADINGS[:6], "合计", "9月金额", "10月金额"]
    content = book(("s", [[TITLE], months, *lines(12, 436, 436)]))
    assert cells(imported(services, cast.zhang_san, content, at=at)) == [("s", "H2")]


def test_what_is_paid_later_may_speak_of_other_months(services: Services, cast: Cast, at: datetime):
    title = "许庄街道2026年10月补发8-9月农村低保金花名册"
    content = book(("s", [[title], [*HEADINGS, "所属月份"], *lines(12, "2026年9月")]))
    assert imported(services, cast.zhang_san, content, at=at).problems == ()


@pytest.mark.parametrize("place", ["大安镇", "李营街道", "曲阜市"])
def test_a_title_of_another_place_is_told_at_its_cell(place: str, services: Services, cast: Cast, at: datetime):
    content = book(("s", [[TITLE.replace("许庄街道", place)], HEADINGS, *lines(12)]))
    outcome = imported(services, cast.li_si, content, at=at, division_code="370811002")
    assert cells(outcome) == [("s", "A1")]


@pytest.mark.parametrize(
    "secret", [13912345678, identity(7), "6223000000000000001"], ids=["phone", "person", "account"]
)
def test_a_number_of_somebody_in_the_wrong_column_is_in_no_sum_that_a_report_tells(
    secret, services, cast, at: datetime
):
    rows = lines(12)
    rows[2][6] = secret
    rows.append(["合计", None, None, None, secret, None, 12 * 872])
    content = book(("s", [[TITLE], ["发放总额：10464元"], HEADINGS, *rows]))
    outcome = imported(services, cast.zhang_san, content, at=at)
    assert {("s", "A2"), ("s", "G6"), ("s", "G16")} <= set(cells(outcome))
    told = "".join(str(problem.message) for problem in outcome.problems).replace(",", "")
    assert str(secret)[:6] not in told
    assert "9592.00" in told


@pytest.mark.parametrize(
    ("claim", "refused"),
    [
        ("共12户，256人", True),
        ("（共 12 户 25 人）", True),
        ("共12户、24人", False),
        ("户数：12 人数：24 金额：10465", True),
        ("本月共发放12户24人10465元", True),
        ("本月共发放12户24人，资金1.15万元", True),
        ("户数：12 人数：24 金额：10464", False),
        ("本月共发放12户24人，资金1.05万元，人均436元", False),
        ("每人金额：436元", False),
        ("共12户，其中残疾3人", False),
        ("全镇2300户4600人，本次12户24人", False),
    ],
)
def test_households_and_persons_in_a_title_are_held_against_the_rows(claim, refused, services, cast, at: datetime):
    content = book(("s", [[TITLE], [claim], HEADINGS, *lines(12)]))
    assert cells(imported(services, cast.zhang_san, content, at=at)) == ([("s", "A2")] if refused else [])


@pytest.mark.parametrize(
    ("paid_for", "heading", "kind"),
    [
        ("农村低保金", "实发合计", PaymentKind.BASIC),
        ("农村低保金", "本次发放", PaymentKind.BASIC),
        ("农村低保价格补贴", "补贴金额", PaymentKind.PRICE_SUBSIDY),
        ("农村低保价格临时补贴", "价格临时补贴", PaymentKind.PRICE_SUBSIDY),
        ("特困人员照料护理补贴", "补贴标准（元）", PaymentKind.CARE),
        ("农村低保户电价补贴", "电价补贴", PaymentKind.OTHER_SUBSIDY),
        ("农村低保补发", "补发", PaymentKind.SUPPLEMENT),
    ],
)
def test_the_money_is_found_however_its_column_is_headed(paid_for, heading, kind, services, cast: Cast, at: datetime):
    title = f"许庄街道2026年10月{paid_for}发放花名册"
    content = book(("s", [[title], ["序号", "户名", "证件号码", "村（居）", "保障人数", "账号", heading], *lines(12)]))
    outcome = imported(services, cast.zhang_san, content, at=at)
    assert outcome.batch is not None, outcome.problems
    assert (outcome.batch.kind, outcome.batch.amount_fen) == (kind, 1_046_400)


def test_of_what_is_paid_beside_the_allowance_its_own_column_is_read(services: Services, cast: Cast, at: datetime):
    title = "许庄街道2026年10月特困人员照料护理补贴发放花名册"
    headings = ["序号", "姓名", "身份证号", "村", "人数", "供养金", "照料护理补贴", "合计"]
    content = book(("s", [[title], headings, *[[*line[:5], 900, 100, 1000] for line in lines(12)]]))
    outcome = imported(services, cast.zhang_san, content, at=at)
    assert outcome.batch is not None, outcome.problems
    assert outcome.batch.amount_fen == 120_000


def test_rows_without_a_header_are_not_offered_as_one(services: Services, cast: Cast, at: datetime):
    content = book(("s", [[TITLE], *lines(12)]))
    outcome = imported(services, cast.zhang_san, content, at=at)
    assert cells(outcome) == [("s", "A1")]
    assert "王桂兰" not in str(outcome)
    bare = imported(services, cast.zhang_san, book(("s", lines(12))), at=at, program=Program.SUBSISTENCE_ALLOWANCE)
    assert cells(bare) == [("s", "A1")]
    assert bare.unknown_headings == ()


@pytest.mark.parametrize(
    ("heading", "own", "other"),
    [
        ("补贴项目", "农村低保", "特困供养"),
        ("项目名称", "低保金", "高龄津贴"),
        ("摘要", "农村低保金", "农村低保价格补贴"),
        ("低保类别", "农村", "城市"),
    ],
)
def test_a_row_of_another_kind_of_money_is_told_at_its_cell(heading, own, other, services, cast: Cast, at: datetime):
    rows = [*lines(6, own), *lines(2, other, first=50)]
    content = book(
        ("s", [[TITLE], [*HEADINGS, heading], *rows, ["合计", None, None, None, 16, None, 8 * 872, "审核：李四"]])
    )
    assert cells(imported(services, cast.zhang_san, content, at=at)) == [("s", "H9"), ("s", "H10")]


def test_a_roster_of_town_and_country_is_one_where_its_title_says_so(services: Services, cast: Cast, at: datetime):
    rows = [*lines(6, "城市"), *lines(6, "农村", first=50)]
    content = book(("s", [[TITLE.replace("农村", "城乡")], [*HEADINGS, "低保类别"], *rows]))
    outcome = imported(services, cast.zhang_san, content, at=at)
    assert outcome.batch is not None, outcome.problems
    assert outcome.batch.residence is None


def test_further_columns_of_money_are_named_since_they_are_not_read(services: Services, cast: Cast, at: datetime):
    headings = [*HEADINGS[:6], "低保金", "分类施保", "电价补贴", "护理补贴", "备注"]
    outcome = imported(services, cast.zhang_san, book(("s", [[TITLE], headings, *lines(12, 60, 9, 0, "")])), at=at)
    assert [warning.cell for warning in outcome.warnings] == ["H2", "I2"]
    assert outcome.batch is not None
    assert outcome.batch.amount_fen == 1_046_400
