"""The problems of a list as tables: grouped for the page, and in full for a spreadsheet program."""

import csv
from collections import Counter
from collections.abc import Sequence
from io import StringIO

from flask_babel import gettext as _

from portal.domain.roster_values import Problem
from portal.web.languages import say

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def problem_groups(problems: Sequence[Problem]) -> list[tuple[str, int]]:
    """What is wrong, and how many cells have it, most frequent first."""
    return Counter(say(problem.message) for problem in problems).most_common()


def problem_sheet(problems: Sequence[Problem], warnings: Sequence[Problem]) -> bytes:
    """All problems and warnings as CSV that WPS opens as UTF-8; no cell can become a formula."""
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([_("性质"), _("工作表"), _("单元格"), _("现在的值（已隐去）"), _("问题和改法")])
    for kind, ones in ((_("错误"), problems), (_("提醒"), warnings)):
        writer.writerows([kind, *map(_harmless, (one.sheet, one.cell, one.shown, say(one.message)))] for one in ones)
    return out.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
