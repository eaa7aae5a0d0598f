"""The approved picture of a desk, made ready to recognise the desk in photos from elsewhere: a value to be kept."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from zipfile import BadZipFile

import cv2
import numpy as np
from deskcheck_vision.detections import Detections, Float64Array, Uint8Array
from deskcheck_vision.registration import VIEWS, DeskFeatures, desk_features

from deskcheck_calibration.errors import DeskReferenceError
from deskcheck_calibration.hiding import PERSON
from deskcheck_calibration.plane import DeskPlane

REFERENCE_FORMAT = 1
# Finer than a phone sees a desk from 1.5 m; a photo's own scale is found by ORB's pyramid.
_PX_PER_CM = (2.0, 6.0)
_MARGIN_PX = 3


@dataclass(frozen=True, slots=True, eq=False)
class DeskReference:
    """What is known of a desk's looks.

    Attributes:
        features: with their places on the desk.
        desk_wh_cm: width along the outer edge and depth of the desk.
    """

    features: DeskFeatures
    desk_wh_cm: tuple[float, float]

    @classmethod
    def from_picture(
        cls,
        image: Uint8Array,
        plane: DeskPlane,
        detections: Detections,
        *,
        views: tuple[tuple[float, float], ...] = VIEWS,
        tallest_cm: float = float("inf"),
    ) -> DeskReference:
        """Look at an approved picture.

        Args:
            image: (H, W, 3) uint8 BGR, people masked or not.
            plane: the desk in it.
            detections: what stands in it.
            views: see ``desk_features``.
            tallest_cm: things of classes that are taller are left out with all that their boxes hold, as are people;
                flat ones lie on the desk's plane like its surface does.
        """
        width, depth = plane.desk_wh_cm
        middle = plane.scale_px_per_cm((width / 2, depth / 2))
        px_per_cm = float(np.clip(1.2 * middle, *_PX_PER_CM))
        size = (max(round(width * px_per_cm), 1), max(round(depth * px_per_cm), 1))
        # Pictures have (0, 0) at the outer corner of the first px, OpenCV at its middle.
        half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
        to_picture = np.linalg.inv(half) @ plane.to_px_homography @ np.diag([1 / px_per_cm, 1 / px_per_cm, 1.0]) @ half
        grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
        usable = _usable(plane, detections, tallest_cm)
        if plane.lens is not None:
            grey, usable = plane.lens.straightened_picture(grey), plane.lens.straightened_picture(usable)
        flags = cv2.WARP_INVERSE_MAP
        straightened = cv2.warpPerspective(grey, to_picture, size, flags=flags | cv2.INTER_LINEAR)
        mask = cv2.warpPerspective(usable, to_picture, size, flags=flags | cv2.INTER_NEAREST)
        found = desk_features(np.asarray(straightened, np.uint8), np.asarray(mask, np.uint8), px_per_cm, views)
        return cls(found, plane.desk_wh_cm)

    def to_bytes(self) -> bytes:
        """Return it as an npz file."""
        kept = io.BytesIO()
        np.savez_compressed(
            kept,
            format=np.array(REFERENCE_FORMAT),
            points_cm=self.features.points_cm.astype(np.float32),
            descriptors=self.features.descriptors,
            desk_wh_cm=np.array(self.desk_wh_cm),
        )
        return kept.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> DeskReference:
        """Read what ``to_bytes`` wrote.

        Raises:
            DeskReferenceError: it is not such a file, or of another format.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as kept:
                if int(kept["format"]) != REFERENCE_FORMAT:
                    raise DeskReferenceError(problem=f"format {int(kept['format'])}")
                width, depth = (float(side) for side in kept["desk_wh_cm"])
                points: Float64Array = np.asarray(kept["points_cm"], np.float64)
                return cls(DeskFeatures(points, np.asarray(kept["descriptors"], np.uint8)), (width, depth))
        except (BadZipFile, EOFError, KeyError, OSError, TypeError, ValueError) as exc:
            raise DeskReferenceError(problem=type(exc).__name__) from exc


def merged(references: Sequence[DeskReference]) -> DeskReference:
    """Return one reference of several pictures of the same desk.

    Raises:
        ValueError: none, or of desks of different size.
    """
    if not references or len({one.desk_wh_cm for one in references}) != 1:
        raise ValueError("references of one desk are needed")
    points = np.concatenate([one.features.points_cm for one in references])
    descriptors = np.concatenate([one.features.descriptors for one in references])
    return DeskReference(DeskFeatures(points, descriptors), references[0].desk_wh_cm)


def _usable(plane: DeskPlane, detections: Detections, tallest_cm: float) -> Uint8Array:
    """Return (H, W) uint8, 0 over people and tall things."""
    width, height = plane.image_wh
    mask = np.full((height, width), 255, np.uint8)
    for index, (left, top, right, bottom) in enumerate(detections.xyxy):
        item = detections.item_class(index)
        if item.id == PERSON or item.size_cm[2] > tallest_cm:
            low = (int(left) - _MARGIN_PX, int(top) - _MARGIN_PX)
            cv2.rectangle(mask, low, (int(right) + _MARGIN_PX, int(bottom) + _MARGIN_PX), 0, -1)
    return mask
