import pytest

from portal.data.tables import read_toml
from portal.domain.errors import InvalidError
from portal.domain.money import MoneyUnit
from portal.domain.programs import Program
from portal.domain.register_headings import RegisterHeadings
from portal.domain.register_periods import Period
from portal.domain.register_sheets import RegisterRules, RegisterSaid, RegisterSheet, read_register
from portal.domain.registers import RegisterColumn, RegisterKind, RegisterTable, draft_of, read_draft
from tests.domain.fund_sheets import CODES, HEADINGS, city, sheet, workbook

RULES = RegisterRules(RegisterHeadings.from_table(read_toml("register_headings.toml")), HEADINGS, CODES)

FUND = [
    ["济宁市2026年第三季度临时救助备用金登记表"],
    ["单位：元"],
    ["县（市、区）", "期初额度", "本期增加", "本期使用", "期末余额", "救助人次"],
    ["任城区", 50_000, 10_000, 32_000, 28_000, 31],
    ["高新区", 50_000, None, 12_500.5, 37_499.5, 15],
    ["兖州区", 50_000, 0, 0, 50_000, 0],
    ["合计", 150_000, 10_000, 44_500.5, 115_499.5, 46],
]
RETURNS = [
    ["济宁市2026年救助资金退回登记表"],
    ["单位：元"],
    ["县（市、区）", "退回日期", "救助项目", "退回原因", "退回金额", "退回人次"],
    ["任城区", "2026-07-03", "低保", "死亡", 12_000, 24],
    ["高新区", "8月", "特困", "账号错误", 4_300, 12],
    ["高新区", "第三季度", None, "其它", 820, 11],
]
GOODS = [
    ["济宁市2026年10月实物发放登记表"],
    ["县（市、区）", "物品", "数量", "单位", "折价（元）", "受益人次"],
    ["任城区", "大米", 120, "袋", 9_600, 60],
    ["兖州区", "棉被", "40.50", "床", 6_000, 40],
]
WAIVERS = [
    ["济宁市2026年银行减免手续费登记表"],
    ["单位：万元"],
    ["银行", "减免项目", "减免卡数", "减免金额"],
    ["示例农商银行", "小额账户管理费", 3_200, 3.84],
]
CASH = [
    ["济宁市2026年现金发放登记表"],
    ["单位：元"],
    ["县（市、区）", "项目", "发放金额", "领取人次"],
    ["任城区", "临时救助", 18_000, 20],
]
LEDGER = [
    ["济宁市2026年上半年救助资金拨付台账"],
    ["单位：万元"],
    ["拨付日期", "收款单位", "资金项目", "资金来源", "文号", "支付凭证号", "金额", "备注"],
    ["2026-03-20", "任城区民政局", "低保", "中央资金", "济财社〔2026〕12号", "6222021001116245702", 1_200, None],
    ["2026-03-24", "济宁市兖州区财政局", "困难群众救助补助资金", "省级", "济财社(2026)12号", "0071", 300.5, "第一批"],
    ["5月", "高新区", "特困", None, None, None, 45.000001, None],
    ["合计", None, None, None, None, None, 1_545.500001, None],
]
SHEETS = {
    RegisterKind.DISBURSEMENTS: LEDGER,
    RegisterKind.RESERVE_FUND: FUND,
    RegisterKind.RETURNS: RETURNS,
    RegisterKind.GOODS: GOODS,
    RegisterKind.FEE_WAIVERS: WAIVERS,
    RegisterKind.CASH: CASH,
}


def read(rows, *more, kind: RegisterKind = RegisterKind.RESERVE_FUND, **said) -> RegisterSheet:
    return read_register(workbook(sheet("登记表", rows), *more), RULES, city(), RegisterSaid(kind, **said))


def changed(rows, **cells):
    """A table with some cells changed: B4=… ."""
    made = [[*row, *([None] * (9 - len(row)))] for row in rows]
    for place, value in cells.items():
        made[int(place[1:]) - 1][ord(place[0]) - ord("A")] = value
    return made


def faults(found: RegisterSheet) -> dict[str, str]:
    assert (found.table is None) == bool(found.problems)
    return {one.cell: str(one.message) for one in found.problems}


def table(found: RegisterSheet) -> RegisterTable:
    assert found.table is not None, faults(found)
    return found.table


def test_a_fund_is_read_with_its_opening_use_and_balance():
    found = table(read(FUND))
    assert (found.year, found.period, found.unit) == (2026, Period(2026, quarter=3), MoneyUnit.YUAN)
    assert found.title == "济宁市2026年第三季度临时救助备用金登记"
    assert [row.place for row in found.rows] == ["任城区", "济宁高新技术产业开发区", "兖州区"]
    assert found.rows[1].amounts == (5_000_000, 0, 1_250_050, 3_749_950)
    assert [row.persons for row in found.rows] == [31, 15, 0]
    assert found.moved_fen == 4_450_050


