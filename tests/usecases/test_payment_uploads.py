import os
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.payment_uploads import KEEP, LEASE, MOST_TRIES, MOST_WAITING, UploadState, UploadStep
from portal.domain.permissions import Actor
from portal.models.audit import AuditEntry
from portal.models.payment_uploads import PaymentUpload
from portal.models.payments import PaymentPerson
from portal.models.publications import Publication
from portal.queries.payment_uploads import QueuedRoster, queued_roster, queued_rosters
from portal.usecases import payment_upload_work as queue
from portal.usecases import sealed_uploads
from portal.usecases.jobs import run_due
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import PaymentOrder
from portal.usecases.payment_uploads import give_up, open_report, queue_roster
from portal.usecases.services import Services
from portal.usecases.staff import disable_account
from tests.cast import Cast
from tests.usecases.payments import OCTOBER, OF_A_COUNTY, TITLE, WRONG, imported, paid, roster, table_of_sums

FILENAME = "王桂兰等人.xlsx"


def queued(services: Services, actor: Actor, content: bytes | None = None, *, at: datetime, **said: Any) -> str:
    order = PaymentOrder(**({"month": OCTOBER} | said))
    return queue_roster(services, actor, Upload(FILENAME, content or roster()), order, at=at)


def run(services: Services, at: datetime, *, stopped: Callable[[], bool] = lambda: False) -> tuple[int, int]:
    return queue.run_uploads(services, now=lambda: at, stopped=stopped)


def taken(services: Services, at: datetime) -> queue.Taken:
    """What a worker holds that is then killed."""
    found = queue.take(services, now=lambda: at, due_by=at, except_for=())
    assert found
    return found


def sealed(services: Services) -> list[Path]:
    """Every file of the spool and every key of an upload."""
    folders = (services.settings.spool, services.settings.keys / "uploads")
    return sorted(path for folder in folders for path in folder.glob("*"))


def drafts(session: Session) -> int:
    session.rollback()
    return session.execute(select(func.count()).select_from(Publication)).scalar_one()


def acts(session: Session) -> list[tuple[str, int | None]]:
    session.rollback()
    rows = session.scalars(select(AuditEntry).where(AuditEntry.action.like("payment.%")).order_by(AuditEntry.id))
    return [(row.action, row.account_id) for row in rows]


def test_a_roster_in_the_queue_becomes_the_draft_that_it_would_have_become_at_once(
    services: Services, cast: Cast, session: Session, at: datetime
):
    upload_id = queued(services, cast.zhang_san, at=at)
    waiting = queued_roster(cast.zhang_san, upload_id)
    assert (waiting.state, waiting.progress.known_rows, drafts(session)) == (UploadState.WAITING, 28, 0)
    assert run(services, at) == (1, 0)
    ended = queued_roster(cast.zhang_san, upload_id)
    assert (ended.state, ended.file_id, drafts(session)) == (UploadState.DRAFTED, None, 1)
    (number,) = ended.numbers
    assert session.scalar(select(Publication.number)) == number
    me = cast.zhang_san.account_id
    assert acts(session) == [("payment.queued", me), ("payment.imported", me)]
    assert run(services, at) == (0, 0)


def test_a_table_of_sums_becomes_all_its_drafts(services: Services, cast: Cast, session: Session, at: datetime):
    upload_id = queued(services, cast.li_si, table_of_sums(*OF_A_COUNTY), at=at, month=None)
    run(services, at)
    assert len(queued_roster(cast.li_si, upload_id).numbers) == drafts(session) == 3
    assert queued_rosters(cast.li_si) == ()


def test_what_waits_lies_sealed_under_a_key_of_its_own_outside_the_database(
    services: Services, cast: Cast, session: Session, at: datetime
):
    content = roster()
    upload_id = queued(services, cast.zhang_san, content, at=at)
    key, file = sorted(sealed(services), key=lambda path: path.suffix != ".key")
    assert key.stem == file.name
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (key, file))
    assert content[:64] not in file.read_bytes()
    assert FILENAME.encode() not in file.read_bytes()
    row = session.get_one(PaymentUpload, upload_id)
    assert FILENAME not in repr(vars(row))
    assert key.read_bytes().hex() not in repr(vars(row))


