"""Small lists of invented people as clerks hand them in, and the steps that bring one to the public."""

from datetime import datetime
from io import BytesIO

from openpyxl import Workbook

from portal.domain.identity_numbers import check_character
from portal.domain.notices import NoticeKind
from portal.domain.permissions import Actor
from portal.domain.programs import Program
from portal.usecases import publications
from portal.usecases.notice_imports import ImportOrder, ImportOutcome, Upload, import_notice
from portal.usecases.services import Services
from tests.cast import Cast

XUZHUANG = "370811002"
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
GIVEN = ("秀英", "桂兰", "玉珍", "建国", "德福", "长河", "凤")
VILLAGES = ("航运新村", "甄庄村", "南李楼村", "张营村")
HEADINGS = ("序号", "村（社区）", "申请人姓名", "身份证号码", "家庭人口", "保障人口", "月保障金额", "银行账号", "备注")

Row = tuple[str, str, str, int, int, int]


def identity(serial: int) -> str:
    """A well-formed ID number under an area code that was never issued."""
    stem = f"370899{1940 + serial % 60}{serial % 12 + 1:02d}{serial % 28 + 1:02d}{serial % 1000:03d}"
    return stem + check_character(stem)


def people(count: int, *, first: int = 0, villages: tuple[str, ...] = VILLAGES) -> list[Row]:
    """Invented households, spread over the villages in blocks."""
    rows = []
    for i in range(first, first + count):
        name = FAMILY[i % len(FAMILY)] + GIVEN[(i // len(FAMILY)) % len(GIVEN)]
        village = villages[(i - first) * len(villages) // count]
        rows.append((village, name, identity(i), 1 + i % 4, 1, 41_000 + i % 7 * 1000))
    return rows


def sheet(rows: list[Row], *, title: str = "许庄街道2026年11月农村最低生活保障初审对象名单") -> bytes:
    """The list as an xlsx file with title, sub-title, accounts, remarks with phones and a total."""
    workbook = Workbook()
    page = workbook.active
    assert page is not None
    page.append([title])
    page.append(["填报单位：许庄街道　　填报日期：2026年11月16日　　单位：元/月"])
    page.append(list(HEADINGS))
    for number, (village, name, ident, size, covered, fen) in enumerate(rows, start=1):
        account, remark = f"6223{number:015d}", f"联系电话139{number:08d}"
        page.append([number, village, name, ident, size, covered, fen / 100, account, remark])
    page.append(["合计", None, f"{len(rows)}户", None, None, None, sum(row[5] for row in rows) / 100])
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def order(**more: object) -> ImportOrder:
    """A first review of 低保 in 许庄街道."""
    facts = {"kind": NoticeKind.FIRST_REVIEW, "program": Program.SUBSISTENCE_ALLOWANCE, "division_code": XUZHUANG}
    return ImportOrder(**(facts | more))  # type: ignore[arg-type]


def imported(services: Services, actor: Actor, rows: list[Row], *, at: datetime, **more: object) -> ImportOutcome:
    """Import a list; the outcome holds its number."""
    return import_notice(services, actor, Upload("名单.xlsx", sheet(rows)), order(**more), at=at)


def drafted(services: Services, cast: Cast, *, at: datetime, rows: list[Row] | None = None) -> str:
    """The number of a fresh draft by 张三."""
    number = imported(services, cast.zhang_san, rows or people(40), at=at).number
    assert number is not None
    return number


def published(services: Services, cast: Cast, *, at: datetime, rows: list[Row] | None = None) -> str:
    """The number of a notice that 张三 drafted, 王五 reviewed and 赵六 published."""
    return make_public(services, cast, drafted(services, cast, at=at, rows=rows), at=at)


def make_public(services: Services, cast: Cast, number: str, *, at: datetime) -> str:
    """Bring a draft to the public through three people."""
    publications.submit(services, cast.zhang_san, number, at=at)
    publications.review(services, cast.wang_wu, number, at=at)
    publications.publish(services, cast.zhao_liu, number, at=at)
    return number
