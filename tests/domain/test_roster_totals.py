"""What a list states of itself, in figures, in words and in capital figures, is held against its rows."""

import pytest

from tests.domain.roster_lists import HEADER, cells, read, row, said

ROWS = [row(1), row(2)]
TOTAL = ["合计", None, None, None, 6, 4, 1640]


@pytest.mark.parametrize(
    "total",
    [
        ["合计（大写）：壹仟陆佰肆拾元整", None, None, None, None, None, 1640],
        ["合计", None, None, None, None, None, "人民币壹仟陆佰肆拾圆整"],
        ["合计金额（大写）", None, "壹仟陆佰肆拾元整", None, "小写：", None, 1640],
        ["人民币（大写）零万壹仟陆佰肆拾零元零角零分"],
        ["共2户，6人，保障4人，金额1640元"],
        ["本次共计2户6人"],
    ],
)
def test_a_right_total_passes_in_whatever_form(total):
    assert not read(HEADER, *ROWS, total).problems


@pytest.mark.parametrize(
    ("total", "cell"),
    [
        (["大写：壹仟陆佰肆拾壹元整"], "A5"),
        (["合计（大写）", None, "壹仟陆佰肆拾元伍角整"], "C5"),
        (["合计", None, None, None, None, None, "人民币贰仟圆整"], "G5"),
        (["大写：贰仟元整　小写：1640元"], "A5"),
        (["共3户，6人，保障4人，金额1640元"], "A5"),
        (["本次公示共3户"], "A5"),
    ],
)
def test_a_wrong_total_is_named_in_whatever_form(total, cell):
    assert cells(read(HEADER, *ROWS, TOTAL, total)) == [cell]


@pytest.mark.parametrize(
    "note",
    ["上月共120户", "注：全街道共有低保120户", "注：本镇合计120户享受低保", "备注：全街道现共120户", "第1页，共9页"],
)
def test_a_note_about_other_households_is_no_total(note):
    assert not read(HEADER, *ROWS, TOTAL, [note]).problems


def test_a_capital_total_in_the_title_is_held_against_the_list():
    assert cells(read(["发放总额：贰仟元整"], HEADER, *ROWS)) == ["A1"]
    assert not read(["发放总额（大写）：壹仟陆佰肆拾元整"], HEADER, *ROWS).problems
    assert not read(["每户不超过壹万元"], HEADER, *ROWS).problems


def test_capital_figures_beside_a_household_are_not_read():
    roster = read(
        [*HEADER, "金额大写"], [*row(1), "捌佰贰拾元整"], [*row(2), "捌佰贰拾元整"], [*TOTAL, "壹仟陆佰肆拾元整"]
    )
    assert not roster.problems


def test_the_total_of_a_column_of_households_is_held_against_the_list():
    header = [*HEADER[:2], "户数", *HEADER[2:]]
    rows = [[*one[:2], 1, *one[2:]] for one in ROWS]
    assert not read(header, *rows, ["合计", None, 2, None, None, 6, 4, 1640]).problems
    roster = read(header, *rows, ["合计", None, 3, None, None, 6, 4, 1640])
    assert cells(roster) == ["C4"]
    assert "3户" in said(roster)
