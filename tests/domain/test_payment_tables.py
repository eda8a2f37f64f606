"""Monthly tables of sums as bureaus publish them: layouts of real ones, and what is wrong with others."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.data.tables import read_csv, read_toml
from portal.domain.divisions import Division, DivisionCode, Level, from_table
from portal.domain.payment_columns import ColumnWords
from portal.domain.payment_hiding import Smallness
from portal.domain.payment_places import PaidPlaces
from portal.domain.payment_sheets import PaymentSaid, PaymentSheet, first_rows, lines_above, read_tables, tables_in
from portal.domain.payment_tables import TableWords
from portal.domain.payment_titles import PaymentWords, title_lines
from portal.domain.payments import PaymentBatch, PaymentKind, Residence, told_by
from portal.domain.programs import Program
from portal.domain.roster_headings import ALWAYS_READ, HeadingFinder, HeadingTable
from portal.domain.sheets import Sheet, Workbook
from tests.domain.fund_sheets import ALIASES
from tests.domain.roster_lists import sheet

WORDS = TableWords(
    PaymentWords.from_table(read_toml("payment_words.toml")), ColumnWords.from_table(read_toml("payment_columns.toml"))
)
FINDER = HeadingFinder(HeadingTable.from_table(read_toml("headings.toml")), {}, ALWAYS_READ)
DIVISIONS = from_table(read_csv("divisions.csv"))
CITY = DIVISIONS[0]
QUFU = next(one for one in DIVISIONS if one.code == "370881")
LOW, POOR = Program.SUBSISTENCE_ALLOWANCE, Program.EXTREME_POVERTY_SUPPORT
Rows = Sequence[Sequence[object]]


def elsewhere(name: str, *below: str) -> tuple[Division, ...]:
    """A county of another city, with its townships, under codes of its own."""
    own = Division(DivisionCode("990001"), name, name, Level.COUNTY, DivisionCode("990000"), "990000/990001/")
    made = (
        Division(DivisionCode(f"9900010{at:02d}"), one, one, Level.TOWNSHIP, own.code, f"{own.path}9900010{at:02d}/")
        for at, one in enumerate(below, start=1)
    )
    return (own, *made)


def read(
    rows: Rows, place: Division = QUFU, around: Sequence[Division] = DIVISIONS, month: date = date(2026, 10, 1),
    program: Program | None = None, more: tuple[Sheet, ...] = (), merges: Sequence[tuple[int, int, int]] = (),
) -> PaymentSheet:  # fmt: skip
    workbook = Workbook((sheet(rows, "Sheet1", merges), *more))
    lines = title_lines(workbook, "月报.xlsx")
    tables = tables_in(workbook, lines, program, WORDS, FINDER)
    assert tables, "no table was found"
    said = PaymentSaid(place, month, program)
    return read_tables(
        tables,
        PaidPlaces(place, around, ALIASES),
        said,
        lines_above(lines, first_rows(workbook, tables, FINDER)),
        WORDS,
    )


def batches(found: PaymentSheet) -> list[PaymentBatch]:
    assert found.problems == ()
    return [one.batch for one in found.batches]


def sums(batch: PaymentBatch) -> tuple[int, int, int]:
    return batch.households, batch.persons, batch.amount_fen


ACROSS: Rows = [
    ["曲阜市2026年10月社会救助资金发放情况统计表"],
    ["填报单位：曲阜市民政局", None, None, None, None, None, None, None, None, "单位：户、人、元"],
    ["乡镇（街道）", "城市低保", None, None, "农村低保", None, None, "特困人员", None, "合计", None],
    [None, "户数", "人数", "金额", "户数", "人数", "金额", "人数", "金额", "人数", "金额"],
    ["鲁城街道", 40, 61, 41_480.5, 12, 20, 9_800, 30, 30_000, 111, 81_280.5],
    ["书院街道", 15, 22, 14_960, 80, 133, 65_170, 41, 41_820, 196, 121_950],
    ["息陬镇", "—", None, 0, 90, 151, 73_990, 22, 22_440, 173, 96_430],
    ["合计", 55, 83, 56_440.5, 182, 304, 148_960, 93, 94_260, 480, 299_660.5],
    ["审核：", None, None, None, None, "填表日期：2026年11月3日"],
]


def changed(row: int, column: int, value: object, rows: Rows = ACROSS) -> list[list[object]]:
    made = [list(one) for one in rows]
    made[row - 1][column] = value
    return made


def test_programmes_as_columns_become_a_batch_each_with_the_townships_that_have_any():
    found = batches(read(ACROSS))
    assert [(one.program, one.residence, one.place, one.level) for one in found] == [
        (LOW, Residence.URBAN, "370881", Level.COUNTY),
        (LOW, Residence.RURAL, "370881", Level.COUNTY),
        (POOR, None, "370881", Level.COUNTY),
    ]
    assert list(map(sums, found)) == [(55, 83, 5_644_050), (182, 304, 14_896_000), (93, 93, 9_426_000)]
    assert [row.name for row in found[0].rows] == ["鲁城街道", "书院街道"]
    assert all(one.counts_only for one in found)
    assert found[2].title == "曲阜市2026年10月特困发放情况"


def test_a_table_of_one_programme_leaves_the_sums_of_the_year_aside():
    # 福建省德化县民政局 2024-11-15, 10月城市低保统计
    around = elsewhere("德化县", "龙浔镇", "浔中镇", "上涌镇")
    rows = [
        ["2024年10月城市低保统计表"],
        ["序号", "乡镇", "保障户数", "保障人数", "当月保障金额（元）", "1-10月累计保障金额（元）"],
        [1, "龙浔镇", 90, 171, 110_989, 1_138_579],
        [2, "浔中镇", 80, 137, 84_484, 824_233],
        [3, "上涌镇", 3, 3, 2_155, 21_550],
        ["县合计", None, 173, 311, 197_628, 1_984_362],
    ]
    (batch,) = batches(read(rows, around[0], around, date(2024, 10, 1)))
    assert (batch.program, batch.residence) == (LOW, Residence.URBAN)
    assert sums(batch) == (173, 311, 19_762_800)
    assert [sums_of.persons for sums_of in batch.rows] == [171, 137, 3]


def test_programmes_as_rows_of_one_county_become_a_batch_each_of_the_county_itself():
    # 杭州市余杭区民政局 2024-12-13, 11月社会救助情况
    around = elsewhere("余杭区")
    rows = [
        ["余杭区2024年11月社会救助情况"],
        ["项目", "户数（户）", "人数（人）", "本月支出（元）", "1-11月累计支出（元）"],
        ["最低生活保障", 4966, 6535, 7_204_040, 78_499_088],
        ["特困人员供养", 82, 82, 272_384, None],
        ["孤儿基本生活费", 11, 11, 30_000, None],
    ]
    found = read(rows, around[0], around, date(2024, 11, 1))
    assert [sums(one) for one in batches(found)] == [(4966, 6535, 720_404_000), (82, 82, 27_238_400)]
    assert [row.code for row in batches(found)[0].rows] == ["990001"]
    assert [(one.cell, one.message.params["heading"]) for one in found.warnings] == [("A5", "孤儿基本生活费")]


CITYWIDE: Rows = [
    ["济宁市2026年10月社会救助资金发放统计表（万元）"],
    ["县市区", "镇街", "低保", None, "临时救助", None],
    [None, None, "户数", "资金", "人次", "资金"],
    ["任城区", "小计", 90, "6.55", 12, 3],
    [None, "许庄街道", 60, "4.05", 12, 3],
    [None, "李营街道", 30, "2.5", None, None],
    ["曲阜市", "小计", 20, "1.5", None, None],
    [None, "鲁城街道", 20, "1.5", None, None],
    ["总计", None, 110, "8.05", 12, 3],
]


def test_a_table_of_the_whole_city_falls_into_a_batch_of_each_county():
    found = batches(read(CITYWIDE, CITY))
    assert [(one.place_name, one.program, sums(one)) for one in found] == [
        ("任城区", LOW, (90, 90, 6_550_000)),
        ("曲阜市", LOW, (20, 20, 1_500_000)),
        ("任城区", Program.TEMPORARY_ASSISTANCE, (12, 12, 3_000_000)),
    ]
    assert [one.counts_persons for one in found] == [False, False, True]


def test_a_table_by_county_alone_is_a_batch_of_each_county_itself():
    rows = [
        ["县区", "低保户数", "低保人数", "低保金额（元）"],
        ["高新区", 20, 31, 9_000],
        ["曲阜", 12, 20, 7_000],
        ["全市合计", 32, 51, 16_000],
    ]
    found = batches(read(rows, CITY))
    assert [(one.place, one.rows[0].code, one.level) for one in found] == [
        ("370871", "370871", Level.COUNTY),
        ("370881", "370881", Level.COUNTY),
    ]


def test_counties_above_their_townships_are_sums_of_them():
    rows = [
        ["地区", "低保户数", "低保金额"],
        ["任城区", 90, 6550],
        ["许庄街道", 60, 4050],
        ["李营街道", 30, 2500],
        ["合计", 90, 6550],
    ]
    (batch,) = batches(read(rows, CITY))
    assert sums(batch) == (90, 90, 655_000)
    rows[1] = ["任城区", 91, 6550]
    assert [one.cell for one in read(rows, CITY).problems] == ["B2"]


def test_every_sheet_of_a_file_is_read_and_a_place_told_twice_is_refused():
    head, row = ["乡镇", "户数", "人数", "发放金额"], ["鲁城街道", 20, 31, 9_000]
    first = [["曲阜市2026年10月城市低保发放表"], head, row]
    other = sheet([["曲阜市2026年10月农村低保发放表"], head, ["息陬镇", 12, 20, 7_000]], "农村")
    assert [one.residence for one in batches(read(first, more=(other,)))] == [Residence.URBAN, Residence.RURAL]
    again = sheet(first, "再一张")
    assert [(one.sheet, one.cell) for one in read(first, more=(again,)).problems] == [("再一张", "D3")]


def test_a_programme_that_was_said_alone_is_taken_alone():
    (batch,) = batches(read(ACROSS, program=POOR))
    assert batch.program is POOR
    assert [str(one.message) for one in read(ACROSS, program=Program.TEMPORARY_ASSISTANCE).problems] == [
        "表里没有这个救助项目的数字：请核对"
    ]


def test_what_is_paid_beside_the_allowance_is_a_batch_of_its_own():
    rows = [
        ["乡镇", "特困供养金", None, "特困照料护理补贴", None, "残疾人两项补贴", None],
        [None, "人数", "金额", "人数", "金额", "人数", "金额"],
        ["息陬镇", 22, 22_440, 20, 4_000, 99, 9_999],
    ]
    found = read(rows)
    assert [one.kind for one in batches(found)] == [PaymentKind.BASIC, PaymentKind.CARE]
    assert [one.cell for one in found.warnings] == ["F2", "G2"]


@pytest.mark.parametrize(
    ("row", "column", "value", "cell"),
    [
        (8, 3, 56_440.51, "D8"),
        (5, 9, 112, "J5"),
        (6, 3, "一万", "D6"),
        (6, 1, 1.5, "B6"),
        (6, 3, 14_960.001, "D6"),
        (6, 3, -14_960, "D6"),
        (6, 0, "不存在镇", "A6"),
        (6, 0, None, "A6"),
        (6, 0, "鲁城街道", "D6"),
        (6, 1, 23, "D6"),
        (4, 3, "救助标准", "B4"),
        (4, 7, "平均额", "I4"),
        (4, 2, "户数", "B4"),
        (1, 0, "曲阜市2026年9月社会救助资金发放情况统计表", "A1"),
    ],
    ids=[
        "a total off by a fen", "a sum across off by one", "words", "half a household", "a tenth of a fen", "negative",
        "an unknown place", "no place", "a place twice", "fewer persons than households", "no amount", "no count",
        "a count twice", "another month",
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_cell_and_gives_no_batch(row, column, value, cell):
    found = read(changed(row, column, value))
    assert cell in {one.cell for one in found.problems}
    assert found.batches == ()


def test_a_count_without_money_and_money_without_a_count_are_told():
    head = ["乡镇", "低保户数", "低保金额"]
    found = read([head, ["鲁城街道", 20, None], ["息陬镇", None, 500]])
    assert [(one.cell, str(one.message)) for one in found.problems] == [
        ("C2", "有户数、人数，没有金额"),
        ("C3", "有金额，没有户数、人数"),
    ]


def test_a_file_that_names_people_is_no_table_of_sums():
    rows = [["乡镇", "姓名", "身份证号", "低保户数", "低保金额"], ["鲁城街道", "王桂兰", "1", 20, 500]]
    workbook = Workbook((sheet(ACROSS), sheet(rows, "花名册")))
    assert tables_in(workbook, (), None, WORDS, FINDER) == ()


TOWNS = [one for one in DIVISIONS if one.parent == QUFU.code]
counts = st.tuples(st.integers(0, 12), st.integers(0, 3), st.integers(1, 90_000))


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=len(TOWNS)))
def test_what_a_table_says_is_what_its_batches_say_and_nothing_small_of_it_is_told(lines):
    figures = [[(h, h * (1 + more), h * cents) for h, more, cents in line] for line in lines]
    rows: list[list[object]] = [["镇街", "城市低保", None, None, "农村低保"], [None, *["户数", "人数", "金额"] * 2]]
    for town, line in zip(TOWNS, figures, strict=False):
        rows.append([town.display_name, *(cell for h, p, fen in line for cell in (h, p, f"{fen / 100:.2f}"))])
    if not any(h for line in figures for h, _, _ in line):
        return
    for batch in batches(read(rows)):
        place = 0 if batch.residence is Residence.URBAN else 1
        assert sums(batch) == tuple(sum(line[place][one] for line in figures) for one in range(3))
        told = told_by(batch, Smallness(10, 3))
        small = {row.code for row in batch.rows if row.persons < 10 or row.households < 3}
        assert told.told.isdisjoint(small)
        hidden = [row for row in batch.rows if row.code not in told.told]
        assert told.total is None or not hidden or (told.rest is not None and told.rest.persons >= 10)
