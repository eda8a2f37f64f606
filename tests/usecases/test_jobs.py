from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.notices import NoticeKind
from portal.domain.publications import Area, Face, WithdrawalKind
from portal.files.store import FileStore
from portal.models.notices import NoticeRow, SealedName
from portal.models.outbox import Job
from portal.models.publications import Paper, Revision, SealedSnapshot, SnapshotPage
from portal.queries.papers import printed_file
from portal.queries.publications import list_page, public_view
from portal.sealing.envelopes import unseal
from portal.sealing.keys import UnsafeKeyError
from portal.usecases import papers, publications
from portal.usecases.jobs import run_due
from portal.usecases.notice_imports import Upload, import_notice
from portal.usecases.postings import record_posting
from portal.usecases.row_takedowns import hide_row, review_hidden_row
from portal.usecases.services import Services
from tests.cast import Cast
from tests.databases import SERVER
from tests.usecases.lists import Row, drafted, make_public, order, people, published, sheet


@pytest.fixture(autouse=True)
def quick_print(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """A printer that keeps what it was given; the real one has tests of its own (tests/printing)."""
    printed: list[object] = []

    def fake(paper: object, **_: object) -> bytes:
        printed.append(paper)
        return b"%PDF-" + repr(len(printed)).encode()

    monkeypatch.setattr(papers, "print_in_child", fake)
    return printed


def clock(at: datetime) -> Callable[[], datetime]:
    return lambda: at


def count(session: Session, table: type) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_published_list_is_printed_and_found(
    services: Services, cast: Cast, at: datetime, quick_print: list[object]
) -> None:
    number = published(services, cast, at=at)
    report = run_due(services, now=clock(at))
    view = public_view(Area.NOTICES, number, at=at)
    assert report.failed == 0
    assert view is not None
    assert printed_file(view, FileStore(services.settings.papers)) is not None
    assert len(quick_print) == 1


def test_running_twice_does_nothing_twice(
    services: Services, cast: Cast, at: datetime, quick_print: list[object]
) -> None:
    published(services, cast, at=at)
    run_due(services, now=clock(at))
    again = run_due(services, now=clock(at))
    assert (again.done, again.sealed, again.published) == (0, 0, 0)
    assert len(quick_print) == 1


def test_at_the_end_the_names_leave_every_open_table_and_the_papers(
    services: Services, cast: Cast, at: datetime, session: Session
) -> None:
    published(services, cast, at=at)
    run_due(services, now=clock(at))
    report = run_due(services, now=clock(at + timedelta(days=40)))
    assert report.sealed == 1
    assert [count(session, table) for table in (SnapshotPage, NoticeRow, SealedName)] == [0, 0, 0]
    revision = session.execute(select(Revision)).scalar_one()
    assert revision.head is None
    assert revision.draft == {}
    named = set(session.execute(select(Paper.sha256)).scalars())
    left = {path.name for path in services.settings.papers.glob("??/*")}
    assert left <= named


@pytest.mark.parametrize("withdrawn", [False, True])
@pytest.mark.skipif(bool(SERVER), reason="a file of SQLite's: its journal keeps deleted pages until it is emptied")
def test_after_the_end_no_file_of_the_instance_holds_a_masked_name(
    services: Services, cast: Cast, at: datetime, *, withdrawn: bool
) -> None:
    number = published(services, cast, at=at)
    run_due(services, now=clock(at))
    assert files_with(services, "赵＊") == {"portal.sqlite3"}
    if withdrawn:
        publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "名单有误", at=at)
    run_due(services, now=clock(at if withdrawn else at + timedelta(days=40)))
    assert files_with(services, "赵＊") == set()


def files_with(services: Services, text: str) -> set[str]:
    files = (path for path in services.settings.instance.rglob("*") if path.is_file())
    return {path.name for path in files if text.encode() in path.read_bytes()}


def test_the_sealed_list_opens_with_its_own_key_until_the_retention_date(
    services: Services, cast: Cast, at: datetime, session: Session
) -> None:
    number = published(services, cast, at=at)
    run_due(services, now=clock(at + timedelta(days=40)))
    sealed = session.execute(select(SealedSnapshot)).scalar_one()
    key = services.keyring.read_single(sealed.key_id)
    assert number in unseal(key, sealed.ciphertext, bound_to=f"snapshot:{sealed.revision_id}").decode()
    key_id = sealed.key_id
    run_due(services, now=clock(at + timedelta(days=6 * 365)))
    assert count(session, SealedSnapshot) == 0
    with pytest.raises(UnsafeKeyError):
        services.keyring.read_single(key_id)


