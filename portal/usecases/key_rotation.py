"""`keys rotate`: new standing keys, everything sealed anew under them, and the former ones destroyed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.domain.case_holders import Holder, KeyPurpose
from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.models.cases import CaseContact, CaseKey
from portal.models.clarifications import Clarification
from portal.models.notices import SealedName
from portal.models.proxy_collectors import ConsentScan, ProxyCollector
from portal.models.staff import Account
from portal.models.transaction import transaction
from portal.sealing.envelopes import seal_under, unseal_under
from portal.sealing.keys import HASHING, SEALING, Keyring, KeysInUseError
from portal.usecases import audit
from portal.usecases.case_identities import notify_place
from portal.usecases.case_sealing import wrap_place
from portal.usecases.clarifications import asked_place, letter_place
from portal.usecases.free_text import name_place
from portal.usecases.proxy_collectors import proxy_place
from portal.usecases.proxy_consents import consent_place
from portal.usecases.services import Services
from portal.usecases.sign_in import totp_place

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Rotation:
    """Which keys are new, which stay for ever, and how many envelopes were sealed anew."""

    renewed: tuple[str, ...]
    kept: tuple[str, ...]
    resealed: int


@dataclass(frozen=True, slots=True)
class _Envelopes:
    """Where envelopes under a standing key lie: the rows, the attribute, and what each is bound to."""

    purpose: str
    rows: Select[Any]
    attribute: str
    place: Callable[[Any], str]


def rotate_keys(services: Services, *, at: datetime) -> Rotation:
    """Replace the standing keys that seal. RefusedError while another process has them open.

    Cut short at any point, everything stays readable and the next run goes on: what was renewed and still has a former
    key beside it is not renewed again. Data keys of cases are wrapped anew and stay what they are, so that no case and
    no file is touched; what hashes cannot be renewed, because nobody keeps what was hashed.
    """
    keyring = services.keyring
    with _alone(keyring):
        for purpose in SEALING:
            if not keyring.former[purpose]:
                keyring.renew(purpose)
        with transaction() as session:
            resealed = sum(_reseal(session, keyring, envelopes) for envelopes in _everything())
            audit.record(session, None, "keys.rotated", "instance", at=at, resealed=resealed)
        keyring.destroy_former()
    return Rotation(SEALING, HASHING, resealed)


@contextmanager
def _alone(keyring: Keyring) -> Iterator[None]:
    try:
        with keyring.alone():
            yield
    except KeysInUseError:
        raise RefusedError(N_("还有进程在使用密钥：请先停止网站和后台任务，再更换密钥")) from None


def _everything() -> tuple[_Envelopes, ...]:
    served = select(CaseKey).where(CaseKey.holder == Holder.SERVICE)
    return (
        _Envelopes("names", select(SealedName), "ciphertext", lambda row: name_place(row.revision_id, row.seq)),
        _Envelopes("names", select(ProxyCollector), "sealed", lambda row: proxy_place(row.number)),
        _Envelopes("names", select(ConsentScan), "sealed", lambda row: consent_place(row.id)),
        _Envelopes(
            "totp",
            select(Account).where(Account.totp_sealed.is_not(None)),
            "totp_sealed",
            lambda row: totp_place(row.id),
        ),
        *(
            _Envelopes(purpose, served.where(CaseKey.purpose == purpose), "wrapped", wrap_place)
            for purpose in KeyPurpose
        ),
        _Envelopes("content", select(Clarification), "asked", lambda row: asked_place(row.number)),
        _Envelopes(
            "content",
            select(Clarification).where(Clarification.letter.is_not(None)),
            "letter",
            lambda row: letter_place(row.number),
        ),
        _Envelopes("notify", select(CaseContact), "notify", lambda row: notify_place(row.case_id)),
    )


def _reseal(session: Session, keyring: Keyring, envelopes: _Envelopes) -> int:
    count = 0
    for rows in session.scalars(envelopes.rows.execution_options(yield_per=_BATCH)).partitions():
        for row in rows:
            place = envelopes.place(row)
            plain = unseal_under(keyring, envelopes.purpose, getattr(row, envelopes.attribute), bound_to=place)
            setattr(row, envelopes.attribute, seal_under(keyring, envelopes.purpose, plain, bound_to=place))
        session.flush()
        count += len(rows)
    return count
