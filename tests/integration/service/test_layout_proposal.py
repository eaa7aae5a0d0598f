"""Home zones drafted from a window's kept pictures over the API: from which, what comes of it, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deskcheck_calibration.layout import Policy, PolicyKind
from deskcheck_calibration.layout_file import dump_layout
from deskcheck_service.db import Database
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.layouts import service as places
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Capture, JudgementRow, LayoutDraft
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Tiling
from fastapi import FastAPI
from httpx2 import Response
from photos import CORNERS_TEXT, photo, send
from service_kit import Hall, layout, logged_in
from sqlalchemy import func, select
from starlette.testclient import TestClient

DRAFT = "/api/v1/windows/A01/draft"
ALLOWED = (Policy("beverage_container", PolicyKind.ALLOWED), Policy("cup", PolicyKind.ALLOWED))
CUP_BOX, FAINT_BOX, DRINK_BOX = (330, 700, 380, 770), (1200, 600, 1250, 670), (900, 500, 960, 700)


class TidyDetector:
    """Finds a cup and a drink in every picture, a fainter cup elsewhere; counts how often it looks."""

    model = ModelIdentity("tidy", "b" * 64, frozenset({"beverage_container", "cup", "person"}), session="tidy-fp32")

    def __init__(self) -> None:
        self.looks = 0

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        self.looks += 1
        rows = [("cup", 0.9, CUP_BOX), ("cup", 0.3, FAINT_BOX), ("beverage_container", 0.9, DRINK_BOX)]
        return Detections.from_rows(rows, (image.shape[1], image.shape[0]))


@pytest.fixture
def detector() -> TidyDetector:
    return TidyDetector()


@pytest.fixture
def services(settings: Settings, detector: TidyDetector) -> Iterator[Services]:
    built = Services(
        settings, Database(settings), EvidenceStore(settings.evidence_url), JudgeEngine(settings, detector)
    )
    yield built
    built.close()


@pytest.fixture
def author(app: FastAPI, hall: Hall, services: Services) -> TestClient:
    """A supervisor; the window's layout allows drinks and has no zone, so that its pictures are in order."""
    with services.database.writing() as session:
        places.import_layout(session, "test", dump_layout(replace(layout("A01"), zones=(), policies=ALLOWED)))
    return logged_in(app, "supervisor")


def judged(app: FastAPI, *seeds: int, corners: str = CORNERS_TEXT) -> None:
    inspector = logged_in(app, "inspector")
    for seed in seeds:
        taken_at = f"2026-11-20T09:{seed:02d}:00+08:00"
        answer = send(inspector, "A01", photo(seed), corners_px=corners, taken_at=taken_at)
        assert answer.status_code == 201, answer.text


def pictures(client: TestClient) -> list[dict[str, Any]]:
    answer = client.get(f"{DRAFT}/pictures")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def asked(
    client: TestClient, chosen: list[str], document: dict[str, Any] | None = None, what: str = "proposal"
) -> Response:
    body = document if document is not None else client.get(DRAFT).json()["document"]
    return client.post(f"{DRAFT}/{what}", json={"pictures": chosen, "document": body})


def code_of(answer: Response) -> str:
    code: str = answer.json()["error"]["code"]
    return code


def stored(services: Services) -> tuple[int, ...]:
    with services.database.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table)) for table in (Capture, JudgementRow, LayoutDraft)
        ]
    return tuple(one or 0 for one in counts)


def test_zones_are_drafted_from_the_last_pictures_and_nothing_is_stored(
    app: FastAPI, author: TestClient, services: Services, detector: TidyDetector
) -> None:
    judged(app, 1, 2, 3)
    before, chosen = stored(services), [one["sha256"] for one in pictures(author)]
    looks = asked(author, chosen[:1], what="looks").json()
    assert [(one["registration"], one["things"], one["problem"]) for one in looks] == [("corners", 3, None)]
    seen = detector.looks
    document = author.get(DRAFT).json()["document"]
    document["layout"]["policies"] = []
    found = asked(author, chosen, document).json()
    # The picture that was looked at already is remembered.
    assert detector.looks == seen + 2
    assert stored(services) == before
    assert [one["registration"] for one in found["pictures"]] == ["corners"] * 3
    (cup,) = [one for one in found["places"] if one["item"] == "cup" and one["zone"]]
    assert (cup["seen"], cup["looked"], cup["tolerance_cm"], cup["no_zone"]) == (3, 3, 3.0, None)
    assert 0 < cup["uncertainty_cm"] < 10
    assert (cup["zone"]["min_count"], cup["zone"]["returns"], cup["zone"]["tolerance_cm"]) == (1, True, None)
    (drink,) = [one for one in found["places"] if one["item"] == "beverage_container"]
    assert (drink["zone"], drink["no_zone"]) == (None, "forbidden")
    assert drink["reason"] == {"zh": "禁放物品", "en": "it is forbidden"}
    (faint,) = [one for one in found["places"] if one["item"] == "cup" and one["zone"] is None]
    assert faint["no_zone"] == "unsure"

    document["layout"]["zones"] = [cup["zone"]]
    saved = author.put(DRAFT, json={"revision": 0, "document": document})
    assert saved.status_code == 200, saved.text
    assert author.post(f"{DRAFT}/submit", json={"revision": 1}).status_code == 201


def test_pictures_say_how_their_desk_was_found_and_which_are_in_order(app: FastAPI, author: TestClient) -> None:
    judged(app, 1, 2, 3, 4, 5, 6, 7)
    judged(app, 8, corners="")
    listed = pictures(author)
    assert [one["taken_at"] for one in listed] == sorted((one["taken_at"] for one in listed), reverse=True)
    assert [one["registration"] for one in listed] == ["none", *["corners"] * 7]
    assert "suspected" not in {one["state"] for one in listed}
    assert [one["suggested"] for one in listed] == [False, *[True] * 5, False, False]


