"""A sheet becomes the draft of a register, or nothing is written; a correction keeps what was before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division, Level
from portal.domain.errors import NotAllowedError, RefusedError
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor, Permission
from portal.domain.programs import Program
from portal.domain.publications import Area, WithdrawalKind
from portal.domain.register_periods import Period
from portal.domain.register_sheets import RegisterRules, RegisterSaid, read_register
from portal.domain.registers import RegisterKind, RegisterTable, draft_of
from portal.domain.roster_values import Problem
from portal.importing.workbooks import read_workbook
from portal.models.publications import Publication
from portal.models.registers import Register
from portal.models.transaction import transaction
from portal.queries.divisions import children_of, division
from portal.queries.registers import DeskRegister, hidden_before, same_register
from portal.usecases import audit
from portal.usecases.corrections import Correction, correctable, next_ordinal
from portal.usecases.drafts import add_publication, add_revision, checked_correction
from portal.usecases.idempotency import Sent, claim
from portal.usecases.notice_imports import Upload
from portal.usecases.register_freezing import check_complete, check_paid_is_told
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class RegisterOrder:
    """What the clerk says about the file; a year or period that he leaves out is read above the table."""

    kind: RegisterKind
    year: int | None = None
    period: Period | None = None
    division_code: str = ""
    program: Program | None = None
    corrects: str = ""
    change_kind: WithdrawalKind | None = None
    change_note: str = ""

    @property
    def said(self) -> RegisterSaid:
        """The part that tells how the table is to be read."""
        return RegisterSaid(self.kind, self.year, self.period, self.program)


@dataclass(frozen=True, slots=True)
class RegisterOutcome:
    """A draft with its number, or the problems for which nothing was written."""

    number: str | None
    table: RegisterTable | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def corrected_order(known: DeskRegister, kind: WithdrawalKind, note: str) -> RegisterOrder:
    """What a correction takes over from the register that it corrects: all but the table."""
    return RegisterOrder(
        known.kind, known.year, known.period, known.division_code, None, known.number, kind, note
    )  # fmt: skip


def import_register(
    services: Services, actor: Actor, upload: Upload, order: RegisterOrder, *, at: datetime, sent: Sent | None = None
) -> RegisterOutcome:
    """Read a register and store it as a draft (or as a correction).

    RefusedError for files that cannot be read at all, InvalidError when nothing tells the year; every problem of a
    cell is in the outcome.
    """
    place, rulebook = _permitted(actor, order), services.rulebook
    names = DivisionNames(place, children_of(place.code), rulebook.division_aliases)
    rules = RegisterRules(rulebook.register_headings, rulebook.fund_headings, rulebook.function_codes)
    sheet = read_register(read_workbook(upload.content, upload.filename), rules, names, order.said)
    if sheet.table is None:
        return RegisterOutcome(None, None, sheet.problems, ())
    warnings = () if order.corrects else _known_already(sheet.table, at=at)
    with transaction() as session:
        check_complete(sheet.table, hidden_before(session, sheet.table, order.corrects))
        check_paid_is_told(session, sheet.table, rulebook.policies.smallest_count_told)
        if order.corrects:
            number = _add_correction(session, actor, sheet.table, order, at=at)
        else:
            number = _add_draft(session, actor, sheet.table, at=at)
        claim(session, sent, actor, at=at, number=number)
    return RegisterOutcome(number, sheet.table, (), warnings)


def _permitted(actor: Actor, order: RegisterOrder) -> Division:
    if not actor.may(Permission.DRAFT):
        raise NotAllowedError(N_("您的角色不能起草资金登记"))
    place = division(order.division_code or actor.division_code)
    if not place.path.startswith(actor.division_path):
        raise NotAllowedError(N_("%(place)s不在您单位的范围内"), place=place.display_name)
    if place.level not in {Level.CITY, Level.COUNTY}:
        raise RefusedError(N_("资金登记由市、县公布：请写明市或县的区划代码"))
    return place


def _known_already(table: RegisterTable, *, at: datetime) -> tuple[Problem, ...]:
    """Two registers of one period are both public, and both are counted: whoever wants to correct one is told how."""
    known = same_register(table.place, table.kind, table.period, at=at)
    if known is None:
        return ()
    text = N_("同一时段的这种登记已经公开了%(number)s：如果是改正它，请用更正；另行公开的，两份都会计入合计")
    return (Problem("", "", Message(text, {"number": known})),)


def _add_draft(session: Session, actor: Actor, table: RegisterTable, *, at: datetime) -> str:
    publication = add_publication(session, actor, Area.REGISTERS, table.place, at=at)
    session.add(
        Register(publication_id=publication.id, kind=table.kind, year=table.year, period=table.period.stored)
    )  # fmt: skip
    _add_revision(session, actor, publication, 1, table, at=at)
    audit.record(session, actor, "register.imported", publication.number, at=at, rows=len(table.rows))
    return publication.number


def _add_correction(session: Session, actor: Actor, table: RegisterTable, order: RegisterOrder, *, at: datetime) -> str:
    """Another revision: what was published before stays as it was."""
    publication = correctable(session, actor, Area.REGISTERS, order.corrects, at=at)
    facts = session.get_one(Register, publication.id)
    same = (facts.kind, facts.year, facts.period) == (table.kind, table.year, table.period.stored)
    if not same or publication.division_code != table.place:
        raise RefusedError(N_("更正的表格不是同一个地方、同一种、同一时段的登记：请另建一份"))
    correction = checked_correction(order.corrects, order.change_kind, order.change_note)
    ordinal = next_ordinal(session, publication)
    _add_revision(session, actor, publication, ordinal, table, at=at, correction=correction)
    audit.record(session, actor, "register.corrected", publication.number, at=at, kind=str(correction.kind))
    return publication.number


def _add_revision(
    session: Session, actor: Actor, publication: Publication, ordinal: int, table: RegisterTable,
    *, at: datetime, correction: Correction | None = None,
) -> None:  # fmt: skip
    add_revision(session, actor, publication, ordinal, table.title, draft_of(table), at=at, correction=correction)
