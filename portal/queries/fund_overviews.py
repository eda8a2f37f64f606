"""What the pages of money tell of a place: its year, its years, and what each person got."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from portal.domain.divisions import DivisionCode
from portal.domain.fund_overviews import FundColumn, Overview, SumTable, had_by, overview, passed_on_by
from portal.domain.fund_totals import FundStage
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.models.base import db
from portal.models.fund_totals import FundYearTotal
from portal.queries.fund_totals import figures_by_program, figures_by_source, figures_of_newest_year, figures_of_years

_SUMS = FundYearTotal.__table__.c
_COUNTED = (
    select(_SUMS.program, func.sum(_SUMS.amount_fen), func.sum(_SUMS.persons))
    .where(_SUMS.year == bindparam("year"), _SUMS.whole_code == bindparam("whole"))
    .where(_SUMS.stage == FundStage.COUNTED)
    .group_by(_SUMS.program)
)


@dataclass(frozen=True, slots=True)
class PaidPersons:
    """What was paid to how many persons; whoever got money in three months counts three times."""

    amount_fen: Fen
    persons: int

    @property
    def each_fen(self) -> Fen:
        """What one got on average, to the nearest fen."""
        return Fen((2 * self.amount_fen + self.persons) // (2 * self.persons))


def overview_of(year: int, code: DivisionCode, city: DivisionCode) -> Overview:
    """The sums of a division: the city's own, or a county's with what the city tells of it."""
    own, sources = figures_by_program(year, code), figures_by_source(year, code)
    if code == city:
        return overview(own, sources, own)
    had = had_by(own, figures_by_program(year, city, code))
    sources_had = had_by(sources, figures_by_source(year, city, code))
    return overview(had, sources_had, passed_on_by(own, code), FundColumn.PASSED_ON)


def years_of(code: DivisionCode, city: DivisionCode) -> Mapping[int, SumTable[Program | None]]:
    """What a division had in every year of which anything is told, newest first."""
    own = figures_of_years(code)
    if code == city:
        return {year: overview(figures, (), ()).programs for year, figures in own.items()}
    above = figures_of_years(city, code)
    years = sorted({*own, *above}, reverse=True)
    had = {year: had_by(own.get(year, ()), above.get(year, ())) for year in years}
    return {year: overview(figures, (), ()).programs for year, figures in had.items() if figures}


def newest_year_of(city: DivisionCode) -> tuple[int, SumTable[Program | None]] | None:
    """The city's newest year and what is told of it; nothing where nothing is public yet."""
    found = figures_of_newest_year(city)
    return next(((year, overview(figures, (), ()).programs) for year, figures in found.items()), None)


def persons_of(year: int, code: DivisionCode) -> Mapping[Program, PaidPersons]:
    """What was paid to how many persons, where both are told; a programme of which neither is told is left out."""
    rows = db.session.execute(_COUNTED, {"year": year, "whole": code})
    told = {program: PaidPersons(Fen(int(amount)), int(persons)) for program, amount, persons in rows if persons}
    return {program: told[program] for program in Program if program in told}
