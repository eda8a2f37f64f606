"""Which month a list belongs to, read from the title that its office wrote."""

import re
from datetime import date

from portal.domain.sheets import Workbook

_MONTH = re.compile(r"(20\d\d)\s*年\s*(1[0-2]|0?[1-9])\s*月(?!\s*\d{1,2}\s*日)")
_TITLE_ROWS = 5


def month_of(workbook: Workbook, filename: str, today: date) -> date:
    """The first day of the month in the title rows, else in the file's name, else of the present month.

    A full date such as 填报日期：2026年11月16日 is not the list's month.
    """
    for sheet in workbook.sheets:
        if sheet.hidden:
            continue
        for row in sheet.rows[:_TITLE_ROWS]:
            for cell in row.cells:
                if found := _MONTH.search(cell.text):
                    return date(int(found[1]), int(found[2]), 1)
    found = _MONTH.search(filename)
    return date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)
