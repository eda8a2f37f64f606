"""What becoming public and ceasing to be public do to the stored content, inside the transaction of the step."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.publications import CLOSING_KINDS, Area, RevisionState, canonical_json, snapshot_hash
from portal.domain.redaction import find_personal_data
from portal.models.notices import Notice, NoticeRow, SealedName
from portal.models.outbox import Job, OutboxRow
from portal.models.payments import PaymentFigure, PaymentPerson
from portal.models.publications import Paper, Publication, Revision, SealedSnapshot, SnapshotPage
from portal.models.registers import RegisterFigure
from portal.sealing.envelopes import seal
from portal.sealing.keys import new_key_id
from portal.usecases.allocation_freezing import freeze_allocation
from portal.usecases.budget_freezing import freeze_budget
from portal.usecases.case_freezing import freeze_case_answer
from portal.usecases.corrections import check_not_over
from portal.usecases.document_freezing import freeze_document
from portal.usecases.frozen import Frozen
from portal.usecases.notice_freezing import freeze_notice, replace_earlier_lists
from portal.usecases.outbox import enqueue
from portal.usecases.payment_freezing import freeze_payment
from portal.usecases.register_freezing import freeze_register
from portal.usecases.services import Services

FREEZERS = {
    Area.NOTICES: freeze_notice,
    Area.DOCUMENTS: freeze_document,
    Area.CASES: freeze_case_answer,
    Area.ALLOCATIONS: freeze_allocation,
    Area.BUDGETS: freeze_budget,
    Area.PAYMENTS: freeze_payment,
    Area.REGISTERS: freeze_register,
}


def make_public(
    session: Session,
    services: Services,
    publication: Publication,
    revision: Revision,
    bypass_reason: str,
    *,
    at: datetime,
) -> dict[str, Any]:
    """Freeze the revision, end the former one, ask for index and paper; gives the values for the revision's row."""
    check_not_over(session, publication, at=at)
    frozen = FREEZERS[publication.area](session, services, publication, revision, at=at)
    head = canonical_json({**frozen.head, "bypass_reason": bypass_reason})
    sealed = canonical_json({**frozen.sealed, "bypass_reason": bypass_reason})
    pages = [canonical_json(page) for page in frozen.pages]
    words = services.rulebook.disease_words if publication.area is Area.NOTICES else frozenset()
    _scan(frozen, words, head, *pages)
    for number, rows in enumerate(pages, start=1):
        session.execute(insert(SnapshotPage).values(revision_id=revision.id, page=number, rows=rows))
    if publication.area is Area.NOTICES:
        replace_earlier_lists(session, services, publication, at=at)
    _end_former(session, services, publication, revision, at=at)
    _point_at(session, publication, revision, at=at)
    _ask_for_work(session, publication, revision, frozen, at=at)
    return {
        "title": frozen.title,
        "head": head,
        "sha256": snapshot_hash(head, pages),
        "sealed_head": sealed,
        "sealed_sha256": snapshot_hash(sealed),
        "visible_until": frozen.visible_until,
        "period_last_on": frozen.period_last_on,
    }


def _scan(frozen: Frozen, disease_words: frozenset[str], *texts: str) -> None:
    """Read the final bytes once more (every leak on record was a full column that nobody looked at)."""
    office = frozen.head.get("office", {})
    permitted = frozenset(filter(None, (office.get("hotline"), office.get("duty_phone"))))
    for text in texts:
        if find_personal_data(text, permitted=permitted, disease_words=disease_words):
            raise RefusedError(N_("要公开的内容里有像身份证号、银行卡号、手机号或病情的文字，已停止公开，请核对"))


def _end_former(
    session: Session, services: Services, publication: Publication, revision: Revision, *, at: datetime
) -> None:
    former = publication.live_revision_id
    if former is None:
        return
    if revision.change_kind in CLOSING_KINDS:
        _close_earlier(session, services, publication, at=at)
        return
    session.execute(
        update(Revision)
        .where(Revision.id == former, Revision.state.in_([RevisionState.PUBLISHED, RevisionState.EXPIRED]))
        .values(state=RevisionState.SUPERSEDED, version=Revision.version + 1)
        .execution_options(synchronize_session=False)
    )