@pytest.mark.parametrize("end", ["drafted", "faulty", "refused", "given up", "expired", "failed"])
def test_at_every_end_the_roster_is_gone(
    services: Services, cast: Cast, at: datetime, end: str, monkeypatch: pytest.MonkeyPatch
):
    wrong = {"faulty": WRONG.read_bytes(), "refused": roster(title="花名册")}
    said = {"month": None} if end == "refused" else {}
    upload_id = queued(services, cast.li_si, wrong.get(end, roster()), at=at, **said)
    before = sealed(services)
    if end == "given up":
        give_up(services, cast.li_si, upload_id, at=at)
    if end == "failed":
        monkeypatch.setattr(queue, "import_payments", lambda *_, **__: 1 / 0)
    for try_ in range(MOST_TRIES):
        run(services, at + (KEEP if end == "expired" else try_ * timedelta(hours=1)))
    assert not set(before) & set(sealed(services))
    assert len(sealed(services)) == (2 if end in {"faulty", "refused"} else 0)
    run(services, at + 3 * KEEP)
    assert sealed(services) == []
    with pytest.raises(NotFoundError):
        queued_roster(cast.li_si, upload_id)


def test_errors_are_told_by_cell_to_whoever_uploaded_it_and_to_nobody_else(
    services: Services, cast: Cast, session: Session, at: datetime
):
    upload_id = queued(services, cast.li_si, WRONG.read_bytes(), at=at, division_code="370811002")
    assert run(services, at) == (1, 0)
    found = queued_roster(cast.li_si, upload_id)
    assert (found.state, drafts(session)) == (UploadState.FAULTY, 0)
    assert found.file_id
    report = open_report(services, cast.li_si, found.file_id, at=at)
    at_once = imported(services, cast.li_si, WRONG.read_bytes(), at=at, division_code="370811002")
    assert (report.problems, report.warnings) == (at_once.problems, at_once.warnings)
    assert report.order.division_code == "370811002"
    assert acts(session)[-1] == ("payment.upload_ended", None)
    with pytest.raises(NotFoundError):
        queued_roster(cast.wang_wu, upload_id)
    with pytest.raises(NotFoundError):
        open_report(services, cast.wang_wu, found.file_id, at=at)
    with pytest.raises(NotFoundError):
        open_report(services, cast.li_si, found.file_id, at=at + KEEP)


def test_one_sentence_on_the_whole_file_comes_back_as_well(services: Services, cast: Cast, at: datetime):
    upload_id = queued(services, cast.zhang_san, roster(title="花名册"), at=at, month=None)
    run(services, at)
    found = queued_roster(cast.zhang_san, upload_id)
    assert found.file_id
    report = open_report(services, cast.zhang_san, found.file_id, at=at)
    assert "月份" in str(report.refusal)


def test_what_can_be_refused_without_reading_the_rows_is_refused_at_once(
    services: Services, cast: Cast, at: datetime, session: Session
):
    with pytest.raises(InvalidError):
        queued(services, cast.zhang_san, at=at, month=OCTOBER.replace(year=2027))
    with pytest.raises(NotAllowedError):
        queued(services, cast.zhang_san, at=at, division_code="370832")
    with pytest.raises(NotAllowedError):
        queued(services, cast.wang_wu, at=at)
    with pytest.raises(RefusedError):
        queued(services, cast.zhang_san, b"%PDF-1.7 no table", at=at)
    assert sealed(services) == []
    assert session.scalars(select(PaymentUpload)).all() == []


def test_nobody_fills_the_queue(services: Services, cast: Cast, at: datetime):
    for _ in range(MOST_WAITING):
        queued(services, cast.zhang_san, at=at)
    before = sealed(services)
    with pytest.raises(RefusedError, match="排队"):
        queued(services, cast.zhang_san, at=at)
    assert sealed(services) == before
    queued(services, cast.li_si, at=at)


def test_progress_is_written_down_with_step_and_rows(services: Services, cast: Cast, at: datetime):
    heard: list[tuple[UploadStep, int, int]] = []
    upload_id = queued(services, cast.zhang_san, roster([("航运新村", 2, 872)] * 2001), at=at)
    held = taken(services, at)
    seconds = iter(range(1000))
    tell = queue.Teller(held, lambda: at + timedelta(seconds=next(seconds)), lambda: False, known_rows=held.known_rows)
    for step, rows in ((UploadStep.READ, 0), (UploadStep.READ, 2000), (UploadStep.CHECK, 0), (UploadStep.CHECK, 2000)):
        tell(step, rows)
        progress = queued_roster(cast.zhang_san, upload_id).progress
        heard.append((progress.step, progress.rows, progress.known_rows))
    assert heard == [
        (UploadStep.READ, 0, 2004),
        (UploadStep.READ, 2000, 2004),
        (UploadStep.CHECK, 0, 2004),
        (UploadStep.CHECK, 2000, 2004),
    ]


