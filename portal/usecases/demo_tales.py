"""One sample case on its way: what its submitter tells, and who takes which step with which words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.cases import CaseKind, Channel, ContactChoice, Outcome, Protection, Rung, ServiceManner, Track
from portal.domain.instants import SHANGHAI, shanghai_date
from portal.domain.intake import Contact
from portal.domain.permissions import Actor, Role
from portal.domain.publications import Area
from portal.domain.submissions import submission_from_record
from portal.models.base import db
from portal.models.cases import Case
from portal.models.publications import Publication, Revision
from portal.queries.offices import office_named
from portal.sealing.query_codes import CodeKeys, QueryCode
from portal.usecases.case_steps import act, act_as_submitter
from portal.usecases.demo_answers import published_answer
from portal.usecases.demo_desks import Crew
from portal.usecases.demo_stories import Stage, Story
from portal.usecases.intake import submit_under
from portal.usecases.progress_sessions import Submitter

_SUBMITTER = frozenset(
    {
        Action.SUPPLY, Action.WITHDRAW, Action.END_CONTACT, Action.RATE, Action.NAME_ONESELF,
        Action.ASK_REEXAMINATION, Action.ASK_FINAL_REVIEW,
    }
)  # fmt: skip
_DISPATCHER, _OFFICER, _APPROVER = (Role.CASE_DISPATCHER, 1), (Role.CASE_OFFICER, 1), (Role.CASE_APPROVER, 1)
_TAKERS: Mapping[Action, tuple[Role, int]] = {
    Action.ASK_FOR_MORE: _OFFICER,
    Action.INVESTIGATE: _OFFICER,
    Action.ASK_EXTENSION: _OFFICER,
    Action.APPROVE_EXTENSION: _APPROVER,
    Action.DRAFT_REPLY: _OFFICER,
    Action.RETURN_REPLY: _APPROVER,
    Action.APPROVE_REPLY: _APPROVER,
    Action.REPLY: _OFFICER,
    Action.CONCLUDE: _OFFICER,
    Action.CLARIFY: _APPROVER,
    Action.NOTE: _OFFICER,
    Action.MESSAGE: _OFFICER,
    Action.READ_CONTACT: _OFFICER,
    Action.ASK_IDENTITY: _OFFICER,
    Action.AGREE_IDENTITY: _APPROVER,
    Action.REFUSE_IDENTITY: _APPROVER,
}
"""Whose steps these are in the handling office; every other step of staff there is its dispatcher's."""

_FROM_ABOVE: Mapping[Action, tuple[Role, int]] = {
    Action.REEXAMINE: _APPROVER,
    Action.REVIEW_FINALLY: (Role.CASE_APPROVER, 2),
    Action.SUPERVISE: (Role.SUPERVISOR, 1),
    Action.OPEN_IDENTITY: (Role.IDENTITY_CUSTODIAN, 1),
}
"""Steps that the city bureau takes on the cases of the counties."""

