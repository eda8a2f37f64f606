from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.config import ROOT
from portal.domain.budget_sheets import BudgetRules, BudgetSaid, BudgetSheet, read_budget
from portal.domain.budgets import BudgetPhase, BudgetTable, draft_of, read_draft, sources_of, total_of
from portal.domain.errors import InvalidError
from portal.domain.funds import FundSource, FundUse
from portal.domain.programs import Program
from portal.importing.workbooks import read_workbook
from tests.domain.fund_sheets import CODES, HEADINGS, city, elsewhere, sheet, workbook

SAMPLE = ROOT / "tests" / "samples" / "预算_2026年.xlsx"
RULES = BudgetRules(HEADINGS, CODES)

LONG = [
    ["2026年社会救助资金预算表"],
    ["单位：万元"],
    ["县（市、区）", "功能分类科目", "科目名称", "合计", "中央", "省级"],
    ["任城区", "2081901", "城市最低生活保障金支出", 500, 350.5, 149.5],
    ["任城区", "2082001", "临时救助支出", 200, 140, 60],
    ["高新区", "2081902", "农村最低生活保障金支出", 300, 210, 90],
    ["合计", None, None, 1000, 700.5, 299.5],
]


def read(rows=LONG, *more, said: BudgetSaid | None = None, names=None, name: str = "预算表") -> BudgetSheet:
    said = said or BudgetSaid(2026)
    return read_budget(workbook(sheet(name, rows), *more), RULES, names or city(), said)


def changed(**cells):
    """The long table with some cells changed: B4=… ."""
    made = [[*row, *([None] * (8 - len(row)))] for row in LONG]
    for place, value in cells.items():
        made[int(place[1:]) - 1][ord(place[0]) - ord("A")] = value
    return made


def faults(found: BudgetSheet) -> dict[str, str]:
    assert (found.table is None) == bool(found.problems)
    return {f"{one.sheet}!{one.cell}": str(one.message) for one in found.problems}


def table(found: BudgetSheet) -> BudgetTable:
    assert found.table is not None, faults(found)
    return found.table


def test_the_sample_is_read_whole():
    found = table(read_budget(read_workbook(SAMPLE.read_bytes(), SAMPLE.name), RULES, city(), BudgetSaid(2026)))
    assert (len(found.lines), len(found.divisions), len(found.sources)) == (60, 12, 4)
    assert total_of(found.lines) == sum(sources_of(found.lines)) == 193_857_000_000
    assert found.lines[0].sources == (2_511_500_000, 1_255_750_000, 502_300_000, 753_450_000)
    assert {line.place for line in found.lines} >= {"济宁高新技术产业开发区", "任城区"}
    assert read_draft(draft_of(found)) == found


def test_a_line_has_its_division_code_programme_and_sources():
    found = table(read())
    line = found.lines[2]
    assert (line.division, line.code, line.item) == ("370871", "2081902", "农村最低生活保障金支出")
    assert (line.program, line.use) == (Program.SUBSISTENCE_ALLOWANCE, FundUse.RELIEF)
    assert found.sources == (FundSource.CENTRAL, FundSource.PROVINCE)
    assert line.total_fen == sum(line.sources) == 300_000_000


@pytest.mark.parametrize(
    ("cells", "place", "words"),
    [
        ({"E4": "350.5万"}, "E4", "数字"),
        ({"E4": "三百"}, "E4", "数字"),
        ({"E4": -1}, "E4", "负数"),
        ({"A4": None}, "A4", "没有写区划"),
        ({"A4": "历下区"}, "A4", "没有这个区划"),
        ({"B4": "2081999"}, "B4", "科目表里没有"),
        ({"B4": "20819O1"}, "B4", "不是功能分类科目编码"),
        ({"C4": "农村低保"}, "C4", "名称与科目编码不一致"),
        ({"C4": "工作经费"}, "B4", "工作经费不能列在救助资金"),
        ({"D4": 500.000001}, "D4", "各来源之和"),
        ({"D4": None}, "D4", "没有写金额"),
        ({"D7": 1000.000001, "E7": 700.500001}, "D7", "相差0.01元"),
        ({"E7": 700}, "D7", "各来源之和"),
        ({"A6": "任城区", "B6": "2082001", "C6": "临时救助"}, "A6", "写了两次"),
        ({"A2": "单位：元"}, "A2", "小得像是以万元"),
        ({"A2": "单位：亿元"}, "A2", "换算"),
        ({"A2": None}, "D3", "没有写明金额的单位"),
        ({"D3": "合计（元）"}, "D3", "单位写了两种"),
        ({"A1": "2025年社会救助资金预算表"}, "A1", "2025年"),
        ({"A1": "2026年社会救助资金预算表（共999万元）"}, "A1", "标题写的总额"),
    ],
)
def test_a_fault_is_named_with_its_cell_and_nothing_is_used(cells, place, words):
    told = faults(read(changed(**cells)))
    assert words in told[f"预算表!{place}"]


