"""What a camera and its compression do to a clean picture."""

from __future__ import annotations

import cv2
import numpy as np
from deskcheck_vision.detections import Uint8Array
from numpy.typing import NDArray


def jitter_colour(patch: Uint8Array, rng: np.random.Generator) -> Uint8Array:
    """Return a BGRA patch with its light, contrast and colour temperature changed a little; alpha kept."""
    gain = rng.normal(1.0, 0.12) * (1 + rng.normal(0, 0.04, 3))
    colour = patch[..., :3].astype(np.float32)
    mean = colour.mean()
    colour = (colour - mean) * rng.uniform(0.75, 1.15) + mean
    changed = patch.copy()
    changed[..., :3] = np.clip(colour * gain.astype(np.float32), 0, 255).astype(np.uint8)
    return changed


def _light_field(rng: np.random.Generator, wh: tuple[int, int]) -> NDArray[np.float32]:
    """Return a smooth (H, W, 1) light factor around 1: a window at one side, a lamp, a vignette."""
    coarse = rng.normal(1.0, rng.uniform(0, 0.13), (3, 3)).astype(np.float32)
    field = cv2.resize(coarse, wh, interpolation=cv2.INTER_CUBIC)
    return np.asarray(field, np.float32)[..., None]


def photograph(image: Uint8Array, rng: np.random.Generator) -> Uint8Array:
    """Return the picture as a phone or a camera would store it: light, blur, noise, gamma, JPEG.

    Args:
        image: (H, W, 3) uint8 BGR.
        rng: the generator.
    """
    height, width = image.shape[:2]
    light = image.astype(np.float32) / 255 * _light_field(rng, (width, height))
    light *= (1 + rng.normal(0, 0.04, 3)).astype(np.float32)
    light = np.clip(light, 0, 1) ** np.float32(np.exp(rng.normal(0, 0.22)))
    if rng.random() < 0.4:
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), rng.uniform(0.3, 1.3)), np.float32)
    light += rng.normal(0, rng.uniform(0, 0.03), light.shape).astype(np.float32)
    stored = np.clip(light * 255, 0, 255).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", stored, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 96))])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
