"""What a camera and its compression do to a clean picture."""

from __future__ import annotations

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array
from numpy.typing import NDArray

from deskcheck_datasets.synthetic.developing import compressed

_GREY_SHARE = 0.06
_COARSE_SHARE = 0.2
_SMEARED_SHARE = 0.1
_SHARPENED_SHARE = 0.2
_FILM_SHARE = 0.1
_REPAINTED_SHARE = 0.35
# How far a colour may lie from the one in the middle of a thing and still be painted with it, in 8-bit L*a*b* steps.
_PAINT_REACH = (12.0, 40.0)
# Where more than this share of a box's edge has that colour it is the desk's, and painting it would show the box.
_EDGE_SHARE = 0.25


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
    light = np.asarray(cv2.pow(np.clip(light, 0, 1), float(np.exp(rng.normal(0, 0.22)))), np.float32)
    if rng.random() < 0.4:
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), rng.uniform(0.3, 1.3)), np.float32)
    # OpenCV's generator is several times as fast as numpy's; it is seeded here, so the same seed gives the same noise.
    cv2.setRNGSeed(int(rng.integers(2**31)))
    grain = cv2.randn(np.empty_like(light), np.zeros(3), np.full(3, rng.uniform(0, 0.03)))
    stored = np.clip((light + grain) * 255, 0, 255).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", stored, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 96))])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)


def _recoloured(image: Uint8Array, rng: np.random.Generator) -> Uint8Array:
    """Return a picture with other hue and saturation; a few are grey, as cameras are at night."""
    hsv = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)
    hue = (np.arange(256) + round(rng.normal(0, 5))) % 180
    hsv[..., 0] = cv2.LUT(hsv[..., 0], hue.astype(np.uint8))
    turned = cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)
    saturation = 0.0 if rng.random() < _GREY_SHARE else float(np.exp(rng.normal(0, 0.3)))
    grey = cv2.cvtColor(cv2.cvtColor(turned, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return np.asarray(cv2.addWeighted(turned, saturation, grey, 1 - saturation, 0), np.uint8)


def _coarser(image: Uint8Array, rng: np.random.Generator) -> Uint8Array:
    """Return a picture as if it had fewer px: taken from farther away, or sent through a messenger."""
    height, width = image.shape[:2]
    share = rng.uniform(0.4, 0.8)
    small = cv2.resize(image, (round(width * share), round(height * share)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _smeared(image: Uint8Array, rng: np.random.Generator) -> Uint8Array:
    """Return a picture from a shaken hand."""
    size = int(rng.integers(1, 4)) * 2 + 1
    line = np.zeros((size, size), np.float32)
    angle = rng.uniform(0, np.pi)
    reach = np.array([np.cos(angle), np.sin(angle)]) * (size // 2)
    start, end = (np.round(size // 2 + sign * reach).astype(int).tolist() for sign in (-1, 1))
    cv2.line(line, start, end, 1.0)
    return np.asarray(cv2.filter2D(image, -1, line / line.sum()), np.uint8)


def _sharpened(image: Uint8Array, rng: np.random.Generator) -> Uint8Array:
    soft = cv2.GaussianBlur(image, (0, 0), 1.5)
    strength = rng.uniform(0.3, 1.5)
    return np.asarray(cv2.addWeighted(image, 1 + strength, soft, -strength, 0), np.uint8)


def _painted(patch: Uint8Array, rng: np.random.Generator) -> Uint8Array:
    """Return a patch, (h, w, 3) uint8 L*a*b*, in which what has the colour of its middle has another one."""
    height, width = patch.shape[:2]
    middle = patch[
        height // 4 : max(height // 4 + 1, 3 * height // 4), width // 4 : max(width // 4 + 1, 3 * width // 4)
    ]
    colour = middle[int(rng.integers(middle.shape[0])), int(rng.integers(middle.shape[1]))].astype(np.float32)
    lab = patch.astype(np.float32)
    weight = np.exp(-((lab - colour) ** 2).sum(axis=2, keepdims=True) / (2 * rng.uniform(*_PAINT_REACH) ** 2))
    edge = np.concatenate([weight[0], weight[-1], weight[:, 0], weight[:, -1]])
    if edge.mean() > _EDGE_SHARE:
        return patch
    turned = lab.copy()
    angle, chroma = rng.uniform(0, 2 * np.pi), float(np.exp(rng.normal(0, 0.4)))
    turn = chroma * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    turned[..., 1:] = (lab[..., 1:] - 128) @ turn + 128 + rng.normal(0, 8, 2).astype(np.float32)
    turned[..., 0] = lab[..., 0] * float(np.exp(rng.normal(0, 0.3)))
    return np.asarray(np.clip(lab + weight * (turned - lab), 0, 255), np.uint8)


def repainted(image: Uint8Array, xyxy: Float64Array, rng: np.random.Generator) -> Uint8Array:
    """Return the picture with some of its things in other colours, their shapes and shading kept.

    A thing comes in more colours and prints than its models have: what is learnt shall be its shape.

    Args:
        image: (H, W, 3) uint8 BGR.
        xyxy: (N, 4) the things' boxes, px.
        rng: the generator.
    """
    chosen = xyxy[rng.random(len(xyxy)) < _REPAINTED_SHARE]
    if not len(chosen):
        return image
    lab = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2LAB), np.uint8)
    for x0, y0, x1, y1 in np.round(chosen).astype(int).tolist():
        if x1 - x0 >= 2 and y1 - y0 >= 2:
            lab[y0:y1, x0:x1] = _painted(lab[y0:y1, x0:x1], rng)
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2BGR), np.uint8)


def worn(image: Uint8Array, rng: np.random.Generator) -> Uint8Array:
    """Return the picture as other cameras and channels would have left it, before ``photograph`` stores it.

    Hue, saturation, night's grey, fewer px, a shaken hand, a camera's sharpening, video compression.

    Args:
        image: (H, W, 3) uint8 BGR, even sides.
        rng: the generator.
    """
    changed = _recoloured(image, rng)
    if rng.random() < _COARSE_SHARE:
        changed = _coarser(changed, rng)
    if rng.random() < _SMEARED_SHARE:
        changed = _smeared(changed, rng)
    if rng.random() < _SHARPENED_SHARE:
        changed = _sharpened(changed, rng)
    if rng.random() < _FILM_SHARE:
        changed = compressed([changed], int(rng.integers(24, 40)))
    return changed
