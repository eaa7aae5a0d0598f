"""Error of placed footprints on rendered pictures whose truth is known exactly, through the real detector.

The desk corners are the true ones with the noise of a careful tap (2 px). An item counts when the detector found it
(same class, IoU >= 0.5 with the visible box), it stands on the desk or a raised surface of it, at least half of it is
visible and the picture's edge does not cut it. The same with the true boxes shows what the detector's boxes cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from deskcheck_calibration.accuracy import TruthPicture, footprint_errors
from deskcheck_calibration.layout import Surface, SurfaceKind
from deskcheck_calibration.plane import DeskPlane
from deskcheck_datasets.synthetic.truth import Truth, read_truth
from deskcheck_vision.boxes import box_iou
from deskcheck_vision.detections import Detections
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.model_files import default_model_path
from deskcheck_vision.sessions import OnnxSession
from deskcheck_vision.taxonomy import INDEX

from tests.benchmarks.figures import Figure, measures

TRUTH_FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "truth"
CORNER_SIGMA_PX = 2.0
MIN_CONFIDENCE = 0.35
_KINDS = {"riser_top": SurfaceKind.RISER_TOP, "machine_top": SurfaceKind.MACHINE_TOP}
_EDGE_PX = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One truth picture with what is needed to place its items."""

    truth: Truth
    image_path: Path
    plane: DeskPlane
    surfaces: tuple[Surface, ...]
    judged: tuple[int, ...]  # indices of the truth's items that count


def samples() -> list[Sample]:
    """Return the truth pictures with tapped corners."""
    rng = np.random.default_rng(26)
    found = []
    for path in sorted(TRUTH_FOLDER.rglob("*.json")):
        truth = read_truth(path)
        corners = np.array(truth.desk_corners_px) + rng.normal(0, CORNER_SIGMA_PX, (4, 2))
        tapped = [(float(x), float(y)) for x, y in corners]
        plane = DeskPlane.from_corners(tapped, truth.desk_wh_cm, truth.image_wh, corner_sigma_px=CORNER_SIGMA_PX)
        picture = next(TRUTH_FOLDER.rglob(f"{Path(truth.picture).stem}.jpg"))
        found.append(Sample(truth, picture, plane, _surfaces(truth), _judged(truth)))
    if not found:
        raise RuntimeError(f"no truth pictures under {TRUTH_FOLDER}")
    return found


def _surfaces(truth: Truth) -> tuple[Surface, ...]:
    carriers = {item.support: item for item in truth.items if item.support >= 0}
    return tuple(
        Surface(f"raised-{index}", _KINDS[carried.surface], truth.items[index].footprint_cm, carried.height_cm)
        for index, carried in carriers.items()
        if carried.surface in _KINDS
    )


def _judged(truth: Truth) -> tuple[int, ...]:
    width, height = truth.image_wh
    return tuple(
        index
        for index, item in enumerate(truth.items)
        if item.box_xyxy is not None
        and item.surface != "floor"
        and item.visibility >= 0.5
        and min(item.box_xyxy[:2]) > _EDGE_PX
        and item.box_xyxy[2] < width - _EDGE_PX
        and item.box_xyxy[3] < height - _EDGE_PX
    )


def with_true_boxes(sample: Sample) -> TruthPicture | None:
    """Return the picture as a perfect detector would see it."""
    items = [sample.truth.items[index] for index in sample.judged]
    rows = [(item.class_id, 0.9, item.box_xyxy) for item in items if item.box_xyxy is not None]
    if not rows:
        return None
    detections = Detections.from_rows(rows, sample.truth.image_wh)
    return TruthPicture(detections, sample.plane, tuple(item.footprint_cm for item in items), sample.surfaces)


def with_detected_boxes(sample: Sample, detector: YoloDetector) -> TruthPicture | None:
    """Return the picture as the real detector sees it, without what it missed or what is not in the truth."""
    image = cv2.imread(str(sample.image_path))
    found = detector.detect(image, min_confidence=MIN_CONFIDENCE)
    items = [sample.truth.items[index] for index in sample.judged]
    taken: dict[int, int] = {}  # detection -> item
    for number, item in enumerate(items):
        iou = box_iou(found.xyxy, np.array([item.box_xyxy], np.float32))[:, 0] if len(found) else np.zeros(0)
        iou = np.where(found.class_id == INDEX[item.class_id], iou, 0.0)
        if len(iou) and iou.max() >= 0.5:
            taken.setdefault(int(iou.argmax()), number)
    if not taken:
        return None
    footprints = tuple(items[number].footprint_cm for number in taken.values())
    return TruthPicture(found.select(np.array(list(taken), np.int64)), sample.plane, footprints, sample.surfaces)


@measures
def footprint() -> Iterator[Figure]:
    """Median error and honesty of the stated uncertainty."""
    everything = samples()
    detector = YoloDetector(OnnxSession(default_model_path()))
    detected = [picture for sample in everything if (picture := with_detected_boxes(sample, detector)) is not None]
    errors = footprint_errors(detected)
    true = footprint_errors([picture for sample in everything if (picture := with_true_boxes(sample)) is not None])
    note = f"{len(errors.errors_cm)} detected items in {len(everything)} pictures"
    yield Figure("footprint_median_cm", errors.median_cm, 2.0, True, "cm", note)
    yield Figure("footprint_coverage", errors.coverage, 0.90, False, "share", note)
    yield Figure("footprint_median_cm_true_boxes", true.median_cm, 2.0, True, "cm", f"{len(true.errors_cm)} items")
    yield Figure("footprint_coverage_true_boxes", true.coverage, 0.90, False, "share")
