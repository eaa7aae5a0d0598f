"""A sheet of items, every kind beside the others, to look at how they turned out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from deskcheck_vision.taxonomy import class_by_id
from numpy.typing import NDArray

from deskcheck_datasets.synthetic.camera import Camera
from deskcheck_datasets.synthetic.items.base import Draw, Item, Part
from deskcheck_datasets.synthetic.items.catalogue import KINDS
from deskcheck_datasets.synthetic.items.cuttings import cut_kinds
from deskcheck_datasets.synthetic.items.kinds import built
from deskcheck_datasets.synthetic.items.scans import scan_kinds
from deskcheck_datasets.synthetic.lights import hall_panorama
from deskcheck_datasets.synthetic.mesh import box
from deskcheck_datasets.synthetic.placing import Placed
from deskcheck_datasets.synthetic.render import render
from deskcheck_datasets.synthetic.scene import Scene
from deskcheck_datasets.synthetic.surroundings import worktop_material

_CELL_CM, _FILL = 34.0, 29.0
_ELEVATION_DEG = 33.0


def _scaled(item: Item) -> Item:
    """The item enlarged or reduced to fill its cell."""
    w, d, h = item.size_cm
    across, into = 0.93 * w + 0.37 * d, 0.93 * d + 0.37 * w
    factor = _FILL / max(across, 0.84 * h + 0.54 * into)
    parts = tuple(Part(p.mesh.scaled(factor, factor, factor), p.material) for p in item.parts)
    return replace(item, parts=parts, tops=())


def sheet_items(classes: Sequence[str], variants: int, seed: int, held_out: bool) -> list[Item]:
    """Every kind of the classes, scanned ones included where they are there, each that many times."""
    names = classes or list(KINDS)
    found = []
    for class_id in names:
        for number, kind in enumerate((*KINDS[class_by_id(class_id).id], *scan_kinds(class_id), *cut_kinds(class_id))):
            for k in range(variants):
                found.append(built(kind, Draw((seed, number, k), held_out=held_out or kind.test_only)))
    return found


def _plain(radiance: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The light as a picture without a camera's faults: exposure, soft shoulder, gamma."""
    light = np.clip(np.nan_to_num(radiance), 0, 50)
    light = light * (0.42 / max(float(np.median(light)), 1e-3))
    toned = np.clip(light * (1 + light / 9) / (1 + light * 0.62), 0, 1) ** (1 / 2.2)
    return np.ascontiguousarray((toned * 255).astype(np.uint8)[..., ::-1])


def picture_of(items: Sequence[Item], columns: int, cell_px: int, samples: int, seed: int) -> NDArray[np.uint8]:
    """Render items on a plain worktop in rows; (H, W, 3) uint8 BGR with their names."""
    rows = -(-len(items) // columns)
    deep = _CELL_CM / np.sin(np.radians(_ELEVATION_DEG))
    wide, long = columns * _CELL_CM, rows * deep
    placed = []
    for k, item in enumerate(items):
        row, column = divmod(k, columns)
        at = ((column + 0.5) * _CELL_CM, (row + 0.62) * deep)
        turn = 180.0 if item.class_id == "evaluator" else 0.0
        placed.append(Placed(_scaled(item), at[0], at[1], turn + 22.0))
    image_wh = (columns * cell_px, rows * cell_px)
    middle = (wide / 2, -long / 2, 0.0)
    away = min(30 * max(wide, rows * _CELL_CM), 4200.0)
    tilt = np.radians(_ELEVATION_DEG)
    at_cm = (middle[0], middle[1] - away * float(np.cos(tilt)), away * float(np.sin(tilt)))
    camera = Camera(at_cm, middle, 0.0, image_wh[0] * away / wide, image_wh)
    light = Draw((seed, 1))
    slab = box(wide * 3, long * 3, 2.0, 0.05).moved(wide / 2, -long / 2, -2.01)
    scene = Scene(
        seed, (wide, long), tuple(placed), (Part(slab, worktop_material(light)),), hall_panorama(light), camera
    )
    picture = _plain(render(scene, samples).radiance)
    for k, item in enumerate(items):
        row, column = divmod(k, columns)
        at = (column * cell_px + 3, row * cell_px + 11)
        for shade, width in (((0, 0, 0), 3), ((255, 255, 255), 1)):
            cv2.putText(picture, item.label, at, cv2.FONT_HERSHEY_SIMPLEX, 0.36, shade, width, cv2.LINE_AA)
    return picture


def write_item_sheet(
    out: Annotated[Path, typer.Argument(help="PNG or JPEG to write.")],
    class_id: Annotated[list[str] | None, typer.Option("--class", help="Only this class; may be repeated.")] = None,
    variants: Annotated[int, typer.Option(min=1, help="How many of each kind.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="What they are drawn from.")] = 0,
    held_out: Annotated[bool, typer.Option(help="Draw held-out sizes and colours of all kinds.")] = False,
    columns: Annotated[int, typer.Option(min=1, help="Items in a row.")] = 8,
    cell_px: Annotated[int, typer.Option(min=40, help="Side of an item's square.")] = 160,
    samples: Annotated[int, typer.Option(min=1, help="Light paths a pixel, before filtering.")] = 10,
) -> None:
    """Render every kind of item side by side, to look at."""
    items = sheet_items(class_id or [], variants, seed, held_out)
    picture = picture_of(items, min(columns, len(items)), cell_px, samples, seed)
    cv2.imwrite(str(out), picture)
    typer.echo(f"{len(items)} items on {out}")
