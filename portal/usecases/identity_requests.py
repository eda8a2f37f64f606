"""A request to see who submitted a case: what its steps keep, and what its custodian can open."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select

from portal.domain.case_actions import Action
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import IdentityGround, IdentityRefusal, ItemKind
from portal.domain.errors import InvalidError, NotAllowedError
from portal.domain.messages import N_, Message
from portal.models.base import db
from portal.models.cases import Case, CaseEvent
from portal.queries.identity_requests import IdentityRequest
from portal.usecases.case_doing import Detail, Doing
from portal.usecases.case_identities import identity_of
from portal.usecases.case_sealing import Opener, open_key
from portal.usecases.case_voices import check_listening, has_voice, is_for_voice, keep_transcript


def can_open(request: IdentityRequest, openers: Sequence[Opener]) -> bool:
    """Whether the keys at hand open the identity at all; the step asks whether they may."""
    session = db.session()
    try:
        open_key(session, session.get_one(Case, request.case_id), KeyPurpose.IDENTITY, openers)
    except NotAllowedError:
        return False
    return True


def ask_identity(doing: Doing) -> Detail:
    """The custodian reads the ground as a code, since a tip-off's words are not open to him; the second person both."""
    if doing.given.ground == IdentityGround.TRANSCRIBE and not has_voice(doing.session, doing.case.id):
        raise InvalidError(N_("请改正标出的内容"), fields={"ground": Message(N_("这件诉求没有单独保管的录音"))})
    item = doing.keep(ItemKind.NOTE, text=doing.given.reason)
    return {**_ground(doing, IdentityGround), "item": item}


def refuse_identity(doing: Doing) -> Detail:
    """Also the custodian, who can seal nothing into a tip-off, refuses with a code."""
    return _ground(doing, IdentityRefusal)


def open_identity(doing: Doing) -> Detail:
    """Each opening is an event that the submitter reads of. Whoever asked for the words of a voice gets no contact."""
    key = doing.key(KeyPurpose.IDENTITY)
    asked = select(CaseEvent).where(CaseEvent.case_id == doing.case.id, CaseEvent.action == Action.ASK_IDENTITY)
    if is_for_voice(doing.session.scalars(asked.order_by(CaseEvent.seq)).all()):
        return {"told": {}}
    return {"told": identity_of(doing.session, doing.case, key)}


def transcribe(doing: Doing) -> Detail:
    """Write down for the officers what a voice note says."""
    check_listening(doing.session, doing.case, doing.actor, at=doing.at)
    account_id = doing.actor.account_id if doing.actor else 0
    key = doing.key(KeyPurpose.IDENTITY)
    keep_transcript(doing.session, doing.case, key, doing.given.text, at=doing.at, account_id=account_id)
    return {}


def _ground(doing: Doing, grounds: type[StrEnum]) -> Detail:
    """A ground from its list: an event keeps codes and never words."""
    ground = doing.given.ground
    if ground and ground not in set(grounds):
        raise InvalidError(N_("请补全标出的内容"), fields={"ground": Message(N_("请选择一种情形"))})
    return {"ground": ground} if ground else {}