def test_pictures_with_a_suspicion_are_not_suggested(app: FastAPI, author: TestClient, services: Services) -> None:
    with services.database.writing() as session:
        strict = replace(layout("A01", 2), zones=(), policies=())
        places.import_layout(session, "test", dump_layout(strict))
    judged(app, 1, 2)
    assert [(one["state"], one["suggested"]) for one in pictures(author)] == [("suspected", False)] * 2


def test_a_picture_that_came_twice_counts_as_the_one_whose_desk_was_found(app: FastAPI, author: TestClient) -> None:
    judged(app, 1)
    judged(app, 1, corners="")
    (one,) = pictures(author)
    assert one["registration"] == "corners"
    assert asked(author, [one["sha256"], one["sha256"]]).json()["pictures"][0]["problem"] is None


def test_a_picture_whose_desk_is_not_known_is_told_and_the_others_count(app: FastAPI, author: TestClient) -> None:
    judged(app, 1, 2)
    judged(app, 3, corners="")
    chosen = [one["sha256"] for one in pictures(author)]
    found = asked(author, chosen).json()
    assert [one["problem"] is None for one in found["pictures"]] == [False, True, True]
    assert found["pictures"][0]["problem"]["zh"] == "台面位置未知"
    assert {one["looked"] for one in found["places"]} <= {1, 2}
    alone = asked(author, chosen[:1])
    assert (alone.status_code, code_of(alone)) == (422, "proposal.no_desk")


def test_a_new_window_is_drafted_from_its_first_photo_with_the_corners_just_tapped(
    app: FastAPI, hall: Hall, services: Services
) -> None:
    author = logged_in(app, "supervisor")
    still = author.post("/api/v1/windows/A01/stills", files={"photo": ("IMG_1.jpg", photo())}).json()
    document = author.get(DRAFT).json()["document"]
    document["still"] = {key: still[key] for key in ("sha256", "image_wh", "focal_px", "view")}
    document["corners_px"] = [[500, 400], [1420, 400], [1720, 900], [200, 900]]
    assert asked(author, [still["sha256"]], document).status_code == 422  # no size yet
    document["layout"]["desk_cm"] = [180, 75]
    found = asked(author, [still["sha256"]], document)
    assert found.status_code == 200, found.text
    (cup,) = [one for one in found.json()["places"] if one["item"] == "cup" and one["zone"]]
    assert cup["zone"]["min_count"] == 0  # one picture requires nothing
    document["corners_px"] = [[500, 400], [1720, 900], [1420, 400], [200, 900]]
    crossed = asked(author, [still["sha256"]], document)
    assert code_of(crossed) == "proposal.no_desk"
    document["corners_px"] = []
    assert code_of(asked(author, [still["sha256"]], document)) == "proposal.no_desk"


def test_an_unfinished_drawing_does_not_stand_in_the_way(app: FastAPI, author: TestClient) -> None:
    judged(app, 1, 2)
    document = author.get(DRAFT).json()["document"]
    document["layout"]["zones"] = [{"id": "x", "item": "no such thing", "polygon_cm": [[0, 0]]}]
    document["layout"]["relations"] = [{"id": "y", "item": "cup", "anchor": "cup"}]
    assert asked(author, [pictures(author)[0]["sha256"]], document).status_code == 200
    document["layout"]["surfaces"] = [{"id": "s", "kind": "no such kind", "polygon_cm": [[0, 0], [9, 0], [9, 9]]}]
    assert asked(author, [pictures(author)[0]["sha256"]], document).status_code == 422


def test_a_picture_that_is_gone_is_told(app: FastAPI, author: TestClient, tmp_path: Path) -> None:
    judged(app, 1, 2)
    chosen = [one["sha256"] for one in pictures(author)]
    (tmp_path / "evidence" / chosen[0][:2] / chosen[0]).unlink()
    found = asked(author, chosen).json()
    assert [one["problem"] is None for one in found["pictures"]] == [False, True]
    assert found["pictures"][0]["problem"]["en"]


@pytest.mark.parametrize("count", [0, 21])
def test_so_many_pictures_are_refused(app: FastAPI, author: TestClient, count: int) -> None:
    answer = asked(author, [f"{number:064x}" for number in range(count)])
    assert (answer.status_code, code_of(answer)) == (422, "proposal.pictures")
    assert answer.json()["error"]["facts"] == {"count": count, "most": 20}


def test_without_a_model_it_is_said(app: FastAPI, author: TestClient, services: Services, settings: Settings) -> None:
    judged(app, 1)
    chosen = [pictures(author)[0]["sha256"]]
    bare = settings.model_copy(update={"model_path": Path("/nowhere/model.onnx")})
    app.state.services = replace(services, engine=JudgeEngine(bare))
    answer = asked(author, chosen)
    assert answer.status_code == 503
    assert code_of(answer).startswith("model.")


def test_only_who_draws_up_layouts_there_may_draft(app: FastAPI, author: TestClient) -> None:
    judged(app, 1)
    chosen = [pictures(author)[0]["sha256"]]
    document = author.get(DRAFT).json()["document"]
    assert asked(logged_in(app, "inspector"), chosen, document).status_code == 403
    assert asked(logged_in(app, "supervisor_b"), chosen, document).status_code == 404
    assert logged_in(app, "supervisor_b").get(f"{DRAFT}/pictures").status_code == 404
    assert asked(author, ["f" * 64], document).status_code == 404
