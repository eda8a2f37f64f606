"""The paper of a register, made from what the gate lets out."""

from collections.abc import Mapping
from typing import Any

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
    RegisterColumn,
    RegisterKind,
    ToldRegister,
    ToldRow,
    read_told,
    word_of,
)
from portal.domain.statistics import Shown
from portal.printing.papers import Block, ColumnKind, Paragraph, Table
from portal.queries.publications import PublicView
from portal.queries.view_papers import PaperContent, noted

NOT_TOLD = {Shown.SMALL: "不单列", Shown.MERGED: "并入其余"}
"""What stands in the first cell of figures of a row that is not told; the sentence below the table says why."""


def register_content(view: PublicView) -> PaperContent:
    """What the paper of a register tells."""
    return PaperContent(_meta(view.head), _blocks(view.head))


def _meta(head: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        ("登记种类", KIND_NAMES[RegisterKind(head["kind"])]),
        ("时段", str(Period.of_stored(head["period"]))),
        ("合计", head["summary"]),
    )


def _blocks(head: Mapping[str, Any]) -> tuple[Block, ...]:
    kind, told, least = RegisterKind(head["kind"]), read_told(head), head["least_persons"]
    blocks: list[Block] = [Paragraph(str(explained(kind))), *noted(head)]
    if told.total is None:
        return (*blocks, Paragraph(str(small_register(least))))
    blocks.append(_table(head["title"], COLUMNS[kind], told))
    return (*blocks, Paragraph(str(hidden_rows(least)))) if told.rest else tuple(blocks)


def _table(caption: str, columns: KindColumns, told: ToldRegister) -> Table:
    """The columns that some row fills: a sheet of A4 has room for six or seven with amounts in them."""
    lines = [(_words(row, columns), row.figures, row.shown) for row in told.rows]
    names = ("时段", "救助项目", *_word_names(columns))
    filled = [place for place in range(len(names)) if len({words[place] for words, _, _ in lines} - {""}) > 0]
    if len({row.period for row in told.rows}) == 1 and (columns.counts_persons or not told.rows[0].period.day):
        filled.remove(0)
    rows = [
        (row.place, *(words[place] for place in filled), *_cells(figures, shown, columns))
        for row, (words, figures, shown) in zip(told.rows, lines, strict=True)
    ]
    sums = [("其余", told.rest), ("合计", told.total)]
    rows += [
        (name, *("" for _ in filled), *_cells(figures, Shown.FIGURES, columns)) for name, figures in sums if figures
    ]
    labels = ("地方", *(names[place] for place in filled))
    numbers = [f"{COLUMN_NAMES[name]}（元）" if name in columns.money else "人次" for name in columns.numbers]
    kinds = (*(ColumnKind.TEXT for _ in labels), *(ColumnKind.NUMBER for _ in numbers))
    return Table(caption, (*labels, *numbers), kinds, tuple(rows))


def _word_names(columns: KindColumns) -> tuple[str, ...]:
    """The names of the columns of words; a measure stands behind its quantity."""
    return tuple(COLUMN_NAMES[name] for name in columns.words if name is not RegisterColumn.MEASURE)


def _words(row: ToldRow, columns: KindColumns) -> tuple[str, ...]:
    program = PROGRAM_SHORT_NAMES[row.program] if row.program else ""
    words = dict(zip(columns.words, map(word_of, row.words), strict=True)) if row.figures else {}
    measure = words.pop(RegisterColumn.MEASURE, "")
    told = (
        words.get(name, "") + (measure if name is RegisterColumn.QUANTITY else "")
        for name in columns.words
        if name is not RegisterColumn.MEASURE
    )
    return (str(row.period), program, *told)


def _cells(figures: Figures | None, shown: Shown, columns: KindColumns) -> tuple[str, ...]:
    if figures is None:
        return (NOT_TOLD[shown], *("" for _ in columns.numbers[1:]))
    return (*map(format_yuan, figures.amounts), *((str(figures.persons),) if columns.counts_persons else ()))
