"""Printed things whose face is cut from real photographs of a data folder; without the folder there are none."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path

import cv2
import numpy as np

from deskcheck_datasets.splits import Role, percent_of, role_of
from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Texture, printed
from deskcheck_datasets.synthetic.items.kinds import Kind
from deskcheck_datasets.synthetic.items.looks import PAPER
from deskcheck_datasets.synthetic.items.scans import scan_folder
from deskcheck_datasets.synthetic.mesh import box, panel

_FOLDER = "trashnet/paper"
_CENTRE = 0.44
# A plain sheet or the white board around a small thing has little contrast in its middle.
_LEAST_CONTRAST = 42.0
_WEIGHT = 0.5


def cut_kinds(class_id: str) -> tuple[Kind, ...]:
    """Kinds with a face out of a photograph; they are labelled ``cut:<thing>``."""
    scans = scan_folder()
    folder = None if scans is None else scans.parent / _FOLDER
    if folder is None or not folder.is_dir():
        return ()
    things = {"paper_document": _leaflet, "newspaper_magazine": _magazine, "brochure": _leaflets}
    if class_id not in things:
        return ()
    make = things[class_id]
    return (Kind(f"cut:{make.__name__.strip('_')}", partial(make, folder), _WEIGHT),)


@lru_cache(maxsize=4)
def _pictures(folder: Path, held_out: bool) -> tuple[Path, ...]:
    """Pictures that may teach; one half of them is for held-out items only."""
    found = [p for p in sorted(folder.glob("*.jpg")) if role_of(f"{_FOLDER}/{p.name}") is Role.TRAIN]
    return tuple(p for p in found if (percent_of(f"cuttings/{p.name}") < 30) is held_out)


@lru_cache(maxsize=256)
def _middle(path: Path) -> Texture | None:
    """The middle of a picture, RGB, where something is printed on it."""
    picture = cv2.imread(str(path), cv2.IMREAD_REDUCED_COLOR_2)
    if picture is None:
        return None
    h, w = picture.shape[:2]
    y, x = int(h * (1 - _CENTRE) / 2), int(w * (1 - _CENTRE) / 2)
    cut = picture[y : h - y, x : w - x]
    if float(cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY).std()) < _LEAST_CONTRAST:
        return None
    scale = min(1.0, 320 / max(cut.shape[:2]))
    small = cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small[..., ::-1]).astype(np.uint8)


def _face(folder: Path, draw: Draw) -> Texture:
    """A printed face, turned by quarter turns at will; grey where no picture will do."""
    pictures = _pictures(folder, draw.held_out)
    for _ in range(8):
        cut = _middle(draw.pick(pictures)) if pictures else None
        if cut is not None:
            return np.ascontiguousarray(np.rot90(cut, draw.integer(0, 3)))
    return np.full((64, 64, 3), 200, np.uint8)


def _leaflet(folder: Path, draw: Draw) -> Item:
    """A printed sheet lying."""
    kit, w, d = Kit(), draw.uniform(18, 23), draw.uniform(24, 31)
    kit.add(box(w, d, 0.06, 0.01, 0.02), PAPER)
    kit.add(panel(w, d).moved(z_cm=0.07), printed(_face(folder, draw), 0.6))
    return kit.item("paper_document", "leaflet")


def _magazine(folder: Path, draw: Draw) -> Item:
    """A magazine with a real cover."""
    kit, w, d, h = Kit(), draw.uniform(19, 23), draw.uniform(26, 30), draw.uniform(0.4, 1.4)
    kit.add(box(w, d, h, 0.04, 0.05), PAPER)
    kit.add(panel(w, d).moved(z_cm=h + 0.012), printed(_face(folder, draw), 0.25))
    return kit.item("newspaper_magazine", "magazine")


def _leaflets(folder: Path, draw: Draw) -> Item:
    """A small pile of folded leaflets."""
    kit, face = Kit(), printed(_face(folder, draw), 0.3)
    for k in range(draw.integer(2, 5)):
        turn = draw.free(-12, 12)
        kit.add(box(10, 21, 0.2, 0.02).turned("z", turn).moved(0, 0, k * 0.23), PAPER)
        kit.add(panel(10, 21).turned("z", turn).moved(0, 0, k * 0.23 + 0.21), face)
    return kit.item("brochure", "leaflets")
