"""Clusters of complaints: many within a time about one office or from one township (济民字〔2020〕21号 三(二)).

Of a cluster only its handling is kept, with the cases that it was about. How many they are is counted by each reader.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.domain.cases import CaseKind
from portal.domain.ladders import Ladder, ladder_from_table
from portal.domain.permissions import AccountId
from portal.domain.wordings import Wording, wording_from_table


@dataclass(frozen=True, slots=True)
class ClusterRule:
    """From how many cases within how many days on somebody is told; which kinds count, and the reasons [policy]."""

    enabled: bool
    days: int
    least: int
    kinds: frozenset[CaseKind]
    reasons: Mapping[str, Wording]
    ladder: Ladder

    def __post_init__(self) -> None:
        if self.days < 1 or self.least < 2:  # noqa: PLR2004 - one case is no cluster
            raise ValueError("a cluster needs a day at least, and two cases")


def cluster_rule_from_table(table: Mapping[str, Any]) -> ClusterRule:
    """Read the part of `warnings.toml`; KeyError or ValueError when it is incomplete or names an unknown kind."""
    return ClusterRule(
        enabled=table["enabled"],
        days=table["days"],
        least=table["least"],
        kinds=frozenset(map(CaseKind, table["kinds"])),
        reasons={entry["code"]: wording_from_table(entry, "name") for entry in table["reasons"]},
        ladder=ladder_from_table(table["ladder"], reminder=1 - table["warn_days"]),
    )


@dataclass(frozen=True, slots=True)
class ClusterHandling:
    """Who took a cluster over, until when it is explained, and how it was; `cases` are those that he saw."""

    id: int
    owner_id: AccountId
    owner_name: str
    taken_at: datetime
    due_on: date
    cases: frozenset[int]
    reason: str = ""
    words: str = ""
    closed_at: datetime | None = None


def handling_of(cases: frozenset[int], seen: Sequence[ClusterHandling]) -> ClusterHandling | None:
    """Which of the handlings that a reader sees, the first one first, counts for the cases that he sees now.

    An explanation holds for the cases that it was about; with one more the cluster is open again, and nobody has it.
    """
    closed = [one for one in seen if one.closed_at and cases <= one.cases]
    if closed:
        return closed[-1]
    latest = seen[-1] if seen else None
    return latest if latest and latest.closed_at is None else None


def cases_since_closing(cases: frozenset[int], seen: Iterable[ClusterHandling]) -> frozenset[int]:
    """Those that no explanation was about; empty while there is none, for then all of them wait for it."""
    closed = [one.cases for one in seen if one.closed_at]
    return cases.difference(*closed) if closed else frozenset()


def standing_since(received: Iterable[date], rule: ClusterRule) -> date | None:
    """The day since which there have been enough within the days of the rule, without a gap; None for too few."""
    days, since, last = sorted(received), None, None
    for first, reached in zip(days, days[rule.least - 1 :], strict=False):
        if (reached - first).days > rule.days:
            continue
        if last is None or reached > last + timedelta(days=1):
            since = reached
        last = first + timedelta(days=rule.days)
    return since
