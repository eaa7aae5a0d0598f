"""Desk surfaces, walls and rooms to compose on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from deskcheck_vision.detections import Uint8Array

from deskcheck_datasets.errors import DataFolderError

_BARE_TABLES = ("nl_sample", "nl_background", "eliz_background")


@dataclass(frozen=True, slots=True)
class BackgroundLibrary:
    """Pictures by what they can be used for.

    Attributes:
        surfaces: close-ups of desk material, nothing lying on them.
        rooms: rooms, counters and desks with things in them.
        prints: photographed paper, for the covers of leaflets.
    """

    surfaces: tuple[Path, ...]
    rooms: tuple[Path, ...]
    prints: tuple[Path, ...]


def load_backgrounds(data_dir: Path) -> BackgroundLibrary:
    """List the backgrounds of the data folder.

    Raises:
        DataFolderError: a group is empty.
    """
    scenes = data_dir / "scenes_unlabelled"
    textures = [p for p in sorted((data_dir / "textures").glob("*")) if p.suffix.lower() in {".jpg", ".png"}]
    tables = [p for p in sorted((scenes / "tabletop_topdown").glob("*.jpg")) if p.stem.startswith(_BARE_TABLES)]
    rooms = [*sorted((scenes / "nyu_indoor").glob("*.jpg")), *sorted((scenes / "web").glob("scene_[co]*.jpg"))]
    prints = sorted((data_dir / "trashnet" / "paper").glob("*.jpg"))
    for name, group in (("textures", textures + tables), ("nyu_indoor", rooms), ("trashnet/paper", prints)):
        if not group:
            raise DataFolderError(path=data_dir, reason=f"no picture in {name}")
    return BackgroundLibrary(tuple(textures + tables), tuple(rooms), tuple(prints))


@lru_cache(maxsize=96)
def _read(path: Path, longest_px: int) -> Uint8Array:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise DataFolderError(path=path, reason="not a picture")
    factor = longest_px / max(picture.shape[:2])
    if factor < 1:
        picture = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    picture.flags.writeable = False  # the cache hands the same array to everybody
    return np.asarray(picture, np.uint8)


def random_crop(
    path: Path, rng: np.random.Generator, wh: tuple[int, int], share: tuple[float, float] = (0.5, 1.0)
) -> Uint8Array:
    """Return a random crop of a picture, resized to a size, mirrored half of the time.

    Args:
        path: the picture.
        rng: the generator.
        wh: size asked for in px.
        share: smallest and largest part of the usable side that the crop takes.
    """
    picture = _read(path, 1600)
    height, width = picture.shape[:2]
    scale = min(width / wh[0], height / wh[1]) * rng.uniform(*share)
    crop_w, crop_h = max(8, int(wh[0] * scale)), max(8, int(wh[1] * scale))
    left = int(rng.integers(0, max(1, width - crop_w + 1)))
    top = int(rng.integers(0, max(1, height - crop_h + 1)))
    crop = picture[top : top + crop_h, left : left + crop_w]
    resized = cv2.resize(crop, wh, interpolation=cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR)
    return np.asarray(resized[:, ::-1] if rng.random() < 0.5 else resized, np.uint8).copy()


def _drawn_surface(rng: np.random.Generator, wh: tuple[int, int]) -> Uint8Array:
    """Draw a plain laminate or speckled stone top: what most service counters are made of."""
    width, height = wh
    base = np.array([rng.uniform(90, 250)] * 3) + rng.normal(0, 8, 3)
    if rng.random() < 0.35:
        base = np.array([rng.uniform(40, 120), rng.uniform(70, 150), rng.uniform(110, 200)])
    surface = np.empty((height, width, 3), np.float32)
    surface[:] = base
    coarse = rng.normal(0, 1, (height // 24 + 2, width // 24 + 2)).astype(np.float32)
    surface += cv2.resize(coarse, wh, interpolation=cv2.INTER_CUBIC)[..., None] * rng.uniform(0, 7)
    if rng.random() < 0.5:
        speckle = rng.normal(0, 1, (height, width, 1)).astype(np.float32)
        surface += cv2.GaussianBlur(speckle, (0, 0), rng.uniform(0.6, 1.6))[..., None] * rng.uniform(4, 28)
    return np.clip(surface, 0, 255).astype(np.uint8)


def desk_surface(library: BackgroundLibrary, rng: np.random.Generator, wh: tuple[int, int]) -> Uint8Array:
    """Return (H, W, 3) uint8 BGR of desk material: photographed or drawn, recoloured a little."""
    if rng.random() < 0.45:
        surface = _drawn_surface(rng, wh)
    else:
        surface = random_crop(library.surfaces[int(rng.integers(len(library.surfaces)))], rng, wh, (0.4, 1.0))
    tint = rng.normal(1.0, 0.06, 3) * rng.uniform(0.75, 1.2)
    return np.clip(surface.astype(np.float32) * tint.astype(np.float32), 0, 255).astype(np.uint8)


def wall(library: BackgroundLibrary, rng: np.random.Generator, wh: tuple[int, int]) -> Uint8Array:
    """Return (H, W, 3) uint8 BGR of what lies behind a desk: a room out of focus, or a plain wall."""
    if rng.random() < 0.3:
        return _drawn_surface(rng, wh)
    crop = random_crop(library.rooms[int(rng.integers(len(library.rooms)))], rng, wh, (0.35, 1.0))
    sigma = rng.uniform(0.3, 4.0)
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), sigma), np.uint8)
