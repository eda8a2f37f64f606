"""An attachment from the visitor's bytes to a sealed file, and back to whoever may read it."""

from collections.abc import Iterator
from pathlib import Path

from portal.domain.attachments import AttachmentLimits, ScanState, display_name
from portal.domain.errors import NotFoundError
from portal.domain.intake import KeptFile
from portal.domain.messages import N_
from portal.files import attachment_store
from portal.files.attachment_store import Stored
from portal.files.attachments import inspect
from portal.files.virus_scanner import scan
from portal.sealing.streams import seal_stream, unseal_stream
from portal.usecases.services import Services


def examine(services: Services, name: str, content: bytes) -> KeptFile:
    """Clean a file and have it scanned as it came in; RefusedFileError says why it is not taken.

    In quarantine it is kept, but nobody gets it: while the scanner is away until it was scanned, with macros for ever.
    """
    cleaned = inspect(name, content, AttachmentLimits())
    state = scan(services.settings.clamd, content)
    return KeptFile(
        name=display_name(name),
        extension=cleaned.extension,
        media_type=cleaned.media_type,
        content=cleaned.content,
        removed=cleaned.removed,
        quarantined=state is ScanState.WAITING or cleaned.found is not None,
        found=cleaned.found,
    )


def put(folder: Path, file_id: str, key: bytes, content: bytes, bound_to: str) -> Stored:
    """Keep a content sealed; StorageFullError when there is no room, and then nothing of it is there."""
    return attachment_store.put(folder, file_id, seal_stream(key, content, bound_to=bound_to))


def read(folder: Path, file_id: str, key: bytes, bound_to: str) -> Iterator[bytes]:
    """The content in pieces; NotFoundError at once when it is gone, BrokenEnvelopeError where it was altered."""
    try:
        sealed = attachment_store.read(folder, file_id)
    except FileNotFoundError:
        raise NotFoundError(N_("这个附件已经删除")) from None
    return unseal_stream(key, sealed, bound_to=bound_to)


def delete(folder: Path, file_id: str) -> None:
    """Remove a content; safe to repeat."""
    attachment_store.delete(folder, file_id)
