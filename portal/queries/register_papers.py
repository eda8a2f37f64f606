"""The paper of a register, made from what the gate lets out."""

from collections.abc import Mapping
from typing import Any

from portal.config import Settings
from portal.domain.money import format_yuan
from portal.domain.programs import PROGRAM_SHORT_NAMES
from portal.domain.register_periods import Period
from portal.domain.register_words import explained, hidden_rows, small_register
from portal.domain.registers import (
    COLUMN_NAMES,
    COLUMNS,
    KIND_NAMES,
    Figures,
    KindColumns,
    RegisterKind,
    ToldRow,
    read_told,
    word_of,
)
from portal.domain.statistics import Shown
from portal.printing.papers import Block, ColumnKind, DocumentPaper, Paragraph, Table
from portal.queries.publications import PublicView
from portal.queries.view_papers import paper_of_view

NOT_TOLD = {Shown.SMALL: "人数太少，不单列", Shown.MERGED: "并入其余"}


def register_paper(view: PublicView, settings: Settings, site_name: str, *, demo: bool) -> DocumentPaper:
    """The paper of a register as the public may see it at the instant of the view."""
    head = view.head
    return paper_of_view(
        view, settings, site_name, demo=demo, room="registers", meta=_meta(head), blocks=_blocks(head)
    )  # fmt: skip


def _meta(head: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        ("登记种类", KIND_NAMES[RegisterKind(head["kind"])]),
        ("时段", str(Period.of_stored(head["period"]))),
        ("合计", head["summary"]),
    )


def _blocks(head: Mapping[str, Any]) -> tuple[Block, ...]:
    kind, told, least = RegisterKind(head["kind"]), read_told(head), head["least_persons"]
    blocks: list[Block] = [Paragraph(str(explained(kind)))]
    if head["change_note"]:
        blocks.append(Paragraph(f"更正说明：{head['change_note']}"))
    if head["bypass_reason"]:
        blocks.append(Paragraph(f"本件经紧急程序公开，原因：{head['bypass_reason']}"))
    if told.total is None:
        return (*blocks, Paragraph(str(small_register(least))))
    columns = COLUMNS[kind]
    rows = [(*_words(row, columns), *_cells(row.figures, columns)) for row in told.rows]
    blank = [""] * len(columns.words)
    sums = [("其余", told.rest), ("合计", told.total)]
    rows += [(name, "", "", *blank, *_cells(figures, columns)) for name, figures in sums if figures]
    blocks.append(_table(head["title"], columns, tuple(rows)))
    return (*blocks, Paragraph(str(hidden_rows(least)))) if told.rest else tuple(blocks)


def _table(caption: str, columns: KindColumns, rows: tuple[tuple[str, ...], ...]) -> Table:
    words = ("地方", "时段", "救助项目", *(COLUMN_NAMES[name] for name in columns.words))
    money = (*(f"{COLUMN_NAMES[name]}（元）" for name in columns.money), "人次")
    kinds = (*(ColumnKind.TEXT for _ in words), *(ColumnKind.NUMBER for _ in money))
    return Table(caption, (*words, *money), kinds, rows)


def _words(row: ToldRow, columns: KindColumns) -> tuple[str, ...]:
    program = PROGRAM_SHORT_NAMES[row.program] if row.program else ""
    place = row.place if row.figures else f"{row.place}（{NOT_TOLD[row.shown]}）"
    words = map(word_of, row.words) if row.figures else [""] * len(columns.words)
    return (place, str(row.period), program, *words)


def _cells(figures: Figures | None, columns: KindColumns) -> tuple[str, ...]:
    if figures is None:
        return ("",) * (len(columns.money) + 1)
    return (*map(format_yuan, figures.amounts), str(figures.persons))
