"""``deskcheck camera source``, ``test`` and ``permit`` against a real HTTP camera with digest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from camera_kit import CORNERS, VIEW, corners_text, jpeg, turned
from deskcheck_service.accounts.repository import user_by_name
from deskcheck_service.accounts.rights import Principal, RoleGrant
from deskcheck_service.layouts.views import put_reference
from deskcheck_service.migrate import upgrade
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Role
from deskcheck_service.tables.sources import CameraSource
from deskcheck_service.uploads import Upload
from http_camera import HttpCamera, http_camera
from service_kit import approve, make_hall

from tests.integration.cli.conftest import Command

PASSWORD = "hunter2 é"


@pytest.fixture
def camera() -> Iterator[HttpCamera]:
    seeds = iter(range(100))
    with http_camera(lambda: jpeg(turned(seed=next(seeds)))) as running:
        running.user, running.password = "admin", PASSWORD
        yield running


@pytest.fixture
def services(
    deskcheck: Command, camera: HttpCamera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """Two windows with views of a camera hall-1, which may be asked at its port alone."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'd.db'}", evidence_url=str(tmp_path / "evidence"), log_level="error"
    )
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DESKCHECK_EVIDENCE_URL", settings.evidence_url)
    monkeypatch.setenv("DESKCHECK_CAMERA_PORTS", str(camera.port))
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
    views = [part for window in CORNERS for part in ("--view", f"{window}/{VIEW}")]
    assert deskcheck("camera", "add", "hall-1", "--centre", "C1", *views).code == 0
    yield built
    built.close()


def test_a_source_is_set_tried_and_permitted(
    deskcheck: Command, services: Services, camera: HttpCamera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []

    def run(*arguments: object, stdin: str | None = None, code: int = 0) -> str:
        ran = deskcheck("camera", *arguments, stdin=stdin)
        said.append(ran.out + ran.err)
        assert ran.code == code, ran.err
        return (ran.out + ran.err).strip()

    assert "camera.source_unset" in run("source", "hall-1", code=2)
    assert "camera.source_unset" in run("test", "hall-1", code=2)
    host = camera.url("").removesuffix("/")
    wanted = (
        "source",
        "hall-1",
        "--kind",
        "snapshot",
        "--address",
        host,
        "--maker",
        "hikvision",
        "--size",
        "1440x1080",
    )
    assert "source.host_forbidden" in run(*wanted, code=2)
    monkeypatch.setenv("DESKCHECK_CAMERA_NETWORKS", "127.0.0.0/8")
    assert "source.secret_in_address" in run(*wanted[:5], host.replace("//", "//admin:hunter2@"), code=2)
    assert "cli.password_missing" in run(*wanted, "--user", "admin", "--password-stdin", stdin="\n", code=2)
    assert "cli.value_unfit" in run(*wanted[:-1], "large", code=2)
    path = "/ISAPI/Streaming/channels/101/picture"
    assert f"snapshot {host}{path}." in run(*wanted, "--user", "admin", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert run("source", "hall-1") == f"hall-1: snapshot {host}{path} (with a log-in)"

    shown = run("test", "hall-1", "--out", "seen.jpg")
    assert "transport: HTTP\nlog-in: digest\ncontent type: image/jpeg" in shown
    assert camera.asked[0] == f"GET {path}?videoResolutionWidth=1440&videoResolutionHeight=1080"
    picture = cv2.imread(str(tmp_path / "seen.jpg"))
    assert picture is not None
    assert picture.shape == (960, 1280, 3)
    told = json.loads(deskcheck("camera", "test", "hall-1", "--json").out)
    assert (told["auth"], told["width_px"], told["height_px"], told["warnings"]) == ("digest", 1440, 1080, [])
    still = jpeg(turned())
    camera.picture = lambda: still
    assert "frozen" in run("test", "hall-1", code=3)

    assert run("permit", "hall-1") == "A01: off\nB01: off"
    assert "cli.value_unfit" in run("permit", "hall-1", "--purpose", "order at counters", code=2)
    order = ("--purpose", "order at counters", "--legal-basis", "rules of 2024", "--approved-by", "Li Ming")
    on = "on, for order at counters, by rules of 2024, approved by Li Ming"
    assert run("permit", "hall-1", *order) == f"A01: {on}\nB01: {on}"
    assert "camera.permit_exists" in run("permit", "hall-1", *order, code=2)
    assert run("permit", "hall-1", "--revoke", "--window", "A01") == f"A01: off\nB01: {on}"
    run("permit", "hall-1", *order, "--window", "A01")
    # Another host forgets the log-in and turns the views off.
    run("source", "hall-1", "--kind", "snapshot", "--address", f"http://127.0.0.2:{camera.port}/x")
    assert "(without a log-in)" in run("source", "hall-1")
    assert run("permit", "hall-1") == "A01: off\nB01: off"
    run("source", "hall-1", "--clear")
    with services.database.reading() as session:
        assert session.query(CameraSource).count() == 0
    assert PASSWORD not in "".join(said)
    assert "hunter2" not in (tmp_path / "d.db").read_bytes().decode("latin-1")
