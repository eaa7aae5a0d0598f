"""Presets of policies after public documents, packaged as YAML: nothing in them that their document does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcheck_vision.lazy import lazy_names

if TYPE_CHECKING:
    from deskcheck_calibration.presets.applying import Applied, apply_preset
    from deskcheck_calibration.presets.reading import Preset, load_preset, load_presets, read_preset

__all__ = ["Applied", "Preset", "apply_preset", "load_preset", "load_presets", "read_preset"]

_HOMES = {
    "Applied": "applying",
    "Preset": "reading",
    "apply_preset": "applying",
    "load_preset": "reading",
    "load_presets": "reading",
    "read_preset": "reading",
}

__getattr__ = lazy_names(__name__, _HOMES)
