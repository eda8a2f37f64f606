"""Files that go along in the dialogue, from either side: cleaned, scanned and sealed as at the intake."""

from collections.abc import Sequence
from datetime import datetime

from portal.domain.attachments import MACROS, RefusedFileError
from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.errors import InvalidError
from portal.domain.intake import KeptFile
from portal.domain.intake_drafts import ATTACHED, MOST_FILES
from portal.domain.messages import N_, Message
from portal.models.transaction import transaction
from portal.usecases.attachments import examine
from portal.usecases.case_steps import act_as_submitter
from portal.usecases.idempotency import Sent
from portal.usecases.limits import Origin, reserve
from portal.usecases.progress_sessions import Submitter
from portal.usecases.services import Services

Uploads = Sequence[tuple[str, bytes]]
"""Names and bytes as they came in."""


def examined(services: Services, uploads: Uploads) -> tuple[KeptFile, ...]:
    """Clean what is sent at once; InvalidError says of the field `file` why one of them is not taken."""
    if len(uploads) > MOST_FILES:
        raise _refused(Message(N_("最多上传%(most)s个文件"), {"most": MOST_FILES}))
    try:
        return tuple(examine(services, name, content) for name, content in uploads)
    except RefusedFileError as error:
        raise _refused(error.message) from None


def examined_for_submitter(services: Services, uploads: Uploads) -> tuple[KeptFile, ...]:
    """What staff send with a message: as `examined`, but nothing that its reader could never open."""
    files = examined(services, uploads)
    if any(file.found for file in files):
        raise _refused(Message(MACROS))
    return files


def send_files(
    services: Services, submitter: Submitter, uploads: Uploads, address: str, *, at: datetime, sent: Sent | None = None
) -> None:
    """Let the submitter send files to the office; TooManyError when so many came from the address."""
    if not uploads:
        raise _refused(Message(N_("请选择照片或文件")))
    for _ in uploads:
        with transaction() as session:
            reserve(session, ATTACHED, Origin(address, address), at=at, services=services)
    files = examined(services, uploads)
    act_as_submitter(services, submitter, Action.SUPPLY, Given(files=files), at=at, sent=sent)


def _refused(why: Message) -> InvalidError:
    return InvalidError(N_("请改正标出的内容"), fields={"file": why})
