"""Pictures that stand in for rendered ones where only truth is asked for: the right size, some detail, no light."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from deskcheck_datasets.synthetic.truth import Truth

_COLOURS = 61
_CHECK_PX = 8


def write_stand_in(path: Path, truth: Truth) -> None:
    """Write a picture of the right size with each item's box in a colour of its own, small and sharp."""
    w, h = truth.image_wh
    colours = np.random.default_rng(1).integers(60, 220, (_COLOURS, 3)).tolist()
    picture = np.full((h, w, 3), 128, np.uint8)
    # A checkered ground: the quality gate wants detail, and finds none in one colour.
    picture[::_CHECK_PX] = picture[:, ::_CHECK_PX] = 90
    for number, item in enumerate(truth.items):
        if item.box_xyxy is not None:
            x0, y0, x1, y1 = (round(v) for v in item.box_xyxy)
            cv2.rectangle(picture, (x0, y0), (x1 - 1, y1 - 1), colours[number % _COLOURS], -1)
    part = path.with_name(f"{path.stem}.part.png")
    cv2.imwrite(str(part), picture)
    part.replace(path)
