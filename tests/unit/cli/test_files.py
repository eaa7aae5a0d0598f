from __future__ import annotations

import errno
from pathlib import Path

import pytest
from deskcheck_service.cli.errors import (
    DiskFullError,
    FileAbsentError,
    FileExistsAlreadyError,
    FileUnreadableError,
    FileUnwritableError,
)
from deskcheck_service.cli.files import read_bytes, write_atomically, writing


def test_a_file_is_read_whole_or_just_past_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    assert read_bytes(path) == b"0123456789"
    assert read_bytes(path, limit_bytes=4) == b"01234"


def test_an_absent_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileAbsentError):
        read_bytes(tmp_path / "none")
    with pytest.raises(FileUnreadableError) as caught:
        read_bytes(tmp_path)
    assert caught.value.facts["path"] == tmp_path


def test_a_file_is_written_whole_into_a_folder_that_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "layout.yaml"
    write_atomically(path, b"a: 1\n")
    assert path.read_bytes() == b"a: 1\n"
    assert [entry.name for entry in path.parent.iterdir()] == ["layout.yaml"]


def test_a_file_that_exists_stays_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "layout.yaml"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsAlreadyError):
        write_atomically(path, b"yours")
    assert path.read_bytes() == b"mine"
    write_atomically(path, b"yours", force=True)
    assert path.read_bytes() == b"yours"
    assert [entry.name for entry in tmp_path.iterdir()] == ["layout.yaml"]


def test_a_place_that_is_a_file_cannot_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileUnwritableError):
        write_atomically(tmp_path / "file" / "layout.yaml", b"x")


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, DiskFullError), (errno.EDQUOT, DiskFullError), (errno.EACCES, FileUnwritableError)],
)
def test_a_full_disk_is_told_apart_from_a_forbidden_place(number: int, kind: type[Exception]) -> None:
    with pytest.raises(kind), writing(Path("x")):
        raise OSError(number, "said by the system")
