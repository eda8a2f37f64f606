"""The sheet that is pinned to a village's board, with full names: printed on the spot, logged, stored nowhere."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.disclosure import NoticeRule
from portal.domain.errors import ConflictError, NotAllowedError, NotFoundError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.notice_snapshots import ListRow
from portal.domain.permissions import Actor, Permission
from portal.domain.publications import RevisionState
from portal.models.notices import Notice, SealedName
from portal.models.publications import Publication, Revision
from portal.models.transaction import transaction
from portal.printing.child import print_in_child
from portal.printing.papers import SheetSize
from portal.queries.notice_drafts import built_notice, list_rows
from portal.queries.publications import hidden_rows
from portal.queries.site import site
from portal.queries.village_papers import VillageSheet, village_paper
from portal.sealing.envelopes import unseal_under
from portal.usecases import audit
from portal.usecases.free_text import name_place
from portal.usecases.scope import publication_within
from portal.usecases.services import Services

PRINT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Source:
    """Which revision is printed, under which head and rule."""

    revision: Revision
    head: Mapping[str, Any]
    rule: NoticeRule
    last_on: date | None
    tear_off_on: date


def print_village_sheet(
    services: Services, actor: Actor, number: str, village_code: str, size: SheetSize, *, at: datetime
) -> bytes:
    """Print the rows of one board with full names as PDF; every print is noted before it is made.

    Only while the list is public and open, or reviewed (for posting on the day of publication). Minors, hidden rows
    and names that are purged are not printed in full. NotFoundError for a place that the notice does not name.
    """
    if not actor.may(Permission.PRINT_FULL_NAMES):
        raise NotAllowedError(N_("您的角色不能打印含全名的村级公示"))
    with transaction() as session:
        publication = publication_within(session, actor, number)
        sheet = _sheet(session, services, publication, village_code, size, at=at)
        audit.record(
            session, actor, "notice.village_printed", publication.number, at=at, place=village_code,
            rows=len(sheet.rows), sheet=str(size),
        )  # fmt: skip
    paper = village_paper(sheet, services.settings, demo=site().demo)
    session.rollback()  # no read transaction stays open while the child prints
    return print_in_child(paper, fonts=services.settings.fonts, timeout_s=PRINT_SECONDS)


def _sheet(
    session: Session, services: Services, publication: Publication, village_code: str, size: SheetSize, *, at: datetime
) -> VillageSheet:
    source = _source(session, services, publication, at=at)
    place = next((one["name"] for one in source.head["villages"] if one["code"] == village_code), None)
    if place is None:
        raise NotFoundError(N_("这份公示没有这个张贴点"))
    hidden = hidden_rows(source.revision.id)
    rows = [row for row in list_rows(source.revision.id) if row.place == place and row.seq not in hidden]
    return VillageSheet(
        number=publication.number, place=place, head=source.head, rule=source.rule, rows=rows,
        names=_names(session, services, source.revision.id, rows), period_last_on=source.last_on,
        tear_off_on=source.tear_off_on, dated=shanghai_date(source.revision.published_at or at), size=size,
    )  # fmt: skip


def _source(session: Session, services: Services, publication: Publication, *, at: datetime) -> _Source:
    notice = session.get(Notice, publication.id)
    if notice is None:
        raise NotFoundError(N_("%(number)s不是这一类内容"), number=publication.number)
    rule = services.rulebook.notice_rules.rule_of_version(notice.kind, notice.program, notice.rule_version)
    live = session.get(Revision, publication.live_revision_id) if publication.live_revision_id else None
    if live is not None:
        return _public(publication, live, rule, at=at)
    reviewed = session.execute(
        select(Revision).where(Revision.publication_id == publication.id, Revision.state == RevisionState.REVIEWED)
    ).scalar_one_or_none()
    if reviewed is None:
        raise ConflictError(N_("只有审核通过或正在公开的名单才能打印"))
    built = built_notice(publication.id, reviewed.id, services.rulebook, at=at)
    last_on = built.period.last_on if built.period else None
    return _Source(reviewed, built.head, rule, last_on, last_on or _last_day(built.visible_until, at))


def _public(publication: Publication, live: Revision, rule: NoticeRule, *, at: datetime) -> _Source:
    over = live.visible_until is not None and live.visible_until <= at
    if publication.withdrawn_at is not None or live.state is not RevisionState.PUBLISHED or over or live.head is None:
        raise ConflictError(N_("这份公示已经撤下或期满，不能再打印"))
    last_on = live.period_last_on
    return _Source(live, json.loads(live.head), rule, last_on, last_on or _last_day(live.visible_until, at))


def _last_day(visible_until: datetime | None, at: datetime) -> date:
    """A list without an objection period hangs as long as it stands on the web."""
    return shanghai_date((visible_until or at) - timedelta(seconds=1))


def _names(session: Session, services: Services, revision_id: int, rows: Sequence[ListRow]) -> dict[int, str]:
    """Full names by row, unsealed for this sheet alone; a minor as the sole subject is named nowhere."""
    minor = services.rulebook.masking.minor_label
    wanted = {row.seq for row in rows if row.masked_name != minor}
    sealed = session.execute(
        select(SealedName.seq, SealedName.ciphertext).where(SealedName.revision_id == revision_id)
    ).all()
    return {
        seq: unseal_under(services.keyring, "names", ciphertext, bound_to=name_place(revision_id, seq)).decode()
        for seq, ciphertext in sealed
        if seq in wanted
    }
