"""Standards at the desk: one person hands them in, another one confirms them, and only then do they count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, RefusedError
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor, Permission
from portal.domain.programs import Program
from portal.domain.redaction import find_personal_data
from portal.domain.roster_values import Problem
from portal.domain.standard_sheets import StandardSheet, read_standard, read_standards
from portal.domain.standards import ProposalState, Standard
from portal.importing.workbooks import read_workbook
from portal.models.standards import ProposedStandard, StandardProposal
from portal.models.transaction import transaction
from portal.queries.standard_proposals import ProposalPage, keeps_standards, proposal_of
from portal.queries.standards import standards
from portal.usecases import audit
from portal.usecases.idempotency import Sent, claim
from portal.usecases.notice_imports import Upload
from portal.usecases.services import Services
from portal.usecases.standards import enter, places_of

LONGEST_REMARK = 200


@dataclass(frozen=True, slots=True)
class ProposalOutcome:
    """The id of what waits now for a second person, or why nothing was kept."""

    id: int | None
    problems: tuple[Problem, ...]


def propose_sheet(
    services: Services, actor: Actor, upload: Upload, *, corrects: bool, at: datetime, sent: Sent | None = None
) -> ProposalOutcome:
    """Hand in a table; RefusedError for a file that cannot be read at all, every fault of a cell in the outcome."""
    workbook = read_workbook(upload.content, upload.filename)
    with transaction() as session:
        _permit(actor)
        words = services.rulebook.standard_words
        sheet = read_standards(workbook, words, places_of(actor), standards(), corrects=corrects)
        if sheet.problems:
            return ProposalOutcome(None, sheet.problems)
        return ProposalOutcome(_keep(session, actor, sheet, corrects=corrects, at=at, sent=sent), ())


def propose_standard(
    services: Services, actor: Actor, program: Program, typed: Mapping[str, str], *, corrects: bool, at: datetime,
    sent: Sent | None = None,
) -> int:  # fmt: skip
    """Hand in one standard; `typed` are its words by column. InvalidError names what is wrong; gives the id."""
    with transaction() as session:
        _permit(actor)
        words, places = services.rulebook.standard_words, places_of(actor)
        sheet, faults = read_standard(typed, program, words, places, standards(), corrects=corrects)
        if faults:
            raise InvalidError(N_("请改正标出的内容"), fields=faults)
        return _keep(session, actor, sheet, corrects=corrects, at=at, sent=sent)


def confirm(actor: Actor, proposal_id: int, *, at: datetime, sent: Sent | None = None) -> None:
    """Let the standards of a colleague count, and everybody read them; never one's own."""
    actor.require(Permission.PUBLISH)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        known, page = standards(), _waiting(actor, proposal_id)
        if page.line.proposed_by == actor.account_id:
            raise RefusedError(N_("不能确认自己登记的标准，请另一位同事核对"))
        new = [one.standard for one in page.entries if not known.stands(one.standard)]
        former = [one for one in new if known.of(one.series)]
        if former and not page.line.corrects:
            raise ConflictError(N_("这一天已登记另一个标准，请退回，改为更正或另写执行日期"))
        enter(session, actor, new, page.line.division_code, len(former), at=at)
        _decide(session, actor, proposal_id, ProposalState.ENTERED, "", at=at)


def refuse(actor: Actor, proposal_id: int, remark: str, *, at: datetime, sent: Sent | None = None) -> None:
    """Give standards back with a word why: whoever could confirm them, or who has handed them in himself."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        page = _waiting(actor, proposal_id)
        if not actor.may(Permission.PUBLISH) and page.line.proposed_by != actor.account_id:
            raise NotAllowedError(N_("您的角色不允许这样做"))
        _check_remark(remark)
        _decide(session, actor, proposal_id, ProposalState.REFUSED, remark, at=at)
        audit.record(session, actor, "standards.refused", f"standards:{page.line.division_code}", at=at, id=proposal_id)


def _permit(actor: Actor) -> None:
    actor.require(Permission.DRAFT)
    if not keeps_standards(actor):
        raise RefusedError(N_("保障标准由市、县民政部门登记"))


def _keep(
    session: Session, actor: Actor, sheet: StandardSheet, *, corrects: bool, at: datetime, sent: Sent | None
) -> int:
    if not sheet.entries:
        raise RefusedError(N_("这些标准早已登记，没有新的"))
    row = StandardProposal(
        division_code=actor.division_code, corrects=corrects, state=ProposalState.WAITING,
        proposed_by=actor.account_id, proposed_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    claim(session, sent, actor, at=at, number=str(row.id))
    session.add_all(_proposed(row.id, one) for one in sheet.entries)
    subject, added = f"standards:{actor.division_code}", len(sheet.entries)
    audit.record(session, actor, "standards.proposed", subject, at=at, id=row.id, added=added)
    return row.id


def _proposed(proposal_id: int, one: Standard) -> ProposedStandard:
    series = one.series
    return ProposedStandard(
        proposal_id=proposal_id, program=series.program, residence=series.residence,
        division_code=series.division_code, valid_from=series.valid_from, amount_fen=one.amount_fen,
        document_number=one.document_number, note=one.note,
    )  # fmt: skip


def _waiting(actor: Actor, proposal_id: int) -> ProposalPage:
    page = proposal_of(actor, proposal_id)
    if page.line.state is not ProposalState.WAITING:
        raise ConflictError(N_("已经有人处理过这些标准"))
    return page


def _decide(
    session: Session, actor: Actor, proposal_id: int, state: ProposalState, remark: str, *, at: datetime
) -> None:
    locked = select(StandardProposal).where(StandardProposal.id == proposal_id).with_for_update()
    row = session.scalars(locked).one()
    if row.state is not ProposalState.WAITING:
        raise ConflictError(N_("已经有人处理过这些标准"))
    row.state, row.remark, row.decided_by, row.decided_at = state, remark, actor.account_id, at


def _check_remark(remark: str) -> None:
    faults = {}
    if not remark.strip():
        faults["remark"] = Message(N_("请写明为什么退回"))
    elif len(remark) > LONGEST_REMARK:
        faults["remark"] = Message(N_("最多%(most)d个字"), {"most": LONGEST_REMARK})
    elif find_personal_data(remark):
        faults["remark"] = Message(N_("这里有像身份证号、银行卡号或手机号的文字，请删去"))
    if faults:
        raise InvalidError(N_("请改正标出的内容"), fields=faults)
