"""Attachments of a case: each under a key of its own that stands sealed in the case, its bytes in a folder."""

import os
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from portal.domain.cases import ItemKind
from portal.domain.intake import KeptFile
from portal.models.cases import Case, CaseFile
from portal.sealing.envelopes import seal, unseal
from portal.usecases.case_sealing import add_item, new_key
from portal.usecases.services import Services


def keep_files(
    session: Session, services: Services, case: Case, key: bytes, files: Sequence[KeptFile], *, at: datetime
) -> None:
    """Seal cleaned files; whatever the transaction leaves without a row is swept by the worker."""
    for file in files:
        file_id, file_key = secrets.token_hex(16), new_key()
        _write(services.settings.attachments / file_id, seal(file_key, file.content, bound_to=_place(file_id)))
        described = {"name": file.name, "extension": file.extension, "media_type": file.media_type}
        content = {**described, "removed": list(file.removed), "file": file_id, "key": file_key.hex()}
        item_id = add_item(session, case, key, ItemKind.FILE, content, at=at)
        session.flush()
        session.add(
            CaseFile(id=file_id, case_id=case.id, item_id=item_id, size=len(file.content), quarantined=file.quarantined)
        )


def read_file(services: Services, file_id: str, key: str) -> bytes:
    """The bytes of an attachment; id and key come from its opened item."""
    return unseal(bytes.fromhex(key), (services.settings.attachments / file_id).read_bytes(), bound_to=_place(file_id))


def _write(path: Path, sealed: bytes) -> None:
    """Whole or not at all: a full disk leaves nothing that looks like a file of a case."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _place(file_id: str) -> str:
    return f"attachment:{file_id}"
