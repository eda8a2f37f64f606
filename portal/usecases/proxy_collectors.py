"""The register of 委托代领: entered by one person, agreed to and looked at yearly by another, ended with a reason."""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, InvalidError, NotAllowedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor, Permission
from portal.domain.proxy_collectors import (
    NUMBERS,
    Arrangement,
    EndReason,
    ProxyFlag,
    ProxyState,
    ReadingPurpose,
    arrangement_of,
    cleaned,
    faults_in,
    flags_of,
    format_proxy_number,
    kept_of,
)
from portal.models.base import db
from portal.models.proxy_collectors import ConsentScan, ProxyCollector
from portal.models.staff import Account
from portal.models.transaction import transaction
from portal.queries.divisions import children_of
from portal.queries.proxy_collectors import row_within, rows_of_township
from portal.sealing.envelopes import seal_under, unseal_under
from portal.sealing.keys import Keyring
from portal.usecases import attachments, audit
from portal.usecases.case_sealing import padded
from portal.usecases.idempotency import Sent, claim
from portal.usecases.services import Services

PURPOSE = "names"
"""The standing key under which the other full names lie."""
_SEALED_BYTES = 1024


@dataclass(frozen=True, slots=True)
class NewProxy:
    """What is entered: the place and the first day in clear, everything else to be sealed."""

    division_code: str
    valid_from: date
    arrangement: Arrangement


def register_proxy(services: Services, actor: Actor, new: NewProxy, *, at: datetime, sent: Sent | None = None) -> str:
    """Enter who collects for whom; gives the number. InvalidError names the fields that cannot be used."""
    permit(actor, Permission.DRAFT)
    today = shanghai_date(at)
    faults = faults_in(new.arrangement, new.valid_from, today)
    if new.division_code not in {place.code for place in children_of(actor.division_code)}:
        faults["division_code"] = Message(N_("请选择本单位下面的一个地方"))
    if faults:
        raise InvalidError(N_("请改正标出的内容"), fields=faults)
    with transaction() as session:
        number = _number(session, today.year)
        claim(session, sent, actor, at=at, number=number)
        session.add(
            ProxyCollector(
                number=number, office_id=actor.office_id, division_code=new.division_code, state=ProxyState.WAITING,
                sealed=_sealed(services.keyring, cleaned(new.arrangement), number), valid_from=new.valid_from,
                registered_by=actor.account_id, registered_at=at,
                review_due_on=today + services.rulebook.proxy_rules.first_review,
            )
        )  # fmt: skip
        audit.record(session, actor, "proxy_collector.registered", number, at=at)
        return number


def read_names(services: Services, actor: Actor, number: str, purpose: ReadingPurpose, *, at: datetime) -> Arrangement:
    """Open one entry; who reads it, and for what, is noted before anything is shown."""
    permit(actor)
    with transaction() as session:
        row = row_within(session, actor, number)
        audit.record(session, actor, "proxy_collector.read", row.number, at=at, purpose=str(purpose))
        return opened(services.keyring, row)


def flags_for(services: Services, actor: Actor, number: str) -> tuple[ProxyFlag, ...]:
    """What the reviewer should look at; names are compared inside and told to nobody."""
    permit(actor)
    session = db.session()
    row = row_within(session, actor, number)
    own = opened(services.keyring, row)
    beside = ((one.division_code, opened(services.keyring, one)) for one in rows_of_township(session, row))
    his = {(place, one.recipient) for place, one in beside if one.collector == own.collector}
    recipients = his | {(row.division_code, own.recipient)}
    staff = frozenset(session.scalars(select(Account.display_name).where(Account.disabled_at.is_(None))))
    return flags_of(own, collects_for=len(recipients), staff=staff, rules=services.rulebook.proxy_rules)


