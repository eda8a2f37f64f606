"""Rosters of payments as townships hand them in, and the steps that bring one to the public."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO

from openpyxl import Workbook

from portal.config import ROOT
from portal.domain.permissions import Actor
from portal.usecases import publications
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import PaymentOrder, PaymentOutcome
from portal.usecases.payments import import_payments
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.lists import identity

SAMPLES = ROOT / "tests" / "samples"
GOOD = SAMPLES / "发放花名册_许庄街道_2026年10月.xls"
WRONG = SAMPLES / "发放花名册_大安镇_对应不上.xlsx"
TITLE = "许庄街道2026年10月农村低保金发放花名册（惠民补贴一本通）"
HEADINGS = ("序号", "户主姓名", "身份证号", "村", "保障人数", "一本通账号", "发放金额")
OCTOBER = date(2026, 10, 1)

Paid = tuple[str, int, float | str]
"""Village, persons, yuan of one household."""


def paid(villages: Sequence[tuple[str, int]], *, persons: int = 2, yuan: float = 872) -> list[Paid]:
    """So many households in each village."""
    return [(name, persons, yuan) for name, households in villages for _ in range(households)]


USUAL = paid((("航运新村", 12), ("甄庄村", 9), ("南李楼村", 4)))


def roster(
    rows: Sequence[Paid] = USUAL, *, title: str = TITLE, first: int = 0, claim: str = "", more: Workbook | None = None
) -> bytes:
    """A roster with accounts; the people are invented, one from `first` on for each row."""
    workbook = more or Workbook()
    page = workbook.create_sheet("花名册", 0)
    if more is None:
        del workbook["Sheet"]
    page.append([title])
    total = sum(row[2] for row in rows if not isinstance(row[2], str))
    page.append(
        [claim or f"发放户数：{len(rows)}　发放人数：{sum(row[1] for row in rows)}　发放总额：{total:g}元　单位：元"]
    )
    page.append(list(HEADINGS))
    for number, (village, persons, yuan) in enumerate(rows, start=1):
        serial = first + number
        page.append([number, "王桂兰", identity(serial), village, persons, f"6223{serial:015d}", yuan])
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def imported(
    services: Services, actor: Actor, content: bytes | None = None, *, at: datetime, **more: object
) -> PaymentOutcome:
    """Import a roster; the outcome holds its number."""
    order = PaymentOrder(**({"month": OCTOBER} | more))  # type: ignore[arg-type]
    return import_payments(services, actor, Upload("花名册.xlsx", content or roster()), order, at=at)


def drafted(services: Services, cast: Cast, content: bytes | None = None, *, at: datetime, **more: object) -> str:
    """The number of a fresh draft by 张三."""
    outcome = imported(services, cast.zhang_san, content, at=at, **more)
    assert outcome.number is not None, outcome.problems
    return outcome.number


def publish(services: Services, cast: Cast, number: str, *, at: datetime, by: Actor | None = None) -> str:
    """Bring a draft of 张三, or of another, to the public through three people."""
    publications.submit(services, by or cast.zhang_san, number, at=at)
    publications.review(services, cast.wang_wu, number, at=at)
    publications.publish(services, cast.zhao_liu, number, at=at)
    return number


def published(services: Services, cast: Cast, content: bytes | None = None, *, at: datetime, **more: object) -> str:
    """The number of a batch that 张三 drafted, 王五 reviewed and 赵六 published."""
    return publish(services, cast, drafted(services, cast, content, at=at, **more), at=at)


def table_of_sums(*lines: tuple[object, ...], title: str = "任城区2026年10月社会救助资金发放统计表") -> bytes:
    """A county's monthly table of sums: 城市低保, 农村低保 and 特困 as groups of columns."""
    workbook = Workbook()
    page = workbook.active
    assert page is not None
    page.append([title])
    page.append(["镇街", "城市低保", None, None, "农村低保", None, None, "特困", None])
    page.append([None, "户数", "人数", "金额（元）", "户数", "人数", "金额（元）", "人数", "金额（元）"])
    for line in lines:
        page.append(list(line))
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


OF_A_COUNTY = (
    ("许庄街道", 20, 31, 24_800, 60, 90, 54_000, 14, 14_000),
    ("李营街道", 2, 2, 1_600, 41, 66, 39_600, 12, 12_000),
    ("合计", 22, 33, 26_400, 101, 156, 93_600, 26, 26_000),
)
