"""What the lines above a budget's table tell besides the year: its phase, its approval, its document number."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.domain.budgets import BudgetPhase
from portal.domain.fund_titles import cells_above, in_digits
from portal.domain.sheets import Sheet, compact

_WRITTEN = r"20\d\d(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2})"
_APPROVED = re.compile(
    rf"(?:批准|批复|审定|通过)[^\d。;]{{0,12}}(?P<after>{_WRITTEN})|(?P<before>{_WRITTEN})[^\d。;]{{0,24}}(?:批准|批复|审定|通过)"
)
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[(](?:20\d\d)[〕\])]\d{1,5}号")
_CITED = re.compile(r"依据|根据|按照|参照")
_LEADING = re.compile(r"^.*(?:批准|批复|文号|印发|下达)")


@dataclass(frozen=True, slots=True)
class ToldAbove:
    """What is told above the table; empty where nothing is."""

    phase: BudgetPhase | None
    approved_on: date | None
    document_number: str


def told_above(sheet: Sheet, above: int, phases: Mapping[str, Sequence[str]]) -> ToldAbove:
    """Read the lines above the header, and the sheet's name where they say nothing of the phase."""
    texts = [compact(cell.text) for _place, cell in cells_above(sheet, above)]
    lines = [in_digits(compact("".join(cell.text for cell in row.cells))) for row in sheet.rows[:above]]
    phase = next((found for text in (*texts, sheet.name) if (found := _phase(text, phases))), None)
    approvals = (day for line in lines for match in _APPROVED.finditer(line) if (day := _day(match)))
    numbers = (own for text in texts for match in _NUMBER.finditer(text) if (own := _own_number(match[0])))
    return ToldAbove(phase, next(approvals, None), next(numbers, ""))


def _own_number(found: str) -> str:
    """The number without the words before it; empty where it is the number of what the budget goes by."""
    return "" if _CITED.search(found) else _LEADING.sub("", found)


def _phase(text: str, phases: Mapping[str, Sequence[str]]) -> BudgetPhase | None:
    return next((BudgetPhase(phase) for phase, words in phases.items() if any(word in text for word in words)), None)


def _day(match: re.Match[str]) -> date | None:
    year, month, day = map(int, re.findall(r"\d+", match["after"] or match["before"]))
    try:
        return date(year, month, day)
    except ValueError:
        return None
