"""What lies sealed for the queue: each content under a key of its own, in a file beside the standing keys.

The database knows the name alone. With the key the content is gone, wherever a copy of its bytes may still lie.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from portal.domain.errors import NotFoundError, PortalError
from portal.domain.messages import N_
from portal.domain.payment_uploads import KEEP
from portal.sealing.keys import Single, UnsafeKeyError, new_key_id
from portal.usecases import spool
from portal.usecases.services import Services
from portal.usecases.spool import Ticket

UNCLAIMED = timedelta(hours=1)
"""A key that no row names after so long was left by a process that was stopped in between."""


def put(services: Services, content: bytes, owner: int, *, at: datetime) -> str:
    """Seal a content and give its name; StorageFullError leaves nothing behind."""
    file_id = new_key_id()
    key = services.keyring.create_single(file_id, Single.UPLOAD)
    try:
        ticket = Ticket(file_id, key.hex())
        spool.put(services.settings.spool, content, owner, at=at, keep=KEEP, ticket=ticket)
    except PortalError:
        remove(services, file_id)
        raise
    return file_id


def get(services: Services, file_id: str, owner: int, *, at: datetime) -> bytes:
    """The content; NotFoundError when it, or its key, is gone."""
    try:
        key = services.keyring.read_single(file_id, Single.UPLOAD)
    except UnsafeKeyError:
        raise NotFoundError(N_("上传的文件已经删除，请重新上传")) from None
    return spool.get(services.settings.spool, Ticket(file_id, key.hex()), owner, at=at)


def remove(services: Services, file_id: str | None) -> None:
    """Destroy the key, then the bytes; safe to repeat."""
    if file_id:
        services.keyring.destroy_single(file_id, Single.UPLOAD)
        spool.remove(services.settings.spool, Ticket(file_id, ""))


def sweep(services: Services, named: Collection[str], *, at: datetime) -> int:
    """Destroy what no row names any more; gives how many contents."""
    strays = set(services.keyring.singles_before(at - UNCLAIMED, Single.UPLOAD)) - set(named)
    for file_id in strays:
        remove(services, file_id)
    return len(strays)
