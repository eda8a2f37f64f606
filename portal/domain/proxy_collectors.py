"""委托代领: who collects somebody's money for him, with whose consent, looked at every year by a second person.

An ID number or a bank account is never asked for, and refused where somebody types one.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from portal.domain.errors import RefusedError
from portal.domain.masking import clean_name
from portal.domain.messages import N_, Message
from portal.domain.redaction import find_personal_data

CONSENT_TYPES = frozenset({"pdf", "jpg", "png"})
"""The extensions of a scan of the written consent; a jpeg is a jpg."""
NUMBERS = 1_000_000
LONGEST_REFERENCE = 60
NO_NUMBERS = N_("这里不能写身份证号、银行账号或电话，请删去")


class ProxyState(StrEnum):
    """How far an entry has come."""

    WAITING = "waiting"
    ACTIVE = "active"
    ENDED = "ended"


class Relation(StrEnum):
    """What the collector is to the recipient."""

    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    OTHER_RELATIVE = "other_relative"
    GUARDIAN = "guardian"
    NEIGHBOUR = "neighbour"
    OTHER = "other"


class CollectorPost(StrEnum):
    """Whether the collector has an office that gives him power over the recipient."""

    NONE = "none"
    VILLAGE_CADRE = "village_cadre"
    STAFF = "staff"


class ProxyReason(StrEnum):
    """Why somebody else collects: a short list, so that nobody's illness is written down."""

    HARD_TO_GO = "hard_to_go"
    AWAY = "away"
    CANNOT_OPERATE = "cannot_operate"
    UNDER_GUARDIANSHIP = "under_guardianship"
    OTHER = "other"


class CardHolder(StrEnum):
    """In whose hands the passbook or card is."""

    RECIPIENT = "recipient"
    COLLECTOR = "collector"
    VILLAGE = "village"
    OTHER = "other"


class ProxyFlag(StrEnum):
    """What the reviewer should look at before he agrees (代持卡折 is a matter for discipline inspection)."""

    COLLECTS_FOR_MANY = "collects_for_many"
    HOLDS_A_POST = "holds_a_post"
    NAMED_LIKE_STAFF = "named_like_staff"
    CARD_ELSEWHERE = "card_elsewhere"


class ReadingPurpose(StrEnum):
    """For what somebody reads the names of an entry."""

    REVIEW = "review"
    VISIT = "visit"
    CHANGE = "change"
    INSPECTION = "inspection"


class EndReason(StrEnum):
    """Why an entry has ended."""

    REFUSED = "refused"
    NOT_CONFIRMED = "not_confirmed"
    COLLECTS_HIMSELF = "collects_himself"
    ANOTHER_COLLECTOR = "another_collector"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    AID_ENDED = "aid_ended"
    MISUSE = "misuse"
    OTHER = "other"


AT_WILL = tuple(reason for reason in EndReason if reason not in {EndReason.REFUSED, EndReason.NOT_CONFIRMED})
"""Reasons that whoever ends an entry may give; the others are what a review comes to."""


@dataclass(frozen=True, slots=True, repr=False)
class Arrangement:
    """What of an entry lies sealed. `end_reason` is empty while it runs."""

    recipient: str
    collector: str
    relation: Relation
    post: CollectorPost
    reason: ProxyReason
    card_holder: CardHolder
    consent_on: date
    consent_reference: str
    end_reason: EndReason | None = None

    def __repr__(self) -> str:
        """Nothing: an arrangement may turn up in a log or a failing test."""
        return "<Arrangement>"


@dataclass(frozen=True, slots=True)
class ProxyRules:
    """The numbers of `proxy_collectors.toml`."""

    most_collected_for: int
    first_review: timedelta
    review: timedelta
    kept_after_end: timedelta

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "ProxyRules":
        """Read the table; KeyError when a number is missing."""
        spans = (timedelta(days=table[name]) for name in ("first_review_days", "review_days", "kept_after_end_days"))
        return cls(table["most_collected_for"], *spans)


def format_proxy_number(year: int, random: int) -> str:
    """The number of an entry, like DL-2026-048392; it tells nothing of the persons."""
    return f"DL-{year}-{random:06d}"


def cleaned(arrangement: Arrangement) -> Arrangement:
    """The same with its names without blanks; call it on one without faults."""
    values = {field: getattr(arrangement, field) for field in arrangement.__dataclass_fields__}
    names = {field: clean_name(values[field]) for field in ("recipient", "collector")}
    return Arrangement(**{**values, **names, "consent_reference": arrangement.consent_reference.strip()})


def faults_in(arrangement: Arrangement, valid_from: date, today: date) -> dict[str, Message]:
    """One sentence for each field that cannot be used; none repeats what was typed."""
    faults = {}
    names = {}
    for field in ("recipient", "collector"):
        try:
            names[field] = clean_name(getattr(arrangement, field))
        except RefusedError as error:
            faults[field] = error.message
    if not faults and names["recipient"] == names["collector"]:
        faults["collector"] = Message(N_("代领人和救助对象是同一个人：本人自己领取的不用登记"))
    if not arrangement.consent_reference.strip():
        faults["consent_reference"] = Message(N_("写明委托书的编号或存放处"))
    if arrangement.consent_on > today:
        faults["consent_on"] = Message(N_("委托日期不能晚于今天"))
    if valid_from < arrangement.consent_on:
        faults["valid_from"] = Message(N_("开始代领的日期不能早于本人委托的日期"))
    for field in ("recipient", "collector", "consent_reference"):
        if find_personal_data(getattr(arrangement, field), landlines=True):
            faults[field] = Message(NO_NUMBERS)
    return faults


def flags_of(
    arrangement: Arrangement, *, collects_for: int, staff: Collection[str], rules: ProxyRules
) -> tuple[ProxyFlag, ...]:
    """What the reviewer is shown; `collects_for` counts the recipients in the township, this one among them."""
    found = (
        (collects_for > rules.most_collected_for, ProxyFlag.COLLECTS_FOR_MANY),
        (arrangement.post is not CollectorPost.NONE, ProxyFlag.HOLDS_A_POST),
        (arrangement.collector in staff, ProxyFlag.NAMED_LIKE_STAFF),
        (arrangement.card_holder in {CardHolder.VILLAGE, CardHolder.OTHER}, ProxyFlag.CARD_ELSEWHERE),
    )
    return tuple(flag for holds, flag in found if holds)


def kept_of(arrangement: Arrangement) -> dict[str, Any]:
    """What is sealed, in plain values."""
    return asdict(arrangement) | {"consent_on": arrangement.consent_on.isoformat()}


def arrangement_of(kept: Mapping[str, Any]) -> Arrangement:
    """What was sealed."""
    return Arrangement(
        recipient=kept["recipient"],
        collector=kept["collector"],
        relation=Relation(kept["relation"]),
        post=CollectorPost(kept["post"]),
        reason=ProxyReason(kept["reason"]),
        card_holder=CardHolder(kept["card_holder"]),
        consent_on=date.fromisoformat(kept["consent_on"]),
        consent_reference=kept["consent_reference"],
        end_reason=EndReason(kept["end_reason"]) if kept["end_reason"] else None,
    )
