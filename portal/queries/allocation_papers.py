"""The paper of an allocation, made from what the gate lets out."""

from datetime import date

from portal.domain.allocation_tables import AllocationTable, plain, read_draft
from portal.domain.allocation_words import formula_words, reasons_of, shown_weight
from portal.domain.funds import SOURCE_NAMES
from portal.domain.money import format_yuan
from portal.domain.programs import PROGRAM_NAMES
from portal.printing.papers import Block, ColumnKind, Heading, Paragraph, Table, chinese_day
from portal.queries.publications import PublicView
from portal.queries.view_papers import PaperContent, noted


def allocation_content(view: PublicView) -> PaperContent:
    """What the paper of an allocation tells."""
    table = read_draft(view.head)
    return PaperContent(_meta(table), (*noted(view.head), *_blocks(table)))


def _meta(table: AllocationTable) -> tuple[tuple[str, str], ...]:
    days = table.days_to_issue
    return (
        ("年度", f"{table.year}年"),
        ("救助项目", PROGRAM_NAMES[table.program] if table.program else ""),
        ("发文字号", table.document_number),
        ("收到资金", _day(table.received_on)),
        ("批准", _day(table.approved_on)),
        ("下达", _day(table.issued_on)),
        ("收到至下达", "" if days is None else f"{days}天"),
        ("合计", f"{format_yuan(table.total_fen)}元"),
    )


def _day(day: date | None) -> str:
    return chinese_day(day) if day else ""


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
    computed = ("测算额（元）", "调整（元）") if table.is_computed else ()
    labels = ("地方", *computed, "分配额（元）", *(f"{name}（元）" for name in sources))
    rows = [
        (
            row.name, *(map(format_yuan, (row.computed_fen, row.adjustment_fen)) if computed else ()),
            format_yuan(row.final_fen), *map(format_yuan, row.sources),
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
