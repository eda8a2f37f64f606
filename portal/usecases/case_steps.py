"""One step of a case: load, decide by the table, do what the step does, append the event, note it, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain.case_actions import WITHOUT_ANSWER, Action, Need
from portal.domain.case_clocks import Clock
from portal.domain.case_given import Given
from portal.domain.case_packages import Package
from portal.domain.case_permits import ON_BEHALF_OF, CaseFacts, Hand, check, missing, on_behalf_of
from portal.domain.cases import CaseState, ClockKind, Party
from portal.domain.errors import ConflictError, InvalidError, NotFoundError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.permissions import AccountId, Actor
from portal.models.cases import Case
from portal.models.offices import Office
from portal.models.transaction import transaction
from portal.queries.case_facts import facts_of
from portal.queries.case_hands import hand_of
from portal.queries.case_scope import open_to, reached_by
from portal.queries.delegations import standing_in
from portal.usecases import audit
from portal.usecases.case_clocks import clocks_of, clockwork_of, move_clocks
from portal.usecases.case_doing import Doing
from portal.usecases.case_effects import EFFECTS
from portal.usecases.case_events import append
from portal.usecases.case_news import note_news
from portal.usecases.case_sealing import Opener, ServiceOpener
from portal.usecases.case_settling import riding_on
from portal.usecases.idempotency import Sent, claim
from portal.usecases.progress_sessions import Submitter
from portal.usecases.services import Services

_LOOKS_AGAIN = frozenset({Action.REEXAMINE, Action.REVIEW_FINALLY})
_PROMISES = frozenset({Action.ACCEPT, Action.APPROVE_EXTENSION})


@dataclass(frozen=True, slots=True)
class Stepped:
    """Where a step has led. What it opened for whoever took it is never stored or logged: a contact, a sealed file."""

    number: str
    state: CaseState
    version: int
    told: dict[str, object] | None = None
    package: Package | None = None
    on_behalf_of: AccountId | None = None

    def __repr__(self) -> str:
        return f"Stepped(number={self.number!r}, state={self.state!r}, version={self.version})"


def act(
    services: Services,
    actor: Actor,
    number: str,
    action: Action,
    given: Given,
    *,
    at: datetime,
    openers: Sequence[Opener] = (),
    version: int | None = None,
    sent: Sent | None = None,
) -> Stepped:
    """Let a member of staff take a step; `openers` are the desks that his session has unlocked.

    NotFoundError also for a case that he is kept out of; ConflictError when somebody else was faster; InvalidError
    names what the step still needs.
    """
    with transaction() as session:
        claim(session, sent, actor, at=at)
        actor = standing_in(actor, at=at)
        case = case_within(session, actor, number, action)
        hand = hand_of(session, actor, case)
        doing = Doing(session, services, case, given, at, (ServiceOpener(services.keyring), *openers), actor)
        stepped = _step(doing, action, hand, version)
        note: dict[str, str | int | None] = {"state": str(stepped.state), **_in_the_name_of(stepped.on_behalf_of)}
        audit.record(session, actor, f"case.{action}", case.number, at=at, **note)
        return stepped


def act_as_submitter(
    services: Services,
    submitter: Submitter,
    action: Action,
    given: Given,
    *,
    at: datetime,
    sent: Sent | None = None,
) -> Stepped:
    """Let the submitter take a step with his code; nothing of him stands in the audit log."""
    with transaction() as session:
        claim(session, sent, None, at=at)
        case = session.scalars(select(Case).where(Case.id == submitter.case_id).with_for_update()).one()
        doing = Doing(session, services, case, given, at, (submitter.opener,))
        return _step(doing, action, Hand(Party.SUBMITTER), None)


def act_by_clock(services: Services, case_id: int, action: Action, given: Given, *, at: datetime) -> Stepped:
    """Take a step that a date has brought about: resuming, reminding, concluding."""
    with transaction() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        doing = Doing(session, services, case, given, at, (ServiceOpener(services.keyring),))
        stepped = _step(doing, action, Hand(Party.CLOCK), None)
        audit.record(session, None, f"case.{action}", case.number, at=at, state=str(stepped.state))
        return stepped


def case_within(session: Session, actor: Actor, number: str, action: Action | None = None) -> Case:
    """The case of a number, locked for a step; NotFoundError for those out of scope or kept from the actor alike."""
    scope = reached_by(actor, action) if action else open_to(actor)
    query = (
        select(Case)
        .join(Office, Office.id == Case.office_id)
        .where(Case.number == number.strip().upper(), scope)
        .with_for_update(of=Case)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError(N_("没有找到这件诉求"))
    return found


def _step(doing: Doing, action: Action, hand: Hand, version: int | None) -> Stepped:
    session, case = doing.session, doing.case
    if version is not None and version != case.version:
        raise ConflictError(N_("您打开页面以后，有人办理过这件诉求，请刷新后再看"))
    clockwork, clocks = clockwork_of(case, doing.services), clocks_of(session, case)
    facts = facts_of(session, case, clocks, clockwork, at=doing.at, named=doing.is_named())
    reached, name = check(action, facts, hand), on_behalf_of(action, facts, hand)
    _require(action, facts, doing.given)
    _check_served(doing)
    before, letter_of = case.state, _office_of_letter(doing, action)
    _claim_state(session, case, reached)
    detail = EFFECTS[action](doing) | _in_the_name_of(name)
    counted_from = doing.served_at()
    moved = move_clocks(session, case, action, doing.services, at=doing.at, counted_from=counted_from)
    told, package = detail.pop("told", None), detail.pop("package", None)
    account_id = doing.actor.account_id if doing.actor else None
    detail |= {"at_office": letter_of, **_promise(action, moved)}
    append(session, case, action, before, at=doing.at, account_id=account_id, **detail)
    if doing.actor:
        note_news(session, case, action, at=doing.at)
    if case.state in WITHOUT_ANSWER:
        _let_go(doing)
    return Stepped(case.number, case.state, case.version, told, package, name)


def _let_go(doing: Doing) -> None:
    """Who reported the same matter as a case that ends without an answer is not left without one."""
    for one in riding_on(doing.session, doing.case):
        alone = Doing(doing.session, doing.services, one, Given(), doing.at, ())
        stepped = _step(alone, Action.SEPARATE, Hand(Party.CLOCK), None)
        note_news(doing.session, one, Action.SEPARATE, at=doing.at)
        audit.record(doing.session, None, f"case.{Action.SEPARATE}", one.number, at=doing.at, state=str(stepped.state))


def _in_the_name_of(absent: AccountId | None) -> dict[str, int]:
    """What the event and the audit log say of a step taken for an absent colleague."""
    return {} if absent is None else {ON_BEHALF_OF: absent}


def _office_of_letter(doing: Doing, action: Action) -> int:
    """Whose letter a step sends: an opinion on an answer is of the office that gives it (信访工作条例 art. 35, 36)."""
    if doing.actor is not None and action in _LOOKS_AGAIN:
        return doing.actor.office_id
    return doing.case.office_id


def _promise(action: Action, clocks: Sequence[Clock]) -> dict[str, str]:
    """Until when the letter of a step promises to be done, so that printed again it says what it said."""
    ends = [clock.due_on for clock in clocks if clock.clock is ClockKind.FINISH]
    return {"due_on": ends[0].isoformat()} if action in _PROMISES and ends else {}


def _require(action: Action, facts: CaseFacts, given: Given) -> None:
    lacking = missing(action, facts.kind, given.needs)
    if lacking:
        fields = {str(need): Message(SENTENCES[need]) for need in sorted(lacking)}
        raise InvalidError(N_("请补全标出的内容"), fields=fields)


def _check_served(doing: Doing) -> None:
    """The days of a remedy are counted from service, and a letter is not served on a day to come."""
    served_on = doing.given.served_on
    if served_on and served_on > shanghai_date(doing.at):
        message = Message(N_("送达日期不能晚于今天"))
        raise InvalidError(N_("请改正标出的内容"), fields={"served_on": message})


def _claim_state(session: Session, case: Case, reached: CaseState) -> None:
    """Compare-and-set: of two who take a step at once, the second finds that the case has moved on."""
    changed = session.execute(
        update(Case)
        .where(Case.id == case.id, Case.state == case.state, Case.version == case.version)
        .values(state=reached, version=Case.version + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise ConflictError(N_("别人刚刚办过这一步，请刷新后再看"))
    session.refresh(case)


SENTENCES: dict[Need, str] = {
    Need.CONTENT: N_("请写明发生了什么"),
    Need.GROUND: N_("请选择不予受理的理由"),
    Need.RIGHT_BODY: N_("请写明应当向哪个机关反映"),
    Need.REASON: N_("请写明原因"),
    Need.TEXT: N_("请填写内容"),
    Need.OFFICE: N_("请选择承办单位"),
    Need.OFFICER: N_("请选择承办人"),
    Need.DAYS: N_("请填写延长的天数"),
    Need.RUNG: N_("请选择督办方式"),
    Need.OUTCOME: N_("请选择核查结论"),
    Need.LEGAL_BASIS: N_("请写明依据"),
    Need.SERVED: N_("请填写送达日期和方式"),
    Need.MAIN_CASE: N_("请填写并入的诉求编号"),
    Need.ACCUSED: N_("请写明涉及的单位或人"),
    Need.RECEIPT: N_("请填写接收机关的回执编号"),
    Need.RECIPIENT: N_("请填写对方的公钥，或者一个口令"),
    Need.PROTECTION: N_("为保护举报人，请先选择面上排查，或先征得举报人同意"),
    Need.RATING: N_("请选择满意程度"),
    Need.IDENTITY: N_("请填写姓名和联系方式"),
    Need.EXTERNAL_NUMBER: N_("请填写编号"),
}
