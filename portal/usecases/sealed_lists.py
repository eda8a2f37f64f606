"""A list after its end, opened for the few who may: with a reason, and every view noted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import NotAllowedError, NotFoundError, RefusedError
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.domain.publications import Area, check_reason
from portal.domain.redaction import find_personal_data
from portal.models.publications import Publication, Revision, SealedSnapshot
from portal.models.transaction import transaction
from portal.sealing.envelopes import unseal
from portal.sealing.keys import UnsafeKeyError
from portal.usecases import audit
from portal.usecases.scope import publication_within
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class SealedList:
    """The frozen list as the public once saw it: its head and one of its pages of rows."""

    ordinal: int
    head: Mapping[str, Any]
    page: int
    pages: int
    rows: Sequence[Sequence[str | int | None]] = field(repr=False)


def open_sealed_list(
    services: Services, actor: Actor, number: str, reason: str, page: int = 1, *, at: datetime
) -> SealedList:
    """Decrypt one page of a sealed list; the reason and the page are noted before anything is shown.

    NotFoundError when there is no sealed list, or its key is destroyed since its retention date.
    """
    if not actor.may(Permission.OPEN_SEALED_LIST):
        raise NotAllowedError(N_("您的角色不能查看已封存的名单"))
    text = check_reason(reason)
    if find_personal_data(text):
        raise RefusedError(N_("原因里有像身份证号、银行卡号、手机号或病情的内容，请删去后再办"))
    with transaction() as session:
        publication = publication_within(session, actor, number)
        opened = _opened(session, services, publication, page)
        audit.record(
            session, actor, "notice.sealed_list_opened", publication.number, at=at, reason=text,
            revision=opened.ordinal, page=opened.page,
        )  # fmt: skip
        return opened


def _opened(session: Session, services: Services, publication: Publication, page: int) -> SealedList:
    row = session.execute(
        select(SealedSnapshot, Revision.ordinal)
        .join(Revision, Revision.id == SealedSnapshot.revision_id)
        .where(Revision.publication_id == publication.id)
        .order_by(Revision.ordinal.desc())
        .limit(1)
    ).one_or_none()
    if row is None or publication.area is not Area.NOTICES:
        raise NotFoundError(N_("没有封存的名单"))
    snapshot, ordinal = row
    try:
        key = services.keyring.read_single(snapshot.key_id)
    except UnsafeKeyError:
        raise NotFoundError(N_("保存期限已满，封存的名单已经销毁")) from None
    head, *pages = unseal(key, snapshot.ciphertext, bound_to=f"snapshot:{snapshot.revision_id}").decode().split("\n")
    shown = min(max(page, 1), len(pages))
    return SealedList(ordinal, json.loads(head), shown, len(pages), json.loads(pages[shown - 1]))
