"""How the answer of a case is handed in and frozen: the embargo, the submitter's objection, the bars, once, here."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_publications import embargo_end, plain_pieces, read_draft
from portal.domain.divisions import Level
from portal.domain.errors import ConflictError, RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.models.case_publications import CasePublication
from portal.models.cases import Case, CaseEvent
from portal.models.divisions import Division
from portal.models.publications import Publication, Revision
from portal.usecases.case_answers import check_publishable, open_answer
from portal.usecases.case_news import add_news
from portal.usecases.frozen import Frozen, head_of
from portal.usecases.services import Services

GONE_WHEN_CLOSED = ("summary", "answer")
"""What an answer that is taken back does not keep in the open tables."""

_COUNTY_DEPTH = 2


def begin_embargo(session: Session, services: Services, publication: Publication, *, at: datetime) -> None:
    """The wording is handed in: from now on the submitter reads it on his page and may object; he is told so."""
    facts = session.get_one(CasePublication, publication.id)
    case = session.get_one(Case, facts.case_id)
    check_publishable(case)
    days = services.rulebook.case_publications.embargo_working_days
    facts.embargo_ends_at = embargo_end(at, days, services.rulebook.calendar)
    add_news(session, case, at=at)


def freeze_case_answer(
    session: Session,
    services: Services,
    publication: Publication,
    revision: Revision,
    *,
    at: datetime,
) -> Frozen:
    """Freeze the answer with its bars; RefusedError during the embargo and while an objection of the submitter stands.

    No emergency leads around either of them.
    """
    facts = session.get_one(CasePublication, publication.id)
    case = session.get_one(Case, facts.case_id)
    check_publishable(case)
    _check_embargo(facts, revision, at)
    check_objection(session, case)
    answer, draft = open_answer(session, services, case), read_draft(revision.draft)
    if answer.replies != draft.replies:
        raise ConflictError(N_("起草以后又有了新的答复，请退回，按新的答复重新起草"))
    facts.outcome = case.outcome
    county = county_of(session, case.division_code)
    head = {
        **head_of(session, publication, revision),
        "kind": str(case.kind),
        "category": str(case.category),
        "outcome": str(case.outcome) if case.outcome else None,
        "county": {"code": county.code, "name": county.display_name},
        "received_month": f"{shanghai_date(case.received_at):%Y-%m}",
        "concluded_month": f"{shanghai_date(case.concluded_at or at):%Y-%m}",
        "summary": draft.summary,
        "answer": plain_pieces(answer.shown(draft)),
    }
    sealed = {name: value for name, value in head.items() if name not in GONE_WHEN_CLOSED}
    return Frozen(revision.title, head, sealed, [])


def _check_embargo(facts: CasePublication, revision: Revision, at: datetime) -> None:
    if revision.submitted_at is None or facts.embargo_ends_at is None:
        raise RefusedError(N_("答复须先提交审核，诉求人有异议的期限从那时起算；紧急程序也不能跳过"))
    if at < facts.embargo_ends_at:
        last_on = shanghai_date(facts.embargo_ends_at).isoformat()
        raise RefusedError(N_("诉求人提出异议的期限还没有到：%(day)s零时以后才能公开"), day=last_on)


def check_objection(session: Session, case: Case) -> None:
    """RefusedError while the submitter's objection stands; he alone can take it back."""
    last = session.scalars(
        select(CaseEvent.action)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.action.in_([Action.OBJECT_TO_PUBLICATION, Action.ALLOW_PUBLICATION]),
        )
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).first()
    if last is Action.OBJECT_TO_PUBLICATION:
        raise RefusedError(N_("诉求人不同意公开这份答复，他没有撤回异议以前不能公开"))


def county_of(session: Session, division_code: str) -> Division:
    """The county of a division; the city for what belongs to the city itself. Nothing nearer is ever told."""
    codes = session.get_one(Division, division_code).path.strip("/").split("/")
    found = session.get_one(Division, codes[:_COUNTY_DEPTH][-1])
    if found.level not in {Level.CITY, Level.COUNTY}:
        raise LookupError("the second level below the city's is a county")
    return found
