"""Reads what a person named and writes results whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deskcheck_service.cli.errors import (
    DiskFullError,
    FileAbsentError,
    FileExistsAlreadyError,
    FileUnreadableError,
    FileUnwritableError,
)


def read_bytes(path: Path, limit_bytes: int | None = None) -> bytes:
    """Read a file; of one beyond the limit just enough that a later check sees that it is too large.

    Raises:
        FileAbsentError: there is none.
        FileUnreadableError: it is a folder, or may not be read.
    """
    try:
        with path.open("rb") as file:
            return file.read() if limit_bytes is None else file.read(limit_bytes + 1)
    except FileNotFoundError:
        raise FileAbsentError(path=path) from None
    except OSError as exc:
        raise FileUnreadableError(path=path, reason=exc.strerror or exc) from exc


def write_atomically(path: Path, content: bytes, *, force: bool = False) -> None:
    """Write a whole file beside its place and move it there.

    Args:
        path: where it goes; its folder is made.
        content: all of it.
        force: replace a file that is there.

    Raises:
        FileExistsAlreadyError: it is there and force is off.
        DiskFullError: no room.
        FileUnwritableError: the place cannot be written to.
    """
    if path.exists() and not force:
        raise FileExistsAlreadyError(path=path)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            _place(Path(name), path, force=force)
        finally:
            Path(name).unlink(missing_ok=True)


def _place(written: Path, path: Path, *, force: bool) -> None:
    if force:
        written.replace(path)
        return
    try:
        # A hard link fails where the name is taken, so a file made meanwhile by somebody else survives.
        os.link(written, path)
    except FileExistsError:
        raise FileExistsAlreadyError(path=path) from None
    except OSError:
        written.replace(path)  # a file system without hard links


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Map what the system says about a place that cannot be written to.

    Raises:
        DiskFullError: no room.
        FileUnwritableError: any other reason.
    """
    try:
        yield
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(path=path) from exc
        raise FileUnwritableError(path=path, reason=exc.strerror or exc) from exc
