"""Standards that wait at the desk for a second person, and what became of those before them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import aliased

from portal.domain.divisions import DivisionCode, Level
from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.domain.money import Fen
from portal.domain.permissions import Actor, Permission
from portal.domain.standards import ProposalState, Series, Standard
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account
from portal.models.standards import ProposedStandard, StandardProposal
from portal.queries.case_scope import level_of
from portal.queries.places import IN_CHARGE
from portal.queries.standards import standards

MOST = 200
_PROPOSER, _DECIDER = aliased(Account), aliased(Account)
_WAITING_FIRST = case((StandardProposal.state == ProposalState.WAITING, 0), else_=1)


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """Some standards that were handed in together: by whom, how many, and what became of them."""

    id: int
    division_code: str
    division_name: str
    count: int
    corrects: bool
    state: ProposalState
    proposed_by: int
    proposer_name: str
    proposed_at: datetime
    decider_name: str
    decided_at: datetime | None
    remark: str


@dataclass(frozen=True, slots=True)
class ProposedEntry:
    """One standard of a proposal, with the amount that counts for the same day until now."""

    standard: Standard
    place_name: str
    former_fen: Fen | None


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A proposal with everything that it would enter."""

    line: ProposalLine
    entries: tuple[ProposedEntry, ...]


def keeps_standards(actor: Actor) -> bool:
    """Whether the actor sits in a bureau of a city or county: nobody else sets standards."""
    if level_of(actor.division_path) not in {Level.CITY, Level.COUNTY}:
        return False
    in_charge = select(Office.id).where(Office.id == actor.office_id, Office.kind.in_(IN_CHARGE))
    return bool(db.session.scalar(select(exists(in_charge))))


def proposals_for(actor: Actor) -> tuple[ProposalLine, ...]:
    """Those of the actor's place and of what lies below it, waiting ones first, then the newest."""
    order = _lines(actor).order_by(_WAITING_FIRST, StandardProposal.id.desc()).limit(MOST)
    return tuple(map(_line, db.session.execute(order)))


def proposal_of(actor: Actor, proposal_id: int) -> ProposalPage:
    """One proposal; NotFoundError also for those of other places."""
    row = db.session.execute(_lines(actor).where(StandardProposal.id == proposal_id)).one_or_none()
    if row is None:
        raise NotFoundError(N_("没有这些待确认的标准，或它们不在您单位的范围内"))
    entries = (
        select(ProposedStandard, Division.display_name)
        .join(Division, Division.code == ProposedStandard.division_code)
        .where(ProposedStandard.proposal_id == proposal_id)
        .order_by(ProposedStandard.id)
    )
    known = standards()
    found = [(_standard(entry), name) for entry, name in db.session.execute(entries)]
    former = [known.of(standard.series) for standard, _name in found]
    told = (
        ProposedEntry(standard, name, before.amount_fen if before else None)
        for (standard, name), before in zip(found, former, strict=True)
    )
    return ProposalPage(_line(row), tuple(told))


def proposals_waiting_for(actor: Actor) -> int:
    """How many proposals of colleagues wait for the actor's confirmation."""
    if not actor.may(Permission.PUBLISH):
        return 0
    waiting = _lines(actor).where(
        StandardProposal.state == ProposalState.WAITING, StandardProposal.proposed_by != actor.account_id
    )
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def _lines(actor: Actor) -> Any:
    count = select(func.count()).where(ProposedStandard.proposal_id == StandardProposal.id).scalar_subquery()
    return (
        select(
            StandardProposal, Division.display_name.label("place"), count.label("entries"),
            _PROPOSER.display_name.label("proposer"), _DECIDER.display_name.label("decider"),
        )
        .join(Division, Division.code == StandardProposal.division_code)
        .join(_PROPOSER, _PROPOSER.id == StandardProposal.proposed_by)
        .outerjoin(_DECIDER, _DECIDER.id == StandardProposal.decided_by)
        .where(Division.path.startswith(actor.division_path, autoescape=True))
    )  # fmt: skip


def _line(row: Any) -> ProposalLine:
    found, place, count, proposer, decider = row
    return ProposalLine(
        found.id, found.division_code, place, count, found.corrects, found.state, found.proposed_by, proposer,
        found.proposed_at, decider or "", found.decided_at, found.remark,
    )  # fmt: skip


def _standard(row: ProposedStandard) -> Standard:
    series = Series(row.program, row.residence, DivisionCode(row.division_code), row.valid_from)
    return Standard(series, Fen(row.amount_fen), row.document_number, row.note)
