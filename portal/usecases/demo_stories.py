"""What happens to sample notices. A story yields the instant of its next act, and acts when it is resumed.

So the stories of all offices run side by side in the order of time, numbers are given in that order, and a story whose
next act lies in the future stops where it stands: as a draft, submitted, reviewed.
"""

import heapq
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from portal.domain.instants import SHANGHAI, shanghai_date, start_of_day
from portal.domain.programs import AssistanceType, Program
from portal.domain.publications import WithdrawalKind
from portal.models.base import db
from portal.models.notices import PostingPlace
from portal.models.publications import Publication, Revision
from portal.usecases import publications
from portal.usecases.demo_lists import Census, Household, Wanted, sheet_of, title_of
from portal.usecases.demo_offices import Desk
from portal.usecases.expiry import due_for_sealing, seal_list
from portal.usecases.notice_imports import ImportOrder, Upload, import_notice
from portal.usecases.postings import record_postings, record_takings_down
from portal.usecases.services import Services

Story = Iterator[datetime]
Told = Generator[datetime, None, str]
"""A part of a story that ends with the notice's number."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What all stories share: the services, the invented people, the words, and the day on which the sample is made."""

    services: Services
    census: Census
    words: Mapping[str, Any]
    today: date

    def working_day(self, day: date) -> date:
        """The day itself when offices work on it, otherwise the last working day before."""
        while not self.services.rulebook.calendar.is_working(day):
            day -= timedelta(days=1)
        return day

    def before(self, day: date, count: int) -> date:
        """The day so many working days earlier."""
        for _ in range(count):
            day = self.working_day(day - timedelta(days=1))
        return day

    def last_quarter(self) -> date:
        """The first working day of the last month of the quarter that has ended last."""
        first = date(self.today.year, (self.today.month - 1) // 3 * 3 + 1, 1)
        return self.services.rulebook.calendar.on_or_after((first - timedelta(days=1)).replace(day=1))

    def after(self, day: date, days: int) -> date:
        """So many days later, moved to the next working day if that lies before today."""
        later = day + timedelta(days=days)
        working = self.services.rulebook.calendar.on_or_after(later)
        return working if working < self.today else later

    def recent(self, days: int) -> date:
        """A day so long ago, moved to a working day if one lies within the last six: periods last seven."""
        back = (self.today - timedelta(days=ago) for ago in range(days, 7))
        working = (day for day in back if self.services.rulebook.calendar.is_working(day))
        return next(working, self.today - timedelta(days=days))


@dataclass(frozen=True, slots=True)
class Play:
    """One notice and the people who bring it to the public."""

    stage: Stage
    desk: Desk
    wanted: Wanted
    dice: Random

    def moment(self, day: date, hour: int) -> datetime:
        """An instant within an hour of a day in Shanghai."""
        return datetime.combine(day, time(hour, self.dice.randrange(60), self.dice.randrange(60)), SHANGHAI)

    def households(self) -> list[Household]:
        """The people of the list."""
        return self.stage.census.households(self.wanted)

    def draft(self, at: datetime, **more: Any) -> str:
        """Hand in the sheet; gives the draft's number."""
        households = more.pop("households", None) or self.households()
        wanted = self.wanted
        only = frozenset({AssistanceType.EXPENDITURE}) if wanted.program is Program.TEMPORARY_ASSISTANCE else None
        order = ImportOrder(wanted.kind, wanted.program, wanted.place.code, keep_only=only, **more)
        upload = Upload(f"{title_of(wanted)}.csv", sheet_of(wanted, households))
        outcome = import_notice(self.stage.services, self.desk.drafter, upload, order, at=at)
        if outcome.number is None:
            raise RuntimeError(f"a sample list was refused: {[str(one.message) for one in outcome.problems[:3]]}")
        return outcome.number

    def submit(self, number: str, at: datetime) -> None:
        """By the drafter."""
        publications.submit(self.stage.services, self.desk.drafter, number, at=at)

    def review(self, number: str, at: datetime) -> None:
        """By the reviewer."""
        publications.review(self.stage.services, self.desk.reviewer, number, at=at)

    def publish(self, number: str, at: datetime, bypass_reason: str = "") -> None:
        """By the publisher."""
        publications.publish(
            self.stage.services, self.desk.publisher, number, at=at, bypass_reason=bypass_reason
        )  # fmt: skip

    def withdraw(self, number: str, kind: WithdrawalKind, at: datetime) -> None:
        """By the publisher, with the reason that the words hold for the kind."""
        reason = self.stage.words["withdrawals"][kind]
        publications.withdraw(self.stage.services, self.desk.publisher, number, kind, reason, at=at)

    def post(self, number: str, at: datetime, villages: Sequence[str]) -> None:
        """Note at these villages, if there are any, that the notice hangs there since the day."""
        day, poster = shanghai_date(at), self.stage.words["poster"]
        if villages:
            record_postings(self.stage.services, self.desk.drafter, number, villages, day, poster, at=at)

    def take_down(self, number: str, at: datetime) -> None:
        """Note at every place that the notice has been taken from the board."""
        day = shanghai_date(at)
        record_takings_down(self.stage.services, self.desk.drafter, number, places_of(number), day, at=at)


def perform(stories: Iterable[Story], services: Services, *, until: datetime, progress: Callable[[str], None]) -> None:
    """Let all stories go on in the order of time, up to `until`; every night seals what has come to its end."""
    waiting = [(at, number, story) for number, story in enumerate(stories) if (at := next(story, None))]
    heapq.heapify(waiting)
    night = shanghai_date(waiting[0][0]) if waiting else shanghai_date(until)
    while waiting and waiting[0][0] < until:
        at, number, story = heapq.heappop(waiting)
        night = _nights(services, night, shanghai_date(at), progress)
        following = next(story, None)
        if following is not None:
            heapq.heappush(waiting, (following, number, story))
    _nights(services, night, shanghai_date(until), progress)


def _nights(services: Services, night: date, day: date, progress: Callable[[str], None]) -> date:
    """Do what the worker does shortly after midnight, for each night up to the day; gives the next night."""
    while night < day:
        night += timedelta(days=1)
        at = start_of_day(night) + timedelta(minutes=2)
        for revision_id in due_for_sealing(at):
            seal_list(services, revision_id, at=at)
        if night.day == 1:
            progress(f"{night.year}-{night.month:02d}")
    return night


def drafted(play: Play, day: date) -> Told:
    """A clerk hands in a list."""
    at = yield from _when(play.moment(day, 9))
    return play.draft(at)


def submitted(play: Play, day: date) -> Told:
    """A draft that is with the reviewer since the day."""
    number = yield from drafted(play, play.stage.before(day, 1))
    at = yield from _when(play.moment(day, 10))
    play.submit(number, at)
    return number


def reviewed(play: Play, day: date) -> Told:
    """A list that waits for its publisher since the day; of two steps the reviewer's is left out."""
    number = yield from submitted(play, play.stage.before(day, 1))
    at = yield from _when(play.moment(day, 14))
    if play.desk.steps > 2:  # noqa: PLR2004 - two people or three
        play.review(number, at)
    return number


def published(play: Play, day: date) -> Told:
    """A list that three people have brought to the public on the day."""
    number = yield from reviewed(play, play.stage.before(day, 1))
    at = yield from _when(play.moment(day, 15))
    play.publish(number, at)
    return number


def posted(play: Play, number: str, day: date, *, unconfirmed: int = 0) -> Story:
    """Hung at every place on the day, but for the last `unconfirmed` ones."""
    at = yield from _when(play.moment(day, 17))
    places = places_of(number)
    play.post(number, at, places[: len(places) - unconfirmed])


def ordinary(play: Play, day: date) -> Story:
    """A list's whole life: published, hung, taken down after its last day. Its sealing is the nights' work."""
    number = yield from published(play, day)
    yield from posted(play, number, day)
    last_on = _last_on(number)
    if last_on is not None:
        following = play.stage.services.rulebook.calendar.next_working_day(last_on)
        at = yield from _when(play.moment(following, 9))
        play.take_down(number, at)


def replaced(play: Play, number: str, day: date, kind: WithdrawalKind, note: str) -> Story:
    """A corrected list goes the same way and is published on the day: one amount changed, one row new, one gone."""
    at = yield from _when(play.moment(day, 8))
    households = play.households()
    further = play.stage.census.households(replace(play.wanted, first=play.wanted.first + play.wanted.count, count=1))
    changed = replace(households[0], yuan=households[0].yuan + 60)
    corrected = [changed, *households[1:-1], *further]
    play.draft(at, households=corrected, corrects=number, change_kind=kind, change_note=note)
    yield from approved(play, number, day)


def approved(play: Play, number: str, day: date) -> Story:
    """What is a draft in the morning of the day is public in its afternoon."""
    for hour, act in ((9, play.submit), (11, play.review), (16, play.publish)):
        at = yield from _when(play.moment(day, hour))
        act(number, at)


def places_of(number: str) -> list[str]:
    """The villages where a notice must hang."""
    query = select(PostingPlace.village_code).join(Publication, Publication.id == PostingPlace.publication_id)
    return list(db.session.execute(query.where(Publication.number == number).order_by(PostingPlace.id)).scalars())


def _last_on(number: str) -> date | None:
    query = select(Revision.period_last_on).join(Publication, Publication.live_revision_id == Revision.id)
    return db.session.execute(query.where(Publication.number == number)).scalar_one()


def _when(at: datetime) -> Generator[datetime, None, datetime]:
    yield at
    return at
