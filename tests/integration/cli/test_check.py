"""``deskcheck check`` with a tiny real model: exit codes, JSON, overlays and everything that can be wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deskcheck_calibration.layout import Policy, PolicyKind
from deskcheck_vision.images import decode_picture, encode_jpeg
from tiny_desk import ALLOWED, CORNERS, SIDE_PX, tiny_layout, tiny_photo

from tests.integration.cli.conftest import Command


@pytest.fixture
def desk(tmp_path: Path, tiny_onnx: Any, monkeypatch: pytest.MonkeyPatch, deskcheck: Command) -> Path:
    """A folder with a photo, a layout that forbids the bottle, and the tiny model as the installation's."""
    monkeypatch.setenv("DESKCHECK_MODEL_PATH", str(tiny_onnx()))
    (tmp_path / "a03.jpg").write_bytes(tiny_photo())
    (tmp_path / "strict.yaml").write_text(tiny_layout(), encoding="utf-8")
    (tmp_path / "easy.yaml").write_text(tiny_layout(*ALLOWED), encoding="utf-8")
    return tmp_path


def test_a_forbidden_item_is_suspected_and_the_exit_code_is_one(deskcheck: Command, desk: Path) -> None:
    ran = deskcheck("check", "a03.jpg", "--layout", "strict.yaml", "--json", "--at", "2026-11-20T10:00")
    assert (ran.code, ran.err) == (1, "")
    told = json.loads(ran.out)
    assert told["photo"] == "a03.jpg"
    assert (told["window"], told["state"], told["layout_version"]) == ("A03", "suspected", 4)
    assert (told["registration"], told["view"]) == ("view", "a03")
    assert told["captured_at"] == "2026-11-20T02:00:00+00:00"
    assert told["model"]["name"] == "tiny-1"
    assert len(told["model"]["sha256"]) == 64
    assert told["model"]["session"] == "onnxruntime-fp32"
    assert told["rule_set"]
    suspected = [finding for finding in told["findings"] if finding["state"] == "suspected"]
    assert ("V01", "beverage_container") in [(finding["rule"], finding["item"]) for finding in suspected]
    bottle = next(finding for finding in suspected if finding["rule"] == "V01")
    assert bottle["place"] == "counter"
    assert bottle["xyxy"] == pytest.approx([640, 128, 896, 384], abs=2)
    assert bottle["confidence"] == pytest.approx(0.9, abs=0.05)
    assert "beverage container" in bottle["sentence"]
    assert {"rule", "state", "item", "place", "measured", "limit", "unit", "uncertainty", "reason"} <= set(bottle)


@pytest.mark.parametrize(("language", "words"), [("zh", ("疑似", "饮料瓶罐")), ("en", ("suspected", "beverage"))])
def test_people_read_a_sentence(deskcheck: Command, desk: Path, language: str, words: tuple[str, str]) -> None:
    ran = deskcheck("check", "a03.jpg", "--layout", "strict.yaml", "--lang", language)
    assert all(word in ran.out for word in words)


def test_nothing_suspected_is_a_pass(deskcheck: Command, desk: Path) -> None:
    ran = deskcheck("check", "a03.jpg", "--layout", "easy.yaml", "--json")
    told = json.loads(ran.out)
    assert [finding for finding in told["findings"] if finding["state"] in {"suspected", "inconclusive"}] == []
    assert (ran.code, told["state"]) == (0, "pass")


def test_a_picture_that_cannot_be_judged_ends_with_three(deskcheck: Command, desk: Path) -> None:
    dull = np.full((SIDE_PX, SIDE_PX, 3), 128, np.uint8)
    (desk / "a03.jpg").write_bytes(encode_jpeg(dull))
    ran = deskcheck("check", "a03.jpg", "--layout", "easy.yaml", "--json")
    assert (ran.code, json.loads(ran.out)["state"]) == (3, "inconclusive")


