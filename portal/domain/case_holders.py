"""Who can open what of a case: a table of holders for each of its two data keys."""

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.cases import CaseKind
from portal.domain.errors import RefusedError
from portal.domain.messages import N_


class KeyPurpose(StrEnum):
    """What a data key of a case opens: its words and files, or who submitted it."""

    CONTENT = "content"
    IDENTITY = "identity"


class Holder(StrEnum):
    """For whom a data key is wrapped."""

    SERVICE = "service"
    DESK = "desk"
    SUBMITTER = "submitter"


SUBMITTER_AND_SERVICE_ID = 0
"""The holder's id where there is only one; a desk's wrap carries the id of the desk's key."""


@dataclass(frozen=True, slots=True)
class Wrap:
    """One wrap to be made of a data key."""

    purpose: KeyPurpose
    holder: Holder
    holder_id: int = SUBMITTER_AND_SERVICE_ID


def hides_identity(kind: CaseKind, *, confidential: bool) -> bool:
    """Whether the custodian alone, and not every officer of the case, can open who submitted it."""
    return kind is CaseKind.TIP_OFF or confidential


def wraps_of(
    kind: CaseKind,
    *,
    confidential: bool,
    desk_key_id: int | None,
    custody_key_id: int | None,
    offline: bool = False,
) -> tuple[Wrap, ...]:
    """Everybody for whom the keys of a new case are wrapped; the submitter always keeps both.

    A tip-off's words are never wrapped for the service, so that database and service keys together do not open them
    (信访工作条例 art. 30: nothing may reach the accused). Who sent a tip-off, or asked for 保密, is wrapped for the
    identity custodian's desk alone. What goes `offline` concerns whoever runs the service, so it gets no wrap either:
    both desks are then the one whose key lies on paper. RefusedError when the desk that would have to hold a key has
    none.
    """
    tip_off = kind is CaseKind.TIP_OFF or offline
    content = _desk(KeyPurpose.CONTENT, desk_key_id) if tip_off else Wrap(KeyPurpose.CONTENT, Holder.SERVICE)
    hidden = offline or hides_identity(kind, confidential=confidential)
    identity = _desk(KeyPurpose.IDENTITY, custody_key_id) if hidden else Wrap(KeyPurpose.IDENTITY, Holder.SERVICE)
    return (
        content,
        identity,
        Wrap(KeyPurpose.CONTENT, Holder.SUBMITTER),
        Wrap(KeyPurpose.IDENTITY, Holder.SUBMITTER),
    )


def _desk(purpose: KeyPurpose, key_id: int | None) -> Wrap:
    if key_id is None:
        raise RefusedError(N_("举报受理台还没有启用，无法加密保存。请拨打12388或12345，或稍后再来"))
    return Wrap(purpose, Holder.DESK, key_id)
