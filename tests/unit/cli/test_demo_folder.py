from __future__ import annotations

from pathlib import Path

import pytest
from deskcheck_service.demo.build import ACCOUNTS, DemoFolderError, demo_settings, fresh_folder
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Role


def test_a_new_or_empty_folder_is_taken_and_an_earlier_demonstration_replaced(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "new" / "demo", tmp_path / "empty"):
        fresh_folder(folder)
        (folder / "deskcheck.db").write_bytes(b"old")
        (folder / "evidence" / "ab").mkdir(parents=True)
        fresh_folder(folder)
        assert [entry.name for entry in folder.iterdir()] == [".deskcheck-demo"]


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(DemoFolderError):
        fresh_folder(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    with pytest.raises(DemoFolderError):
        fresh_folder(tmp_path / "thesis.txt")


def test_a_link_inside_is_removed_but_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept.txt").write_text("kept")
    demo = tmp_path / "demo"
    fresh_folder(demo)
    (demo / "link").symlink_to(tmp_path / "outside", target_is_directory=True)
    fresh_folder(demo)
    assert not (demo / "link").exists()
    assert (tmp_path / "outside" / "kept.txt").read_text() == "kept"


def test_everything_of_the_demonstration_lies_in_its_folder(tmp_path: Path) -> None:
    settings = demo_settings(Settings(), tmp_path / "demo")
    assert str(tmp_path / "demo") in settings.database_url
    assert settings.evidence_url.startswith(str(tmp_path / "demo"))


def test_there_is_one_account_a_role() -> None:
    assert [account.role for account in ACCOUNTS] == list(Role)
