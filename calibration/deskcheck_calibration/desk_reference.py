"""The approved picture of a desk, made ready to recognise the desk in photos from elsewhere: a value to be kept."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from zipfile import BadZipFile

import cv2
import numpy as np
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.registration import VIEWS, DeskFeatures, desk_features, joined

from deskcheck_calibration.desk_surface import DeskSurface, straightened
from deskcheck_calibration.errors import DeskReferenceError
from deskcheck_calibration.hiding import PERSON
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.standing import FLAT_CM, standing_features

REFERENCE_FORMAT = 2
# Finer than a phone sees a desk from 1.5 m; a photo's own scale is found by ORB's pyramid.
_PX_PER_CM = (2.0, 6.0)
_MARGIN_PX = 3


@dataclass(frozen=True, slots=True, eq=False)
class DeskReference:
    """What is known of a desk's looks.

    Attributes:
        features: with their places on the desk and above it.
        surface: its board.
        desk_wh_cm: width along the outer edge and depth of the desk.
    """

    features: DeskFeatures
    surface: DeskSurface
    desk_wh_cm: tuple[float, float]

    @classmethod
    def from_picture(
        cls,
        image: Uint8Array,
        plane: DeskPlane,
        detections: Detections,
        *,
        views: tuple[tuple[float, float], ...] = VIEWS,
    ) -> DeskReference:
        """Look at an approved picture.

        Args:
            image: (H, W, 3) uint8 BGR, people masked or not.
            plane: the desk in it.
            detections: what stands in it; people are left out with all that their boxes hold.
            views: see ``desk_features``.
        """
        width, depth = plane.desk_wh_cm
        grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
        px_per_cm = float(np.clip(1.2 * plane.scale_px_per_cm((width / 2, depth / 2)), *_PX_PER_CM))
        standing = standing_features(grey, plane, detections)
        to_px, usable = plane.to_px_homography, _usable(plane, detections)
        if plane.lens is not None:
            grey, usable = plane.lens.straightened_picture(grey), plane.lens.straightened_picture(usable)
        straight, _ = straightened(grey, to_px, plane.desk_wh_cm, px_per_cm)
        free, _ = straightened(usable, to_px, plane.desk_wh_cm, px_per_cm)
        flat = desk_features(straight, free, px_per_cm, views)
        surface = DeskSurface.from_picture(grey, usable, to_px, plane.desk_wh_cm)
        return cls(joined([flat, standing]), surface, plane.desk_wh_cm)

    def to_bytes(self) -> bytes:
        """Return it as an npz file."""
        kept = io.BytesIO()
        np.savez_compressed(
            kept,
            format=np.array(REFERENCE_FORMAT),
            points_cm=self.features.points_cm.astype(np.float32),
            descriptors=self.features.descriptors,
            turns_deg=self.features.turns_deg.astype(np.float32),
            sizes_cm=self.features.sizes_cm.astype(np.float32),
            grain=self.surface.grain,
            usable=self.surface.usable,
            px_per_cm=np.array(self.surface.px_per_cm),
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
                found = DeskFeatures(
                    np.asarray(kept["points_cm"], np.float64),
                    np.asarray(kept["descriptors"], np.uint8),
                    np.asarray(kept["turns_deg"], np.float64),
                    np.asarray(kept["sizes_cm"], np.float64),
                )
                grain, usable = np.asarray(kept["grain"], np.int8), np.asarray(kept["usable"], np.uint8)
                return cls(found, DeskSurface(grain, usable, float(kept["px_per_cm"])), (width, depth))
        except (BadZipFile, EOFError, KeyError, OSError, TypeError, ValueError) as exc:
            raise DeskReferenceError(problem=type(exc).__name__) from exc


def merged(references: Sequence[DeskReference]) -> DeskReference:
    """Return one reference of several pictures of the same desk.

    Raises:
        ValueError: none, or of desks of different size.
    """
    if not references or len({one.desk_wh_cm for one in references}) != 1:
        raise ValueError("references of one desk are needed")
    surface = references[0].surface
    for one in references[1:]:
        surface = surface.completed(one.surface)
    return DeskReference(joined([one.features for one in references]), surface, references[0].desk_wh_cm)


def _usable(plane: DeskPlane, detections: Detections) -> Uint8Array:
    """Return (H, W) uint8, 0 over people and what is tall."""
    width, height = plane.image_wh
    mask = np.full((height, width), 255, np.uint8)
    for index, (left, top, right, bottom) in enumerate(detections.xyxy):
        item = detections.item_class(index)
        if item.id == PERSON or item.size_cm[2] > FLAT_CM:
            low = (int(left) - _MARGIN_PX, int(top) - _MARGIN_PX)
            cv2.rectangle(mask, low, (int(right) + _MARGIN_PX, int(bottom) + _MARGIN_PX), 0, -1)
    return mask
