"""Tables of allocations as offices lay them out: each is read, and the rule that gives its amounts is found."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

from portal.domain.allocation_rules import found_rule
from portal.domain.allocation_sheets import AllocationSheet, read_allocation
from portal.domain.allocation_tables import AllocationTable
from portal.domain.allocation_words import formula_words
from portal.domain.allocations import AdjustmentKind, AllocationForm
from portal.domain.money import MoneyUnit
from portal.domain.sheets import Sheet
from tests.domain.fund_sheets import ALLOCATION_HEADINGS, city, sheet, workbook

PLACES = ("任城区", "兖州区", "高新区")
TITLE = ["2026年第一批困难群众救助补助资金分配表"]
UNIT = ["单位：万元"]
Rows = list[list[object]]


def amounts(*more: list[object], names: Sequence[str] = PLACES, finals: Sequence[float] = (500, 300, 200)) -> Rows:
    """Ten persons' money: five, three and two of them."""
    rows: Rows = [TITLE, UNIT, ["县（市、区）", "分配金额"], *([a, b] for a, b in zip(names, finals, strict=True))]
    return [*rows, ["合计", sum(finals)], *more]


def factors(
    *more: list[object], heads: Sequence[str] = ("救助对象人数（人）", "绩效评价得分"), first: str = "因素"
) -> Rows:
    return [[first, *heads], *more, ["任城区", 5, 5], ["兖州区", 3, 3], ["高新区", 2, 2]]


def read(*sheets: Sheet) -> AllocationSheet:
    return read_allocation(workbook(*sheets), ALLOCATION_HEADINGS, city(), 2026)


def faults(found: AllocationSheet) -> list[str]:
    return [f"{one.sheet}!{one.cell}" for one in found.problems]


def weights(found: AllocationSheet) -> list[float]:
    return [float(one.weight or 0) for one in found.factors]


WEIGHED: dict[str, Callable[[], tuple[Sheet, ...]]] = {
    "fractions": lambda: (sheet("表", amounts()), sheet("因素表", factors(["权重", "3/5", "2/5"]))),
    "words": lambda: (sheet("表", amounts()), sheet("因素表", factors(["权重", "百分之60", "百分之40"]))),
    "below": lambda: (sheet("表", amounts()), sheet("因素表", [*factors(), ["权重", "60%", "40%"]])),
    "in headings": lambda: (
        sheet("表", amounts()),
        sheet("因素表", factors(heads=("救助对象人数（人，权重60%）", "绩效评价得分40%"))),
    ),
    "a table of weights": lambda: (
        sheet("表", amounts()),
        sheet("因素表", factors()),
        sheet("权重", [["因素", "权重"], ["绩效评价得分", "40%"], ["救助对象人数", "60%"], ["合计", "100%"]]),
    ),
    "a sentence below": lambda: (
        sheet("表", amounts()),
        sheet("因素表", [*factors(), ["注：分配额=总额×（救助对象人数占比×60%+绩效评价得分占比×40%）"]]),
    ),
    "a sentence of shares": lambda: (
        sheet("表", amounts(["按因素法分配，其中救助对象人数占60%、绩效评价得分占40%。"])),
        sheet("因素表", factors()),
    ),
    "under another name, beside serials": lambda: (
        sheet("表", amounts()),
        sheet(
            "因素表",
            [
                ["2025年因素"],
                ["序号", "县（市、区）", "救助对象人数（人）", "绩效评价得分"],
                ["所占权重（%）", None, "60%", "40%"],
                [1, "任城区", 5, 5],
                [2, "兖州区", 3, 3],
                [3, "高新区", 2, 2],
            ],
        ),
    ),
    "under a head that nobody has listed": lambda: (
        sheet("表", amounts()),
        sheet("因素表", factors(first="县区＼因素", heads=("救助对象人数（人）60%", "绩效评价得分40%"))),
    ),
    "below the amounts on one sheet": lambda: (sheet("Sheet1", [*amounts(), [], *factors(["占比", "60%", "40%"])]),),
    "a sum of weights and a column of shares": lambda: (
        sheet("表", amounts()),
        sheet(
            "因素表",
            [
                ["县（市、区）", "救助对象人数（人）", "占比", "绩效评价得分", "合计"],
                ["权重", "60%", None, "40%", "100%"],
                ["任城区", 5, 0.5, 5],
                ["兖州区", 3, 0.3, 3],
                ["高新区", 2, 0.2, 2],
            ],
        ),
    ),
    "beside the amounts": lambda: (
        sheet(
            "Sheet1",
            [
                TITLE,
                UNIT,
                ["县（市、区）", "救助对象人数（人）", "绩效评价得分", "分配金额"],
                ["权重", "60%", "40%", None],
                ["任城区", 5, 5, 500],
                ["兖州区", 3, 3, 300],
                ["高新区", 2, 2, 200],
                ["合计", 10, None, 1000],
            ],
        ),
    ),
    "beside the amounts, in two rows of headings": lambda: (
        sheet(
            "Sheet1",
            [
                TITLE,
                UNIT,
                ["县（市、区）", "分配因素", None, "分配金额"],
                [None, "救助对象人数（人）60%", "绩效评价得分40%"],
                ["任城区", 5, 5, 500],
                ["兖州区", 3, 3, 300],
                ["高新区", 2, 2, 200],
            ],
        ),
    ),
}


