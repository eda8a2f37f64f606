"""A further accused is named: routing is asked again, whoever is kept out loses the keys, everything is sealed anew."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.case_given import Given
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import ItemKind
from portal.domain.errors import NotFoundError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.permissions import AccountId
from portal.domain.routing import Accused, Matter, Routing, reroute, routing_rules_on
from portal.models.cases import Case, CaseEvent
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account
from portal.queries.desk_keys import routing_desks
from portal.usecases.case_sealing import Opener, add_item, open_key
from portal.usecases.case_settling import exclusion_of_case, settle_case
from portal.usecases.services import Services


def add_accused(
    session: Session, services: Services, case: Case, given: Given, openers: Sequence[Opener], *, at: datetime
) -> dict[str, Any]:
    """Keep an office or a person out of the case from now on, and move it up where it may no longer stay.

    The detail for the event says how often the accused had looked into the case before.
    """
    office_id, account_id = given.accused_office_id, given.accused_account_id
    if given.accused_names:
        key = open_key(session, case, KeyPurpose.CONTENT, openers)
        add_item(session, case, key, ItemKind.ACCUSED_NAMES, {"text": given.accused_names}, at=at)
    had_read = _had_read(session, case, office_id, account_id)
    desks = routing_desks(session)
    rules = routing_rules_on(services.rulebook.case_routing, shanghai_date(case.received_at))
    present = Routing(case.office_id, case.track, exclusion_of_case(session, case), ())
    routing = reroute(present, _matter(session, case), _accused(session, given), desks, rules)
    settle_case(session, services, case, routing, openers, at=at)
    return {"office": routing.office_id, "accused_office": office_id, "account": account_id, "had_read": had_read}


def _accused(session: Session, given: Given) -> Accused:
    """As in a new case: a person picked from the staff list brings his office along."""
    if given.accused_account_id is not None:
        account = session.get(Account, given.accused_account_id)
        if account is None:
            raise NotFoundError(N_("没有找到被反映的单位或人"))
        return Accused(given.accused_role, account.office_id, AccountId(account.id))
    if given.accused_office_id is not None and session.get(Office, given.accused_office_id) is None:
        raise NotFoundError(N_("没有找到被反映的单位或人"))
    return Accused(given.accused_role, given.accused_office_id)


def _matter(session: Session, case: Case) -> Matter:
    path = session.scalars(select(Division.path).where(Division.code == case.division_code)).one()
    return Matter(case.kind, case.category, path)


def _had_read(session: Session, case: Case, office_id: int | None, account_id: int | None) -> int:
    """How many steps the accused had taken in the case: what may have been read cannot be taken back, but is told."""
    steps = select(func.count()).select_from(CaseEvent).where(CaseEvent.case_id == case.id)
    if office_id is None:
        return session.scalar(steps.where(CaseEvent.account_id == account_id)) or 0
    paths = select(Office.path).where(Office.id == office_id).scalar_subquery()
    within = select(Account.id).join(Office, Office.id == Account.office_id).where(Office.path.startswith(paths))
    return session.scalar(steps.where(CaseEvent.account_id.in_(within))) or 0
