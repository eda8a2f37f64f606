"""Desks that open sealed cases: what kinds there are, who may hold their keys, and how few holders are too few."""

from collections.abc import Sequence
from enum import StrEnum

from portal.domain.errors import NotAllowedError, RefusedError
from portal.domain.messages import N_
from portal.domain.offices import OfficeKind
from portal.domain.permissions import Actor, Permission

FEWEST_HOLDERS = 2
"""With one holder left a desk is a red warning: an illness, and nobody can read what comes in."""


class DeskKind(StrEnum):
    """Whose pair of keys it is: an office's desk for cases, discipline inspection's, or the identity custodian's."""

    CASE = "case"
    DISCIPLINE = "discipline"
    CUSTODY = "custody"


NEEDS: dict[DeskKind, Permission] = {
    DeskKind.CASE: Permission.SEE_CASES,
    DeskKind.DISCIPLINE: Permission.HANDLE_DISCIPLINE,
    DeskKind.CUSTODY: Permission.OPEN_IDENTITY,
}


def kinds_of(office: OfficeKind) -> tuple[DeskKind, ...]:
    """The desks that an office of a kind may have."""
    return (DeskKind.DISCIPLINE,) if office is OfficeKind.DISCIPLINE else (DeskKind.CASE, DeskKind.CUSTODY)


def check_may_hold(actor: Actor, office_id: int, kind: DeskKind) -> None:
    """NotAllowedError for whoever works elsewhere, or whose roles do not open what the desk opens."""
    if actor.office_id != office_id or not actor.may(Permission.HOLD_DESK_KEY) or not actor.may(NEEDS[kind]):
        raise NotAllowedError(N_("只有本单位办理这类诉求的人才能持有受理台的密钥"))


def check_may_go(holders: int) -> None:
    """RefusedError when the last holder would go: what is sealed to the desk could then be read by nobody."""
    if holders < FEWEST_HOLDERS:
        raise RefusedError(N_("这是最后一个能打开受理台的人：请先让另一个人持有密钥，再办这一步"))


def check_enough_stay(holders: int, colleagues: Sequence[str]) -> None:
    """RefusedError when a move would leave a desk with one holder: a move can wait until another one is enrolled."""
    if holders >= FEWEST_HOLDERS:
        return
    if colleagues:
        waiting = "、".join(colleagues)
        raise RefusedError(
            N_("调走以后受理台只剩一个人能打开：请先让%(names)s中的一位持有受理台的密钥，再调动"), names=waiting
        )
    raise RefusedError(
        N_("调走以后受理台只剩一个人能打开：请先给单位增加一位办理这类诉求的人，登录一次并持有密钥，再调动")
    )
