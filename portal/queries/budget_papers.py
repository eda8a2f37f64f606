"""The paper of a budget, made from what the gate lets out."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.domain.budgets import (
    PHASE_NAMES,
    BudgetLine,
    BudgetTable,
    days_late,
    read_draft,
    sources_of,
    total_of,
)
from portal.domain.funds import SOURCE_NAMES
from portal.domain.money import Fen, format_yuan
from portal.printing.papers import Block, ColumnKind, Paragraph, Table, chinese_day
from portal.queries.publications import PublicView
from portal.queries.view_papers import PaperContent, noted

WAN = 10_000


def budget_content(view: PublicView) -> PaperContent:
    """What the paper of a budget tells."""
    table = read_draft(view.head)
    return PaperContent(_meta(table), (*noted(view.head), *_late(view.head, table), *_blocks(table)))


def _meta(table: BudgetTable) -> tuple[tuple[str, str], ...]:
    return (
        ("年度", f"{table.year}年"),
        ("阶段", PHASE_NAMES[table.phase]),
        ("发文字号", table.document_number),
        ("批准", chinese_day(table.approved_on) if table.approved_on else ""),
        ("公开期限", chinese_day(table.due_on) if table.due_on else ""),
        ("救助资金", f"{format_yuan(total_of(table.relief))}元"),
        ("工作经费", f"{format_yuan(total_of(table.work))}元" if table.work else ""),
    )


def _late(head: Mapping[str, Any], table: BudgetTable) -> tuple[Paragraph, ...]:
    late = days_late(table.due_on, date.fromisoformat(head["first_published_on"]))
    return (Paragraph(f"本件比法定期限晚公开{late}天。"),) if late else ()


def _blocks(table: BudgetTable) -> tuple[Block, ...]:
    blocks: list[Block] = [_amounts("按科目合计", ("科目",), table, table.by_item)]
    blocks.append(_amounts("分地区、分科目", ("地方", "科目"), table, table.relief))
    if table.work:
        blocks.append(_amounts("工作经费", ("地方", "科目"), table, table.work))
    if table.targets:
        rows = tuple((one.indicator, one.target, one.actual) for one in table.targets)
        kinds = (ColumnKind.TEXT, ColumnKind.TEXT, ColumnKind.TEXT)
        blocks.append(Table("绩效目标", ("指标", "目标值", "完成值"), kinds, rows))
    return tuple(blocks)


def _amounts(caption: str, words: tuple[str, ...], table: BudgetTable, lines: Sequence[BudgetLine]) -> Table:
    """Lines under one column of words or two, with their sum last, in the largest unit that tells them exactly."""
    unit, size = _unit(table)
    labels = (*words, *(SOURCE_NAMES[one] for one in table.sources), "合计")
    rows = [(*_words(line)[-len(words) :], *_cells((*line.sources, line.total_fen), size)) for line in lines]
    sums = (*sources_of(lines), total_of(lines))
    rows.append(("合计", *[""] * (len(words) - 1), *_cells(sums, size)))
    kinds = tuple(ColumnKind.TEXT if place < len(words) else ColumnKind.NUMBER for place in range(len(labels)))
    return Table(f"{caption}（单位：{unit}）", labels, kinds, tuple(rows))


def _words(line: BudgetLine) -> tuple[str, str]:
    return line.place, line.item


def _unit(table: BudgetTable) -> tuple[str, int]:
    """万元 where its two decimals tell every amount: the columns of a sheet of A4 have room for eleven figures."""
    amounts = (amount for line in table.lines for amount in (*line.sources, line.total_fen))
    is_round = all(amount % WAN == 0 for amount in amounts)
    return ("万元", WAN) if is_round else ("元", 1)


def _cells(amounts: Sequence[Fen], size: int) -> tuple[str, ...]:
    return tuple(format_yuan(Fen(amount // size)) for amount in amounts)
