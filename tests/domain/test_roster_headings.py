import pytest

from portal.domain.roster_headings import HeadingFinder, RosterColumn, heading_key
from tests.domain.roster_lists import HEADER, cells, headings, number, read, row, sheet

C = RosterColumn


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("姓 名", C.NAME), ("申请人姓名", C.NAME), ("户主\n姓名", C.NAME), ("救助对象姓名*", C.NAME), ("＊户主姓名（必填）", C.NAME),
        ("公民身份号码", C.ID_NUMBER), ("身份证号码", C.ID_NUMBER), ("身份证号（18位）", C.ID_NUMBER), ("证件号码", C.ID_NUMBER),
        ("申请人身份证号码", C.ID_NUMBER), ("村（社区）", C.VILLAGE), ("村(居)", C.VILLAGE), ("所在村居", C.VILLAGE), ("村/社区", C.VILLAGE),
        ("家庭住址", C.VILLAGE), ("家庭人口（人）", C.HOUSEHOLD_SIZE), ("家庭成员数量", C.HOUSEHOLD_SIZE), ("保障人数", C.PERSONS_COVERED),
        ("享受人数(人)", C.PERSONS_COVERED), ("月保障金额（元）", C.AMOUNT), ("月保障金额\n（元/月）", C.AMOUNT), ("救助金额", C.AMOUNT),
        ("户月补差额", C.AMOUNT), ("救助类别", C.ASSISTANCE_TYPE), ("救助事由", C.CAUSE), ("与户主关系", C.RELATION), ("户编号", C.HOUSEHOLD_NUMBER),
        ("镇街", C.TOWNSHIP),
    ],
)  # fmt: skip
def test_the_words_of_offices_are_known(text, column):
    found = headings().find(text, {})
    assert found is not None
    assert found[0] is column


@pytest.mark.parametrize("text", ["序号", "银行账号", "备注", "月人均补差", "监护人姓名", "低保标准", "供养形式"])
def test_columns_that_no_list_needs_are_known_and_never_read(text):
    assert headings().find(text, {}) is None
    assert headings().knows(text)


def test_every_heading_of_the_table_is_its_own_key_once():
    table = headings()
    assert not set(table.ranks) & table.ignored
    assert all(heading_key(key) == key for key in table.ranks)


def test_a_header_of_two_rows_is_joined():
    upper = ["序号", "村居", "申请人", None, "人口", None, "金额（元）"]
    lower = [None, None, "姓名", "身份证号", "家庭", "保障", None]
    roster = read(["标题"], upper, lower, row(1), row(2))
    assert not roster.problems
    assert roster.recipients[0].household_size == 3


def test_a_header_of_two_rows_with_merged_cells_is_joined():
    upper = ["序号", "村居", "姓名", "身份证号", "人口情况", None, "保障金额"]
    lower = [None, None, None, None, "家庭人口", "享受人数", None]
    merges = [(2, 3, column) for column in (0, 1, 2, 3, 6)]
    assert not read(["标题"], upper, lower, row(1), merges=merges).problems


def test_the_header_is_found_under_a_long_covering_letter():
    assert not read(*([["请各村认真核对"]] * 14), HEADER, row(1)).problems


def test_of_two_amounts_the_better_known_is_read_and_the_clerk_told():
    roster = read([*HEADER, "实发金额"], [*row(1), 900])
    assert roster.recipients[0].amount_fen == 82000
    assert [warning.cell for warning in roster.warnings] == ["G1"]


def test_tables_of_another_layout_below_are_followed():
    other = ["姓名", "村居", "身份证号", "保障人口", "家庭人口", "金额"]
    roster = read(HEADER, row(1), ["第二部分"], other, ["孟小河", "张营村", number(2), 1, 2, 410])
    assert not roster.problems
    assert roster.recipients[1].household_size == 2


def test_a_missing_column_is_reported_at_the_header():
    assert cells(read(["标题"], HEADER[:4], row(1)[:4])) == ["A2"]


def test_a_title_row_is_no_part_of_the_header():
    finder = HeadingFinder(headings(), {}, frozenset(C))
    header = finder.best(sheet([["单位：元"], HEADER, row(1)]))
    assert header is not None
    assert (header.first, header.last, header.row) == (1, 1, 2)


@pytest.mark.parametrize(
    ("text", "column"),
    [("本次拟纳入低保人数（人）", C.PERSONS_COVERED), ("第四季度每月发放低保金金额", None), ("家庭常住人口数", C.HOUSEHOLD_SIZE), ("救助对象本人身份证号码", C.ID_NUMBER),
     ("申请家庭户主姓名", C.NAME), ("代理人身份证号", None), ("保障对象所在村（居）名", C.VILLAGE), ("拟发放救助金金额", C.AMOUNT), ("人均保障金额", None)],
)  # fmt: skip
def test_a_heading_that_nobody_listed_is_guessed_unless_it_speaks_of_others(text, column):
    found = headings().find(text, {})
    assert (found[0] if found else None) is column


def test_two_lists_side_by_side_are_refused_instead_of_read_by_half():
    assert "J1" in cells(read([*HEADER, *HEADER], [*row(1), *row(2)]))
