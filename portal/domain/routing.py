"""Where a case goes, and who is kept out of it: never to the accused, whatever is added, moved or merged later.

Material must not reach the accused (信访工作条例 art. 30), and staff with an interest withdraw (art. 28). `is_excluded`
is mirrored in SQL by queries/case_scope.py; here it is plain, so that it can be tried over every tree of offices.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from portal.domain.cases import AccusedRole, CaseKind, Category, Track
from portal.domain.divisions import Level
from portal.domain.errors import RefusedError
from portal.domain.messages import N_, Message
from portal.domain.offices import OfficeKind
from portal.domain.permissions import AccountId, Actor

LEVELS = tuple(Level)
"""From the city down; an index is the distance from the top."""

_SERVICE = frozenset({CaseKind.INQUIRY, CaseKind.PROPOSAL, CaseKind.HELP_REQUEST})
_PERSONS = frozenset({AccusedRole.OFFICIAL, AccusedRole.OFFICE_HEAD})
_KEPT_OUT = N_("这件诉求不能交给所选的单位或人：与其有关，或反映人要求不转给")


@dataclass(frozen=True, slots=True)
class Desk:
    """An office as routing sees it.

    `path` lists the ids from the top office down, `division_path` the codes of its division, both closed by slashes.
    `hands` are the accounts that may take in a case there (discipline officers in a discipline office, dispatchers
    elsewhere); `opens_sealed` says that it has a key by which a tip-off can be opened.
    """

    office_id: int
    path: str
    kind: OfficeKind
    division_path: str
    hands: frozenset[AccountId]
    opens_sealed: bool

    @property
    def level(self) -> Level:
        """The level of its division."""
        return level_of(self.division_path)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member of staff, as far as it decides what he may learn."""

    account_id: AccountId
    office_path: str
    level: Level


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Who is kept out of a case: accused offices with everybody below them, accused and interested persons, levels.

    With `offline` everybody here is: only the key that lies outside the platform opens the case.
    """

    offices: frozenset[int] = frozenset()
    accounts: frozenset[AccountId] = frozenset()
    recused: frozenset[AccountId] = frozenset()
    floor: Level | None = None
    offline: bool = False

    def __or__(self, other: "Exclusion") -> "Exclusion":
        """Everybody whom either keeps out; asked for when two cases turn out to be one matter."""
        return Exclusion(
            self.offices | other.offices,
            self.accounts | other.accounts,
            self.recused | other.recused,
            higher(self.floor, other.floor),
            self.offline or other.offline,
        )

    def shuts_out_office(self, path: str, level: Level) -> bool:
        """Whether an office is accused, lies below an accused one, or stands below the floor."""
        below_floor = self.floor is not None and LEVELS.index(level) > LEVELS.index(self.floor)
        return self.offline or below_floor or not self.offices.isdisjoint(ids_in(path))

    def shuts_out_person(self, account_id: AccountId) -> bool:
        """Whether somebody is accused or has declared an interest."""
        return account_id in self.accounts or account_id in self.recused


@dataclass(frozen=True, slots=True)
class Accused:
    """One person or office that a case is about; both ids are None for who is only named in the text."""

    role: AccusedRole
    office_id: int | None = None
    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What decides where a case goes.

    `place` is the path of the division where it happened; `addressed` the office that is named, or that published the
    notice in question. `asked_floor` is COUNTY for 不要转给镇（街道）, CITY for 不要转给县.
    """

    kind: CaseKind
    category: Category
    place: str
    accused: tuple[Accused, ...] = ()
    addressed: int | None = None
    asked_floor: Level | None = None

    @property
    def is_about_portal(self) -> bool:
        """Whether it reports the platform or those who run it; a question about it is an ordinary one."""
        return self.category is Category.PORTAL and self.kind not in _SERVICE


