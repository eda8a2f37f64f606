"""Assistance standards (保障标准、供养标准): what a person gets a month, by programme, residence and date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.domain.programs import Program

FEN = 100


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard: fen per person and month for a residence (urban, rural), in force from a day."""

    program: Program
    residence: str
    valid_from: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Standards:
    """All standards that the operator has entered."""

    all: tuple[Standard, ...]

    def valid_on(self, program: Program, day: date) -> Mapping[str, int]:
        """Residence → fen per person and month on a day; empty when the operator has entered none."""
        found: dict[str, int] = {}
        for standard in sorted(self.all, key=lambda item: item.valid_from):
            if standard.program is program and standard.valid_from <= day:
                found[standard.residence] = standard.amount_fen
        return found


def standards_from_table(table: Mapping[str, Any]) -> Standards:
    """The standards of a table; KeyError or ValueError when an entry is incomplete or unreadable."""
    return Standards(
        tuple(
            Standard(
                Program(entry["program"]), entry["residence"], entry["valid_from"], int(Decimal(entry["yuan"]) * FEN)
            )
            for entry in table["standards"]
        )
    )