def test_within_a_second_a_step_is_told_once(services: Services, cast: Cast, at: datetime):
    upload_id = queued(services, cast.zhang_san, at=at)
    tell = queue.Teller(taken(services, at), lambda: at, lambda: False)
    tell(UploadStep.READ, 0)
    tell(UploadStep.READ, 2000)
    assert queued_roster(cast.zhang_san, upload_id).progress.rows == 0
    tell(UploadStep.CHECK, 0)
    found = queued_roster(cast.zhang_san, upload_id).progress
    assert (found.step, found.known_rows) == (UploadStep.CHECK, 2000)


def test_a_roster_is_given_up_while_it_waits_by_whoever_uploaded_it(
    services: Services, cast: Cast, session: Session, at: datetime
):
    upload_id = queued(services, cast.zhang_san, at=at)
    with pytest.raises(NotFoundError):
        give_up(services, cast.li_si, upload_id, at=at)
    give_up(services, cast.zhang_san, upload_id, at=at)
    assert sealed(services) == []
    assert run(services, at) == (0, 0)
    assert queued_roster(cast.zhang_san, upload_id).state is UploadState.GIVEN_UP
    assert acts(session)[-1] == ("payment.upload_given_up", cast.zhang_san.account_id)
    with pytest.raises(ConflictError):
        give_up(services, cast.zhang_san, upload_id, at=at)


@pytest.mark.parametrize("step", UploadStep)
def test_a_roster_is_given_up_from_under_a_workers_hands_and_nothing_is_stored(
    services: Services, cast: Cast, session: Session, at: datetime, step: UploadStep, monkeypatch: pytest.MonkeyPatch
):
    upload_id = queued(services, cast.zhang_san, at=at)
    told = queue.Teller.__call__

    def give_up_at(self: queue.Teller, now: UploadStep, rows: int) -> None:
        told(self, now, rows)
        if now is step:
            give_up(services, cast.zhang_san, upload_id, at=at)

    monkeypatch.setattr(queue.Teller, "__call__", give_up_at)
    assert run(services, at) == (1, 0)
    assert queued_roster(cast.zhang_san, upload_id).state is UploadState.GIVEN_UP
    assert (drafts(session), sealed(services)) == (0, [])
    assert session.execute(select(func.count()).select_from(PaymentPerson)).scalar_one() == 0


def test_what_a_killed_worker_held_is_taken_up_again_and_stored_once(
    services: Services, cast: Cast, session: Session, at: datetime
):
    upload_id = queued(services, cast.zhang_san, at=at)
    taken(services, at)
    assert run(services, at + LEASE) == (0, 0)
    assert run(services, at + LEASE + timedelta(seconds=1)) == (1, 0)
    assert (queued_roster(cast.zhang_san, upload_id).state, drafts(session)) == (UploadState.DRAFTED, 1)


def test_a_worker_that_has_lost_its_roster_to_another_stores_nothing(
    services: Services, cast: Cast, session: Session, at: datetime
):
    queued(services, cast.zhang_san, at=at)
    slow = taken(services, at)
    later = at + LEASE + timedelta(seconds=1)
    quick = taken(services, later)
    assert queue.work(services, slow, now=lambda: later, stopped=lambda: False)
    assert drafts(session) == 0
    assert queue.work(services, quick, now=lambda: later, stopped=lambda: False)
    assert drafts(session) == 1


def test_a_worker_killed_between_storing_and_removing_leaves_nothing_behind_for_long(
    services: Services, cast: Cast, session: Session, at: datetime, monkeypatch: pytest.MonkeyPatch
):
    queued(services, cast.zhang_san, at=at)
    with monkeypatch.context() as patched:
        patched.setattr(sealed_uploads, "remove", lambda *_: None)
        run(services, at)
    assert len(sealed(services)) == 2
    assert run(services, at + timedelta(hours=2)) == (0, 0)
    old = (at - timedelta(hours=2)).timestamp()
    for path in (services.settings.keys / "uploads").glob("*.key"):
        os.utime(path, (old, old))
    run(services, at)
    assert (drafts(session), sealed(services)) == (1, [])


