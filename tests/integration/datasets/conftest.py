from __future__ import annotations

import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

_OBJECTS = {"stapler": (40, 60, 200), "cup": (200, 90, 30), "kettle": (30, 30, 30), "pen": (10, 160, 40)}


# Folder -> (picture, whether its box is good); pictures of two classes bear the same number.
_ONE_OBJECT = {
    "product_photos": {"stapler/1": "1", "lamp/1": "0", "printer/1": "0"},
    "webobj224": {"mouse/100": "1", "laptop/100": "1"},
    "caltech101": {"scissors/1": "1"},
    "clothing": {"shirt/1": "0"},
}


def _noise(path: Path, seed: int, wh: tuple[int, int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    coarse = rng.integers(60, 220, (8, 8, 3)).astype(np.uint8)
    cv2.imwrite(str(path), cv2.resize(coarse, wh, interpolation=cv2.INTER_CUBIC))


def _boxed(folder: Path, names: list[str], pictures: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    (folder / "classes.txt").write_text("\n".join(names) + "\n")
    for index, (stem, rows) in enumerate(pictures.items()):
        _noise(folder / "images" / f"{stem}.jpg", zlib.crc32(folder.name.encode()) + index, (320, 240))
        label = folder / "labels" / f"{stem}.txt"
        label.parent.mkdir(parents=True, exist_ok=True)
        label.write_text(rows)


def _one_object(folder: Path, things: dict[str, str]) -> None:
    rows = ["file,class,x0,y0,x1,y1,good", "pen/absent.jpg,pen,0.1,0.1,0.9,0.9,1"]
    for index, (name, good) in enumerate(things.items()):
        _noise(folder / f"{name}.jpg", zlib.crc32(folder.name.encode()) + index, (200, 160))
        rows.append(f"{name}.jpg,{name.split('/')[0]},0.2,0.3,0.6,0.9,{good}")
    (folder / "auto_boxes.csv").write_text("\n".join(rows) + "\n")


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the real one's shape, drawn by the test."""
    root = tmp_path_factory.mktemp("data")
    for index in range(2):
        _noise(root / "textures" / f"wood{index}.jpg", index, (300, 300))
        _noise(root / "scenes_unlabelled" / "nyu_indoor" / f"{index}.jpg", 10 + index, (640, 480))
        _noise(root / "trashnet" / "paper" / f"paper{index}.jpg", 20 + index, (300, 300))
    rows = ["file,class,licence"]
    for name, colour in _OBJECTS.items():
        patch = np.zeros((60, 90, 4), np.uint8)
        cv2.ellipse(patch, (45, 30), (42, 27), 0, 0, 360, (*colour, 255), -1)
        file = f"photos/{name}/prod_{name}.png"
        (root / "cutouts" / "photos" / name).mkdir(parents=True)
        cv2.imwrite(str(root / "cutouts" / file), patch)
        rows.append(f"{file},{name},drawn")
    (root / "cutouts" / "classes.csv").write_text("\n".join(rows) + "\n")
    _boxed(
        root / "coco_mini",
        ["person", "cup"],
        {"train2017/9": "1 0.5 0.5 0.4 0.4\n", "train2017/1": "", "val2017/2": "0 0.5 0.5 1 1\n"},
    )
    _boxed(root / "bottles_cups", ["bottle", "cup"], {f"dcl_{i:03d}": "0 0.5 0.5 0.3 0.6\n" for i in (4, 51, 67)})
    _boxed(root / "fruit_boxes", ["apple"], {"apple_1": "0 0.5 0.5 0.3 0.3\n"})
    _boxed(root / "office_cctv", ["monitor", "phone"], {"train/a": "0 0.3 0.3 0.2 0.2\n1 0.7 0.7 0.1 0.1\n"})
    for source, things in _ONE_OBJECT.items():
        _one_object(root / source, things)
    return root