@pytest.mark.parametrize("name", WEIGHED)
def test_weights_are_found_wherever_a_workbook_states_them(name: str):
    found = read(*WEIGHED[name]())
    assert faults(found) == []
    assert weights(found) == [0.6, 0.4]
    assert [one.name for one in found.factors] == ["救助对象人数", "绩效评价得分"]
    assert found.factors[0].unit == "人"
    assert found_rule(found)[0].unexplained == ()


def test_weights_of_a_third_stay_exact():
    three = (*(["任城区", 5, 5, 5], ["兖州区", 3, 3, 3], ["高新区", 2, 2, 2]),)
    found = read(sheet("表", amounts()), sheet("因素表", [["因素", "甲", "乙", "丙"], ["权重", *["1/3"] * 3], *three]))
    assert {one.weight for one in found.factors} == {Fraction(1, 3)}


@pytest.mark.parametrize(
    ("sheets", "place"),
    [
        (lambda: (factors(["权重", "60%", "40%"], ["权重", "50%", "50%"]),), "因素表!B3"),
        (lambda: (factors(["权重", "60%", "40%"], heads=("救助对象人数（50%）", "绩效评价得分（50%）")),), "因素表!B1"),
        (lambda: (factors(heads=("救助对象人数（60%）", "绩效评价得分")),), "因素表!C1"),
        (lambda: (factors(["权重", "60%", "40%"]), [["因素", "权重"], ["救助对象人数", "50%"], ["绩效评价得分", "50%"]]), "权重!B2"),
        (lambda: (factors(), [["因素", "权重"], ["救助对象人数", "100%"]]), "权重!A1"),
        (lambda: (factors(), [["因素", "权重"], ["救助对象人数", "六成"], ["绩效评价得分", "40%"]]), "权重!B2"),
        (lambda: ([*factors(["权重", "60%", "40%"])[:-1], ["高新区", 0, 2], ["合计", 10, None]],), "因素表!B6"),
        (lambda: ([["因素", "人数"], ["权重", "100%"], ["任城区", 0], ["兖州区", 0], ["高新区", 0]],), "因素表!B1"),
        (lambda: ([*factors(["权重", "60%", "40%"])[:-1], ["高新区", "2." + "0" * 40 + "1", 2]],), "因素表!B5"),
        (lambda: ([["资金总额：1001万元"], *factors(["权重", "60%", "40%"])],), "因素表!A1"),
    ],
)  # fmt: skip
def test_what_factors_and_weights_tell_twice_or_wrongly_is_named(sheets, place: str):
    made = [sheet(name, rows) for name, rows in zip(("因素表", "权重"), sheets(), strict=False)]
    assert place in faults(read(sheet("表", amounts()), *made))


