"""The case desks of the sample offices: opened with their keys while the passwords are at hand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.domain.desk_keys import NEEDS, kinds_of
from portal.domain.permissions import Actor, Permission, Role
from portal.models.base import db
from portal.models.desk_keys import AccountKey
from portal.queries.offices import office
from portal.queries.staff import actor_named
from portal.usecases.account_keys import PasswordLock, private_under
from portal.usecases.case_sealing import DeskOpener
from portal.usecases.demo_offices import Hired
from portal.usecases.desk_keys import enrol, open_desk, opener_by


@dataclass(frozen=True, slots=True)
class Crew:
    """Who handles cases in one office, and what all its desks together open."""

    office_id: int
    people: Mapping[Role, Sequence[Actor]]
    opener: DeskOpener

    def who(self, role: Role, ordinal: int = 1) -> Actor:
        """The first, or a further, person of a role."""
        return self.people[role][ordinal - 1]


def open_desks(hired: Iterable[Hired], *, at: datetime) -> Mapping[int, Crew]:
    """Open every desk that somebody may hold, enrol his colleagues, and give the crews by their office's id.

    The keys on paper are not kept: nobody needs to recover a sample.
    """
    staff: dict[int, list[tuple[Actor, PasswordLock | None]]] = defaultdict(list)
    for one in hired:
        actor = actor_named(one.seat.username)
        staff[actor.office_id].append((actor, one.prepared.lock))
    return {office_id: _crew(office_id, members, at=at) for office_id, members in staff.items()}


def _crew(office_id: int, members: Sequence[tuple[Actor, PasswordLock | None]], *, at: datetime) -> Crew:
    privates: dict[int, bytes] = {}
    for kind in kinds_of(office(office_id).kind):
        holders = [one for one in members if one[0].may(Permission.HOLD_DESK_KEY) and one[0].may(NEEDS[kind])]
        if not holders:
            continue
        (first, lock), *others = holders
        desk_key_id = open_desk(first, office_id, kind, at=at).desk_key_id
        opener = _unlocked(first, lock)
        for colleague, _ in others:
            enrol(first, opener, desk_key_id, colleague.account_id, at=at)
        privates |= opener.privates
    people: dict[Role, list[Actor]] = defaultdict(list)
    for actor, _ in members:
        people[next(iter(actor.roles))].append(actor)
    return Crew(office_id, people, DeskOpener(privates))


def _unlocked(actor: Actor, lock: PasswordLock | None) -> DeskOpener:
    """By the key that the account was made with: the password need not be hashed once more."""
    session = db.session()
    pair = session.get(AccountKey, actor.account_id)
    return opener_by(session, actor.account_id, private_under(pair, lock.key) if pair and lock else None)
