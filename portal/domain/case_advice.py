"""What somebody reads before he reports: what helps at once, whom he may turn to directly, which days run on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.cases import CaseKind, Category
from portal.domain.wordings import Wording, wording_from_table


@dataclass(frozen=True, slots=True)
class Advice:
    """What one can do at once about matters of some categories."""

    categories: frozenset[Category]
    text: Wording
    confirmed: bool


@dataclass(frozen=True, slots=True)
class DirectWay:
    """Another way than this platform; no kinds means that it is open to every kind. `phone` may be empty."""

    code: str
    name: Wording
    phone: str
    text: Wording
    kinds: frozenset[CaseKind]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class LegalRemedy:
    """A remedy of the law with its own period, which a report here does not stop."""

    code: str
    name: Wording
    period: Wording
    confirmed: bool


@dataclass(frozen=True, slots=True)
class CaseAdvice:
    """One version of everything that is told beforehand; `notes` are sentences by their code."""

    version: str
    effective_on: date
    advice: tuple[Advice, ...]
    ways: tuple[DirectWay, ...]
    remedies: tuple[LegalRemedy, ...]
    notes: Mapping[str, Wording]
    unconfirmed_notes: frozenset[str]

    def advice_on(self, category: Category) -> tuple[Wording, ...]:
        """What helps at once, none for categories where only handling does."""
        return tuple(entry.text for entry in self.advice if category in entry.categories)

    def ways_for(self, kind: CaseKind) -> tuple[DirectWay, ...]:
        """The direct ways that are open to a kind."""
        return tuple(way for way in self.ways if not way.kinds or kind in way.kinds)


def case_advice_from_table(table: Mapping[str, Any]) -> CaseAdvice:
    """The advice from its table; KeyError or ValueError when an entry is incomplete or unknown."""
    return CaseAdvice(
        version=table["version"],
        effective_on=table["effective_on"],
        advice=tuple(_advice(entry) for entry in table["advice"]),
        ways=tuple(_way(entry) for entry in table["ways"]),
        remedies=tuple(_remedy(entry) for entry in table["remedies"]),
        notes={code: wording_from_table(entry) for code, entry in table["notes"].items()},
        unconfirmed_notes=frozenset(code for code, entry in table["notes"].items() if not entry["confirmed"]),
    )


def _advice(entry: Mapping[str, Any]) -> Advice:
    return Advice(
        frozenset(Category(name) for name in entry["categories"]), wording_from_table(entry), entry["confirmed"]
    )


def _way(entry: Mapping[str, Any]) -> DirectWay:
    return DirectWay(
        code=entry["code"],
        name=wording_from_table(entry, "name"),
        phone=entry.get("phone", ""),
        text=wording_from_table(entry),
        kinds=frozenset(CaseKind(kind) for kind in entry.get("kinds", ())),
        confirmed=entry["confirmed"],
    )


def _remedy(entry: Mapping[str, Any]) -> LegalRemedy:
    return LegalRemedy(
        entry["code"], wording_from_table(entry, "name"), wording_from_table(entry, "period"), entry["confirmed"]
    )
