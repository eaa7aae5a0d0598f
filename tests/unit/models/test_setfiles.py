"""YOLO sets as training reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from deskcheck_models.errors import TrainingDataError
from deskcheck_models.setfiles import read_set


def test_a_set_with_a_manifest_says_which_pictures_are_complete(tmp_path: Path) -> None:
    for part in ("images", "labels"):
        (tmp_path / part).mkdir()
    (tmp_path / "classes.txt").write_text("pen\nthermos\n")
    (tmp_path / "labels" / "a.txt").write_text("1 0.5 0.5 0.5 0.5\n")
    (tmp_path / "images" / "a.jpg").write_bytes(b"")
    (tmp_path / "manifest.csv").write_text("file,kind,origin,complete\na.jpg,desk,composed,0\n")
    (picture,) = read_set(tmp_path)
    assert (picture.names, picture.complete) == (("thermos",), False)
    assert picture.origin == ""
    head = "file,kind,origin,picture,complete\n"
    teaches, decides = "coco_mini/images/train2017/0.jpg", "coco_mini/images/train2017/1.jpg"
    (tmp_path / "manifest.csv").write_text(f"{head}a.jpg,real,coco_mini,{teaches},0\n")
    assert read_set(tmp_path)[0].origin == "coco_mini"
    held_out = "coco_mini/images/val2017/1.jpg"
    for shown, said in ((decides, "must not teach"), (held_out, "must not teach"), ("", "make the set again")):
        (tmp_path / "manifest.csv").write_text(f"{head}a.jpg,real,coco_mini,{shown},0\n")
        with pytest.raises(TrainingDataError, match=said):
            read_set(tmp_path)
    (tmp_path / "manifest.csv").write_text("file,kind,origin,complete\nb.jpg,desk,composed,0\n")
    with pytest.raises(TrainingDataError, match=r"b\.jpg"):
        read_set(tmp_path)
