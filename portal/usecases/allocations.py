"""A table of amounts becomes the draft of an allocation, or nothing is written; words explain what no rule gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.allocation_rules import found_rule
from portal.domain.allocation_sheets import AllocationSheet, read_allocation
from portal.domain.allocation_tables import AllocationRow, AllocationTable, draft_of, read_draft
from portal.domain.allocations import ResidueRule
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division, Level
from portal.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.domain.programs import Program
from portal.domain.publications import OPEN_STATES, Area, RevisionState, WithdrawalKind, is_reason
from portal.domain.roster_values import Problem
from portal.importing.workbooks import read_workbook
from portal.models.allocations import Allocation, AllocationAmount, AllocationSource
from portal.models.publications import Publication, Revision
from portal.models.transaction import transaction
from portal.queries.allocations import DeskAllocation
from portal.queries.divisions import children_of, division
from portal.usecases import audit
from portal.usecases.corrections import Correction, correctable, next_ordinal
from portal.usecases.drafts import add_publication, add_revision, check_words, checked_correction, checked_reason
from portal.usecases.idempotency import Sent, claim
from portal.usecases.notice_imports import Upload
from portal.usecases.publications import StepOutcome
from portal.usecases.scope import publication_within
from portal.usecases.services import Services

LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class AllocationOrder:
    """What the clerk says about the file; without a division the table is of the places below his own."""

    year: int
    division_code: str = ""
    program: Program | None = None
    document_number: str = ""
    received_on: date | None = None
    approved_on: date | None = None
    issued_on: date | None = None
    corrects: str = ""
    change_kind: WithdrawalKind | None = None
    change_note: str = ""


@dataclass(frozen=True, slots=True)
class AllocationOutcome:
    """A draft with its number and what no rule explains, or the problems for which nothing was written."""

    number: str | None
    rows: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    residue: ResidueRule | None = None
    unexplained: tuple[AllocationRow, ...] = field(default=())


def corrected_order(known: DeskAllocation, kind: WithdrawalKind, note: str) -> AllocationOrder:
    """What a correction takes over from the allocation that it corrects: all but the table."""
    table = known.table
    return AllocationOrder(
        known.year, known.division_code, table.program if table else None, table.document_number if table else "",
        table.received_on if table else None, table.approved_on if table else None,
        table.issued_on if table else None, known.number, kind, note,
    )  # fmt: skip


def import_allocation(
    services: Services,
    actor: Actor,
    upload: Upload,
    order: AllocationOrder,
    *,
    at: datetime,
    sent: Sent | None = None,
) -> AllocationOutcome:
    """Read a table, find the rule that gives its amounts, and store it as a draft (or as a correction).

    RefusedError for files that cannot be read at all; every problem of a cell is in the outcome.
    """
    place = _permitted(actor, order)
    aliases = services.rulebook.division_aliases
    names = DivisionNames(place, children_of(place.code), aliases)
    workbook = read_workbook(upload.content, upload.filename)
    sheet = read_allocation(workbook, services.rulebook.allocation_headings, names, order.year)
    if sheet.problems:
        return AllocationOutcome(None, 0, sheet.problems, sheet.warnings)
    table = _table(sheet, order)
    with transaction() as session:
        if order.corrects:
            number = _add_correction(session, services, actor, table, order, at=at)
        else:
            number = _add_draft(session, actor, place, table, at=at)
        claim(session, sent, actor, at=at, number=number)
    return AllocationOutcome(
        number, len(table.finals), (), sheet.warnings, table.scheme.residue if table.scheme.factors else None,
        table.unexplained,
    )  # fmt: skip


def explain_differences(
    services: Services,
    actor: Actor,
    number: str,
    reasons: Mapping[str, str],
    *,
    at: datetime,
    version: int | None = None,
    sent: Sent | None = None,
) -> StepOutcome:
    """Write why amounts differ from the formula, by division (code or name); the public reads it.

    A review that was made before is void: whoever reviewed has not seen these words.
    """
    actor.require(Permission.DRAFT)
    told = {place: checked_reason(text) for place, text in reasons.items()}
    with transaction() as session:
        claim(session, sent, actor, at=at)
        publication, revision = _open_revision(session, actor, number, version)
        table = read_draft(revision.draft)
        office = division(publication.division_code)
        names = DivisionNames(office, children_of(office.code), services.rulebook.division_aliases)
        new = {_code(table, names, place): text for place, text in told.items()}
        revision.draft = draft_of(replace(table, reasons={**table.reasons, **new}))
        if revision.state is RevisionState.REVIEWED:
            revision.state, revision.reviewed_by, revision.reviewed_at = RevisionState.SUBMITTED, None, None
            revision.publish_at = None
        audit.record(
            session, actor, "allocation.explained", publication.number, at=at, revision=revision.ordinal,
            divisions=",".join(sorted(new)),
        )  # fmt: skip
        return StepOutcome(publication.number, revision.state, revision.ordinal, publication.area)


def _permitted(actor: Actor, order: AllocationOrder) -> Division:
    if not actor.may(Permission.DRAFT):
        raise NotAllowedError(N_("您的角色不能起草资金分配"))
    place = division(order.division_code or actor.division_code)
    if not place.path.startswith(actor.division_path):
        raise NotAllowedError(N_("%(place)s不在您单位的范围内"), place=place.display_name)
    if place.level not in {Level.CITY, Level.COUNTY}:
        raise RefusedError(N_("资金分配表是市分到县、县分到镇的：请写明市或县的区划代码"))
    return place


def _table(sheet: AllocationSheet, order: AllocationOrder) -> AllocationTable:
    title = sheet.title[:LONGEST_TITLE]
    check_words(f"{title} {order.document_number}")
    found, adjustments = found_rule(sheet)
    table = AllocationTable(
        title=title,
        year=order.year,
        unit=sheet.unit,
        scheme=found.scheme,
        names=sheet.names,
        finals=sheet.finals,
        sources=sheet.sources,
        adjustments=adjustments,
        left_out=tuple(one.display_name for one in sheet.left_out),
        equals=found.equals,
        program=order.program,
        document_number=order.document_number.strip(),
        received_on=order.received_on,
        approved_on=order.approved_on,
        issued_on=order.issued_on,
    )
    return replace(table, reasons=_reasons(table, sheet.reasons))


def _reasons(table: AllocationTable, told: Mapping[str, str]) -> dict[str, str]:
    """The table's own words for what no rule explains; words that are too short to be a reason are asked for again."""
    words = {row.code: told[row.code] for row in table.unexplained if row.code in told}
    return {code: text for code, text in words.items() if is_reason(text)}


