"""Pages of problems and outside systems, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from deskcheck_service.dependencies import LANGUAGE_COOKIE
from deskcheck_service.outbox import delivering
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import utc_now
from pages_kit import judge_photos
from receiver import Receiver, receiving
from starlette.testclient import TestClient

from tests.integration.pages.conftest import Visitor


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_networks": "127.0.0.0/8", "webhook_tries": 1})


def _post(client: TestClient, path: str, **fields: str) -> tuple[int, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/me").text)
    assert found
    answer = client.post(path, data={"csrf_token": found[1], **fields})
    return answer.status_code, answer.text


def test_how_often_a_problem_was_seen_stands_on_every_page_about_it(
    visitor: Visitor, services: Services, tmp_path: Path
) -> None:
    judge_photos(services, ("A01", "A01"), tmp_path)
    supervisor = visitor("supervisor")
    for path in ("/review", "/judgements/1", "/windows/A01", "/problems", "/problems/1"):
        assert "起看到 2 次" in supervisor.get(path).text, path
    assert supervisor.get("/problems").text.count("起看到 2 次") == 2  # monitor and keyboard are missing
    assert "起看到" not in supervisor.get("/problems?window=A02").text
    assert "没有未结问题" not in supervisor.get("/problems?rule=V01").text
    assert supervisor.get("/problems?state=closed").status_code == 422
    assert supervisor.get("/problems/99").status_code == 404
    supervisor.cookies.set(LANGUAGE_COOKIE, "en")
    assert "seen 2 times since" in supervisor.get("/problems/1").text
    assert "/review?finding=" in supervisor.get("/problems/1").text
    assert "/review?finding=" not in visitor("inspector").get("/problems/1").text


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def test_outside_system_is_added_fails_and_is_sent_everything_again(
    visitor: Visitor, services: Services, tmp_path: Path, receiver: Receiver
) -> None:
    administrator = visitor("administrator")
    centre = str(administrator.get("/api/v1/centres").json()[0]["id"])
    assert "还没有通知任何外部系统" in administrator.get("/outside-systems").text
    status, page = _post(administrator, "/outside-systems", name="no good", url=receiver.url, centre_id=centre)
    assert (status, "请检查：name" in page, 'value="no good"' in page) == (422, True, True)
    status, page = _post(administrator, "/outside-systems", name="city", url=receiver.url, centre_id=centre)
    assert (status, "whsec_" in page) == (200, True)
    assert "whsec_" not in administrator.get("/outside-systems").text
    receiver.answer = lambda got: 422
    judge_photos(services, ("A01",), tmp_path)
    assert delivering.deliver_due(services, utc_now()) == 0
    page = administrator.get("/outside-systems").text
    assert "HTTP 422" in page
    assert "2 条消息始终未送达" in page
    receiver.answer = lambda got: 204
    assert _post(administrator, "/outside-systems/city/replays", event=receiver.ids[0])[0] == 303
    assert delivering.deliver_due(services, utc_now()) == 1
    assert _post(administrator, "/outside-systems/city/replays", dead="true")[0] == 303
    assert delivering.deliver_due(services, utc_now()) == 1
    assert '始终未送达</dt><dd class="num">0' in administrator.get("/outside-systems").text
    for fields, status in (({"since": "2020-01-01"}, 303), ({"since": "soon"}, 422), ({}, 422), ({"event": "7"}, 422)):
        assert _post(administrator, "/outside-systems/city/replays", **fields)[0] == status
    assert _post(administrator, "/outside-systems/city/enabled", enabled="false")[0] == 303
    assert "已停用" in administrator.get("/outside-systems").text
    assert _post(visitor("supervisor"), "/outside-systems/city/enabled", enabled="true")[0] == 403
