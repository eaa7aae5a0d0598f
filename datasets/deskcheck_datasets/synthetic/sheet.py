"""Contact sheets of rendered pictures with their truth drawn in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_CELL_WH = (640, 480)
_COLUMNS = 3
_PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png")


def drawn(picture: NDArray[np.uint8], truth: dict[str, Any]) -> NDArray[np.uint8]:
    """A copy of the picture with boxes, footprints and the desk's outline."""
    out = picture.copy()
    projection = np.asarray(truth["camera"]["desk_projection"])
    outline = np.asarray(truth["desk_corners_px"])
    if not np.isnan(outline).any():
        cv2.polylines(out, [np.round(outline).astype(np.int32)], True, (255, 160, 0), 2, cv2.LINE_AA)
    for item in truth["items"]:
        if item["box_xyxy"] is None:
            continue
        x1, y1, x2, y2 = (round(v) for v in item["box_xyxy"])
        colour = (60, 220, 60) if item["visibility"] >= 0.2 else (60, 60, 220)
        cv2.rectangle(out, (x1, y1), (x2, y2), colour, 1)
        foot = np.asarray([[x, y, item["height_cm"], 1.0] for x, y in item["footprint_cm"]]) @ projection.T
        if (foot[:, 2] > 1).all():
            cv2.polylines(
                out, [np.round(foot[:, :2] / foot[:, 2:]).astype(np.int32)], True, (0, 0, 255), 1, cv2.LINE_AA
            )
        text = f"{item['class_id']} {item['visibility']:.2f}"
        cv2.putText(out, text, (x1 + 2, y1 + 12), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (0, 0, 0), 3, cv2.LINE_AA)
        cv2.putText(out, text, (x1 + 2, y1 + 12), cv2.FONT_HERSHEY_SIMPLEX, 0.38, colour, 1, cv2.LINE_AA)
    return out


def _cell(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    w, h = _CELL_WH
    scale = min(w / picture.shape[1], h / picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cell = np.zeros((h, w, 3), np.uint8)
    cell[: small.shape[0], : small.shape[1]] = small
    return cell


def _photographs(folder: Path, count: int) -> list[NDArray[np.uint8]]:
    """Cells of the first photographs below a folder."""
    cells: list[NDArray[np.uint8]] = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in _PHOTO_SUFFIXES):
        if len(cells) == count:
            break
        picture = cv2.imread(str(path))
        if picture is not None:
            cells.append(_cell(np.asarray(picture, np.uint8)))
    return cells


def write_sheet(folder: Path, out: Path, count: int, boxes: bool, real: Path | None = None) -> int:
    """Write the newest ``count`` pictures of a set as one picture.

    Args:
        real: folder of photographs to show above them, two rows of them.

    Returns:
        How many rendered pictures are on it.
    """
    newest = sorted((folder / "truth").glob("*.json"), key=lambda p: p.stat().st_mtime)[-count:]
    cells = [] if real is None else _photographs(real, 2 * _COLUMNS)
    for path in newest:
        truth = json.loads(path.read_text(encoding="utf-8"))
        picture = cv2.imread(str(folder / "images" / truth["picture"]))
        if picture is not None:
            loaded = np.asarray(picture, np.uint8)
            cells.append(_cell(drawn(loaded, truth) if boxes else loaded))
    blank = np.zeros((_CELL_WH[1], _CELL_WH[0], 3), np.uint8)
    cells += [blank] * (-len(cells) % _COLUMNS)
    rows = [np.hstack(cells[k : k + _COLUMNS]) for k in range(0, len(cells), _COLUMNS)]
    if rows:
        cv2.imwrite(str(out), np.vstack(rows))
    return len(newest)
