"""How a document (policy, guide) is frozen: its fields and its Markdown body, both public from the first word."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.models.offices import Office
from portal.models.publications import Publication, Revision
from portal.usecases.frozen import Frozen
from portal.usecases.services import Services


def freeze_document(
    session: Session,
    services: Services,
    publication: Publication,
    revision: Revision,
    *,
    at: datetime,
) -> Frozen:
    """Freeze the draft as it stands; RefusedError when it has no title or no body."""
    draft = revision.draft
    if not draft.get("title") or not draft.get("body"):
        raise RefusedError(N_("还不能公开：文件没有标题或正文"))
    office = session.get_one(Office, publication.office_id)
    head = {
        "format": 1,
        "area": "documents",
        "number": publication.number,
        "revision": revision.ordinal,
        "office": {"name": office.name, "hotline": office.hotline, "duty_phone": office.duty_phone},
        "change_note": revision.change_note,
        "change_kind": str(revision.change_kind) if revision.change_kind else None,
        **draft,
    }
    return Frozen(draft["title"], head, head, [])
