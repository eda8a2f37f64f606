"""Warnings: raised by a job from what is published, taken over by a bureau, explained, and opened again by new figures.

The job asks the rules only when money was published or taken back, when a day has passed, or when the bureau has
changed its table; asking again changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor
from portal.domain.publications import Area
from portal.domain.redaction import find_personal_data
from portal.domain.warnings import Finding, Standing, WarningState, WarningStep, step_of
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.publications import Publication
from portal.models.transaction import transaction
from portal.models.warnings import RaisedWarning, WarningEvent, WarningRun
from portal.queries.site import site
from portal.queries.warnings import asked_of, findings_everywhere, is_handled_by, watched_by
from portal.usecases import audit
from portal.usecases.idempotency import Sent, claim
from portal.usecases.services import Services
from portal.usecases.site import bump_revision

LONGEST_WORDS = 500
_OF_MONEY = (Area.BUDGETS, Area.ALLOCATIONS, Area.PAYMENTS, Area.REGISTERS)


@dataclass(frozen=True, slots=True)
class WarningReport:
    """What a run did: how many warnings it opened (or opened again), changed and ended, and how many are open now."""

    opened: int
    changed: int
    ended: int
    open: int


def refresh_warnings(services: Services, *, at: datetime) -> None:
    """Ask the rules when anything may have changed since the last time; between two rounds there is mostly nothing."""
    session = db.session()
    session.rollback()
    last = session.get(WarningRun, 1)
    if last is None or last.seen != _seen(session, services, at):
        run_rules(services, at=at)
    elif last.revision != site().revision:
        _keep_up(services, at=at)


def _keep_up(services: Services, *, at: datetime) -> None:
    """Something else was published: what is known of money is still true. The revision is read before what it is of."""
    with transaction() as session:
        run, revision = session.get_one(WarningRun, 1, with_for_update=True), site().revision
        if run.seen == _seen(session, services, at):
            run.revision = revision


def run_rules(services: Services, *, at: datetime) -> WarningReport:
    """Ask every rule of everything and write what has changed. Safe to repeat."""
    with transaction() as session:
        run = session.get(WarningRun, 1, with_for_update=True)
        if run is None:
            run = WarningRun(id=1, seen="", ran_at=at)
            session.add(run)
            session.flush()
        run.revision, run.ran_at = site().revision, at
        run.seen = _seen(session, services, at)
        found = findings_everywhere(services.rulebook, shanghai_date(at))
        steps = _apply(session, services, found, at=at)
        if any(steps.values()):
            bump_revision(session)
            run.revision += 1
        is_open = RaisedWarning.state == WarningState.OPEN
        open_now = session.scalar(select(func.count()).select_from(RaisedWarning).where(is_open)) or 0
        opened = steps[WarningStep.OPENED] + steps[WarningStep.REOPENED]
        return WarningReport(opened, steps[WarningStep.CHANGED], steps[WarningStep.ENDED], open_now)


def _seen(session: Session, services: Services, at: datetime) -> str:
    """What the findings depend on: the live publications of money, the day, and the bureau's table."""
    query = select(
        func.count(Publication.live_revision_id), func.sum(Publication.live_revision_id),
        func.count(Publication.withdrawn_at),
    ).where(Publication.area.in_(_OF_MONEY))  # fmt: skip
    live, revisions, withdrawn = session.execute(query).one()
    return f"{asked_of(services.rulebook.warnings, shanghai_date(at))}{live}:{revisions}:{withdrawn}"


def _apply(session: Session, services: Services, now: Iterable[Finding], *, at: datetime) -> Mapping[WarningStep, int]:
    known = {row.key: row for row in session.scalars(select(RaisedWarning))}
    found = {finding.key: finding for finding in now}
    counts = dict.fromkeys(WarningStep, 0)
    for key in sorted(known.keys() | found.keys()):
        row, finding = known.get(key), found.get(key)
        if row and finding:
            row.is_told = finding.is_told
        standing = Standing(row.state, row.bound, row.found) if row else None
        step = step_of(standing, finding)
        if step is not None:
            _write(session, services, row, finding, step, at=at)
            counts[step] += 1
    return counts