def test_yuan_under_a_heading_of_ten_thousand_are_told():
    rows = [[*row[:3], *(cell * 10_000 for cell in row[3:])] if index > 2 else row for index, row in enumerate(LONG)]
    assert "大得像是以元为单位" in faults(read(rows))["预算表!A2"]


def test_no_value_of_a_strange_cell_is_repeated():
    found = read(changed(A4="张小明", B4="370811199003070011"))
    assert {one.cell: one.shown for one in found.problems} == {"A4": "张＊明", "B4": "37***************1"}


def test_what_is_told_nowhere_is_asked_for():
    with pytest.raises(InvalidError, match="哪一年"):
        read(changed(A1="社会救助资金预算表"), said=BudgetSaid())
    with pytest.raises(InvalidError, match="阶段"):
        read(changed(A1="2026年社会救助资金一览表"), name="表")
    for title in ("2026年社会救助资金决算表", "2026年社会救助资金预算调整表"):
        with pytest.raises(InvalidError, match="批准日期"):
            read(changed(A1=title))
    with pytest.raises(InvalidError, match="救助项目"):
        read([["2026年预算表"], ["单位：元"], ["县区", "预算数"], ["任城区", 5_000_000]])


def test_year_phase_approval_and_number_are_read_above_the_table():
    told = "（济民字〔2026〕3号，2026年1月20日经市人大批准）"
    found = table(read([[LONG[0][0]], [told], *LONG[1:]], said=BudgetSaid()))
    assert (found.year, found.phase, found.approved_on) == (2026, BudgetPhase.APPROVED, date(2026, 1, 20))
    assert found.document_number == "济民字〔2026〕3号"


@pytest.mark.parametrize(
    ("title", "phase"),
    [
        ("2026年社会救助资金预算（草案）", BudgetPhase.PROPOSAL),
        ("2026年社会救助资金调整预算表", BudgetPhase.ADJUSTED),
        ("2026年社会救助资金预算执行情况表", BudgetPhase.EXECUTED),
        ("2026年社会救助资金决算表", BudgetPhase.FINAL_ACCOUNTS),
        ("关于批复2026年社会救助资金预算的附表", BudgetPhase.APPROVED),
    ],
)
def test_the_phase_is_read_from_the_title(title, phase):
    assert table(read(changed(A1=title), said=BudgetSaid(2026, approved_on=date(2026, 1, 20)))).phase is phase


def test_a_budget_without_any_approval_counts_as_a_proposal_and_says_so():
    found = read()
    assert table(found).phase is BudgetPhase.PROPOSAL
    assert "按预算草案登记" in str(found.warnings[0].message)
    assert table(read(said=BudgetSaid(approved_on=date(2026, 1, 20)))).phase is BudgetPhase.APPROVED


def test_of_several_phases_in_one_table_the_asked_one_is_read():
    rows = [
        ["2026年社会救助资金决算表"], ["单位：元"], ["县区", "科目编码", "年初预算数", "决算数"],
        ["任城区", 2082001, 5_000_000, 4_800_000], ["合计", None, 5_000_000, 4_800_000],
    ]  # fmt: skip
    approved_on = date(2027, 6, 20)
    assert table(read(rows, said=BudgetSaid(2026, approved_on=approved_on))).lines[0].total_fen == 480_000_000
    said = BudgetSaid(2026, BudgetPhase.APPROVED, approved_on=approved_on)
    assert table(read(rows, said=said)).lines[0].total_fen == 500_000_000


