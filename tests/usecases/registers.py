"""Small registers as offices hand them in, and the steps that bring one to the public."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook

from portal.domain.permissions import Actor
from portal.domain.registers import RegisterKind
from portal.usecases.notice_imports import Upload
from portal.usecases.registers import RegisterOrder, RegisterOutcome, import_register
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.allocations import publish

Rows = Sequence[Sequence[object]]

FUND = (
    ("许庄街道", 50_000, 10_000, 32_000, 28_000, 31),
    ("李营街道", 50_000, None, 12_500.5, 37_499.5, 15),
    ("南张街道", 50_000, 0, 0, 50_000, 0),
)
"""任城区's reserve funds of a quarter in yuan: one town has used nothing."""
RETURNED = (
    ("许庄街道", "2026-07-03", "低保", "死亡", 12_000, 24),
    ("李营街道", "2026-08", "特困", "账号错误", 4_300, 12),
    ("南张街道", "9月", "低保", "重复发放", 820, 11),
)
GIVEN = (
    ("许庄街道", "大米", 120, "袋", 9_600, 60),
    ("李营街道", "棉被", 40.5, "床", 6_000, 40),
)
DISBURSED = (
    ("许庄街道", "2026-03-20", "低保", "中央资金", "济财社〔2026〕12号", 1_200_000, "0099"),
    ("任城区民政局", "2026-03-24", "特困", "县级", None, 300_000.5, "6222021001116245702"),
    ("南张街道", "2026-09-02", "困难群众救助补助资金", None, "济财社(2026)12号", 450_000, None),
)
"""What left 任城区's treasury in yuan, by day, programme, source and document; the last column is never read."""
HEADS: dict[RegisterKind, tuple[str, Sequence[str], Rows]] = {
    RegisterKind.RESERVE_FUND: (
        "任城区2026年第三季度临时救助备用金登记表",
        ("镇（街道）", "期初额度", "本期增加", "本期使用", "期末余额", "救助人次"),
        FUND,
    ),
    RegisterKind.RETURNS: (
        "任城区2026年第三季度救助资金退回登记表",
        ("镇（街道）", "退回日期", "救助项目", "退回原因", "退回金额", "退回人次"),
        RETURNED,
    ),
    RegisterKind.CASH: (
        "任城区2026年现金发放登记表",
        ("镇（街道）", "救助项目", "发放金额", "发放人次"),
        (("许庄街道", "临时救助", 18_000, 20), ("李营街道", "临时救助", 9_000, 10)),
    ),
    RegisterKind.GOODS: (
        "任城区2026年实物发放登记表",
        ("镇（街道）", "物品", "数量", "单位", "折价", "受益人次"),
        GIVEN,
    ),
    RegisterKind.FEE_WAIVERS: (
        "任城区2026年银行减免手续费登记表",
        ("银行", "减免项目", "减免卡数", "减免金额"),
        (("示例农商银行", "小额账户管理费", 3_200, 38_400), ("示例邮储银行", "工本费", 410, 2_050)),
    ),
    RegisterKind.DISBURSEMENTS: (
        "任城区2026年救助资金拨付台账",
        ("收款单位", "拨付日期", "资金项目", "资金来源", "文号", "拨付金额", "支付凭证号"),
        DISBURSED,
    ),
}


def book(kind: RegisterKind = RegisterKind.RESERVE_FUND, rows: Rows | None = None, *, title: str = "") -> bytes:
    """A register of a kind as 任城区 hands it in."""
    told, heads, usual = HEADS[kind]
    workbook = Workbook()
    page = workbook.active
    assert page is not None
    page.title = "登记表"
    for row in ([title or told], ["单位：元"], heads, *(rows or usual)):
        page.append(list(row))
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def imported(
    services: Services, actor: Actor, content: bytes | None = None, *, at: datetime,
    kind: RegisterKind = RegisterKind.RESERVE_FUND, **more: object,
) -> RegisterOutcome:  # fmt: skip
    """Import a table; the outcome holds its number."""
    order = RegisterOrder(kind, **more)  # type: ignore[arg-type]
    return import_register(services, actor, Upload("登记.xlsx", content or book(kind)), order, at=at)


def drafted(services: Services, cast: Cast, content: bytes | None = None, *, at: datetime, **more: object) -> str:
    """The number of a fresh draft by 李四."""
    outcome = imported(services, cast.li_si, content, at=at, **more)  # type: ignore[arg-type]
    assert outcome.number is not None, [f"{one.cell} {one.message}" for one in outcome.problems]
    return outcome.number


def published(services: Services, cast: Cast, content: bytes | None = None, *, at: datetime, **more: object) -> str:
    """The number of a register that 李四 drafted, 王五 reviewed and 赵六 published."""
    return publish(services, cast, drafted(services, cast, content, at=at, **more), at=at)
