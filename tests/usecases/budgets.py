"""Small budgets as offices hand them in, and the steps that bring one to the public."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook

from portal.config import ROOT
from portal.domain.permissions import Actor
from portal.usecases.budgets import BudgetOrder, BudgetOutcome, import_budget
from portal.usecases.notice_imports import Upload
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.allocations import publish

SAMPLE = ROOT / "tests" / "samples" / "预算_2026年.xlsx"

AMOUNTS = ((3_000_000, 1_000_000), (900_000, 600_000), (100_000, 50_000))


def book(
    amounts: Sequence[tuple[float | str, float | str]] = AMOUNTS, *, title: str = "2026年社会救助资金预算表"
) -> bytes:
    """任城区's budget by item, in yuan: relief in two items, work in one, two sources, and a target."""
    workbook = Workbook()
    page = workbook.active
    assert page is not None
    page.title = "预算表"
    page.append([title])
    page.append(["单位：元"])
    page.append(["科目编码", "科目名称", "中央资金", "县级资金"])
    items = (("2081902", "农村低保"), ("2082001", "临时救助"), ("2080299", "社会救助工作经费"))
    for item, sources in zip(items, amounts, strict=True):
        page.append([*item, *sources])
    targets = workbook.create_sheet("绩效目标")
    for row in (["绩效指标", "指标值"], ["低保对象应保尽保率", "100%"]):
        targets.append(row)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def imported(
    services: Services, actor: Actor, content: bytes | None = None, *, at: datetime, **more: object
) -> BudgetOutcome:
    """Import a table; the outcome holds its number."""
    order = BudgetOrder(**more)  # type: ignore[arg-type]
    return import_budget(services, actor, Upload("预算.xlsx", content or book()), order, at=at)


def drafted(services: Services, cast: Cast, content: bytes | None = None, *, at: datetime, **more: object) -> str:
    """The number of a fresh draft by 李四."""
    number = imported(services, cast.li_si, content, at=at, **more).number
    assert number is not None
    return number


def published(services: Services, cast: Cast, content: bytes | None = None, *, at: datetime, **more: object) -> str:
    """The number of a budget that 李四 drafted, 王五 reviewed and 赵六 published."""
    return publish(services, cast, drafted(services, cast, content, at=at, **more), at=at)
