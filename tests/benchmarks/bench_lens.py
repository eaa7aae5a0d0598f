"""What straightening a lens leaves over on the desk, beside what it was before.

The truth pictures are bent by a known lens each; it is measured on them by the desk's sides, from corners tapped up to
4 px off. An error is that of a place of the desk which the picture shows, over a grid of 13 x 7, all pictures together,
with the corners themselves exact: taps have a figure of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from deskcheck_calibration.geometry import apply_homography
from deskcheck_calibration.lens_fit import lens_from_edges
from deskcheck_calibration.plane import DeskPlane
from deskcheck_datasets.synthetic.truth import Truth, read_truth
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.lens import Lens

from tests.benchmarks.bench_registration import TAP_PX, TRUTH_FOLDER, grid_cm
from tests.benchmarks.figures import Figure, measures
from tests.support.sticker_desk import bent

_STRONGEST, _WEAKEST = -0.12, 0.03


@measures
def lens_k1_cm() -> Iterator[Figure]:
    """Every truth picture, bent once."""
    rng = np.random.default_rng(22)
    before, after, misses, known = list[Float64Array](), list[Float64Array](), list[float](), 0
    paths = sorted((TRUTH_FOLDER / "truth").glob("*.json"))
    for path in paths:
        truth = read_truth(path)
        true = Lens(float(rng.uniform(_STRONGEST, _WEAKEST)), truth.image_wh)
        taps = true.bent(np.array(truth.desk_corners_px)) + rng.uniform(-TAP_PX, TAP_PX, (4, 2))
        found = lens_from_edges(_bent_picture(path, truth, true), [(float(x), float(y)) for x, y in taps])
        if found is not None:
            known += 1
            misses.append(abs(found.bend - true.bend))
        lens = Lens(found.bend, truth.image_wh) if found is not None and found.is_clear else None
        before.append(_errors_cm(truth, true, None))
        after.append(_errors_cm(truth, true, lens))
    was, left = np.concatenate(before), np.concatenate(after)
    note = (
        f"{known} of {len(paths)} pictures tell their lens, bends off by {np.median(misses):.4f} on the median; "
        f"before: median {np.median(was):.2f}, 95 % {np.percentile(was, 95):.2f} cm"
    )
    yield Figure("lens_k1_cm", float(np.median(left)), 0.1, True, "cm", note)
    yield Figure("lens_k1_cm_p95", float(np.percentile(left, 95)), 0.5, True, "cm", note)


def _bent_picture(path: Path, truth: Truth, lens: Lens) -> Uint8Array:
    image = cv2.imread(str(TRUTH_FOLDER / "images" / truth.picture))
    if image is None:
        raise FileNotFoundError(path)
    return bent(np.asarray(image, np.uint8), lens)


def _errors_cm(truth: Truth, true: Lens, lens: Lens | None) -> Float64Array:
    corners = [(float(x), float(y)) for x, y in true.bent(np.array(truth.desk_corners_px))]
    plane = DeskPlane.from_corners(corners, truth.desk_wh_cm, truth.image_wh, lens=lens)
    places = grid_cm(truth.desk_wh_cm)
    px = true.bent(apply_homography(np.linalg.inv(np.array(truth.homography)), places))
    inside = ((px >= 0) & (px < np.array(truth.image_wh))).all(axis=1)
    return np.asarray(np.linalg.norm(plane.to_cm(px[inside]) - places[inside], axis=1), np.float64)
