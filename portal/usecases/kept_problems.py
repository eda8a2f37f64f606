"""The problems of a sheet as they are kept, sealed, for whoever handed it in."""

from typing import Any

from portal.domain.messages import Message
from portal.domain.roster_values import Problem


def problem_values(problem: Problem) -> list[Any]:
    """A problem in values that JSON knows."""
    return [problem.sheet, problem.cell, problem.message.text, dict(problem.message.params), problem.shown]


def problem_of(values: list[Any]) -> Problem:
    """The problem that was kept."""
    sheet, cell, text, params, shown = values
    return Problem(sheet, cell, Message(text, params), shown)