def test_full_names_are_purged_on_their_date_even_while_the_list_is_public(
    services: Services, cast: Cast, at: datetime, session: Session
) -> None:
    drafted(services, cast, at=at)
    assert count(session, SealedName) == 40
    run_due(services, now=clock(at + timedelta(days=services.rulebook.retention.full_names_days)))
    assert count(session, SealedName) == 0


def test_a_scheduled_publication_comes_out_at_its_time_and_not_before(
    services: Services, cast: Cast, at: datetime
) -> None:
    number = drafted(services, cast, at=at)
    publications.submit(services, cast.zhang_san, number, at=at)
    publications.review(services, cast.wang_wu, number, at=at)
    publications.schedule(services, cast.zhao_liu, number, at + timedelta(days=2), at=at)
    run_due(services, now=clock(at + timedelta(days=1)))
    assert public_view(Area.NOTICES, number, at=at + timedelta(days=1)) is None
    run_due(services, now=clock(at + timedelta(days=2)))
    view = public_view(Area.NOTICES, number, at=at + timedelta(days=2))
    assert view is not None
    assert view.face is Face.FULL
    assert view.head["published_on"] == "2026-11-22"


def test_a_late_posting_extends_the_period_and_the_paper_is_printed_anew(
    services: Services, cast: Cast, at: datetime, quick_print: list[object]
) -> None:
    number = published(services, cast, at=at)
    run_due(services, now=clock(at))
    later = at + timedelta(days=5)
    last_on = record_posting(
        services, cast.zhang_san, number, "370811002201", date(2026, 11, 25), "甄庄村委会", at=later
    )
    run_due(services, now=clock(later))
    view = public_view(Area.NOTICES, number, at=later)
    assert last_on == date(2026, 12, 4)
    assert view is not None
    assert view.period_last_on == last_on
    assert len(quick_print) == 2


def test_an_early_posting_shortens_nothing(services: Services, cast: Cast, at: datetime) -> None:
    number = published(services, cast, at=at)
    last_on = record_posting(services, cast.zhang_san, number, "370811002201", date(2026, 11, 19), "甄庄村委会", at=at)
    assert last_on == date(2026, 12, 1)


def test_a_hidden_row_is_gone_from_page_and_paper_at_once(
    services: Services, cast: Cast, at: datetime, quick_print: list[object]
) -> None:
    number = published(services, cast, at=at)
    run_due(services, now=clock(at))
    hide_row(services, cast.zhao_liu, number, 3, at=at)
    view = public_view(Area.NOTICES, number, at=at)
    assert view is not None
    assert 3 not in {row[0] for row in list_page(view, 1)}
    assert printed_file(view, FileStore(services.settings.papers)) is None
    review_hidden_row(services, cast.wang_wu, number, 3, upheld=False, at=at)
    assert 3 in {row[0] for row in list_page(view, 1)}


def test_a_newer_result_list_ends_the_former_months(services: Services, cast: Cast, at: datetime) -> None:
    def result(month: date, rows: list[Row], when: datetime) -> str:
        asked = replace(order(month=month), kind=NoticeKind.RESULT)
        number = import_notice(services, cast.zhang_san, Upload("名单.xlsx", sheet(rows)), asked, at=when).number
        assert number is not None
        return make_public(services, cast, number, at=when)

    october = result(date(2026, 10, 1), people(40), at - timedelta(days=30))
    november = result(date(2026, 11, 1), people(40), at)
    old, new = public_view(Area.NOTICES, october, at=at), public_view(Area.NOTICES, november, at=at)
    assert old is not None
    assert old.face is Face.SEALED
    assert new is not None
    assert new.face is Face.FULL


def test_withdrawing_while_printing_throws_the_paper_away(
    services: Services, cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    number = published(services, cast, at=at)

    def slow(_paper: object, **_: object) -> bytes:
        publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "名单有误，撤下核对", at=at)
        return b"%PDF-late"

    monkeypatch.setattr(papers, "print_in_child", slow)
    papers.print_public_paper(services, Area.NOTICES, number, at=at, timeout_s=1)
    assert count(session, Paper) == 0


def test_a_withdrawn_list_is_not_printed_any_more(
    services: Services, cast: Cast, at: datetime, quick_print: list[object]
) -> None:
    number = published(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "名单有误，撤下核对", at=at)
    assert run_due(services, now=clock(at), kinds=frozenset({Job.PRINT})).done == 0
    assert quick_print == []


def test_work_of_other_kinds_stays_for_a_later_run(
    services: Services, cast: Cast, at: datetime, quick_print: list[object]
) -> None:
    published(services, cast, at=at)
    assert run_due(services, now=clock(at), kinds=frozenset({Job.INDEX})).done == 1
    assert quick_print == []
    assert run_due(services, now=clock(at)).done == 1
    assert len(quick_print) == 1
