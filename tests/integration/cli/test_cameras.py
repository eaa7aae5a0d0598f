"""``deskcheck camera`` on a real database, with the project's own weights."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from camera_kit import CORNERS, VIEW, corners_text, jpeg, turned
from deskcheck_service.accounts.repository import user_by_name
from deskcheck_service.accounts.rights import Principal, RoleGrant
from deskcheck_service.layouts.views import put_reference
from deskcheck_service.migrate import upgrade
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Role
from deskcheck_service.uploads import Upload
from service_kit import approve, make_hall

from tests.integration.cli.conftest import Command


@pytest.fixture
def services(deskcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """An installation with two windows that have a view of the camera, which the commands use."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'deskcheck.db'}",
        evidence_url=str(tmp_path / "evidence"),
        log_level="error",
    )
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DESKCHECK_EVIDENCE_URL", settings.evidence_url)
    upgrade(settings)
    built = build_services(settings)
    make_hall(built)
    approve(built, *CORNERS)
    with built.database.reading() as session:
        user = user_by_name(session, "supervisor")
    assert user is not None
    supervisor = Principal(user.id, user.name, user.display_name, None, (RoleGrant(Role.SUPERVISOR),))
    for window in CORNERS:
        upload = Upload(jpeg(turned()), "still.jpg", {"corners_px": corners_text(window)})
        put_reference(built, supervisor, window, VIEW, upload)
    yield built
    built.close()


def test_a_camera_is_added_checked_and_suspended(deskcheck: Command, services: Services, tmp_path: Path) -> None:
    added = deskcheck("camera", "add", "hall-1", "--centre", "C1", "--name-en", "Hall 1", "--view", f"A01/{VIEW}")
    assert (added.code, added.out.strip()) == (0, "Camera hall-1: windows A01."), added.err
    linked = deskcheck("camera", "add", "hall-1", "--centre", "C1", "--view", f"B01/{VIEW}")
    assert linked.out.strip() == "Camera hall-1: windows A01, B01."
    for seed, deg in enumerate((0.0, 2.0, 2.0)):
        (tmp_path / f"{seed}.jpg").write_bytes(jpeg(turned(deg, seed)))
    steady = deskcheck("camera", "check", "hall-1", "0.jpg", "--at", "2026-11-20T10:30+08:00")
    assert steady.code in (0, 1, 3), steady.err
    assert steady.out.startswith("hall-1: steady")
    assert [line.split(":")[0] for line in steady.out.splitlines()[1:]] == ["A01", "B01"]
    assert deskcheck("camera", "check", "hall-1", "1.jpg").code == 3
    told = deskcheck("camera", "check", "hall-1", "2.jpg", "--json")
    assert told.code == 3
    found = json.loads(told.out)
    assert (found["look"]["state"], found["camera"]["state"]) == ("moved", "suspended")
    assert {one["judgement"]["state"] for one in found["windows"]} == {"inconclusive"}
    (listed,) = json.loads(deskcheck("camera", "list", "--json").out)["cameras"]
    assert listed["open_task"]["reason"] == "camera_moved"
    shown = deskcheck("camera", "list", "--lang", "zh").out
    assert "已停用" in shown
    assert "hall-1" in shown


def test_what_cannot_be_is_told_in_one_line(deskcheck: Command, services: Services, tmp_path: Path) -> None:
    (tmp_path / "p.jpg").write_bytes(jpeg(turned()))

    def code(*arguments: str) -> str:
        ran = deskcheck("camera", *arguments)
        assert ran.code == 2
        return ran.err.split(" ", 1)[1].split(":")[0]

    assert code("add", "c", "--centre", "nowhere") == "request.not_found"
    assert code("add", "c", "--centre", "C1", "--view", "A01") == "cli.value_unfit"
    assert code("add", "c!", "--centre", "C1") == "cli.value_unfit"
    assert code("add", "c", "--centre", "C1", "--view", "A01/counter.jpg") == "camera.view_without_still"
    assert deskcheck("camera", "list", "--json").out.strip() == '{"cameras": []}'  # nothing half done is left
    assert deskcheck("camera", "add", "c", "--centre", "C1").code == 0
    assert code("add", "c", "--centre", "C1") == "request.exists"
    assert code("check", "c", "p.jpg") == "camera.no_view"
    assert code("check", "gone", "p.jpg") == "request.not_found"
    assert code("check", "c", "absent.jpg") == "cli.file_absent"