def test_returns_have_their_reason_programme_and_period():
    rows = table(read(RETURNS, kind=RegisterKind.RETURNS)).rows
    assert [row.words for row in rows] == [("death",), ("wrong_account",), ("other",)]
    assert [row.program for row in rows] == [Program.SUBSISTENCE_ALLOWANCE, Program.EXTREME_POVERTY_SUPPORT, None]
    assert [row.period.stored for row in rows] == ["2026-07-03", "2026-08", "2026-Q3"]


def test_goods_have_what_how_many_and_their_measure():
    found = table(read(GOODS, kind=RegisterKind.GOODS))
    assert [row.words for row in found.rows] == [("大米", "120", "袋"), ("棉被", "40.5", "床")]
    assert found.period == Period(2026, month=10)


def test_a_register_without_divisions_is_of_its_own_one():
    row = table(read(WAIVERS, kind=RegisterKind.FEE_WAIVERS)).rows[0]
    assert (row.division, row.words, row.amounts, row.persons) == (
        "370800", ("示例农商银行", "小额账户管理费"), (3_840_000,), 3_200,
    )  # fmt: skip


@pytest.mark.parametrize("kind", RegisterKind)
def test_a_draft_keeps_every_register_as_it_is(kind: RegisterKind):
    found = table(read(SHEETS[kind], kind=kind))
    assert read_draft(draft_of(found)) == found


@pytest.mark.parametrize(
    ("cells", "place", "words"),
    [
        ({"B4": "五万"}, "B4", "数字"),
        ({"B4": "50000元"}, "B4", "数字"),
        ({"D4": -5}, "D4", "负数"),
        ({"B4": None}, "B4", "没有写金额"),
        ({"E4": 28_000.01}, "E4", "相差0.01元"),
        ({"A4": "历下区"}, "A4", "没有这个区划"),
        ({"A4": None}, "A4", "没有写区划"),
        ({"F4": None}, "F4", "人次不能空着"),
        ({"F4": 0}, "F4", "人次不能空着"),
        ({"F4": 2.5}, "F4", "整数"),
        ({"F6": 3}, "F6", "没有使用金额"),
        ({"D7": 44_500.51, "E7": 115_499.49}, "D7", "相差0.01元"),
        ({"F7": 47}, "F7", "47人次"),
        ({"A6": "任城区"}, "A6", "写了两次"),
        ({"B2": "单位：万元"}, "B2", "单位写了两种"),
        ({"G3": "户主姓名"}, "G3", "姓名"),
        ({"G3": "银行账号"}, "G3", "账号"),
        ({"G4": "11010519491231002X"}, "G4", "身份证号"),
        ({"A1": "济宁市2025年备用金登记表"}, "A1", "2025"),
    ],
)
def test_every_fault_of_a_fund_is_named_with_its_cell(cells, place: str, words: str):
    said = {"year": 2026, "period": Period(2026, quarter=3)}
    told = faults(read(changed(FUND, **cells), **said))
    assert words in told[place]
    assert set(told) <= {place, "E7", "D7"}


@pytest.mark.parametrize(
    ("kind", "cells", "place", "words"),
    [
        (RegisterKind.RETURNS, {"D4": "不知道"}, "D4", "退回原因须是"),
        (RegisterKind.RETURNS, {"D4": None}, "D4", "退回原因须是"),
        (RegisterKind.RETURNS, {"B4": "去年"}, "B4", "什么时间"),
        (RegisterKind.RETURNS, {"B4": "2025-07-03"}, "B4", "不在本表"),
        (RegisterKind.RETURNS, {"C4": "住房救助"}, "C4", "哪个救助项目"),
        (RegisterKind.RETURNS, {"F3": "备注"}, "A3", "人次"),
        (RegisterKind.GOODS, {"C3": "若干"}, "C3", "数字"),
        (RegisterKind.GOODS, {"C3": 0}, "C3", "大于0"),
        (RegisterKind.GOODS, {"B3": None}, "B3", "没有写物品"),
        (RegisterKind.GOODS, {"E2": "折价"}, "E2", "单位"),
        (RegisterKind.FEE_WAIVERS, {"B2": "单位：亿元", "A2": None}, "B2", "亿元"),
        (RegisterKind.FEE_WAIVERS, {"A4": "很" * 41}, "A4", "40个字"),
        (RegisterKind.FEE_WAIVERS, {"E4": "任城区"}, "E4", "表头却看不出"),
        (RegisterKind.FEE_WAIVERS, {"D4": 384_000}, "A2", "以元为单位"),
        (RegisterKind.CASH, {"A1": "济宁市2026年现金发放登记表（共18001元）"}, "A1", "相差1.00元"),
    ],
)
def test_every_fault_of_the_other_kinds_is_named_with_its_cell(kind, cells, place: str, words: str):
    told = faults(read(changed(SHEETS[kind], **cells), kind=kind, year=2026))
    assert words in told[place]


