from copy import deepcopy

import pytest

from portal.config import ROOT
from portal.domain.allocation_sheets import AllocationSheet, read_allocation
from portal.domain.allocations import AdjustmentKind, ResidueRule, reproduce
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Level
from portal.domain.funds import FundSource
from portal.importing.workbooks import read_workbook
from tests.domain.fund_sheets import ALLOCATION_HEADINGS, city, elsewhere, sheet, workbook

SAMPLES = ROOT / "tests" / "samples"

AMOUNTS = [
    ["2026年第一批困难群众救助补助资金分配表", None, None, None],
    ["单位：万元"],
    ["县（市、区）", "合计", "其中：中央资金", "其中：省级资金"],
    ["任城区", 500, 350, 150],
    ["兖州区", 300, 210, 90],
    ["高新区", 200, 140, 60],
    ["合计", 1000, None, None],
]
FACTORS = [
    ["因素", "救助对象人数（人）", "绩效评价得分"],
    ["权重", "60%", "40%"],
    ["任城区", 5, 5],
    ["兖州区", 3, 3],
    ["高新区", 2, 2],
]


def read(amounts=AMOUNTS, factors=FACTORS, *more, names: DivisionNames | None = None, year: int = 2026):
    sheets = [sheet("分配表", amounts)] + ([sheet("因素表", factors)] if factors else [])
    return read_allocation(workbook(*sheets, *more), ALLOCATION_HEADINGS, names or city(), year)


def changed(rows, **cells):
    """The rows with some cells changed: B4=… ."""
    made = deepcopy(rows)
    for place, value in cells.items():
        row, column = made[int(place[1:]) - 1], ord(place[0]) - ord("A")
        row.extend([None] * (column + 1 - len(row)))
        row[column] = value
    return made


def faults(read_sheet: AllocationSheet) -> dict[str, str]:
    return {f"{one.sheet}!{one.cell}": str(one.message) for one in read_sheet.problems}


def sample(name: str) -> AllocationSheet:
    content = (SAMPLES / name).read_bytes()
    return read_allocation(read_workbook(content, name), ALLOCATION_HEADINGS, city(), 2026)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("资金分配_2026年第一批.xlsx", ResidueRule.LARGEST_REMAINDER),
        ("资金分配_2026年第二批.xlsx", ResidueRule.LARGEST),
    ],
)
def test_the_rule_of_each_sample_is_found(name: str, rule: ResidueRule):
    found = sample(name)
    assert found.problems == ()
    assert (len(found.divisions), found.unit_fen) == (12, 10_000)
    codes = [one.code for one in found.divisions]
    reproduced = reproduce(found.finals, found.adjustments, codes, found.factors, found.unit_fen)
    assert reproduced.unexplained == ()
    assert reproduced.scheme.residue is rule
    assert sum(reproduced.computed) == sum(found.finals)


def test_a_sample_that_does_not_add_up_is_refused_at_its_total():
    assert faults(sample("资金分配_2026年第一批_合计不符.xlsx")) == {
        "分配表!B16": "合计写的是86,420,000.00元，各行之和是86,920,000.00元，相差-500,000.00元"
    }


def test_a_table_is_read_with_its_sources_and_factors():
    found = read()
    assert found.title == "2026年第一批困难群众救助补助资金分配表"
    assert [one.code for one in found.divisions] == ["370811", "370812", "370871"]
    assert found.finals == (500_000_000, 300_000_000, 200_000_000)
    assert found.sources[FundSource.PROVINCE] == (150_000_000, 90_000_000, 60_000_000)
    assert [(one.name, one.unit) for one in found.factors] == [("救助对象人数", "人"), ("绩效评价得分", "")]
    assert "济宁高新技术产业开发区" not in {one.name for one in found.left_out}
    assert "微山县" in {one.name for one in found.left_out}


@pytest.mark.parametrize(
    ("amounts", "factors", "place"),
    [
        ({"B5": "约三百"}, {}, "分配表!B5"),
        ({"B4": "约五百", "C4": "三百五", "D4": "一百五"}, {}, "分配表!B4"),
        ({"B5": "300万元"}, {}, "分配表!B5"),
        ({"B5": None}, {}, "分配表!B5"),
        ({"B5": 300.01}, {}, "分配表!B5"),
        ({"B5": -300}, {}, "分配表!B5"),
        ({"B5": 300.0000001}, {}, "分配表!B5"),
        ({"B7": 1000.01}, {}, "分配表!B7"),
        ({"A5": "某某区"}, {}, "分配表!A5"),
        ({"A5": None}, {}, "分配表!A5"),
        ({"A5": "任城区"}, {}, "分配表!A5"),
        ({"A2": "单位：元"}, {}, "分配表!A2"),
        ({"A2": "单位：亿元"}, {}, "分配表!A2"),
        ({"A2": None}, {}, "分配表!B3"),
        ({"B3": "合计（元）"}, {}, "分配表!B3"),
        ({"A1": "2025年第一批困难群众救助补助资金分配表"}, {}, "分配表!A1"),
        ({"A1": "2026年第一批救助补助资金分配表（共1200万元）"}, {}, "分配表!A1"),
        ({}, {"A4": "微山县"}, "因素表!A4"),
        ({}, {"B4": "三"}, "因素表!B4"),
        ({}, {"B4": None}, "因素表!B4"),
        ({}, {"B4": -3}, "因素表!B4"),
        ({}, {"B2": "50%"}, "因素表!B2"),
        ({}, {"B2": "六成"}, "因素表!B2"),
        ({}, {"A4": "任城区"}, "因素表!A4"),
    ],
)
def test_each_fault_is_told_with_its_cell(amounts, factors, place: str):
    found = read(changed(AMOUNTS, **amounts), changed(FACTORS, **factors))
    assert place in faults(found)
    assert found.finals == ()


