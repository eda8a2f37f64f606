"""`keys rotate` with cases of every kind, attachments, desks and the key on paper: cut short anywhere, nothing is lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import cycle, islice

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import AccusedRole, CaseKind, Category, ItemKind
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import NotAllowedError
from portal.domain.intake import Submission
from portal.models.cases import Case, CaseContact
from portal.sealing import keys as key_files
from portal.sealing.envelopes import BrokenEnvelopeError
from portal.sealing.keys import Keyring, open_keyring
from portal.usecases import key_rotation
from portal.usecases.attachments import examine
from portal.usecases.case_files import read_file
from portal.usecases.case_identities import kept_identity, open_notify
from portal.usecases.case_sealing import DeskOpener, Opener, ServiceOpener, SubmitterOpener, open_key, read_items
from portal.usecases.key_rotation import rotate_keys
from portal.usecases.services import Services
from tests.cast import Cast
from tests.samples.picture_files import photo
from tests.usecases.cases import COMPLAINT, TEXT, TIP_OFF, Handed, about, hand_in, open_desk, submitter_of

CASES, FEW = 50, 12
EMAIL = "someone@example.org"


@dataclass(frozen=True, slots=True)
class Filled:
    """An instance with cases: who opens them, and what each submitter knows."""

    submitters: dict[str, SubmitterOpener]
    desks: DeskOpener


def submissions(services: Services, cases: int) -> Iterator[Submission]:
    """One after the other of every kind; with and without a file, hidden and not, and some for the key on paper."""
    file = examine(services, "存折.jpg", photo())
    named = replace(COMPLAINT, contact=replace(COMPLAINT.contact, email=EMAIL))
    plain = [about(named, kind=kind) for kind in CaseKind if kind is not CaseKind.TIP_OFF]
    hidden = replace(named, contact=replace(named.contact, confidential=True))
    report = about(TIP_OFF, category=Category.FALSE_CLAIM, accused_role=AccusedRole.RECIPIENT)
    others = [TIP_OFF, report, hidden, about(named, category=Category.PORTAL)]
    for number, one in enumerate(islice(cycle([*plain, *others]), cases)):
        yield replace(one, files=(file,)) if number % 2 else one


def fill(session: Session, services: Services, cast: Cast, at: datetime, cases: int) -> Filled:
    opened = (
        open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at),
        open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at),
        open_desk(cast.zhao_liu.office_id, DeskKind.CASE, cast.zhao_liu, at=at),
        open_desk(cast.chu_san.office_id, DeskKind.DISCIPLINE, cast.chu_san, at=at, offline=True),
    )
    desks = DeskOpener({key: private for desk in opened for key, private in desk.privates.items()})
    handed: list[Handed] = [hand_in(services, one, at=at) for one in submissions(services, cases)]
    return Filled({one.number: submitter_of(session, services, one).opener for one in handed}, desks)


def unreadable(session: Session, services: Services, filled: Filled) -> list[str]:
    """The cases of which anything that was readable is not: words, files, who submitted, where news go."""
    session.rollback()
    return [
        case.number
        for case in session.scalars(select(Case))
        if not _reads(session, services, case, filled.submitters[case.number], filled.desks)
    ]


def _reads(session: Session, services: Services, case: Case, submitter: Opener, desks: DeskOpener) -> bool:
    try:
        opened = [
            _words(session, services, case, one) for one in ((submitter,), (ServiceOpener(services.keyring), desks))
        ]
        identity = kept_identity(session, case, (ServiceOpener(services.keyring), desks))
        notify = open_notify(services.keyring, case.id, session.get_one(CaseContact, case.id).notify)
    except (BrokenEnvelopeError, NotAllowedError):
        return False
    return opened == [True, True] and identity is not None and notify in {EMAIL, ""}


def _words(session: Session, services: Services, case: Case, openers: tuple[Opener, ...]) -> bool:
    items = read_items(session, case, open_key(session, case, KeyPurpose.CONTENT, openers))
    files = [one.content for one in items if one.kind is ItemKind.FILE]
    whole = all(b"".join(read_file(services, one["file"], one["key"])).startswith(b"\xff\xd8") for one in files)
    return whole and TEXT in {one.content.get("text") for one in items}


def test_fifty_cases_of_every_kind_stay_readable_and_the_former_keys_open_none_of_them(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    filled = fill(session, services, cast, at, CASES)
    former = dict(services.keyring.keys)
    assert len(filled.submitters) == CASES
    assert unreadable(session, services, filled) == []
    rotate_keys(services, at=at)

    assert unreadable(session, services, filled) == []
    thief = replace(services, keyring=replace(services.keyring, keys=former))
    assert all(not _served(session, thief, case) for case in session.scalars(select(Case)))


def _served(session: Session, services: Services, case: Case) -> bool:
    try:
        open_key(session, case, KeyPurpose.CONTENT, [ServiceOpener(services.keyring)])
    except (BrokenEnvelopeError, NotAllowedError):
        return False
    return True


def failing_at(real: Callable[..., object], number: int) -> Callable[..., object]:
    """As if the power failed before the call of that number."""
    calls = iter(range(1000))

    def fail(*given: object, **named: object) -> object:
        if next(calls) == number:
            raise OSError("the power fails")
        return real(*given, **named)

    return fail


@pytest.mark.parametrize(
    ("where", "name", "number"),
    [
        *((key_files, "_put", number) for number in (0, 1, 4, 9)),
        *((key_rotation, "_reseal", number) for number in (0, 2, 4)),
        *((key_rotation, "seal_under", number) for number in (1, 15)),
        *((key_files, "_destroy", number) for number in (0, 3)),
    ],
)
def test_wherever_the_power_fails_everything_is_readable_and_the_next_run_finishes(
    session: Session,
    services: Services,
    cast: Cast,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
    where: object,
    name: str,
    number: int,
) -> None:
    filled = fill(session, services, cast, at, FEW)
    monkeypatch.setattr(where, name, failing_at(getattr(where, name), number))
    with pytest.raises(OSError, match="power"):
        rotate_keys(services, at=at)
    monkeypatch.undo()
    session.rollback()
    services = replace(services, keyring=reopened(services.keyring))  # as the next process finds it on the disk
    assert unreadable(session, services, filled) == []

    rotate_keys(services, at=at)
    assert unreadable(session, services, filled) == []
    assert list((services.keyring.folder / "former").iterdir()) == []
    assert unreadable(session, replace(services, keyring=reopened(services.keyring)), filled) == []


def reopened(keyring: Keyring) -> Keyring:
    """Another process; the former one is gone, and with it its hold on the folder."""
    key_files.fcntl.flock(keyring.lock, key_files.fcntl.LOCK_UN)
    return open_keyring(keyring.folder, create=False)
