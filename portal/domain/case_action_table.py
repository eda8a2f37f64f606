"""The table of steps as it is printed, for the auditor who wants to read on one sheet what may happen to a case."""

from collections.abc import Iterable, Iterator

from portal.domain.case_actions import ACTIONS, Step
from portal.domain.cases import CaseKind, Track

HEAD = ("step", "from", "to", "who", "permission", "needs", "only for", "never by who took", "clocks")
UNCHANGED = "unchanged"


def rows() -> Iterator[tuple[str, ...]]:
    """One row for each step and each state that it leads to, in the words of the code and in the table's order."""
    for action, step in ACTIONS.items():
        for reached, origins in _ways(step).items():
            yield (
                action,
                _listed(origins),
                reached,
                _listed(step.parties),
                _listed(step.permissions),
                _listed([*sorted(step.needs), *(f"{need} (of tip-offs)" for need in sorted(step.tip_off_needs))]),
                _listed(_scope(step)),
                _listed(step.other_than),
                _listed(_effects(step)),
            )


def as_markdown() -> str:
    """The table in the form of docs/case-actions.md."""
    lines = (HEAD, ("---",) * len(HEAD), *rows())
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _ways(step: Step) -> dict[str, list[str]]:
    ways: dict[str, list[str]] = {}
    for origin, reached in step.moves.items():
        ways.setdefault(UNCHANGED if origin is reached else reached, []).append(origin or "")
    return ways


def _scope(step: Step) -> Iterator[str]:
    if step.tracks != frozenset(Track):
        yield from sorted(step.tracks)
    if step.kinds != frozenset(CaseKind):
        yield from sorted(step.kinds)


def _effects(step: Step) -> Iterator[str]:
    yield from (f"meets {clock}" for clock in sorted(step.meets))
    effects = (("pauses", step.pauses), ("resumes", step.resumes), ("extends", step.extends), ("ends all", step.ends))
    yield from (word for word, happens in effects if happens)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words) if isinstance(words, frozenset) else words)
