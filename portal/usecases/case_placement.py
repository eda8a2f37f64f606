"""Where a new case is placed: routed by the rules, with the desks that will hold its keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.cases import AccusedRole, CaseKind
from portal.domain.desk_keys import DeskKind
from portal.domain.divisions import Level
from portal.domain.errors import NotFoundError
from portal.domain.intake import About
from portal.domain.messages import N_
from portal.domain.permissions import AccountId
from portal.domain.routing import Accused, Desk, Matter, Routing, route, routing_rules_on
from portal.models.divisions import Division
from portal.models.publications import Publication
from portal.models.staff import Account
from portal.queries.desk_keys import DeskPublicKey, desk_keys, desk_kind_of, routing_desks
from portal.usecases.services import Services

_ADDRESSED = frozenset({CaseKind.INQUIRY, CaseKind.PROPOSAL, CaseKind.HELP_REQUEST, CaseKind.PRIVACY_TAKEDOWN})
"""Kinds that are handed to the office they name."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The handling office, who is kept out, and the pairs for which the keys are wrapped (None where there is none)."""

    routing: Routing
    content_desk: DeskPublicKey | None
    custody_desk: DeskPublicKey | None
    notice_id: int | None

    @property
    def is_for_paper(self) -> bool:
        """Whether only the key on paper shall open it; without one an ordinary case stays with the service."""
        return self.routing.exclusion.offline and self.content_desk is not None

    @property
    def publics(self) -> Mapping[int, bytes]:
        """Public keys by the id of the desk's key."""
        return {desk.id: desk.public_key for desk in (self.content_desk, self.custody_desk) if desk}


def place(session: Session, services: Services, about: About, *, on: date) -> Placement:
    """Route by the rules in force on the day; NotFoundError for a place or notice that does not exist."""
    notice = _notice(session, about.notice_number)
    matter = _matter(session, about, notice)
    desks = routing_desks(session)
    routing = route(matter, desks, routing_rules_on(services.rulebook.case_routing, on))
    keys = desk_keys(session)
    is_sealed = about.kind is CaseKind.TIP_OFF or routing.exclusion.offline
    content = content_desk(keys, desks, routing) if is_sealed else None
    return Placement(routing, content, _custody_desk(keys, desks, routing), notice.id if notice else None)


def _matter(session: Session, about: About, notice: Publication | None) -> Matter:
    place_path = session.scalar(select(Division.path).where(Division.code == about.division_code))
    if place_path is None:
        raise NotFoundError(N_("没有这个地方"))
    accused = (_accused(session, about),) if _accuses(about) else ()
    return Matter(
        kind=about.kind,
        category=about.category,
        place=place_path,
        accused=accused,
        addressed=notice.office_id if notice else about.accused_office_id,
        asked_floor=_asked_floor(about),
    )


def _accuses(about: About) -> bool:
    """Whether anybody is kept out: an office named with a question is asked, with anything else it is concerned."""
    if about.accused_role is not AccusedRole.NOBODY or about.accused_account_id is not None:
        return True
    return about.accused_office_id is not None and about.kind not in _ADDRESSED


def _accused(session: Session, about: About) -> Accused:
    """A person picked from the staff list brings his office along: if he heads it, it is kept out as a whole."""
    if about.accused_account_id is None:
        return Accused(about.accused_role, about.accused_office_id)
    account = session.get(Account, about.accused_account_id)
    if account is None:
        raise NotFoundError(N_("没有找到被反映的单位或人"))
    return Accused(about.accused_role, account.office_id, AccountId(account.id))


def _asked_floor(about: About) -> Level | None:
    if about.not_to_county:
        return Level.CITY
    return Level.COUNTY if about.not_to_township else None


def _notice(session: Session, number: str) -> Publication | None:
    if not number:
        return None
    found = session.scalar(
        select(Publication).where(
            Publication.number == number.strip().upper(), Publication.live_revision_id.is_not(None)
        )
    )
    if found is None:
        raise NotFoundError(N_("没有编号为%(number)s的公示"), number=number)
    return found


def content_desk(keys: Sequence[DeskPublicKey], desks: Sequence[Desk], routing: Routing) -> DeskPublicKey | None:
    """The handling office's desk; of an offline case the pair whose private half lies on paper."""
    if routing.exclusion.offline:
        return next((key for key in keys if key.offline), None)
    kind = desk_kind_of(next(desk.kind for desk in desks if desk.office_id == routing.office_id))
    return next((k for k in keys if (k.office_id, k.kind, k.offline) == (routing.office_id, kind, False)), None)


def _custody_desk(keys: tuple[DeskPublicKey, ...], desks: tuple[Desk, ...], routing: Routing) -> DeskPublicKey | None:
    """The custodian nearest to the handling office who is free of interest; otherwise the pair on paper.

    Discipline offices stand in a tree of their own, so the place decides and not the tree.
    """
    by_id = {desk.office_id: desk for desk in desks}
    handling, exclusion = by_id[routing.office_id], routing.exclusion
    fit = [
        key
        for key in keys
        if key.kind is DeskKind.CUSTODY
        and not key.offline
        and handling.division_path.startswith(by_id[key.office_id].division_path)
        and not exclusion.shuts_out_office(by_id[key.office_id].path, by_id[key.office_id].level)
    ]
    nearest = max(fit, key=lambda key: len(by_id[key.office_id].division_path), default=None)
    return nearest or next((key for key in keys if key.offline), None)
