"""A further accused is named: routing is asked again, whoever is kept out loses the keys, everything is sealed anew."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.case_given import Given
from portal.domain.case_holders import SUBMITTER_AND_SERVICE_ID, Holder, KeyPurpose, Wrap
from portal.domain.cases import CaseKind, ItemKind
from portal.domain.errors import NotFoundError, RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.permissions import AccountId
from portal.domain.routing import Accused, Desk, Exclusion, Matter, Routing, reroute, routing_rules_on, settle
from portal.models.cases import Case, CaseAccused, CaseEvent, CaseKey, CaseMember, CaseRecusal
from portal.models.desk_keys import DeskKey
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account
from portal.queries.desk_keys import DeskPublicKey, desk_keys, routing_desks
from portal.usecases.case_placement import content_desk
from portal.usecases.case_sealing import Opener, Publics, add_item, new_key, open_key, reseal_items, wrap_keys
from portal.usecases.services import Services

_NO_DESK = N_("没有与此事无关的受理台能打开这件举报：请先启用上一级的受理台")


def add_accused(
    session: Session, services: Services, case: Case, given: Given, openers: Sequence[Opener], *, at: datetime
) -> dict[str, Any]:
    """Keep an office or a person out of the case from now on, and move it up where it may no longer stay.

    The detail for the event says how often the accused had looked into the case before.
    """
    office_id, account_id = given.accused_office_id, given.accused_account_id
    key = open_key(session, case, KeyPurpose.CONTENT, openers)
    if given.accused_names:
        add_item(session, case, key, ItemKind.ACCUSED_NAMES, {"text": given.accused_names}, at=at)
    had_read = _had_read(session, case, office_id, account_id)
    desks = routing_desks(session)
    rules = routing_rules_on(services.rulebook.case_routing, shanghai_date(case.received_at))
    present = Routing(case.office_id, case.track, exclusion_of_case(session, case), ())
    routing = reroute(present, _matter(session, case), _accused(session, given), desks, rules)
    settle_case(session, services, case, routing, key, at=at)
    return {"office": routing.office_id, "accused_office": office_id, "account": account_id, "had_read": had_read}


def exclusion_of_case(session: Session, case: Case) -> Exclusion:
    """Who is kept out of a case now."""
    rows = session.scalars(select(CaseAccused).where(CaseAccused.case_id == case.id)).all()
    recused = session.scalars(select(CaseRecusal.account_id).where(CaseRecusal.case_id == case.id))
    return Exclusion(
        offices=frozenset(row.office_id for row in rows if row.office_id is not None),
        accounts=frozenset(AccountId(row.account_id) for row in rows if row.account_id is not None),
        recused=frozenset(AccountId(account_id) for account_id in recused),
        floor=case.level_floor,
        offline=case.offline,
    )


def keep_out_of_both(
    session: Session, services: Services, one: Case, other: Case, openers: Sequence[Opener], *, at: datetime
) -> None:
    """Two cases turn out to be one matter: whoever is kept out of one is kept out of the other as well."""
    desks = routing_desks(session)
    union = exclusion_of_case(session, one) | exclusion_of_case(session, other)
    for case in (one, other):
        if exclusion_of_case(session, case) != union:
            start = next(desk for desk in desks if desk.office_id == case.office_id)
            routing = settle(case.track, case.kind, start, union, desks)
            key = open_key(session, case, KeyPurpose.CONTENT, openers)
            settle_case(session, services, case, routing, key, at=at)


def settle_case(
    session: Session, services: Services, case: Case, routing: Routing, key: bytes, *, at: datetime
) -> None:
    """Write a routing down: who is kept out, where the case lies now, and the keys anew for those who may read it."""
    exclusion, former = routing.exclusion, exclusion_of_case(session, case)
    session.add_all(CaseAccused(case_id=case.id, office_id=one) for one in exclusion.offices - former.offices)
    session.add_all(CaseAccused(case_id=case.id, account_id=one) for one in exclusion.accounts - former.accounts)
    interested = exclusion.recused - former.recused
    session.add_all(CaseRecusal(case_id=case.id, account_id=one, at=at) for one in interested)
    moved = routing.office_id != case.office_id
    case.level_floor, case.offline, case.track = exclusion.floor, exclusion.offline, routing.track
    case.office_id = routing.office_id
    if moved or (case.officer_id is not None and exclusion.shuts_out_person(AccountId(case.officer_id))):
        case.officer_id = None
    session.flush()
    _renew_content_key(session, services, case, routing, key)
    _drop_custody(session, case, exclusion)


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


def _renew_content_key(session: Session, services: Services, case: Case, routing: Routing, key: bytes) -> None:
    """A new generation under a key that whoever has just been kept out never held; former wraps go."""
    former = session.scalars(
        select(CaseKey).where(CaseKey.case_id == case.id, CaseKey.purpose == KeyPurpose.CONTENT)
    ).all()
    submitters = submitters_of(session, case)
    reader = _reader(session, case, routing)
    wraps = [Wrap(KeyPurpose.CONTENT, Holder.SUBMITTER, ordinal) for ordinal in submitters]
    wraps.append(Wrap(KeyPurpose.CONTENT, Holder.DESK, reader.id) if reader else _SERVICE)
    fresh = new_key()
    case.key_generation += 1
    session.flush()
    desks = {reader.id: reader.public_key} if reader else {}
    wrap_keys(session, services.keyring, case, {KeyPurpose.CONTENT: fresh}, wraps, Publics(submitters, desks))
    reseal_items(session, case, key, fresh)
    for row in former:
        session.delete(row)
    session.flush()


_SERVICE = Wrap(KeyPurpose.CONTENT, Holder.SERVICE)


def _reader(session: Session, case: Case, routing: Routing) -> DeskPublicKey | None:
    """The desk that holds the key from now on; None of an ordinary case, which the service opens for its officers."""
    if case.kind is not CaseKind.TIP_OFF and not routing.exclusion.offline:
        return None
    found = content_desk(desk_keys(session), routing_desks(session), routing)
    if found is None:
        raise RefusedError(_NO_DESK)
    return found


def _drop_custody(session: Session, case: Case, exclusion: Exclusion) -> None:
    """A custodian who is kept out loses the identity; then only the submitter himself can still tell who he is."""
    by_id: dict[int, Desk] = {desk.office_id: desk for desk in routing_desks(session)}
    rows = session.execute(
        select(CaseKey, DeskKey.office_id)
        .join(DeskKey, DeskKey.id == CaseKey.holder_id)
        .where(CaseKey.case_id == case.id, CaseKey.purpose == KeyPurpose.IDENTITY, CaseKey.holder == Holder.DESK)
        .where(DeskKey.offline.is_(False))
    ).all()
    for row, office_id in rows:
        if exclusion.shuts_out_office(by_id[office_id].path, by_id[office_id].level):
            session.delete(row)


def submitters_of(session: Session, case: Case) -> Mapping[int, bytes]:
    """The public keys of everybody who handed the case in, by ordinal."""
    members = session.execute(select(CaseMember.ordinal, CaseMember.public_key).where(CaseMember.case_id == case.id))
    return {SUBMITTER_AND_SERVICE_ID: case.submitter_public, **{row.ordinal: row.public_key for row in members}}


def _had_read(session: Session, case: Case, office_id: int | None, account_id: int | None) -> int:
    """How many steps the accused had taken in the case: what may have been read cannot be taken back, but is told."""
    steps = select(func.count()).select_from(CaseEvent).where(CaseEvent.case_id == case.id)
    if office_id is None:
        return session.scalar(steps.where(CaseEvent.account_id == account_id)) or 0
    paths = select(Office.path).where(Office.id == office_id).scalar_subquery()
    within = select(Account.id).join(Office, Office.id == Account.office_id).where(Office.path.startswith(paths))
    return session.scalar(steps.where(CaseEvent.account_id.in_(within))) or 0
