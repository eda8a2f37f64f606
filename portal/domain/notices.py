"""Recipient notices (公示、公布): their kinds and what the rules say of them."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """The kinds of recipient notice that others script against."""

    FIRST_REVIEW = "first_review"
    RESULT = "result"
    TERMINATION = "termination"


class WebDetail(StrEnum):
    """What the website shows of a list: masked names, or counts and totals only."""

    MASKED_NAMES = "masked_names"
    COUNTS_ONLY = "counts_only"


class NoticeColumn(StrEnum):
    """The only columns that a list may ever have."""

    VILLAGE = "village"
    MASKED_NAME = "masked_name"
    HOUSEHOLD_SIZE = "household_size"
    PERSONS_COVERED = "persons_covered"
    AMOUNT = "amount"


class OpenState(StrEnum):
    """How a reader of the list tells notices apart by time."""

    OPEN = "open"
    SHOWN = "shown"
    ENDED = "ended"


class Waiting(StrEnum):
    """Why a notice waits for somebody."""

    RETURNED = "returned"
    DRAFT = "draft"
    REVIEW = "review"
    HIDDEN_ROWS = "hidden_rows"
    PUBLISH = "publish"
    SCHEDULED = "scheduled"
    POSTING = "posting"