def test_a_photo_that_no_view_fits_cannot_be_judged_and_the_next_step_is_told(deskcheck: Command, desk: Path) -> None:
    image = decode_picture(tiny_photo()).image[:600]
    (desk / "other.jpg").write_bytes(encode_jpeg(image))
    ran = deskcheck("check", "other.jpg", "--layout", "easy.yaml", "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["state"], told["registration"]) == (3, "inconclusive", "none")
    assert {finding["reason"] for finding in told["findings"] if finding["state"] == "inconclusive"} == {
        "not_registered"
    }
    assert "deskcheck calibrate" in ran.err


def test_a_guessed_view_is_said_and_a_named_one_is_not(deskcheck: Command, desk: Path) -> None:
    (desk / "later.jpg").write_bytes(tiny_photo())
    guessed = deskcheck("check", "later.jpg", "--layout", "easy.yaml", "--json")
    assert json.loads(guessed.out)["view"] == "a03"
    assert "--view" in guessed.err
    named = deskcheck("check", "later.jpg", "--layout", "easy.yaml", "--json", "--view", "a03")
    assert named.err == ""
    assert json.loads(named.out)["findings"] == json.loads(guessed.out)["findings"]


def test_corners_win_over_views_and_give_the_same_judgement(deskcheck: Command, desk: Path) -> None:
    by_view = json.loads(deskcheck("check", "a03.jpg", "--layout", "strict.yaml", "--json").out)
    ran = deskcheck("check", "a03.jpg", "--layout", "strict.yaml", "--json", "--corners", CORNERS)
    by_corners = json.loads(ran.out)
    assert (ran.code, by_corners["registration"], by_corners["view"]) == (1, "corners", None)
    assert [(f["rule"], f["state"], f["item"]) for f in by_corners["findings"]] == [
        (f["rule"], f["state"], f["item"]) for f in by_view["findings"]
    ]


def test_the_worst_of_several_photos_is_the_exit_code(deskcheck: Command, desk: Path) -> None:
    (desk / "dull.jpg").write_bytes(encode_jpeg(np.full((SIDE_PX, SIDE_PX, 3), 128, np.uint8)))
    (desk / "broken.jpg").write_bytes(tiny_photo()[:2000])
    for photos, code in (
        (["a03.jpg"], 1),
        (["dull.jpg"], 3),
        (["dull.jpg", "a03.jpg"], 1),
        (["a03.jpg", "broken.jpg", "dull.jpg"], 2),
        (["dull.jpg", "missing.jpg"], 2),
    ):
        ran = deskcheck("check", *photos, "--layout", "strict.yaml", "--json")
        assert ran.code == code, photos
        assert [json.loads(line)["photo"] for line in ran.out.splitlines()] == photos


def test_a_time_without_a_zone_is_the_centres_own_clock(deskcheck: Command, desk: Path) -> None:
    for at in ("2026-11-20T10:00", "2026-11-20T10:00+08:00", "2026-11-20T02:00Z"):
        told = json.loads(deskcheck("check", "a03.jpg", "--layout", "strict.yaml", "--json", "--at", at).out)
        assert told["captured_at"] == "2026-11-20T02:00:00+00:00"


def test_unsure_items_can_be_left_out(deskcheck: Command, desk: Path) -> None:
    told = json.loads(deskcheck("check", "a03.jpg", "--layout", "strict.yaml", "--json", "--conf", "0.99").out)
    assert not [finding for finding in told["findings"] if finding["xyxy"]]


def test_the_overlay_is_drawn_and_people_are_masked(deskcheck: Command, desk: Path) -> None:
    (desk / "a03.jpg").write_bytes(tiny_photo(blue=200))
    assert deskcheck("check", "a03.jpg", "--layout", "strict.yaml", "--overlay", "out").code == 1
    drawn = decode_picture((desk / "out" / "a03.deskcheck.jpg").read_bytes()).image
    photo = decode_picture((desk / "a03.jpg").read_bytes()).image
    assert drawn.shape == photo.shape
    person = np.s_[700:840, 180:330]
    detail = [image[person].astype(float).std(axis=(0, 1)).max() for image in (drawn, photo)]
    assert detail[0] < detail[1] / 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('taxonomy: "1"', 'taxonomy: "99"'), "taxonomy"),
        (('window: "A03"', 'window: "A03'), "line"),
        (('kind: "main_counter"', 'kind: "mane_counter"'), "surfaces[0].kind"),
        (("[0, 0], [64, 0], [64, 64], [0, 64]", "[0, 0], [64, 64], [64, 0], [0, 64]"), "surfaces[0].polygon_cm"),
        (("[0, 0], [64, 0], [64, 64], [0, 64]", "[0, 0], [64, 0], [32, 0], [0, 0]"), "surfaces[0].polygon_cm"),
        (('format: "1"', 'format: "7"'), "format"),
    ],
)
def test_a_layout_that_cannot_be_used_is_told_by_line(
    deskcheck: Command, desk: Path, change: tuple[str, str], told: str
) -> None:
    text = tiny_layout(*ALLOWED)
    assert change[0] in text
    (desk / "odd.yaml").write_text(text.replace(*change, 1), encoding="utf-8")
    ran = deskcheck("check", "a03.jpg", "--layout", "odd.yaml", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error layout.file_unusable: ")
    assert "odd.yaml" in ran.err
    assert "line " in ran.err
    assert told in ran.err
    assert ran.err.count("\n") == 1


def test_an_unknown_class_is_told_with_its_line(deskcheck: Command, desk: Path) -> None:
    text = tiny_layout(Policy("cup", PolicyKind.ALLOWED)).replace('item: "cup"', 'item: "cupp"')
    (desk / "odd.yaml").write_text(text, encoding="utf-8")
    ran = deskcheck("check", "a03.jpg", "--layout", "odd.yaml")
    line = next(number for number, words in enumerate(text.splitlines(), 1) if "cupp" in words)
    assert f"line {line} policies[0].item" in ran.err
    assert "cupp" in ran.err
    shown = deskcheck("layout", "check", "odd.yaml")
    assert shown.code == 2
    assert f"line {line} policies[0].item" in shown.out
    assert deskcheck("layout", "check", "easy.yaml").code == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--layout", "none.yaml"], "cli.file_absent"),
        (["--layout", "a03.jpg"], "layout.file_unusable"),
        (["--layout", "."], "cli.file_unreadable"),
        (["--layout", "easy.yaml", "--view", "b07"], "cli.view_unknown"),
        (["--layout", "easy.yaml", "--corners", "1,2"], "cli.corners_unreadable"),
        (["--layout", "easy.yaml", "--corners", "0,0 1000,900 1000,0 0,900"], "calibration.corners_crossed"),
        (["--layout", "easy.yaml", "--desk-size", "64x64"], "cli.usage"),
        (["--layout", "easy.yaml", "--desk-size", "big", "--corners", CORNERS], "cli.desk_size_unreadable"),
        (["--layout", "easy.yaml", "--at", "noon"], "cli.time_unreadable"),
        (["--layout", "easy.yaml", "--model", "easy.yaml"], "model.unreadable"),
        (["--layout", "easy.yaml", "--conf", "0.1"], "cli.usage"),
        ([], "cli.usage"),
    ],
)
def test_every_other_mistake_is_one_line_with_its_code(
    deskcheck: Command, desk: Path, options: list[str], code: str
) -> None:
    ran = deskcheck("check", "a03.jpg", *options)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error {code}: "), ran.err
    assert " Next: " in ran.err
    assert ran.err.count("\n") == 1


def test_the_real_process_ends_with_the_same_codes(process: Command, desk: Path, tmp_path: Path) -> None:
    model = str(next(tmp_path.glob("*.onnx")))
    ran = process(
        *("check", "a03.jpg", "--layout", "strict.yaml", "--json"), env={"DESKCHECK_MODEL_PATH": model}, cwd=desk
    )
    assert (ran.code, ran.err) == (1, "")
    assert json.loads(ran.out)["state"] == "suspected"
    ran = process("check", "none.jpg", "--layout", "strict.yaml", env={"DESKCHECK_MODEL_PATH": model}, cwd=desk)
    assert ran.code == 2
    assert ran.err.startswith("error cli.file_absent")
    assert "Traceback" not in ran.err
