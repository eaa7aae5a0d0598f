"""Items in a picture: one pass, or whole picture and overlapping tiles where it has more pixels than the model sees."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from deskcheck_vision.boxes import box_area, box_iou, confidence_order, dedupe, nested
from deskcheck_vision.certainty import Curves
from deskcheck_vision.detections import Detections, Float32Array, Float64Array, Int64Array, Uint8Array
from deskcheck_vision.letterbox import Letterbox
from deskcheck_vision.novelty import FeatureMap
from deskcheck_vision.operating import often_missed
from deskcheck_vision.sessions import FeatureSession, InferenceSession
from deskcheck_vision.taxonomy import INDEX

SINGLE_PASS_SIDE_PX = 2048
TILE_SIDE_PX = 1280
TILE_OVERLAP = 0.2
MAX_TILES = 20
# A tile shows a thing larger but without its surroundings and is more easily fooled. With 0.1 more confidence asked of
# tiles, 16 COCO pictures in one of 2560 x 1920 px: recall 0.21 -> 0.32 at precision 0.81 -> 0.82 (with the same
# confidence 0.36 at 0.79); bottles_cups at 2600 px: 0.70 -> 0.71 at 0.96 -> 0.94 (0.71 at 0.90). People are masked
# rather too often than too seldom, so nothing more is asked of them.
TILE_EXTRA_CONFIDENCE = 0.1
# A box this near to an inner edge of its tile is taken as cut off by it.
_CUT_MARGIN_PX = 4.0
_MIN_SIDE_PX = 1.0
# Two boxes of one class, one within the other: from this IoU on they are one thing and a part of it.
_NESTED_IOU = 0.4
_NEARLY_AS_SURE = 0.6
_SAME_BOX_IOU = 0.9
_PERSON = INDEX["person"]
# What shows that a picture is of a work place. A label that learnt its class on counters knows a cup from a stamp
# there; in kitchens it takes many things for cups, and the starting weights' own label is the better one (ADR 15).
_WORK_PLACE = np.array(
    [
        INDEX[name]
        for name in (
            "monitor", "keyboard", "mouse", "mouse_pad", "monitor_riser", "document_camera", "tablet_terminal",
            "evaluator", "telephone", "printer", "id_card_reader", "desk_sign", "pen_stand",
        )
    ],
    np.int64,
)  # fmt: skip
_WORK_PLACE_CONFIDENCE = 0.5


class Tiling(StrEnum):
    """Whether a large picture is also looked at in tiles."""

    AUTO = "auto"
    NEVER = "never"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model found it; stored with every judgement.

    Attributes:
        name: such as "deskcheck-yolo26n-1".
        sha256: of the weight file.
        trained_classes: taxonomy class ids that the model can find; the absence of any other class means nothing.
        thresholds: taxonomy class id -> confidence from which on it is believed where nobody asks for another.
        session: runtime and precision, such as "onnxruntime-fp32"; in the last digits the detections depend on it.
        often_missed: trained classes that it finds too seldom for their absence to mean anything.
    """

    name: str
    sha256: str
    trained_classes: frozenset[str]
    thresholds: Mapping[str, float] = field(default_factory=dict)
    session: str = ""
    often_missed: frozenset[str] = frozenset()


