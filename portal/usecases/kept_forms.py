"""What was typed into a form whose session had ended: kept for the same person, and for nobody else at that machine."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from portal.domain.errors import NotFoundError
from portal.domain.permissions import AccountId
from portal.domain.staff import KEPT_FORM, LONGEST
from portal.models.transaction import transaction
from portal.usecases import spool
from portal.usecases.limits import Origin, reserve
from portal.usecases.services import Services
from portal.usecases.spool import Ticket

KEEP = LONGEST
"""Until the end of the working day: people go to lunch before they sign in again."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """The posted fields of a form and the path of the page that it stands on; a file is only remembered as missing."""

    page: str
    values: tuple[tuple[str, str], ...] = field(repr=False)
    had_file: bool


def keep_form(services: Services, owner: AccountId, address: str, form: KeptForm, *, at: datetime) -> Ticket:
    """Seal a form under a key that only its ticket holds; TooManyError for whoever would fill the disk with forms."""
    with transaction() as session:
        reserve(session, KEPT_FORM, Origin(f"account:{owner}", address), at=at, services=services)
    content = json.dumps({"page": form.page, "values": form.values, "had_file": form.had_file})
    return spool.put(services.settings.spool, content.encode(), owner, at=at, keep=KEEP)


def kept_form(services: Services, owner: AccountId, ticket: Ticket, *, at: datetime) -> KeptForm | None:
    """The form of a ticket; nothing when its time is over, or when it is another person's."""
    try:
        found = json.loads(spool.get(services.settings.spool, ticket, owner, at=at))
    except NotFoundError:
        return None
    return KeptForm(found["page"], tuple((name, value) for name, value in found["values"]), found["had_file"])


def forget_form(services: Services, ticket: Ticket) -> None:
    """Delete a form that has been given back."""
    spool.remove(services.settings.spool, ticket)