@dataclass(frozen=True, slots=True)
class RoutingRules:
    """One version of the routing table; `desks` give the kind and level of the office where a track begins."""

    version: str
    effective_on: date
    discipline_categories: frozenset[Category]
    discipline_roles: frozenset[AccusedRole]
    floors: Mapping[AccusedRole, Level]
    desks: Mapping[Track, tuple[OfficeKind, Level]]
    unconfirmed: frozenset[Track] = field(default=frozenset())

    def track_of(self, matter: Matter) -> Track:
        """The procedure that binds."""
        if matter.is_about_portal:
            return Track.PETITION
        if matter.kind in _SERVICE:
            return Track.SERVICE
        if matter.kind is CaseKind.TIP_OFF:
            roles = {accused.role for accused in matter.accused}
            serious = matter.category in self.discipline_categories or roles & self.discipline_roles
            return Track.DISCIPLINE if serious else Track.ASSISTANCE_REPORT
        return _TRACKS[matter.kind]


_TRACKS = {
    CaseKind.COMPLAINT: Track.PETITION,
    CaseKind.OBJECTION: Track.OBJECTION,
    CaseKind.PRIVACY_TAKEDOWN: Track.PRIVACY,
}


@dataclass(frozen=True, slots=True)
class Routing:
    """Where a case goes. `office_id` of an offline case is the discipline office that counts and exports it."""

    office_id: int
    track: Track
    exclusion: Exclusion
    reasons: tuple[Message, ...]


def level_of(division_path: str) -> Level:
    """The level of a division, by the depth of its path."""
    return LEVELS[division_path.count("/") - 1]


def higher(one: Level | None, other: Level | None) -> Level | None:
    """The floor that lets fewer in."""
    return min((level for level in (one, other) if level is not None), key=LEVELS.index, default=None)


def ids_in(office_path: str) -> frozenset[int]:
    """The ids of an office and of every office above it."""
    return frozenset(int(part) for part in office_path.split("/") if part)


def viewer_of(actor: Actor) -> Viewer:
    """The actor as routing sees him."""
    return Viewer(actor.account_id, actor.office_path, level_of(actor.division_path))


def is_excluded(viewer: Viewer, exclusion: Exclusion) -> bool:
    """Whether somebody may learn nothing of a case, not even that there is one."""
    return exclusion.shuts_out_office(viewer.office_path, viewer.level) or exclusion.shuts_out_person(viewer.account_id)


def may_open(viewer: Viewer, handling_path: str, exclusion: Exclusion) -> bool:
    """Whether a case handled in an office is in somebody's scope and he is not kept out."""
    return handling_path.startswith(viewer.office_path) and not is_excluded(viewer, exclusion)


def check_may_receive(desk: Desk, exclusion: Exclusion, *, sealed: bool) -> None:
    """RefusedError when an office may not be given a case; the sentence does not tell why."""
    if exclusion.shuts_out_office(desk.path, desk.level):
        raise RefusedError(_KEPT_OUT)
    if sealed and not desk.opens_sealed:
        raise RefusedError(N_("所选单位还没有启用举报受理台，打不开这件举报"))
    if desk.hands and not _free(desk, exclusion):
        raise RefusedError(_KEPT_OUT)


def may_stay(desk: Desk, exclusion: Exclusion, officer: AccountId | None) -> bool:
    """Whether a case may go on lying where it is: somebody free of interest takes it in there, or handles it already.

    A case for the offline key stays with it. What the desk can open is not asked: a case goes only where its key can.
    """
    if exclusion.offline:
        return True
    if exclusion.shuts_out_office(desk.path, desk.level):
        return False
    return bool(_free(desk, exclusion)) or (officer is not None and not exclusion.shuts_out_person(officer))


def route(matter: Matter, desks: Sequence[Desk], rules: RoutingRules) -> Routing:
    """Where a new case goes, and who is kept out of it from the first moment on."""
    track = rules.track_of(matter)
    exclusion, reasons = exclusion_of(matter, desks, rules)
    start = _start(matter, track, desks, rules)
    routing = settle(track, matter.kind, start, exclusion, desks)
    return replace(routing, reasons=(*reasons, *routing.reasons))


