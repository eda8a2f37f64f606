"""Everything that is due: schedules, sealing, index, papers, purging. Running it twice does nothing twice."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from filelock import FileLock
from sqlalchemy import or_, select, update

from portal.domain.errors import ConflictError, PortalError
from portal.files.store import FileStore
from portal.models.base import db
from portal.models.outbox import Job, OutboxRow
from portal.models.publications import Paper, Publication, Revision
from portal.models.transaction import empty_journal, transaction
from portal.queries.archive_entries import entries_of
from portal.queries.staff import actor_of
from portal.usecases import audit, spool
from portal.usecases.case_clusters import remind_of_clusters
from portal.usecases.case_files import sweep_files
from portal.usecases.case_jobs import run_case_jobs
from portal.usecases.case_news import send_news
from portal.usecases.case_statistics import count_cases
from portal.usecases.duties import keep_duties
from portal.usecases.expiry import due_for_sealing, purge, seal_list
from portal.usecases.papers import print_public_paper, printing_lock
from portal.usecases.payment_upload_work import run_uploads
from portal.usecases.progress_sessions import forget_sessions
from portal.usecases.proxy_collectors import purge_proxies
from portal.usecases.proxy_consents import rescan_consents
from portal.usecases.publications import publish_scheduled
from portal.usecases.quarantine import rescan_waiting
from portal.usecases.services import Services
from portal.usecases.staff import forget_traces
from portal.usecases.warnings import refresh_warnings

LEASE = timedelta(minutes=3)
INDEX_BATCH = 500
PRINT_SECONDS = 150.0
MOST_ATTEMPTS = 5
POLL_SECONDS = 0.2

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class JobReport:
    """What a run did; `failed` counts the pieces of work that were tried and are still to be done."""

    published: int
    sealed: int
    purged: int
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One leased piece of work."""

    id: int
    job: Job
    publication_id: int
    revision_id: int | None


def run_due(
    services: Services,
    *,
    now: Now,
    stopped: Callable[[], bool] = lambda: False,
    kinds: frozenset[Job] = frozenset(Job),
    most_rosters: int | None = None,
) -> JobReport:
    """Do everything that is due at the start, or wait until the worker beside has done it.

    Work of other than the given `kinds` stays for a later run, and so do rosters beyond `most_rosters`.
    """
    started = now()
    published = publish_due(services, at=started)
    sealed = sum(seal_list(services, revision_id, at=started) for revision_id in due_for_sealing(started))
    purged = purge(services, at=started) + purge_proxies(services, at=started)
    spool.sweep(services.settings.spool, at=started)
    sweep_files(services, at=started)
    rescan_waiting(services, at=started)
    rescan_consents(services, at=started)
    run_case_jobs(services, at=started, stopped=stopped)
    forget_traces(services, at=started)
    forget_sessions(at=started)
    count_cases(services, at=started)
    refresh_warnings(services, at=started)
    remind_of_clusters(services, at=started)
    keep_duties(services, at=started)
    send_news(services, at=started)
    done = failed = 0
    tried: set[int] = set()
    while not stopped():
        pieces = lease(now=now, due_by=started, except_for=tried, kinds=kinds)
        if pieces:
            ended = work(services, pieces, now=now)
            done, failed = done + ended, failed + len(pieces) - ended
            tried |= {piece.id for piece in pieces}
        elif not others_at_work(started, now=now, except_for=tried):
            break
        else:
            time.sleep(POLL_SECONDS)
    read, unread = run_uploads(services, now=now, stopped=stopped, most=most_rosters)
    sweep_papers(services)
    empty_journal()
    return JobReport(published, sealed, purged, done + read, failed + unread)


def publish_due(services: Services, *, at: datetime) -> int:
    """Carry out scheduled publications; one that can no longer be published loses its schedule and is noted."""
    query = (
        select(Publication.number, Revision.id, Revision.published_by)
        .join(Revision, Revision.publication_id == Publication.id)
        .where(Revision.publish_at <= at, Revision.published_at.is_(None), Revision.published_by.is_not(None))
    )
    count = 0
    for number, revision_id, account_id in db.session.execute(query).all():
        try:
            publish_scheduled(services, actor_of(account_id or 0), number, at=at)
            count += 1
        except ConflictError:
            continue
        except PortalError as error:
            _unschedule(revision_id, number, str(error), at=at)
    return count


