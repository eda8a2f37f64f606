from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.attachments import FileFinding
from portal.domain.case_actions import Action
from portal.domain.case_holders import Holder, KeyPurpose
from portal.domain.cases import (
    CaseKind,
    CaseState,
    Category,
    Channel,
    ClockKind,
    ExternalSystem,
    ItemKind,
    Outcome,
    Track,
)
from portal.domain.divisions import Level
from portal.models.base import EnumText, Model, UtcDateTime


class Case(Model):
    """A case (诉求件). In clear stands only what routing, clocks and scope ask for in SQL; all words are sealed.

    `office_id` is the handling office; `level_floor` the lowest level whose offices may learn of it (不要转给镇、县);
    `lookup_id` and `submitter_public` come of the query code, which is kept nowhere.
    `next_due_at` repeats the earliest open deadline of the handling office, for lists of ten thousand.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_inbox", "office_id", "next_due_at", "id"),
        Index("ix_cases_due", "next_due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[CaseKind] = mapped_column(EnumText(CaseKind))
    category: Mapped[Category] = mapped_column(EnumText(Category))
    track: Mapped[Track] = mapped_column(EnumText(Track))
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    state: Mapped[CaseState] = mapped_column(EnumText(CaseState))
    outcome: Mapped[Outcome | None] = mapped_column(EnumText(Outcome))
    level_floor: Mapped[Level | None] = mapped_column(EnumText(Level))
    offline: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    registered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    concluded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lookup_id: Mapped[str] = mapped_column(String(64), unique=True)
    submitter_public: Mapped[bytes] = mapped_column(LargeBinary)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"), index=True)
    notice_row: Mapped[int | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    rule_version: Mapped[str] = mapped_column(String(40))
    slow_lane: Mapped[bool] = mapped_column(default=False)
    rating: Mapped[int | None]
    key_generation: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own attribute


class CaseMember(Model):
    """One of several who complain together, by the code that he alone has; who he is stands sealed in the identity."""

    __tablename__ = "case_members"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    lookup_id: Mapped[str] = mapped_column(String(64), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)


class CaseAccused(Model):
    """An office or a member of staff that a case is about; whoever stands here learns nothing of the case."""

    __tablename__ = "case_accused"
    __table_args__ = (UniqueConstraint("case_id", "office_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)


class CaseRecusal(Model):
    """Somebody with an interest of his own in a case (回避, 信访工作条例 art. 28)."""

    __tablename__ = "case_recusals"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CaseKey(Model):
    """A data key of a case, wrapped for one holder; `holder_id` is the desk key's id, or 0."""

    __tablename__ = "case_keys"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    purpose: Mapped[KeyPurpose] = mapped_column(EnumText(KeyPurpose), primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[Holder] = mapped_column(EnumText(Holder), primary_key=True)
    holder_id: Mapped[int] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class CaseItem(Model):
    """One sealed piece of a case: text, message, note, letter, the name of a file. `id` is random and bound in."""

    __tablename__ = "case_items"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(EnumText(ItemKind))
    generation: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class CaseFile(Model):
    """An attachment's place in the store of encrypted files; its name stands sealed in the item.

    In quarantine it is given to nobody; `found` says why it stays there, nothing that it still waits for its scan.
    """

    __tablename__ = "case_files"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("case_items.id"), unique=True)
    size: Mapped[int]
    quarantined: Mapped[bool] = mapped_column(default=False)
    found: Mapped[FileFinding | None] = mapped_column(EnumText(FileFinding))
    scanned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CaseVoice(Model):
    """The voice note of a submitter who is hidden: a voice tells who speaks, so its key lies with the identity."""

    __tablename__ = "case_voices"

    item_id: Mapped[str] = mapped_column(ForeignKey("case_items.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class CaseContact(Model):
    """Who submitted and where news may be sent; for every case and always of one length, so that nothing shows."""

    __tablename__ = "case_contacts"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    identity: Mapped[bytes] = mapped_column(LargeBinary)
    notify: Mapped[bytes] = mapped_column(LargeBinary)


class CaseEvent(Model):
    """What happened to a case: append-only, each bound to the one before by its hash; codes and numbers only."""

    __tablename__ = "case_events"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[Action] = mapped_column(EnumText(Action))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    from_state: Mapped[CaseState | None] = mapped_column(EnumText(CaseState))
    to_state: Mapped[CaseState] = mapped_column(EnumText(CaseState))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class CaseClock(Model):
    """A deadline that runs for a case, under the version of the rules with which it began.

    `looked_on` is the day on which the worker last held it against the ladder of supervision, `calendar` the calendar
    by which it was last counted; both only spare work.
    """

    __tablename__ = "case_clocks"
    __table_args__ = (Index("ix_case_clocks_due", "met_at", "due_at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    clock: Mapped[ClockKind] = mapped_column(EnumText(ClockKind), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    units: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paused_on: Mapped[date | None]
    extended: Mapped[bool] = mapped_column(default=False)
    met_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provisional: Mapped[bool] = mapped_column(default=False)
    rule_version: Mapped[str] = mapped_column(String(40))
    looked_on: Mapped[date | None]
    calendar: Mapped[str] = mapped_column(String(16), default="", server_default="")


class ProgressSession(Model):
    """A submitter who has given the query code; what it opens lies under a key that only the cookie holds."""

    __tablename__ = "progress_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    ordinal: Mapped[int] = mapped_column(default=0)
    unlocked: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CaseNews(Model):
    """A neutral mail (“there is news”) that waits to be sent; without content, number or office."""

    __tablename__ = "case_news"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)


class CaseExternalNumber(Model):
    """The number of the same matter elsewhere (12345 工单号, 信访系统编号), so that one matter counts once."""

    __tablename__ = "case_external_numbers"
    __table_args__ = (UniqueConstraint("system", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    system: Mapped[ExternalSystem] = mapped_column(EnumText(ExternalSystem))
    number: Mapped[str] = mapped_column(String(60))
