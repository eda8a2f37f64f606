"""The life of anything published, as a table of allowed steps."""

from enum import StrEnum


class Area(StrEnum):
    """What is published; decides the prefix of the number and the address."""

    NOTICES = "notices"
    DOCUMENTS = "documents"


class RevisionState(StrEnum):
    """Where one revision stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class WithdrawalKind(StrEnum):
    """Why something was taken back or corrected (更正 / 撤回 / 误发 / 隐私)."""

    CORRECTION = "correction"
    RECALL = "recall"
    ERROR = "error"
    PRIVACY = "privacy"