def _unschedule(revision_id: int, number: str, reason: str, *, at: datetime) -> None:
    with transaction() as session:
        session.execute(update(Revision).where(Revision.id == revision_id).values(publish_at=None, published_by=None))
        audit.record(session, None, "publication.schedule_failed", number, at=at, reason=reason)


def lease(
    *, now: Now, due_by: datetime, except_for: set[int], kinds: frozenset[Job] = frozenset(Job)
) -> tuple[Piece, ...]:
    """Take the newest open piece that nobody holds; of index work up to a batch at once."""
    token, at = secrets.token_hex(8), now()
    free = or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until < at)
    open_rows = select(OutboxRow.id, OutboxRow.job).where(OutboxRow.done_at.is_(None), OutboxRow.due_at <= due_by, free)
    if len(kinds) < len(Job):
        open_rows = open_rows.where(OutboxRow.job.in_(kinds))
    if except_for:
        open_rows = open_rows.where(OutboxRow.id.not_in(except_for))
    with transaction() as session:
        rows = session.execute(open_rows.order_by(OutboxRow.id.desc()).limit(INDEX_BATCH)).all()
        index = [row.id for row in rows if row.job is Job.INDEX]
        wanted = index or [row.id for row in rows[:1]]
        if not wanted:
            return ()
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(wanted), OutboxRow.done_at.is_(None), free)
            .values(lease=token, leased_until=at + LEASE, attempts=OutboxRow.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        mine = session.execute(select(OutboxRow).where(OutboxRow.lease == token)).scalars()
        return tuple(Piece(row.id, row.job, row.publication_id, row.revision_id) for row in mine)


def others_at_work(due_by: datetime, *, now: Now, except_for: set[int]) -> bool:
    """Whether a worker beside still holds something that was due; asked while waiting for it."""
    db.session.rollback()
    held = select(OutboxRow.id).where(
        OutboxRow.done_at.is_(None), OutboxRow.due_at <= due_by, OutboxRow.leased_until >= now()
    )
    return any(row not in except_for for row in db.session.execute(held).scalars())


def work(services: Services, pieces: Sequence[Piece], *, now: Now) -> int:
    """Do the leased pieces; gives how many are done. A failure is kept for a later run, never raised."""
    if pieces[0].job is Job.INDEX:
        refresh_index(services, [piece.publication_id for piece in pieces], at=now())
        return finish(pieces, now=now)
    ended = 0
    for piece in pieces:
        try:
            _do(services, piece, now=now)
        except (PortalError, RuntimeError, OSError) as error:
            give_back(piece, type(error).__name__, now=now)
        else:
            ended += finish([piece], now=now)
    return ended


def _do(services: Services, piece: Piece, *, now: Now) -> None:
    if piece.job is Job.SEAL and piece.revision_id is not None:
        seal_list(services, piece.revision_id, at=now())
    elif piece.job is Job.PRINT:
        publication = db.session.get_one(Publication, piece.publication_id)
        print_public_paper(services, publication.area, publication.number, at=now(), timeout_s=PRINT_SECONDS)


def refresh_index(services: Services, publication_ids: Sequence[int], *, at: datetime) -> None:
    """Bring the index to what the gate lets out now: entries for what is visible, nothing for what is not.

    One lock spans asking the gate and writing, so that of two workers none writes what it read before the other.
    """
    folder = services.settings.index.parent
    with FileLock(folder / "index.refresh.lock"):
        db.session.rollback()
        entries = entries_of(publication_ids, at=at)
        db.session.rollback()
        gone = set(publication_ids) - {entry.publication_id for entry in entries}
        services.search.remove(sorted(gone))
        services.search.replace(entries)


def finish(pieces: Sequence[Piece], *, now: Now) -> int:
    """Mark pieces as done."""
    ids = [piece.id for piece in pieces]
    with transaction() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(done_at=now(), leased_until=None))
    return len(ids)


def give_back(piece: Piece, reason: str, *, now: Now) -> None:
    """Put a piece back with a growing pause; the reason is the kind of failure, never its text."""
    with transaction() as session:
        row = session.get_one(OutboxRow, piece.id)
        row.error, row.leased_until = reason, None
        row.due_at = now() + timedelta(minutes=min(row.attempts, MOST_ATTEMPTS) ** 2)


def sweep_papers(services: Services) -> int:
    """Delete printed files that no row names any more (withdrawn, sealed, replaced); no print runs meanwhile."""
    store = FileStore(services.settings.papers)
    with printing_lock(services.settings.papers):
        db.session.rollback()
        named = set(db.session.execute(select(Paper.sha256)).scalars())
        return store.keep_only(named)
