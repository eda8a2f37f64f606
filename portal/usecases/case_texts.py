"""What is looked at before a text leaves the desk: places left to fill, the submitter named, next to nothing said."""

from collections.abc import Sequence

from portal.domain.canned_replies import faults_in_reply
from portal.domain.case_actions import Action
from portal.domain.errors import InvalidError
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.models.base import db
from portal.usecases.case_identities import kept_identity
from portal.usecases.case_merging import same_matter
from portal.usecases.case_reading import case_open_to
from portal.usecases.case_sealing import Opener, ServiceOpener
from portal.usecases.services import Services

LINTED = frozenset(
    {Action.MESSAGE, Action.ASK_FOR_MORE, Action.DRAFT_REPLY, Action.REEXAMINE, Action.REVIEW_FINALLY, Action.CLARIFY}
)


def check_text(
    services: Services, actor: Actor, number: str, action: Action, text: str, openers: Sequence[Opener] = ()
) -> None:
    """InvalidError with every fault of a text that goes out to the submitter.

    Where a key at hand opens who the submitter is, the text is held against it; no fault repeats what was found. What
    is merged has one answer, so the text is held against everybody who reported the matter.
    """
    if action not in LINTED:
        return
    session = db.session()
    case, _ = case_open_to(session, actor, number)
    known = (ServiceOpener(services.keyring), *openers)
    contacts = [kept_identity(session, one, known) for one in same_matter(session, case)]
    faults = [fault for contact in contacts for fault in faults_in_reply(text, contact, action=action)]
    if faults:
        raise InvalidError(N_("请改正标出的内容"), fields={"text": faults[0]})
