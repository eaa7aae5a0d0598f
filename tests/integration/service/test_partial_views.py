"""A view that by its place sees a part of the desk: its photos through the API, and the words of their page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from deskcheck_service.captures.points import parse_points
from deskcheck_service.dependencies import LANGUAGE_COOKIE
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Capture
from fastapi import FastAPI
from photos import PERSON_BOX, photo, send, services_that_know
from service_kit import CORNERS_TEXT, Hall, approve, logged_in
from sqlalchemy import select
from starlette.testclient import TestClient

# Two of the desk's corners lie beyond the right edge of the picture of 1920 x 1080 px.
LEFT_CORNERS = "666,267 2428,267 2826,887 587,887"
# And two beyond its left edge.
RIGHT_CORNERS = "-508,267 1254,267 1333,887 -906,887"


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
            f"/api/v1/windows/A01/views/{name}",
            files={"photo": ("r.jpg", photo(9, tidy=True))},
            data={"corners_px": corners},
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


@pytest.fixture
def two_views(app: FastAPI, inspector: TestClient) -> TestClient:
    """The inspector, once the window has a view of the right part as well."""
    put = logged_in(app, "supervisor").put(
        "/api/v1/windows/A01/views/right",
        files={"photo": ("r.jpg", photo(8, tidy=True))},
        data={"corners_px": RIGHT_CORNERS},
    )
    assert put.status_code in (200, 201), put.text
    return inspector


def shoot(inspector: TestClient, view: str, minute: int, seed: int) -> dict[str, Any]:
    """What is said of a picture of a view."""
    answer = send(inspector, "A01", photo(seed), view=view, taken_at=f"2026-11-20T09:{minute}:00+08:00")
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_two_views_taken_together_are_judged_as_one(two_views: TestClient, services: Services) -> None:
    left = shoot(two_views, "left", 30, 1)
    assert left["together_with"] == []
    assert "outside_view" in reasons(left)
    right = shoot(two_views, "right", 34, 2)
    assert [(one["judgement_id"], one["view"]) for one in right["together_with"]] == [(left["id"], "left")]
    assert "outside_view" not in reasons(right)
    # The drink of each picture, one on the left and one on the right, of which one has its box in this picture.
    drinks = [one for one in right["findings"] if (one["rule"], one["item"]) == ("V01", "beverage_container")]
    assert [one["state"] for one in drinks] == ["suspected", "suspected"]
    assert sum(one["xyxy"] is not None for one in drinks) == 1
    assert right["state"] == "suspected"
    with services.database.reading() as session:
        masked = session.scalars(select(Capture.masked_px).order_by(Capture.id)).all()
    left_px, top_px, right_px, bottom_px = PERSON_BOX
    (first, second), *_ = [parse_points(one) or [] for one in masked]
    assert first[0] < left_px
    assert second[0] > right_px
    assert second[1] > bottom_px > top_px > first[1]


def test_the_page_links_the_other_view(two_views: TestClient) -> None:
    left = shoot(two_views, "left", 30, 1)
    right = shoot(two_views, "right", 34, 2)
    for language, words in (("zh", "与该窗口其他视角的图片一起判定"), ("en", "Judged together with other views")):
        two_views.cookies.set(LANGUAGE_COOKIE, language)
        page = two_views.get(f"/judgements/{right['id']}").text
        assert words in page
        assert f'href="/judgements/{left["id"]}"' in page
        assert words not in two_views.get(f"/judgements/{left['id']}").text


def test_pictures_of_other_times_do_not_speak_for_each_other(two_views: TestClient) -> None:
    shoot(two_views, "left", 30, 1)
    late = shoot(two_views, "right", 41, 2)
    early = shoot(two_views, "right", 29, 3)
    for judgement in (late, early):
        assert judgement["together_with"] == []
        assert "outside_view" in reasons(judgement)


def test_a_lost_picture_leaves_its_part_unassessed(
    two_views: TestClient, services: Services, settings: Settings
) -> None:
    left = shoot(two_views, "left", 30, 1)
    for file in Path(settings.evidence_url).rglob(f"*{left['evidence']['masked'][2:]}*"):
        file.unlink()
    right = shoot(two_views, "right", 34, 2)
    assert right["together_with"] == []
    assert "outside_view" in reasons(right)


def test_a_view_of_the_whole_desk_needs_no_other(two_views: TestClient) -> None:
    shoot(two_views, "left", 30, 1)
    assert shoot(two_views, "whole", 34, 2)["together_with"] == []
