"""Removing the noise of few samples: edge-avoiding a-trous filtering of the light, guided by what was hit.

Dammertz et al., "Edge-Avoiding A-Trous Wavelet Transform for fast Global Illumination Filtering" (2010), on light
divided by the surface's own colour, so that prints and legends stay sharp.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]

_STEPS = (1, 2, 4, 8)
_KERNEL = {0: 0.375, 1: 0.25}
_ALBEDO_FLOOR = 0.04


def denoise(light: Image, albedo: Image, normal: Image, depth_cm: Image, strength: float = 4.0) -> Image:
    """Filter a noisy rendering.

    Args:
        light: (H, W, 3) linear radiance.
        albedo: (H, W, 3) 0..1, averaged over the pixel.
        normal: (H, W, 3) shading normal.
        depth_cm: (H, W) distance.
        strength: how many local standard deviations of brightness count as noise.

    Returns:
        (H, W, 3) float32.
    """
    colour = np.maximum(albedo, _ALBEDO_FLOOR)
    work = _without_fireflies(np.asarray(light / colour, np.float32))
    guide = np.concatenate([albedo * 4.0, normal * 3.0], axis=2).astype(np.float32)
    slope = np.maximum(np.abs(cv2.Sobel(depth_cm, cv2.CV_32F, 1, 0)), np.abs(cv2.Sobel(depth_cm, cv2.CV_32F, 0, 1))) / 8
    for step in _STEPS:
        grey = np.asarray(work.mean(axis=2), np.float32)
        variance = cv2.blur(grey * grey, (7, 7)) - cv2.blur(grey, (7, 7)) ** 2
        spread = np.asarray(np.sqrt(cv2.blur(np.maximum(variance, 0.0), (3, 3))), np.float32)
        tolerance = np.asarray(spread * (strength / step**0.5) + 0.004, np.float32)
        work = _pass(work, guide, depth_cm, np.asarray(slope, np.float32), grey, tolerance, step)
    return np.asarray(work * colour, np.float32)


def _without_fireflies(light: Image) -> Image:
    """Cap single pixels at three times their neighbourhood's median."""
    capped = np.minimum(light, 1e3)
    scaled = np.clip(capped / 8.0, 0, 1)
    middle = np.stack([cv2.medianBlur(np.ascontiguousarray(scaled[..., k]), 5) for k in range(3)], 2) * 8.0
    return np.asarray(np.minimum(capped, 3.0 * middle + 0.15), np.float32)


def _pass(work: Image, guide: Image, depth: Image, slope: Image, grey: Image, tolerance: Image, step: int) -> Image:
    """One step; OpenCV's arithmetic, since it is several times faster here than NumPy's."""
    h, w = grey.shape
    planes = [*cv2.split(work), *cv2.split(guide), depth, grey]
    padded = [cv2.copyMakeBorder(p, step, step, step, step, cv2.BORDER_REPLICATE) for p in planes]
    reach, softness = slope * (step * 3) + np.float32(0.6), 1.0 / tolerance
    near_depth = 1.0 / reach
    totals, weights = [np.zeros_like(grey) for _ in range(3)], np.zeros_like(grey)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            cut = (slice(step + dy * step, step + dy * step + h), slice(step + dx * step, step + dx * step + w))
            apart = cv2.absdiff(padded[9][cut], depth) * near_depth + cv2.absdiff(padded[10][cut], grey) * softness
            for plane, own in zip(padded[3:9], planes[3:9], strict=True):
                off = cv2.subtract(plane[cut], own)
                cv2.accumulateSquare(off, apart)
            weight = cv2.exp(-apart) * np.float32(_KERNEL[abs(dx)] * _KERNEL[abs(dy)])
            for total, plane in zip(totals, padded[:3], strict=True):
                cv2.accumulateProduct(np.ascontiguousarray(plane[cut]), weight, total)
            weights += weight
    return np.asarray(cv2.merge([total / weights for total in totals]), np.float32)
