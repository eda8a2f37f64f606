"""Over random offices, people, accusations and steps on a real database: who is kept out finds no case in any way.

Who is kept out is worked out here a second time in other words, from the rows and from who sits under whom. The SQL
predicate must agree for everybody and every case, within the office's scope and, for rooms that have a scope of their
own, without it. Substitutes (B角) are named, days pass and delegations end at random: what a substitute reaches by them
is worked out from the rows, too, and the plain rules of domain/delegations.py must say the same. Of a tip-off the desks of offices that are kept out hold no key either; a person who is kept out of a
case of his own desk is kept out by the predicate.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import AccusedRole, CaseKind, Category, ContactChoice
from portal.domain.desk_keys import DeskKind
from portal.domain.divisions import Level
from portal.domain.errors import NotAllowedError, NotFoundError, PortalError
from portal.domain.instants import shanghai_date
from portal.domain.intake import About, Contact, Submission, Telling
from portal.domain.offices import OfficeKind
from portal.domain.permissions import Actor, Permission, Role
from portal.models.base import db
from portal.models.cases import Case, CaseAccused, CaseRecusal
from portal.models.delegations import Delegation
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account, AccountRole
from portal.models.transaction import transaction
from portal.queries.case_hands import hand_of
from portal.queries.case_scope import not_kept_out, open_to
from portal.queries.delegations import absentees_for, deputies_for, standing_in
from portal.queries.desk_keys import desk_kind_of
from portal.queries.staff import actor_of
from portal.sealing import query_codes
from portal.usecases import intake
from portal.usecases.case_reading import read_case
from portal.usecases.case_sealing import DeskOpener, open_key
from portal.usecases.case_steps import act
from portal.usecases.delegations import end_delegation
from portal.usecases.services import Services
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.usecases.cases import hand_in, open_desk
from tests.usecases.delegations import stand_in

PLACES = ("370800", "370811", "370832", "370811002")
HANDLERS = frozenset({Role.CASE_DISPATCHER, Role.CASE_OFFICER, Role.CASE_APPROVER})
DEPTH = {level: depth for depth, level in enumerate((Level.CITY, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE))}
ANY = st.integers(0, 60)
NEW_OFFICE = st.tuples(st.none() | st.sampled_from(PLACES), ANY, st.booleans())
"""Where an office of the random tree stands (None: where the one above it does), which office it is put under, and
whether its desk has a key.
"""
WHOLE_OFFICE = (AccusedRole.UNKNOWN, AccusedRole.RECIPIENT, AccusedRole.VILLAGE_CADRE, AccusedRole.BANK)
"""Of whom only the office is told, which keeps out that office with all below it and not its whole level."""

HANDLING = frozenset({Permission.HANDLE_CASES, Permission.HANDLE_DISCIPLINE})
DECIDING = frozenset({Permission.DISPATCH_CASES, Permission.APPROVE_CASES, Permission.SUPERVISE_CASES})
TAKING_IN = frozenset({Permission.DISPATCH_CASES, Permission.HANDLE_DISCIPLINE})
TIED = (Action.REGISTER, Action.ACCEPT, Action.FORWARD, Action.ASSIGN, Action.SEND_BACK, Action.ADD_ACCUSED,
        Action.RECUSE, Action.MERGE, Action.MESSAGE)  # fmt: skip


class Scope(RuleBasedStateMachine):
    """A few offices below and beside those of the cast, and some cases."""

    services: Services
    at: datetime

    @initialize(
        tree=st.lists(NEW_OFFICE, min_size=1, max_size=5), keyed=st.lists(st.booleans(), min_size=6, max_size=6)
    )
    def found(self, tree: list[tuple[str | None, int, bool]], keyed: list[bool]) -> None:
        self.desks: dict[int, DeskOpener] = {}
        self.people = [actor_of(account_id) for account_id in db.session.scalars(select(Account.id)).all()]
        for office_id, has_key in zip(self._offices(), keyed, strict=True):
            self._open(office_id, has_key=has_key)
        for place, above, has_key in tree:
            self._add(place, above, has_key=has_key)
        top = next(actor for actor in self.people if actor.username == "chu_san")
        open_desk(top.office_id, DeskKind.DISCIPLINE, top, at=self.at, offline=True)

    def _offices(self) -> list[int]:
        return list(db.session.scalars(select(Office.id).order_by(Office.id)))

    def _add(self, place: str | None, above: int, *, has_key: bool) -> None:
        """An office and one person in it who may take every step of handling."""
        offices = self._offices()
        with transaction() as session:
            parent = session.get_one(Office, offices[above % len(offices)])
            kind = OfficeKind.DISCIPLINE if parent.kind is OfficeKind.DISCIPLINE else OfficeKind.CIVIL_AFFAIRS
            office = Office(
                name=f"示例单位{len(offices)}", kind=kind, division_code=place or parent.division_code, parent_id=parent.id, path="",
                hotline="", duty_phone="", address="", steps=3,
            )  # fmt: skip
            session.add(office)
            session.flush()
            office.path = f"{parent.path}{office.id}/"
            account = Account(
                username=f"person-{office.id}", display_name="示例", office_id=office.id, password_hash="",
                must_change_password=False, created_at=self.at,
            )  # fmt: skip
            session.add(account)
            session.flush()
            roles = {Role.DISCIPLINE_OFFICER} if kind is OfficeKind.DISCIPLINE else HANDLERS
            session.add_all(AccountRole(account_id=account.id, role=role) for role in roles)
            office_id, account_id = office.id, account.id
        self.people.append(actor_of(account_id))
        self._open(office_id, has_key=has_key)

    def _open(self, office_id: int, *, has_key: bool) -> None:
        holders = [one for one in self.people if one.office_id == office_id and one.may(Permission.HOLD_DESK_KEY)]
        if has_key and holders:
            kind = desk_kind_of(db.session.get_one(Office, office_id).kind)
            self.desks[office_id] = open_desk(office_id, kind, holders[0], at=self.at)

    @rule(
        kind=st.sampled_from(CaseKind), category=st.sampled_from(Category), role=st.sampled_from(AccusedRole),
        whom=ANY, named=st.sampled_from(["text", "office", "person"]), place=st.sampled_from(PLACES),
        floors=st.tuples(st.booleans(), st.booleans()),
    )  # fmt: skip
    def submit(
        self, kind: CaseKind, category: Category, role: AccusedRole, whom: int, named: str, place: str,
        floors: tuple[bool, bool],
    ) -> None:  # fmt: skip
        offices = self._offices()
        about = About(
            kind, category, place, role,
            accused_office_id=offices[whom % len(offices)] if named == "office" else None,
            accused_account_id=self.people[whom % len(self.people)].account_id if named == "person" else None,
            accused_names="某人" if named == "text" else "",
            not_to_township=floors[0], not_to_county=floors[1],
        )  # fmt: skip
        with suppress(PortalError):
            hand_in(self.services, Submission(about, Telling("某事"), Contact(ContactChoice.ANONYMOUS)), at=self.at)

    @rule(whom=ANY)
    def complain_about_somebody_where_he_works(self, whom: int) -> None:
        accused = self.people[whom % len(self.people)]
        about = About(
            CaseKind.COMPLAINT, Category.OTHER, accused.division_code, AccusedRole.OFFICIAL,
            accused_account_id=accused.account_id,
        )  # fmt: skip
        hand_in(self.services, Submission(about, Telling("某事"), Contact(ContactChoice.ANONYMOUS)), at=self.at)

    @rule(whom=ANY, role=st.sampled_from(WHOLE_OFFICE))
    def complain_about_the_office_that_somebodys_office_stands_under(self, whom: int, role: AccusedRole) -> None:
        lower = self.people[whom % len(self.people)]
        above = db.session.get_one(Office, lower.office_id).parent_id or lower.office_id
        about = About(CaseKind.COMPLAINT, Category.OTHER, lower.division_code, role, accused_office_id=above)
        hand_in(self.services, Submission(about, Telling("某事"), Contact(ContactChoice.ANONYMOUS)), at=self.at)

    @precondition(lambda self: self._cases())
    @rule(which=ANY, action=st.sampled_from(TIED), who=ANY, whom=ANY)
    def step(self, which: int, action: Action, who: int, whom: int) -> None:
        cases, offices = self._cases(), self._offices()
        taken, other = self.people[who % len(self.people)], self.people[whom % len(self.people)]
        forwarded = action is Action.FORWARD
        given = Given(
            text="某话", reason="某因", office_id=offices[whom % len(offices)] if forwarded else other.office_id,
            officer_id=other.account_id, main_number=cases[whom % len(cases)].number,
            accused_office_id=offices[whom % len(offices)] if whom % 2 else None,
            accused_account_id=None if whom % 2 else other.account_id,
        )  # fmt: skip
        number = cases[which % len(cases)].number
        with suppress(PortalError):
            act(self.services, taken, number, action, given, at=self.at, openers=self._openers(taken))

    @precondition(lambda self: self._cases())
    @rule(which=ANY, whom=ANY)
    def lay_into_the_hands_of_an_officer(self, which: int, whom: int) -> None:
        cases = self._cases()
        case = cases[which % len(cases)]
        path = db.session.get_one(Office, case.office_id).path
        hands = [one for one in self.people if path.startswith(one.office_path) and one.permissions & TAKING_IN]
        officers = [one for one in self.people if one.office_id == case.office_id and one.permissions & HANDLING]
        for taken in hands[:3] if officers else ():
            given = Given(office_id=case.office_id, officer_id=officers[whom % len(officers)].account_id)
            for action in (Action.REGISTER, Action.ACCEPT, Action.ASSIGN):
                with suppress(PortalError):
                    act(self.services, taken, case.number, action, given, at=self.at, openers=self._openers(taken))

    @rule(who=ANY, whom=ANY, deputy=ANY, days=st.integers(1, 4), after=st.integers(0, 1))
    def name_a_substitute(self, who: int, whom: int, deputy: int, days: int, after: int) -> None:
        namers = [one for one in self.people if absentees_for(one) and deputies_for(one)]
        namer = namers[who % len(namers)]
        absent, named = absentees_for(namer), deputies_for(namer)
        one, other = absent[whom % len(absent)].id, named[deputy % len(named)].id
        with suppress(PortalError):
            stand_in(actor_of(one), actor_of(other), at=self.at, by=namer, days=days, after=after)

    @rule(which=ANY)
    def end_a_delegation(self, which: int) -> None:
        rows = db.session.execute(select(Delegation.id, Delegation.account_id)).all()
        if rows:
            named, absent_id = rows[which % len(rows)]
            with suppress(PortalError):
                end_delegation(named, actor=actor_of(absent_id), at=self.at)

    @rule(days=st.integers(1, 2))
    def days_pass(self, days: int) -> None:
        self.at += timedelta(days=days)

    def _cases(self) -> list[Case]:
        db.session.rollback()
        return list(db.session.scalars(select(Case).order_by(Case.id)))

    def _openers(self, actor: Actor) -> list[DeskOpener]:
        return [self.desks[actor.office_id]] if actor.office_id in self.desks else []

    @invariant()
    def whoever_is_kept_out_finds_nothing(self) -> None:
        cases, facts = self._cases(), Facts()
        numbers, people = {case.number for case in cases}, {one.account_id: one for one in self.people}
        for actor in (standing_in(one, at=self.at) for one in self.people):
            shut = {case.number for case in cases if facts.keep_out(actor, case)}
            below = {case.number for case in cases if actor.office_id in facts.upwards(case.office_id)}
            below |= {case.number for case in cases if facts.stands_in(actor, case, people, self.at)}
            for case in cases:
                hand = hand_of(db.session(), actor, case)
                assert hand.kept_out is (case.number in shut)
                assert {one.account_id for one in hand.stand_ins} == facts.stands_in(actor, case, people, self.at)
            assert set(db.session.scalars(select(Case.number).where(*not_kept_out(actor)))) == numbers - shut
            listed = select(Case.number).join(Office, Office.id == Case.office_id).where(open_to(actor))
            assert set(db.session.scalars(listed)) == below - shut
            assert db.session.scalar(select(func.count()).select_from(listed.subquery())) == len(below - shut)
            for number in numbers - (below - shut):
                with pytest.raises(NotFoundError):
                    read_case(db.session(), self.services, actor, number, self._openers(actor), at=self.at)

    @invariant()
    def no_office_that_is_kept_out_handles_a_case_or_holds_the_key_of_a_tip_off(self) -> None:
        cases, facts = self._cases(), Facts()
        for case in cases:
            assert case.offline or not facts.shut_out(case.office_id, case)
            for actor in self.people if case.kind is CaseKind.TIP_OFF else ():
                if facts.shut_out(actor.office_id, case):
                    with pytest.raises(NotAllowedError):
                        open_key(db.session(), case, KeyPurpose.CONTENT, self._openers(actor))


class Facts:
    """Who is accused, who has declared an interest, and who sits under whom: every row read once."""

    def __init__(self) -> None:
        rows = db.session.execute(
            select(Office.id, Office.parent_id, Division.level).join(Division, Division.code == Office.division_code)
        ).all()
        self.parents = {office_id: parent_id for office_id, parent_id, _ in rows}
        self.levels = {office_id: level for office_id, _, level in rows}
        accused = db.session.execute(select(CaseAccused.case_id, CaseAccused.office_id, CaseAccused.account_id)).all()
        self.offices = {(case_id, office_id) for case_id, office_id, _ in accused if office_id}
        self.persons = {(case_id, account_id) for case_id, _, account_id in accused if account_id}
        self.delegations = db.session.scalars(select(Delegation)).all()
        self.persons |= {tuple(row) for row in db.session.execute(select(CaseRecusal.case_id, CaseRecusal.account_id))}

    def keep_out(self, actor: Actor, case: Case) -> bool:
        """Whether somebody is accused himself, has declared an interest, or sits in an office that is kept out."""
        return (case.id, actor.account_id) in self.persons or self.shut_out(actor.office_id, case)

    def shut_out(self, office_id: int, case: Case) -> bool:
        """Whether an office, or one that it stands under, is accused, or whether it stands below the case's floor."""
        too_low = case.level_floor is not None and DEPTH[self.levels[office_id]] > DEPTH[case.level_floor]
        return case.offline or too_low or any((case.id, one) in self.offices for one in self.upwards(office_id))

    def stands_in(self, actor: Actor, case: Case, people: dict[int, Actor], at: datetime) -> set[int]:
        """The absent colleagues whose work on a case falls to somebody today, who themselves are not kept out of it."""
        found = set()
        for row in self.delegations:
            if (
                row.deputy_id != actor.account_id
                or row.ended_at
                or not row.first_on <= shanghai_date(at) <= row.last_on
            ):
                continue
            absent, handles = people[row.account_id], case.officer_id == row.account_id
            decides = row.named_by_id == row.account_id and bool(absent.permissions & DECIDING)
            reaches = absent.office_id in self.upwards(case.office_id) and not self.keep_out(absent, case)
            if reaches and ((handles and absent.permissions & HANDLING) or decides):
                found.add(row.account_id)
        return found

    def upwards(self, office_id: int | None) -> Iterator[int]:
        """An office and all above it, one after the other."""
        while office_id is not None:
            yield office_id
            office_id = self.parents[office_id]


def test_nobody_who_is_kept_out_lists_counts_opens_or_decrypts_a_case(
    make_app, databases: SqliteDatabases | PostgresDatabases, tmp_path: Path, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(query_codes, "_MEMORY_KIB", 8)  # the cost of a code is not what is tried here
    assert intake.derive is query_codes.derive
    folders = iter(range(1_000_000))

    @contextmanager
    def fresh() -> Iterator[Flask]:
        folder = tmp_path / f"case-{next(folders)}"
        folder.mkdir()
        with databases.copy(folder) as url:
            app = make_app(PORTAL_DATABASE_URL=url)
            with app.app_context():
                yield app
                db.session.remove()
                db.engine.dispose()

    class Fresh(Scope):
        def __init__(self) -> None:
            super().__init__()
            self.opened = fresh()
            self.services = self.opened.__enter__().extensions["portal"]
            self.at = at

        def teardown(self) -> None:
            self.opened.__exit__(None, None, None)

    run_state_machine_as_test(
        Fresh,
        settings=limits(
            max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
