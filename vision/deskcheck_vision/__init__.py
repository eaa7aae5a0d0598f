"""Pictures: taxonomy, decoding, quality, detection, privacy masking, overlay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcheck_vision.lazy import lazy_names

if TYPE_CHECKING:
    from deskcheck_vision.detections import Detections
    from deskcheck_vision.detector import Detector, ModelIdentity, Tiling, YoloDetector
    from deskcheck_vision.errors import DeskcheckError
    from deskcheck_vision.frames import Frame
    from deskcheck_vision.images import Picture, decode_picture, encode_jpeg
    from deskcheck_vision.overlay import draw_overlay
    from deskcheck_vision.overlay_values import Overlay
    from deskcheck_vision.privacy import mask_people
    from deskcheck_vision.quality import assess_quality
    from deskcheck_vision.taxonomy import BY_ID, CLASSES, ItemClass

__all__ = [
    "BY_ID",
    "CLASSES",
    "DeskcheckError",
    "Detections",
    "Detector",
    "Frame",
    "ItemClass",
    "ModelIdentity",
    "Overlay",
    "Picture",
    "Tiling",
    "YoloDetector",
    "assess_quality",
    "decode_picture",
    "draw_overlay",
    "encode_jpeg",
    "mask_people",
]

_HOMES = {
    "BY_ID": "taxonomy",
    "CLASSES": "taxonomy",
    "DeskcheckError": "errors",
    "Detections": "detections",
    "Detector": "detector",
    "Frame": "frames",
    "ItemClass": "taxonomy",
    "ModelIdentity": "detector",
    "Overlay": "overlay_values",
    "Picture": "images",
    "Tiling": "detector",
    "YoloDetector": "detector",
    "assess_quality": "quality",
    "decode_picture": "images",
    "draw_overlay": "overlay",
    "encode_jpeg": "images",
    "mask_people": "privacy",
}

__getattr__ = lazy_names(__name__, _HOMES)
