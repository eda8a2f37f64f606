"""The paper of an allocation, made from what the gate lets out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.config import Settings
from portal.domain.allocation_tables import AllocationTable, plain, read_draft
from portal.domain.allocation_words import formula_words, reasons_of, shown_weight
from portal.domain.funds import SOURCE_NAMES
from portal.domain.money import format_yuan
from portal.domain.programs import PROGRAM_NAMES
from portal.printing.papers import Block, ColumnKind, DocumentPaper, Heading, Paragraph, Table, chinese_day
from portal.queries.publications import PublicView
from portal.queries.view_papers import paper_of_view


def allocation_paper(view: PublicView, settings: Settings, site_name: str, *, demo: bool) -> DocumentPaper:
    """The paper of an allocation as the public may see it at the instant of the view."""
    table = read_draft(view.head)
    return paper_of_view(
        view,
        settings,
        site_name,
        demo=demo,
        room="allocations",
        meta=_meta(table),
        blocks=(*_notes(view.head), *_blocks(table)),
    )


def _meta(table: AllocationTable) -> tuple[tuple[str, str], ...]:
    days = table.days_to_issue
    rows = (
        ("年度", f"{table.year}年"),
        ("救助项目", PROGRAM_NAMES[table.program] if table.program else ""),
        ("发文字号", table.document_number),
        ("收到资金", _day(table.received_on)),
        ("批准", _day(table.approved_on)),
        ("下达", _day(table.issued_on)),
        ("收到至下达", "" if days is None else f"{days}天"),
        ("合计", f"{format_yuan(table.total_fen)}元"),
    )
    return tuple((label, value) for label, value in rows if value)


def _day(day: date | None) -> str:
    return chinese_day(day) if day else ""


def _notes(head: Mapping[str, Any]) -> tuple[Paragraph, ...]:
    notes = []
    if head["change_note"]:
        notes.append(f"更正说明：{head['change_note']}")
    if head["bypass_reason"]:
        notes.append(f"本件经紧急程序公开，原因：{head['bypass_reason']}")
    return tuple(map(Paragraph, notes))


def _blocks(table: AllocationTable) -> tuple[Block, ...]:
    blocks: list[Block] = [Heading(1, "分配结果"), _amounts(table)]
    reasons = [(row.name, "；".join(map(str, reasons_of(row)))) for row in table.rows]
    blocks += [Paragraph(f"{name}：{why}。") for name, why in reasons if why]
    if table.left_out:
        blocks.append(Paragraph(f"本次没有分配给：{'、'.join(table.left_out)}。"))
    blocks += [Heading(1, "怎样算出来的"), *(Paragraph(str(words)) for words in formula_words(table))]
    if table.scheme.factors:
        blocks += [Heading(1, "因素"), _factors(table)]
    return tuple(blocks)


def _amounts(table: AllocationTable) -> Table:
    sources = tuple(SOURCE_NAMES[source] for source in table.sources)
    labels = ("地方", "测算额（元）", "调整（元）", "分配额（元）", *(f"{name}（元）" for name in sources))
    rows = [
        (
            row.name, format_yuan(row.computed_fen), format_yuan(row.adjustment_fen), format_yuan(row.final_fen),
            *map(format_yuan, row.sources),
        )
        for row in table.rows
    ]  # fmt: skip
    return Table("分配结果", labels, _kinds(len(labels)), tuple(rows))


def _factors(table: AllocationTable) -> Table:
    factors = table.scheme.factors
    labels = ("地方", *(one.name + (f"（{one.unit}）" if one.unit else "") for one in factors))
    weights = ("权重", *("" if one.weight is None else shown_weight(one.weight) for one in factors))
    values = [(name, *(plain(one.values[place]) for one in factors)) for place, name in enumerate(table.names)]
    return Table("因素", labels, _kinds(len(labels)), (weights, *values))


def _kinds(count: int) -> tuple[ColumnKind, ...]:
    return (ColumnKind.TEXT, *(ColumnKind.NUMBER for _ in range(count - 1)))