def test_a_second_table_of_factors_has_to_tell_the_same():
    same, other = factors(["权重", "60%", "40%"]), factors(["权重", "60%", "40%"])
    other[3] = ["兖州区", 3, 4]
    assert faults(read(sheet("表", amounts()), sheet("因素表", same), sheet("因素表2", same))) == []
    assert faults(read(sheet("表", amounts()), sheet("因素表", same), sheet("因素表2", other))) == ["因素表2!C4"]


def test_one_number_beside_the_amounts_is_their_factor_only_when_it_gives_them():
    rows = [TITLE, UNIT, ["序号", "县（市、区）", "救助对象人数（人）", "分配金额"]]
    rows += [[1, "任城区", 5, 500], [2, "兖州区", 3, 300], [3, "高新区", 2, 200], ["合计", None, 10, 1000]]
    rule, _ = found_rule(read(sheet("Sheet1", rows)))
    assert (rule.scheme.form, rule.unexplained) == (AllocationForm.PRODUCT, ())
    rows[3:5] = [[1, "任城区", 5, 400], [2, "兖州区", 3, 400]]
    rule, _ = found_rule(read(sheet("Sheet1", rows)))
    assert (rule.scheme.form, rule.scheme.factors, len(rule.unexplained)) == (AllocationForm.STATED, (), 3)


def test_a_sheet_of_numbers_by_division_needs_no_name_to_be_the_factors():
    listed = factors(first="县（市、区）", heads=("救助对象人数（人）",))
    listed = [row[:2] for row in listed]
    rule, _ = found_rule(read(sheet("Sheet1", amounts()), sheet("Sheet2", listed)))
    assert (rule.scheme.form, rule.unexplained) == (AllocationForm.PRODUCT, ())


@pytest.mark.parametrize(
    "sheets",
    [
        [["因素", "权重", *PLACES], ["救助对象人数（人）", "60%", 5, 3, 2], ["绩效评价得分", "40%", 5, 3, 2]],
        [["因素", *PLACES], ["救助对象人数（人）", 5, 3, 2]],
    ],
)
def test_factors_that_do_not_stand_by_division_are_asked_for(sheets: Rows):
    assert "因素表!A1" in faults(read(sheet("表", amounts()), sheet("因素表", sheets)))


def test_units_dates_and_means_of_factors_are_no_divisions():
    more = (
        ["权重", "60%", "40%"],
        ["计量单位", "人", "分"],
        ["数据时点", "2025-12-31", "2025年"],
        ["数据来源", "民政局", "财政局"],
    )
    rows = [*factors(*more, heads=("救助对象人数", "绩效评价得分")), ["平均", 3.3, 3.3], ["合计", 10, 3.33]]
    found = read(sheet("表", amounts()), sheet("因素表", rows))
    assert faults(found) == []
    assert [(one.unit, one.dated) for one in found.factors] == [("人", "2025-12-31"), ("分", "2025年")]


