"""The scan of a written consent: checked, sealed, opened for a purpose, and gone with its entry."""

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.proxy_collectors import EndReason, ReadingPurpose
from portal.models.audit import AuditEntry
from portal.models.proxy_collectors import ConsentScan
from portal.queries.proxy_collectors import proxy_of
from portal.usecases.case_files import sweep_files
from portal.usecases.jobs import run_due
from portal.usecases.key_rotation import rotate_keys
from portal.usecases.proxy_collectors import end_proxy, purge_proxies
from portal.usecases.proxy_consents import keep_consent, open_consent, rescan_consents
from portal.usecases.services import Services
from tests.cast import Cast
from tests.files.clamd import clamd
from tests.samples.pdf_files import encrypted, pdf
from tests.samples.picture_files import photo, png_with_texts
from tests.usecases.proxies import registered

NAME = "欧阳青山委托书.pdf"
LOOK = ReadingPurpose.REVIEW


def kept(services: Services, cast: Cast, at: datetime, name: str = NAME, content: bytes | None = None) -> str:
    number = registered(services, cast.zhang_san, at=at)
    keep_consent(services, cast.zhang_san, number, name, content or pdf(), at=at)
    return number


def stored(services: Services) -> list[Path]:
    return [path for path in services.settings.attachments.rglob("*") if path.is_file()]


def acts(session: Session) -> list[tuple[str, dict]]:
    query = select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.action.like("proxy_collector.consent%"))
    return [tuple(row) for row in session.execute(query.order_by(AuditEntry.id))]


def test_it_lies_sealed_without_its_name_and_every_look_is_noted_with_its_purpose(services, cast: Cast, session, at):
    number = kept(services, cast, at)
    (file,) = stored(services)
    assert not file.read_bytes().startswith(b"%PDF")
    row = session.scalars(select(ConsentScan)).one()
    assert not any(word in row.sealed for word in (b"pdf", "欧阳".encode()))
    found = open_consent(services, cast.wang_wu, number, LOOK, at=at)
    assert (b"".join(found.pieces)[:5], found.extension, found.media_type) == (b"%PDF-", "pdf", "application/pdf")
    assert acts(session) == [
        ("proxy_collector.consent_kept", {"replaced": 0}), ("proxy_collector.consent_read", {"purpose": "review"}),
    ]  # fmt: skip
    assert proxy_of(cast.zhang_san, number, shanghai_date(at)).has_consent


@pytest.mark.parametrize(
    ("name", "content"), [("IMG.JPG", photo()), ("扫描.jpeg", photo()), ("a.png", png_with_texts())]
)
def test_a_photo_is_taken_without_what_its_camera_told(services: Services, cast: Cast, at, name: str, content: bytes):
    found = open_consent(services, cast.wang_wu, kept(services, cast, at, name, content), LOOK, at=at)
    taken = b"".join(found.pieces)
    assert found.extension in {"jpg", "png"}
    assert b"Exif" not in taken


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", b"PK"),
        ("a.txt", b"one line"),
        ("a.pdf", photo()),
        ("a.pdf", encrypted()),
        ("a.png", b""),
        ("a", b"x"),
    ],
    ids=["words", "text", "disguised", "encrypted", "empty", "no extension"],
)
def test_other_files_are_refused_at_the_field_and_nothing_is_kept(services, cast: Cast, session, at, name, content):
    number = registered(services, cast.zhang_san, at=at)
    with pytest.raises(InvalidError) as refused:
        keep_consent(services, cast.zhang_san, number, name, content, at=at)
    assert set(refused.value.fields) == {"file"}
    assert (stored(services), session.scalars(select(ConsentScan)).all()) == ([], [])


def test_only_who_sees_the_register_there_keeps_or_opens_one(services: Services, cast: Cast, session: Session, at):
    number = kept(services, cast, at)
    for stranger, refusal in (
        (cast.qian_qi, NotFoundError),
        (cast.zhao_liu, NotAllowedError),
        (cast.wu_shi, NotAllowedError),
    ):
        with pytest.raises(refusal):
            open_consent(services, stranger, number, LOOK, at=at)
        with pytest.raises(refusal):
            keep_consent(services, stranger, number, NAME, pdf(), at=at)
    with pytest.raises(NotAllowedError):
        keep_consent(services, cast.wang_wu, number, NAME, pdf(), at=at)
    assert [act for act, _ in acts(session)] == ["proxy_collector.consent_kept"]


def test_a_better_scan_takes_the_place_of_the_former_one(services: Services, cast: Cast, session: Session, at):
    number = kept(services, cast, at)
    keep_consent(services, cast.zhang_san, number, "b.png", png_with_texts(), at=at)
    assert len(stored(services)) == 1
    assert b"".join(open_consent(services, cast.zhang_san, number, LOOK, at=at).pieces)[1:4] == b"PNG"
    assert acts(session)[1] == ("proxy_collector.consent_kept", {"replaced": 1})


def test_an_entry_without_one_says_so_and_an_ended_one_takes_none(services: Services, cast: Cast, at: datetime):
    number = registered(services, cast.zhang_san, at=at)
    with pytest.raises(NotFoundError):
        open_consent(services, cast.zhang_san, number, LOOK, at=at)
    end_proxy(services, cast.zhang_san, number, EndReason.MISUSE, at=at)
    with pytest.raises(ConflictError):
        keep_consent(services, cast.zhang_san, number, NAME, pdf(), at=at)


def test_it_is_deleted_with_its_entry_and_by_nothing_before(services: Services, cast: Cast, session: Session, at):
    number = kept(services, cast, at)
    end_proxy(services, cast.zhang_san, number, EndReason.MISUSE, at=at)
    after = services.rulebook.proxy_rules.kept_after_end
    assert sweep_files(services, at=at + timedelta(days=30)) == 0
    assert purge_proxies(services, at=at + after - timedelta(days=1)) == 0
    assert len(stored(services)) == 1
    assert run_due(services, now=lambda: at + after).purged == 1
    assert (stored(services), session.scalars(select(ConsentScan)).all()) == ([], [])


def test_new_keys_open_it_as_the_former_ones_did(services: Services, cast: Cast, session: Session, at: datetime):
    number = kept(services, cast, at)
    session.rollback()
    assert rotate_keys(services, at=at).resealed == 2
    assert b"".join(open_consent(services, cast.wang_wu, number, LOOK, at=at).pieces).startswith(b"%PDF")


def test_while_the_scanner_is_away_nobody_gets_it_and_the_worker_looks_again(
    services: Services, cast: Cast, session: Session, tmp_path: Path, at: datetime
):
    away = with_clamd(services, f"unix:{tmp_path}/nobody")
    number = kept(away, cast, at)
    with pytest.raises(RefusedError):
        open_consent(away, cast.wang_wu, number, LOOK, at=at)
    assert proxy_of(cast.wang_wu, number, shanghai_date(at)).consent_waits
    assert rescan_consents(away, at=at) == 0
    assert rescan_consents(services, at=at) == 0
    with clamd(tmp_path / "clamd.ctl") as (address, _server):
        scanner = with_clamd(services, address)
        assert rescan_consents(scanner, at=at) == 0
        assert rescan_consents(scanner, at=at + timedelta(minutes=10)) == 1
    assert b"".join(open_consent(services, cast.wang_wu, number, LOOK, at=at).pieces).startswith(b"%PDF")
    assert [act for act, _ in acts(session)] == ["proxy_collector.consent_kept", "proxy_collector.consent_read"]


def with_clamd(services: Services, address: str) -> Services:
    return dataclasses.replace(services, settings=dataclasses.replace(services.settings, clamd=address))
