"""Small tables of money as offices hand them in, and the steps that bring one to the public."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook, load_workbook

from portal.config import ROOT
from portal.domain.permissions import Actor, Role
from portal.usecases import publications
from portal.usecases.allocations import AllocationOrder, AllocationOutcome, import_allocation
from portal.usecases.notice_imports import Upload
from portal.usecases.services import Services
from tests.cast import Cast

SAMPLES = ROOT / "tests" / "samples"
FIRST, SECOND, WRONG = (SAMPLES / f"资金分配_2026年{name}.xlsx" for name in ("第一批", "第二批", "第一批_合计不符"))

TOWNS = ("许庄街道", "李营街道", "南张街道")
AMOUNTS = (500_000, 300_000, 200_000)


def book(
    amounts: Sequence[float | str] = AMOUNTS,
    *,
    factors: bool = True,
    total: bool = True,
    weights: Sequence[str] = ("70%", "30%"),
    persons: Sequence[int] = (5, 3, 2),
) -> bytes:
    """任城区's money for three of its towns, in yuan: 5, 3 and 2 of ten persons."""
    workbook = Workbook()
    page = workbook.active
    assert page is not None
    page.title = "分配表"
    page.append(["2026年临时救助补助资金分配表"])
    page.append(["单位：元"])
    page.append(["镇（街道）", "金额"])
    for town, amount in zip(TOWNS, amounts, strict=True):
        page.append([town, amount])
    if total:
        page.append(["合计", sum(amounts)])
    if factors:
        sheet = workbook.create_sheet("因素表")
        for row in (["因素", "救助人次（人次）", "绩效得分"], ["权重", *weights]):
            sheet.append(row)
        for town, count in zip(TOWNS, persons, strict=True):
            sheet.append([town, count, count])
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def book_with_carry_over(left: Sequence[int] = (50_000, 0, 20_000)) -> bytes:
    """The same money computed for the three towns; what each has left from the year before is taken off."""
    workbook = load_workbook(BytesIO(book()))
    page = workbook["分配表"]
    for row, cells in enumerate(zip(("因素法测算数", *AMOUNTS), ("减：结转", *left), strict=True), start=3):
        for column, cell in enumerate(cells, start=2):
            page.cell(row, column, cell)
        page.cell(row, 4, "本次下达" if row == 3 else int(cells[0]) - int(cells[1]))
    for column, amount in enumerate((sum(AMOUNTS), sum(left), sum(AMOUNTS) - sum(left)), start=2):
        page.cell(7, column, amount)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def city_clerk(cast: Cast) -> Actor:
    """冯一 of the city bureau as a drafter."""
    return replace(cast.feng_yi, roles=frozenset({Role.DRAFTER}))


def imported(
    services: Services, actor: Actor, content: bytes | None = None, *, at: datetime, **more: object
) -> AllocationOutcome:
    """Import a table; the outcome holds its number."""
    order = AllocationOrder(**({"year": 2026} | more))  # type: ignore[arg-type]
    return import_allocation(services, actor, Upload("分配.xlsx", content or book()), order, at=at)


def drafted(services: Services, cast: Cast, content: bytes | None = None, *, at: datetime) -> str:
    """The number of a fresh draft by 李四."""
    number = imported(services, cast.li_si, content, at=at).number
    assert number is not None
    return number


def publish(services: Services, cast: Cast, number: str, *, at: datetime) -> str:
    """Bring a draft of 李四 to the public through three people."""
    publications.submit(services, cast.li_si, number, at=at)
    publications.review(services, cast.wang_wu, number, at=at)
    publications.publish(services, cast.zhao_liu, number, at=at)
    return number


def published(services: Services, cast: Cast, content: bytes | None = None, *, at: datetime) -> str:
    """The number of an allocation that 李四 drafted, 王五 reviewed and 赵六 published."""
    return publish(services, cast, drafted(services, cast, content, at=at), at=at)


def by_hand(*changes: tuple[str, int, str], kept: int = 0, weights: Sequence[str] = ("70%", "30%")) -> bytes:
    """The same money with columns for what was changed by hand and why, and a row for what the county keeps."""
    changed = {town: (amount, reason) for town, amount, reason in changes}
    workbook = load_workbook(BytesIO(book(total=False, weights=weights)))
    page = workbook["分配表"]
    page["B3"], page["C3"], page["D3"], page["E3"] = "测算数", "调整数", "分配数", "调整原因"
    for row, (town, computed) in enumerate(zip(TOWNS, AMOUNTS, strict=True), start=4):
        amount, reason = changed.get(town, (0, ""))
        page.cell(row, 3, amount), page.cell(row, 4, computed + amount), page.cell(row, 5, reason)
    if kept:
        page.append(["区级预留", 0, kept, kept])
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()
