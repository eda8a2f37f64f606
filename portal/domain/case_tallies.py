"""What one case counts for in the statistics, decided from its state, its clocks and the last words about it.

The formulas are those of data/case_statistics.toml: whoever withdraws takes his case out of the promises, not out of
the count of concluded cases; a clock that stands still is not due.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from portal.domain.case_actions import Action
from portal.domain.case_clocks import Clock
from portal.domain.case_statistics import quarter_of
from portal.domain.cases import CaseState, ClockKind, Outcome
from portal.domain.instants import shanghai_date

TELLING = frozenset({ClockKind.ROUTE, ClockKind.CONFIRM, ClockKind.FIRST_ANSWER})
"""Within these somebody must be told what becomes of his case."""

FINISHING = frozenset({ClockKind.FINISH})

_ENDS = frozenset({Action.CONCLUDE, Action.REVIEW_FINALLY})


@dataclass(frozen=True, slots=True)
class TallyFacts:
    """What the counting asks of a case; `words` are its conclusions and what was said against them, oldest first."""

    state: CaseState
    outcome: Outcome | None
    concluded_at: datetime | None
    merged: bool
    rating: int | None
    clocks: tuple[Clock, ...]
    words: tuple[tuple[Action, datetime], ...]


@dataclass(frozen=True, slots=True)
class CaseTally:
    """What a case counts for; an empty quarter or month says that it does not count there."""

    quarter: str = ""
    outcome: str = ""
    told_month: str = ""
    told_in_time: bool = False
    never_told: bool = False
    due_month: str = ""
    on_time: bool = False
    unfinished: bool = False
    done_month: str = ""
    solved: bool = False
    satisfied: bool = False
    unrated: bool = False


def tally_of(facts: TallyFacts, satisfied_from: int) -> CaseTally:
    """What a case counts for. A merged case is none: its main case counts for the matter."""
    tally = CaseTally()
    if not facts.merged:
        for change in (_cell(facts), _promises(facts), _echo(facts, satisfied_from)):
            tally = replace(tally, **change)
    return tally


def _cell(facts: TallyFacts) -> dict[str, Any]:
    if facts.concluded_at is None:
        return {}
    quarter = quarter_of(shanghai_date(facts.concluded_at))
    return {"quarter": str(quarter), "outcome": str(facts.outcome or "")}


def _promises(facts: TallyFacts) -> dict[str, Any]:
    if facts.state is CaseState.WITHDRAWN:
        return {}
    found: dict[str, Any] = {}
    telling = _due(facts.clocks, TELLING)
    if telling:
        found["told_month"] = _month_due(telling)
        found["told_in_time"] = all(_is_kept(clock) for clock in telling)
        found["never_told"] = all(clock.met_at is None for clock in telling)
    finishing = _due(facts.clocks, FINISHING)
    if finishing:
        found["due_month"] = _month_due(finishing)
        found["on_time"] = all(_is_kept(clock) for clock in finishing)
        found["unfinished"] = any(clock.met_at is None for clock in finishing)
    return found


def _due(clocks: Iterable[Clock], kinds: frozenset[ClockKind]) -> list[Clock]:
    return [clock for clock in clocks if clock.clock in kinds and (clock.paused_on is None or clock.met_at)]


def _month_due(clocks: Iterable[Clock]) -> str:
    return f"{max(clock.due_on for clock in clocks):%Y-%m}"


def _is_kept(clock: Clock) -> bool:
    return clock.met_at is not None and clock.met_at < clock.due_at


def _echo(facts: TallyFacts, satisfied_from: int) -> dict[str, Any]:
    """What the submitter has said to the conclusion; one that was overturned stays in its month, unsolved."""
    concluded_at, is_solved = _conclusion(facts.words)
    if concluded_at is None:
        return {}
    return {
        "done_month": f"{shanghai_date(concluded_at):%Y-%m}",
        "solved": is_solved,
        "satisfied": facts.rating is not None and facts.rating >= satisfied_from,
        "unrated": facts.rating is None,
    }


def _conclusion(words: Iterable[tuple[Action, datetime]]) -> tuple[datetime | None, bool]:
    """When a case was first concluded since it was last taken up, and whether nobody has asked for more."""
    concluded_at, is_asked, is_reopened = None, False, False
    for action, at in words:
        if action in _ENDS:
            concluded_at = at if concluded_at is None or is_reopened else concluded_at
            is_reopened = False
        else:
            is_reopened = action is Action.REOPEN
            is_asked = not is_reopened
    return concluded_at, not is_asked and not is_reopened
