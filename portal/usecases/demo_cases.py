"""Sample cases in every state; the codes of some of them are told, so that a newcomer can look them up."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.domain.instants import start_of_day
from portal.domain.offices import office_name
from portal.models.base import db
from portal.models.cases import Case
from portal.queries.divisions import division
from portal.queries.offices import office_named
from portal.sealing.query_codes import derive, new_code
from portal.usecases.demo_desks import open_desks
from portal.usecases.demo_offices import Staff
from portal.usecases.demo_stories import Stage, Story
from portal.usecases.demo_tales import Docket, Tale, Unit

CODES_FILE = "demo-codes.csv"
CODES_HEADING = ("number", "code", "kind", "state")


def docket_of(stage: Stage, offices: Mapping[str, Any], table: Mapping[str, Any]) -> Docket:
    """What the tales share: the table of cases, and the units of the table of offices."""
    units = {
        entry["slug"]: Unit(entry.get("townships", (entry["code"],)), _office_id(entry))
        for entry in (*offices["counties"], *offices["townships"])
    }
    return Docket(stage, table, units, _office_id(offices["city"]))


def _office_id(entry: Mapping[str, Any]) -> int:
    return office_named(office_name(division(entry["code"]))).id


def case_stories(docket: Docket, staff: Staff, beside: Executor, *, at: datetime) -> Iterator[Story]:
    """The people come, then one of each case of the table; codes are derived beside the stories that come before."""
    yield _staffed(docket, staff, at=at)
    pepper = docket.stage.services.keyring.key("codes")
    for number, entry in enumerate(docket.table["cases"]):
        code = new_code()
        yield Tale(docket, entry, number, code, beside.submit(derive, code.digits, pepper)).told()


def _staffed(docket: Docket, staff: Staff, *, at: datetime) -> Story:
    """On the morning of the first case everybody who handles cases is there, and the desks are open."""
    yield start_of_day(min(map(docket.received_on, docket.table["cases"])))
    docket.crews.update(open_desks(staff.all_there(at=at), at=at))


def code_rows(docket: Docket) -> Iterator[tuple[str, ...]]:
    """Number, code, kind and state of the cases that a newcomer can look up."""
    for number, code in docket.codes.items():
        case = db.session.scalars(select(Case).where(Case.number == number)).one()
        yield number, code.grouped, str(case.kind), str(case.state)
