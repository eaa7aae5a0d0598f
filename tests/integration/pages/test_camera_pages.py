"""The pages of cameras without scripts: forms, their troubles beside them, and who may do what."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from tests.integration.pages.conftest import Visitor


def _token(client: TestClient, path: str = "/me") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def _post(client: TestClient, path: str, **fields: str) -> tuple[int, str]:
    answer = client.post(path, data={"csrf_token": _token(client), **fields})
    return answer.status_code, answer.text


@pytest.fixture
def administrator(visitor: Visitor) -> TestClient:
    """The administrator, once there is a camera."""
    client = visitor("administrator")
    centre = client.get("/api/v1/centres").json()[0]["id"]
    status, _ = _post(client, "/cameras", code="hall-1", name_zh="大厅一号机", centre_id=str(centre))
    assert status == 303
    return client


def test_a_camera_without_windows_says_what_to_do_first(administrator: TestClient) -> None:
    listed = administrator.get("/cameras").text
    assert "hall-1" in listed
    assert "大厅一号机" in listed
    page = administrator.get("/cameras/hall-1").text
    assert "还没有参考图" in page
    assert "如需关联其他窗口" in page


def test_troubles_stand_beside_the_form_and_what_was_typed_stays(administrator: TestClient) -> None:
    status, page = _post(administrator, "/cameras", code="no good", name_zh="二号", centre_id="1")
    assert status == 422
    assert "请检查：code" in page
    assert 'value="no good"' in page
    status, page = _post(administrator, "/cameras", code="hall-1", name_zh="二号", centre_id="1")
    assert status == 409
    assert "已存在" in page


@pytest.mark.parametrize(
    ("path", "fields", "status", "words"),
    [
        ("/cameras/hall-1/reactivate", {"reason": "扶正了摄像机"}, 409, "没有停用"),
        ("/cameras/hall-1/reactivate", {"reason": " "}, 422, "请写明理由"),
        ("/cameras/hall-1/views", {"view": "A02/stand.jpg"}, 409, "还没有参考图"),
        ("/cameras/hall-1/views", {"view": "A02/nowhere"}, 404, "nowhere"),
        ("/cameras/gone/reactivate", {"reason": "扶正了摄像机"}, 404, "gone"),
    ],
)
def test_what_cannot_be_is_told_in_words(
    administrator: TestClient, visitor: Visitor, path: str, fields: dict[str, str], status: int, words: str
) -> None:
    told, page = _post(visitor("supervisor"), path, **fields)
    assert told == status
    assert words in page


def test_an_inspector_sees_cameras_and_adds_none(administrator: TestClient, visitor: Visitor) -> None:
    inspector = visitor("inspector")
    assert "新摄像机" not in inspector.get("/cameras").text
    assert _post(inspector, "/cameras", code="mine", name_zh="我的", centre_id="1")[0] == 403
    assert _post(inspector, "/cameras/hall-1/reactivate", reason="扶正了摄像机")[0] == 403
