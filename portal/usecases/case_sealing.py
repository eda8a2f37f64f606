"""The two data keys of a case, wrapped for their holders and opened by one of them; what is sealed under them."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.case_holders import SUBMITTER_AND_SERVICE_ID, Holder, KeyPurpose, Wrap
from portal.domain.cases import ItemKind
from portal.domain.errors import NotAllowedError
from portal.domain.messages import N_
from portal.domain.publications import canonical_json
from portal.models.cases import Case, CaseItem, CaseKey
from portal.sealing.envelopes import seal, seal_under, unseal, unseal_under
from portal.sealing.keys import KEY_BYTES, Keyring
from portal.sealing.pairs import open_with, seal_to

IDENTITY_BYTES = 4096
"""Every identity is padded to this length (or a multiple), so that its size tells nothing about what is in it."""


TRANSCRIPT_KEY = "transcript_key"
"""In the piece that names a voice note: the key of its transcript, which lies with the identity as well."""
APART = 0
"""The generation of pieces under that key: the custodian writes a transcript and holds no key of the contents."""


class Opener(Protocol):
    """Somebody who holds wraps: the service for ordinary cases, an unlocked desk, or the submitter with the code."""

    def may_open(self, wrap: CaseKey) -> bool:
        """Whether this holder holds the wrap."""

    def open(self, wrap: CaseKey) -> bytes:
        """The data key in the wrap."""


@dataclass(frozen=True, slots=True)
class ServiceOpener:
    """The portal itself, by its standing keys."""

    keyring: Keyring = field(repr=False)

    def may_open(self, wrap: CaseKey) -> bool:
        """Service wraps of either purpose."""
        return wrap.holder is Holder.SERVICE

    def open(self, wrap: CaseKey) -> bytes:
        """Unwrap under the standing key of the purpose."""
        return unseal_under(self.keyring, wrap.purpose, wrap.wrapped, bound_to=wrap_place(wrap))


@dataclass(frozen=True, slots=True)
class DeskOpener:
    """A member of staff whose session has unlocked desks; private keys by the id of the desk's key."""

    privates: Mapping[int, bytes] = field(repr=False)

    def may_open(self, wrap: CaseKey) -> bool:
        """Wraps for a desk that is unlocked."""
        return wrap.holder is Holder.DESK and wrap.holder_id in self.privates

    def open(self, wrap: CaseKey) -> bytes:
        """Unwrap with the desk's private key."""
        return open_with(self.privates[wrap.holder_id], wrap.wrapped, bound_to=wrap_place(wrap))


@dataclass(frozen=True, slots=True)
class SubmitterOpener:
    """Whoever has given a query code: the submitter (0), or one of several who complain together (1 and more)."""

    private: bytes = field(repr=False)
    holder_id: int = SUBMITTER_AND_SERVICE_ID

    def may_open(self, wrap: CaseKey) -> bool:
        """The wraps for this code."""
        return wrap.holder is Holder.SUBMITTER and wrap.holder_id == self.holder_id

    def open(self, wrap: CaseKey) -> bytes:
        """Unwrap with the private key that comes of the code."""
        return open_with(self.private, wrap.wrapped, bound_to=wrap_place(wrap))


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One piece of a case, opened; `content` is what was sealed, by field."""

    id: str
    kind: ItemKind
    created_at: datetime
    account_id: int | None
    content: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Publics:
    """The public keys that a case is wrapped for: submitters' by their ordinal, desks' by their key's id."""

    submitters: Mapping[int, bytes]
    desks: Mapping[int, bytes]


def new_key() -> bytes:
    """A data key."""
    return secrets.token_bytes(KEY_BYTES)


def wrap_keys(
    session: Session,
    keyring: Keyring,
    case: Case,
    keys: Mapping[KeyPurpose, bytes],
    wraps: Sequence[Wrap],
    publics: Publics,
) -> None:
    """Store the keys of the case's present generation, wrapped for each holder."""
    for wrap in wraps:
        row = _row(case, wrap)
        row.wrapped = _wrapped(keyring, row, keys[wrap.purpose], publics)
        session.add(row)


def _row(case: Case, wrap: Wrap) -> CaseKey:
    return CaseKey(
        case_id=case.id,
        purpose=wrap.purpose,
        generation=case.key_generation,
        holder=wrap.holder,
        holder_id=wrap.holder_id,
    )


def _wrapped(keyring: Keyring, row: CaseKey, key: bytes, publics: Publics) -> bytes:
    match row.holder:
        case Holder.SERVICE:
            return seal_under(keyring, row.purpose, key, bound_to=wrap_place(row))
        case Holder.DESK:
            return seal_to(publics.desks[row.holder_id], key, bound_to=wrap_place(row))
        case Holder.SUBMITTER:
            return seal_to(publics.submitters[row.holder_id], key, bound_to=wrap_place(row))


