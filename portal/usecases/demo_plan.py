"""Which stories are told: two years of ordinary lists from every county-level unit, and one of each special case."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from portal.domain.instants import start_of_day
from portal.domain.notices import NoticeKind
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.queries.divisions import division
from portal.usecases import publications
from portal.usecases.corrections import Correction
from portal.usecases.demo_lists import Wanted
from portal.usecases.demo_offices import Desk, desk_of
from portal.usecases.demo_stories import (
    Play,
    Stage,
    Story,
    approved,
    drafted,
    ordinary,
    places_of,
    posted,
    published,
    replaced,
    reviewed,
    submitted,
)
from portal.usecases.documents import load_shipped_documents
from portal.usecases.notice_drafts import correct_text
from portal.usecases.row_takedowns import hide_row, review_hidden_row

Row = tuple[NoticeKind, Program, tuple[int, int]]

ROWS: tuple[Row, ...] = (
    (NoticeKind.FIRST_REVIEW, Program.SUBSISTENCE_ALLOWANCE, (4, 28)),
    (NoticeKind.RESULT, Program.SUBSISTENCE_ALLOWANCE, (30, 110)),
    (NoticeKind.FIRST_REVIEW, Program.EXTREME_POVERTY_SUPPORT, (1, 14)),
    (NoticeKind.RESULT, Program.EXTREME_POVERTY_SUPPORT, (12, 45)),
    (NoticeKind.TERMINATION, Program.EXTREME_POVERTY_SUPPORT, (1, 5)),
    (NoticeKind.RESULT, Program.TEMPORARY_ASSISTANCE, (5, 30)),
)
"""The six kinds of list that may exist, and how many rows they have."""

FIRST, ALLOWANCE = ROWS[0][0], ROWS[0][1]
SPECIAL_FROM = 1200
"""The people of special lists are counted from here in every place."""


def row_of(unit: int, month: int) -> Row | None:
    """The kind of list that a unit publishes so many months back; nothing in two months of five, each unit in its own.

    Every unit brings all six kinds in turn, within ten months.
    """
    if _is_silent(unit, month):
        return None
    silent = sum(_is_silent(unit, before) for before in range(month))
    return ROWS[(unit + month - silent) % len(ROWS)]


def _is_silent(unit: int, month: int) -> bool:
    return (month - unit) % 5 in {1, 3}


@dataclass(frozen=True, slots=True)
class DemoScale:
    """How much is made: months back from today, and a factor on the number of rows (tests make little)."""

    months: int = 24
    households: float = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Makes the stories of one stage."""

    stage: Stage
    table: Mapping[str, Any]
    scale: DemoScale

    def stories(self) -> Iterator[Story]:
        """All of them; their order does not matter."""
        desks = [desk_of(entry) for entry in self.table["counties"]]
        for unit, desk in enumerate(desks):
            for month in range(self.scale.months):
                if row := row_of(unit, month):
                    yield self._ordinary(unit, desk, month, row)
        own = [desk_of(entry) for entry in self.table["townships"]]
        for number, desk in enumerate(own):
            yield from self._township(number, desk)
        yield _documents(self.stage, desk_of(self.table["city"]), self._ago(35))
        yield from self._open_now(desks)
        yield from self._on_the_desk(desks)
        yield from self._ended_otherwise(desks)

    def _ordinary(self, unit: int, desk: Desk, month: int, row: Row) -> Story:
        """The list of a unit in a month; result lists are always of the first township, so that each ends the last."""
        kind, program, (least, most) = row
        townships = self.table["counties"][unit]["townships"]
        which = 0 if kind is NoticeKind.RESULT else (month // len(ROWS) + unit) % len(townships)
        dice = self._dice("ordinary", unit, month)
        day = self._in_month(month, dice)
        is_large = kind is NoticeKind.RESULT and unit == month % 12 and program is ALLOWANCE
        count = 300 if is_large else dice.randint(least, most)
        first = 0 if kind is NoticeKind.RESULT else 200 + month * 30
        wanted = self._wanted(kind, program, townships[which], day, first, count, villages=12 if is_large else 4)
        return ordinary(Play(self.stage, desk, wanted, dice), day)

    def _township(self, number: int, desk: Desk) -> Iterator[Story]:
        """A township's own lists: one that is open now, one that is over, one result."""
        for ago, (kind, program, _) in ((self.stage.recent(2 + number), ROWS[0]), (self._ago(75 + number), ROWS[0]),
                                        (self._ago(40 + number), ROWS[1])):  # fmt: skip
            wanted = self._wanted(kind, program, desk.place.code, ago, number * 40, 36)
            yield ordinary(Play(self.stage, desk, wanted, self._dice("township", number, ago)), ago)

    def _open_now(self, desks: Sequence[Desk]) -> Iterator[Story]:
        """One list of each county-level unit is in its objection period; each shows something else."""
        tellers: tuple[Callable[[Play, date], Story], ...] = (
            ordinary, ordinary, _late_posting, _unconfirmed, _corrected, _bypassed, _hidden, _privacy, _error,
            _reworded, _rows_in_dispute, _correction_on_its_way,
        )  # fmt: skip
        for unit, (desk, tell) in enumerate(zip(desks, tellers, strict=True)):
            day = self.stage.recent(2 if unit % 3 == 0 else 5)
            count, villages = (600, 20) if unit == 1 else (18 + unit * 3, 5)
            yield tell(self._special(unit, desk, "open", day, count, villages), day)

    def _on_the_desk(self, desks: Sequence[Desk]) -> Iterator[Story]:
        """What the staff find on their desks: drafts, one returned, one thrown away, lists to review and to sign."""
        tellers: tuple[Callable[[Play, date], Story], ...] = (
            drafted, drafted, _returned, _discarded, submitted, submitted, submitted, reviewed, reviewed, reviewed,
            _scheduled, drafted,
        )  # fmt: skip
        for unit, (desk, tell) in enumerate(zip(desks, tellers, strict=True)):
            day = self.stage.recent(1 + unit % 3)
            yield tell(self._special(unit, desk, "desk", day, 9 + unit), day)

    def _ended_otherwise(self, desks: Sequence[Desk]) -> Iterator[Story]:
        """Withdrawn within and after the period, of every kind; and corrections whose period is over."""
        for unit, kind in enumerate(WithdrawalKind):
            for later, ago in ((2, 16 + unit * 9), (30, 90 + unit * 20)):
                day = self._ago(ago)
                yield _withdrawn(
                    self._special(unit * 3, desks[unit * 3], f"away {ago}", day, 8 + unit), day, kind, later
                )
        for unit, kind in ((2, WithdrawalKind.CORRECTION), (5, WithdrawalKind.ERROR)):
            day = self._ago(120)
            yield _corrected(self._special(unit, desks[unit], "over", day, 20), day, kind)

    def _special(self, unit: int, desk: Desk, slot: str, day: date, count: int, villages: int = 5) -> Play:
        dice = self._dice(slot, unit)
        place = self.table["counties"][unit]["townships"][len(slot) % 3]
        first = SPECIAL_FROM + dice.randrange(4) * 40
        return Play(
            self.stage, desk, self._wanted(FIRST, ALLOWANCE, place, day, first, count, villages=villages), dice
        )  # fmt: skip

    def _wanted(
        self, kind: NoticeKind, program: Program, place: str, day: date, first: int, count: int, *, villages: int = 4
    ) -> Wanted:
        rows = max(1, round(count * self.scale.households))
        return Wanted(kind, program, division(place), day.replace(day=1), first, rows, villages)

    def _in_month(self, month: int, dice: Random) -> date:
        """A working day in the month so many months back."""
        years, index = divmod(self.stage.today.year * 12 + self.stage.today.month - 1 - month, 12)
        return self.stage.working_day(date(years, index + 1, dice.randint(8, 26)))

    def _ago(self, days: int) -> date:
        return self.stage.working_day(self.stage.today - timedelta(days=days))

    def _dice(self, *parts: object) -> Random:
        # Sample data must come out the same from the same seed; nothing here is a secret.
        return Random(":".join(map(str, (self.stage.census.seed, *parts))))  # noqa: S311


def _documents(stage: Stage, desk: Desk, day: date) -> Story:
    """The city bureau publishes the shipped policy and guides, as three people would."""
    services = stage.services
    at = start_of_day(day) + timedelta(hours=9)
    yield at
    loaded = load_shipped_documents(services, desk.drafter, at=at)
    for hour, step, actor in (
        (10, publications.submit, desk.drafter),
        (14, publications.review, desk.reviewer),
        (16, publications.publish, desk.publisher),
    ):
        at = start_of_day(day) + timedelta(hours=hour)
        yield at
        for number in loaded.numbers:
            step(services, actor, number, at=at)


def _late_posting(play: Play, day: date) -> Story:
    """One village hangs the notice days later than the others: the period is extended."""
    number = yield from published(play, day)
    yield from posted(play, number, day, unconfirmed=1)
    at = play.moment(max(play.stage.after(day, 1), play.stage.recent(2)), 18)
    yield at
    play.post(number, at, places_of(number)[-1:])


def _unconfirmed(play: Play, day: date) -> Story:
    number = yield from published(play, day)
    yield from posted(play, number, day, unconfirmed=2)


def _corrected(play: Play, day: date, kind: WithdrawalKind = WithdrawalKind.CORRECTION) -> Story:
    """A new list takes the place of the former one two days later."""
    number = yield from published(play, day)
    yield from posted(play, number, day)
    words = play.stage.words
    note = words["correction"] if kind is WithdrawalKind.CORRECTION else words[f"correction_{kind}"]
    yield from replaced(play, number, play.stage.after(day, 2), kind, note)


def _privacy(play: Play, day: date) -> Story:
    return _corrected(play, day, WithdrawalKind.PRIVACY)


def _error(play: Play, day: date) -> Story:
    return _corrected(play, day, WithdrawalKind.ERROR)


def _bypassed(play: Play, day: date) -> Story:
    """The publisher signs a draft alone and says why."""
    number = yield from drafted(play, day)
    at = play.moment(day, 12)
    yield at
    play.publish(number, at, play.stage.words["bypass"])
    yield from posted(play, number, day)


def _hidden(play: Play, day: date) -> Story:
    """A row is taken down at once, and the reviewer agrees on the next day; a second one still waits for review."""
    number = yield from published(play, day)
    yield from posted(play, number, day)
    services, desk = play.stage.services, play.desk
    at = play.moment(play.stage.after(day, 1), 10)
    yield at
    hide_row(services, desk.publisher, number, 1, at=at)
    at = play.moment(play.stage.after(day, 1), 16)
    yield at
    review_hidden_row(services, desk.reviewer, number, 1, upheld=True, at=at)


def _rows_in_dispute(play: Play, day: date) -> Story:
    """A row is taken down on the last day before the sample is made: its review is due."""
    number = yield from published(play, day)
    yield from posted(play, number, day)
    at = play.moment(play.stage.today - timedelta(days=1), 20)
    yield at
    hide_row(play.stage.services, play.desk.publisher, number, 1, at=at)


def _reworded(play: Play, day: date) -> Story:
    """Only the leading paragraph is corrected, the list stays."""
    number = yield from published(play, day)
    yield from posted(play, number, day)
    at = play.moment(play.stage.after(day, 1), 18)
    yield at
    _correct_words(play, number, at)
    yield from approved(play, number, play.stage.after(day, 2))


def _correction_on_its_way(play: Play, day: date) -> Story:
    """A correction is with the reviewer while the former list is still public."""
    number = yield from published(play, day)
    yield from posted(play, number, day)
    at = play.moment(play.stage.after(day, 1), 9)
    yield at
    _correct_words(play, number, at)
    play.submit(number, at)


def _correct_words(play: Play, number: str, at: datetime) -> None:
    words = play.stage.words
    correction = Correction(number, WithdrawalKind.CORRECTION, words["correction_text"])
    correct_text(play.stage.services, play.desk.drafter, correction, words["lead"], at=at)


def _returned(play: Play, day: date) -> Story:
    number = yield from submitted(play, day)
    at = play.moment(day, 16)
    yield at
    publications.return_to_drafter(
        play.stage.services, play.desk.reviewer, number, play.stage.words["returned"], at=at
    )  # fmt: skip


def _discarded(play: Play, day: date) -> Story:
    number = yield from drafted(play, day)
    at = play.moment(day, 11)
    yield at
    publications.discard(play.stage.services, play.desk.drafter, number, at=at)


def _scheduled(play: Play, day: date) -> Story:
    """Signed, and due on the next working day at half past eight."""
    number = yield from reviewed(play, day)
    at = play.moment(day, 17)
    yield at
    following = play.stage.services.rulebook.calendar.next_working_day(play.stage.today)
    publish_at = start_of_day(following) + timedelta(hours=8, minutes=30)
    publications.schedule(play.stage.services, play.desk.publisher, number, publish_at, at=at)


def _withdrawn(play: Play, day: date, kind: WithdrawalKind, later: int) -> Story:
    number = yield from published(play, day)
    yield from posted(play, number, day)
    at = play.moment(play.stage.after(day, later), 11)
    yield at
    play.withdraw(number, kind, at)
