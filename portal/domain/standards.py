"""Assistance standards (保障标准、供养标准): what a person gets a month, by programme, residence, place and date.

An entry is never changed. What was mistyped is entered again for the same day, and the former amount stays beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.divisions import DivisionCode
from portal.domain.money import Fen
from portal.domain.programs import Program


class StandardResidence(StrEnum):
    """For whom a standard holds: 城市, 农村, 不分城乡."""

    URBAN = "urban"
    RURAL = "rural"
    ALL = "all"


class ProposalState(StrEnum):
    """What became of standards that somebody handed in: they wait for a second person, are entered, or are refused."""

    WAITING = "waiting"
    ENTERED = "entered"
    REFUSED = "refused"


def residences_of(program: Program) -> tuple[StandardResidence, ...]:
    """What a programme is told by: 临时救助 has one bound for everybody, the most that 小额快救 gives a person."""
    if program is Program.TEMPORARY_ASSISTANCE:
        return (StandardResidence.ALL,)
    return StandardResidence.URBAN, StandardResidence.RURAL


@dataclass(frozen=True, slots=True)
class Series:
    """Whose standard an entry sets, and from which day on."""

    program: Program
    residence: StandardResidence
    division_code: DivisionCode
    valid_from: date


@dataclass(frozen=True, slots=True)
class Standard:
    """One entry: fen per person and month, and the document that sets them, or words in its place."""

    series: Series
    amount_fen: Fen
    document_number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What holds from a day on, and the amounts that stood in its place before they were corrected, oldest first."""

    standard: Standard
    former: tuple[Standard, ...]


@dataclass(frozen=True, slots=True)
class Standards:
    """All entries in the order in which they were made."""

    all: tuple[Standard, ...]

    def of(self, series: Series) -> Standard | None:
        """The entry that counts for a day: the last one made."""
        found = self._entries(series)
        return found[-1] if found else None

    def stands(self, standard: Standard) -> bool:
        """Whether the same amount stands there already: a table may be handed in again with its new rows."""
        entry = self.of(standard.series)
        return entry is not None and entry.amount_fen == standard.amount_fen

    def valid_on(self, program: Program, day: date, path: Sequence[str]) -> Mapping[str, int]:
        """Residence → fen per person and month; `path` are the codes of a place from the city down.

        Of the places that have set a standard of their own by that day the nearest counts. Empty when none has.
        """
        found = {residence: self._valid_on(program, residence, day, path) for residence in StandardResidence}
        return {str(residence): standard.amount_fen for residence, standard in found.items() if standard}

    def over_the_years(self, program: Program, residence: StandardResidence, path: Sequence[str]) -> tuple[Step, ...]:
        """What has held at a place, oldest first: each step is an entry, wherever another one begins to count."""
        days = {
            one.series.valid_from
            for one in self.all
            if (one.series.program, one.series.residence) == (program, residence) and one.series.division_code in path
        }
        steps: list[Step] = []
        for day in sorted(days):
            standard = self._valid_on(program, residence, day, path)
            if standard and (not steps or steps[-1].standard != standard):
                steps.append(Step(standard, self._entries(standard.series)[:-1]))
        return tuple(steps)

    def _valid_on(
        self, program: Program, residence: StandardResidence, day: date, path: Sequence[str]
    ) -> Standard | None:
        for code in reversed(path):
            days = [
                one.series.valid_from
                for one in self.all
                if (one.series.program, one.series.residence, one.series.division_code) == (program, residence, code)
                and one.series.valid_from <= day
            ]
            if days:
                return self.of(Series(program, residence, DivisionCode(code), max(days)))
        return None

    def _entries(self, series: Series) -> tuple[Standard, ...]:
        return tuple(one for one in self.all if one.series == series)
