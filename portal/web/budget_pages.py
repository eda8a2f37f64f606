"""What a page of a budget shows, and the same figures as CSV and as a workbook whose sums compute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from portal.domain.budgets import BudgetLine, BudgetTable, days_late, read_draft, total_of
from portal.domain.money import Fen
from portal.domain.sheets import column_letters
from portal.queries.publications import PublicView, RevisionLine, holds_now
from portal.web.labels import label
from portal.web.workbook_answers import CellValue, Formula, SheetContent

FIRST_ROW = 3
WORDS = 4
"""Columns of words before the amounts: place, code, item, what the money is for."""


@dataclass(frozen=True, slots=True)
class ShownBudget:
    """Everything that a template needs besides the frozen head; `published_on` is the day of its first revision."""

    table: BudgetTable
    published_on: date
    revisions: Sequence[RevisionLine]
    is_live: bool

    @property
    def days_late(self) -> int:
        """By how many days it became public too late."""
        return days_late(self.table.due_on, self.published_on)


def shown_budget(
    table: BudgetTable, published_on: date, revisions: Sequence[RevisionLine] = (), ordinal: int | None = None
) -> ShownBudget:
    """A table ready for its template, of a draft (as if published today) or of what the gate lets out."""
    return ShownBudget(table, published_on, revisions, holds_now(revisions, ordinal))


def table_of(view: PublicView) -> BudgetTable:
    """The table that the gate lets out."""
    return read_draft(view.head)


def first_published_on(view: PublicView) -> date:
    """The day on which the first revision became public."""
    return date.fromisoformat(view.head["first_published_on"])


def csv_table(table: BudgetTable) -> tuple[list[str], list[list[Any]]]:
    """Head and rows: every amount in yuan and in fen, with all that says which budget it is of."""
    head = [_("年度"), _("阶段"), _("区划代码"), _("地方"), _("科目编码"), _("科目名称"), _("救助项目"), _("用途")]
    for name in (*map(label, table.sources), _("合计")):
        head += [_("%(name)s（元）", name=name), _("%(name)s（分）", name=name)]
    head += [_("发文字号"), _("批准日期")]
    approved = table.approved_on.isoformat() if table.approved_on else ""
    rows: list[list[Any]] = []
    for line in table.lines:
        cells: list[Any] = [table.year, label(table.phase), line.division, line.place, line.code, line.item]
        cells += [label(line.program) if line.program else "", label(line.use)]
        for amount in (*line.sources, line.total_fen):
            cells += [yuan(amount), int(amount)]
        rows.append([*cells, table.document_number, approved])
    return head, rows


def yuan(amount: Fen) -> Decimal:
    """An amount in yuan with two decimals, as a number."""
    return Decimal(amount).scaleb(-2)


def workbook_sheets(table: BudgetTable) -> tuple[SheetContent, ...]:
    """The lines with live sums by row and by column; the targets on a sheet of their own."""
    sheets = [_amount_sheet(table)]
    if table.targets:
        rows: list[list[CellValue]] = [[_("指标"), _("目标值"), _("完成值")]]
        rows += [[one.indicator, one.target, one.actual] for one in table.targets]
        sheets.append(SheetContent(_("绩效目标"), rows, (40, 20, 20)))
    return tuple(sheets)


def _amount_sheet(table: BudgetTable) -> SheetContent:
    names = [*map(label, table.sources), _("合计")]
    head: list[CellValue] = [_("地方"), _("科目编码"), _("科目名称"), _("用途")]
    rows: list[list[CellValue]] = [[table.title], [*head, *(_("%(name)s（元）", name=name) for name in names)]]
    rows += [_amount_row(line, number) for number, line in enumerate(table.lines, start=FIRST_ROW)]
    last = FIRST_ROW + len(table.lines) - 1
    columns = [column_letters(WORDS + place) for place in range(len(names))]
    sums = [Fen(sum(line.sources[place] for line in table.lines)) for place in range(len(table.sources))]
    totals = [
        Formula(f"SUM({letter}{FIRST_ROW}:{letter}{last})", yuan(amount))
        for letter, amount in zip(columns, (*sums, total_of(table.lines)), strict=True)
    ]
    rows.append([_("合计"), None, None, None, *totals])
    return SheetContent(label(table.phase), rows, (24, 12, 32, 12, *(18 for _name in names)))


def _amount_row(line: BudgetLine, number: int) -> list[CellValue]:
    first, last = column_letters(WORDS), column_letters(WORDS + len(line.sources) - 1)
    total: CellValue = yuan(line.total_fen)
    if line.sources:
        total = Formula(f"ROUND(SUM({first}{number}:{last}{number}),2)", yuan(line.total_fen))
    return [line.place, line.code, line.item, label(line.use), *map(yuan, line.sources), total]
