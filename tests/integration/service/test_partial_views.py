"""A view that by its place sees a part of the desk: its photos through the API, and the words of their page."""

from __future__ import annotations

from typing import Any

import pytest
from deskcheck_service.dependencies import LANGUAGE_COOKIE
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from fastapi import FastAPI
from photos import photo, send, services_that_know
from service_kit import CORNERS_TEXT, Hall, approve, logged_in
from starlette.testclient import TestClient

# Two of the desk's corners lie beyond the right edge of the picture of 1920 x 1080 px.
LEFT_CORNERS = "666,267 2428,267 2826,887 587,887"


@pytest.fixture
def services(settings: Settings) -> Any:
    built = services_that_know(settings)
    yield built
    built.close()


@pytest.fixture
def inspector(app: FastAPI, hall: Hall, services: Services) -> TestClient:
    """An inspector at a hall whose window A01 has a view of all of its desk and one of the left part."""
    approve(services, "A01")
    supervisor = logged_in(app, "supervisor")
    for name, corners in (("whole", CORNERS_TEXT), ("left", LEFT_CORNERS)):
        put = supervisor.put(
            f"/api/v1/windows/A01/views/{name}", files={"photo": ("r.jpg", photo(9))}, data={"corners_px": corners}
        )
        assert put.status_code in (200, 201), put.text
    return logged_in(app, "inspector")


def reasons(judgement: dict[str, Any]) -> set[str | None]:
    return {finding["reason"] for finding in judgement["findings"]}


def about(judgement: dict[str, Any], rule: str, item: str | None) -> list[tuple[str, str | None]]:
    return [(f["state"], f["reason"]) for f in judgement["findings"] if (f["rule"], f["item"]) == (rule, item)]


def test_what_a_view_cannot_show_is_not_assessed_and_what_it_shows_is_suspected(inspector: TestClient) -> None:
    answer = send(inspector, "A01", photo(), view="left", taken_at="2026-11-20T09:30:00+08:00")
    assert answer.status_code == 201, answer.text
    judgement = answer.json()
    assert judgement["registration"] == "view"
    assert about(judgement, "V01", "beverage_container") == [("suspected", None)]
    assert about(judgement, "V06", "cup") == [("not_assessed", "outside_view")]
    assert "surface_out_of_frame" not in reasons(judgement)
    told = next(f for f in judgement["findings"] if f["reason"] == "outside_view")
    assert told["reason_text"] == {"zh": "此视角看不到该位置", "en": "this view does not show that place"}


@pytest.mark.parametrize(
    ("language", "notice", "reason"),
    [
        ("zh", "此视角只看到台面的一部分，其余位置未评估。", "此视角看不到该位置"),
        ("en", "This view shows only a part of the desk. What belongs elsewhere was not assessed.",
         "this view does not show that place"),
    ],
)  # fmt: skip
def test_the_page_says_so(inspector: TestClient, language: str, notice: str, reason: str) -> None:
    judgement = send(inspector, "A01", photo(), view="left").json()
    inspector.cookies.set(LANGUAGE_COOKIE, language)
    page = inspector.get(f"/judgements/{judgement['id']}")
    assert page.status_code == 200
    assert notice in page.text
    assert reason in page.text
    whole = send(inspector, "A01", photo(), view="whole").json()
    assert notice not in inspector.get(f"/judgements/{whole['id']}").text


def test_a_view_of_the_whole_desk_and_tapped_corners_leave_nothing_out(inspector: TestClient) -> None:
    whole = send(inspector, "A01", photo(), view="whole").json()
    assert "outside_view" not in reasons(whole)
    # The same picture with corners tapped on it is one photo, badly framed: it fails to show what it should.
    tapped = send(inspector, "A01", photo(), corners_px=LEFT_CORNERS).json()
    assert about(tapped, "V06", "cup") == [("inconclusive", "surface_out_of_frame")]
    assert "outside_view" not in reasons(tapped)
