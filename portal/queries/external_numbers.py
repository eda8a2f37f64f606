"""The numbers that a matter has elsewhere (12345 工单号, 信访系统编号), and the case that carries each."""

from collections.abc import Mapping, Sequence

from sqlalchemy import case as case_of_sql
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from portal.domain.intake import ExternalNumber
from portal.domain.permissions import Actor
from portal.models.cases import Case, CaseExternalNumber
from portal.models.offices import Office
from portal.queries.case_scope import open_to

BATCH = 300


def cases_numbered(
    session: Session, actor: Actor | None, numbers: Sequence[ExternalNumber]
) -> Mapping[ExternalNumber, str]:
    """Of the numbers that are on the register the number of their case, many at once.

    It is empty for an actor who may not see that case: he learns that the matter is registered, and nothing of where.
    """
    found: dict[ExternalNumber, str] = {}
    told = case_of_sql((open_to(actor), Case.number), else_="") if actor else Case.number
    query = (
        select(CaseExternalNumber.system, CaseExternalNumber.number, told)
        .join(Case, Case.id == CaseExternalNumber.case_id)
        .join(Office, Office.id == Case.office_id)
    )
    place = tuple_(CaseExternalNumber.system, CaseExternalNumber.number)
    for start in range(0, len(numbers), BATCH):
        wanted = place.in_([(one.system, one.number) for one in numbers[start : start + BATCH]])
        rows = session.execute(query.where(wanted))
        found |= {ExternalNumber(system, number): case for system, number, case in rows}
    return found
