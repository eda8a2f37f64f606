"""Giving a case the number of the same matter elsewhere; one matter counts once, so a number has one case."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, RefusedError
from portal.domain.intake import ExternalNumber
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.models.cases import Case, CaseExternalNumber
from portal.queries.external_numbers import cases_numbered


class KnownMatterError(ConflictError):
    """The number is on the register already. `number` is its case; empty for whoever may not see that case."""

    def __init__(self, number: str) -> None:
        if number:
            super().__init__(N_("这个编号已经登记为%(number)s，同一件事不重复登记"), number=number)
        else:
            super().__init__(N_("这个编号已经登记过，同一件事不重复登记"))
        self.number = number


def keep_number(session: Session, case_id: int, external: ExternalNumber, actor: Actor | None) -> None:
    """Give a case a number within the verb's transaction; KnownMatterError when a case has it already."""
    known = cases_numbered(session, actor, [external])
    if external in known:
        raise KnownMatterError(known[external])
    session.add(CaseExternalNumber(case_id=case_id, system=external.system, number=external.number))
    try:
        session.flush()
    except IntegrityError:  # somebody else registers the same matter at this instant
        raise KnownMatterError("") from None


def add_number(session: Session, case: Case, external: ExternalNumber | None, actor: Actor | None) -> dict[str, str]:
    """From now on whoever registers this number is led to this case; gives the facts for the event."""
    if external is None:
        raise RefusedError(N_("请填写编号"))
    keep_number(session, case.id, external, actor)
    return {"system": external.system, "external": external.number}
