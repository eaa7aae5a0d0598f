from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from deskcheck_service.demo.hall_file import HallFileError, read_hall

HALL: dict[str, Any] = {
    "format": "1",
    "centre": {"code": "C1", "name_zh": "中心", "name_en": "centre"},
    "areas": [{"code": "A", "name_zh": "甲区", "name_en": "area A"}],
    "windows": [{"code": "A01", "area": "A", "name_zh": "一号窗口", "name_en": "window 1", "later": "key"}],
    "photos": [
        {
            "window": "A01",
            "file": "photos/a01-1.jpg",
            "taken_at": "2026-11-20T10:00:00+08:00",
            "planted": [{"rule": "V01", "item": "food"}],
        }
    ],
}


def _read(folder: Path, hall: dict[str, Any]) -> Any:
    path = folder / "hall.json"
    path.write_text(json.dumps(hall), encoding="utf-8")
    return read_hall(path)


def test_a_hall_is_read_and_later_keys_do_not_disturb(tmp_path: Path) -> None:
    hall = _read(tmp_path, HALL)
    assert hall.folder == tmp_path
    assert hall.photos[0].name == "a01-1.jpg"
    assert [(plant.rule, plant.item) for plant in hall.photos[0].planted] == [("V01", "food")]


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
        (["areas"], [], "areas"),
        (["windows", 0, "area"], "B", "unknown area B"),
        (["photos", 0, "window"], "B09", "unknown window B09"),
        (["photos", 0, "taken_at"], "2026-11-20T10:00:00", "time zone"),
        (["photos", 0, "planted", 0, "rule"], "first", "planted.0.rule"),
        (["photos"], [HALL["photos"][0], HALL["photos"][0]], "same file name"),
        (["windows", 0, "code"], "A 01", "windows.0.code"),
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