def wrap_for_desk(session: Session, case: Case, key: bytes, wrap: Wrap, public: bytes) -> None:
    """Let a further desk hold a key."""
    row = _row(case, wrap)
    row.wrapped = seal_to(public, key, bound_to=wrap_place(row))
    session.add(row)


def open_key(session: Session, case: Case, purpose: KeyPurpose, openers: Sequence[Opener]) -> bytes:
    """The data key of a purpose; NotAllowedError when none of the openers holds a wrap of it."""
    rows = session.scalars(select(CaseKey).where(CaseKey.case_id == case.id, CaseKey.purpose == purpose))
    for row in rows:
        for opener in openers:
            if opener.may_open(row):
                return opener.open(row)
    raise NotAllowedError(N_("这件诉求的内容是加密的，您没有打开它的密钥"))


def add_item(
    session: Session,
    case: Case,
    key: bytes,
    kind: ItemKind,
    content: Mapping[str, Any],
    *,
    at: datetime,
    account_id: int | None = None,
    generation: int | None = None,
) -> str:
    """Seal one piece under the content key and give its random id; under another key say so by its `generation`."""
    item_id = secrets.token_hex(16)
    sealed = seal(key, canonical_json(content).encode(), bound_to=item_place(case.id, item_id))
    session.add(
        CaseItem(
            id=item_id,
            case_id=case.id,
            seq=_next_seq(session, case),
            kind=kind,
            generation=case.key_generation if generation is None else generation,
            sealed=sealed,
            created_at=at,
            account_id=account_id,
        )
    )
    return item_id


def _next_seq(session: Session, case: Case) -> int:
    """The place of the next piece; the case's row is locked, so that two never take the same."""
    session.flush()
    last = session.scalar(select(func.max(CaseItem.seq)).where(CaseItem.case_id == case.id))
    return (last or 0) + 1


def read_items(session: Session, case: Case, key: bytes, kinds: Sequence[ItemKind] = ()) -> tuple[OpenItem, ...]:
    """The pieces of a case, oldest first, opened with its content key."""
    query = select(CaseItem).where(CaseItem.case_id == case.id).order_by(CaseItem.seq)
    if kinds:
        query = query.where(CaseItem.kind.in_(kinds))
    rows = session.scalars(query).all()
    keys = _keys(session, case, key, rows)
    return tuple(_opened(row, keys[row.generation == APART]) for row in rows)


def _opened(row: CaseItem, key: bytes) -> OpenItem:
    content = json.loads(unseal(key, row.sealed, bound_to=item_place(row.case_id, row.id)))
    return OpenItem(row.id, row.kind, row.created_at, row.account_id, content)


def reseal_items(session: Session, case: Case, old: bytes, new: bytes) -> None:
    """Seal every piece anew under another content key; the case's generation has moved on before."""
    rows = session.scalars(select(CaseItem).where(CaseItem.case_id == case.id)).all()
    keys = _keys(session, case, old, rows)
    for row in rows:
        place = item_place(case.id, row.id)
        row.sealed = seal(new, unseal(keys[row.generation == APART], row.sealed, bound_to=place), bound_to=place)
        row.generation = case.key_generation


def _keys(session: Session, case: Case, key: bytes, rows: Sequence[CaseItem]) -> tuple[bytes, bytes]:
    """The content key, and the one for what somebody has written who does not hold it: of two, as `bool` counts."""
    if all(row.generation != APART for row in rows):
        return key, b""
    files = select(CaseItem).where(CaseItem.case_id == case.id, CaseItem.kind == ItemKind.FILE)
    contents = (_opened(row, key).content for row in session.scalars(files))
    return key, next(bytes.fromhex(one[TRANSCRIPT_KEY]) for one in contents if TRANSCRIPT_KEY in one)


def seal_identity(key: bytes, identity: Mapping[str, Any], case_id: int) -> bytes:
    """Seal who submitted, padded so that the length tells neither whether a name was given nor how many joined."""
    return seal(key, padded(canonical_json(identity).encode()), bound_to=identity_place(case_id))


def open_identity(key: bytes, sealed: bytes, case_id: int) -> dict[str, Any]:
    """Who submitted, as it was given."""
    identity: dict[str, Any] = json.loads(unseal(key, sealed, bound_to=identity_place(case_id)).rstrip(b" "))
    return identity


def padded(text: bytes, size: int = IDENTITY_BYTES) -> bytes:
    """A text filled up with spaces to a multiple of a size; nothing at all becomes one size of spaces."""
    return text + b" " * (-len(text) % size or size * (not text))


def item_place(case_id: int, item_id: str) -> str:
    """What a sealed piece is bound to."""
    return f"case:{case_id}:item:{item_id}"


def identity_place(case_id: int) -> str:
    """What a sealed identity is bound to."""
    return f"case:{case_id}:identity"


def wrap_place(row: CaseKey) -> str:
    """What a wrap is bound to."""
    return f"case:{row.case_id}:{row.purpose}:{row.generation}:{row.holder}:{row.holder_id}"
