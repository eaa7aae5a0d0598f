"""``deskcheck check-film`` with a tiny real model on films made here: moments, times, exit codes, what can be wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deskcheck_vision.images import decode_picture
from films import write_film
from tiny_desk import ALLOWED, CORNERS, tiny_layout, tiny_photo

from tests.integration.cli.conftest import Command

CLOSED, OPEN = "2026-11-20T18:00", "2026-11-20T10:00"


@pytest.fixture
def desk(tmp_path: Path, tiny_onnx: Any, monkeypatch: pytest.MonkeyPatch, deskcheck: Command) -> Path:
    """A film: four seconds of a tidy desk, then a forbidden bottle; a layout; the tiny model as the installation's."""
    monkeypatch.setenv("DESKCHECK_MODEL_PATH", str(tiny_onnx()))
    tidy, bottle = (decode_picture(tiny_photo(green=green)).image for green in (0, 230))
    write_film(tmp_path / "hall.mp4", 8, pictures=[tidy] * 4 + [bottle] * 4, created="2026-11-20T10:00:00+00:00")
    (tmp_path / "strict.yaml").write_text(tiny_layout(), encoding="utf-8")
    (tmp_path / "easy.yaml").write_text(tiny_layout(*ALLOWED), encoding="utf-8")
    return tmp_path


def _told(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def _of(one: dict[str, Any], rule: str, item: str) -> list[tuple[str, str | None]]:
    return [(f["state"], f["reason"]) for f in one["findings"] if (f["rule"], f["item"]) == (rule, item)]


def test_each_moment_is_judged_by_itself_with_its_own_time(deskcheck: Command, desk: Path) -> None:
    ran = deskcheck("check-film", "hall.mp4", "--layout", "strict.yaml", "--view", "a03", "--every", "2s", "--json")
    assert (ran.code, ran.err) == (1, "")
    told = _told(ran.out)
    assert [(one["film"], one["time_s"], one["state"]) for one in told] == [
        ("hall.mp4", 0.0, "pass"),
        ("hall.mp4", 2.0, "pass"),
        ("hall.mp4", 4.0, "suspected"),
        ("hall.mp4", 6.0, "suspected"),
    ]
    # The film's own time, 18:00 at the centre: closed, so that nothing has a time of grace.
    assert [one["captured_at"] for one in told] == [f"2026-11-20T10:00:0{s}+00:00" for s in (0, 2, 4, 6)]
    assert _of(told[2], "V01", "beverage_container") == [("suspected", None)]
    assert {(one["window"], one["view"], one["registration"]) for one in told} == {("A03", "a03", "view")}
    assert set(told[0]) - {"film", "time_s"} == {
        "window", "state", "captured_at", "image_wh", "registration", "view", "residual_cm", "findings", "model",
        "layout_version", "rule_set",
    }  # fmt: skip


def test_it_is_judged_as_a_camera_within_hours_a_thing_may_stay_a_while(deskcheck: Command, desk: Path) -> None:
    for start, state, code in ((CLOSED, ("suspected", None), 1), (OPEN, ("inconclusive", "within_grace"), 3)):
        arguments = ("--layout", "strict.yaml", "--view", "a03", "--every", "4s", "--start", start, "--json")
        ran = deskcheck("check-film", "hall.mp4", *arguments)
        told = _told(ran.out)
        assert ran.code == code
        assert _of(told[1], "V01", "beverage_container") == [state]
        assert told[1]["captured_at"][11:] == ("10:00:04+00:00" if start == CLOSED else "02:00:04+00:00")


@pytest.mark.parametrize(("language", "words"), [("zh", ("疑似", "饮料瓶罐", "00:06")), ("en", ("suspected", "00:06"))])
def test_people_read_sentences_with_the_films_clock(
    deskcheck: Command, desk: Path, language: str, words: tuple[str, ...]
) -> None:
    ran = deskcheck("check-film", "hall.mp4", "--layout", "strict.yaml", "--every", "2s", "--lang", language)
    assert all(word in ran.out for word in words)
    assert ran.err.count("a03") == 1  # a guessed view is said once, not for every moment


def test_nothing_suspected_ends_with_zero_and_corners_serve_as_well(deskcheck: Command, desk: Path) -> None:
    ran = deskcheck("check-film", "hall.mp4", "--layout", "easy.yaml", "--corners", CORNERS, "--json")
    assert (ran.code, len(_told(ran.out))) == (0, 1)


def test_annotated_moments_are_kept_apart(deskcheck: Command, desk: Path) -> None:
    deskcheck("check-film", "hall.mp4", "--layout", "strict.yaml", "--view", "a03", "--every", "4", "--overlay", "out")
    assert sorted(path.name for path in (desk / "out").iterdir()) == [
        "hall-00000.0s.deskcheck.jpg",
        "hall-00004.0s.deskcheck.jpg",
    ]


def test_moments_without_a_picture_of_their_own_are_said(deskcheck: Command, desk: Path) -> None:
    ran = deskcheck(
        "check-film", "hall.mp4", "--layout", "strict.yaml", "--view", "a03", "--every", "1s", "--json", "--lang", "en"
    )
    assert len(_told(ran.out)) == 4
    assert "only 4 of 8 moments" in ran.err


def test_a_film_without_a_time_is_said(deskcheck: Command, desk: Path) -> None:
    write_film(desk / "bare.mp4", 2, pictures=[np.full((256, 256, 3), 90, np.uint8)] * 2)
    ran = deskcheck("check-film", "bare.mp4", "--layout", "strict.yaml", "--view", "a03", "--json")
    assert "--start" in ran.err
    assert ran.code == 3
    assert _told(ran.out)[0]["state"] == "inconclusive"


def test_a_damaged_moment_is_an_error_and_the_others_are_judged(deskcheck: Command, desk: Path) -> None:
    pictures = [np.random.default_rng(k).integers(0, 255, (256, 256, 3), dtype=np.uint8) for k in range(8)]
    path = write_film(desk / "half.mp4", 8, pictures=pictures, options={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    arguments = ("--layout", "easy.yaml", "--view", "a03", "--every", "2s", "--start", CLOSED, "--json")
    ran = deskcheck("check-film", "half.mp4", *arguments)
    told = _told(ran.out)
    assert ran.code == 2
    assert [one["time_s"] for one in told] == [0.0, 2.0, 4.0, 6.0]
    assert "findings" in told[0]
    assert told[3]["error"]["code"] == "film.damaged"
    assert "error film.damaged" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("none.mp4",), "film.absent"),
        (("strict.yaml",), "film.unknown_format"),
        (("hall.mp4", "--every", "soon"), "cli.span_unreadable"),
        (("hall.mp4", "--every", "0s"), "cli.span_unreadable"),
        (("hall.mp4", "--start", "yesterday"), "cli.time_unreadable"),
        (("hall.mp4", "--view", "b07"), "cli.view_unknown"),
        (("hall.mp4", "--desk-size", "160x70"), "cli.usage"),
    ],
)
def test_what_cannot_be_done_is_one_line(deskcheck: Command, desk: Path, arguments: tuple[str, ...], code: str) -> None:
    ran = deskcheck("check-film", *arguments, "--layout", "strict.yaml", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error {code}: ")
    assert ran.err.count("\n") == 1
