"""A request to see who submitted a case: what its steps keep, and what its custodian can open."""

from collections.abc import Sequence
from enum import StrEnum

from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import IdentityGround, IdentityRefusal, ItemKind
from portal.domain.errors import InvalidError, NotAllowedError
from portal.domain.messages import N_, Message
from portal.models.base import db
from portal.models.cases import Case
from portal.queries.identity_requests import IdentityRequest
from portal.usecases.case_doing import Detail, Doing
from portal.usecases.case_sealing import Opener, open_key


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
    item = doing.keep(ItemKind.NOTE, text=doing.given.reason)
    return {**_ground(doing, IdentityGround), "item": item}


def refuse_identity(doing: Doing) -> Detail:
    """Also the custodian, who can seal nothing into a tip-off, refuses with a code."""
    return _ground(doing, IdentityRefusal)


def _ground(doing: Doing, grounds: type[StrEnum]) -> Detail:
    """A ground from its list: an event keeps codes and never words."""
    ground = doing.given.ground
    if ground and ground not in set(grounds):
        raise InvalidError(N_("请补全标出的内容"), fields={"ground": Message(N_("请选择一种情形"))})
    return {"ground": ground} if ground else {}