class Detector(Protocol):
    """Finds items in a picture. Safe to call from several threads."""

    @property
    def model(self) -> ModelIdentity:
        """The model behind it."""

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        """Find the items in a picture.

        Args:
            image: (H, W, 3) uint8, BGR; never written to.
            min_confidence: detections below it are left out.
            tiling: AUTO looks in tiles where the longer side is over 2048 px.

        Returns:
            Detections from the surest down, clipped to the picture, without doubles.

        Raises:
            InferenceError: the runtime failed.
        """


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What one look at a picture gives.

    Attributes:
        detections: the items.
        features: of the whole picture, by the same run; None where the model offers none.
    """

    detections: Detections
    features: FeatureMap | None


@runtime_checkable
class FeatureDetector(Protocol):
    """A detector that also tells by which features it found the items."""

    def look(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Sight:
        """Find the items in a picture and keep the features, see ``Detector.detect``."""


def look(detector: Detector, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Sight:
    """Find the items in a picture, with the features where the detector gives them, see ``Detector.detect``."""
    if isinstance(detector, FeatureDetector):
        return detector.look(image, min_confidence=min_confidence, tiling=tiling)
    return Sight(detector.detect(image, min_confidence=min_confidence, tiling=tiling), None)


class YoloDetector:
    """A YOLO model with an NMS-free head behind an inference session.

    Args:
        session: the session.
        calibrated: confidences go through the model's own curves, see ``certainty``; False gives the bare scores.

    Labels that the model's metadata names for work places count only where a picture shows one: a monitor, a keyboard,
    a telephone, by any label, at confidence 0.5.
    """

    def __init__(self, session: InferenceSession, *, calibrated: bool = True) -> None:
        metadata = session.metadata
        self._session = session
        self._curves = Curves(metadata.curves if calibrated else {})
        self._model = ModelIdentity(
            metadata.name,
            session.sha256,
            metadata.trained_classes,
            metadata.thresholds,
            session.name,
            often_missed(metadata.recalls, metadata.trained_classes),
        )
        self._work_place_only = np.array([label in metadata.work_place_labels for label in metadata.labels])
        self._label_class_id: Int64Array = np.array(
            [INDEX[name] if name in metadata.trained_classes else -1 for name in metadata.label_classes], np.int64
        )
        self._buffers = threading.local()

    @property
    def model(self) -> ModelIdentity:
        """The model behind it."""
        return self._model

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        """Find the items in a picture, see ``Detector.detect``."""
        return self._see(image, min_confidence, tiling, with_features=False).detections

    def look(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Sight:
        """Find the items in a picture and keep the features, see ``FeatureDetector.look``."""
        return self._see(image, min_confidence, tiling, with_features=True)

    def _see(self, image: Uint8Array, min_confidence: float, tiling: Tiling, *, with_features: bool) -> Sight:
        image_wh = (image.shape[1], image.shape[0])
        tiles = plan_tiles(image_wh) if _wants_tiles(tiling, image_wh) else []
        whole, features, at_work_place = self._one_pass(image, min_confidence, with_features=with_features)
        parts = (self._tile_pass(image, tile, min_confidence, at_work_place=at_work_place) for tile in tiles)
        found = _concatenate([whole, *parts], image_wh)
        overlap_px = TILE_OVERLAP * (tiles[0][2] - tiles[0][0]) if tiles else math.inf
        # Doubles are told by the network's own scores: what is nearly as sure as something else is so for them.
        return Sight(self._calibrated(_merge(found, len(whole), overlap_px)), features)

    def _calibrated(self, found: Detections) -> Detections:
        """Return detections with confidences in place of scores, from the surest down."""
        confidence = self._curves.confidence(found.confidence, found.class_id)
        order = confidence_order(found.xyxy, confidence, found.class_id)
        return Detections(found.xyxy, confidence, found.class_id, found.image_wh).select(order)

    def _one_pass(
        self,
        image: Uint8Array,
        min_confidence: float,
        *,
        with_features: bool = False,
        at_work_place: bool | None = None,
    ) -> tuple[Detections, FeatureMap | None, bool]:
        """Run the model once on a picture or a tile; boxes in px of what was given, with bare scores.

        What is not known of the place is told by what this pass shows, and returned.
        """
        image_wh = (image.shape[1], image.shape[0])
        letterbox = Letterbox.fit(image_wh, self._session.metadata.input_wh, self._session.input_step_px)
        planes = self._planes(letterbox.input_wh)
        letterbox.write_planes(image, planes[0])
        features = None
        if with_features and isinstance(self._session, FeatureSession):
            rows, values = self._session.run_with_features(planes)
            features = None if values is None else FeatureMap(values, letterbox)
        else:
            rows = self._session.run(planes)
        label = rows[:, 5].astype(np.int64)
        # A padding row may carry any label; NaN compares false and is dropped.
        named = (rows[:, 4] > 0) & (label >= 0) & (label < len(self._label_class_id))
        rows, class_id = rows[named], self._label_class_id[label[named]]
        score = rows[:, 4].clip(0, 1)
        confidence = self._curves.confidence(score, class_id)
        if at_work_place is None:
            at_work_place = bool((np.isin(class_id, _WORK_PLACE) & (confidence >= _WORK_PLACE_CONFIDENCE)).any())
        keep = (class_id >= 0) & (confidence >= min_confidence)
        if not at_work_place:
            keep &= ~self._work_place_only[label[named]]
        xyxy, score, class_id = letterbox.to_image_xyxy(rows[keep, :4]), score[keep], class_id[keep]
        visible = (xyxy[:, 2:] - xyxy[:, :2]).min(axis=1, initial=math.inf) >= _MIN_SIDE_PX
        found = Detections(xyxy[visible].astype(np.float32), score[visible], class_id[visible], letterbox.image_wh)
        return found, features, at_work_place

    def _tile_pass(
        self, image: Uint8Array, tile: tuple[int, int, int, int], min_confidence: float, *, at_work_place: bool
    ) -> Detections:
        """Look at one tile; boxes in px of the whole picture, those cut off by the tile's inner edges left out."""
        left, top, right, bottom = tile
        found, *_ = self._one_pass(image[top:bottom, left:right], min_confidence, at_work_place=at_work_place)
        xyxy = found.xyxy + np.array([left, top, left, top], np.float32)
        image_wh = (image.shape[1], image.shape[0])
        moved = Detections(xyxy, found.confidence, found.class_id, image_wh)
        confidence = self._curves.confidence(found.confidence, found.class_id)
        sure = (confidence >= min_confidence + TILE_EXTRA_CONFIDENCE) | (found.class_id == _PERSON)
        return moved.select(sure & ~_cut_by_tile(xyxy, tile, image_wh))

    def _planes(self, input_wh: tuple[int, int]) -> Float32Array:
        """Return this thread's own input of that size, (1, 3, H, W) float32; all sizes share one buffer."""
        buffer: Float32Array | None = getattr(self._buffers, "planes", None)
        if buffer is None:
            buffer = self._buffers.planes = np.empty(3 * math.prod(self._session.metadata.input_wh), np.float32)
        width, height = input_wh
        return buffer[: 3 * width * height].reshape(1, 3, height, width)


