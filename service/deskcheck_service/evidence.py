"""Evidence pictures, named by the SHA-256 of their bytes, in a folder or any fsspec file system.

A file is there whole or not at all: it is written under a temporary name in the same folder, flushed to the
disk, then renamed. Nothing is ever overwritten, since the same name means the same bytes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from deskcheck_service.errors import EvidenceMissingError, StorageFullError
from deskcheck_service.errors.watching import EvidenceUnwritableError

_TEMPORARY = ".partial-"


class EvidenceStore:
    """Files by SHA-256, in 256 folders by the first two letters.

    Args:
        url: a folder, or an fsspec URL.
        filesystem: an fsspec file system to use in place of the one that the URL names.
    """

    def __init__(self, url: str, filesystem: Any | None = None) -> None:
        from fsspec.core import url_to_fs

        if filesystem is None:
            self._fs, root = url_to_fs(url)
        else:
            self._fs, root = filesystem, url
        self._root = str(root).rstrip("/")
        self._local = "file" in (self._fs.protocol if isinstance(self._fs.protocol, tuple) else (self._fs.protocol,))

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256}"

    def put(self, content: bytes) -> str:
        """Store bytes and return their SHA-256 in hex.

        Raises:
            StorageFullError: there is no room; nothing is left behind.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if self._fs.exists(path) and self._fs.size(path) == len(content):
            return sha256
        temporary = f"{self._root}/{sha256[:2]}/{_TEMPORARY}{uuid.uuid4().hex}"
        try:
            self._fs.makedirs(f"{self._root}/{sha256[:2]}", exist_ok=True)
            self._write(temporary, content)
            self._rename(temporary, path)
        except OSError as exc:
            with contextlib.suppress(OSError):
                self._fs.rm_file(temporary)
            if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise StorageFullError from exc
            raise
        return sha256

    def _write(self, temporary: str, content: bytes) -> None:
        with self._fs.open(temporary, "wb") as file:
            file.write(content)
            if self._local:
                file.flush()
                os.fsync(file.fileno())

    def _rename(self, temporary: str, path: str) -> None:
        if not self._local:
            self._fs.mv(temporary, path)
            return
        Path(temporary).replace(path)
        folder = os.open(Path(path).parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # without it a power cut may lose the name of a file that the database speaks of
        finally:
            os.close(folder)

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a file, checked against their name.

        Raises:
            EvidenceMissingError: there is none, or its bytes are damaged.
        """
        try:
            content: bytes = self._fs.cat_file(self._path(sha256))
        except FileNotFoundError as exc:
            raise EvidenceMissingError(sha256=sha256) from exc
        if hashlib.sha256(content).hexdigest() != sha256:
            raise EvidenceMissingError(sha256=sha256)
        return content

    def free_bytes(self) -> int | None:
        """Return how much room there is; None where the store does not tell, as with S3."""
        if not self._local:
            return None
        folder = Path(self._root)
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent  # made with the first picture
        return shutil.disk_usage(folder).free

    def try_writing(self) -> None:
        """Write a few bytes and remove them again.

        Raises:
            EvidenceUnwritableError: that failed.
            StorageFullError: there is no room.
        """
        temporary = f"{self._root}/{_TEMPORARY}{uuid.uuid4().hex}"
        try:
            self._fs.makedirs(self._root, exist_ok=True)
            self._write(temporary, b"deskcheck")
            self._fs.rm_file(temporary)
        except Exception as exc:  # each file system has its own
            if isinstance(exc, OSError) and exc.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise StorageFullError from exc
            raise EvidenceUnwritableError from exc

    def names(self) -> Iterator[str]:
        """Yield the SHA-256 of every stored file."""
        for path in self._files():
            name = path.rsplit("/", 1)[-1]
            if not name.startswith(_TEMPORARY):
                yield name

    def _files(self) -> list[str]:
        if not self._fs.exists(self._root):
            return []
        found: list[str] = self._fs.find(self._root)
        return found

    def remove_orphans(self, known: Iterable[str], older_than: timedelta = timedelta(hours=1)) -> int:
        """Remove files that no row names, left by a write whose transaction failed, and return how many.

        Args:
            known: every SHA-256 that the database names.
            older_than: younger files may belong to a transaction under way and stay.
        """
        keep = set(known)
        limit = datetime.now(UTC) - older_than
        removed = 0
        for path in self._files():
            if path.rsplit("/", 1)[-1] in keep or _modified(self._fs, path) > limit:
                continue
            self._fs.rm_file(path)
            removed += 1
        return removed


def _modified(filesystem: Any, path: str) -> datetime:
    moment: datetime = filesystem.modified(path)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
