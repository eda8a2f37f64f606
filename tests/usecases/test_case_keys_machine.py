"""Whatever people do, in whatever order: no case reaches whom it accuses, and none is lost to those who may read it.

The test keeps its own account of who was ever accused or withdrew, and holds the keys of staff as their browsers would.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

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
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.domain.case_actions import RESTING, Action
from portal.domain.case_given import Given
from portal.domain.case_holders import Holder, KeyPurpose
from portal.domain.cases import AccusedRole, CaseKind, CaseState, Category, Outcome, Protection, ServiceManner
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import NotAllowedError, PortalError
from portal.domain.permissions import Permission, Role
from portal.models.base import db
from portal.models.cases import Case, CaseEvent, CaseKey
from portal.models.desk_keys import AccountKey, DeskKey, DeskKeyHolder
from portal.models.offices import Office
from portal.models.staff import Account, AccountRole
from portal.models.transaction import transaction
from portal.queries.case_scope import open_to
from portal.queries.desk_keys import routing_desks
from portal.queries.staff import actor_of
from portal.sealing.pairs import new_pair
from portal.sealing.paper_keys import parse
from portal.usecases.account_keys import AccountPair, keep_pair
from portal.usecases.case_events import broken_at
from portal.usecases.case_moving import pass_keys
from portal.usecases.case_reading import read_case
from portal.usecases.case_sealing import DeskOpener, Opener, ServiceOpener, SubmitterOpener, open_key, read_items
from portal.usecases.case_steps import act
from portal.usecases.desk_keys import enrol, leave, make_offline_key, open_desk, opener_by
from portal.usecases.offices import OfficeChange, set_office
from portal.usecases.services import Services
from portal.usecases.staff import disable_account, move_account, reset_password, set_roles
from tests.cast import Cast
from tests.usecases.cases import COMPLAINT, TEXT, TIP_OFF, about, hand_in, submitter_of
from tests.usecases.test_desk_keys import colleague

PLACE = st.integers(0, 60)
GIVEN: dict[Action, dict[str, object]] = {
    Action.REGISTER: {},
    Action.ACCEPT: {},
    Action.NOTE: {"text": "记一笔"},
    Action.MESSAGE: {"text": "请说明时间"},
    Action.INVESTIGATE: {"text": "走访", "protection": Protection.WIDE_INSPECTION},
    Action.DRAFT_REPLY: {"text": "经核查属实", "outcome": Outcome.SUBSTANTIATED, "legal_basis": "条例"},
    Action.APPROVE_REPLY: {},
    Action.REPLY: {"served_on": date(2026, 11, 20), "served_manner": ServiceManner.BY_HAND},
    Action.CONCLUDE: {},
    Action.REOPEN: {"reason": "有新情况"},
    Action.TRANSFER: {"right_body": "公安机关", "reason": "涉嫌犯罪"},
    Action.CANCEL_TRANSFER: {"reason": "对方不收"},
    Action.SEND_BACK: {"reason": "不归我们"},
}
FEW = 6
OF_CASES = {
    Role.CASE_DISPATCHER,
    Role.CASE_OFFICER,
    Role.CASE_APPROVER,
    Role.DISCIPLINE_OFFICER,
    Role.IDENTITY_CUSTODIAN,
}
"""Few people, so that what concerns the last of them comes about often."""
WHOM = ["", "", "office", "person"]


@dataclass
class Told:
    """What the test itself knows of one case: who must never learn of it, by account and by office."""

    submitter: SubmitterOpener
    kind: CaseKind
    accounts: set[int] = field(default_factory=set)
    offices: set[int] = field(default_factory=set)
    joined: set[str] = field(default_factory=set)
    keys: dict[int, bytes] = field(default_factory=dict, repr=False)


class Keys(RuleBasedStateMachine):
    """A handful of cases among all the desks of the cast."""

    services: Services
    cast: Cast
    at: datetime
    people: dict[int, tuple[int, frozenset[Role]]]
    tree: dict[int, tuple[int | None, str]]

    @initialize()
    def everybody_sits_where_he_sat(self) -> None:
        self.cases: dict[str, Told] = {}
        self.privates: dict[int, bytes] = {}
        with transaction() as session:
            session.execute(update(Case).values(state=CaseState.WITHDRAWN, offline=False))
            session.execute(delete(DeskKeyHolder))
            session.execute(update(DeskKey).values(retired_at=self.at))
            session.execute(delete(AccountKey))
            session.execute(delete(AccountRole))
            for office_id, (parent_id, path) in self.tree.items():
                office = session.get_one(Office, office_id)
                office.parent_id, office.path = parent_id, path
            for account_id, (office_id, roles) in self.people.items():
                account = session.get_one(Account, account_id)
                account.office_id, account.disabled_at = office_id, None
                session.add_all(AccountRole(account_id=account_id, role=role) for role in roles)
        for account_id in self.people:
            self._new_pair(account_id)
        self._open_desks()
        for sealed, cadre in ((True, True), (True, True), (True, False), (False, False)):
            self.submit(sealed, cadre, 0, 0, "")
            self._begin(next(reversed(self.cases)), discipline=sealed and cadre)

    def _begin(self, number: str, *, discipline: bool) -> None:
        """Accepted, and in somebody's hands."""
        taker, officer = (self.cast.chen_er,) * 2 if discipline else (self.cast.zhao_liu, self.cast.li_si)
        assigned = Given(office_id=officer.office_id, officer_id=officer.account_id)
        for action, given in ((Action.REGISTER, Given()), (Action.ACCEPT, Given()), (Action.ASSIGN, assigned)):
            assert self._act(taker.account_id, number, action, given), (action, number)

    def _open_desks(self) -> None:
        opened: dict[tuple[int, DeskKind], int] = {}
        for account_id in self.people:
            actor = actor_of(account_id)
            for kind in DeskKind:
                desk = opened.get((actor.office_id, kind))
                with suppress(PortalError):
                    if desk is None:
                        made = open_desk(actor, actor.office_id, kind, at=self.at)
                        opened[actor.office_id, kind] = made.desk_key_id
                    else:
                        self._enrol(desk, account_id)
        with transaction() as session:
            top = session.scalars(select(Office.id).where(Office.name == "济宁市纪委监委派驻纪检监察组")).one()
            paper = make_offline_key(session, top, at=self.at)
        assert paper
        private = parse(paper.words)
        assert private
        self.paper = DeskOpener({paper.desk_key_id: private})

    def _new_pair(self, account_id: int) -> None:
        """As after a sign-in with a password of his own; the password's part is tested elsewhere."""
        if not actor_of(account_id).may(Permission.HOLD_DESK_KEY):
            return
        pair = new_pair()
        with transaction() as session:
            kept = AccountPair(account_id, pair.private, pair.public, b"salt", b"wrapped")
            keep_pair(session, kept, at=self.at)
        self.privates[account_id] = pair.private

    def _opener(self, account_id: int) -> DeskOpener:
        return opener_by(db.session(), account_id, self.privates.get(account_id))

    def _enrol(self, desk: int, account_id: int) -> None:
        """By whoever holds the desk."""
        holder = db.session.scalars(
            select(DeskKeyHolder.account_id).where(DeskKeyHolder.desk_key_id == desk).limit(1)
        ).one()
        enrol(actor_of(holder), self._opener(holder), desk, account_id, at=self.at)

    def _try(self, verb: Callable[[], object]) -> bool:
        """Whether it was allowed; what is refused must change nothing, which the invariants see."""
        try:
            verb()
        except PortalError:
            return False
        finally:
            db.session.rollback()
        return True

    def _pick(self, options: list[int] | list[str], place: int) -> int | str:
        return options[place % len(options)]

    def _live(self) -> list[str]:
        states = dict(db.session.execute(select(Case.number, Case.state)).all())
        return [number for number in self.cases if states[number] in RESTING]

    def _staff(self) -> list[int]:
        return sorted(
            db.session.scalars(select(Account.id).where(Account.disabled_at.is_(None), Account.id.in_(self.people)))
        )

    def _group(self, number: str) -> set[str]:
        found, waiting = set[str](), [number]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.cases[one].joined
        return found

    def _accuse(self, number: str, office: int | None, account: int | None) -> None:
        for one in self._group(number):
            if office is not None:
                self.cases[one].offices.add(office)
            if account is not None:
                self.cases[one].accounts.add(account)
        self._note_members()

    def _note_members(self) -> None:
        """Whoever sits in an accused office or below it, now or at any time, must never learn of the case."""
        paths = dict(db.session.execute(select(Office.id, Office.path)).all())
        seats = dict(db.session.execute(select(Account.id, Account.office_id).where(Account.id.in_(self.people))).all())
        for told in self.cases.values():
            for account, office in seats.items():
                if told.offices & {int(part) for part in paths[office].split("/") if part}:
                    told.accounts.add(account)

    @precondition(lambda self: len(self.cases) < FEW)
    @rule(sealed=st.booleans(), cadre=st.booleans(), office=PLACE, person=PLACE, named=st.sampled_from(WHOM))
    def submit(self, sealed: bool, cadre: bool, office: int, person: int, named: str) -> None:
        submission = TIP_OFF if sealed else COMPLAINT
        if sealed and not cadre:
            submission = about(submission, category=Category.FALSE_CLAIM, accused_role=AccusedRole.RECIPIENT)
        office_id = self._pick(sorted(self.tree), office) if named == "office" else None
        account_id = self._pick(sorted(self.people), person) if named == "person" else None
        if named:
            role = AccusedRole.OFFICIAL if account_id else submission.about.accused_role
            submission = about(
                submission, accused_role=role, accused_office_id=office_id, accused_account_id=account_id
            )
        handed = hand_in(self.services, submission, at=self.at)
        opener = submitter_of(db.session(), self.services, handed).opener
        self.cases[handed.number] = Told(opener, submission.about.kind)
        self._accuse(handed.number, office_id, account_id)

    @precondition(lambda self: self._live())
    @rule(case=PLACE, person=PLACE, choice=PLACE)
    def step(self, case: int, person: int, choice: int) -> None:
        number = self._pick(self._live(), case)
        account = self._insider(number, person)
        if account is None:
            return
        read = read_case(db.session(), self.services, actor_of(account), number, at=self.at)
        allowed = sorted(set(read.allowed) & set(GIVEN))
        action = Action(self._pick(allowed, choice)) if allowed else Action.NOTE
        self._act(account, number, action, Given(**GIVEN[action]))

    @precondition(lambda self: self._live())
    @rule(case=PLACE, person=PLACE, many=st.integers(1, 3))
    def withdraw(self, case: int, person: int, many: int) -> None:
        """One after the other of those who could go on with a case declares an interest."""
        number = self._pick(self._live(), case)
        for _ in range(many):
            account = self._insider(number, person)
            if account is not None and self._act(account, number, Action.RECUSE, Given(reason="亲属")):
                self._accuse(number, None, account)

    @precondition(lambda self: self._live())
    @rule(case=PLACE, person=PLACE, to=PLACE, forward=st.booleans(), kept_out=st.booleans())
    def hand_over(self, case: int, person: int, to: int, forward: bool, kept_out: bool) -> None:
        number = self._pick(self._live(), case)
        among = sorted(self.cases[number].accounts & set(self._staff())) if kept_out else []
        actor, officer = self._insider(number, person), self._pick(among or self._staff(), to)
        office = actor_of(officer).office_id
        given = Given(office_id=office, officer_id=None if forward else officer, reason="转办")
        if actor is not None:
            self._act(actor, number, Action.FORWARD if forward else Action.ASSIGN, given)

    @precondition(lambda self: self._live())
    @rule(case=PLACE, person=PLACE, office=PLACE, accused=PLACE, whole=st.booleans())
    def accuse(self, case: int, person: int, office: int, accused: int, whole: bool) -> None:
        number = self._pick(self._live(), case)
        actor = self._insider(number, person)
        office_id = self._pick(sorted(self.tree), office) if whole else None
        account_id = None if whole else self._pick(sorted(self.people), accused)
        given = Given(accused_office_id=office_id, accused_account_id=account_id, accused_role=AccusedRole.NOBODY)
        if actor is not None and self._act(actor, number, Action.ADD_ACCUSED, given):
            self._accuse(number, office_id, account_id)

    @precondition(lambda self: len(self._live()) > 1)
    @rule(case=PLACE, main=PLACE, person=PLACE)
    def merge(self, case: int, main: int, person: int) -> None:
        number = self._pick(self._live(), case)
        other = self._pick([one for one in self._live() if self.cases[one].kind is self.cases[number].kind], main)
        actor = self._insider(number, person)
        given = Given(main_number=other, reason="同一件事")
        if actor is not None and self._act(actor, number, Action.MERGE, given):
            self.cases[number].joined.add(other)
            self.cases[other].joined.add(number)
            union = [self.cases[one] for one in self._group(number)]
            for one in union:
                one.accounts |= {account for each in union for account in each.accounts}
                one.offices |= {office for each in union for office in each.offices}

    @rule(person=PLACE, office=PLACE, kept_out=st.booleans())
    def move(self, person: int, office: int, kept_out: bool) -> None:
        account, to = self._pick(self._staff(), person), self._pick(sorted(self.tree), office)
        among = {one for told in self.cases.values() for one in told.accounts} & set(self._staff())
        if kept_out and among:
            account = self._pick(sorted(among), person)
        self._try(lambda: move_account(account, to, actor=None, at=self.at))
        self._note_members()

    @rule(desk=PLACE)
    def everybody_of_a_desk_wants_to_go(self, desk: int) -> None:
        holders = self._holders_of_one(desk)
        for account in holders:
            self._try(lambda: disable_account(account, actor=None, at=self.at))  # noqa: B023 - called at once

    def _holders_of_one(self, place: int) -> list[int]:
        rows = db.session.execute(select(DeskKeyHolder.desk_key_id, DeskKeyHolder.account_id)).all()
        chosen = self._pick(sorted({row.desk_key_id for row in rows}), place)
        return sorted(row.account_id for row in rows if row.desk_key_id == chosen)

    @rule(person=PLACE, way=st.sampled_from(["disable", "reset", "roles"]))
    def end(self, person: int, way: str) -> None:
        account = self._pick(self._staff(), person)
        if way == "disable":
            self._try(lambda: disable_account(account, actor=None, at=self.at))
        elif way == "roles":
            version, chief = db.session().get_one(Account, account).version, actor_of(self.cast.sun_ba.account_id)
            other = frozenset({Role.CASE_OFFICER})
            self._try(lambda: set_roles(account, other, version=version, actor=chief, at=self.at))
        elif self._try(lambda: reset_password(account, second_factor=False, actor=None, at=self.at)):
            self._new_pair(account)

    @rule(person=PLACE, desk=PLACE, joins=st.booleans())
    def hold(self, person: int, desk: int, joins: bool) -> None:
        account = self._pick(self._staff(), person)
        held = db.session.scalars(
            select(DeskKeyHolder.desk_key_id).distinct().order_by(DeskKeyHolder.desk_key_id)
        ).all()
        chosen = self._pick(list(held), desk)
        if joins:
            office = db.session.get_one(DeskKey, chosen).office_id
            colleagues = [one for one in self._staff() if actor_of(one).office_id == office]
            self._try(lambda: self._enrol(chosen, self._pick(colleagues, person)))
        else:
            self._try(lambda: leave(actor_of(account), chosen, account, at=self.at))

    @rule(office=PLACE, under=PLACE, accused=st.booleans(), leaves=st.booleans())
    def reorganise(self, office: int, under: int, accused: bool, leaves: bool) -> None:
        names = dict(db.session.execute(select(Office.id, Office.name)).all())
        among = sorted({one for told in self.cases.values() for one in told.offices}) if accused else []
        moved, parent = self._pick(sorted(self.tree), office), self._pick(among or sorted(self.tree), under)
        if leaves and (below := self._below_accused()):
            moved, parent = self._pick(below, office), self._pick(sorted(self.tree), under)
        self._try(lambda: set_office(names[moved], OfficeChange(parent=names[parent]), actor=None, at=self.at))
        self._note_members()

    def _below_accused(self) -> list[int]:
        """Offices that are kept out because of the one they stand under."""
        accused = {one for told in self.cases.values() for one in told.offices}
        paths = db.session.execute(select(Office.id, Office.path).where(Office.id.in_(self.tree))).all()
        return sorted(one for one, path in paths if accused & {int(part) for part in path.split("/")[:-2] if part})

    @rule(person=PLACE)
    def sign_in(self, person: int) -> None:
        account = self._pick(self._staff(), person)
        with transaction() as session:
            pass_keys(session, self.services, self._opener(account), at=self.at)

    @rule()
    def work(self) -> None:
        with transaction() as session:
            pass_keys(session, self.services, ServiceOpener(self.services.keyring), at=self.at)

    def _insider(self, number: str, place: int) -> int | None:
        """Somebody to whom the case is open."""
        staff = [one for one in self._staff() if number in self._seen_by(one)]
        return self._pick(staff, place) if staff else None

    def _act(self, account: int, number: str, action: Action, given: Given) -> bool:
        actor, opener = actor_of(account), self._opener(account)
        return self._try(lambda: act(self.services, actor, number, action, given, at=self.at, openers=[opener]))

    def _seen_by(self, account: int) -> set[str]:
        query = select(Case.number).join(Office, Office.id == Case.office_id)
        return set(db.session.scalars(query.where(Case.number.in_(self.cases), open_to(actor_of(account)))))

    @invariant()
    def nobody_accused_or_withdrawn_learns_of_a_case(self) -> None:
        for account in self._staff():
            for number in self._seen_by(account):
                assert account not in self.cases[number].accounts, (number, account)

    @invariant()
    def every_case_rests_with_somebody_free_of_interest_or_with_the_paper(self) -> None:
        desks = {desk.office_id: desk for desk in routing_desks(db.session())}
        for case in self._rows():
            if case.offline or case.state in {CaseState.MERGED, CaseState.CONCLUDED}:
                continue
            told, here = self.cases[case.number], desks[case.office_id]
            chain = [int(part) for part in here.path.split("/") if part]
            assert not told.offices & set(chain)
            free = (here.hands | ({case.officer_id} if case.officer_id else set())) - told.accounts
            assert free or not any(desks[office].hands for office in chain), (case.number, told)

    @invariant()
    def every_case_is_read_by_its_submitter_and_by_a_desk_or_the_paper(self) -> None:
        for case in self._rows():
            assert TEXT in self._texts(case, self.cases[case.number].submitter)
            if case.kind is CaseKind.TIP_OFF:
                assert any(TEXT in self._texts(case, opener) for opener in (self.paper, *self._holders(case)))
            elif not case.offline:
                assert TEXT in self._texts(case, ServiceOpener(self.services.keyring))

    @invariant()
    def the_service_never_opens_a_tip_off(self) -> None:
        for case in self._rows():
            if case.kind is CaseKind.TIP_OFF:
                assert self._texts(case, ServiceOpener(self.services.keyring)) == []

    @invariant()
    def no_desk_of_an_accused_office_is_given_a_key(self) -> None:
        """A key that waits at the desk where a case has been lying is passed on by the next who signs in."""
        session = db.session()
        paths = dict(session.execute(select(Office.id, Office.path)).all())
        query = select(CaseKey, DeskKey.office_id).join(DeskKey, DeskKey.id == CaseKey.holder_id)
        for case in self._rows():
            held = query.where(CaseKey.case_id == case.id, CaseKey.holder == Holder.DESK, ~DeskKey.offline)
            for wrap, office in session.execute(held):
                waits = wrap.purpose is KeyPurpose.CONTENT and (office != case.office_id or case.offline)
                above = {int(part) for part in paths[office].split("/") if part}
                assert waits or not above & self.cases[case.number].offices

    @invariant()
    def one_desk_alone_holds_the_words_of_a_tip_off(self) -> None:
        """Whoever has handed a case on, or was kept out of it, keeps no wrap."""
        for case in self._rows():
            held = select(CaseKey).where(CaseKey.case_id == case.id, CaseKey.purpose == KeyPurpose.CONTENT)
            by_desks = db.session.scalars(held.where(CaseKey.holder == Holder.DESK)).all()
            assert len(by_desks) == (1 if case.kind is CaseKind.TIP_OFF or case.offline else 0), case.number

    @invariant()
    def a_new_generation_is_a_new_key(self) -> None:
        """What somebody has once unwrapped opens nothing that was sealed after he was kept out."""
        for case in self._rows():
            told = self.cases[case.number]
            told.keys[case.key_generation] = open_key(db.session(), case, KeyPurpose.CONTENT, [told.submitter])
            assert len(set(told.keys.values())) == len(told.keys), case.number

    @invariant()
    def the_history_of_every_case_holds(self) -> None:
        for case in self._rows():
            query = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
            assert broken_at(db.session.scalars(query).all()) is None

    def _rows(self) -> list[Case]:
        live = self._live()
        return list(db.session.scalars(select(Case).where(Case.number.in_(live))))

    def _holders(self, case: Case) -> list[Opener]:
        holders = db.session.scalars(
            select(DeskKeyHolder.account_id)
            .join(CaseKey, CaseKey.holder_id == DeskKeyHolder.desk_key_id)
            .where(CaseKey.case_id == case.id, CaseKey.holder == Holder.DESK, CaseKey.purpose == KeyPurpose.CONTENT)
        )
        usable = set(self._staff())
        return [self._opener(account) for account in holders if account in usable]

    def _texts(self, case: Case, opener: Opener) -> list[str]:
        try:
            key = open_key(db.session(), case, KeyPurpose.CONTENT, [opener])
        except NotAllowedError:
            return []
        return [item.content.get("text", "") for item in read_items(db.session(), case, key)]


def test_no_order_of_steps_gives_a_case_to_whom_it_accuses_or_loses_it(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    for number, actor in enumerate((cast.chen_er, cast.chu_san)):
        colleague(actor, at, f"second_{number}")
    Keys.services, Keys.at, Keys.cast = services, at, cast
    accounts = session.scalars(select(Account)).all()
    roles = {
        one.id: frozenset(session.scalars(select(AccountRole.role).where(AccountRole.account_id == one.id)))
        for one in accounts
    }
    Keys.people = {one.id: (one.office_id, roles[one.id]) for one in accounts if roles[one.id] & OF_CASES}
    Keys.tree = {one.id: (one.parent_id, one.path) for one in session.scalars(select(Office))}
    quick = limits(max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Keys, settings=quick)
