"""A clerk's spreadsheet becomes a draft: read in memory, judged, masked once; or nothing is written at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Protocol

from portal.domain.causes import Cause
from portal.domain.disclosure import NoticeRule
from portal.domain.divisions import Division, Level
from portal.domain.errors import NotAllowedError, RefusedError
from portal.domain.identity_numbers import birth_date
from portal.domain.instants import shanghai_date
from portal.domain.masking import MaskedRow, PersonRow, clean_name, is_minor_on, mask_list
from portal.domain.messages import N_, Message
from portal.domain.notice_months import month_of
from portal.domain.notice_snapshots import count_causes
from portal.domain.notices import NoticeColumn, NoticeKind
from portal.domain.permissions import Actor, Permission
from portal.domain.programs import AssistanceType, Program
from portal.domain.publications import WithdrawalKind
from portal.domain.roster_headings import Meaning, RosterColumn
from portal.domain.roster_values import (
    Problem,
    Recipient,
    Roster,
    RosterRequest,
    TypeCount,
    UnknownHeading,
    UnmappedCause,
)
from portal.domain.roster_villages import VillageIndex
from portal.domain.rosters import read_roster
from portal.domain.sheets import address
from portal.importing.workbooks import read_workbook
from portal.models.transaction import transaction
from portal.queries.divisions import division, divisions_around
from portal.queries.header_mappings import remembered_headings
from portal.queries.notice_drafts import list_rows, live_revision_of, people_listed_elsewhere, rule_version_of
from portal.sealing.envelopes import keyed_hash
from portal.usecases.corrections import Correction
from portal.usecases.headings import remember_headings
from portal.usecases.idempotency import Sent, claim
from portal.usecases.notice_drafts import DraftedList, add_correction, add_draft
from portal.usecases.services import Services

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in memory; its content is never shown by repr."""

    filename: str
    content: bytes = field(repr=False)


