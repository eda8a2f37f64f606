"""What each step does to a case beyond its state and clocks: one small function a step, in one table."""

from collections.abc import Callable, Mapping

from sqlalchemy import Select, delete, select

from portal.domain.case_actions import Action
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import ClockKind, ItemKind, Outcome
from portal.domain.errors import NotFoundError, RefusedError
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.models.cases import Case, CaseContact, CaseEvent, CaseKey, CaseRecusal
from portal.models.offices import Office
from portal.models.staff import Account
from portal.queries.case_scope import open_to
from portal.queries.staff import actor_of
from portal.usecases.case_accused import add_accused
from portal.usecases.case_clocks import clocks_of, clockwork_of, write_clocks
from portal.usecases.case_doing import Detail, Doing
from portal.usecases.case_handover import check_may_receive, hand_over
from portal.usecases.case_identities import identity_from, identity_of
from portal.usecases.case_merging import last_words, main_of, merge, no_main_case
from portal.usecases.case_packages import check_recipient, transfer_package
from portal.usecases.case_sealing import seal_identity
from portal.usecases.case_settling import going_along, move_on
from portal.usecases.clarifications import clarify
from portal.usecases.external_numbers import add_number
from portal.usecases.identity_requests import ask_identity, open_identity, refuse_identity, transcribe


def _hand_over(doing: Doing, office_id: int) -> None:
    hand_over(doing.session, doing.services, doing.case, office_id, doing.openers, at=doing.at)


def _register(doing: Doing) -> Detail:
    doing.case.registered_at = doing.at
    return {}


def _nothing(_doing: Doing) -> Detail:
    return {}


def _decline(doing: Doing) -> Detail:
    given = doing.given
    grounds = doing.services.rulebook.decline_grounds
    grounds.check(given.ground, right_body=given.right_body, earlier_number=given.main_number)
    words = {"text": given.text, "right_body": given.right_body, "earlier_number": given.main_number}
    item = doing.keep(ItemKind.DECLINE, ground=given.ground, **words)
    doing.case.concluded_at = doing.at
    return {"ground": given.ground, "item": item}


def _tell_submitter(doing: Doing) -> Detail:
    doing.keep_files()
    if doing.given.text:
        doing.keep(ItemKind.TO_SUBMITTER, text=doing.given.text)
    return {}


def _note(doing: Doing) -> Detail:
    doing.keep(ItemKind.NOTE, text=doing.given.text or doing.given.reason)
    return {}


def _reason(doing: Doing) -> Detail:
    """A reason is told to colleagues in a sealed note; the event says only that there is one."""
    doing.keep(ItemKind.NOTE, text=doing.given.reason)
    return {}


def _assign(doing: Doing) -> Detail:
    officer = _officer(doing)
    if officer.office_id != doing.given.office_id:
        raise RefusedError(N_("承办人不在所选的单位"))
    _hand_over(doing, officer.office_id)
    for one in (doing.case, *going_along(doing.session, doing.case)):
        one.officer_id = officer.account_id
    return {"office": officer.office_id, "officer": officer.account_id}


def _officer(doing: Doing) -> Actor:
    """Whoever shall handle it: an enabled account that the rules do not keep out of this very case."""
    account = doing.session.get(Account, doing.given.officer_id)
    if account is None or account.disabled_at is not None:
        raise NotFoundError(N_("没有这个承办人"))
    officer = actor_of(account.id)
    check_may_receive(doing.session, doing.case, officer)
    return officer


def _send_back(doing: Doing) -> Detail:
    _reason(doing)
    office = doing.session.get_one(Office, doing.case.office_id)
    if office.parent_id is None:
        raise RefusedError(N_("上面没有可以退回的单位"))
    _hand_over(doing, office.parent_id)
    doing.case.officer_id = None
    return {"office": office.parent_id}


def _forward(doing: Doing) -> Detail:
    _reason(doing)
    office_id = doing.given.office_id or 0
    _hand_over(doing, office_id)
    doing.case.officer_id = None
    return {"office": office_id}


def _forward_outside(doing: Doing) -> Detail:
    given = doing.given
    item = doing.keep(ItemKind.DECLINE, text=given.reason, right_body=given.right_body, ground="forwarded")
    doing.case.concluded_at = doing.at
    return {"protection": given.protection, "item": item}


def _transfer(doing: Doing) -> Detail:
    """The submitter learns which body takes it; why stays inside."""
    _reason(doing)
    return {"item": doing.keep(ItemKind.LETTER, right_body=doing.given.right_body)}


def _export(doing: Doing) -> Detail:
    """The file goes to whoever asked for it and is kept nowhere; the event tells how it was sealed."""
    check_recipient(doing.given)
    package = transfer_package(doing.session, doing.services, doing.case, doing.given, doing.openers)
    return {"sealed_for": "key" if doing.given.recipient_key else "passphrase", "package": package}


