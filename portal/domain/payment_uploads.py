"""A large roster on its way through the queue: its states and steps, how long it waits, how often it is tried."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class UploadStep(StrEnum):
    """What is being done with a roster."""

    READ = "read"
    CHECK = "check"
    STORE = "store"


class UploadState(StrEnum):
    """Where a roster in the queue stands."""

    WAITING = "waiting"
    AT_WORK = "at_work"
    DRAFTED = "drafted"
    """It became drafts; they tell the rest."""
    FAULTY = "faulty"
    """A sealed report of what is wrong with it waits for whoever uploaded it."""
    FAILED = "failed"
    """It could not be read although it was tried several times, or it was no longer there."""
    GIVEN_UP = "given_up"
    EXPIRED = "expired"


OPEN = frozenset({UploadState.WAITING, UploadState.AT_WORK})
"""The states in which the roster itself lies sealed; in all others it is gone."""

KEEP = timedelta(hours=24)
"""So long a roster waits for a worker at most, and so long its end is told."""
LEASE = timedelta(minutes=2)
"""A worker that says nothing for so long is gone; the longest silence of one at work is much shorter."""
LATE = timedelta(minutes=5)
"""Whoever has waited for so long is told that the worker may not be running."""
MOST_TRIES = 3
"""A roster that fails so often is not tried again: the same bytes would fail again."""
PAUSE = timedelta(minutes=1)
"""How long a roster rests after the first failure; after the second four times as long."""
MOST_WAITING = 5
"""So many rosters of one person may wait at once."""


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How far the work is; `rows` are those of the step. `known_rows` is what the file says it has, 0 for unknown."""

    step: UploadStep
    rows: int
    known_rows: int

    @property
    def place(self) -> int:
        """The number of the step, from 1."""
        return tuple(UploadStep).index(self.step) + 1

    @property
    def is_measured(self) -> bool:
        """Whether a share of the step can be told: a file may say that it has fewer rows than it has."""
        return 0 < self.rows <= self.known_rows
