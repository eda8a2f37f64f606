"""Taking a case in: routed, numbered, sealed and its clocks started in one transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_holders import SUBMITTER_AND_SERVICE_ID, Holder, KeyPurpose, Wrap, hides_identity, wraps_of
from portal.domain.cases import NUMBERS, CaseKind, CaseState, ItemKind, format_case_number
from portal.domain.instants import shanghai_date, start_of_day
from portal.domain.intake import Submission, check_received_on
from portal.domain.permissions import Actor, Permission
from portal.models.cases import Case, CaseAccused, CaseContact, CaseMember
from portal.models.transaction import transaction
from portal.sealing.query_codes import CodeKeys, QueryCode, derive
from portal.usecases import audit
from portal.usecases.case_clocks import move_clocks
from portal.usecases.case_events import append
from portal.usecases.case_files import keep_files
from portal.usecases.case_identities import identity_from, seal_notify
from portal.usecases.case_placement import Placement, place
from portal.usecases.case_sealing import Publics, add_item, new_key, seal_identity, wrap_keys
from portal.usecases.case_voices import keep_voice
from portal.usecases.external_numbers import keep_number
from portal.usecases.idempotency import Sent, claim
from portal.usecases.row_takedowns import hide_as_asked
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class _Intake:
    """A case on its way in: what was handed in, and the keys that were made for it."""

    services: Services
    submission: Submission
    code: CodeKeys
    members: tuple[CodeKeys, ...]
    at: datetime
    received_at: datetime
    keys: dict[KeyPurpose, bytes] = field(repr=False)


def submit(
    services: Services,
    submission: Submission,
    code: QueryCode,
    *,
    at: datetime,
    actor: Actor | None = None,
    sent: Sent | None = None,
    member_codes: Sequence[QueryCode] = (),
) -> str:
    """Take a case in and give its public number; `code` was made before, so that sending twice is one case.

    Of several who complain together each has a code of his own: `member_codes` in the order of the contact's members.

    An actor is the member of staff who records what came by phone, letter or visit; of a submitter on the web nothing
    is noted but that a case came in. RefusedError when a tip-off could not be sealed for any desk; KnownMatterError
    when its number elsewhere is on the register already.
    """
    if actor:
        actor.require(Permission.REGISTER_CASES)
    pepper = services.keyring.key("codes")
    members = tuple(derive(one.digits, pepper) for one in member_codes)
    return submit_under(
        services, submission, derive(code.digits, pepper), at=at, actor=actor, sent=sent, members=members
    )


def submit_under(
    services: Services,
    submission: Submission,
    code: CodeKeys,
    *,
    at: datetime,
    actor: Actor | None = None,
    sent: Sent | None = None,
    members: tuple[CodeKeys, ...] = (),
) -> str:
    """Take a case in whose codes have been derived already, for those who make many."""
    if actor:
        actor.require(Permission.REGISTER_CASES)
    received_at = _received_at(submission, at)
    keys = {one: new_key() for one in KeyPurpose}
    intake = _Intake(services, submission, code, members, at, received_at, keys)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        placement = place(session, services, submission.about, on=shanghai_date(at))
        case = _case(session, intake, placement)
        if submission.external:
            keep_number(session, case.id, submission.external, actor)
        _seal(session, intake, case, placement)
        _take_down(session, services, case, at=at)
        move_clocks(session, case, Action.SUBMIT, services, at=at, counted_from=received_at)
        account_id = actor.account_id if actor else None
        append(session, case, Action.SUBMIT, None, at=at, account_id=account_id, channel=submission.channel)
        audit.record(session, actor, "case.submit", case.number, at=at, kind=str(case.kind))
        return case.number


def _case(session: Session, intake: _Intake, placement: Placement) -> Case:
    about = intake.submission.about
    case = Case(
        number=_number(session, intake.at),
        kind=about.kind,
        category=about.category,
        track=placement.routing.track,
        channel=intake.submission.channel,
        division_code=about.division_code,
        office_id=placement.routing.office_id,
        state=CaseState.RECEIVED,
        level_floor=placement.routing.exclusion.floor,
        offline=placement.routing.exclusion.offline,
        received_at=intake.received_at,
        lookup_id=intake.code.lookup_id,
        submitter_public=intake.code.pair.public,
        notice_id=placement.notice_id,
        notice_row=about.notice_row,
        rule_version=intake.services.rulebook.case_clocks.in_force(shanghai_date(intake.received_at)).version,
        slow_lane=intake.submission.slow_lane,
        key_generation=1,
        version=1,
    )
    session.add(case)
    session.flush()
    exclusion = placement.routing.exclusion
    session.add_all(CaseAccused(case_id=case.id, office_id=office_id) for office_id in exclusion.offices)
    session.add_all(CaseAccused(case_id=case.id, account_id=account_id) for account_id in exclusion.accounts)
    for ordinal, member in enumerate(intake.members, start=1):
        row = CaseMember(case_id=case.id, ordinal=ordinal, lookup_id=member.lookup_id, public_key=member.pair.public)
        session.add(row)
    session.flush()
    return case


def _take_down(session: Session, services: Services, case: Case, *, at: datetime) -> None:
    """隐私撤下: the row is hidden in the same instant, and reviewed; what a program hands in waits for a person."""
    asked = case.kind is CaseKind.PRIVACY_TAKEDOWN and not case.slow_lane
    if asked and case.notice_id is not None and case.notice_row is not None:
        hide_as_asked(session, services, case.notice_id, case.notice_row, at=at)


def _received_at(submission: Submission, at: datetime) -> datetime:
    """Now, or the day on which a letter reached the office: clocks run from that day, under the rules of that day."""
    today = shanghai_date(at)
    received_on = submission.received_on or today
    check_received_on(received_on, today)
    return at if received_on == today else start_of_day(received_on)


def _seal(session: Session, intake: _Intake, case: Case, placement: Placement) -> None:
    submission, keyring = intake.submission, intake.services.keyring
    wraps = wraps_of(
        case.kind,
        confidential=submission.contact.confidential,
        desk_key_id=placement.content_desk.id if placement.content_desk else None,
        custody_key_id=placement.custody_desk.id if placement.custody_desk else None,
        offline=placement.is_for_paper,
    )
    joined = dict(enumerate(intake.members, start=1))
    wraps = (*wraps, *(Wrap(KeyPurpose.CONTENT, Holder.SUBMITTER, ordinal) for ordinal in joined))
    submitters = {SUBMITTER_AND_SERVICE_ID: intake.code, **joined}
    publics = {ordinal: codes.pair.public for ordinal, codes in submitters.items()}
    wrap_keys(session, keyring, case, intake.keys, wraps, Publics(publics, placement.publics))
    content, identity = intake.keys[KeyPurpose.CONTENT], intake.keys[KeyPurpose.IDENTITY]
    telling = submission.telling
    add_item(
        session, case, content, ItemKind.CONTENT, {"text": telling.text, "happened": telling.happened}, at=intake.at
    )
    if submission.about.accused_names:
        accused = {"text": submission.about.accused_names, "role": submission.about.accused_role}
        add_item(session, case, content, ItemKind.ACCUSED_NAMES, accused, at=intake.at)
    _keep_files(session, intake, case)
    session.add(
        CaseContact(
            case_id=case.id,
            identity=seal_identity(identity, identity_from(submission.contact), case.id),
            notify=seal_notify(keyring, submission.contact.email, case.id),
        )
    )


def _keep_files(session: Session, intake: _Intake, case: Case) -> None:
    """A voice note counts as identity; of an offline case the key on paper opens everything anyway."""
    submission = intake.submission
    is_hidden = hides_identity(case.kind, confidential=submission.contact.confidential) and not case.offline
    voices = [file for file in submission.files if file.voice and is_hidden]
    for voice in voices:
        keep_voice(session, intake.services, case, intake.keys, voice, at=intake.at)
    others = [file for file in submission.files if file not in voices]
    keep_files(session, intake.services, case, intake.keys[KeyPurpose.CONTENT], others, at=intake.at)


def _number(session: Session, at: datetime) -> str:
    """A free random number of the year; nobody counts cases by their numbers."""
    while True:
        number = format_case_number(shanghai_date(at).year, secrets.randbelow(NUMBERS))
        if not session.scalar(select(exists().where(Case.number == number))):
            return number
