"""A table of a budget becomes a draft with its clock, or nothing is written; a correction keeps what was before."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.budget_sheets import BudgetRules, BudgetSaid, read_budget
from portal.domain.budgets import APPROVED_PHASES, BudgetPhase, BudgetTable, draft_of
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division, Level
from portal.domain.errors import ConflictError, NotAllowedError, RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor, Permission
from portal.domain.programs import Program
from portal.domain.publications import Area, WithdrawalKind
from portal.domain.roster_values import Problem
from portal.importing.workbooks import read_workbook
from portal.models.budgets import Budget, BudgetAmount, BudgetSource
from portal.models.publications import Publication
from portal.models.transaction import transaction
from portal.queries.budgets import DeskBudget, same_budget
from portal.queries.divisions import children_of, division
from portal.usecases import audit
from portal.usecases.corrections import Correction, correctable, next_ordinal
from portal.usecases.drafts import add_publication, add_revision, check_words, checked_correction
from portal.usecases.idempotency import Sent, claim
from portal.usecases.notice_imports import Upload
from portal.usecases.services import Services

LONGEST_TITLE = 120
DUTY = "budget"
"""The row of the disclosure catalogue that says within how many days of its approval a budget is published."""


@dataclass(frozen=True, slots=True)
class BudgetOrder:
    """What the clerk says about the file; what he leaves out is read above the table, or asked for."""

    year: int | None = None
    division_code: str = ""
    program: Program | None = None
    phase: BudgetPhase | None = None
    approved_on: date | None = None
    document_number: str = ""
    corrects: str = ""
    change_kind: WithdrawalKind | None = None
    change_note: str = ""

    @property
    def said(self) -> BudgetSaid:
        """The part that tells how the table is to be read."""
        return BudgetSaid(self.year, self.phase, self.program, self.approved_on, self.document_number.strip())


@dataclass(frozen=True, slots=True)
class BudgetOutcome:
    """A draft with its number, or the problems for which nothing was written."""

    number: str | None
    table: BudgetTable | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def corrected_order(known: DeskBudget, kind: WithdrawalKind, note: str) -> BudgetOrder:
    """What a correction takes over from the budget that it corrects: all but the table."""
    table = known.table
    return BudgetOrder(
        known.year, known.division_code, known.program, known.phase, table.approved_on if table else None,
        table.document_number if table else "", known.number, kind, note,
    )  # fmt: skip


def import_budget(
    services: Services, actor: Actor, upload: Upload, order: BudgetOrder, *, at: datetime, sent: Sent | None = None
) -> BudgetOutcome:
    """Read a budget and store it as a draft (or as a correction).

    RefusedError for files that cannot be read at all, InvalidError for what is told nowhere; every problem of a cell
    is in the outcome.
    """
    place, rulebook = _permitted(actor, order), services.rulebook
    names = DivisionNames(place, children_of(place.code), rulebook.division_aliases)
    workbook = read_workbook(upload.content, upload.filename)
    rules = BudgetRules(rulebook.fund_headings, rulebook.function_codes)
    sheet = read_budget(workbook, rules, names, order.said)
    if sheet.table is None:
        return BudgetOutcome(None, None, sheet.problems, sheet.warnings)
    table = _with_clock(services, _checked(sheet.table, at=at))
    warnings = sheet.warnings if order.corrects else (*sheet.warnings, *_known_already(place, table, at=at))
    with transaction() as session:
        if order.corrects:
            number = _add_correction(session, actor, table, order, at=at)
        else:
            number = _add_draft(session, actor, place, table, at=at)
        claim(session, sent, actor, at=at, number=number)
    return BudgetOutcome(number, table, (), warnings)


def _permitted(actor: Actor, order: BudgetOrder) -> Division:
    if not actor.may(Permission.DRAFT):
        raise NotAllowedError(N_("您的角色不能起草预算"))
    place = division(order.division_code or actor.division_code)
    if not place.path.startswith(actor.division_path):
        raise NotAllowedError(N_("%(place)s不在您单位的范围内"), place=place.display_name)
    if place.level not in {Level.CITY, Level.COUNTY}:
        raise RefusedError(N_("预算由市、县编制：请写明市或县的区划代码"))
    return place


def _checked(table: BudgetTable, *, at: datetime) -> BudgetTable:
    """No personal data in any word that goes out, and no approval that has not happened yet."""
    words = [table.title, table.document_number, *(line.item for line in table.lines)]
    words += [word for one in table.targets for word in (one.indicator, one.target, one.actual)]
    check_words(" ".join(words))
    if table.approved_on is not None and table.approved_on > shanghai_date(at):
        raise RefusedError(N_("批准日期还没有到：请核对"))
    return replace(table, title=table.title[:LONGEST_TITLE])


def _with_clock(services: Services, table: BudgetTable) -> BudgetTable:
    """The last day for the publication: the catalogue's days after the approval, on a day on which offices work.

    预算法 art. 14; 民法典 art. 201, 203.
    """
    limit = services.rulebook.catalogue.duty(DUTY).limit
    if table.approved_on is None or table.phase not in APPROVED_PHASES or limit.days is None:
        return table
    last_on = table.approved_on + timedelta(days=limit.days)
    return replace(table, due_on=services.rulebook.calendar.on_or_after(last_on))


def _known_already(place: Division, table: BudgetTable, *, at: datetime) -> tuple[Problem, ...]:
    """Another import never replaces what is public; whoever wants to correct it is told how."""
    known = same_budget(place.code, table.year, table.phase, table.program, at=at)
    if known is None:
        return ()
    text = N_(
        "同一年、同一阶段已经公开了%(number)s：如果是改正它，请用更正；另行公开的，两份都会留存，汇总以后公开的为准"
    )
    return (Problem("", "", Message(text, {"number": known})),)


def _add_draft(session: Session, actor: Actor, place: Division, table: BudgetTable, *, at: datetime) -> str:
    publication = add_publication(session, actor, Area.BUDGETS, place.code, at=at)
    session.add(
        Budget(
            publication_id=publication.id, year=table.year, phase=table.phase, program=table.program,
            approved_on=table.approved_on, due_on=table.due_on,
        )
    )  # fmt: skip
    _add_revision(session, actor, publication, 1, table, at=at)
    audit.record(session, actor, "budget.imported", publication.number, at=at, lines=len(table.lines))
    return publication.number


def _add_correction(session: Session, actor: Actor, table: BudgetTable, order: BudgetOrder, *, at: datetime) -> str:
    publication = correctable(session, actor, Area.BUDGETS, order.corrects, at=at)
    facts = session.execute(select(Budget).where(Budget.publication_id == publication.id)).scalar_one()
    if (facts.year, facts.phase) != (table.year, table.phase):
        raise ConflictError(N_("更正的表格不是同一年、同一阶段的：请另建一份"))
    correction = checked_correction(order.corrects, order.change_kind, order.change_note)
    ordinal = next_ordinal(session, publication)
    _add_revision(session, actor, publication, ordinal, table, at=at, correction=correction)
    audit.record(session, actor, "budget.corrected", publication.number, at=at, kind=str(correction.kind))
    return publication.number


def _add_revision(
    session: Session, actor: Actor, publication: Publication, ordinal: int, table: BudgetTable,
    *, at: datetime, correction: Correction | None = None,
) -> None:  # fmt: skip
    revision = add_revision(
        session, actor, publication, ordinal, table.title, draft_of(table), at=at, correction=correction
    )
    for place, line in enumerate(table.lines):
        session.add(
            BudgetAmount(
                revision_id=revision.id, line=place, division_code=line.division, function_code=line.code,
                program=line.program, use=line.use, total_fen=line.total_fen,
            )
        )  # fmt: skip
        session.add_all(
            BudgetSource(revision_id=revision.id, line=place, source=source, amount_fen=amount)
            for source, amount in zip(table.sources, line.sources, strict=True)
        )
