"""The server's half of the vectors; service/web/tests/editor_lens.test.ts holds the browser's editor to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deskcheck_calibration.plane import DeskPlane
from deskcheck_vision.lens import Lens

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).resolve().parents[2] / "vectors" / "editor_lens.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("one", VECTORS["lenses"])
def test_lens(one: dict[str, Any]) -> None:
    lens = Lens(one["bend"], tuple(one["image_wh"]))
    np.testing.assert_allclose(lens.bent(np.array(one["points_px"])), one["bent_px"], atol=1e-4)
    np.testing.assert_allclose(lens.straightened(np.array(one["points_px"])), one["straightened_px"], atol=1e-4)


@pytest.mark.parametrize("one", VECTORS["planes"])
def test_plane(one: dict[str, Any]) -> None:
    size = tuple(one["image_wh"])
    plane = DeskPlane.from_corners(one["corners_px"], tuple(one["desk_cm"]), size, lens=Lens(one["bend"], size))
    np.testing.assert_allclose(plane.to_px(np.array(one["points_cm"])), one["points_px"], atol=1e-4)
