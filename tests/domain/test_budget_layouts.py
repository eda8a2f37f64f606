"""Whatever is told down the rows of one office's table heads the columns of another's: every layout tells the same money."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.budgets import BudgetPhase, total_of
from portal.domain.errors import InvalidError
from portal.domain.funds import FundSource
from portal.domain.programs import Program
from tests.domain.fund_sheets import city, elsewhere, sheet
from tests.domain.test_budget_sheets import RULES, BudgetSaid, faults, read, read_budget, table, workbook

Rows = list[list[object]]
Money = Mapping[tuple[str, str], tuple[int, int]]
"""Central and provincial fen by place and code."""

HEAD: Rows = [["济宁市2026年社会救助资金预算表"], ["单位：万元"]]
NAMES = {
    "2081901": "城市最低生活保障金支出",
    "2081902": "农村低保",
    "2082001": "临时救助资金",
    "2082101": "城市特困",
    "2082102": "2082102农村特困人员救助供养支出",
}
PLACES = ("任城区", "高新区", "邹城市")


def amounts(found) -> dict[tuple[str, str], tuple[int, ...]]:
    names = {"济宁高新技术产业开发区": "高新区"}
    return {
        (names.get(line.place, line.place), line.code): (line.total_fen, *line.sources) for line in table(found).lines
    }


def wan(fen: int) -> str:
    """Fen as an exact number of 万元, as a text with separators."""
    return f"{fen // 1_000_000:,}.{fen % 1_000_000:06d}"


def summed(money: Money, *, place: str = "", code: str = "", source: int | None = None) -> int:
    return sum(
        both[0] + both[1] if source is None else both[source]
        for (one, item), both in money.items()
        if place in {"", one} and code in {"", item}
    )


def long(money: Money) -> Rows:
    body = [[place, code, wan(sum(both)), *map(wan, both)] for (place, code), both in money.items()]
    sums = [wan(summed(money)), wan(summed(money, source=0)), wan(summed(money, source=1))]
    return [
        ["县（市、区）", "科目编码", "合计", "中央", "省级"],
        ["栏次", None, "1=2+3", 2, 3],
        *body,
        ["合计", None, *sums],
    ]


def items_across(money: Money) -> Rows:
    codes = sorted({code for _place, code in money})
    heads: Rows = [["地区", "总计"], [None, None]]
    for code in codes:
        heads[0] += [NAMES[code], None, None]
        heads[1] += ["小计", "中央", "省级"]

    def row(name: str, place: str) -> list[object]:
        cells: list[object] = [name, wan(summed(money, place=place))]
        for code in codes:
            told = not place or (place, code) in money
            cells += [wan(summed(money, place=place, code=code, source=one)) if told else "—" for one in (None, 0, 1)]
        return cells

    places = list(dict.fromkeys(place for place, _code in money))
    return [*heads, row("全市合计", ""), *(row(place, place) for place in places), ["注：数据来源为财政部门"]]


def places_across(money: Money) -> Rows:
    places = list(dict.fromkeys(place for place, _code in money))
    codes = sorted({code for _place, code in money})
    heads = ["项目", "合计", *places]
    rows: Rows = [
        [
            f"（一）{NAMES[code]}",
            wan(summed(money, code=code)),
            *(wan(summed(money, place=place, code=code)) if (place, code) in money else None for place in places),
        ]
        for code in codes
    ]
    return [heads, *rows, ["支出合计", wan(summed(money)), *(wan(summed(money, place=place)) for place in places)]]


def sources_down(money: Money) -> Rows:
    body = [
        [place, NAMES[code], name, wan(both[source])]
        for (place, code), both in money.items()
        for source, name in enumerate(("中央资金", "省"))
    ]
    return [["县区", "科目", "资金来源", "预算数"], *body, ["合计", None, None, wan(summed(money))]]


def codes_in_parts(money: Money) -> Rows:
    body = [[place, code[:3], code[3:5], code[5:], wan(sum(both))] for (place, code), both in money.items()]
    heads: Rows = [["县区", "科目编码", None, None, "预算数"], [None, "类", "款", "项"]]
    return [*heads, *body, ["总计", None, None, None, wan(summed(money))]]


def with_subtotals(money: Money) -> Rows:
    rows: Rows = []
    for place in dict.fromkeys(place for place, _code in money):
        rows += [
            [place, f"{code}　{NAMES[code].lstrip('0123456789')}", wan(sum(both))]
            for (one, code), both in money.items()
            if one == place
        ]
        rows.append([f"{place}小计", None, wan(summed(money, place=place))])
    return [["单位名称", "功能分类科目", "金额"], *rows, ["总计", None, wan(summed(money))]]


LAYOUTS = (long, items_across, places_across, sources_down, codes_in_parts, with_subtotals)
WITH_SOURCES = {long, items_across, sources_down}

fen = st.integers(min_value=20_000_000, max_value=9_000_000_000)
money = st.dictionaries(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(sorted(NAMES))), st.tuples(fen, fen), min_size=3, max_size=8
).filter(lambda told: len({place for place, _code in told}) > 1)


@given(money, st.sampled_from(LAYOUTS))
def test_every_layout_tells_the_same_money_to_the_fen(told: Money, layout: Callable[[Money], Rows]):
    found = read([*HEAD, *layout(told)])
    with_sources = layout in WITH_SOURCES
    assert amounts(found) == {key: (sum(both), *(both if with_sources else ())) for key, both in told.items()}
    assert total_of(table(found).lines) == summed(told)


@given(money, st.sampled_from(LAYOUTS), st.data())
def test_a_sum_off_by_a_fen_is_told_with_its_cell_in_every_layout(
    told: Money, layout: Callable[[Money], Rows], data: st.DataObject
):
    rows = [*HEAD, *layout(told)]
    totals = [
        number
        for number, row in enumerate(rows)
        if number > 2 and any(isinstance(cell, str) and cell.endswith(("合计", "总计", "小计")) for cell in row[:1])
    ]
    number = data.draw(st.sampled_from(totals))
    column = data.draw(st.sampled_from([place for place, cell in enumerate(rows[number]) if place and cell]))
    changed = [list(row) for row in rows]
    exact = int(str(changed[number][column]).replace(",", "").replace(".", "")) + 1
    changed[number][column] = wan(exact)
    problems = faults(read(changed))
    assert problems
    assert {int("".join(filter(str.isdigit, cell))) for cell in problems} <= {number + 1}


ITEMS = [
    *HEAD,
    ["县（市、区）", "总计", "最低生活保障", None, None, "特困供养"],
    [None, None, "小计", "城市", "农村", None],
    ["任城区", 160, 100, 60, 40, 60],
    ["市本级", 30, 30, 10, 20, "-"],
    ["合计", 190, 130, 70, 60, 60],
]


def changed(rows: Rows, **cells: object) -> Rows:
    made = [[*row, *([None] * (9 - len(row)))] for row in rows]
    for place, value in cells.items():
        made[int(place[1:]) - 1][ord(place[0]) - ord("A")] = value
    return made


def test_a_heading_below_another_is_read_with_it():
    assert amounts(read(ITEMS)) == {
        ("任城区", "2081901"): (60_000_000,),
        ("任城区", "2081902"): (40_000_000,),
        ("任城区", "20821"): (60_000_000,),
        ("济宁市", "2081901"): (10_000_000,),
        ("济宁市", "2081902"): (20_000_000,),
    }


@pytest.mark.parametrize(
    ("cells", "place", "words"),
    [
        ({"C5": 100.000001, "C7": 130.000001}, "C5", "相差0.01元"),
        ({"B5": 160.000001, "B7": 190.000001}, "B5", "这一行各列之和"),
        ({"D7": 70.000001, "B7": 190.000001}, "B7", "相差0.01元"),
        ({"F5": "六十"}, "F5", "数字"),
        ({"F3": "救灾物资"}, "F3", "看不出这一列"),
        ({"D4": "乡镇"}, "D4", "看不出这一列"),
        ({"F3": "农村低保"}, "F3", "同一项金额"),
    ],
)
def test_a_fault_of_a_table_with_items_across_is_named(cells, place, words):
    assert words in faults(read(changed(ITEMS, **cells)))[f"预算表!{place}"]


def test_a_division_across_that_nobody_knows_is_named():
    rows = [*HEAD, ["科目", "合计", "任城区", "邹城市", "历下区"], ["临时救助", 600, 100, 200, 300]]
    assert "看不出这一列" in faults(read(rows))["预算表!E3"]


@pytest.mark.parametrize(
    ("heading", "words"),
    [("中央和省级资金", "几个来源"), ("市县级配套", "几个来源"), ("其他资金", "看不出这一列"), ("中央", "同一项金额")],
)
def test_a_column_of_money_that_cannot_be_placed_is_never_passed_over(heading, words):
    rows = [*HEAD, ["县区", "科目编码", "中央", heading], ["任城区", "2082001", 50, 60]]
    assert words in faults(read(rows))["预算表!D3"]


def test_a_column_beside_sums_that_is_no_source_is_passed_over():
    rows = [*HEAD, ["科目编码", "科目名称", "合计", "基本支出", "项目支出"], ["2082001", "临时救助", 500, None, 500]]
    assert amounts(read(rows)) == {("济宁市", "2082001"): (500_000_000,)}


@pytest.mark.parametrize("heading", ["县（市）级", "县（市、区）财政", "县区财政资金", "区县配套", "县（市、区）"])
def test_money_of_the_county_has_many_names(heading):
    rows = [*HEAD, ["县（市、区）", "科目编码", "市", heading], ["任城区", "2082001", 50, 60]]
    assert table(read(rows)).sources == (FundSource.CITY, FundSource.COUNTY)


def test_hidden_money_is_refused_and_hidden_notes_are_not():
    rows = [*HEAD, ["县区", "科目编码", "中央", "县级", "备注"], ["任城区", "2082001", 50, 60, "无"]]
    assert "这一列被隐藏" in faults(hidden(rows, 3))["预算表!D3"]
    assert table(hidden(rows, 4)).lines


def hidden(rows: Rows, column: int):
    only = replace(sheet("预算表", rows), hidden_columns=frozenset({column}))
    return read_budget(workbook(only), RULES, city(), BudgetSaid(2026))


ADJUSTED = [
    ["2026年社会救助资金预算调整表（2026年6月20日市人大常委会批准）"], ["单位：万元"],
    ["县区", "科目编码", "年初预算数", "预算调整数", "调整后预算数"],
    ["任城区", "2082001", 500, -50, 450], ["高新区", "2082001", 100, 80, 180], ["合计", None, 600, 30, 630],
]  # fmt: skip


def test_an_adjustment_may_take_away_and_is_held_against_both_phases():
    assert amounts(read(ADJUSTED)) == {("任城区", "2082001"): (450_000_000,), ("高新区", "2082001"): (180_000_000,)}
    first = BudgetSaid(2026, BudgetPhase.APPROVED)
    assert amounts(read(ADJUSTED, said=first))["任城区", "2082001"] == (500_000_000,)
    wrong = changed(ADJUSTED, E4=550, E6=730)
    assert "相差1,000,000.00元" in faults(read(wrong))["预算表!E4"]


def test_what_was_added_and_taken_away_may_stand_in_two_columns():
    rows = changed(
        ADJUSTED, D3="调增", E3="调减", F3="调整后预算", D4=None, E4=50, F4=450, E5=None, F5=180, D6=80, E6=50, F6=630
    )
    assert amounts(read(rows))["任城区", "2082001"] == (450_000_000,)


def test_another_year_in_a_heading_is_not_this_years_money():
    rows = [
        *HEAD,
        ["县区", "科目编码", "2025年决算数", "2026年预算数", "增减%"],
        ["任城区", "2082001", 90, 120, "33.3%"],
    ]
    assert amounts(read(rows)) == {("任城区", "2082001"): (120_000_000,)}


def test_a_title_of_two_years_is_asked_about():
    rows = [
        ["2025年社会救助资金预算执行情况和2026年预算草案"],
        *ADJUSTED[1:2],
        ["科目编码", "预算数"],
        ["2082001", 500],
    ]
    with pytest.raises(InvalidError, match="两个年份"):
        read(rows)
    assert table(read(rows, said=BudgetSaid(2026, BudgetPhase.PROPOSAL))).year == 2026


@pytest.mark.parametrize(
    "cell",
    [
        "2081901城市低保",
        "2081901-城市低保",
        "[2081901]城市低保",
        "城市低保（2081901）",
        "　　城市低保",
        "其中：城市低保",
        "1.城市低保金",
    ],
)
@pytest.mark.parametrize("heading", ["功能分类科目", "项目"])
def test_code_and_name_may_stand_in_one_cell(heading, cell):
    rows = [*HEAD, ["县区", heading, "预算数"], ["1、任城区", cell, 500]]
    assert amounts(read(rows)) == {("任城区", "2081901"): (500_000_000,)}


def test_a_division_alone_in_its_row_is_a_subtotal_only_where_the_sum_is_right():
    rows = [
        *HEAD, ["县区", "科目编码", "预算数"],
        ["任城区", None, 150], ["任城区", "2081901", 100], ["任城区", "2082001", 50], ["合计", None, 150],
    ]  # fmt: skip
    assert len(table(read(rows)).lines) == 2
    assert "没有写科目" in faults(read(changed(rows, C4=151)))["预算表!B4"]


def test_lines_under_the_table_are_no_divisions():
    rows = [
        *HEAD, ["县区", "科目编码", "预算数", "备注"], ["任城区", "2082001", 500, "含结转"],
        ["填表人：某某", None, "审核：某某", "2026年3月5日"], ["单位（盖章）", None, "日期：2026-3-5"],
    ]  # fmt: skip
    assert len(table(read(rows)).lines) == 1


def test_the_title_tells_the_one_programme_of_a_table_without_items():
    rows = [["某县2026年临时救助资金预算表"], ["单位：元"], ["乡镇", "预算数"], ["甲镇", 50_000]]
    found = table(read(rows, names=elsewhere("某县", "甲镇")))
    assert (found.program, found.lines[0].code) == (Program.TEMPORARY_ASSISTANCE, "20820")


def test_what_pays_for_offices_is_work_by_its_code_too():
    rows = [
        *HEAD,
        ["科目编码", "科目名称", "预算数"],
        ["2080201", "行政运行", 90],
        ["2081107", "残疾人生活和护理补贴", 80],
    ]
    found = table(read(rows))
    assert ([line.code for line in found.work], [line.code for line in found.relief]) == (["2080201"], ["2081107"])


def test_sheets_of_counties_and_of_other_phases_contradict_nothing_unless_they_do():
    main = [*HEAD, ["县区", "科目编码", "预算数"], ["任城区", "2082001", 100], ["高新区", "2082001", 200]]
    county = [["任城区2026年预算表"], ["单位：元"], ["科目编码", "预算数"], ["2082001", 1_000_000]]
    settled = [["2026年社会救助资金决算表"], ["单位：万元"], ["县区", "科目编码", "决算数"], ["任城区", "2082001", 90]]
    others = (sheet("任城", county), sheet("决算", settled), sheet("封面", [["2026年预算"]]), sheet("Sheet3", []))
    said = BudgetSaid(2026, BudgetPhase.PROPOSAL)
    assert len(table(read(main, *others, said=said)).lines) == 2
    wrong = sheet("任城", [*county[:3], ["2082001", 1_000_000.01]])
    assert "相差0.01元" in faults(read(main, wrong, said=said))["任城!B4"]


def test_a_faulty_cell_is_told_alone():
    rows = [*HEAD, ["县区", "科目编码", "合计", "中央", "省级"], ["任城区", "2082001", 500, "三百", 200]]
    assert list(faults(read(rows))) == ["预算表!D4"]


def test_columns_of_persons_stand_between_the_amounts():
    rows = [
        *HEAD, ["县区", "低保", None, "临时救助", None, "合计"], [None, "人数", "金额", "人次", "金额", None],
        ["任城区", 1000, 60, 50, 40, 100], ["合计", 1000, 60, 50, 40, 100],
    ]  # fmt: skip
    assert amounts(read(rows)) == {("任城区", "20819"): (60_000_000,), ("任城区", "20820"): (40_000_000,)}


def test_sources_may_stand_above_the_items():
    rows = [
        *HEAD, ["县区", "合计", "中央资金", None, None, "省级资金"], [None, None, "小计", "低保", "特困", "低保"],
        ["任城区", 100, 70, 40, 30, 30], ["合计", 100, 70, 40, 30, 30],
    ]  # fmt: skip
    assert amounts(read(rows)) == {
        ("任城区", "20819"): (70_000_000, 40_000_000, 30_000_000),
        ("任城区", "20821"): (30_000_000, 30_000_000, 0),
    }


PHASES = [
    ["2026年社会救助资金预算表"], ["单位：万元"],
    ["县区", "科目编码", "年初预算数", None, "决算数"], [None, None, "中央", "省级", "中央", "省级"],
    ["任城区", "2082001", 300, 200, 340, 210],
]  # fmt: skip


def test_each_phase_may_tell_its_sources():
    for phase, told in ((BudgetPhase.APPROVED, (300, 200)), (BudgetPhase.FINAL_ACCOUNTS, (340, 210))):
        found = read(PHASES, said=BudgetSaid(2026, phase, approved_on=date(2026, 11, 1)))
        assert amounts(found) == {("任城区", "2082001"): (sum(told) * 1_000_000, *(one * 1_000_000 for one in told))}


def test_a_phase_that_the_table_does_not_tell_is_no_other_one():
    with pytest.raises(InvalidError, match="阶段"):
        read(PHASES)
    rows = [*HEAD, ["科目编码", "决算数"], ["2082001", 500]]
    asked = BudgetSaid(2026, BudgetPhase.APPROVED, approved_on=date(2026, 1, 20))
    assert "没有这个阶段的金额" in faults(read(rows, said=asked))["预算表!A3"]
    told = read(
        [*HEAD, ["科目编码", "年初预算数"], ["2082001", 500]], said=BudgetSaid(2026, approved_on=date(2026, 1, 20))
    )
    assert table(told).phase is BudgetPhase.APPROVED


def test_names_may_have_brackets_and_counties_a_row_above_them():
    rows = [
        *HEAD, ["地区", "科目名称", "预算数"], ["一、市本级", "城市低保（含补贴）", 10],
        ["二、县（市、区）", None, 30], ["任城区（含新区）", "农村低保资金", 30], ["合计", None, 40],
    ]  # fmt: skip
    assert amounts(read(rows)) == {("济宁市", "2081901"): (10_000_000,), ("任城区", "2081902"): (30_000_000,)}


def test_a_copy_of_the_sheet_that_tells_other_sources_contradicts_it():
    rows = [*HEAD, ["县区", "科目编码", "合计", "中央", "省级"], ["任城区", "2082001", 500, 300, 200]]
    told = faults(read(rows, sheet("副本", changed(rows, D4=299.999999, E4=200.000001))))
    assert set(told) == {"副本!D4", "副本!E4"}


def test_a_column_that_is_refused_leaves_no_sum_to_be_judged():
    rows = [*HEAD, ["县区", "科目编码", "合计", "中央", "中央和省级"], ["任城区", "2082001", 500, 300, 200]]
    assert list(faults(read(rows))) == ["预算表!E3"]


@pytest.mark.parametrize(("stored", "shown"), [("1", "100%"), ("0.955", "95.5%"), ("0", "0%")])
def test_a_target_is_told_as_its_spreadsheet_shows_it(stored: str, shown: str):
    targets = sheet("绩效目标", [["绩效指标", "指标值"], ["应保尽保率", float(stored)]])
    row = targets.rows[1]
    cells = (row.cells[0], replace(row.cells[1], text=stored, is_share=True))
    told = replace(targets, rows=(targets.rows[0], replace(row, cells=cells)))
    found = read([*HEAD, ["科目编码", "预算数"], ["2082001", 500]], told)
    assert table(found).targets[0].target == shown


@pytest.mark.parametrize("place", ["C4", "D4", "C6"])
def test_a_word_among_adjustments_is_told_at_its_cell(place: str):
    assert list(faults(read(changed(ADJUSTED, **{place: "待定"})))) == [f"预算表!{place}"]


def test_sums_of_a_phase_that_is_not_asked_for_hold_too():
    rows = [
        ["2026年社会救助资金决算表"], ["单位：万元"],
        ["县区", "科目编码", "年初预算数", "决算数", "完成预算%"],
        ["任城区", "2082001", None, 540, "—"], ["高新区", "2082001", 500, 510, "102%"], ["合计", None, 500, 1050, "210%"],
    ]  # fmt: skip
    said = BudgetSaid(2026, approved_on=date(2026, 11, 1))
    assert amounts(read(rows, said=said)) == {
        ("任城区", "2082001"): (540_000_000,),
        ("高新区", "2082001"): (510_000_000,),
    }
    assert "相差0.01元" in faults(read(changed(rows, C6=500.000001), said=said))["预算表!C6"]
    assert "数字" in faults(read(changed(rows, C5="五百"), said=said))["预算表!C5"]


def test_the_change_against_last_year_is_no_adjusted_budget():
    heads = ["县区", "科目编码", "上年决算数", "本年预算数", "增减额", "增减%"]
    rows = [*HEAD, heads, ["任城区", "2082001", 600, 500, -100, "-16.7%"]]
    assert amounts(read(rows)) == {("任城区", "2082001"): (500_000_000,)}


def test_a_code_of_work_is_not_cut_either():
    rows = [*HEAD, ["科目编码", "科目名称", "预算数"], ["208029", "社会救助工作经费", 90]]
    assert "7位" in faults(read(rows))["预算表!A4"]


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ([["附件2：济宁市2026年预算表（单位：万元）"]], "济宁市2026年预算表"),
        ([["附件1"], ["济宁市财政局济宁市民政局"], ["2026年救助资金预算"], ["单位：万元"]], "2026年救助资金预算"),
        ([["编制单位：济宁市财政局"], ["2026年3月5日"], ["社会救助资金预算表"], ["单位：万元"]], "社会救助资金预算表"),
        ([["单位：万元"]], "济宁市2026年社会救助资金预算草案"),
    ],
)
def test_a_budget_is_called_as_its_table_calls_itself(above: Rows, title: str):
    only = sheet("Sheet1", [*above, ["科目编码", "预算数"], ["2082001", 500]])
    found = read_budget(workbook(only), RULES, city(), BudgetSaid(2026, BudgetPhase.PROPOSAL))
    assert table(found).title == title


def test_a_table_of_nearly_all_divisions_tells_which_it_leaves_out():
    counties = [one.display_name for one in city().below if not one.virtual]
    rows = [*HEAD, ["县区", "科目编码", "预算数"], *([name, "2082001", 500] for name in counties)]
    assert not any("漏" in str(one.message) for one in read(rows).warnings)
    told = [str(one.message) for one in read([row for row in rows if row[0] != "邹城市"]).warnings]
    assert any("没有邹城市" in one for one in told)