def test_work_stands_apart_from_relief():
    found = table(read(changed(A6="高新区", B6=None, C6="社会救助工作经费", D7=1000), said=BudgetSaid(2026)))
    assert [(line.item, line.program, line.code) for line in found.work] == [("社会救助工作经费", None, "2080299")]
    assert total_of(found.relief) == 700_000_000


def test_a_code_above_others_is_their_sum_and_no_line():
    rows = [
        *LONG[:3],
        ["任城区", "20819", "最低生活保障", 700, 490, 210],
        ["任城区", "2081901", "城市最低生活保障金支出", 500, 350, 150],
        ["任城区", "2081902", "农村最低生活保障金支出", 200, 140, 60],
        ["合计", None, None, 700, 490, 210],
    ]
    assert [line.code for line in table(read(rows)).lines] == ["2081901", "2081902"]
    rows[3][3:] = [701, 491, 210]
    assert "相差10,000.00元" in faults(read(rows))["预算表!D4"]


def test_a_subtotal_of_a_division_is_checked():
    rows = [*LONG[:5], ["任城区", None, "小计", 700, 490.5, 209.5], *LONG[5:]]
    assert len(table(read(rows)).lines) == 3
    rows[5][3:] = [800, 590.5, 209.5]
    assert "预算表!D6" in faults(read(rows))


def test_a_table_of_one_programme_needs_no_code():
    rows = [["2026年临时救助资金预算表"], ["单位：元"], ["镇（街道）", "预算数"], ["甲镇", 50_000], ["乙镇", 70_000]]
    said = BudgetSaid(2026, program=Program.TEMPORARY_ASSISTANCE)
    found = table(read(rows, said=said, names=elsewhere("某县", "甲镇", "乙镇")))
    assert [(line.place, line.code, line.program) for line in found.lines] == [
        ("甲镇", "20820", Program.TEMPORARY_ASSISTANCE),
        ("乙镇", "20820", Program.TEMPORARY_ASSISTANCE),
    ]


def test_a_table_of_one_division_is_of_the_one_that_its_title_names():
    rows = [
        ["邹城市2026年社会救助资金预算表"], ["单位：万元"], ["科目编码", "科目名称", "预算数"],
        ["2081901", "城市低保", 500], ["2082001", "临时救助", 200], [None, "合计", 700],
    ]  # fmt: skip
    assert {line.place for line in table(read(rows)).lines} == {"邹城市"}
    rows[0] = ["2026年社会救助资金预算表"]
    assert {line.place for line in table(read(rows)).lines} == {"济宁市"}


BY_DIVISION = [["2026年预算汇总"], ["单位：万元"], ["县区", "合计"], ["任城区", 700], ["高新区", 300]]
BY_ITEM = [["2026年预算汇总"], ["单位：元"], ["科目编码", "合计"], ["20819", 8_000_000], ["2082001", 2_000_000]]


def test_further_sheets_may_add_the_lines_up():
    assert len(table(read(LONG, sheet("分县", BY_DIVISION), sheet("分科目", BY_ITEM))).lines) == 3


def test_sheets_that_disagree_are_named_with_sheet_and_cell():
    wrong = [*BY_DIVISION[:3], ["任城区", 700.01], ["邹城市", 300]]
    told = faults(read(LONG, sheet("分县", wrong)))
    assert "相差100.00元" in told["分县!B4"]
    assert "不一致" in told["分县!A5"]
    assert "不一致" in told["预算表!A6"]


def test_targets_stand_beside_the_budget():
    rows = [["绩效目标表"], ["绩效指标", "指标值", "完成值"], ["低保对象应保尽保率", "100%", ""], [None, "90%"]]
    found = table(read(LONG, sheet("绩效目标", rows)))
    assert [(one.indicator, one.target) for one in found.targets] == [("低保对象应保尽保率", "100%")]
    rows[2][1] = None
    assert "没有写目标值" in faults(read(LONG, sheet("绩效目标", rows)))["绩效目标!B3"]