def _receipt(doing: Doing) -> Detail:
    """The body that took it over has it: here the content key dies; number, date and receipt remain."""
    case = doing.case
    doing.session.execute(delete(CaseKey).where(CaseKey.case_id == case.id, CaseKey.purpose == KeyPurpose.CONTENT))
    case.concluded_at = doing.at
    return {"receipt": doing.given.receipt}


def _investigate(doing: Doing) -> Detail:
    doing.keep(ItemKind.NOTE, text=doing.given.text)
    return {"protection": doing.given.protection}


def _ask_extension(doing: Doing) -> Detail:
    _reason(doing)
    return {"days": doing.given.days}


def _approve_extension(doing: Doing) -> Detail:
    asked = doing.session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == doing.case.id, CaseEvent.action == Action.ASK_EXTENSION)
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).one()
    days = int(asked.detail["days"])
    clockwork = clockwork_of(doing.case, doing.services)
    clocks = clocks_of(doing.session, doing.case)
    extendable = clockwork.extendable(clocks, doing.at)
    longest = ClockKind.FINISH if ClockKind.FINISH in extendable else min(extendable)
    longer = [clockwork.extend(clock, days) if clock.clock is longest else clock for clock in clocks]
    write_clocks(doing.session, doing.case, longer)
    return {"days": days}


def _supervise(doing: Doing) -> Detail:
    return {"rung": doing.given.rung}


def _draft_reply(doing: Doing) -> Detail:
    given = doing.given
    doing.keep(ItemKind.REPLY_DRAFT, text=given.text, outcome=given.outcome, legal_basis=given.legal_basis)
    return {}


def _reply(doing: Doing) -> Detail:
    """What was approved goes out word for word; of a merged case it is the answer of the one it was merged into.

    The outcome becomes public knowledge of statistics.
    """
    if doing.actor is None or doing.case.merged_into_id is None:
        return _answer(doing, **last_words(doing.session, doing.case, ItemKind.REPLY_DRAFT, doing.openers))
    main = main_of(doing.session, doing.actor, doing.case)
    return _answer(doing, **last_words(doing.session, main, ItemKind.REPLY, doing.openers))


def _answer(doing: Doing, *, text: str, outcome: str | None, legal_basis: str) -> Detail:
    given = doing.given
    served = {"served_on": given.served_on.isoformat() if given.served_on else None, "manner": given.served_manner}
    item = doing.keep(ItemKind.REPLY, text=text, outcome=outcome, legal_basis=legal_basis, **served)
    doing.case.outcome = Outcome(outcome) if outcome else None
    return {"outcome": outcome, "item": item, **served}


def _reexamine(doing: Doing) -> Detail:
    given = doing.given
    return _answer(doing, text=given.text, outcome=given.outcome, legal_basis=given.legal_basis)


def _review_finally(doing: Doing) -> Detail:
    """Nothing can follow: with the last word the case is concluded, if it was not before."""
    _conclude(doing)
    return _reexamine(doing)


def _conclude(doing: Doing) -> Detail:
    """A case that was concluded before somebody looked at it again stays counted in its quarter."""
    doing.case.concluded_at = doing.case.concluded_at or doing.at
    return {}


def _reopen(doing: Doing) -> Detail:
    """Whoever handled it and has left meanwhile does not get it again."""
    _reason(doing)
    _take_up(doing)
    return {}


def _separate(doing: Doing) -> Detail:
    """The main case has ended without an answer: this one waits for its own again, under the promises that it had."""
    _take_up(doing)
    return {}


def _take_up(doing: Doing) -> None:
    doing.case.concluded_at, doing.case.merged_into_id = None, None
    officer = doing.session.get(Account, doing.case.officer_id) if doing.case.officer_id else None
    if officer is None or officer.disabled_at is not None or officer.office_id != doing.case.office_id:
        doing.case.officer_id = None


def _merge(doing: Doing) -> Detail:
    """Duplicates share one handling; the event names the main case for colleagues alone."""
    _reason(doing)
    main = doing.session.scalars(_case_numbered(doing)).one_or_none()
    if main is None:
        raise no_main_case()
    merge(doing.session, doing.services, doing.case, main, doing.openers, at=doing.at)
    return {"main": main.number}


def _case_numbered(doing: Doing) -> Select[Case]:
    number = doing.given.main_number.strip().upper()
    query = select(Case).join(Office, Office.id == Case.office_id).where(Case.number == number)
    return query.where(open_to(doing.actor)) if doing.actor else query


def _add_accused(doing: Doing) -> Detail:
    return add_accused(doing.session, doing.services, doing.case, doing.given, doing.openers, at=doing.at)


