"""Printing the public paper of a publication: outside any transaction, kept only if the gate still says the same."""

from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import delete

from portal.domain.errors import PortalError
from portal.domain.messages import N_
from portal.domain.publications import Area
from portal.files.store import FileStore
from portal.models.base import db
from portal.models.publications import Paper
from portal.models.transaction import transaction
from portal.printing.child import PrintingTookTooLongError, print_in_child
from portal.queries.papers import paper_of, printed_file, variant_of
from portal.queries.publications import PublicView, hidden_rows, public_view
from portal.queries.site import site
from portal.usecases.services import Services


class PaperNotReadyError(PortalError):
    """The paper is being made elsewhere or takes longer than a reader can wait."""


def print_public_paper(services: Services, area: Area, number: str, *, at: datetime, timeout_s: float) -> bytes | None:
    """Print what the public sees now, one paper at a time on this machine; nothing when there is nothing to show.

    PaperNotReadyError when the printer is busy or the time is over. A paper that no longer shows what the gate lets
    out when it is done (a withdrawal in between) is thrown away.
    """
    store = store_of(services)
    try:
        with printing_lock(services.settings.papers, timeout_s):
            return _print(services, store, area, number, at=at, timeout_s=timeout_s)
    except (Timeout, PrintingTookTooLongError) as error:
        raise PaperNotReadyError(N_("这份文件正在排版，请稍后再来")) from error


def store_of(services: Services) -> FileStore:
    """Where printed files are kept."""
    return FileStore(services.settings.papers)


def printing_lock(folder: Path, timeout_s: float = -1) -> FileLock:
    """One paper at a time on this machine, and no sweeping meanwhile; waits without end by default."""
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "printing.lock", timeout=timeout_s)


def _print(
    services: Services, store: FileStore, area: Area, number: str, *, at: datetime, timeout_s: float
) -> bytes | None:
    view = public_view(area, number, at=at)
    if view is None or view.withdrawn_at is not None:
        return None
    ready = printed_file(view, store)
    if ready is not None:
        return ready
    hidden = hidden_rows(view.revision_id)
    paper = paper_of(view, services.settings, demo=site().demo)
    db.session.rollback()  # no read transaction stays open while the child prints
    content = print_in_child(paper, fonts=services.settings.fonts, timeout_s=timeout_s)
    _keep(store, view, hidden, content, at=at)
    return content


def _keep(store: FileStore, view: PublicView, hidden: frozenset[int], content: bytes, *, at: datetime) -> None:
    with transaction() as session:
        now_seen = public_view(view.area, view.number, at=at)
        same = now_seen is not None and (now_seen.revision_id, variant_of(now_seen)) == (
            view.revision_id,
            variant_of(view),
        )
        if not same or hidden_rows(view.revision_id) != hidden:
            return
        variant = variant_of(view)
        session.execute(delete(Paper).where(Paper.revision_id == view.revision_id, Paper.variant == variant))
        digest = store.put(content)
        session.add(
            Paper(revision_id=view.revision_id, variant=variant, sha256=digest, size=len(content), printed_at=at)
        )
