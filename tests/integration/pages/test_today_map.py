"""The map of today and the cameras' health as pages, in both languages, with what a script asks for."""

from __future__ import annotations

import re
from collections.abc import Callable

from deskcheck_service.pages.i18n import LANGUAGE_COOKIE
from deskcheck_service.services import Services
from deskcheck_service.tables import AuditEntry, JudgementRow
from seed_day import seed_day
from sqlalchemy import select
from starlette.testclient import TestClient

Visitor = Callable[[str], TestClient]
TILE = re.compile(r'<a class="map-tile state-(\w+)" href="([^"]+)" title="([^"]+)">')


def seeded(services: Services) -> None:
    with services.database.writing() as session:
        seed_day(session, "M", 2, 12)


def test_each_window_leads_to_what_was_seen_of_it(visitor: Visitor, services: Services) -> None:
    seeded(services)
    client = visitor("supervisor")
    client.cookies.set(LANGUAGE_COOKIE, "en")
    shown = client.get("/map").text
    tiles = {title.split(" ")[0]: (state, url, title) for state, url, title in TILE.findall(shown)}
    assert len(tiles) == 27
    assert tiles["M101"][0] == "pass"
    assert tiles["M101"][1].startswith("/judgements/")
    assert tiles["M104"][0] == "suspected"
    assert tiles["M106"][:2] == ("offline", "/cameras/cam-M106")
    assert "Offline, the camera cannot be reached" in tiles["M106"][2]
    assert tiles["M108"][:2] == ("not_assessed", "/windows/M108")
    assert tiles["M110"][0] == "inconclusive"
    for url in {url for _, url, _ in tiles.values()}:
        assert client.get(url).status_code == 200, url
    # Never by colour alone: each tile has its state as a word too.
    assert len(re.findall(r'<span class="map-word">[^<]+</span>', shown)) == 27


def test_the_legend_counts_and_chooses(visitor: Visitor, services: Services) -> None:
    seeded(services)
    client = visitor("supervisor")
    offline = client.get("/map", params={"show": "offline"}).text
    assert {state for state, _, _ in TILE.findall(offline)} == {"offline"}
    assert "摄像机连接不上" in offline
    assert re.search(r'href="/map" class="state state-offline map-legend-item" aria-current="true"', offline)
    counts = [int(count) for count in re.findall(r'</span> <span class="num">(\d+)</span></a></li>', offline)]
    assert len(counts) == 5
    assert sum(counts) == 27
    assert client.get("/map", params={"show": "everything"}).status_code in {400, 422}


def test_the_map_renews_itself_and_keeps_its_address(visitor: Visitor, services: Services) -> None:
    seeded(services)
    client = visitor("supervisor")
    whole = client.get("/map", params={"show": "suspected"}).text
    assert 'hx-get="/map/grid?show=suspected" hx-trigger="every 30s"' in whole
    part = client.get("/map/grid", params={"show": "suspected"}, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="today-grid"')
    assert part.headers["hx-push-url"] == "false"
    assert part.text.strip() in whole
    assert 'href="/map"' in client.get("/").text


def test_cameras_in_trouble_come_first_with_words(visitor: Visitor, services: Services) -> None:
    seeded(services)
    client = visitor("administrator")
    shown = client.get("/cameras").text
    codes = re.findall(r'class="tile edge-\w+" href="/cameras/([^"]+)"', shown)
    assert codes[:4] == ["cam-M106", "cam-M109", "cam-M206", "cam-M209"]
    assert "摄像机连接不上 · 自" in shown
    assert "0 % (0/3)" in shown
    assert "100 % (1/1)" in shown
    one = client.get("/cameras/cam-M106").text
    assert "端口 554 没有应答" in one
    assert 'href="/cameras/cam-M106/troubles"' in one
    history = client.get("/cameras/cam-M106/troubles", params={"kind": "dark"}).text
    assert "没有这样的故障" in history
    assert "仍未恢复" in client.get("/cameras/cam-M106/troubles?kind=&show=open").text
    assert client.get("/cameras/nowhere/troubles").status_code == 404


def test_a_judgements_page_shows_where_to_find_it_in_the_log(visitor: Visitor, services: Services) -> None:
    seeded(services)
    with services.database.writing() as session:
        key = session.scalars(select(JudgementRow.id)).first()
        session.add(
            AuditEntry(
                at=session.get_one(JudgementRow, key).created_at,
                actor_name="audit",
                action="capture.add",
                subject_kind="judgement",
                subject=str(key),
                request_id="visit-8c1f0d4e",
            )
        )
    shown = visitor("supervisor").get(f"/judgements/{key}").text
    assert re.search(r'class="hash"[^>]*>visit-8c1f0d4e<', shown)
