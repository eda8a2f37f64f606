"""A further accused is named: his office loses its keys, everything is sealed anew, and what it had read is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.case_given import Given
from portal.domain.case_holders import SUBMITTER_AND_SERVICE_ID, Holder, KeyPurpose, Wrap
from portal.domain.cases import ItemKind
from portal.domain.errors import ConflictError, NotFoundError
from portal.domain.messages import N_
from portal.models.cases import Case, CaseAccused, CaseEvent, CaseKey, CaseMember
from portal.models.desk_keys import DeskKey
from portal.models.offices import Office
from portal.models.staff import Account
from portal.queries.case_scope import offices_above
from portal.usecases.case_sealing import (
    Opener,
    Publics,
    add_item,
    new_key,
    open_key,
    reseal_items,
    wrap_keys,
)
from portal.usecases.services import Services


def add_accused(
    session: Session, services: Services, case: Case, given: Given, openers: Sequence[Opener], *, at: datetime
) -> dict[str, Any]:
    """Keep an office or a person out of the case from now on; ConflictError when it is the handling office itself.

    The detail for the event says how often the office had looked into the case before.
    """
    office_id, account_id = given.accused_office_id, given.accused_account_id
    _exists(session, Office, office_id)
    _exists(session, Account, account_id)
    key = open_key(session, case, KeyPurpose.CONTENT, openers)
    if given.accused_names:
        add_item(session, case, key, ItemKind.ACCUSED_NAMES, {"text": given.accused_names}, at=at)
    if office_id is None and account_id is None:
        return {"named_in_text": 1}
    if office_id is not None and office_id in _handling_line(session, case):
        raise ConflictError(N_("承办单位本身被反映：请先把这件诉求转给上一级单位，再登记被反映单位"))
    session.add(CaseAccused(case_id=case.id, office_id=office_id, account_id=account_id))
    session.flush()
    _renew_content_key(session, services, case, key)
    return {"office": office_id, "account": account_id, "had_read": _had_read(session, case, office_id, account_id)}


def _exists(session: Session, model: type[Office] | type[Account], row_id: int | None) -> None:
    if row_id is not None and session.get(model, row_id) is None:
        raise NotFoundError(N_("没有找到被反映的单位或人"))


def _handling_line(session: Session, case: Case) -> tuple[int, ...]:
    """The handling office and those above it: none of them may be accused while the case lies there."""
    return offices_above(session.get_one(Office, case.office_id).path)


def _renew_content_key(session: Session, services: Services, case: Case, key: bytes) -> None:
    """A new generation under a key that whoever has just been kept out never held; former wraps go."""
    former = session.scalars(
        select(CaseKey).where(
            CaseKey.case_id == case.id,
            CaseKey.purpose == KeyPurpose.CONTENT,
        )
    ).all()
    wraps = [Wrap(row.purpose, row.holder, row.holder_id) for row in former if not _is_kept_out(session, case, row)]
    fresh = new_key()
    case.key_generation += 1
    session.flush()
    publics = Publics(submitters_of(session, case), _public_keys(session, wraps))
    wrap_keys(session, services.keyring, case, {KeyPurpose.CONTENT: fresh}, wraps, publics)
    reseal_items(session, case, key, fresh)
    for row in former:
        session.delete(row)
    session.flush()


def _is_kept_out(session: Session, case: Case, row: CaseKey) -> bool:
    """Whether a wrap belongs to a desk of an accused office or of one below it."""
    if row.holder is not Holder.DESK:
        return False
    path = session.scalars(
        select(Office.path).join(DeskKey, DeskKey.office_id == Office.id).where(DeskKey.id == row.holder_id)
    ).one()
    accused = select(func.count()).where(CaseAccused.case_id == case.id, CaseAccused.office_id.in_(offices_above(path)))
    return bool(session.scalar(accused))


def submitters_of(session: Session, case: Case) -> Mapping[int, bytes]:
    """The public keys of everybody who handed the case in, by ordinal."""
    members = session.execute(select(CaseMember.ordinal, CaseMember.public_key).where(CaseMember.case_id == case.id))
    return {SUBMITTER_AND_SERVICE_ID: case.submitter_public, **{row.ordinal: row.public_key for row in members}}


def _public_keys(session: Session, wraps: Sequence[Wrap]) -> Mapping[int, bytes]:
    ids = [wrap.holder_id for wrap in wraps if wrap.holder is Holder.DESK]
    rows = session.execute(select(DeskKey.id, DeskKey.public_key).where(DeskKey.id.in_(ids)))
    return {row.id: row.public_key for row in rows}


def _had_read(session: Session, case: Case, office_id: int | None, account_id: int | None) -> int:
    """How many steps the accused had taken in the case: what may have been read cannot be taken back, but is told."""
    steps = select(func.count()).select_from(CaseEvent).where(CaseEvent.case_id == case.id)
    if office_id is None:
        return session.scalar(steps.where(CaseEvent.account_id == account_id)) or 0
    paths = select(Office.path).where(Office.id == office_id).scalar_subquery()
    within = select(Account.id).join(Office, Office.id == Account.office_id).where(Office.path.startswith(paths))
    return session.scalar(steps.where(CaseEvent.account_id.in_(within))) or 0