def _recuse(doing: Doing) -> Detail:
    _reason(doing)
    if doing.actor is None:
        raise RefusedError(N_("只有工作人员本人可以声明回避"))
    doing.session.add(CaseRecusal(case_id=doing.case.id, account_id=doing.actor.account_id, at=doing.at))
    if doing.case.officer_id == doing.actor.account_id:
        doing.case.officer_id = None
    doing.session.flush()
    moved_to = move_on(doing.session, doing.services, doing.case, doing.openers, at=doing.at)
    return {"office": moved_to} if moved_to else {}


def _read_contact(doing: Doing) -> Detail:
    """Each view is an event that the submitter sees on his page."""
    return {"told": identity_of(doing.session, doing.case, doing.key(KeyPurpose.IDENTITY))}


def _supply(doing: Doing) -> Detail:
    keep_submitted(doing, ItemKind.FROM_SUBMITTER)
    return {}


def keep_submitted(doing: Doing, kind: ItemKind) -> None:
    """What the submitter writes and sends along, sealed under the content key that his code opens."""
    doing.keep_files()
    if doing.given.text:
        doing.keep(kind, text=doing.given.text)


def _rate(doing: Doing) -> Detail:
    doing.case.rating = doing.given.rating
    return {"rating": doing.given.rating}


def _ask_again(doing: Doing) -> Detail:
    keep_submitted(doing, ItemKind.SUPPLEMENT)
    return {}


def _object_to_publication(doing: Doing) -> Detail:
    """No reason is asked for; whoever gives one gives it to the office alone."""
    keep_submitted(doing, ItemKind.FROM_SUBMITTER)
    return {}


def _name_oneself(doing: Doing) -> Detail:
    contact = doing.given.contact
    if contact is None or not contact.name:
        raise RefusedError(N_("请填写姓名"))
    key = doing.key(KeyPurpose.IDENTITY)
    row = doing.session.get_one(CaseContact, doing.case.id)
    row.identity = seal_identity(key, identity_from(contact), doing.case.id)
    return {}


EFFECTS: Mapping[Action, Callable[[Doing], Detail]] = {
    Action.REGISTER: _register,
    Action.ACCEPT: _nothing,
    Action.DECLINE: _decline,
    Action.ASK_FOR_MORE: _tell_submitter,
    Action.RESUME: _nothing,
    Action.ASSIGN: _assign,
    Action.SEND_BACK: _send_back,
    Action.FORWARD: _forward,
    Action.FORWARD_OUTSIDE: _forward_outside,
    Action.TRANSFER: _transfer,
    Action.EXPORT: _export,
    Action.RECORD_RECEIPT: _receipt,
    Action.CANCEL_TRANSFER: _reason,
    Action.INVESTIGATE: _investigate,
    Action.ASK_EXTENSION: _ask_extension,
    Action.APPROVE_EXTENSION: _approve_extension,
    Action.REFUSE_EXTENSION: _reason,
    Action.SUPERVISE: _supervise,
    Action.DRAFT_REPLY: _draft_reply,
    Action.RETURN_REPLY: _reason,
    Action.APPROVE_REPLY: _nothing,
    Action.REPLY: _reply,
    Action.CONCLUDE: _conclude,
    Action.REOPEN: _reopen,
    Action.MERGE: _merge,
    Action.SEPARATE: _separate,
    Action.REEXAMINE: _reexamine,
    Action.REVIEW_FINALLY: _review_finally,
    Action.CLARIFY: clarify,
    Action.ADD_ACCUSED: _add_accused,
    Action.RECUSE: _recuse,
    Action.NOTE: _note,
    Action.MESSAGE: _tell_submitter,
    Action.READ_CONTACT: _read_contact,
    Action.ASK_IDENTITY: ask_identity,
    Action.AGREE_IDENTITY: _nothing,
    Action.REFUSE_IDENTITY: refuse_identity,
    Action.OPEN_IDENTITY: open_identity,
    Action.TRANSCRIBE: transcribe,
    Action.SUPPLY: _supply,
    Action.WITHDRAW: _conclude,
    Action.END_CONTACT: _nothing,
    Action.RATE: _rate,
    Action.ASK_REEXAMINATION: _ask_again,
    Action.ASK_FINAL_REVIEW: _ask_again,
    Action.NAME_ONESELF: _name_oneself,
    Action.ADD_EXTERNAL_NUMBER: lambda one: add_number(one.session, one.case, one.given.external, one.actor),
    Action.OBJECT_TO_PUBLICATION: _object_to_publication,
    Action.ALLOW_PUBLICATION: _nothing,
}
"""Every step of the table but SUBMIT (usecases/intake.py) and REROUTE (usecases/case_moving.py); a test holds the two
together."""
