"""Packages of cases: handed over to a body outside, or carried to the machine where the key on paper is."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.attachments import FileFinding, ScanState
from portal.domain.case_given import Given
from portal.domain.case_holders import Holder, KeyPurpose
from portal.domain.case_packages import FEWEST_LETTERS, CaseRecord, Package, PackedItem, plain_files
from portal.domain.cases import ItemKind
from portal.domain.errors import InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.instants import SHANGHAI
from portal.domain.messages import N_, Message
from portal.files import attachment_store
from portal.files.bundles import bundled
from portal.models.base import db
from portal.models.cases import (
    Case,
    CaseAccused,
    CaseContact,
    CaseExternalNumber,
    CaseFile,
    CaseItem,
    CaseKey,
    CaseVoice,
)
from portal.models.desk_keys import DeskKey
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account
from portal.models.transaction import transaction
from portal.sealing.packages import seal_package_to, seal_package_under
from portal.sealing.paper_keys import parse_public
from portal.usecases import audit
from portal.usecases.case_files import read_file
from portal.usecases.case_identities import identity_of
from portal.usecases.case_moving import pass_keys
from portal.usecases.case_sealing import (
    Opener,
    OpenItem,
    ServiceOpener,
    identity_place,
    item_place,
    open_key,
    read_items,
    wrap_place,
)
from portal.usecases.case_voices import voice_place
from portal.usecases.package_opening import SEALED
from portal.usecases.services import Services


def transfer_package(
    session: Session, services: Services, case: Case, given: Given, openers: Sequence[Opener]
) -> Package:
    """The whole case for a body outside, sealed for its public key or under a passphrase that it is told otherwise.

    Who submitted goes along only where every officer may read it; of a tip-off, or where 保密 was asked for, never.
    RefusedError while an attachment waits for its scan; one in which something was found goes along apart.
    """
    apart = _apart(session, case)
    if ScanState.WAITING in apart.values():
        raise RefusedError(N_("有附件还没有查过病毒，查过以后才能导出"))
    items = read_items(session, case, open_key(session, case, KeyPurpose.CONTENT, openers))
    packed = [_packed(services, item, apart) for item in items]
    content = bundled(plain_files(_record(session, case), packed, _identity(session, services, case)))
    return Package(_name(case), _sealed(given, content))


def check_recipient(given: Given) -> None:
    """InvalidError when neither a public key nor a passphrase could seal a package; of both the key does."""
    faults: dict[str, Message] = {}
    if given.recipient_key and parse_public(given.recipient_key) is None:
        faults["recipient_key"] = Message(N_("公钥不对，请对照对方给的字母和数字逐组核对"))
    elif not given.recipient_key and len(given.passphrase) < FEWEST_LETTERS:
        faults["passphrase"] = Message(N_("口令至少%(least)d个字"), {"least": FEWEST_LETTERS})
    if faults:
        raise InvalidError(N_("请改正标出的内容"), fields=faults)


def export_offline(services: Services, *, at: datetime) -> tuple[Iterator[Package], int]:
    """Every case that only the key on paper opens, each as a package sealed for it, one after the other.

    Nothing of them is opened here; what the service could still open is sealed for the paper before. The number counts
    those whose key still waits at a former desk: they can be exported once one of its holders has signed in.
    """
    with transaction() as session:
        pass_keys(session, services, ServiceOpener(services.keyring), at=at)
        paper = session.scalars(select(DeskKey).where(DeskKey.offline, DeskKey.retired_at.is_(None))).one_or_none()
        if paper is None:
            raise NotFoundError(N_("这个平台没有离线密钥"))
        held = select(CaseKey.case_id).where(CaseKey.holder == Holder.DESK, CaseKey.holder_id == paper.id)
        ready = held.where(CaseKey.purpose == KeyPurpose.CONTENT)
        offline = select(Case.id).where(Case.offline).order_by(Case.id)
        case_ids = session.scalars(offline.where(Case.id.in_(ready))).all()
        waiting = session.scalars(offline.where(Case.id.not_in(ready))).all()
        audit.record(session, None, "case.exported_offline", "instance", at=at, cases=len(case_ids))
        paper_id, public = paper.id, paper.public_key
    return (_offline_package(services, case_id, paper_id, public) for case_id in case_ids), len(waiting)


def _offline_package(services: Services, case_id: int, paper_id: int, public: bytes) -> Package:
    session = db.session()
    case = session.get_one(Case, case_id)
    package = Package(_name(case), seal_package_to(public, _still_sealed(session, services, case, paper_id)))
    session.rollback()
    return package


def _still_sealed(session: Session, services: Services, case: Case, paper_id: int) -> bytes:
    """What stands in clear, the keys as they are wrapped for the paper, and the ciphertexts as they lie here."""
    wraps = session.scalars(
        select(CaseKey).where(CaseKey.case_id == case.id, CaseKey.holder == Holder.DESK, CaseKey.holder_id == paper_id)
    )
    items = session.scalars(select(CaseItem).where(CaseItem.case_id == case.id).order_by(CaseItem.seq))
    identity = session.get_one(CaseContact, case.id).identity
    sealed = {
        "case": asdict(_record(session, case)),
        "wraps": [
            {"purpose": str(row.purpose), "bound_to": wrap_place(row), "wrapped": row.wrapped.hex()} for row in wraps
        ],
        "items": [_sealed_item(row) for row in items],
        "apart": {file_id: str(why) for file_id, why in _apart(session, case).items()},
        "identity": {"bound_to": identity_place(case.id), "sealed": identity.hex()},
        "voices": {
            item_place(case.id, row.item_id): {
                "bound_to": voice_place(case.id, row.item_id),
                "sealed": row.sealed.hex(),
            }
            for row in session.scalars(select(CaseVoice).where(CaseVoice.case_id == case.id))
        },
    }
    ids = session.scalars(select(CaseFile.id).where(CaseFile.case_id == case.id)).all()
    folder = services.settings.attachments
    files = {f"attachments/{file_id}": b"".join(attachment_store.read(folder, file_id)) for file_id in ids}
    return bundled({SEALED: json.dumps(sealed, ensure_ascii=False).encode(), **files})


def _sealed_item(row: CaseItem) -> dict[str, Any]:
    return {
        "kind": str(row.kind),
        "at": _told(row.created_at),
        "staff": row.account_id is not None,
        "bound_to": item_place(row.case_id, row.id),
        "sealed": row.sealed.hex(),
    }


def _sealed(given: Given, content: bytes) -> bytes:
    check_recipient(given)
    public = parse_public(given.recipient_key)
    return seal_package_to(public, content) if public else seal_package_under(given.passphrase, content)


def _name(case: Case) -> str:
    return f"{case.number}.sealed"


def _apart(session: Session, case: Case) -> Mapping[str, FileFinding | ScanState]:
    """Why files of a case lie in quarantine, by their ids."""
    rows = session.scalars(select(CaseFile).where(CaseFile.case_id == case.id, CaseFile.quarantined))
    return {row.id: row.found or ScanState.WAITING for row in rows}


def _packed(services: Services, item: OpenItem, apart: Mapping[str, FileFinding | ScanState]) -> PackedItem:
    file, why = None, None
    if item.kind is ItemKind.FILE and "file" in item.content:  # a voice that lies with the identity stays with it
        file = b"".join(read_file(services, item.content["file"], item.content["key"]))
        why = apart.get(item.content["file"])
    return PackedItem(item.kind, _told(item.created_at), item.account_id is not None, item.content, file, why)


def _identity(session: Session, services: Services, case: Case) -> dict[str, Any] | None:
    with suppress(NotAllowedError):
        return identity_of(
            session, case, open_key(session, case, KeyPurpose.IDENTITY, [ServiceOpener(services.keyring)])
        )
    return None


def _record(session: Session, case: Case) -> CaseRecord:
    place, office = session.execute(
        select(Division.display_name, Office.name)
        .select_from(Case)
        .join(Division, Division.code == Case.division_code)
        .join(Office, Office.id == Case.office_id)
        .where(Case.id == case.id)
    ).one()
    return CaseRecord(
        number=case.number,
        kind=str(case.kind),
        category=str(case.category),
        channel=str(case.channel),
        place=place,
        office=office,
        received_at=_told(case.received_at),
        accused=_accused(session, case),
        external=tuple(session.scalars(select(CaseExternalNumber.number).where(CaseExternalNumber.case_id == case.id))),
    )


def _accused(session: Session, case: Case) -> tuple[str, ...]:
    offices = select(Office.name).join(CaseAccused, CaseAccused.office_id == Office.id)
    people = select(Account.display_name).join(CaseAccused, CaseAccused.account_id == Account.id)
    rows = (session.scalars(one.where(CaseAccused.case_id == case.id)).all() for one in (offices, people))
    return tuple(name for names in rows for name in names)


def _told(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
