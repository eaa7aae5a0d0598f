"""Scanned objects of a data folder as further kinds; without that folder there are none, and nothing else changes.

The meshes (``models3d/<name>/textured.obj.gz`` in metres, ``texture_map.jpg`` beside it) are thinned by merging the
vertices of a grid's cells, since a scan has far more triangles than a thing of a few hundred pixels needs.
"""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import cv2
import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Texture
from deskcheck_datasets.synthetic.items.kinds import Kind
from deskcheck_datasets.synthetic.mesh import Floats, Ints, Mesh

FOLDER_VARIABLE = "DESKCHECK_DATA_DIR"
_MOST_FACES = 2400
_TEXTURE_PX = 384
_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned object: the class it stands for, and whether only tests see it."""

    class_id: str
    name: str
    test_only: bool = False


SCANS: tuple[Scan, ...] = (
    Scan("cup", "blue_cup"),
    Scan("cup", "green_cup"),
    Scan("cup", "orange_cup"),
    Scan("cup", "yellow_cup", test_only=True),
    Scan("pen", "black_marker"),
    Scan("pen", "blue_marker"),
    Scan("pen", "red_marker"),
    Scan("pen", "large_marker"),
    Scan("pen", "small_marker", test_only=True),
    Scan("pen_holder", "book_holder_1"),
    Scan("document_tray", "book_holder_2"),
    Scan("cosmetics", "conditioner"),
    Scan("cosmetics", "shampoo"),
    Scan("cosmetics", "soap"),
    Scan("cosmetics", "toothpaste_1", test_only=True),
    Scan("small_stationery", "correction_fluid"),
    Scan("small_stationery", "glue_1"),
    Scan("small_stationery", "scissors"),
    Scan("small_stationery", "stapler_1"),
    Scan("small_stationery", "glue_2", test_only=True),
    Scan("small_stationery", "stapler_2", test_only=True),
    Scan("food", "orion_pie"),
    Scan("food", "plastic_apple"),
    Scan("food", "plastic_banana"),
    Scan("food", "plastic_lemon"),
    Scan("food", "plastic_orange"),
    Scan("food", "plastic_peach"),
    Scan("food", "plastic_pear", test_only=True),
    Scan("food", "plastic_plum", test_only=True),
)


def scan_folder() -> Path | None:
    """The folder of scanned objects, where one is given and there."""
    named = os.environ.get(FOLDER_VARIABLE, "")
    folder = Path(named) / "models3d"
    return folder if named and folder.is_dir() else None


def scan_kinds(class_id: str) -> tuple[Kind, ...]:
    """Kinds made of the scans that are there; they are labelled ``scan:<name>``."""
    folder = scan_folder()
    return () if folder is None else _kinds(folder, class_id)


@lru_cache(maxsize=128)
def _kinds(folder: Path, class_id: str) -> tuple[Kind, ...]:
    return tuple(
        Kind(f"scan:{scan.name}", partial(_item, folder, scan), _WEIGHT, scan.test_only)
        for scan in SCANS
        if scan.class_id == class_id and (folder / scan.name / "textured.obj.gz").is_file()
    )


def _item(folder: Path, scan: Scan, draw: Draw) -> Item:
    mesh, texture = load_scan(folder / scan.name)
    size = draw.uniform(0.92, 1.1)
    kit = Kit()
    kit.add(mesh.scaled(size, size, size), Material(texture=texture, roughness=draw.uniform(0.35, 0.6), clearcoat=0.2))
    return kit.item(scan.class_id, f"scan:{scan.name}")


@lru_cache(maxsize=64)
def load_scan(folder: Path) -> tuple[Mesh, Texture]:
    """Read and thin a scanned object.

    Returns:
        The mesh in cm, its lowest point at z = 0, and its texture, RGB.

    Raises:
        OSError: a file is not there or not readable.
    """
    points, uv, corners, corner_uv = _read_obj(folder / "textured.obj.gz")
    points = points * 100.0
    points[:, 2] -= points[:, 2].min()
    picture = cv2.imread(str(folder / "texture_map.jpg"))
    if picture is None:
        raise OSError(f"no picture in {folder / 'texture_map.jpg'}")
    scale = min(1.0, _TEXTURE_PX / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    texture = np.ascontiguousarray(small[..., ::-1]).astype(np.uint8)
    texture.setflags(write=False)
    return _thinned(points, uv, corners, corner_uv), texture


def _read_obj(path: Path) -> tuple[Floats, Floats, Ints, Ints]:
    """Vertices (V, 3), texture coordinates (T, 2), and per triangle their indices (F, 3) each."""
    points: list[list[float]] = []
    uv: list[list[float]] = []
    faces: list[list[list[int]]] = []
    with gzip.open(path, "rt", encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("v "):
                points.append([float(v) for v in line.split()[1:4]])
            elif line.startswith("vt "):
                uv.append([float(v) for v in line.split()[1:3]])
            elif line.startswith("f "):
                ids = [[int(v or 1) for v in corner.split("/")[:2]] for corner in line.split()[1:]]
                faces += [[ids[0], ids[k], ids[k + 1]] for k in range(1, len(ids) - 1)]
    index = np.asarray(faces, np.int64) - 1
    return np.asarray(points), np.asarray(uv), index[..., 0], index[..., 1]


def _thinned(points: Floats, uv: Floats, corners: Ints, corner_uv: Ints) -> Mesh:
    """Merge vertices within grid cells, growing the cells until few enough triangles are left."""
    cell = float(np.ptp(points, axis=0).max()) / 70
    home = np.arange(len(points))
    places, kept = points, np.arange(len(corners))
    while len(kept) > _MOST_FACES:
        _, home = np.unique(np.floor(points / cell).astype(np.int64), axis=0, return_inverse=True)
        home = home.reshape(-1)
        count = np.bincount(home)
        places = np.stack([np.bincount(home, points[:, k]) / count for k in range(3)], 1)
        faces = home[corners]
        whole = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
        _, first = np.unique(np.sort(faces, axis=1), axis=0, return_index=True)
        kept = np.intersect1d(first, np.flatnonzero(whole))
        cell *= 1.15
    used = places[home[corners[kept]]].reshape(-1, 3)
    lowest = used[:, 2].min()
    used[:, 2] -= lowest
    flat = uv[corner_uv[kept]].reshape(-1, 2)
    return Mesh(used, np.arange(len(used)).reshape(-1, 3), flat, solid=False, crease_deg=60.0)