def test_a_workbook_without_a_budget_is_refused():
    assert "没有找到预算表" in faults(read([["姓名", "身份证号"]]))["预算表!A1"]


def test_a_hidden_row_with_money_is_refused():
    hidden = replace(sheet("预算表", LONG), hidden_rows=frozenset({5}))
    found = read_budget(workbook(hidden), RULES, city(), BudgetSaid(2026))
    assert "被隐藏" in faults(found)["预算表!A5"]


places = st.sampled_from([one.display_name for one in city().below if not one.virtual])
codes = st.sampled_from(["2081901", "2081902", "2082001", "2082101", "2082102"])
fen = st.integers(min_value=1, max_value=9_000_000_000)
lines = st.dictionaries(st.tuples(places, codes), st.tuples(fen, fen, fen), min_size=1, max_size=8)


@given(lines)
def test_sums_of_lines_sources_and_items_are_one_sum_to_the_fen(given):
    """Σ by line = Σ by source = Σ by item, and a total that is off by a fen is refused."""
    body = [
        [place, code, *(f"{amount // 100}.{amount % 100:02d}" for amount in amounts)]
        for (place, code), amounts in given.items()
    ]
    sums = [sum(amounts[column] for amounts in given.values()) for column in range(3)]
    rows = [
        ["2026年预算表"], ["单位：元"], ["县区", "科目编码", "中央", "市级", "县级"], *body,
        ["合计", None, *(f"{amount // 100}.{amount % 100:02d}" for amount in sums)],
    ]  # fmt: skip
    small = any("小得" in told for told in faults(read(rows)).values())
    if small:
        return
    found = table(read(rows))
    assert total_of(found.lines) == sum(sources_of(found.lines)) == total_of(found.by_item) == sum(sums)
    assert read_draft(draft_of(found)) == found
    off = sums[1] + 1
    rows[-1][3] = f"{off // 100}.{off % 100:02d}"
    assert faults(read(rows)) == {f"预算表!D{len(rows)}": faults(read(rows))[f"预算表!D{len(rows)}"]}


cells = st.one_of(
    st.none(), st.text(max_size=8), st.integers(-5, 10**12), st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(["单位：万元", "合计", "任城区", "2081901", "中央", "县区", "科目编码", "2026年预算表", "工作经费", "#REF!", "绩效指标", "指标值"]),
)  # fmt: skip


@given(st.lists(st.lists(cells, max_size=6), max_size=8))
def test_any_sheet_is_read_or_told_and_never_breaks(rows):
    try:
        found = read([*rows[:4], *LONG[2:4], *rows[4:]])
    except InvalidError:
        return
    assert (found.table is None) == bool(found.problems)


def test_a_header_of_two_rows_and_a_total_above_the_lines_are_read():
    rows = [
        ["附件2"], ["2026年社会救助资金预算批复表（2026年1月20日市人大批准）"], [None, None, None, "单位：万元"],
        ["县区", "功能科目编码", "科目名称", "金额", "其中"], [None, None, None, None, "中央", "省级"],
        ["合计", None, None, 700, 490, 210],
        ["任城区", "2081901", "城市低保", 500, 350, 150], ["市本级", "2082001", "临时救助", 200, 140, 60],
    ]  # fmt: skip
    found = table(read(rows, said=BudgetSaid()))
    assert [line.place for line in found.lines] == ["任城区", "济宁市"]
    assert (found.sources, found.approved_on) == ((FundSource.CENTRAL, FundSource.PROVINCE), date(2026, 1, 20))
    rows[5][3:] = [701, 491, 210]
    assert "预算表!D6" in faults(read(rows, said=BudgetSaid()))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_the_same_table_as_csv_is_read_alike(encoding: str):
    rows = [["" if cell is None else str(cell) for cell in row] for row in LONG]
    content = "\n".join(map(",".join, rows)).encode(encoding)
    found = read_budget(read_workbook(content, "预算.csv"), RULES, city(), BudgetSaid())
    assert table(found).lines == table(read()).lines


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("（依据民发〔2012〕220号，文号：济民字〔2026〕3号）", "济民字〔2026〕3号"),
        ("（根据济财社〔2026〕8号编制）", ""),
        ("（2026年1月20日经批准济财社〔2026〕1号）", "济财社〔2026〕1号"),
    ],
)
def test_a_document_that_a_budget_goes_by_is_not_its_own_number(told: str, number: str):
    assert table(read([[LONG[0][0]], [told], *LONG[1:]])).document_number == number


