"""``deskcheck check`` of views that see half a desk, one by one and together, with a tiny real model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deskcheck_calibration.layout import Layout, Policy, PolicyKind, ReferenceView, Surface, SurfaceKind
from deskcheck_calibration.layout_file import dump_layout, load_layout
from tiny_desk import SIDE_CM, SIDE_PX, tiny_layout, tiny_photo

from tests.integration.cli.conftest import Command

# A desk of twice the width of one picture, by two cameras that each see a half of it.
WIDTH_CM, FAR_PX = 2 * SIDE_CM, 2.0 * SIDE_PX - 4
LEFT = ((2.0, 2.0), (2 + FAR_PX, 2.0), (2 + FAR_PX, 1022.0), (2.0, 1022.0))
RIGHT = tuple((x - SIDE_PX + 2, y) for x, y in LEFT)


def layout(*policies: Policy) -> Layout:
    desk = ((0.0, 0.0), (WIDTH_CM, 0.0), (WIDTH_CM, SIDE_CM), (0.0, SIDE_CM))
    return replace(
        load_layout(tiny_layout(*policies)),
        desk_wh_cm=(WIDTH_CM, SIDE_CM),
        surfaces=(Surface("counter", SurfaceKind.MAIN_COUNTER, desk),),
        views=tuple(
            ReferenceView(name, (SIDE_PX, SIDE_PX), corners)  # type: ignore[arg-type]
            for name, corners in (("left", LEFT), ("right", RIGHT))
        ),
    )


@pytest.fixture
def desk(tmp_path: Path, tiny_onnx: Any, monkeypatch: pytest.MonkeyPatch, deskcheck: Command) -> Path:
    """Photos of the two halves with a cup in the left one, and a layout that allows bottles."""
    monkeypatch.setenv("DESKCHECK_MODEL_PATH", str(tiny_onnx()))
    (tmp_path / "left.jpg").write_bytes(tiny_photo(red=230, green=0))
    (tmp_path / "right.jpg").write_bytes(tiny_photo(red=0, green=230))
    allowed = Policy("beverage_container", PolicyKind.ALLOWED)
    (tmp_path / "easy.yaml").write_text(dump_layout(layout(allowed)), encoding="utf-8")
    (tmp_path / "strict.yaml").write_text(dump_layout(layout()), encoding="utf-8")
    required = Policy("beverage_container", PolicyKind.REQUIRED)
    (tmp_path / "needed.yaml").write_text(dump_layout(layout(required)), encoding="utf-8")
    return tmp_path


def told_of(document: dict[str, Any], rule: str, item: str | None) -> set[tuple[str, str | None]]:
    findings = [f for f in document["findings"] if (f["rule"], f["item"]) == (rule, item)]
    return {(finding["state"], finding["reason"]) for finding in findings}


def test_a_half_alone_is_not_assessed_and_ends_with_three(deskcheck: Command, desk: Path) -> None:
    ran = deskcheck("check", "left.jpg", "--layout", "needed.yaml", "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["state"], told["view"]) == (3, "not_assessed", "left")
    assert told_of(told, "V05", "beverage_container") == {("not_assessed", "outside_view")}
    assert told_of(told, "V06", "cup") == {("not_assessed", "outside_view")}
    for language, words in (("zh", "在视角之外，未评估"), ("en", "not assessed: no view shows the place")):
        assert words in deskcheck("check", "left.jpg", "--layout", "needed.yaml", "--lang", language).out


def test_corners_given_for_a_photo_say_what_that_photo_fails_to_show(deskcheck: Command, desk: Path) -> None:
    corners = " ".join(f"{x:g},{y:g}" for x, y in LEFT)
    ran = deskcheck("check", "left.jpg", "--layout", "needed.yaml", "--corners", corners, "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["state"]) == (3, "inconclusive")
    assert told_of(told, "V05", "beverage_container") == {("inconclusive", "surface_out_of_frame")}


def test_together_they_see_the_whole_desk(deskcheck: Command, desk: Path) -> None:
    ran = deskcheck("check", "left.jpg", "right.jpg", "--layout", "needed.yaml", "--together", "--json")
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert (told["window"], told["state"]) == ("A03", "pass")
    assert [(one["photo"], one["registration"], one["view"]) for one in told["photos"]] == [
        ("left.jpg", "view", "left"),
        ("right.jpg", "view", "right"),
    ]
    assert told_of(told, "V05", "beverage_container") == {("pass", None)}
    assert told_of(told, "V06", "cup") == {("pass", None)}
    swapped = json.loads(
        deskcheck("check", "right.jpg", "left.jpg", "--layout", "needed.yaml", "--together", "--json").out
    )
    assert swapped["state"] == "pass"


def test_a_cup_in_each_half_is_one_too_many_and_the_photo_of_the_box_is_named(deskcheck: Command, desk: Path) -> None:
    (desk / "right.jpg").write_bytes(tiny_photo(red=225, green=230))
    ran = deskcheck("check", "left.jpg", "right.jpg", "--layout", "easy.yaml", "--together", "--json")
    (finding,) = [f for f in json.loads(ran.out)["findings"] if f["state"] == "suspected"]
    assert (ran.code, finding["rule"], finding["item"], finding["measured"]) == (1, "V06", "cup", 2)
    assert (finding["photo"] in ("left.jpg", "right.jpg"), finding["xyxy"] is not None) == (True, True)
    one = deskcheck("check", "left.jpg", "--layout", "easy.yaml", "--json")
    assert told_of(json.loads(one.out), "V06", "cup") == {("not_assessed", "outside_view")}


def test_a_pair_in_words_and_pictures(deskcheck: Command, desk: Path) -> None:
    ran = deskcheck(
        "check", "left.jpg", "right.jpg", "--layout", "strict.yaml", "--together", "--overlay", "drawn", "--lang", "zh"
    )
    assert ran.code == 1
    assert "left.jpg + right.jpg：窗口 A03 疑似" in ran.out
    assert "饮料瓶罐 禁止放在台面" in ran.out
    assert len(list((desk / "drawn").iterdir())) == 2


def test_a_photo_whose_desk_is_not_found_leaves_its_half_in_doubt(deskcheck: Command, desk: Path) -> None:
    from deskcheck_vision.images import decode_picture, encode_jpeg

    image = decode_picture(tiny_photo(red=0)).image[:600]
    (desk / "other.jpg").write_bytes(encode_jpeg(image))
    ran = deskcheck("check", "left.jpg", "other.jpg", "--layout", "needed.yaml", "--together", "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["state"], told["photos"][1]["registration"]) == (3, "inconclusive", "none")
    assert told_of(told, "V05", "beverage_container") == {("inconclusive", "not_registered")}


PAIR = ("left.jpg", "right.jpg")


@pytest.mark.parametrize(
    "words", [("left.jpg",), (*PAIR, "--view", "left"), (*PAIR, "--corners", "0,0 9,0 9,9 0,9")]
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(deskcheck: Command, desk: Path, words: tuple[str, ...]) -> None:
    ran = deskcheck("check", *words, "--layout", "easy.yaml", "--together")
    assert ran.code == 2
    assert "--together takes two photos or more" in ran.err


def test_a_photo_that_cannot_be_read_ends_it(deskcheck: Command, desk: Path) -> None:
    ran = deskcheck("check", "left.jpg", "absent.jpg", "--layout", "easy.yaml", "--together", "--json")
    assert ran.code == 2
    assert "absent.jpg" in ran.out
    assert '"findings"' not in ran.out
