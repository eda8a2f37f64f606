"""Sample cases in every state; the codes of some of them are told, so that a newcomer can look them up."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from portal.domain.offices import office_name
from portal.models.base import db
from portal.models.cases import Case
from portal.queries.divisions import division
from portal.queries.offices import office_named
from portal.usecases.demo_desks import Crew
from portal.usecases.demo_stories import Stage, Story
from portal.usecases.demo_tales import Docket, Tale, Unit

CODES_FILE = "demo-codes.csv"
CODES_HEADING = ("number", "code", "kind", "state")


def docket_of(stage: Stage, offices: Mapping[str, Any], table: Mapping[str, Any], crews: Mapping[int, Crew]) -> Docket:
    """What the tales share: the table of cases, and the units of the table of offices with their people."""

    def crew_at(entry: Mapping[str, Any]) -> Crew:
        return crews[office_named(office_name(division(entry["code"]))).id]

    units = {
        entry["slug"]: Unit(entry.get("townships", (entry["code"],)), crew_at(entry))
        for entry in (*offices["counties"], *offices["townships"])
    }
    return Docket(stage, table, units, crews, crew_at(offices["city"]))


def case_stories(docket: Docket) -> Iterator[Story]:
    """One of each case of the table."""
    return (Tale(docket, entry, number).told() for number, entry in enumerate(docket.table["cases"]))


def code_rows(docket: Docket) -> Iterator[tuple[str, ...]]:
    """Number, code, kind and state of the cases that a newcomer can look up."""
    for number, code in docket.codes.items():
        case = db.session.scalars(select(Case).where(Case.number == number)).one()
        yield number, code.grouped, str(case.kind), str(case.state)
