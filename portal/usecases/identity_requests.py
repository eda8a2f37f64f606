"""The custodian's side of a request to see who submitted a case."""

from collections.abc import Sequence

from portal.domain.case_holders import KeyPurpose
from portal.domain.errors import NotAllowedError
from portal.models.base import db
from portal.models.cases import Case
from portal.queries.identity_requests import IdentityRequest
from portal.usecases.case_sealing import Opener, open_key


def can_open(request: IdentityRequest, openers: Sequence[Opener]) -> bool:
    """Whether the keys at hand open the identity at all; the step asks whether they may."""
    session = db.session()
    try:
        open_key(session, session.get_one(Case, request.case_id), KeyPurpose.IDENTITY, openers)
    except NotAllowedError:
        return False
    return True
