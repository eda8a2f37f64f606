"""`keys rotate` makes the former keys worthless and loses nothing that was sealed under them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_holders import KeyPurpose
from portal.domain.errors import RefusedError
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.models.cases import Case, CaseContact
from portal.models.publications import Revision
from portal.models.staff import Account
from portal.models.transaction import transaction
from portal.sealing.envelopes import seal
from portal.sealing.keys import HASHING, SEALING, open_keyring
from portal.usecases import key_rotation
from portal.usecases.case_identities import open_notify
from portal.usecases.case_sealing import ServiceOpener, SubmitterOpener, open_key, read_items
from portal.usecases.free_text import names_of
from portal.usecases.key_rotation import rotate_keys
from portal.usecases.services import Services
from portal.usecases.sign_in import Browser, choose_password, secret_of, sign_in
from portal.usecases.staff import reset_password
from tests.cast import Cast
from tests.conftest import AppFactory
from tests.usecases.cases import TEXT, Handed, hand_in, submitter_of
from tests.usecases.lists import drafted, people

BROWSER = Browser("192.0.2.9", "Firefox · Linux")
OWN = "凫山南路的杨树今年又绿了"


@pytest.fixture
def handed(services: Services, at: datetime) -> Handed:
    return hand_in(services, at=at)


def reads(session: Session, services: Services, handed: Handed, *, by_code: bool) -> bool:
    case = session.scalars(select(Case).where(Case.number == handed.number)).one()
    private = submitter_of(session, services, handed).private
    opener = SubmitterOpener(private) if by_code else ServiceOpener(services.keyring)
    items = read_items(session, case, open_key(session, case, KeyPurpose.CONTENT, [opener]))
    return TEXT in {item.content.get("text") for item in items}


def test_cases_stay_readable_under_new_keys_and_the_former_ones_are_gone(
    session: Session, services: Services, at: datetime, handed: Handed
) -> None:
    before = dict(services.keyring.keys)
    rotation = rotate_keys(services, at=at)

    assert (rotation.renewed, rotation.kept, rotation.resealed) == (SEALING, HASHING, 3)
    for purpose, key in before.items():
        assert (services.keyring.key(purpose) == key) is (purpose in HASHING)
    assert not list((services.keyring.folder / "former").iterdir())
    assert reads(session, services, handed, by_code=False)
    assert reads(session, services, handed, by_code=True)
    contact = session.scalars(select(CaseContact)).one()
    assert open_notify(services.keyring, contact.case_id, contact.notify) == ""


def test_full_names_stay_readable(session: Session, services: Services, cast: Cast, at: datetime) -> None:
    drafted(services, cast, at=at, rows=people(40))
    publication_id = session.scalars(select(Revision.publication_id)).one()
    names = names_of(session, services, publication_id)
    session.rollback()
    assert rotate_keys(services, at=at).resealed == len(names) == 40

    assert names_of(session, services, publication_id) == names


def test_an_authenticator_stays_enrolled_also_from_before_envelopes_named_their_keys(
    make_app: AppFactory, at: datetime
) -> None:
    app = make_app(PORTAL_REQUIRE_TOTP="1")
    with app.app_context():
        services: Services = app.extensions["portal"]
        account_id = Cast.of(db.session()).li_si.account_id
        token = waiting_for_a_device(account_id, services, at)
        secret = secret_of(token, at=at, services=services)
        with transaction() as session:
            row, key = session.get_one(Account, account_id), services.keyring.key("totp")
            row.totp_sealed = seal(key, secret.encode(), bound_to=f"account:{account_id}:totp")
        assert rotate_keys(services, at=at).resealed == 1

        assert secret_of(token, at=at, services=services) == secret
        db.session.remove()


def waiting_for_a_device(account_id: int, services: Services, at: datetime) -> str:
    issued = reset_password(account_id, second_factor=True, actor=None, at=at)
    first = sign_in(issued.username, issued.password, BROWSER, at=at, services=services)
    return choose_password(first.token, OWN, at=at, services=services).token


def test_nothing_is_renewed_while_another_process_uses_the_keys(
    session: Session, services: Services, at: datetime, handed: Handed
) -> None:
    before = dict(services.keyring.keys)
    other = open_keyring(services.keyring.folder, create=False)
    with pytest.raises(RefusedError):
        rotate_keys(services, at=at)

    assert services.keyring.keys == other.keys == before
    assert session.scalar(select(AuditEntry).where(AuditEntry.action == "keys.rotated")) is None


def test_a_rotation_that_was_cut_short_loses_nothing_and_is_finished_by_the_next(
    session: Session, services: Services, at: datetime, handed: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., int] = key_rotation._reseal
    calls = iter(range(9))

    def fail(*given: object) -> int:
        if next(calls) == 3:
            raise OSError("the power fails")
        return real(*given)

    monkeypatch.setattr(key_rotation, "_reseal", fail)
    with pytest.raises(OSError, match="power"):
        rotate_keys(services, at=at)
    monkeypatch.undo()
    assert reads(session, services, handed, by_code=False)
    session.rollback()

    halfway = dict(services.keyring.keys)
    rotate_keys(services, at=at)
    assert services.keyring.keys == halfway
    assert not list((services.keyring.folder / "former").iterdir())
    assert reads(session, services, handed, by_code=False)


def test_the_audit_log_counts_and_tells_no_key(session: Session, services: Services, at: datetime) -> None:
    rotate_keys(services, at=at)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "keys.rotated")).one()

    assert entry.detail == {"resealed": 0}
