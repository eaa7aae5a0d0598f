"""``deskcheck propose``: photos of a tidy window become a draft; what cannot be used is told and left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from deskcheck_calibration.layout_file import load_layout
from deskcheck_service.demo.hall_file import demo_hall_path, read_hall
from tiny_desk import ALLOWED, CORNERS, tiny_layout, tiny_photo

from tests.integration.cli.conftest import Command


@pytest.fixture
def desk(tmp_path: Path, tiny_onnx: Any, monkeypatch: pytest.MonkeyPatch, deskcheck: Command) -> Path:
    """A folder with three photos; the cup is in all, the bottle in one; the layout file has a desk and no zones."""
    monkeypatch.setenv("DESKCHECK_MODEL_PATH", str(tiny_onnx()))
    (tmp_path / "a.jpg").write_bytes(tiny_photo())
    (tmp_path / "b.jpg").write_bytes(tiny_photo(green=0))
    (tmp_path / "c.jpg").write_bytes(tiny_photo(green=0))
    (tmp_path / "desk.yaml").write_text(tiny_layout(*ALLOWED), encoding="utf-8")
    return tmp_path


def test_what_is_in_all_photos_gets_a_zone_and_the_file_reads_back(deskcheck: Command, desk: Path) -> None:
    order = ("--layout", "desk.yaml", "--corners", CORNERS, "--out", "draft.yaml", "--json")
    ran = deskcheck("propose", "a.jpg", "b.jpg", "c.jpg", *order)
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    cup, bottle = told["places"]
    assert (cup["item"], cup["seen"], cup["looked"], cup["no_zone"]) == ("cup", 3, 3, None)
    assert (bottle["item"], bottle["seen"], bottle["zone"], bottle["no_zone"]) == (
        "beverage_container", 1, None, "seldom",
    )  # fmt: skip
    drafted, given = load_layout(desk / "draft.yaml"), load_layout(desk / "desk.yaml")
    (zone,) = drafted.zones
    assert (zone.item, zone.min_count, zone.returns) == ("cup", 1, True)
    assert (drafted.desk_wh_cm, drafted.surfaces, drafted.policies) == (
        given.desk_wh_cm, given.surfaces, given.policies,
    )  # fmt: skip
    again = deskcheck("propose", "a.jpg", *order)
    assert (again.code, again.out) == (2, "")
    assert "--force" in again.err


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("水杯", "必备", "很少见到")), ("en", ("cup", "required", "seldom seen"))]
)
def test_people_read_what_it_rests_on(deskcheck: Command, desk: Path, language: str, words: tuple[str, ...]) -> None:
    photos = ("a.jpg", "b.jpg", "c.jpg")
    ran = deskcheck("propose", *photos, "--layout", "desk.yaml", "--corners", CORNERS, "--lang", language)
    assert all(word in ran.out for word in words)


def test_a_photo_that_cannot_be_used_is_told_and_the_others_are_used(deskcheck: Command, desk: Path) -> None:
    (desk / "broken.jpg").write_bytes(b"no picture")
    order = ("--layout", "desk.yaml", "--corners", CORNERS, "--json")
    ran = deskcheck("propose", "broken.jpg", "b.jpg", "c.jpg", *order)
    assert ran.code == 2
    assert json.loads(ran.out.splitlines()[-1])["photos"] == ["b.jpg", "c.jpg"]
    assert "broken.jpg" in ran.err
    alone = deskcheck("propose", "broken.jpg", *order)
    assert alone.code == 2
    assert "cli.no_tidy_photo" in alone.err


def test_a_photo_whose_desk_nobody_knows_is_no_ground_for_a_draft(deskcheck: Command, desk: Path) -> None:
    text = (desk / "desk.yaml").read_text(encoding="utf-8")
    (desk / "bare.yaml").write_text(text[: text.index("views:")], encoding="utf-8")
    ran = deskcheck("propose", "a.jpg", "--layout", "bare.yaml")
    assert ran.code == 2
    assert "cli.desk_unknown" in ran.err


def test_too_many_photos_are_refused(deskcheck: Command, desk: Path) -> None:
    ran = deskcheck("propose", *["a.jpg"] * 21, "--layout", "desk.yaml")
    assert ran.code == 2
    assert "21 > 20" in ran.err


def test_the_demonstration_halls_photos_give_back_its_fixed_places(deskcheck: Command, tmp_path: Path) -> None:
    """With the project's own model: keyboard and monitor of a window are drafted where its layout has them."""
    hall = read_hall(demo_hall_path())
    window = hall.windows[0]
    assert window.layout is not None
    photos = [hall.folder / photo.file for photo in window.photos]
    order = ("--layout", hall.folder / window.layout, "--out", "draft.yaml", "--json")
    ran = deskcheck("propose", *photos, *order)
    assert ran.code == 0, ran.err
    true = {zone.item: _middle(zone.polygon_cm) for zone in load_layout(hall.folder / window.layout).zones}
    found = {place["item"]: place["centre_cm"] for place in json.loads(ran.out)["places"] if place["zone"]}
    assert {"keyboard", "monitor"} <= set(found)
    for item in ("keyboard", "monitor"):
        assert found[item] == pytest.approx(true[item], abs=3)


def _middle(polygon: tuple[tuple[float, float], ...]) -> list[float]:
    xs, ys = zip(*polygon, strict=True)
    return [(min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2]
