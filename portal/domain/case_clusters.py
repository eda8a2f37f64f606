"""Clusters of complaints: many within a time about one office or from one township (济民字〔2020〕21号 三(二))."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.cases import CaseKind


@dataclass(frozen=True, slots=True)
class ClusterRule:
    """From how many cases within how many days on somebody is told; which kinds count [policy]."""

    enabled: bool
    days: int
    least: int
    kinds: frozenset[CaseKind]

    def __post_init__(self) -> None:
        if self.days < 1 or self.least < 2:  # noqa: PLR2004 - one case is no cluster
            raise ValueError("a cluster needs a day at least, and two cases")


def cluster_rule_from_table(table: Mapping[str, Any]) -> ClusterRule:
    """Read the part of `warnings.toml`; KeyError or ValueError when it is incomplete or names an unknown kind."""
    return ClusterRule(table["enabled"], table["days"], table["least"], frozenset(map(CaseKind, table["kinds"])))
