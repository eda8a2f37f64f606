"""Every order of submitting, accusing, forwarding, merging, withdrawing and reorganising, over random offices.

What the machine asks for is worked out a second time in its own words, from who was accused and who sits under whom.
"""

from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from portal.domain.cases import AccusedRole, CaseKind, Category, Track
from portal.domain.divisions import Level
from portal.domain.errors import RefusedError
from portal.domain.offices import OfficeKind
from portal.domain.permissions import AccountId
from portal.domain.routing import (
    Accused,
    Desk,
    Exclusion,
    Matter,
    Routing,
    Viewer,
    check_may_receive,
    may_open,
    reroute,
    route,
    settle,
)
from portal.queries.rulebook import read_rulebook

RULES = read_rulebook(Path("no-such-folder")).case_routing[-1]
COUNTIES, TOWNS = 2, 2
CITY = "37/"
PLACES = [
    CITY,
    *(f"37/{c}/" for c in range(COUNTIES)),
    *(f"37/{c}/{t}/" for c in range(COUNTIES) for t in range(TOWNS)),
]
VILLAGES = [f"{place}9/" for place in PLACES if place.count("/") == 3]
RANK = {level: rank for rank, level in enumerate(Level)}
ABOVE_COUNTY = {
    AccusedRole.UNKNOWN,
    AccusedRole.RECIPIENT,
    AccusedRole.VILLAGE_CADRE,
    AccusedRole.OFFICIAL,
    AccusedRole.OFFICE_HEAD,
}
ACCUSED_PICKS = st.tuples(
    st.sampled_from(AccusedRole), st.integers(0, 30), st.sampled_from(["text", "office", "person"])
)


@dataclass
class Office:
    id: int
    kind: OfficeKind
    place: str
    parent: int | None
    opens: bool = True


@dataclass
class Kept:
    """A case as the machine remembers it, with everything that was ever said of it."""

    kind: CaseKind
    place: str
    routing: Routing
    accused: list[Accused]
    portal: bool
    asked_floor: Level | None
    named_at_first: bool
    recused: set[AccountId] = field(default_factory=set)
    joined: "list[Kept]" = field(default_factory=list)