def _wants_tiles(tiling: Tiling, image_wh: tuple[int, int]) -> bool:
    return tiling is Tiling.ALWAYS or (tiling is Tiling.AUTO and max(image_wh) > SINGLE_PASS_SIDE_PX)


def plan_tiles(
    image_wh: tuple[int, int], side_px: int = TILE_SIDE_PX, overlap: float = TILE_OVERLAP, max_tiles: int = MAX_TILES
) -> list[tuple[int, int, int, int]]:
    """Cover a picture with equal overlapping tiles.

    Args:
        image_wh: the picture, px.
        side_px: side of a square tile; larger where more than ``max_tiles`` would be needed.
        overlap: least share of a tile's side that it shares with its neighbour.
        max_tiles: bounds the time that one picture may take.

    Returns:
        Left, top, right, bottom of each tile in px, row by row; empty where one tile would be the whole picture.
    """
    while True:
        columns, rows = (_starts(length_px, side_px, overlap) for length_px in image_wh)
        if len(columns) * len(rows) <= max_tiles:
            break
        side_px = math.ceil(side_px * 1.1)
    if len(columns) * len(rows) == 1:
        return []
    width, height = image_wh
    return [(x, y, min(x + side_px, width), min(y + side_px, height)) for y in rows for x in columns]