_READERS: Mapping[str, Callable[[Any], Any]] = {
    "outcome": Outcome,
    "rung": Rung,
    "protection": Protection,
    "served_manner": ServiceManner,
    "contact": lambda table: Contact(**{**table, "choice": ContactChoice(table["choice"])}),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A county or township that cases come from: its office, and the codes of its townships that have villages."""

    townships: Sequence[str]
    office_id: int


@dataclass(frozen=True, slots=True)
class Docket:
    """What the tales of all cases share.

    `crews` fills when the people of the cases come, before the first case; `numbers` with the cases that have a name,
    for what is merged later.
    """

    stage: Stage
    table: Mapping[str, Any] = field(repr=False)
    units: Mapping[str, Unit]
    city_id: int
    crews: dict[int, Crew] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    codes: dict[str, QueryCode] = field(default_factory=dict)

    @property
    def city(self) -> Crew:
        """The people of the city bureau."""
        return self.crews[self.city_id]

    def crew_of(self, case: Case) -> Crew:
        """The people of the office in which the case lies."""
        return self.crews[case.office_id]

    def received_on(self, entry: Mapping[str, Any]) -> date:
        """The day on which a case of the table was handed in."""
        return (
            self.stage.last_quarter() if "last_quarter" in entry else self.stage.before(self.stage.today, entry["ago"])
        )

    def taker(self, action: Action, case: Case) -> Actor:
        """Who takes a step; of two discipline officers the second decides what the first has drafted."""
        if action in _FROM_ABOVE:
            return self.city.who(*_FROM_ABOVE[action])
        role, ordinal = _TAKERS.get(action, _DISPATCHER)
        if case.track is Track.DISCIPLINE:
            return self.crew_of(case).who(Role.DISCIPLINE_OFFICER, 2 if role is Role.CASE_APPROVER else 1)
        return self.crew_of(case).who(role, ordinal)


@dataclass(frozen=True, slots=True)
class Tale:
    """One case of the table."""

    docket: Docket
    entry: Mapping[str, Any] = field(repr=False)
    ordinal: int
    code: QueryCode
    keys: Future[CodeKeys]
    """What the code opens, derived on another processor meanwhile."""

    def told(self) -> Story:
        """Hand it in so many working days ago, then take the steps of its way, each on its working day."""
        stage, channel = self.docket.stage, self.entry.get("channel", Channel.WEB)
        received_on = self.docket.received_on(self.entry)
        # Sample data must come out the same from the same seed; nothing here is a secret.
        dice = Random(f"{stage.census.seed}:case:{self.ordinal}")  # noqa: S311
        at = _moment(received_on, dice.randrange(7, 22) if channel == Channel.WEB else 9, dice)
        yield at
        number = self._hand_in(at)
        for place, (action, days) in enumerate(self._steps()):
            day = stage.services.rulebook.calendar.add_working_days(received_on, days)
            at = max(at + timedelta(minutes=dice.randrange(12, 40)), _moment(day, min(9 + place, 17), dice))
            yield at
            self._take(number, action, at)
        if "published" in self.entry:
            case = db.session.scalars(select(Case).where(Case.number == number)).one()
            yield from published_answer(stage, self.docket.crew_of(case), number, self.entry["published"], at)

    def _steps(self) -> Iterator[tuple[Action, int]]:
        for step in self.docket.table["ways"][self.entry["way"]]:
            action, days = step.split()
            yield Action(action), int(days)

    def _hand_in(self, at: datetime) -> str:
        """By its submitter, or recorded by the dispatcher of the county when it came by phone, letter or visit."""
        entry, docket = self.entry, self.docket
        submission = submission_from_record(self._record(at), lambda name: office_named(name).id)
        by_staff = submission.channel is not Channel.WEB
        actor = docket.crews[docket.units[entry["unit"]].office_id].who(*_DISPATCHER) if by_staff else None
        number = submit_under(docket.stage.services, submission, self.keys.result(), at=at, actor=actor)
        docket.numbers[entry.get("name", number)] = number
        if entry.get("code_told"):
            docket.codes[number] = self.code
        return number

    def _record(self, at: datetime) -> Mapping[str, Any]:
        """What is handed in, with its place and, of an objection, its notice filled in."""
        entry, docket = self.entry, self.docket
        town = docket.units[entry["unit"]].townships[entry.get("town", 0)]
        place = docket.stage.census.villages[town][entry.get("village", 0)].code
        if not entry.get("about_notice"):
            return {**entry, "division": place}
        number, division = _notice(town, at)
        return {**entry, "notice_number": number, "division": division, "notice_row": 1 + self.ordinal % 3}

    def _take(self, number: str, action: Action, at: datetime) -> None:
        services = self.docket.stage.services
        case = db.session.scalars(select(Case).where(Case.number == number)).one()
        given = self._given(action, case, at)
        if action in _SUBMITTER:
            submitter = Submitter(case.id, self.keys.result().pair.private)
            act_as_submitter(services, submitter, action, given, at=at)
            return
        actor, openers = self.docket.taker(action, case), (self.docket.crew_of(case).opener, self.docket.city.opener)
        act(services, actor, number, action, given, at=at, openers=openers)

    def _given(self, action: Action, case: Case, at: datetime) -> Given:
        """The table's words for all cases, over them those of this case, then what the day and the office add."""
        words = {**self.docket.table["given"].get(action, {}), **self.entry.get(action, {})}
        if action is Action.ASSIGN:
            officer = self.docket.taker(Action.INVESTIGATE, case)
            words |= {"office_id": officer.office_id, "officer_id": officer.account_id}
        if action is Action.FORWARD:
            words["office_id"] = self.docket.city.office_id
        if action is Action.MERGE:
            words["main_number"] = self.docket.numbers[words.pop("main")]
        if "served_manner" in words:
            words["served_on"] = shanghai_date(at)
        if case.kind is CaseKind.TIP_OFF and action in {Action.INVESTIGATE, Action.FORWARD_OUTSIDE}:
            words.setdefault("protection", Protection.WIDE_INSPECTION)
        return Given(**{name: _READERS.get(name, _as_written)(value) for name, value in words.items()})


def _moment(day: date, hour: int, dice: Random) -> datetime:
    return datetime.combine(day, time(hour, dice.randrange(60), dice.randrange(60)), SHANGHAI)


def _as_written(value: Any) -> Any:
    return value


def _notice(township: str, at: datetime) -> tuple[str, str]:
    """Number and division of a list to object to: one in its period if there is one, of the same county if possible."""
    in_period = Revision.period_last_on >= shanghai_date(at)
    near = Publication.division_code.startswith(township[:6])
    query = (
        select(Publication.number, Publication.division_code)
        .join(Revision, Revision.id == Publication.live_revision_id)
        .where(Publication.area == Area.NOTICES, Publication.withdrawn_at.is_(None))
        .order_by(near.desc(), in_period.desc(), Publication.first_published_at.desc())
    )
    found = db.session.execute(query).first()
    if found is None:
        raise RuntimeError("no sample list has been published that could be objected to")
    return found.number, found.division_code