def exclusion_of(matter: Matter, desks: Sequence[Desk], rules: RoutingRules) -> tuple[Exclusion, tuple[Message, ...]]:
    """Who is kept out, and the reasons as the dispatcher reads them."""
    asked = found = Exclusion(floor=matter.asked_floor)
    for accused in matter.accused:
        found |= exclusion_by(accused, matter, desks, rules)
    if matter.is_about_portal and all(accused.office_id is None for accused in matter.accused):
        found |= Exclusion(offline=True)
    reasons = {
        N_("反映人要求不转给下级单位"): matter.asked_floor is not None,
        N_("避开被反映的单位和人员，以及可能与其有关的层级"): found != asked,
        N_("反映本平台及其管理人员：由上一级办理"): matter.is_about_portal,
    }
    return found, tuple(Message(reason) for reason, holds in reasons.items() if holds)


def exclusion_by(accused: Accused, matter: Matter, desks: Sequence[Desk], rules: RoutingRules) -> Exclusion:
    """Whom one accused keeps out.

    A person picked from the staff list is kept out himself. Anybody else of an office, every head of one, and whoever
    runs the platform sends the case above that office. Where no office is given, a head is taken for that of the place.
    """
    is_head = accused.role is AccusedRole.OFFICE_HEAD
    found = Exclusion()
    if accused.account_id is not None:
        found |= Exclusion(accounts=frozenset({accused.account_id}))
    elif accused.role in rules.floors:
        found |= Exclusion(floor=rules.floors[accused.role])
    if accused.office_id is None:
        return found | _above(level_of(matter.place)) if is_head else found
    if accused.account_id is None or is_head or matter.is_about_portal:
        found |= Exclusion(offices=frozenset({accused.office_id}))
        if accused.role in _PERSONS or matter.is_about_portal:
            found |= _above(_desk(accused.office_id, desks).level)
    return found


def settle(track: Track, kind: CaseKind, start: Desk | None, exclusion: Exclusion, desks: Sequence[Desk]) -> Routing:
    """The nearest desk from `start` upwards that is free of interest; otherwise the offline key.

    Asked again whenever somebody is accused later, withdraws, or the tree of offices changes. A tip-off that no desk
    of the bureaus can take goes to discipline inspection first.
    """
    sealed = kind is CaseKind.TIP_OFF
    if exclusion.offline:
        return _offline(track, exclusion, desks)
    for candidate in _upwards(start, desks):
        if _takes(candidate, exclusion, sealed=sealed):
            return Routing(candidate.office_id, track, exclusion, ())
    if sealed and track is not Track.DISCIPLINE and start is not None:
        other = _nearest(start.division_path, OfficeKind.DISCIPLINE, Level.COUNTY, desks)
        return settle(Track.DISCIPLINE, kind, other, exclusion, desks)
    if not sealed and not any(desk.hands for desk in _upwards(start, desks)):
        waiting = [desk for desk in _upwards(start, desks) if not exclusion.shuts_out_office(desk.path, desk.level)]
        if waiting:
            return Routing(waiting[0].office_id, track, exclusion, (Message(N_("单位里还没有人受理诉求件")),))
    return _offline(track, exclusion, desks)


def reroute(routing: Routing, matter: Matter, added: Accused, desks: Sequence[Desk], rules: RoutingRules) -> Routing:
    """Where a case goes when somebody is accused later: it stays if it may, otherwise it moves up or to discipline.

    Of the matter only kind, category and place are asked: what was accused before stands in the routing's exclusion.
    """
    exclusion = routing.exclusion | exclusion_by(added, matter, desks, rules)
    is_report = matter.kind is CaseKind.TIP_OFF and routing.track is Track.ASSISTANCE_REPORT
    if is_report and added.role in rules.discipline_roles:
        first = _nearest(matter.place, *rules.desks[Track.DISCIPLINE], desks)
        return settle(Track.DISCIPLINE, matter.kind, first, exclusion, desks)
    return settle(routing.track, matter.kind, _desk(routing.office_id, desks), exclusion, desks)