class Imported(Protocol):
    """What an import gives: problems for which nothing was written, warnings in spite of which it was."""

    @property
    def number(self) -> str | None:
        """Of the draft, if there is one."""

    @property
    def problems(self) -> Sequence[Problem]:
        """Each with its cell."""

    @property
    def warnings(self) -> Sequence[Problem]:
        """Each with its cell."""


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What the clerk says about the file: what it is, for which place, and what he has explained or chosen."""

    kind: NoticeKind
    program: Program
    division_code: str
    month: date | None = None
    headings: Mapping[str, Meaning] = field(default_factory=dict)
    causes: Mapping[str, Cause] = field(default_factory=dict, repr=False)
    keep_only: frozenset[AssistanceType] | None = None
    corrects: str = ""
    change_kind: WithdrawalKind | None = None
    change_note: str = ""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """A draft with its number, or the problems for which nothing was written."""

    number: str | None
    rows: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    unknown_headings: tuple[UnknownHeading, ...]
    unmapped_causes: tuple[UnmappedCause, ...]
    types: Mapping[AssistanceType, TypeCount]
    filename: str


def import_notice(
    services: Services,
    actor: Actor,
    upload: Upload,
    order: ImportOrder,
    *,
    at: datetime,
    progress: Progress | None = None,
    sent: Sent | None = None,
) -> ImportOutcome:
    """Read, judge, mask and store a list as a draft (or as a correction of `order.corrects`).

    Raises RefusedError for files that cannot be read at all and for kinds of list that no rule allows;
    NotAllowedError when the place is outside the actor's offices. Every problem of a cell is in the outcome.
    """
    say = progress or (lambda _stage: None)
    rule, place = _permitted(services, actor, order, at)
    say(N_("读取表格"))
    workbook = read_workbook(upload.content, upload.filename)
    month = order.month or month_of(workbook, upload.filename, shanghai_date(at))
    say(N_("逐行核对"))
    roster = read_roster(workbook, _request(services, actor, rule, place, order))
    if roster.problems:
        return _refused(roster, upload)
    say(N_("隐去姓名"))
    _refuse_a_tiny_village(services, place, len(roster.recipients))
    listed_as = f"{rule.kind}|{rule.program}|{place.code}|{month.isoformat()}"
    people = [_person(services, recipient, listed_as, at) for recipient in roster.recipients]
    earlier = _earlier_names(actor, order)
    masked = mask_list(people, services.rulebook.masking, township_name=place.display_name, earlier=earlier)
    listed = _drafted(rule, place, month, roster, people, masked)
    say(N_("写入草稿"))
    doubles = people_listed_elsewhere(rule.kind, month, masked, except_number=order.corrects)
    number = _store(services, actor, listed, order, sent, at=at)
    warnings = [
        _double(roster.recipients[double.source], double.number) for double in sorted(doubles, key=attrgetter("source"))
    ]
    return ImportOutcome(number, len(masked), (), (*roster.warnings, *warnings), (), (), roster.types, upload.filename)


def _permitted(services: Services, actor: Actor, order: ImportOrder, at: datetime) -> tuple[NoticeRule, Division]:
    if not actor.may(Permission.DRAFT):
        raise NotAllowedError(N_("您的角色不能起草公示"))
    rule = _rule(services, actor, order, at)
    place = division(order.division_code)
    if not place.path.startswith(actor.division_path):
        raise NotAllowedError(N_("%(place)s不在您单位的范围内"), place=place.display_name)
    return rule, place


def _rule(services: Services, actor: Actor, order: ImportOrder, at: datetime) -> NoticeRule:
    """The rule of today for a new notice; a correction is read by the rule under which its notice began."""
    rules = services.rulebook.notice_rules
    began = rule_version_of(order.corrects, actor) if order.corrects else None
    if began:
        return rules.rule_of_version(order.kind, order.program, began)
    return rules.rule_for(order.kind, order.program, shanghai_date(at))


def _request(services: Services, actor: Actor, rule: NoticeRule, place: Division, order: ImportOrder) -> RosterRequest:
    """Only what the rule lets out is read, besides the ID number, which is read for its keyed hash and the age."""
    columns = frozenset(_ROSTER_COLUMNS[column] for column in rule.columns)
    types = {RosterColumn.ASSISTANCE_TYPE, RosterColumn.CAUSE} if rule.assistance_types else set()
    return RosterRequest(
        # Also where the rule can do without it: a sheet that has the column tells doubles and minors.
        columns=columns | types | {RosterColumn.ID_NUMBER},
        required=(columns | types) - {RosterColumn.VILLAGE},
        id_required=rule.id_required,
        headings=services.rulebook.headings,
        mapping={**remembered_headings(actor.office_id), **order.headings},
        villages=VillageIndex(divisions_around(place.code)),
        causes=services.rulebook.causes,
        cause_choices=order.causes,
        allowed_types=frozenset(rule.assistance_types),
        keep_only=order.keep_only,
        clean_name=clean_name,
    )


_ROSTER_COLUMNS = {
    NoticeColumn.VILLAGE: RosterColumn.VILLAGE,
    NoticeColumn.MASKED_NAME: RosterColumn.NAME,
    NoticeColumn.HOUSEHOLD_SIZE: RosterColumn.HOUSEHOLD_SIZE,
    NoticeColumn.PERSONS_COVERED: RosterColumn.PERSONS_COVERED,
    NoticeColumn.AMOUNT: RosterColumn.AMOUNT,
}


def _refused(roster: Roster, upload: Upload) -> ImportOutcome:
    return ImportOutcome(
        None, 0, roster.problems, roster.warnings, roster.unknown_headings, roster.unmapped_causes, roster.types,
        upload.filename,
    )  # fmt: skip


def _refuse_a_tiny_village(services: Services, place: Division, households: int) -> None:
    """The title of a list names its place; a village with very few households is told in no list."""
    fewest = services.rulebook.masking.township_below
    if place.level is Level.VILLAGE and households < fewest:
        text = N_("一个村（社区）不足%(count)d户时不能单独公示，请与镇（街道）其他村的名单一并导入")
        raise RefusedError(text, count=fewest)


def _person(services: Services, recipient: Recipient, listed_as: str, at: datetime) -> PersonRow:
    """The ID number is used here for its keyed hashes and the age, and goes no further.

    The hash that orders the rows differs from list to list, so that nobody can be followed over the months by his
    place; it is the same in all revisions of a list.
    """
    number = recipient.id_number
    hashed = number or f"{recipient.sheet}|{recipient.row}|{recipient.village.code}|{recipient.name}"
    return PersonRow(
        village_code=recipient.village.code,
        village_name=recipient.village.display_name,
        name=recipient.name,
        person_hash=keyed_hash(services.keyring.key("persons"), hashed),
        order_hash=keyed_hash(services.keyring.key("persons"), f"{listed_as}|{hashed}"),
        household_size=recipient.household_size,
        persons_covered=recipient.persons_covered,
        amount_fen=recipient.amount_fen,
        is_minor=_is_minor(number, services, at),
    )


def _is_minor(number: str | None, services: Services, at: datetime) -> bool:
    born_on = birth_date(number) if number else None
    return born_on is not None and is_minor_on(born_on, shanghai_date(at), services.rulebook.masking)


def _earlier_names(actor: Actor, order: ImportOrder) -> Mapping[str, tuple[str, int]]:
    """In a correction everybody keeps the masked name's serial of the revision before."""
    if not order.corrects:
        return {}
    live = live_revision_of(order.corrects, actor)
    return {row.person_hash: (row.masked_name, row.serial) for row in list_rows(live)} if live else {}


def _drafted(
    rule: NoticeRule, place: Division, month: date, roster: Roster, people: list[PersonRow],
    masked: tuple[MaskedRow, ...],
) -> DraftedList:  # fmt: skip
    causes = [str(recipient.cause) for recipient in roster.recipients if recipient.cause]
    return DraftedList(
        rule=rule,
        place=place,
        month=month,
        rows=masked,
        names=[person.name for person in people],
        causes=count_causes(causes) if rule.causes_counted else {},
        emergency=_emergency(rule, roster),
    )


def _emergency(rule: NoticeRule, roster: Roster) -> dict[str, int]:
    """Of 急难型 only the number of cases and their total is told, never a row."""
    told = roster.types.get(AssistanceType.EMERGENCY)
    if told is None or not told.rows or AssistanceType.EMERGENCY not in rule.counted_types:
        return {}
    return {"cases": told.rows, "amount_fen": told.amount_fen}


def _store(
    services: Services, actor: Actor, listed: DraftedList, order: ImportOrder, sent: Sent | None, *, at: datetime
) -> str:
    with transaction() as session:
        remember_headings(session, actor, order.headings)
        if order.corrects:
            claim(session, sent, actor, at=at, number=order.corrects)
            kind = order.change_kind or WithdrawalKind.CORRECTION
            correction = Correction(order.corrects, kind, order.change_note)
            return add_correction(session, services, actor, listed, correction, at=at)
        number = add_draft(session, services, actor, listed, at=at)
        claim(session, sent, actor, at=at, number=number)
        return number


def _double(recipient: Recipient, number: str) -> Problem:
    text = N_("第%(row)d行的人还在另一份名单%(number)s里，请核对是否重复")
    return Problem(
        recipient.sheet, address(0, recipient.row), Message(text, {"row": recipient.row, "number": number}), ""
    )
