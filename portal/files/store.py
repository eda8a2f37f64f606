"""Files by content hash in a local folder."""

import hashlib
import os
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileStore:
    """A folder of files named by the SHA-256 of their content; writing is atomic, deleting is safe to repeat."""

    folder: Path

    def put(self, content: bytes) -> str:
        """Keep the content and give its hash in hexadecimal."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        return digest

    def get(self, digest: str) -> bytes | None:
        """The content, or nothing when it was deleted."""
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, digest: str) -> None:
        """Remove the content."""
        self._path(digest).unlink(missing_ok=True)

    def keep_only(self, digests: Collection[str]) -> int:
        """Remove every file that is not among the digests; gives how many were removed."""
        strays = [path for path in self.folder.glob("??/*") if path.name not in digests]
        for path in strays:
            path.unlink(missing_ok=True)
        return len(strays)

    def _path(self, digest: str) -> Path:
        if not (len(digest) == 64 and digest.isalnum()):  # noqa: PLR2004 - the length of a SHA-256 in hexadecimal
            raise ValueError("a file is named by its SHA-256 in hexadecimal")
        return self.folder / digest[:2] / digest
