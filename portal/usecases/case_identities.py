"""Who submitted a case: kept for every case alike, opened for whoever holds its key, and told to nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import ContactChoice
from portal.domain.errors import NotAllowedError
from portal.domain.intake import Contact, Member
from portal.models.cases import Case, CaseContact
from portal.sealing.envelopes import seal_under, unseal_under
from portal.sealing.keys import Keyring
from portal.usecases.case_sealing import Opener, open_identity, open_key, padded

_NEVER_IN_IDENTITY = "email"
"""The address for news is the worker's alone; whoever may read the identity does not need it."""


def identity_from(contact: Contact) -> dict[str, Any]:
    """What is sealed of a contact: everything but the address for news."""
    return {name: value for name, value in asdict(contact).items() if name != _NEVER_IN_IDENTITY}


def identity_of(session: Session, case: Case, key: bytes) -> dict[str, Any]:
    """Who submitted, opened with the identity key."""
    return open_identity(key, session.get_one(CaseContact, case.id).identity, case.id)


def kept_identity(session: Session, case: Case, openers: Sequence[Opener]) -> Contact | None:
    """The contact as it was given, or nothing when none of the openers holds its key."""
    try:
        key = open_key(session, case, KeyPurpose.IDENTITY, openers)
    except NotAllowedError:
        return None
    return _contact(identity_of(session, case, key))


def seal_notify(keyring: Keyring, email: str, case_id: int) -> bytes:
    """Seal the address for neutral news, of one length whether there is one or not."""
    return seal_under(keyring, "notify", padded(email.encode(), _NOTIFY_BYTES), bound_to=notify_place(case_id))


def open_notify(keyring: Keyring, case_id: int, sealed: bytes) -> str:
    """The address for news, empty when none was left; for the worker alone, only to send."""
    return unseal_under(keyring, "notify", sealed, bound_to=notify_place(case_id)).rstrip(b" ").decode()


_NOTIFY_BYTES = 320
"""No e-mail address is longer than this (RFC 5321)."""


def _contact(identity: Mapping[str, Any]) -> Contact:
    members = tuple(Member(**member) for member in identity["members"])
    return Contact(**{**identity, "choice": ContactChoice(identity["choice"]), "members": members})


def notify_place(case_id: int) -> str:
    """What a sealed address is bound to."""
    return f"case:{case_id}:notify"