def test_a_ledger_is_read_by_day_place_programme_source_and_document():
    found = table(read(LEDGER, kind=RegisterKind.DISBURSEMENTS))
    assert (found.period, found.title) == (Period(2026), "济宁市2026年救助资金拨付登记")
    assert [row.place for row in found.rows] == ["任城区", "兖州区", "济宁高新技术产业开发区"]
    assert [row.period.stored for row in found.rows] == ["2026-03-20", "2026-03-24", "2026-05"]
    assert [row.words for row in found.rows] == [
        ("central", "济财社〔2026〕12号", ""), ("province", "济财社〔2026〕12号", ""), ("", "", ""),
    ]  # fmt: skip
    assert [row.amounts for row in found.rows] == [(1_200_000_000,), (300_500_000,), (45_000_001,)]
    assert [row.program for row in found.rows] == [
        Program.SUBSISTENCE_ALLOWANCE, None, Program.EXTREME_POVERTY_SUPPORT,
    ]  # fmt: skip


def test_the_number_of_a_voucher_is_never_read():
    found = read(LEDGER, kind=RegisterKind.DISBURSEMENTS)
    assert "6222021001116245702" not in str(draft_of(table(found)))
    assert "0071" not in str(draft_of(table(found)))


@pytest.mark.parametrize(
    ("cells", "place", "words"),
    [
        ({"G4": "一千二百万"}, "G4", "数字"),
        ({"G4": "1200万元"}, "G4", "数字"),
        ({"G4": None}, "G4", "没有写金额"),
        ({"G4": -1_200}, "G4", "负数"),
        ({"G4": "1200.0000001"}, "G4", "分"),
        ({"G7": 1_545.500002}, "G7", "相差0.01元"),
        ({"B4": None}, "B4", "没有写区划"),
        ({"B4": "历下区财政局"}, "B4", "没有这个区划"),
        ({"B4": "某某个人"}, "B4", "没有这个区划"),
        ({"A4": "2025-03-20"}, "A4", "不在本表"),
        ({"C4": "修路"}, "C4", "哪个救助项目"),
        ({"D4": "中央和省级"}, "D4", "一行只写一种"),
        ({"D4": "银行贷款"}, "D4", "资金来源须是"),
        ({"E4": "付给某人的款"}, "E4", "文号须是"),
        ({"H4": "6222021001116245702"}, "H4", "身份证号"),
        ({"H5": "转账号 1608 0021 0902 4567 891"}, "H5", "身份证号"),
        ({"H3": "收款账号"}, "H3", "账号"),
        ({"H3": "开户名称及户名"}, "H3", "姓名"),
        ({"A2": "单位：元"}, "A2", "以万元为单位"),
        ({"A2": None}, "G3", "没有写明金额的单位"),
        ({"G4": 120_000_000, "G5": 30_050_000, "G6": 4_500_000, "G7": 154_550_000}, "A2", "以元为单位"),
        ({"A1": "济宁市2026年拨付台账（共1545万元）"}, "A1", "相差"),
    ],
)
def test_every_fault_of_a_ledger_is_named_with_its_cell_and_repeats_no_number(cells, place: str, words: str):
    found = read(changed(LEDGER, **cells), kind=RegisterKind.DISBURSEMENTS, year=2026)
    assert words in faults(found)[place]
    told = str([(one.message, one.shown) for one in found.problems])
    assert "6222021001116245702" not in told
    assert "4567" not in told


def test_a_ledger_of_one_day_tells_of_its_whole_period():
    rows = [*LEDGER[:4], ["合计", *[None] * 5, 1_200, None]]
    assert table(read(rows, kind=RegisterKind.DISBURSEMENTS)).period == Period(2026)


def test_all_faults_are_told_at_once():
    cells = {"A4": "历下区", "E4": 1, "C5": "没有", "F6": "几人", "G3": "电话"}
    assert set(faults(read(changed(FUND, **cells)))) == {"A4", "E4", "C5", "F6", "G3"}


def test_a_second_register_and_no_register_at_all_are_told():
    assert "还有一张登记表" in faults(read(FUND, sheet("另一张", FUND)))["A3"]
    assert "没有找到登记表" in faults(read([["2026年发放表"], ["姓名", "金额"], ["某某", 1]]))["A1"]
    assert "没有找到登记表" in faults(read(FUND, kind=RegisterKind.GOODS))["A1"]


def test_a_year_that_nothing_tells_is_asked_for():
    untold = changed(FUND, A1="临时救助备用金登记表")
    with pytest.raises(InvalidError, match="年份"):
        read(untold)
    assert table(read(untold, year=2026)).period == Period(2026)
    with pytest.raises(InvalidError, match="时段"):
        read(untold, year=2026, period=Period(2025, quarter=1))


def test_no_fault_repeats_what_stands_in_the_cell_of_a_person():
    found = read(changed(FUND, G4="11010519491231002X"))
    assert "11010519491231002X" not in str([(one.message, one.shown) for one in found.problems])


def test_each_kind_names_its_own_columns():
    headings = RULES.headings
    assert headings.of_kind(RegisterKind.CASH).column("单位") == "division"
    assert headings.of_kind(RegisterKind.GOODS).column("单位") == RegisterColumn.MEASURE
    assert headings.names_people("领取人签字")
    assert not headings.names_people("领取人次")
    with pytest.raises(ValueError, match="no register has"):
        RegisterHeadings.from_table({**read_toml("register_headings.toml"), "columns": {"height": ["高"]}})
