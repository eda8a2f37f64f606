"""The sheet for one village's board: the rows of that village alone, ready for their full names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.config import Settings
from portal.domain.disclosure import NoticeRule
from portal.domain.notice_papers import (
    board_lines,
    cells_of,
    column_labels,
    words_of,
)
from portal.domain.notice_snapshots import ListRow, totals_of
from portal.domain.notices import NoticeColumn
from portal.printing.papers import ColumnKind, Group, SheetSize, VillagePaper
from portal.queries.papers import NUMBERS, SITE_NAME


@dataclass(frozen=True, slots=True)
class VillageSheet:
    """What a sheet for one board is made from; `names` are full names by row, never shown by repr."""

    number: str
    place: str
    head: Mapping[str, Any]
    rule: NoticeRule
    rows: Sequence[ListRow]
    names: Mapping[int, str] = field(repr=False)
    period_last_on: date | None
    tear_off_on: date
    dated: date
    size: SheetSize


def village_paper(sheet: VillageSheet, settings: Settings, *, demo: bool) -> VillagePaper:
    """The paper: full names and otherwise the same columns as on the web; the place stands above the table."""
    head = {**sheet.head, "totals": totals_of(sheet.rule, sheet.rows)}
    words = words_of(head, sheet.period_last_on)
    columns = [place for place, column in enumerate(sheet.rule.columns) if column is not NoticeColumn.VILLAGE]
    labels = column_labels(head)
    short = f"{settings.public_url}/notices/{sheet.number}"
    totals = "，".join(str(total) for total in words.totals)
    return VillagePaper(
        site_name=SITE_NAME,
        demo=demo,
        number=sheet.number,
        title=str(head["title"]),
        basis=words.basis,
        lead=words.lead,
        caption="名　　单",
        column_labels=tuple(labels[place] for place in columns),
        column_kinds=tuple(_kind(sheet.rule.columns[place]) for place in columns),
        groups=(Group(sheet.place, tuple(_cells(sheet, row, columns) for row in sheet.rows)),),
        totals=(f"{sheet.place}{totals}。",),
        period_line=str(words.period) if words.period else None,
        notes=(),
        objection_lines=tuple(str(line) for line in board_lines(head)),
        hotline=str(head["office"]["hotline"]),
        office_name=str(head["office"]["name"]),
        dated=sheet.dated,
        url=short,
        short_address=short.split("://", 1)[1],
        tear_off_on=sheet.tear_off_on,
        document_date=sheet.dated,
        sheet=sheet.size,
    )


def _kind(column: NoticeColumn) -> ColumnKind:
    return ColumnKind.NUMBER if column in NUMBERS else ColumnKind.TEXT


def _cells(sheet: VillageSheet, row: ListRow, columns: Sequence[int]) -> tuple[str, ...]:
    """The cells of one row under the full name; where it is not known (a minor), the masked word stays."""
    values = [row.seq, 0, *(_value(sheet, row, column) for column in sheet.rule.columns)]
    cells = cells_of(sheet.rule.columns, values)
    return tuple(cells[place] for place in columns)


def _value(sheet: VillageSheet, row: ListRow, column: NoticeColumn) -> str | int | None:
    if column is NoticeColumn.MASKED_NAME:
        return sheet.names.get(row.seq, row.masked_name)
    return row.value(column)