def review_proxy(
    services: Services, actor: Actor, number: str, *, holds: bool, at: datetime, sent: Sent | None = None
) -> None:
    """Agree to an entry, or find after a year that it still holds; otherwise it ends.

    NotAllowedError for whoever entered it himself, or is called like the collector.
    """
    permit(actor, Permission.REVIEW)
    today, rules = shanghai_date(at), services.rulebook.proxy_rules
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row = running(session, actor, number)
        if actor.account_id == row.registered_by or actor.display_name == opened(services.keyring, row).collector:
            raise NotAllowedError(N_("登记的人和代领人不能审核：请换一位同事"))
        if holds:
            row.state, row.reviewed_on, row.review_due_on = ProxyState.ACTIVE, today, today + rules.review
        else:
            refused = EndReason.REFUSED if row.state is ProxyState.WAITING else EndReason.NOT_CONFIRMED
            _close(services, row, refused, today)
        audit.record(session, actor, "proxy_collector.reviewed", row.number, at=at, holds=int(holds))


def end_proxy(
    services: Services, actor: Actor, number: str, reason: EndReason, *, at: datetime, sent: Sent | None = None
) -> None:
    """End an entry with its reason, which is sealed with the names; it is deleted after the time of retention."""
    permit(actor)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row = running(session, actor, number)
        _close(services, row, reason, shanghai_date(at))
        audit.record(session, actor, "proxy_collector.ended", row.number, at=at)


def purge_proxies(services: Services, *, at: datetime) -> int:
    """Delete ended entries whose time of retention is over, with the scans of their consents; safe to repeat."""
    with transaction() as session:
        over = select(ProxyCollector.id).where(ProxyCollector.purge_on <= shanghai_date(at))
        ids = session.scalars(over.with_for_update()).all()
        if not ids:
            return 0
        scans = drop_scans(session, ids)
        session.execute(delete(ProxyCollector).where(ProxyCollector.id.in_(ids)))
        audit.record(session, None, "retention.purged", "proxy_collectors", at=at, count=len(ids))
    delete_scans(services, scans)
    return len(ids)


def drop_scans(session: Session, proxy_ids: Sequence[int]) -> Sequence[str]:
    """Forget the scans of entries and their keys; gives the sealed files, to be deleted after the commit."""
    gone = session.scalars(select(ConsentScan.id).where(ConsentScan.proxy_id.in_(proxy_ids))).all()
    session.execute(delete(ConsentScan).where(ConsentScan.id.in_(gone)))
    return gone


def delete_scans(services: Services, file_ids: Iterable[str]) -> None:
    """Remove sealed files that no row names any more; what a stopped process leaves is swept by the worker."""
    for file_id in file_ids:
        attachments.delete(services.settings.attachments, file_id)


def opened(keyring: Keyring, row: ProxyCollector) -> Arrangement:
    """What lies sealed in a row."""
    plain = unseal_under(keyring, PURPOSE, row.sealed, bound_to=proxy_place(row.number))
    return arrangement_of(json.loads(plain))


def proxy_place(number: str) -> str:
    """What a sealed entry is bound to."""
    return f"proxy_collector:{number}"


def permit(actor: Actor, permission: Permission = Permission.SEE_PROXY_COLLECTORS) -> None:
    """Refuse whoever may not see the register, or lacks the permission beside."""
    actor.require(Permission.SEE_PROXY_COLLECTORS)
    actor.require(permission)


def running(session: Session, actor: Actor, number: str) -> ProxyCollector:
    """The row of an entry that has not ended, locked; ConflictError for one that has."""
    row = row_within(session, actor, number, lock=True)
    if row.state is ProxyState.ENDED:
        raise ConflictError(N_("这条代领登记已经结束"))
    return row


def _close(services: Services, row: ProxyCollector, reason: EndReason, today: date) -> None:
    told = replace(opened(services.keyring, row), end_reason=reason)
    row.sealed = _sealed(services.keyring, told, row.number)
    row.state, row.ended_on = ProxyState.ENDED, today
    row.purge_on = today + services.rulebook.proxy_rules.kept_after_end


def _sealed(keyring: Keyring, arrangement: Arrangement, number: str) -> bytes:
    """Of one length, so that it tells nothing of the names."""
    plain = json.dumps(kept_of(arrangement), ensure_ascii=False).encode()
    return seal_under(keyring, PURPOSE, padded(plain, _SEALED_BYTES), bound_to=proxy_place(number))


def _number(session: Session, year: int) -> str:
    while True:
        number = format_proxy_number(year, secrets.randbelow(NUMBERS))
        if not session.scalar(select(exists().where(ProxyCollector.number == number))):
            return number