class Routes(RuleBasedStateMachine):
    @initialize(
        staff=st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=14),
        keys=st.lists(st.booleans(), min_size=20, max_size=20),
        sections=st.lists(
            st.tuples(
                st.sampled_from([OfficeKind.FINANCE, OfficeKind.AGENT_BANK, OfficeKind.CIVIL_AFFAIRS]),
                st.integers(0, 30),
            ),
            max_size=4,
        ),
    )
    def found(self, staff, keys, sections):
        self.offices = {}
        self.cases = []
        self._bureaus()
        for kind, under in sections:
            parent = self._pick(self._bureau_ids(), under)
            self._add(kind, self.offices[parent].place, parent)
        for office, opens in zip(self.offices.values(), keys, strict=False):
            office.opens = opens
        self.seats = {}
        self.hands = set()
        for number, (seat, takes_cases) in enumerate(staff, start=1):
            self.seats[AccountId(number)] = self._pick(list(self.offices), seat)
            if takes_cases:
                self.hands.add(AccountId(number))

    def _bureaus(self):
        top = self._add(OfficeKind.CIVIL_AFFAIRS, CITY, None)
        watch = self._add(OfficeKind.DISCIPLINE, CITY, None)
        for place in PLACES[1:]:
            county = next(
                (
                    one.id
                    for one in self.offices.values()
                    if one.kind is OfficeKind.CIVIL_AFFAIRS and one.place == place[:5]
                ),
                top,
            )
            if place.count("/") == 2:
                self._add(OfficeKind.CIVIL_AFFAIRS, place, top)
                self._add(OfficeKind.DISCIPLINE, place, watch)
            else:
                self._add(OfficeKind.TOWNSHIP, place, county)

    def _add(self, kind, place, parent):
        number = len(self.offices) + 1
        self.offices[number] = Office(number, kind, place, parent)
        return number

    @staticmethod
    def _pick(things, number):
        return things[number % len(things)]

    def _bureau_ids(self):
        return [one.id for one in self.offices.values() if one.kind is not OfficeKind.DISCIPLINE]

    def _chain(self, office_id):
        while office_id is not None:
            yield office_id
            office_id = self.offices[office_id].parent

    def _path(self, office_id):
        return "".join(f"{one}/" for one in reversed(list(self._chain(office_id))))

    def _rank(self, office_id):
        return self.offices[office_id].place.count("/") - 1

    def _desks(self):
        return tuple(
            Desk(one.id, self._path(one.id), one.kind, one.place, frozenset(self._hands_of(one.id)), one.opens)
            for one in self.offices.values()
        )

    def _hands_of(self, office_id):
        return {account for account in self.hands if self.seats[account] == office_id}

    def _accused(self, pick):
        role, number, manner = pick
        if manner == "person" and self.seats:
            account = self._pick(list(self.seats), number)
            return Accused(role, self.seats[account], account)
        return Accused(role, None if manner == "text" else self._pick(list(self.offices), number))

    @rule(
        kind=st.sampled_from(CaseKind),
        category=st.sampled_from([*Category, Category.PORTAL, Category.PORTAL]),
        place=st.sampled_from(VILLAGES + PLACES),
        picks=st.lists(ACCUSED_PICKS, max_size=2),
        floor=st.sampled_from([None, None, Level.COUNTY, Level.CITY]),
        addressed=st.none() | st.integers(0, 30),
    )
    def submit(self, kind, category, place, picks, floor, addressed):
        accused = [self._accused(pick) for pick in picks]
        office = None if addressed is None else self._pick(self._bureau_ids(), addressed)
        routing = route(Matter(kind, category, place, tuple(accused), office, floor), self._desks(), RULES)
        portal = category is Category.PORTAL and kind not in {
            CaseKind.INQUIRY,
            CaseKind.PROPOSAL,
            CaseKind.HELP_REQUEST,
        }
        self.cases.append(Kept(kind, place, routing, accused, portal, floor, any(one.office_id for one in accused)))

    @precondition(lambda self: self.cases)
    @rule(number=st.integers(0, 30), pick=ACCUSED_PICKS)
    def accuse(self, number, pick):
        case = self._pick(self.cases, number)
        added = self._accused(pick)
        matter = Matter(case.kind, Category.PORTAL if case.portal else Category.OTHER, case.place)
        case.routing = reroute(case.routing, matter, added, self._desks(), RULES)
        case.accused.append(added)
        self._share(case)

    @precondition(lambda self: self.cases and self.seats)
    @rule(number=st.integers(0, 30), who=st.integers(0, 30))
    def recuse(self, number, who):
        case, account = self._pick(self.cases, number), self._pick(list(self.seats), who)
        case.recused.add(account)
        self._settle(case, case.routing.exclusion | Exclusion(recused=frozenset({account})))
        self._share(case)

    @precondition(lambda self: self.cases)
    @rule(number=st.integers(0, 30), office=st.integers(0, 30))
    def forward(self, number, office):
        case = self._pick(self.cases, number)
        desk = self._pick(self._desks(), office)
        try:
            check_may_receive(desk, case.routing.exclusion, sealed=case.kind is CaseKind.TIP_OFF)
        except RefusedError:
            return
        track = Track.DISCIPLINE if desk.kind is OfficeKind.DISCIPLINE else case.routing.track
        case.routing = Routing(desk.office_id, track, case.routing.exclusion, ())
        if not desk.hands:
            self._settle(case, case.routing.exclusion)

    @precondition(lambda self: len(self.cases) > 1)
    @rule(number=st.integers(0, 30), other=st.integers(0, 30))
    def merge(self, number, other):
        case, main = self._pick(self.cases, number), self._pick(self.cases, other)
        if case is main:
            return
        case.joined.append(main)
        main.joined.append(case)
        self._share(case)

    @rule(number=st.integers(0, 30), under=st.integers(0, 30))
    def reorganise(self, number, under):
        moved, parent = self._pick(self._bureau_ids(), number), self._pick(self._bureau_ids(), under)
        if moved in self._chain(parent) or self.offices[moved].parent is None:
            return
        self.offices[moved].parent = parent
        self._settle_all()

    @precondition(lambda self: self.seats)
    @rule(number=st.integers(0, 30), office=st.integers(0, 30))
    def move_person(self, number, office):
        self.seats[self._pick(list(self.seats), number)] = self._pick(list(self.offices), office)
        self._settle_all()

    def _settle(self, case, exclusion):
        desks = self._desks()
        here = next(desk for desk in desks if desk.office_id == case.routing.office_id)
        case.routing = settle(case.routing.track, case.kind, here, exclusion, desks)

    def _settle_all(self):
        for case in self.cases:
            self._settle(case, case.routing.exclusion)

    def _share(self, case):
        group = self._group(case)
        union = Exclusion()
        for one in group:
            union |= one.routing.exclusion
        for one in group:
            self._settle(one, union)

    def _group(self, case):
        found = []
        waiting = [case]
        while waiting:
            one = waiting.pop()
            if not any(one is known for known in found):
                found.append(one)
                waiting += one.joined
        return found

    def _must_not_see(self, account, case):
        seat = self.seats[account]
        above, rank = set(self._chain(seat)), self._rank(seat)
        for one in self._group(case):
            if account in one.recused or (one.asked_floor and rank > RANK[one.asked_floor]):
                return True
            if one.portal and not one.named_at_first:
                return True
            for accused in one.accused:
                if self._kept_out_by(accused, one, account, above, rank):
                    return True
        return False

    def _kept_out_by(self, accused, case, account, above, rank):
        if account == accused.account_id:
            return True
        person = accused.account_id is not None
        head = accused.role is AccusedRole.OFFICE_HEAD
        if not person and accused.role in ABOVE_COUNTY and rank > RANK[Level.COUNTY]:
            return True
        if accused.office_id is None:
            return head and rank >= case.place.count("/") - 1
        if person and not head and not case.portal:
            return False
        lifted = case.portal or accused.role in {AccusedRole.OFFICIAL, AccusedRole.OFFICE_HEAD}
        return accused.office_id in above or (lifted and rank >= self._rank(accused.office_id))

    @invariant()
    def nobody_excluded_may_open_a_case_wherever_it_lies(self):
        for case in getattr(self, "cases", ()):
            for account, seat in self.seats.items():
                if self._must_not_see(account, case):
                    viewer = Viewer(account, self._path(seat), list(Level)[self._rank(seat)])
                    for office in self.offices:
                        assert not may_open(viewer, self._path(office), case.routing.exclusion)

    @invariant()
    def no_case_lies_in_an_excluded_office(self):
        for case in getattr(self, "cases", ()):
            office, exclusion = case.routing.office_id, case.routing.exclusion
            if exclusion.offline:
                continue
            accused = {
                one.office_id for member in self._group(case) for one in member.accused if one.account_id is None
            }
            assert not accused - {None} & set(self._chain(office))
            assert exclusion.floor is None or self._rank(office) <= RANK[exclusion.floor]

    @invariant()
    def somebody_free_of_interest_receives_each_case_or_the_offline_key_does(self):
        for case in getattr(self, "cases", ()):
            office, exclusion = case.routing.office_id, case.routing.exclusion
            if exclusion.offline:
                continue
            chain = list(self._chain(office))
            unstaffed = not any(self._hands_of(one) for one in chain)
            free = [hand for hand in self._hands_of(office) if not self._must_not_see(hand, case)]
            assert free or (unstaffed and case.kind is not CaseKind.TIP_OFF)
            assert case.kind is not CaseKind.TIP_OFF or self.offices[office].opens

    @invariant()
    def bureaus_never_open_what_discipline_inspection_handles(self):
        for case in getattr(self, "cases", ()):
            if (
                self.offices[case.routing.office_id].kind is OfficeKind.DISCIPLINE
                and not case.routing.exclusion.offline
            ):
                assert case.routing.track is Track.DISCIPLINE


TestRoutes = Routes.TestCase
TestRoutes.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
