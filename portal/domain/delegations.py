"""Standing in for an absent colleague (A/B 角): who may be named, for how long, and what passes to him.

What passes is what the absent person may do himself at that moment, never what he got from somebody else, and no key.
Handling passes on the cases that are assigned to him. Deciding (to accept, to approve, to supervise) passes only by his
own hand: a dispatcher who names somebody for a colleague who has fallen ill does not give away what is not his.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.domain.case_permits import Hand, StandIn
from portal.domain.cases import Party
from portal.domain.messages import N_, Message
from portal.domain.permissions import AccountId, Actor, Permission, Standing
from portal.domain.routing import Exclusion, Viewer, is_excluded, level_of, viewer_of

LONGEST_DAYS = 92
"""Whoever is away longer is replaced by his administrator, with roles."""

_HANDLING = frozenset({Permission.HANDLE_CASES, Permission.HANDLE_DISCIPLINE})
_DECIDING = frozenset({Permission.DISPATCH_CASES, Permission.APPROVE_CASES, Permission.SUPERVISE_CASES})
_NAMING = frozenset({Permission.DISPATCH_CASES, Permission.HANDLE_DISCIPLINE})
_NOT_HIS_SUBSTITUTE = N_("代办人须是同一单位里办理诉求件的另一位同事；由受理人代为指定的，也可以是下级单位的")


class AbsenceReason(StrEnum):
    """Why somebody is away: a list and no words, so that nobody's illness is written down."""

    LEAVE = "leave"
    BUSINESS_TRIP = "business_trip"
    TRAINING = "training"
    OTHER_DUTY = "other_duty"
    OTHER = "other"


class DelegationState(StrEnum):
    """Where today stands to the days of a delegation."""

    PRESENT = "present"
    COMING = "coming"
    PAST = "past"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both whole days in Shanghai."""

    first_on: date
    last_on: date

    def meets(self, other: "Period") -> bool:
        """Whether two periods share a day."""
        return self.first_on <= other.last_on and other.first_on <= self.last_on

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first_on <= day <= self.last_on


def state_on(day: date, period: Period, ended_at: datetime | None) -> DelegationState:
    """The state on a day; what was ended early stays so."""
    if ended_at is not None:
        return DelegationState.ENDED
    if day < period.first_on:
        return DelegationState.COMING
    return DelegationState.PRESENT if period.holds(day) else DelegationState.PAST


def may_name_for_others(actor: Actor) -> bool:
    """Whether somebody may name substitutes for colleagues, besides his own."""
    return bool(actor.permissions & _NAMING)


def may_end(actor: Actor, absent_id: AccountId, office_path: str) -> bool:
    """Whether somebody may end a delegation early: the absent person, and whoever may name somebody in that office."""
    return absent_id == actor.account_id or (may_name_for_others(actor) and office_path.startswith(actor.office_path))


def has_work_to_pass(absent: Actor, *, by_himself: bool) -> bool:
    """Whether anything of somebody's would pass at all."""
    return bool(absent.permissions & (_HANDLING | (_DECIDING if by_himself else frozenset())))


def is_substitute(deputy: Actor, absent: Actor, *, by_himself: bool) -> bool:
    """Whether somebody may stand in: another one who works on cases, of the same office.

    A dispatcher, who may assign cases to the offices below, may also name somebody there.
    """
    if deputy.account_id == absent.account_id or not deputy.may(Permission.SEE_CASES):
        return False
    if by_himself:
        return deputy.office_id == absent.office_id
    return deputy.office_path.startswith(absent.office_path)


def faults_in(absent: Actor, deputy: Actor, period: Period, today: date, *, by_himself: bool) -> dict[str, Message]:
    """One sentence for each field that cannot be used."""
    faults = {}
    if not has_work_to_pass(absent, by_himself=by_himself):
        faults["absent_id"] = Message(N_("这个账号没有可以由别人代办的诉求件工作"))
    if not is_substitute(deputy, absent, by_himself=by_himself):
        faults["deputy_id"] = Message(_NOT_HIS_SUBSTITUTE)
    if period.first_on < today:
        faults["first_on"] = Message(N_("第一天不能早于今天"))
    if period.last_on < period.first_on:
        faults["last_on"] = Message(N_("最后一天不能早于第一天"))
    elif (period.last_on - period.first_on).days >= LONGEST_DAYS:
        too_long = N_("一次最多%(most)d天：离岗更久的，请管理员调整角色")
        faults["last_on"] = Message(too_long, {"most": LONGEST_DAYS})
    return faults


def standing_of(absent: Actor, deputy: Actor, last_on: date, *, by_himself: bool) -> Standing | None:
    """What passes now, by the roles and offices that both have now; None when it is nothing any more."""
    works = has_work_to_pass(absent, by_himself=by_himself)
    if not works or not is_substitute(deputy, absent, by_himself=by_himself):
        return None
    deciding = absent.permissions & _DECIDING if by_himself else frozenset()
    return Standing(
        account_id=absent.account_id,
        display_name=absent.display_name,
        office_path=absent.office_path,
        division_path=absent.division_path,
        on_assigned=absent.permissions & _HANDLING | deciding,
        on_others=deciding,
        last_on=last_on,
    )


def hand_on(actor: Actor, handling_path: str, officer_id: int | None, exclusion: Exclusion) -> Hand:
    """The hand of a member of staff on one case: his own permissions within his scope, and whom he stands in for.

    The identity opens where its key lies and not by the tree, so that permission counts everywhere.
    """
    in_scope = handling_path.startswith(actor.office_path)
    return Hand(
        Party.STAFF,
        actor.account_id,
        actor.permissions if in_scope else actor.permissions & {Permission.OPEN_IDENTITY},
        is_excluded(viewer_of(actor), exclusion),
        _stand_ins(actor.standings, handling_path, officer_id, exclusion),
    )


def _stand_ins(
    standings: Sequence[Standing], handling_path: str, officer_id: int | None, exclusion: Exclusion
) -> tuple[StandIn, ...]:
    """Of those for whom somebody stands in whoever may do something on a case; nobody who is kept out of it."""
    found = []
    for one in standings:
        is_officer = one.account_id == officer_id
        permissions = one.on_assigned if is_officer else one.on_others
        viewer = Viewer(one.account_id, one.office_path, level_of(one.division_path))
        reaches = handling_path.startswith(one.office_path) and not is_excluded(viewer, exclusion)
        if permissions and reaches:
            found.append(StandIn(one.account_id, permissions, is_officer))
    return tuple(found)
