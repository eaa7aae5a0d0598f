from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from deskcheck_service.demo.hall_file import HallFileError, read_hall

PHOTO = {
    "file": "photos/a01-1.jpg",
    "captured_at": "2026-11-20T10:00:00+08:00",
    "planted": [{"rule": "V01", "item": "food"}],
}
HALL: dict[str, Any] = {
    "format": "1",
    "windows": [
        {
            "code": "A01", "name_zh": "一号窗口", "name_en": "window 1", "area_zh": "甲区", "area_en": "area A",
            "later": "key", "photos": [PHOTO],
        },
        {"code": "A02", "name_zh": "二号窗口", "name_en": "window 2", "area_zh": "甲区", "area_en": "area A"},
    ],
}  # fmt: skip


def _read(folder: Path, hall: dict[str, Any]) -> Any:
    path = folder / "hall.json"
    path.write_text(json.dumps(hall), encoding="utf-8")
    return read_hall(path)


def test_a_hall_is_read_and_later_keys_do_not_disturb(tmp_path: Path) -> None:
    hall = _read(tmp_path, HALL)
    assert hall.folder == tmp_path
    assert hall.areas == (("甲区", "area A"),)
    [(window, photo)] = hall.photos
    assert (window.code, photo.name) == ("A01", "a01-1.jpg")
    assert [(plant.rule, plant.item) for plant in photo.planted] == [("V01", "food")]


def _changed(path: list[str | int], value: object) -> dict[str, Any]:
    hall = copy.deepcopy(HALL)
    place: Any = hall
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return hall


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (["format"], "2", "format"),
        (["windows"], [], "windows"),
        (["windows", 1, "code"], "A01", "same code"),
        (["windows", 0, "code"], "A 01", "windows.0.code"),
        (["windows", 0, "area_zh"], "", "windows.0.area_zh"),
        (["windows", 0, "photos", 0, "captured_at"], "2026-11-20T10:00:00", "time zone"),
        (["windows", 0, "photos", 0, "planted", 0, "rule"], "first", "planted.0.rule"),
        (["windows", 0, "photos", 0, "corners_px"], [[1, 2], [3, 4]], "corners_px"),
        (["windows", 0, "photos"], [PHOTO, PHOTO], "same file name"),
    ],
)
def test_a_wrong_hall_is_refused_naming_the_place(
    tmp_path: Path, path: list[str | int], value: object, told: str
) -> None:
    with pytest.raises(HallFileError) as caught:
        _read(tmp_path, _changed(path, value))
    assert told in caught.value.sentence("en")


def test_what_is_no_json_and_what_is_absent_are_refused(tmp_path: Path) -> None:
    (tmp_path / "hall.json").write_text("windows: []")
    with pytest.raises(HallFileError):
        read_hall(tmp_path / "hall.json")
    with pytest.raises(HallFileError) as caught:
        read_hall(tmp_path / "none.json")
    assert "none.json" in caught.value.sentence("en")


FILM: dict[str, Any] = {
    "file": "clips/a01.mp4",
    "started_at": "2026-11-20T18:00:00+08:00",
    "view": "camera",
    "states": [{"from_s": 0, "to_s": 4}, {"from_s": 4, "to_s": 9, "planted": [{"rule": "V01", "item": "bag"}]}],
}


def test_a_film_says_what_it_shows_when(tmp_path: Path) -> None:
    ((window, film),) = _read(tmp_path, _changed(["windows", 0, "clips"], [FILM])).clips
    assert (window.code, film.name, film.every_s) == ("A01", "a01.mp4", 10.0)
    assert [len(film.at(time_s).planted) for time_s in (0, 3.9, 4, 8, 100)] == [0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"started_at": "2026-11-20T18:00:00"}, "started_at"),
        ({"every_s": 0}, "every_s"),
        ({"states": []}, "states"),
        ({"states": [FILM["states"][1]]}, "gaps"),
        ({"states": [FILM["states"][0], {"from_s": 5, "to_s": 9}]}, "gaps"),
    ],
)
def test_a_wrong_film_is_refused_naming_the_place(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(HallFileError) as caught:
        _read(tmp_path, _changed(["windows", 0, "clips"], [{**FILM, **change}]))
    assert told in caught.value.sentence("en")
