"""Layouts of whole lists: village lines, template rows, persons, what a sheet's name says."""

import pytest

from portal.domain.programs import AssistanceType
from tests.domain.roster_lists import HEADER, cells, number, read, read_sheets, row, said, sheet, temporary

LINES = ["序号", "姓名", "身份证号", "家庭人口", "保障人口", "金额"]


def under(line, first, count=2):
    rows = [[place, "韩春梅", number(first + place), 2, 1, 410] for place in range(count)]
    return [[line], *rows, ["小计", f"{count}户", None, 2 * count, count, 410 * count]]


def test_village_lines_with_ordinals_and_counts_are_villages():
    roster = read(
        ["许庄街道"],
        LINES,
        *under("一、甄庄村", 1),
        *under("（二）张营村（2户）", 11),
        *under("3航运新村居委会 2户", 21),
    )
    assert not roster.problems
    assert [found.village.display_name for found in roster.recipients] == ["甄庄村"] * 2 + ["张营村"] * 2 + [
        "航运新村"
    ] * 2


@pytest.mark.parametrize("line", ["二、王家岭村", "李营街道桃园社区", "王家岭村委会（2户）"])
def test_a_line_of_an_unknown_village_is_one_fault_and_its_rows_are_nobody_elses(line):
    roster = read(["许庄街道"], LINES, *under("一、甄庄村", 1), *under(line, 11))
    assert cells(roster) == ["A7"]
    assert {found.village.display_name for found in roster.recipients} == {"甄庄村"}
    assert line.split("、")[-1][:2] in said(roster)


def test_a_line_of_an_unknown_village_over_rows_that_name_their_own_is_left_alone():
    assert not read(HEADER, ["王家岭村"], row(1), ["王家岭村"]).problems


def test_rows_of_a_template_that_nobody_filled_in_are_no_households():
    empty = [
        [8, *[None] * 6],
        [9, "甄庄村", *[None] * 5],
        [10, "甄庄村", None, None, 0, 0, 0],
        [11, *[None] * 5, "0.00"],
    ]
    assert not read(HEADER, row(1), row(2), *empty, ["合计", None, "2户", None, 6, 4, 1640]).problems
    assert cells(read(HEADER, row(1), [8, *[None] * 5, "#N/A"])) == ["G3"]


def test_a_row_without_a_person_but_with_figures_is_a_household_with_faults():
    assert cells(read(HEADER, row(1), row(2, C=None, D=None))) == ["C3", "D3"]


BY_PERSON = ["户号", "村居", "姓名", "与户主关系", "身份证号", "月保障金额"]
FAMILY = [
    [1, "甄庄村", "韩春梅", "户主", number(1), 1230],
    [1, "甄庄村", "孔凡星", "配偶", number(2), None],
    [1, "甄庄村", "孟小河", "儿子", None, None],
    [2, "甄庄村", "颜如意", "户主", number(4), 410],
]


def changed(index, value):
    return [[*one[:4], value if place == index else one[4], one[5]] for place, one in enumerate(FAMILY)]


def test_the_numbers_of_further_persons_are_judged_where_they_are_written():
    assert not read(BY_PERSON, *FAMILY).problems
    assert cells(read(BY_PERSON, *changed(1, number(2)[:-1] + "?"))) == ["E3"]
    assert cells(read(BY_PERSON, *changed(2, "#REF!"))) == ["E4"]


def test_one_person_in_two_households_or_twice_in_one_is_named_once():
    assert cells(read(BY_PERSON, *changed(2, number(4)))) == ["E5"]
    assert cells(read(BY_PERSON, *changed(2, number(2)))) == ["E4"]


def test_the_number_of_the_head_repeated_beside_every_person_is_no_double():
    assert not read(BY_PERSON, *[[*one[:4], number(1) if one[0] == 1 else one[4], one[5]] for one in FAMILY]).problems


def test_the_name_of_a_sheet_may_tell_the_type_of_all_its_rows():
    header = ["姓名", "身份证号", "村居", "救助事由", "救助金额"]
    expenditure = sheet([header, ["韩春梅", number(1), "甄庄村", "患病", 800]], "支出型")
    emergency = sheet([header, ["孔凡星", number(2), "甄庄村", "车祸", 900]], "急难型")
    roster = read_sheets(expenditure, emergency, asked=temporary())
    assert [(one.sheet, one.cell) for one in roster.problems] == [("急难型", "A2")]
    kept = read_sheets(expenditure, emergency, asked=temporary(keep_only=frozenset({AssistanceType.EXPENDITURE})))
    assert [found.name for found in kept.recipients] == ["韩春梅"]
