"""A camera's source, test and permits on its page, against a real HTTP camera; and that its password shows nowhere."""

from __future__ import annotations

import base64
import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from camera_kit import VIEW, jpeg, keep_view, turned
from deskcheck_service.settings import Settings
from http_camera import HttpCamera, http_camera
from starlette.testclient import TestClient

from tests.integration.pages.conftest import Visitor

PASSWORD = 'hunter2 "é'
# As it would look in an address, a header, a page or a row.
SPELLINGS = ("hunter2", quote(PASSWORD), html.escape(PASSWORD), base64.b64encode(f"admin:{PASSWORD}".encode()).decode())


@pytest.fixture
def camera() -> Iterator[HttpCamera]:
    seeds = iter(range(100))
    with http_camera(lambda: jpeg(turned(seed=next(seeds)))) as running:
        running.user, running.password = "admin", PASSWORD
        yield running


@pytest.fixture
def settings(furnished: Path, tmp_path: Path, camera: HttpCamera) -> Settings:
    shutil.copy(furnished, tmp_path / "deskcheck.db")
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'deskcheck.db'}",
        evidence_url=str(tmp_path / "evidence"),
        camera_networks="127.0.0.0/8",
        camera_ports=f"{camera.port},80",
        log_level="debug",
    )


class Browser:
    """A person's browser that fills in forms, and keeps every page it was shown."""

    def __init__(self, client: TestClient, seen: list[str]) -> None:
        self.client, self._seen = client, seen

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        self._seen.append(answer.text)
        return answer.text

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/me"))
        assert found
        answer = self.client.post(path, data={"csrf_token": found[1], **fields})
        self._seen.append(answer.text)
        return answer.status_code, answer.text


def test_source_test_and_permits(
    visitor: Visitor, camera: HttpCamera, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    administrator, supervisor, inspector = (
        Browser(visitor(name), seen) for name in ("administrator", "supervisor", "inspector")
    )
    centre = administrator.client.get("/api/v1/centres").json()[0]["id"]
    administrator.post("/cameras", code="hall-1", name_zh="一号机", centre_id=str(centre))
    token = re.search(r'name="csrf_token" value="([^"]+)"', supervisor.get("/me"))
    assert token
    supervisor.client.headers["X-CSRF-Token"] = token[1]
    keep_view(supervisor.client, "A01", jpeg(turned()), "150,400 1290,400 1380,950 60,950")
    assert supervisor.post("/cameras/hall-1/views", view=f"A01/{VIEW}")[0] == 303

    page = administrator.get("/cameras/hall-1")
    assert "尚未设置" in page
    assert "未启用" in page
    assert 'type="password"' in page
    assert "画面来源" not in inspector.get("/cameras/hall-1")
    source, tried, permits = (f"/cameras/hall-1/{one}" for one in ("source", "source/try", "permits"))
    fields = {"kind": "snapshot", "address": camera.url("/snapshot.jpg"), "user": "admin", "password": PASSWORD}
    assert supervisor.post(source, **fields)[0] == 403
    for change, words in (
        ({"kind": "webcam"}, "请检查：kind"),
        ({"user": "a:b"}, "请检查：user"),
        ({"width": "640"}, "请检查：width_px"),
        ({"address": "http://8.8.8.8/"}, "不在允许的摄像机网段内"),
        ({"address": "http://admin:hunter@10.1.2.3/"}, "不能含有用户名或密码"),
        ({"kind": "film", "address": "a.mp4"}, "没有设置媒体文件夹"),
    ):
        status, page = administrator.post(source, **{**fields, **change})
        assert status == 422
        assert words in page
        assert ("hunter" in change.get("address", "")) is (html.escape({**fields, **change}["address"]) not in page)
    status, page = administrator.post(tried)
    assert (status, "还没有设置画面来源" in page) == (409, True)
    assert administrator.post(source, **fields)[0] == 303
    page = administrator.get("/cameras/hall-1")
    assert "已加密保存" in page
    assert camera.url("/snapshot.jpg") in page

    status, page = supervisor.post(tried)
    assert status == 200
    picture = re.search(r'src="data:image/jpeg;base64,([^"]+)"', page)
    assert picture
    assert base64.b64decode(picture[1]).startswith(b"\xff\xd8\xff")
    assert "digest（密码不外传）" in page
    assert "1440 × 1080" in page
    camera.password = "changed"
    status, page = supervisor.post(tried)
    assert (status, "不接受所设的用户名或密码" in page) == (422, True)
    answer = supervisor.client.post("/api/v1/cameras/hall-1/source/try")
    seen.append(answer.text)
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "source.login_refused")

    order = {"purpose": "窗口台面规范检查", "legal_basis": "中心管理办法第 5 条"}
    status, page = supervisor.post(permits, purpose="", legal_basis="x")
    assert (status, "请写明用途和法律依据" in page) == (422, True)
    status, page = administrator.post(permits, **order)
    assert (status, "不能由您本人批准启用" in page) == (403, True)
    assert order["purpose"] in page
    assert supervisor.post(permits, **order)[0] == 303
    page = supervisor.get("/cameras/hall-1")
    assert "批准人：监督员甲" in page
    assert order["legal_basis"] in page
    assert supervisor.post(permits, revoke="A01")[0] == 303
    assert "批准人：" not in supervisor.get("/cameras/hall-1")
    assert supervisor.post(permits, revoke="A01")[0] == 409

    seen.append(administrator.client.get("/api/v1/cameras/hall-1/source").text)
    seen.append(administrator.client.get("/api/v1/audit").text)
    assert "camera.permit_end" in seen[-1]
    assert administrator.post(source, clear="yes")[0] == 303
    said = "".join(capfd.readouterr())
    stored = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()).decode("latin-1")
    for spelling in SPELLINGS:
        assert not [text for text in (*seen, said, stored) if spelling in text], spelling