@pytest.mark.parametrize(
    "told",
    [
        ["金额单位：人民币万元"],
        ["单位（万元）"],
        ["单位为万元"],
        ["人民币：万元"],
        ["单位：", "万元"],
        ["编制单位：济宁市财政局　　金额单位：万元"],
        ["编制单位：济宁市财政局", None, None, "单位：万元"],
    ],
)
def test_the_unit_is_found_wherever_an_office_writes_it_above_the_table(told):
    assert table(read([LONG[0], told, *LONG[2:]])).lines == table(read()).lines


@pytest.mark.parametrize("written", ["%s（万元）", "%s（单位：万元）", "%s/万元", "%s万元", "%s\n(万元)"])
def test_the_unit_may_stand_in_the_headings_or_in_a_title(written):
    heads = [*LONG[2][:3], *(written % name for name in LONG[2][3:])]
    assert table(read([LONG[0], heads, *LONG[3:]])).lines == table(read()).lines
    assert table(read([[f"{LONG[0][0]}（万元）"], *LONG[2:]])).lines == table(read()).lines


def test_the_unit_may_stand_in_a_row_of_its_own_or_in_a_note_below():
    under_heads = [LONG[0], LONG[2], [None, None, None, "万元", "万元", "万元"], *LONG[3:]]
    below = [LONG[0], *LONG[2:], ["注：单位：万元"]]
    assert table(read(under_heads)).lines == table(read(below)).lines == table(read()).lines
    assert "单位写了两种" in faults(read([*LONG, ["注：本表单位为元"]]))["预算表!A8"]


def test_a_header_of_three_rows_is_read():
    heads = [
        ["县（市、区）", "功能分类科目", None, "预算数"],
        [None, "科目编码", "科目名称", "合计", "其中："],
        [None, None, None, None, "中央资金", "省级资金"],
    ]
    assert table(read([*LONG[:2], *heads, *LONG[3:]])).lines == table(read()).lines


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"E4": 350.5000001}, "六位小数"),
        ({"E4": "5O0"}, "数字"),
        ({"E4": "¥350.5元"}, "数字"),
        ({"E4": "5.0.0"}, "数字"),
    ],
)
def test_a_number_that_is_none_is_told_in_the_unit_of_the_table(cells, words):
    assert words in faults(read(changed(**cells)))["预算表!E4"]


def test_numbers_may_be_full_width_or_have_a_sign_of_money():
    told = table(read(changed(D4="５００．００", E4="¥350.50")))
    assert told.lines == table(read()).lines


@pytest.mark.parametrize(
    "told",
    [
        "批准日期：2026-3-5",
        "2026年3月5日经市人大批准",
        "批复时间：2026/3/5",
        "批准日期：2026.3.5",
        "二〇二六年三月五日批准",
    ],
)
def test_a_day_of_approval_is_read_as_offices_write_it(told):
    assert table(read([LONG[0], [told], *LONG[1:]])).approved_on == date(2026, 3, 5)


def test_a_day_of_approval_may_stand_in_the_cell_beside_its_word():
    assert table(read([LONG[0], ["批准日期：", "2026-03-05 00:00:00"], *LONG[1:]])).approved_on == date(2026, 3, 5)


def test_a_year_is_read_in_chinese_numerals_too():
    assert table(read(changed(A1="二○二六年度社会救助资金预算表"), said=BudgetSaid())).year == 2026
    assert "2025年" in faults(read(changed(A1="二〇二五年社会救助资金预算表")))["预算表!A1"]
