"""The life of a publication as a machine: several people try everything, in any order, under a moving clock.

The test keeps its own small account of who may do what; the portal must allow exactly that and nothing else.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
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

from portal.domain.errors import PortalError
from portal.domain.permissions import Actor, Role
from portal.domain.publications import CLOSING_KINDS, Area, Face, RevisionState, WithdrawalKind, face_at
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.models.offices import Office
from portal.models.publications import Publication, Revision
from portal.models.transaction import transaction
from portal.queries.publications import list_page, public_view, revision_view
from portal.usecases import publications
from portal.usecases.corrections import Correction
from portal.usecases.expiry import due_for_sealing, seal_list
from portal.usecases.notice_drafts import correct_text
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.lists import imported, people

STEPS_ROLES = frozenset({Role.DRAFTER, Role.REVIEWER, Role.PUBLISHER})
ROWS = people(12, villages=("甄庄村",))
EVERYBODY = ["zhang_san", "wang_wu", "zhao_liu", "zhang_all", "wang_all", "zhao_all", "qian_qi", "sun_ba"]
ACTORS = st.sampled_from(EVERYBODY)
OPEN = {"draft", "submitted", "reviewed"}


@dataclass
class Told:
    """What the test itself knows of one revision."""

    state: str
    drafted_by: int
    reviewed_by: int | None = None
    published_by: int | None = None
    bypassed: bool = False


class Life(RuleBasedStateMachine):
    """One publication from its first draft on."""

    services: Services
    client: FlaskClient
    actors: dict[str, Actor]
    start: datetime

    @initialize(steps=st.sampled_from([2, 3]), by=st.sampled_from(["zhang_san", "zhang_all"]))
    def a_list_is_handed_in(self, steps: int, by: str) -> None:
        self.at, self.steps = self.start, steps
        drafter = self.actors[by]
        with transaction() as session:
            session.get_one(Office, drafter.office_id).steps = steps
        outcome = imported(self.services, drafter, ROWS, at=self.at)
        assert outcome.number
        self.number = outcome.number
        self.revisions = [Told("draft", drafter.account_id)]
        self.live: int | None = None
        self.withdrawn = False

    @property
    def open(self) -> Told | None:
        return next((one for one in self.revisions if one.state in OPEN), None)

    def attempt(self, allowed: bool, verb: object, actor: Actor, *words: object, **more: object) -> bool:
        """Do it; it must succeed with one audit entry exactly when it is allowed, and else change nothing."""
        before, stood = self._entries(), self._standing()
        try:
            verb(self.services, actor, *words, at=self.at, **more)  # type: ignore[operator]
        except PortalError:
            assert not allowed, (verb, actor.username, self.revisions)
            assert (self._entries(), self._standing()) == (before, stood)
            return False
        assert allowed, (verb, actor.username, self.revisions)
        assert self._entries() == before + 1
        return True

    def _entries(self) -> int:
        db.session.rollback()
        query = select(func.count()).select_from(AuditEntry).where(AuditEntry.subject == self.number)
        return db.session.execute(query).scalar_one()

    def _standing(self) -> list[tuple[object, ...]]:
        return [(one.ordinal, one.state, one.version) for one in self._stored()]

    def _stored(self) -> list[Revision]:
        db.session.rollback()
        query = select(Revision).join(Publication, Publication.id == Revision.publication_id)
        return list(
            db.session.execute(query.where(Publication.number == self.number).order_by(Revision.ordinal)).scalars()
        )

    def _may(self, actor: Actor, role: Role) -> bool:
        """Within scope and with the role; the other county sees nothing, the administrator acts on nothing."""
        return role in actor.roles and actor.username != "qian_qi"

    def submit(self, by: str) -> None:
        actor, held = self.actors[by], self.open
        allowed = held is not None and held.state == "draft" and self._may(actor, Role.DRAFTER)
        if self.attempt(allowed, publications.submit, actor, self.number) and held:
            held.state = "submitted"

    def review(self, by: str) -> None:
        actor, held = self.actors[by], self.open
        allowed = (
            held is not None
            and held.state == "submitted"
            and self._may(actor, Role.REVIEWER)
            and actor.account_id != held.drafted_by
        )
        if self.attempt(allowed, publications.review, actor, self.number) and held:
            held.state, held.reviewed_by = "reviewed", actor.account_id

    @rule(by=ACTORS)
    def give_back(self, by: str) -> None:
        actor, held = self.actors[by], self.open
        allowed = (
            held is not None
            and held.state in {"submitted", "reviewed"}
            and (self._may(actor, Role.REVIEWER) or self._may(actor, Role.PUBLISHER))
        )
        if self.attempt(allowed, publications.return_to_drafter, actor, self.number, "请核对户数后再送") and held:
            held.state, held.reviewed_by = "draft", None

    def publish(self, by: str) -> None:
        actor, held = self.actors[by], self.open
        from_states = {"submitted", "reviewed"} if self.steps == 2 else {"reviewed"}
        allowed = (
            held is not None
            and held.state in from_states
            and self._may(actor, Role.PUBLISHER)
            and actor.account_id != held.drafted_by
            and (self.steps == 2 or actor.account_id != held.reviewed_by)
            and not self._is_over()
        )
        if self.attempt(allowed, publications.publish, actor, self.number) and held:
            self._went_public(held, actor)

    @precondition(lambda self: len(self.revisions) > 1 or self.steps == 2)
    @rule(by=ACTORS)
    def bypass(self, by: str) -> None:
        actor, held = self.actors[by], self.open
        allowed = held is not None and self._may(actor, Role.PUBLISHER) and not self._is_over()
        if self.attempt(allowed, publications.publish, actor, self.number, bypass_reason="汛期安置须当天公开") and held:
            held.bypassed = True
            self._went_public(held, actor)

    def _went_public(self, held: Told, actor: Actor) -> None:
        at = self.revisions.index(held)
        if self.live is not None:
            closes = self._stored()[at].change_kind in CLOSING_KINDS
            self.revisions[self.live].state = "withdrawn" if closes else "superseded"
        held.state, held.published_by, self.live = "published", actor.account_id, at

    @precondition(lambda self: self.live is not None)
    @rule(by=ACTORS)
    def discard(self, by: str) -> None:
        actor, held = self.actors[by], self.open
        allowed = held is not None and held.state == "draft" and self._may(actor, Role.DRAFTER)
        if self.attempt(allowed, publications.discard, actor, self.number) and held:
            held.state = "discarded"

    @precondition(lambda self: self.open is not None)
    @rule(verb=st.sampled_from(["submit", "review", "publish"]), by=ACTORS)
    def somebody_tries_a_step(self, verb: str, by: str) -> None:
        getattr(self, verb)(by)

    @precondition(lambda self: self.open is not None and not self._is_over())
    @rule(queue=st.permutations(EVERYBODY))
    def everybody_tries_the_next_step_until_it_is_done(self, queue: list[str]) -> None:
        held, verbs = self.open, {"draft": self.submit, "submitted": self.review, "reviewed": self.publish}
        assert held
        stood = held.state
        for by in queue:
            verbs[stood](by)
            if held.state != stood:
                return
        raise AssertionError(f"nobody can go on from {stood}")

    @precondition(lambda self: self.open is not None and not self._is_over())
    @rule(queue=st.permutations(EVERYBODY))
    def it_goes_all_the_way_to_the_public(self, queue: list[str]) -> None:
        while self.open is not None:
            self.everybody_tries_the_next_step_until_it_is_done(queue)

    @precondition(lambda self: self.live is not None)
    @rule(by=ACTORS, kind=st.sampled_from(WithdrawalKind))
    def correct(self, by: str, kind: WithdrawalKind) -> None:
        actor = self.actors[by]
        allowed = (
            self._may(actor, Role.DRAFTER)
            and self.live is not None
            and self.revisions[self.live].state == "published"
            and self.open is None
            and not self.withdrawn
            and not self._is_over()
        )
        correction = Correction(self.number, kind, "导语写错了月份，现予更正")
        if self.attempt(allowed, correct_text, actor, correction, ""):
            self.revisions.append(Told("draft", actor.account_id))

    @precondition(lambda self: self.live is not None)
    @rule(by=ACTORS, kind=st.sampled_from(WithdrawalKind))
    def withdraw(self, by: str, kind: WithdrawalKind) -> None:
        actor = self.actors[by]
        allowed = self._may(actor, Role.PUBLISHER) and self.live is not None and not self.withdrawn
        if self.attempt(allowed, publications.withdraw, actor, self.number, kind, "名单有误，撤下核对"):
            self.withdrawn = True
            self.revisions[self.live or 0].state = "withdrawn"
            for one in self.revisions:
                one.state = "discarded" if one.state in OPEN else one.state

    @rule(days=st.integers(1, 6))
    def days_pass(self, days: int) -> None:
        self.at += timedelta(days=days)

    @precondition(lambda self: self._last_instant() is not None)
    @rule(seconds=st.sampled_from([-1, 0, 1]))
    def the_clock_stands_at_the_end(self, seconds: int) -> None:
        end = self._last_instant()
        assert end
        self.at = max(self.at, end + timedelta(seconds=seconds))

    def _last_instant(self) -> datetime | None:
        return self._stored()[self.live].visible_until if self.live is not None else None

    def _is_over(self) -> bool:
        """Whether the time of the live list has ended: nothing opens its names again."""
        end = self._last_instant()
        return end is not None and self.at >= end

    @rule()
    def what_is_over_is_sealed(self) -> None:
        stored = {one.id: at for at, one in enumerate(self._stored())}
        for revision_id in due_for_sealing(self.at):
            assert seal_list(self.services, revision_id, at=self.at)
            assert not seal_list(self.services, revision_id, at=self.at)
            if revision_id in stored and self.revisions[stored[revision_id]].state == "published":
                self.revisions[stored[revision_id]].state = "expired"

    @invariant()
    def the_portal_stands_where_the_test_believes(self) -> None:
        assert [str(one.state) for one in self._stored()] == [one.state for one in self.revisions]
        assert sum(one.state in {"published", "expired"} for one in self.revisions) <= 1
        assert sum(one.state in OPEN for one in self.revisions) <= 1

    @invariant()
    def every_step_was_taken_by_the_right_hands(self) -> None:
        for stored, told in zip(self._stored(), self.revisions, strict=True):
            if stored.published_at is None or told.bypassed:
                continue
            assert stored.published_by != stored.drafted_by
            if self.steps == 3:
                assert len({stored.drafted_by, stored.reviewed_by, stored.published_by}) == 3

    @invariant()
    def the_public_sees_the_face_of_the_domain(self) -> None:
        view = public_view(Area.NOTICES, self.number, at=self.at)
        if self.live is None:
            assert view is None
            assert self._page("").status_code == 404
            return
        live = self._stored()[self.live]
        assert view
        face = face_at(
            withdrawn=self.withdrawn, state=live.state, visible_until=live.visible_until, counts_only=False, at=self.at
        )
        assert (view.face, view.revision_id) == (face, live.id)
        assert live.published_at
        assert live.visible_until
        within = not self.withdrawn and live.published_at <= self.at < live.visible_until
        assert bool(list_page(view, 1)) == (face is Face.FULL) == within

    @invariant()
    def names_stand_on_no_page_outside_their_time(self) -> None:
        for ordinal, one in enumerate(self._stored(), start=1):
            page = self._page(f"/revisions/{ordinal}")
            over = one.visible_until is None or one.visible_until <= self.at
            if self.withdrawn or one.state is RevisionState.WITHDRAWN or one.published_at is None or over:
                assert "＊" not in page.text
                view = revision_view(Area.NOTICES, self.number, ordinal, at=self.at)
                assert view is None or list_page(view, 1) == []
        if self.live is not None:
            page = self._page("")
            assert page.status_code == (410 if self.withdrawn else 200)
            assert ("＊" in page.text) == (not self.withdrawn and self.at < (self._last_instant() or self.start))

    def _page(self, end: str):
        with time_machine.travel(self.at, tick=False):
            return self.client.get(f"/notices/{self.number}{end}")


def test_no_order_of_steps_breaks_the_life_of_a_publication(app: Flask, services: Services, cast: Cast, at: datetime):
    everything = {
        name.replace("san", "all").replace("wu", "all").replace("liu", "all"): replace(
            getattr(cast, name), roles=STEPS_ROLES
        )
        for name in ("zhang_san", "wang_wu", "zhao_liu")
    }
    alone = {name: getattr(cast, name) for name in ("zhang_san", "wang_wu", "zhao_liu", "qian_qi", "sun_ba")}
    Life.services, Life.client, Life.actors, Life.start = services, FlaskClient(app), {**alone, **everything}, at
    run_state_machine_as_test(Life, settings=limits(max_examples=30, stateful_step_count=30, deadline=None))