@pytest.mark.parametrize(
    "heads",
    [
        ("全年应分配", "已提前下达", "本次下达"),
        ("2026年应下达资金", "其中：已提前下达", "本次实际下达"),
        ("应补助金额", "鲁财社指〔2025〕88号提前下达", "此次下达金额"),
        ("全年分配额（万元）", "减：提前下达", "本次下达额（万元）"),
        ("分配总额", "提前告知数", "本次下达"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_what_was_issued_in_advance_is_taken_off_whatever_its_column_is_called(heads: tuple[str, ...], sign: int):
    rows = [TITLE, UNIT, ["县（市、区）", *heads]]
    rows += [["任城区", 500, sign * 100, 400], ["兖州区", 300, sign * 50, 250], ["高新区", 200, 0, 200]]
    rows += [["合计", 1000, sign * 150, 850]]
    found = read(sheet("表", rows), sheet("因素表", factors(["权重", "60%", "40%"])))
    assert faults(found) == []
    rule, adjustments = found_rule(found)
    assert sum(found.finals) == 850_000_000
    assert (rule.scheme.pool_fen, rule.unexplained) == (1_000_000_000, ())
    assert [(one.kind, sum(one.amounts)) for one in adjustments] == [(AdjustmentKind.ADVANCE_ALLOCATION, -150_000_000)]
    rows[4][3] = 251
    assert "表!D5" in faults(read(sheet("表", rows)))


def test_a_base_amount_and_a_cap_stand_beside_the_formula():
    rows = [TITLE, UNIT, ["县（市、区）", "基数", "因素分配额", "封顶扣减", "分配金额"]]
    rows += [["任城区", 50, 500, 20, 530], ["兖州区", 50, 300, None, 350], ["高新区", 50, 200, None, 250]]
    found = read(sheet("表", rows), sheet("因素表", factors(["权重", "60%", "40%"])))
    assert faults(found) == []
    assert found_rule(found)[0].unexplained == ()


def test_adjustments_by_hand_bring_their_reasons_with_them():
    rows = [TITLE, UNIT, ["县（市、区）", "测算数", "调整数", "分配数", "调整原因"]]
    rows += [
        ["任城区", 500, 20, 520, "灾情较重，调增"],
        ["兖州区", 300, -20, 280, "结余多"],
        ["高新区", 200, None, 200, None],
    ]
    found = read(sheet("表", rows), sheet("因素表", factors(["权重", "60%", "40%"])))
    assert faults(found) == []
    assert found.reasons == {"370811": "灾情较重，调增", "370812": "结余多"}
    assert ("表!E3", True) in {(f"{one.sheet}!{one.cell}", "公开" in str(one.message)) for one in found.warnings}
    assert found_rule(found)[0].unexplained == ("370811", "370812")
    rows[3][4] = "电话13900001234可核对"
    assert faults(read(sheet("表", rows))) == ["表!E4"]


@pytest.mark.parametrize("name", ["市级预留", "市本级", "机动资金"])
def test_what_the_office_keeps_is_outside_of_the_formula(name: str):
    kept = amounts(names=(*PLACES, name), finals=(500, 300, 200, 50))
    found = read(sheet("表", kept), sheet("因素表", factors(["权重", "60%", "40%"])))
    rule, adjustments = found_rule(found)
    assert (found.names[-1], rule.unexplained, rule.scheme.pool_fen) == (name, (), 1_000_000_000)
    assert [one.kind for one in adjustments] == [AdjustmentKind.RESERVE]


def test_an_office_that_keeps_the_residue_is_found_to_do_so():
    """Two thirds and a third of 100.01: 66.67 and 33.33 cut off, the last hundredth stays."""
    rows = amounts(names=("任城区", "兖州区", "市级预留"), finals=(66.67, 33.33, 0.01))
    rows[-1] = ["合计", 100.01]
    listed = [["因素", "人数"], ["权重", "100%"], ["任城区", 2], ["兖州区", 1]]
    rule, adjustments = found_rule(read(sheet("表", rows), sheet("因素表", listed)))
    assert (rule.unexplained, sum(rule.computed)) == ((), rule.scheme.pool_fen)
    assert adjustments == () or rule.scheme.pool_fen == 100_000_000


@pytest.mark.parametrize(
    "rows",
    [
        [["合计", 1000], ["任城区", 500], ["兖州区", 300], ["高新区", 200]],
        [["市辖区小计", 800], ["任城区", 500], ["兖州区", 300], ["开发区小计", 200], ["高新区", 200], ["总计", 1000]],
        [["任城区", 500], ["兖州区", 300], ["一、市辖区合计", 800], ["高新区", 200], ["济宁市", 1000]],
        [["全市", 1000], ["370811任城区", 500], ["济宁市兖州区民政局", 300], ["高新区（含王因）", 200]],
        [
            ["任城", 500.000000000001],
            ["兖州", 300],
            ["济宁高新技术产业开发区管委会", 200],
            ["济宁市合计", 1000.00000000001],
        ],
        [["任城区", 500], ["兖州区", 300], ["高新区", 200], ["本次共分配1000万元，其中中央资金共700万元。"]],
    ],
)
def test_totals_names_and_remarks_are_told_from_divisions(rows: Rows):
    found = read(sheet("表", [TITLE, UNIT, ["县（市、区）", "分配金额"], *rows]))
    assert faults(found) == []
    assert [one.code for one in found.divisions] == ["370811", "370812", "370871"]
    assert sum(found.finals) == 1_000_000_000


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        (amounts(["本次共分配资金1001万元。"]), "表!A8"),
        ([TITLE, UNIT, ["资金总额（万元）", 1001], *amounts()[2:]], "表!B3"),
        ([TITLE, UNIT, ["县（市、区）", "合计", "分配金额"], ["任城区", 500, 400]], "表!C3"),
        ([*amounts()[:4], ["兖州区"], *amounts()[5:]], "表!B5"),
        ([*amounts()[:4], ["市辖区小计", 501], *amounts()[4:]], "表!B5"),
        ([*amounts(names=("任城区", "兖州区", "济宁高新区民政局"))[:6], ["济宁市", 999]], "表!B7"),
    ],
)  # fmt: skip
def test_sums_that_do_not_fit_are_named_wherever_they_stand(rows: Rows, place: str):
    assert place in faults(read(sheet("表", rows)))


def test_a_division_that_only_one_of_two_tables_has_is_named_in_the_one_that_has_it():
    fewer = amounts(names=PLACES[:2], finals=(500, 300))
    assert faults(read(sheet("表", amounts()), sheet("公开表", fewer))) == ["表!A6"]


HEADS = ("拟分配金额", "下拨资金", "补助经费", "临时救助资金", "拨款金额", "分配数额", "资金分配金额（万元）")
PLACE_HEADS = ("镇街名称", "项目单位", "资金使用单位", "受助单位", "地方")


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("place", PLACE_HEADS)
def test_headings_that_nobody_has_listed_are_understood_by_their_words(head: str, place: str):
    rows = [TITLE, UNIT, ["序号", place, head, "备注"], [1, "任城区", 500], [2, "兖州区", 300], [3, "高新区", 200]]
    found = read(sheet("表", [*rows, ["制表人：", None, "审核人："]]))
    assert faults(found) == []
    assert sum(found.finals) == 1_000_000_000


GROUPED: dict[str, Rows] = {
    "a sum of all with its sources, then each programme with its own": [
        ["县（市、区）", "合计", None, None, "低保", None, None, "特困", None, None],
        ["县（市、区）", "小计", "中央", "省级", "小计", "中央", "省级", "小计", "中央", "省级"],
        ["任城区", 500, 350, 150, 300, 200, 100, 200, 150, 50],
        ["兖州区", 300, 210, 90, 200, 150, 50, 100, 60, 40],
        ["高新区", 200, 140, 60, 100, 70, 30, 100, 70, 30],
    ],
    "programmes with their sources, then the sum of all": [
        ["县（市、区）", "低保", None, None, "特困", None, None, "合计"],
        ["县（市、区）", "小计", "中央", "省级", "小计", "中央", "省级", "合计"],
        ["任城区", 300, 200, 100, 200, 150, 50, 500],
        ["兖州区", 200, 150, 50, 100, 60, 40, 300],
        ["高新区", 100, 70, 30, 100, 70, 30, 200],
    ],
    "sources with their programmes": [
        ["县（市、区）", "总计", "中央资金", None, None, "省级资金", None, None],
        ["县（市、区）", "总计", "小计", "低保", "特困", "小计", "低保", "特困"],
        ["任城区", 500, 350, 200, 150, 150, 100, 50],
        ["兖州区", 300, 210, 150, 60, 90, 50, 40],
        ["高新区", 200, 140, 70, 70, 60, 30, 30],
    ],
    "sources with programmes that nobody added up": [
        ["县（市、区）", "总计", "中央资金", None, "省级资金", None],
        ["县（市、区）", "总计", "低保", "特困", "低保", "特困"],
        ["任城区", 500, 200, 150, 100, 50],
        ["兖州区", 300, 150, 60, 50, 40],
        ["高新区", 200, 70, 70, 30, 30],
    ],
}


@pytest.mark.parametrize("name", GROUPED)
def test_groups_of_programmes_and_sources_are_told_apart_from_the_sum(name: str):
    found = read(sheet("表", [TITLE, UNIT, *GROUPED[name]]))
    assert faults(found) == []
    assert found.finals == (500_000_000, 300_000_000, 200_000_000)
    assert {str(source): sum(parts) for source, parts in found.sources.items()} == {
        "central": 700_000_000,
        "province": 300_000_000,
    }


def test_programmes_that_do_not_make_the_total_of_a_row_are_named():
    rows: Rows = [TITLE, UNIT, ["县（市、区）", "低保资金", "特困资金", "资金合计"]]
    rows += [["任城区", 300, 200, 500], ["兖州区", 200, 100, 300], ["高新区", 100, 101, 200]]
    assert faults(read(sheet("表", rows))) == ["表!D6"]


def test_a_factor_that_ends_with_a_figure_stays_apart_from_its_weight():
    rows = factors(["权重", "60%", "40%"], heads=("因素1", "2025年绩效得分（分）"))
    rule, _ = found_rule(read(sheet("表", amounts()), sheet("因素表", rows)))
    table = AllocationTable("表", 2026, MoneyUnit.YUAN, rule.scheme, PLACES, rule.computed)
    assert "各因素：因素1 60%、2025年绩效得分40%。" in str(formula_words(table)[0])


def test_who_made_a_table_is_no_heading_whatever_office_the_words_name():
    made = ["制表单位：济宁市财政局  济宁市民政局", None, "单位：万元"]
    found = read(sheet("表", [TITLE, ["济财社指〔2026〕15号"], made, *amounts()[2:]]))
    assert faults(found) == []
    assert (sum(found.finals), found.sources) == (1_000_000_000, {})


@pytest.mark.parametrize("heads", [("2025年分配额", "2026年分配额", "增减"), ("上年分配额", "本年分配额", "同比增减")])
def test_what_was_given_in_another_year_stands_beside_and_is_not_read(heads: tuple[str, ...]):
    rows = [
        TITLE,
        UNIT,
        ["县（市、区）", *heads],
        ["任城区", 400, 500, 100],
        ["兖州区", 300, 300, 0],
        ["高新区", 100, 200, 100],
    ]
    found = read(sheet("表", rows))
    assert faults(found) == []
    assert sum(found.finals) == 1_000_000_000


def test_two_columns_of_money_without_a_sum_are_asked_about():
    rows = [TITLE, UNIT, ["县（市、区）", "低保资金", "特困资金"], ["任城区", 300, 200], ["兖州区", 200, 100]]
    assert "表!C3" in faults(read(sheet("表", rows)))


@pytest.mark.parametrize(
    "rows",
    [
        [TITLE, UNIT, ["县（市、区）", *["中央资金"] * 101], ["任城区", *[1] * 101]],
        [*amounts(), *([f"某某区{number}", 5] for number in range(2000))],
    ],
)
def test_a_sheet_of_a_size_that_no_allocation_has_is_refused_as_a_whole(rows: Rows):
    assert faults(read(sheet("表", rows))) == ["表!A1"]
