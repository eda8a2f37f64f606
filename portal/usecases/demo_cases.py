"""Sample cases in every state; the codes of some of them are told, so that a newcomer can look them up."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select

from portal.domain.offices import office_name
from portal.models.base import db
from portal.models.cases import Case
from portal.queries.divisions import division
from portal.queries.offices import office_named
from portal.sealing.query_codes import derive, new_code
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
    """One of each case of the table; their codes are derived beside the stories that come before them."""
    pepper = docket.stage.services.keyring.key("codes")
    processor = ThreadPoolExecutor(max_workers=1)
    for number, entry in enumerate(docket.table["cases"]):
        code = new_code()
        yield Tale(docket, entry, number, code, processor.submit(derive, code.digits, pepper)).told()
    processor.shutdown(wait=False)


def code_rows(docket: Docket) -> Iterator[tuple[str, ...]]:
    """Number, code, kind and state of the cases that a newcomer can look up."""
    for number, code in docket.codes.items():
        case = db.session.scalars(select(Case).where(Case.number == number)).one()
        yield number, code.grouped, str(case.kind), str(case.state)
