"""Duplicates: one matter is handled once and answered to each who reported it, of whom none learns of the other."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import WITHOUT_ANSWER
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import ItemKind
from portal.domain.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor
from portal.domain.routing import settle
from portal.models.cases import Case
from portal.models.offices import Office
from portal.queries.case_scope import open_to
from portal.queries.desk_keys import routing_desks
from portal.usecases.case_sealing import Opener, open_key, read_items
from portal.usecases.case_settling import exclusion_of_case, merged_into, settle_case
from portal.usecases.services import Services


def merge(
    session: Session, services: Services, case: Case, main: Case, openers: Sequence[Opener], *, at: datetime
) -> None:
    """Let a case go along with another one; its dialogue, its code and its clocks stay its own.

    Whoever is kept out of one is kept out of both: they are one matter. InvalidError when the other one goes along
    itself or has ended without an answer; RefusedError when they are of another kind or on another track, whose steps
    and desks differ.
    """
    behind = {case.id, *(one.id for one in merged_into(session, case))}
    if main.state in WITHOUT_ANSWER or main.merged_into_id is not None or main.id in behind:
        raise no_main_case()
    if (main.kind, main.track) != (case.kind, case.track):
        raise RefusedError(N_("不同类别的诉求不能合并"))
    one, other = exclusion_of_case(session, case), exclusion_of_case(session, main)
    case.merged_into_id = main.id
    session.flush()
    if one != other or case.office_id != main.office_id:
        desks = routing_desks(session)
        here = next(desk for desk in desks if desk.office_id == main.office_id)
        settle_case(session, services, main, settle(main.track, main.kind, here, one | other, desks), openers, at=at)
    case.officer_id = main.officer_id


def no_main_case() -> InvalidError:
    """Whether the number is unknown, kept from whoever typed it, or no case that others can go along with."""
    return InvalidError(N_("请改正标出的内容"), fields={"main_number": Message(N_("没有找到可以并入的诉求"))})


def main_of(session: Session, actor: Actor, case: Case) -> Case:
    """The case that this one was merged into; NotFoundError for whoever is kept out of that one."""
    query = select(Case).join(Office, Office.id == Case.office_id).where(Case.id == case.merged_into_id)
    main = session.scalars(query.where(open_to(actor))).one_or_none()
    if main is None:
        raise NotFoundError(N_("没有找到可以并入的诉求"))
    return main


def same_matter(session: Session, case: Case) -> tuple[Case, ...]:
    """The case itself and every other one that it was merged with, in either direction."""
    top = case
    while top.merged_into_id is not None:
        top = session.get_one(Case, top.merged_into_id)
    return (case, *(one for one in (top, *merged_into(session, top)) if one.id != case.id))


def last_words(session: Session, case: Case, kind: ItemKind, openers: Sequence[Opener]) -> Mapping[str, Any]:
    """Text, finding and legal basis of the last draft or answer of a case; ConflictError when there is none."""
    found = read_items(session, case, open_key(session, case, KeyPurpose.CONTENT, openers), (kind,))
    if not found:
        raise ConflictError(N_("还没有拟好的答复"))
    return {name: found[-1].content[name] for name in ("text", "outcome", "legal_basis")}
