"""Where a case lies, who is kept out of it, who holds its keys: written down together, with what was merged into it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_holders import SUBMITTER_AND_SERVICE_ID, Holder, KeyPurpose, Wrap
from portal.domain.cases import CaseKind, CaseState
from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.domain.permissions import AccountId
from portal.domain.routing import Desk, Exclusion, Routing, may_stay, settle
from portal.models.cases import Case, CaseAccused, CaseKey, CaseMember, CaseRecusal
from portal.models.desk_keys import DeskKey
from portal.queries.desk_keys import DeskPublicKey, desk_keys, routing_desks
from portal.usecases.case_clocks import retrack_clocks
from portal.usecases.case_placement import content_desk
from portal.usecases.case_sealing import Opener, Publics, new_key, open_key, reseal_items, wrap_for_desk, wrap_keys
from portal.usecases.services import Services

_NO_DESK = N_("没有与此事无关的受理台能打开这件举报：请先启用上一级的受理台")
_SERVICE = Wrap(KeyPurpose.CONTENT, Holder.SERVICE)


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


def merged_into(session: Session, case: Case) -> tuple[Case, ...]:
    """The cases that turned out to be the same matter, and those that had been merged into them before."""
    own = session.scalars(select(Case).where(Case.merged_into_id == case.id).order_by(Case.id).with_for_update()).all()
    return tuple(one for each in own for one in (each, *merged_into(session, each)))


def riding_on(session: Session, case: Case) -> tuple[Case, ...]:
    """What was merged into this very case and still waits for its answer."""
    waiting = select(Case).where(Case.merged_into_id == case.id, Case.state == CaseState.MERGED)
    return tuple(session.scalars(waiting.order_by(Case.id).with_for_update()))


def going_along(session: Session, case: Case) -> tuple[Case, ...]:
    """Of what was merged into a case whatever still waits for its answer."""
    return tuple(one for one in merged_into(session, case) if one.state is CaseState.MERGED)


def settle_case(
    session: Session, services: Services, case: Case, routing: Routing, openers: Sequence[Opener], *, at: datetime
) -> None:
    """Write a routing down: who is kept out, where the case lies now, and the keys anew for those who may read it.

    What was merged into it is one matter with it: it is kept from the same people and goes where it goes; once it has
    its own answer it goes its own way.
    """
    _settle_one(session, services, case, routing, openers, at=at)
    desks = routing_desks(session)
    for one in merged_into(session, case):
        exclusion = exclusion_of_case(session, one) | routing.exclusion
        together = one.state is CaseState.MERGED
        start, track = (routing.office_id, routing.track) if together else (one.office_id, one.track)
        here = next(desk for desk in desks if desk.office_id == start)
        _settle_one(session, services, one, settle(track, one.kind, here, exclusion, desks), openers, at=at)


def _settle_one(
    session: Session, services: Services, case: Case, routing: Routing, openers: Sequence[Opener], *, at: datetime
) -> None:
    key = open_key(session, case, KeyPurpose.CONTENT, openers)
    keep_out(session, case, routing.exclusion, at=at)
    moved, retracked = routing.office_id != case.office_id, routing.track is not case.track
    case.office_id, case.track = routing.office_id, routing.track
    if retracked:
        retrack_clocks(session, case, services, at=at)
    if moved or (case.officer_id is not None and routing.exclusion.shuts_out_person(AccountId(case.officer_id))):
        case.officer_id = None
    session.flush()
    renew_content_key(session, services, case, routing, key)
    pass_identity(session, case, routing.exclusion, openers)


def move_on(session: Session, services: Services, case: Case, openers: Sequence[Opener], *, at: datetime) -> int | None:
    """Move a case on where nobody free of interest is left to handle it; gives the office, None when it may stay."""
    exclusion = exclusion_of_case(session, case)
    for one in merged_into(session, case):
        keep_out(session, one, exclusion_of_case(session, one) | exclusion, at=at)
    routing = onward(case, exclusion, routing_desks(session))
    if routing is None:
        return None
    settle_case(session, services, case, routing, openers, at=at)
    return routing.office_id


def onward(case: Case, exclusion: Exclusion, desks: Sequence[Desk]) -> Routing | None:
    """Where a case must go from where it lies; None when it may stay, or when there is nowhere to go."""
    if may_stay_where_it_is(case, exclusion, desks):
        return None
    routing = settle(case.track, case.kind, _here(case, desks), exclusion, desks)
    return None if (routing.office_id, routing.exclusion) == (case.office_id, exclusion) else routing


def may_stay_where_it_is(case: Case, exclusion: Exclusion, desks: Sequence[Desk]) -> bool:
    """Whether somebody free of interest takes the case in where it lies, or handles it already."""
    officer = AccountId(case.officer_id) if case.officer_id is not None else None
    return may_stay(_here(case, desks), exclusion, officer)


def _here(case: Case, desks: Sequence[Desk]) -> Desk:
    return next(desk for desk in desks if desk.office_id == case.office_id)


def keep_out(session: Session, case: Case, exclusion: Exclusion, *, at: datetime) -> None:
    """Note whoever is kept out of the case and was not before."""
    former = exclusion_of_case(session, case)
    session.add_all(CaseAccused(case_id=case.id, office_id=one) for one in exclusion.offices - former.offices)
    session.add_all(CaseAccused(case_id=case.id, account_id=one) for one in exclusion.accounts - former.accounts)
    interested = exclusion.recused - former.recused
    session.add_all(CaseRecusal(case_id=case.id, account_id=one, at=at) for one in interested)
    case.level_floor, case.offline = exclusion.floor, exclusion.offline


def renew_content_key(session: Session, services: Services, case: Case, routing: Routing, key: bytes) -> None:
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


def _reader(session: Session, case: Case, routing: Routing) -> DeskPublicKey | None:
    """The desk that holds the key from now on; None of an ordinary case, which the service opens for its officers."""
    if case.kind is not CaseKind.TIP_OFF and not routing.exclusion.offline:
        return None
    found = content_desk(desk_keys(session), routing_desks(session), routing)
    if found is None:
        raise RefusedError(_NO_DESK)
    return found


def pass_identity(session: Session, case: Case, exclusion: Exclusion, openers: Sequence[Opener]) -> None:
    """Who submitted goes to the key on paper along with the words, where somebody at hand can still pass it on."""
    drop_custody(session, case, exclusion)
    paper = next((key for key in desk_keys(session) if key.offline), None)
    served = select(CaseKey).where(CaseKey.case_id == case.id, CaseKey.purpose == KeyPurpose.IDENTITY)
    row = session.scalars(served.where(CaseKey.holder == Holder.SERVICE)).one_or_none()
    if exclusion.offline and paper and row:
        key = open_key(session, case, KeyPurpose.IDENTITY, openers)
        wrap_for_desk(session, case, key, Wrap(KeyPurpose.IDENTITY, Holder.DESK, paper.id), paper.public_key)
        session.delete(row)
        session.flush()


def drop_custody(session: Session, case: Case, exclusion: Exclusion) -> None:
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
