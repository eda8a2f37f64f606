"""Budgets and allocations whose words cite a document that no longer bound on the day of their publication."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.domain.divisions import DivisionCode
from portal.domain.documents import RepealedDocument, stale_basis
from portal.domain.warnings import Finding, WarningRule, WarningRules


@dataclass(frozen=True, slots=True)
class PublishedWords:
    """All that a live revision says in words, and the day on which it became public."""

    number: str
    division: DivisionCode
    year: int
    words: str
    told_on: date


def findings_of_bases(
    published: Iterable[PublishedWords], repealed: Sequence[RepealedDocument], rules: WarningRules
) -> tuple[Finding, ...]:
    """How many repealed documents each of them cites; what was right on its own day is no finding.

    It says nothing of money and stays at the desk; a correction that cites what binds now ends it.
    """
    if WarningRule.STALE_BASIS not in rules.enabled:
        return ()
    cited = ((one, len(stale_basis(one.words, repealed, one.told_on))) for one in published)
    return tuple(
        Finding(
            WarningRule.STALE_BASIS, one.year, one.division, one.division, 0, count,
            subject=one.number, is_told=False,
        )
        for one, count in cited
        if count
    )  # fmt: skip