def _add_draft(session: Session, actor: Actor, place: Division, table: AllocationTable, *, at: datetime) -> str:
    publication = add_publication(session, actor, Area.ALLOCATIONS, place.code, at=at)
    session.add(Allocation(publication_id=publication.id, year=table.year, program=table.program))
    _add_revision(session, actor, publication, 1, table, at=at)
    audit.record(session, actor, "allocation.imported", publication.number, at=at, rows=len(table.finals))
    return publication.number


def _add_correction(
    session: Session, services: Services, actor: Actor, table: AllocationTable, order: AllocationOrder, *, at: datetime
) -> str:
    publication = correctable(session, actor, Area.ALLOCATIONS, order.corrects, at=at)
    correction = checked_correction(order.corrects, order.change_kind, order.change_note)
    ordinal = next_ordinal(session, publication)
    _add_revision(session, actor, publication, ordinal, table, at=at, correction=correction)
    facts = session.get_one(Allocation, publication.id)
    if facts.year != table.year:
        raise RefusedError(N_("更正的表格不是同一年的：请另建一份"))
    audit.record(session, actor, "allocation.corrected", publication.number, at=at, kind=str(correction.kind))
    return publication.number


def _add_revision(
    session: Session, actor: Actor, publication: Publication, ordinal: int, table: AllocationTable,
    *, at: datetime, correction: Correction | None = None,
) -> None:  # fmt: skip
    revision = add_revision(
        session, actor, publication, ordinal, table.title, draft_of(table), at=at, correction=correction
    )
    for row in table.rows:
        session.add(
            AllocationAmount(
                revision_id=revision.id, division_code=row.code, computed_fen=row.computed_fen, final_fen=row.final_fen
            )
        )
        session.add_all(
            AllocationSource(revision_id=revision.id, division_code=row.code, source=source, amount_fen=amount)
            for source, amount in zip(table.sources, row.sources, strict=True)
        )


def _open_revision(session: Session, actor: Actor, number: str, version: int | None) -> tuple[Publication, Revision]:
    publication = publication_within(session, actor, number)
    if publication.area is not Area.ALLOCATIONS:
        raise NotFoundError(N_("%(number)s不是这一类内容"), number=number)
    found = session.execute(
        select(Revision).where(Revision.publication_id == publication.id, Revision.state.in_(OPEN_STATES))
    ).scalar_one_or_none()
    if found is None:
        raise ConflictError(N_("%(number)s现在没有可以修改的草稿"), number=number)
    if version is not None and version != found.version:
        raise ConflictError(N_("别人刚刚改动过这份草稿，您的改动还没有保存"))
    return publication, found


def _code(table: AllocationTable, names: DivisionNames, place: str) -> str:
    """The code of a division of the table, named by its code or by any of its names."""
    meant = names.find(place)
    for row in table.rows:
        if place.strip() in {row.code, row.name} or (meant and meant.code == row.code):
            return row.code
    raise NotFoundError(N_("这份分配表里没有%(place)s"), place=place)
