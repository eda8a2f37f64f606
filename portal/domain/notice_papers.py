"""The words of a recipient notice on paper: one spelling for the page, the print page and the PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.messages import N_, Message
from portal.domain.notices import NoticeColumn

CONFIDENTIAL = N_("反映人信息依法保密")
SEALED_SENTENCE = N_("公示期满，异议已依法处理")

COLUMN_LABELS = {
    NoticeColumn.VILLAGE: N_("村（社区）"),
    NoticeColumn.MASKED_NAME: N_("姓名"),
    NoticeColumn.HOUSEHOLD_SIZE: N_("家庭人口（人）"),
    NoticeColumn.PERSONS_COVERED: N_("保障人口（人）"),
    NoticeColumn.AMOUNT: N_("救助金额（元）"),
}
MONTHLY_AMOUNT = N_("月保障金额（元）")


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What head and period say in sentences, each a message for the page to translate and the paper to print."""

    basis: str
    lead: str
    period: Message | None
    totals: tuple[Message, ...]
    causes: tuple[tuple[str, int], ...]
    emergency: Message | None
    standards: tuple[Message, ...]
    footer: Message | None


def chinese_date(day: date) -> str:
    """A date as documents write it: 2026年11月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def yuan(fen: int) -> str:
    """Fen as yuan with thousands separators and two decimals: 2122800 → 21,228.00."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def words_of(head: Mapping[str, Any], last_on: date | None) -> NoticeWords:
    """The sentences of a frozen head; `last_on` is the last day of the period as it stands now."""
    return NoticeWords(
        basis=head["basis_sentence"],
        lead=head["lead"],
        period=_period(head, last_on),
        totals=_totals(head),
        causes=tuple(head["causes"].items()),
        emergency=_emergency(head),
        standards=_standards(head),
        footer=_footer(last_on),
    )


def column_labels(head: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels of a list's columns in their order; msgids for the page, the words themselves for the paper."""
    labels = []
    for column in map(NoticeColumn, head["columns"]):
        monthly = column is NoticeColumn.AMOUNT and head["amount_monthly"]
        labels.append(MONTHLY_AMOUNT if monthly else COLUMN_LABELS[column])
    return tuple(labels)


def _period(head: Mapping[str, Any], last_on: date | None) -> Message | None:
    if head["period"] is None or last_on is None:
        return None
    first_on = date.fromisoformat(head["period"]["first_on"])
    text = N_("公示期：自%(first)s至%(last)s")
    return Message(text, {"first": chinese_date(first_on), "last": chinese_date(last_on)})


def _totals(head: Mapping[str, Any]) -> tuple[Message, ...]:
    totals = head["totals"]
    lines = [Message(N_("共%(count)d%(unit)s"), {"count": totals["households"], "unit": head["row_unit"]})]
    if "persons" in totals:
        lines.append(Message(N_("保障%(count)d人"), {"count": totals["persons"]}))
    if "amount_fen" in totals:
        text = N_("月保障金额合计%(amount)s元") if head["amount_monthly"] else N_("救助金额合计%(amount)s元")
        lines.append(Message(text, {"amount": yuan(totals["amount_fen"])}))
    return tuple(lines)


def _emergency(head: Mapping[str, Any]) -> Message | None:
    cases, fen = head["emergency"].get("cases"), head["emergency"].get("amount_fen", 0)
    if not cases:
        return None
    text = N_("另有急难型救助%(cases)d件，金额合计%(amount)s元，依规定不列名单")
    return Message(text, {"cases": cases, "amount": yuan(fen)})


def _standards(head: Mapping[str, Any]) -> tuple[Message, ...]:
    texts = {
        "urban": N_("城市基本生活标准：每人每月%(amount)s元"),
        "rural": N_("农村基本生活标准：每人每月%(amount)s元"),
    }
    return tuple(Message(texts[place], {"amount": yuan(fen)}) for place, fen in head["standards"].items())


def _footer(last_on: date | None) -> Message | None:
    if last_on is None:
        return None
    return Message(N_("公示期至%(month)d月%(day)d日，期满请勿保留、转发"), {"month": last_on.month, "day": last_on.day})


def objection_lines(head: Mapping[str, Any], url: str) -> tuple[Message, ...]:
    """How to object: phone, address, receiving office, the page; that who objects is kept confidential."""
    receiver, *others, confidential = board_lines(head)
    hotline = Message(N_("监督电话：%(phone)s"), {"phone": head["office"]["hotline"]})
    return (receiver, hotline, *others, Message(N_("网上查看：%(url)s"), {"url": url}), confidential)


def board_lines(head: Mapping[str, Any]) -> tuple[Message, ...]:
    """How to object, on the sheet for the board: it shows the hotline and the page's address large by themselves."""
    office = head["office"]
    lines = [Message(N_("对公示内容有异议的，可在公示期内向%(office)s反映"), {"office": office["name"]})]
    if office.get("duty_phone"):
        lines.append(Message(N_("值班电话：%(phone)s"), {"phone": office["duty_phone"]}))
    if office.get("address"):
        lines.append(Message(N_("地址：%(address)s"), {"address": office["address"]}))
    return (*lines, Message(CONFIDENTIAL))


def cells_of(columns: Sequence[NoticeColumn], row: Sequence[Any]) -> tuple[str, ...]:
    """One frozen row (seq, serial, values …) as the strings of its cells; the serial follows an equal name."""
    serial = row[1]
    return tuple(_cell(column, value, serial) for column, value in zip(columns, row[2:], strict=True))


def _cell(column: NoticeColumn, value: str | int | None, serial: int) -> str:
    if column is NoticeColumn.AMOUNT and isinstance(value, int):
        return yuan(value)
    if column is NoticeColumn.MASKED_NAME and serial:
        return f"{value}（{serial}）"
    return "" if value is None else str(value)