def _close_earlier(session: Session, services: Services, publication: Publication, *, at: datetime) -> None:
    """What must not be shown stood in every revision before, not only in the last one: all of them are closed."""
    open_still = (RevisionState.PUBLISHED, RevisionState.EXPIRED, RevisionState.SUPERSEDED)
    earlier = select(Revision).where(Revision.publication_id == publication.id, Revision.state.in_(open_still))
    for former in session.execute(earlier).scalars().all():
        session.execute(
            update(Revision)
            .where(Revision.id == former.id)
            .values(state=RevisionState.WITHDRAWN, version=Revision.version + 1)
            .execution_options(synchronize_session=False)
        )
        if former.sealed_at is None:
            take_back(session, services, former, at=at, keep_sealed=True)


def _point_at(session: Session, publication: Publication, revision: Revision, *, at: datetime) -> None:
    changed = session.execute(
        update(Publication)
        .where(Publication.id == publication.id, Publication.withdrawn_at.is_(None))
        .values(live_revision_id=revision.id, first_published_at=publication.first_published_at or at)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise ConflictError(N_("它已经撤下，不能再公开"))


def _ask_for_work(
    session: Session, publication: Publication, revision: Revision, frozen: Frozen, *, at: datetime
) -> None:
    """Nothing waits yet for a revision that becomes public in this transaction, so nobody is asked whether it does."""
    due = {Job.INDEX: at, Job.PRINT: at, Job.SEAL: frozen.visible_until}
    session.add_all(
        OutboxRow(job=job, publication_id=publication.id, revision_id=revision.id, created_at=at, due_at=due_at)
        for job, due_at in due.items()
        if due_at is not None
    )


def take_back(session: Session, services: Services, revision: Revision, *, at: datetime, keep_sealed: bool) -> None:
    """Remove everything with names from the open tables; what was public stays sealed for the retention time.

    Safe to repeat: a revision that is sealed already has nothing left to remove.
    """
    pages = session.execute(
        select(SnapshotPage.rows).where(SnapshotPage.revision_id == revision.id).order_by(SnapshotPage.page)
    ).scalars()
    if keep_sealed and revision.head is not None:
        _keep_sealed(session, services, revision, [revision.head, *pages], at=at)
    for table in (SnapshotPage, NoticeRow, SealedName, PaymentFigure, PaymentPerson, RegisterFigure, Paper):
        session.execute(delete(table).where(table.revision_id == revision.id))
    session.execute(
        update(Revision)
        .where(Revision.id == revision.id)
        .values(head=None, draft={}, sealed_at=at, version=Revision.version + 1)
        .execution_options(synchronize_session=False)
    )
    _drop_work(session, revision, at=at)
    enqueue(session, Job.INDEX, revision.publication_id, None, at=at)


def _drop_work(session: Session, revision: Revision, *, at: datetime) -> None:
    """Work on a list that is sealed or withdrawn is settled: there is nothing left to print or to seal."""
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.revision_id == revision.id,
            OutboxRow.job.in_([Job.PRINT, Job.SEAL]),
            OutboxRow.done_at.is_(None),
            OutboxRow.leased_until.is_(None),
        )
        .values(done_at=at)
        .execution_options(synchronize_session=False)
    )


def _keep_sealed(session: Session, services: Services, revision: Revision, parts: list[str], *, at: datetime) -> None:
    key_id = new_key_id()
    key = services.keyring.create_single(key_id)
    years = _retention_years(session, services, revision.publication_id)
    session.add(
        SealedSnapshot(
            revision_id=revision.id,
            key_id=key_id,
            ciphertext=seal(key, "\n".join(parts).encode(), bound_to=f"snapshot:{revision.id}"),
            destroy_on=shanghai_date(at) + timedelta(days=365 * years),
        )
    )


def _retention_years(session: Session, services: Services, publication_id: int) -> int:
    notice = session.get(Notice, publication_id)
    if notice is None:
        return services.rulebook.retention.documents_years
    rules = services.rulebook.notice_rules
    return rules.rule_of_version(notice.kind, notice.program, notice.rule_version).retention_years
