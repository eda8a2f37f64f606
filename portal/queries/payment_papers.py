"""The paper of a batch of payments, made from what the gate lets out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.domain.money import Fen, format_yuan
from portal.domain.payment_words import WHERE_IS_MY_MONEY, hidden_places, small_batch
from portal.domain.payments import Figures, ToldBatch, read_told
from portal.domain.programs import PROGRAM_NAMES, Program
from portal.domain.statistics import Shown
from portal.printing.papers import Block, ColumnKind, Heading, Paragraph, Table, chinese_day
from portal.queries.publications import PublicView
from portal.queries.view_papers import PaperContent, noted


def payment_content(view: PublicView) -> PaperContent:
    """What the paper of a batch tells."""
    return PaperContent(_meta(view.head), (*noted(view.head), *_blocks(view.head)))


def _meta(head: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    standard = head["standard_fen"]
    return (
        ("所属月份", f"{head['month'][:4]}年{int(head['month'][5:])}月"),
        ("救助项目", PROGRAM_NAMES[Program(head["program"])]),
        ("发放日期", chinese_day(date.fromisoformat(head["paid_on"])) if head["paid_on"] else ""),
        ("保障标准", f"每人每月{format_yuan(Fen(standard))}元" if standard else ""),
        ("发文字号", head["document_number"]),
        ("登记依据", "月报汇总表，没有和花名册逐人核对" if head.get("counts_only") else ""),
        ("合计", head["summary"]),
    )


def _blocks(head: Mapping[str, Any]) -> tuple[Block, ...]:
    told = read_told(head)
    blocks: list[Block] = [Heading(1, "发放情况")]
    if told.total is None:
        blocks.append(Paragraph(str(small_batch(head["least_persons"]))))
    else:
        blocks.append(_table(told, counts_persons=head["counts_persons"]))
    if told.rest:
        blocks.append(Paragraph(str(hidden_places(head["least_persons"]))))
    blocks.append(Heading(1, "钱没到怎么办"))
    steps = (f"{number}. {step}" for number, step in enumerate(WHERE_IS_MY_MONEY, start=1))
    return (*blocks, *map(Paragraph, steps))


def _table(told: ToldBatch, *, counts_persons: bool) -> Table:
    labels = ("地方", "户数", *(("人数",) if counts_persons else ()), "金额（元）")
    rows = [(row.name, *_cells(row.figures, row.shown, counts_persons=counts_persons)) for row in told.rows]
    sums = [("其余", told.rest), ("合计", told.total)]
    rows += [
        (name, *_cells(figures, Shown.FIGURES, counts_persons=counts_persons)) for name, figures in sums if figures
    ]
    return Table("发放情况", labels, (ColumnKind.TEXT, *(ColumnKind.NUMBER for _ in labels[1:])), tuple(rows))


def _cells(figures: Figures | None, shown: Shown, *, counts_persons: bool) -> tuple[str, ...]:
    if figures is None:
        words = "人数太少，不单列" if shown is Shown.SMALL else "并入其余"
        return (words, *("" for _ in range(2 if counts_persons else 1)))
    persons = (str(figures.persons),) if counts_persons else ()
    return (str(figures.households), *persons, format_yuan(figures.amount_fen))
