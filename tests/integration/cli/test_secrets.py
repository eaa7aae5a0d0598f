"""``deskcheck secrets`` on a real database and a real key file."""

from __future__ import annotations

from pathlib import Path

import pytest
from deskcheck_service.migrate import upgrade
from deskcheck_service.secret_box import new_key, read_key_file
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Camera, utc_now
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.tables.outbox import WebhookTarget
from deskcheck_service.tables.sources import CameraSource, SourceType
from service_kit import make_hall

from tests.integration.cli.conftest import Command

PASSWORD = "s3cret of the camera"


def store(services: Services) -> None:
    """One camera's password and one webhook's secret."""
    hall = make_hall(services)
    with services.database.writing() as session:
        camera = Camera(
            centre_id=hall.centre_id, code="hall-1", name_zh="一", name_en="1", state=CameraState.ACTIVE,
            created_at=utc_now(),
        )  # fmt: skip
        session.add(camera)
        session.flush()
        secret = services.secrets.encrypt(PASSWORD)
        source = CameraSource(
            camera_id=camera.id, kind=SourceType.RTSP, address="rtsp://10.0.0.1/", secret=secret, changed_at=utc_now()
        )
        target = WebhookTarget(
            centre_id=hall.centre_id, name="out", url="https://10.0.0.2/", secret=services.secrets.encrypt(PASSWORD),
            created_at=utc_now(),
        )  # fmt: skip
        session.add_all([source, target])


def stored(services: Services) -> list[str]:
    with services.database.reading() as session:
        source, target = session.query(CameraSource).one(), session.query(WebhookTarget).one()
        return [source.secret or "", target.secret]


def test_a_key_is_replaced(deskcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'd.db'}")
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", settings.database_url)
    upgrade(settings)
    services = build_services(settings)
    store(services)
    path = tmp_path / "secret-keys"
    before, (old,) = stored(services), read_key_file(path)

    assert deskcheck("secrets", "new-key").code == 0
    new, kept = read_key_file(path)
    assert kept == old
    rotated = deskcheck("secrets", "rotate", "--forget-old")
    assert (rotated.code, rotated.out.splitlines()[0]) == (0, "2 encrypted anew.")
    assert read_key_file(path) == [new]
    assert path.stat().st_mode & 0o777 == 0o600
    after = stored(services)
    assert not set(before) & set(after)
    assert [services.secrets.decrypt(one) for one in after] == [PASSWORD] * 2

    shown = deskcheck("--lang", "zh", "secrets", "new-key")
    assert shown.code == 0
    path.write_text(new_key() + "\n")  # the key is lost
    lost = deskcheck("secrets", "rotate", "--forget-old")
    assert lost.code == 1
    assert "webhook out" in lost.err
    assert "camera " in lost.err
    assert stored(services) == after
    monkeypatch.setenv("DESKCHECK_SECRET_KEYS", f"{new_key()},{new}")
    assert deskcheck("secrets", "rotate").code == 0
    made = deskcheck("secrets", "new-key")
    assert len(made.out.strip()) == len(new)
    listed = deskcheck("settings")
    assert new not in listed.out
    monkeypatch.setenv("DESKCHECK_SECRET_KEYS", "x" * 2001)
    refused = deskcheck("settings")
    assert refused.code == 2
    assert "xxxx" not in refused.out + refused.err
    services.close()