def _write(
    session: Session, services: Services, row: RaisedWarning | None, finding: Finding | None, step: WarningStep, *,
    at: datetime,
) -> None:  # fmt: skip
    if row is None and finding is not None:
        row = _row(finding)
        session.add(row)
    if row is None:
        return
    if finding is not None:
        row.bound, row.found = finding.bound, finding.found
    if step is WarningStep.ENDED:
        row.state = WarningState.ENDED
    elif step is not WarningStep.CHANGED:
        _open(row, services, at=at)
    session.flush()
    _note(session, row, step, None, at=at)
    audit.record(session, None, f"warning.{step}", f"warning:{row.id}", at=at, bound=row.bound, found=row.found)


def _row(finding: Finding) -> RaisedWarning:
    return RaisedWarning(
        key=finding.key, rule=finding.rule, year=finding.year, month=finding.month, whole_code=finding.whole,
        division_code=finding.division, program=finding.program, source=finding.source, subject=finding.subject,
        is_told=finding.is_told,
    )  # fmt: skip


def _open(row: RaisedWarning, services: Services, *, at: datetime) -> None:
    """Open it, or open it again: what was explained stays in the history and no longer counts."""
    row.state, row.opened_at = WarningState.OPEN, at
    row.due_on = services.rulebook.warnings.due_on(shanghai_date(at), services.rulebook.calendar)
    row.reason, row.words, row.closed_at, row.closed_by = "", "", None, None


def take_over(actor: Actor, warning_id: int, *, at: datetime, sent: Sent | None = None) -> None:
    """Become the owner of an open warning, also in place of a colleague."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row = _open_row(session, actor, warning_id)
        if row.owner_id == actor.account_id:
            raise ConflictError(N_("这条预警已经由您负责"))
        row.owner_id = actor.account_id
        _note(session, row, WarningStep.TAKEN, actor, at=at)
        audit.record(session, actor, "warning.taken", f"warning:{row.id}", at=at)


def close(
    services: Services, actor: Actor, warning_id: int, reason: str, words: str, *, at: datetime,
    sent: Sent | None = None,
) -> None:  # fmt: skip
    """Explain an open warning that is one's own: a reason from the list, and words that the public reads."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row = _open_row(session, actor, warning_id)
        if row.owner_id != actor.account_id:
            raise ConflictError(N_("请先由您负责这条预警，再写原因"))
        check_explanation(services, services.rulebook.warnings.reasons, reason, words)
        row.state, row.reason, row.words = WarningState.CLOSED, reason, words
        row.closed_at, row.closed_by = at, actor.account_id
        _note(session, row, WarningStep.CLOSED, actor, at=at)
        audit.record(session, actor, "warning.closed", f"warning:{row.id}", at=at, reason=reason)
        bump_revision(session)


def _open_row(session: Session, actor: Actor, warning_id: int) -> RaisedWarning:
    query = (
        select(RaisedWarning)
        .join(Division, Division.code == RaisedWarning.division_code)
        .where(RaisedWarning.id == warning_id, watched_by(actor))
        .with_for_update(of=RaisedWarning)
    )
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFoundError(N_("没有这条预警，或它不在您单位的范围内"))
    if not is_handled_by(actor):
        raise NotAllowedError(N_("预警由县级以上民政部门办理，请把情况报给他们"))
    if row.state is not WarningState.OPEN:
        raise ConflictError(N_("这条预警已经办结，或数字已经对上"))
    return row


def check_explanation(services: Services, reasons: Collection[str], reason: str, words: str) -> None:
    """InvalidError names the fields: a reason outside the list, words that are missing or tell of a person."""
    faults = {}
    if reason not in reasons:
        faults["reason"] = Message(N_("请从列出的原因里选一个"))
    if not words.strip():
        faults["words"] = Message(N_("请写明情况"))
    elif len(words) > LONGEST_WORDS:
        faults["words"] = Message(N_("最多%(most)d个字"), {"most": LONGEST_WORDS})
    elif find_personal_data(words, disease_words=services.rulebook.disease_words, landlines=True):
        faults["words"] = Message(N_("文字里有像身份证号、银行卡号、电话号码或病情的内容，请删去后再办"))
    if faults:
        raise InvalidError(N_("请改正标出的内容"), fields=faults)


def _note(session: Session, row: RaisedWarning, step: WarningStep, actor: Actor | None, *, at: datetime) -> None:
    session.add(
        WarningEvent(
            warning_id=row.id, at=at, account_id=actor.account_id if actor else None, step=step, bound=row.bound,
            found=row.found, reason=row.reason, words=row.words,
        )
    )  # fmt: skip