def test_a_worker_that_stops_puts_the_roster_back_and_counts_no_try(
    services: Services, cast: Cast, session: Session, at: datetime
):
    upload_id = queued(services, cast.zhang_san, at=at)
    asked = iter((False, True, True))
    assert run(services, at, stopped=lambda: next(asked)) == (0, 1)
    row = session.get_one(PaymentUpload, upload_id)
    assert (row.state, row.tries, row.leased_until, row.error) == (UploadState.WAITING, 0, None, "")
    assert run(services, at) == (1, 0)


def test_what_fails_is_tried_again_after_a_pause_and_not_for_ever(
    services: Services, cast: Cast, session: Session, at: datetime, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    def fail(_services: Services, _actor: Actor, upload: Upload, *_: object, **__: object) -> None:
        raise ValueError(f"王桂兰 {upload.content!r}")

    upload_id = queued(services, cast.zhang_san, at=at)
    monkeypatch.setattr(queue, "import_payments", fail)
    assert run(services, at) == (0, 1)
    assert run(services, at) == (0, 0)
    assert run(services, at + timedelta(minutes=2)) == (0, 1)
    assert run(services, at + timedelta(minutes=10)) == (1, 0)
    row = session.get_one(PaymentUpload, upload_id)
    assert (row.state, row.error, row.tries) == (UploadState.FAILED, "ValueError", MOST_TRIES)
    said = caplog.text + "".join(capsys.readouterr())
    assert "王桂兰" not in said


def test_a_worker_killed_again_and_again_by_the_same_roster_lets_go_of_it(services: Services, cast: Cast, at: datetime):
    upload_id = queued(services, cast.zhang_san, at=at)
    now = at
    for _ in range(MOST_TRIES):
        taken(services, now)
        now += LEASE + timedelta(seconds=1)
    assert run(services, now) == (0, 0)
    assert queued_roster(cast.zhang_san, upload_id).state is UploadState.FAILED
    assert sealed(services) == []


def test_sealed_bytes_that_were_altered_or_lost_are_told_as_a_failure(services: Services, cast: Cast, at: datetime):
    altered, lost = queued(services, cast.zhang_san, at=at), queued(services, cast.li_si, at=at)
    for path in services.settings.spool.glob("*"):
        last = path.stat().st_mtime
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        os.utime(path, (last, last))
    found = queued_roster(cast.li_si, lost)
    (services.settings.spool / str(found.file_id)).unlink()
    assert run(services, at) == (2, 0)
    ends = [queued_roster(cast.zhang_san, altered).state, queued_roster(cast.li_si, lost).state]
    assert ends == [UploadState.FAILED] * 2


def test_a_disabled_account_stores_nothing_any_more(services: Services, cast: Cast, session: Session, at: datetime):
    queued(services, cast.zhang_san, at=at)
    disable_account(cast.zhang_san.account_id, actor=cast.sun_ba, at=at)
    assert run(services, at) == (1, 0)
    assert drafts(session) == 0


def test_the_worker_does_it_with_everything_else_that_is_due(services: Services, cast: Cast, at: datetime):
    upload_id = queued(services, cast.zhang_san, roster(paid((("航运新村", 12),)), title=TITLE), at=at)
    report = run_due(services, now=lambda: at)
    assert (report.done, report.failed) == (1, 0)
    assert queued_roster(cast.zhang_san, upload_id).state is UploadState.DRAFTED


def test_the_list_shows_what_still_asks_for_its_owner(services: Services, cast: Cast, at: datetime):
    first = queued(services, cast.li_si, WRONG.read_bytes(), at=at)
    run(services, at)
    second = queued(services, cast.li_si, at=at + timedelta(minutes=1))
    listed: tuple[QueuedRoster, ...] = queued_rosters(cast.li_si)
    assert [one.id for one in listed] == [second, first]
    assert queued_rosters(cast.zhang_san) == ()


def test_the_worker_reads_one_in_each_round_so_that_nothing_else_waits_for_all(
    services: Services, cast: Cast, at: datetime
):
    for minutes, rows in enumerate((12, 13)):
        queued(
            services,
            cast.li_si,
            roster(paid((("航运新村", rows),)), first=minutes * 50),
            at=at,
            division_code="370811002",
        )
    assert run_due(services, now=lambda: at, most_rosters=1).done == 1
    assert len(queued_rosters(cast.li_si)) == 1
