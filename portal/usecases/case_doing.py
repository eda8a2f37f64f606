"""A step of a case on its way: what every effect of a step works with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.case_given import Given
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import ContactChoice, ItemKind
from portal.domain.instants import start_of_day
from portal.domain.permissions import Actor
from portal.models.cases import Case
from portal.usecases.case_files import keep_files
from portal.usecases.case_identities import kept_identity
from portal.usecases.case_sealing import Opener, add_item, open_key
from portal.usecases.services import Services

Detail = dict[str, Any]
"""Codes and numbers for the event; `told` and `package` are taken out before and given to whoever took the step."""


@dataclass(slots=True)
class Doing:
    """A step on its way: the case it is taken on, what was given, and who can open what is sealed."""

    session: Session
    services: Services
    case: Case
    given: Given
    at: datetime
    openers: Sequence[Opener]
    actor: Actor | None = None

    def key(self, purpose: KeyPurpose = KeyPurpose.CONTENT) -> bytes:
        """The data key; NotAllowedError when nobody at hand holds it."""
        return open_key(self.session, self.case, purpose, self.openers)

    def keep(self, kind: ItemKind, **content: Any) -> str:
        """Seal one piece into the case."""
        account_id = self.actor.account_id if self.actor else None
        return add_item(self.session, self.case, self.key(), kind, content, at=self.at, account_id=account_id)

    def keep_files(self) -> None:
        """Seal the files that go along."""
        account_id = self.actor.account_id if self.actor else None
        keep_files(
            self.session, self.services, self.case, self.key(), self.given.files, at=self.at, account_id=account_id
        )

    def served_at(self) -> datetime | None:
        """The instant from which the days of a remedy are counted: the day on which a letter was served."""
        return start_of_day(self.given.served_on) if self.given.served_on else None

    def is_named(self) -> bool:
        """Whether the submitter has given a name; asked in his own session only, elsewhere it is nobody's business."""
        if self.actor is not None or not self.openers:
            return False
        identity = kept_identity(self.session, self.case, self.openers)
        return identity is not None and identity.choice is ContactChoice.NAMED
