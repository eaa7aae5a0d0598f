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
    (tmp_path / "manifest.csv").write_text("file,kind,origin,complete\na.jpg,real,coco_mini,0\n")
    assert read_set(tmp_path)[0].origin == "coco_mini"
    (tmp_path / "manifest.csv").write_text("file,kind,origin,complete\nb.jpg,desk,composed,0\n")
    with pytest.raises(TrainingDataError, match=r"b\.jpg"):
        read_set(tmp_path)