def routing_rules_from_table(table: Mapping[str, Any]) -> tuple[RoutingRules, ...]:
    """All versions, the oldest first; KeyError or ValueError when an entry is incomplete or unknown."""
    return tuple(sorted((_rules(entry) for entry in table["versions"]), key=lambda rules: rules.effective_on))


def routing_rules_on(versions: Sequence[RoutingRules], day: date) -> RoutingRules:
    """The version in force on a day; a day before the first version gets the first."""
    return [versions[0], *(rules for rules in versions if rules.effective_on <= day)][-1]


def _above(level: Level) -> Exclusion:
    """Nobody at this level or below; above the city stands only the offline key."""
    index = LEVELS.index(level)
    return Exclusion(floor=LEVELS[index - 1]) if index else Exclusion(offline=True)


def _offline(track: Track, exclusion: Exclusion, desks: Sequence[Desk]) -> Routing:
    """Once only the offline key opens a case, nobody here ever takes it back."""
    reason = Message(N_("平台里没有与此事无关的单位能办：只能用离线密钥打开"))
    return Routing(_last_resort(desks).office_id, track, replace(exclusion, offline=True), (reason,))


def _desk(office_id: int, desks: Iterable[Desk]) -> Desk:
    return next(desk for desk in desks if desk.office_id == office_id)


def _start(matter: Matter, track: Track, desks: Sequence[Desk], rules: RoutingRules) -> Desk | None:
    if matter.addressed is not None and track in {Track.SERVICE, Track.PRIVACY}:
        return _desk(matter.addressed, desks)
    kind, level = rules.desks[track]
    return _nearest(matter.place, kind, level, desks)


def _nearest(place: str, kind: OfficeKind, level: Level, desks: Iterable[Desk]) -> Desk | None:
    """The office of a kind that is in charge of a place: at the level, or else the next one above it."""
    found = [
        desk
        for desk in desks
        if desk.kind is kind
        and place.startswith(desk.division_path)
        and LEVELS.index(desk.level) <= LEVELS.index(level)
    ]
    return max(found, key=lambda desk: (LEVELS.index(desk.level), -desk.path.count("/"), -desk.office_id), default=None)


def _upwards(start: Desk | None, desks: Iterable[Desk]) -> list[Desk]:
    if start is None:
        return []
    above = [desk for desk in desks if start.path.startswith(desk.path)]
    return sorted(above, key=lambda desk: -desk.path.count("/"))


def _takes(desk: Desk, exclusion: Exclusion, *, sealed: bool) -> bool:
    if exclusion.shuts_out_office(desk.path, desk.level) or (sealed and not desk.opens_sealed):
        return False
    return bool(_free(desk, exclusion))


def _free(desk: Desk, exclusion: Exclusion) -> frozenset[AccountId]:
    return frozenset(hand for hand in desk.hands if not exclusion.shuts_out_person(hand))


def _last_resort(desks: Iterable[Desk]) -> Desk:
    """The top discipline office: it holds the offline key's paper, and counts what only that key opens."""
    return min(desks, key=lambda desk: (desk.kind is not OfficeKind.DISCIPLINE, desk.path.count("/"), desk.office_id))


def _rules(entry: Mapping[str, Any]) -> RoutingRules:
    return RoutingRules(
        version=entry["version"],
        effective_on=entry["effective_on"],
        discipline_categories=frozenset(Category(name) for name in entry["discipline_categories"]),
        discipline_roles=frozenset(AccusedRole(name) for name in entry["discipline_roles"]),
        floors={AccusedRole(role): Level(level) for role, level in entry["floors"].items()},
        desks={
            Track(desk["track"]): (OfficeKind(desk["office_kind"]), Level(desk["level"])) for desk in entry["desks"]
        },
        unconfirmed=frozenset(Track(desk["track"]) for desk in entry["desks"] if not desk["confirmed"]),
    )