def test_yuan_under_a_heading_of_ten_thousand_yuan_is_named():
    real = [[cell * 10_000 if isinstance(cell, int) else cell for cell in row] for row in AMOUNTS]
    told = faults(read(real))
    assert set(told) == {"分配表!A2"}
    assert "以元为单位" in told["分配表!A2"]


def test_a_division_in_one_sheet_only_is_named_in_the_other():
    fewer = [row for row in FACTORS if row[0] != "兖州区"]
    assert set(faults(read(AMOUNTS, fewer))) == {"分配表!A5"}
    without = [row for row in changed(AMOUNTS, B7=700) if row[0] != "兖州区"]
    assert set(faults(read(without))) == {"因素表!A4"}


def test_two_sheets_of_amounts_that_disagree_are_named():
    other = sheet("公开表", changed(AMOUNTS, B4=501, C4=351, B7=1001))
    assert faults(read(AMOUNTS, FACTORS, other)) == {"公开表!B4": "与《分配表》里同一区划的金额不一致"}


@pytest.mark.parametrize(("first", "second"), [("60%", "40％"), (0.6, 0.4), (60, 40)])
def test_weights_may_be_percentages_shares_or_numbers_out_of_a_hundred(first, second):
    found = read(AMOUNTS, changed(FACTORS, B2=first, C2=second))
    assert [float(one.weight or 0) for one in found.factors] == [0.6, 0.4]


def test_adjustments_stand_between_the_computed_and_the_final_amount():
    rows = [
        ["2026年第二批补助资金分配表"],
        ["单位：万元"],
        ["县（市、区）", "因素法测算数", "保底调增", "减：提前下达", "本次下达"],
        ["任城区", 500, None, 100, 400],
        ["兖州区", 300, 10, 50, 260],
        ["高新区", 200, None, None, 200],
        ["合计", 1000, 10, 150, 860],
    ]
    found = read(rows)
    assert found.problems == ()
    assert found.finals == (400_000_000, 260_000_000, 200_000_000)
    assert {one.kind: sum(one.amounts) for one in found.adjustments} == {
        AdjustmentKind.FLOOR_AMOUNT: 10_000_000,
        AdjustmentKind.ADVANCE_ALLOCATION: -150_000_000,
    }
    codes = [one.code for one in found.divisions]
    assert reproduce(found.finals, found.adjustments, codes, found.factors, found.unit_fen).unexplained == ()
    assert "分配表!E5" in faults(read(changed(rows, E5=261, E7=861)))


def test_a_header_of_two_rows_and_subtotals_are_read():
    rows = [
        ["2026年第一批补助资金分配表"],
        ["单位：万元"],
        ["地区", "补助资金", None, None],
        [None, "合计", "中央", "省级"],
        ["任城区", 500, 350, 150],
        ["兖州区", 300, 210, 90],
        ["小计", 800, 560, 240],
        ["济宁高新区", 200, 140, 60],
        ["总计", 1000, 700, 300],
        ["注：按因素法分配。"],
    ]
    found = read(rows)
    assert faults(found) == {}
    assert sum(found.finals) == 1_000_000_000
    assert set(faults(read(changed(rows, B7=801, C7=561)))) == {"分配表!B7", "分配表!C7"}


def test_a_hidden_row_with_money_is_named():
    hidden = sheet("分配表", AMOUNTS)
    hidden = type(hidden)(hidden.name, hidden.rows, hidden_rows=frozenset({5}))
    found = read_allocation(workbook(hidden, sheet("因素表", FACTORS)), ALLOCATION_HEADINGS, city(), 2026)
    assert "分配表!A5" in faults(found)


@pytest.mark.parametrize(
    ("name", "year", "names", "total", "unit"),
    [
        (
            "临时救助资金分配_外市镇街.csv",
            2021,
            elsewhere("长寿区", "凤城街道", "晏家街道", "江南街道", "但渡镇", "邻封镇"),
            190_000_000,
            100,
        ),
        (
            "自然灾害生活补助分配_外市区县.csv",
            2017,
            elsewhere("益阳市", "资阳区", "赫山区", "大通湖区", level=Level.COUNTY),
            400_000_000,
            1_000_000,
        ),
    ],
)
def test_real_tables_of_other_places_come_out_at_their_sums(name: str, year: int, names, total: int, unit: int):
    content = (SAMPLES / name).read_bytes()
    found = read_allocation(read_workbook(content, name), ALLOCATION_HEADINGS, names, year)
    assert faults(found) == {}
    assert sum(found.finals) == total
    assert found.unit_fen == unit
    assert found.left_out == ()


def test_a_workbook_without_a_table_says_what_is_missing():
    found = read_allocation(workbook(sheet("说明", [["本次没有分配"]])), ALLOCATION_HEADINGS, city(), 2026)
    assert faults(found) == {"说明!A1": "没有找到分配表：表头要有区划和金额两列"}
