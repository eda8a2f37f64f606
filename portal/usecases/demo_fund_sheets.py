"""Invented tables of money as an office would hand them in; no figure of them is drawn from life."""

import io
from collections.abc import Sequence
from fractions import Fraction
from random import Random

from openpyxl import Workbook

from portal.domain.allocations import AllocationForm, Factor, ResidueRule, Scheme, computed
from portal.domain.budgets import BudgetPhase
from portal.domain.divisions import Division
from portal.domain.money import Fen

UNIT = 10_000
"""Tables in 万元 print two decimals: 100 yuan, in fen."""
WAN = 1_000_000
_ITEMS = (
    ("2081901", "城市最低生活保障金支出", 1_100),
    ("2081902", "农村最低生活保障金支出", 2_600),
    ("2082001", "临时救助支出", 420),
    ("2082101", "城市特困人员救助供养支出", 160),
    ("2082102", "农村特困人员救助供养支出", 1_500),
)
"""Code, name, and what a middling county has for it in 万元."""
_TITLES = {
    BudgetPhase.APPROVED: "{place}{year}年社会救助资金预算批复表（示例数据）",
    BudgetPhase.ADJUSTED: "{place}{year}年社会救助资金预算调整表（示例数据）",
    BudgetPhase.FINAL_ACCOUNTS: "{place}{year}年社会救助资金决算表（示例数据）",
}
_PERCENT = {BudgetPhase.APPROVED: 100, BudgetPhase.ADJUSTED: 103, BudgetPhase.FINAL_ACCOUNTS: 101}
_FIRST_YEAR = 2020
_WORK = 36
_FACTORS = (
    ("救助对象人数（人）", "60%", Fraction(60, 100)),
    ("财政困难系数", "25%", Fraction(25, 100)),
    ("绩效评价得分", "15%", Fraction(15, 100)),
)


def budget_sheet(whole: Division, places: Sequence[Division], year: int, phase: BudgetPhase, seed: str) -> bytes:
    """A budget by place and item; the place's own line of 工作经费 stands last."""
    rows: list[list[object]] = [
        [_TITLES[phase].format(place=whole.display_name, year=year)], ["单位：万元"],
        ["县（市、区）", "功能分类科目", "科目名称", "中央", "省级", "市级", "县级"],
    ]  # fmt: skip
    for place in places:
        for code, name, middling in _ITEMS:
            units = _units(middling, place, code, year, phase, seed)
            rows.append([place.display_name, code, name, *_split(units)])
    rows.append([whole.display_name, "2080299", "社会救助工作经费", None, None, _WORK, None])
    targets: list[list[object]] = [
        ["绩效指标", "指标值"],
        ["救助对象应救尽救率", "100%"],
        ["救助资金按时发放率", "≥99%"],
    ]
    return book_of(("预算表", rows), ("绩效目标", targets))


def _units(middling: int, place: Division, code: str, year: int, phase: BudgetPhase, seed: str) -> int:
    """What a place has for an item, in units of 100 yuan: it grows from year to year, and stays the same for a seed."""
    dice = Random(f"{seed}:{place.code}:{code}")  # noqa: S311 - sample data, nothing here is a secret
    base = middling * dice.randint(60, 140)
    return base * (100 + 3 * (year - _FIRST_YEAR)) * _PERCENT[phase] // 10_000


def _split(units: int) -> tuple[float, ...]:
    """By source: a half central, a quarter the province's, a tenth the city's, the rest the county's."""
    parts = [units * percent // 100 for percent in (50, 25, 10)]
    return tuple(part / 100 for part in (*parts, units - sum(parts)))


def allocation_sheets(
    whole: Division, places: Sequence[Division], year: int, batch: str, pool: int, seed: str
) -> bytes:
    """A pool in 万元 by three factors, largest remainder first, and the sheet of the factors."""
    values = _factor_values(whole, places, year, batch, seed)
    units = [amount // UNIT for amount in _computed(places, values, pool)]
    rows: list[list[object]] = [
        [f"{whole.display_name}{year}年{batch}困难群众救助补助资金分配表（示例数据）"], ["单位：万元"],
        ["地方", "合计", "其中：中央资金", "其中：省级资金"],
        *([place.display_name, unit / 100, unit * 7 // 10 / 100, (unit - unit * 7 // 10) / 100]
          for place, unit in zip(places, units, strict=True)),
        ["合计", pool],
    ]  # fmt: skip
    table: list[list[object]] = [
        ["因素", *(name for name, _, _ in _FACTORS)],
        ["权重", *(text for _, text, _ in _FACTORS)],
    ]
    table += [[place.display_name, *(float(value) for value in one)] for place, one in zip(places, values, strict=True)]
    return book_of(("分配表", rows), ("因素表", table))


def allocated(
    whole: Division, places: Sequence[Division], year: int, batch: str, pool: int, seed: str
) -> Sequence[Fen]:
    """What such a sheet gives each place, in fen."""
    return _computed(places, _factor_values(whole, places, year, batch, seed), pool)


def _factor_values(
    whole: Division, places: Sequence[Division], year: int, batch: str, seed: str
) -> Sequence[tuple[int, Fraction, int]]:
    """People, means and merit of each place: the people become a little more or fewer from year to year."""
    dice = Random(f"{seed}:{whole.code}:{batch}")  # noqa: S311 - sample data, nothing here is a secret
    age = year - _FIRST_YEAR
    return [
        (dice.randint(6_000, 22_000) + age * dice.randint(-90, 120), Fraction(dice.randint(60, 125), 100),
         dice.randint(70, 98))
        for _ in places
    ]  # fmt: skip


def _computed(places: Sequence[Division], values: Sequence[tuple[int, Fraction, int]], pool: int) -> Sequence[Fen]:
    factors = tuple(
        Factor(name, "", weight, tuple(Fraction(one[column]) for one in values))
        for column, (name, _text, weight) in enumerate(_FACTORS)
    )
    scheme = Scheme(
        AllocationForm.ADDITIVE, ResidueRule.LARGEST_REMAINDER, Fen(pool * WAN), UNIT,
        tuple(place.code for place in places), factors,
    )  # fmt: skip
    return computed(scheme)


def book_of(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook of sheets by name."""
    book = Workbook(write_only=True)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