def _starts(length_px: int, side_px: int, overlap: float) -> list[int]:
    if length_px <= side_px:
        return [0]
    count = math.ceil((length_px - side_px) / (side_px * (1 - overlap))) + 1
    return [round(index * (length_px - side_px) / (count - 1)) for index in range(count)]


def _cut_by_tile(xyxy: Float32Array, tile: tuple[int, int, int, int], image_wh: tuple[int, int]) -> NDArray[np.bool_]:
    """Return a mask (N,) of the boxes that touch an edge of their tile which is not an edge of the picture."""
    near = np.abs(xyxy - np.array(tile, np.float32)) <= _CUT_MARGIN_PX
    inner = np.array([tile[0] > 0, tile[1] > 0, tile[2] < image_wh[0], tile[3] < image_wh[1]])
    return np.asarray((near & inner).any(axis=1), np.bool_)


def _concatenate(parts: list[Detections], image_wh: tuple[int, int]) -> Detections:
    if len(parts) == 1:
        return parts[0]
    return Detections(
        np.concatenate([part.xyxy for part in parts]),
        np.concatenate([part.confidence for part in parts]),
        np.concatenate([part.class_id for part in parts]),
        image_wh,
    )


def _merge(found: Detections, from_whole: int, overlap_px: float) -> Detections:
    """Remove doubles within and between passes, then sort from the surest down.

    A thing longer than the overlap may never lie whole in a tile, so its box from the whole picture wins over any
    tile's; for smaller things the surest box wins.

    Args:
        found: first the whole picture's, then the tiles' detections.
        from_whole: how many are the whole picture's.
        overlap_px: overlap of the tiles; infinite without tiles.
    """
    order = confidence_order(found.xyxy, found.confidence, found.class_id)
    longest: Float64Array = (found.xyxy[:, 2:] - found.xyxy[:, :2]).max(axis=1, initial=0).astype(np.float64)
    only_whole = (np.arange(len(found)) < from_whole) & (longest > overlap_px)
    order = order[np.argsort(~only_whole[order], kind="stable")]
    ranked = found.select(order)
    tiled = math.isfinite(overlap_px)
    keep = dedupe(
        ranked.xyxy,
        ranked.class_id,
        same_class_iou=0.5 if tiled else 0.7,
        same_class_ios=0.8 if tiled else None,
        any_class_iou=_SAME_BOX_IOU,
        nested_iou=_NESTED_IOU,
        protected_class=_PERSON,
    )
    kept = ranked.select(_whole_things(ranked, keep))
    return kept.select(confidence_order(kept.xyxy, kept.confidence, kept.class_id))


def _whole_things(ranked: Detections, keep: NDArray[np.bool_]) -> Int64Array:
    """Return the indices of the detections to keep, each exchanged for the whole thing where it is only a part.

    A monitor's screen is found as a monitor, and so is the monitor with its foot; where it stands shows in the
    larger box alone, so that one is taken if it is nearly as sure.
    """
    indices: Int64Array = np.flatnonzero(keep)
    area = box_area(ranked.xyxy)
    around = nested(ranked.xyxy, _NESTED_IOU) & (area[None, :] > area[:, None])
    around &= ranked.class_id[:, None] == ranked.class_id[None, :]
    around &= ranked.confidence[None, :] >= _NEARLY_AS_SURE * ranked.confidence[:, None]
    around &= (ranked.class_id != _PERSON)[None, :]
    # Only what was dropped may take the place of what was kept, and not as the double of another kept thing.
    taken = (box_iou(ranked.xyxy, ranked.xyxy) > _SAME_BOX_IOU) & keep[None, :]
    taken &= ranked.class_id[:, None] != ranked.class_id[None, :]
    around &= ~(keep | taken.any(axis=1))[None, :]
    return np.array([_largest(index, around[index], area) for index in indices], np.int64)


def _largest(index: int, around: NDArray[np.bool_], area: Float64Array) -> int:
    return int(np.where(around, area, 0.0).argmax()) if around.any() else index
