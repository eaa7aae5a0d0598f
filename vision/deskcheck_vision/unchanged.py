"""Whether a fixed camera still shows just what it showed before, so that what was found then is what is there now.

Two small copies are laid over each other (phase correlation), brought to the same exposure (gain and offset of each
channel, fitted to all of the picture), and compared pixel by pixel. What differs by more than the noise of these two
pictures, and by more than what a shake of part of a pixel does at an edge, is a change. The median of all differences
is the noise: a thing that was set down is a small part of the picture and does not raise it. Whatever cannot be told is
a change; being wrong that way costs a run of the network, being wrong the other way hides a thing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from deskcheck_vision.detections import Float32Array, Float64Array, Uint8Array, read_only

# Half of a 1080p picture: a pen of 8 px is 4 px wide in it.
_COPY_SIDE_PX = 960
_SLIDE_SIDE_PX = 320
# Smaller ones tell nothing of how they lie.
_LEAST_SIDE_PX = 16
# An exposure that differs by less than this anywhere is the same one.
_SAME_GREY = 0.75


@dataclass(frozen=True, slots=True)
class ChangeLimits:
    """Where a picture counts as changed.

    Attributes:
        grey: least difference, in grey levels of 255, of a pixel averaged with its neighbours.
        sigmas: and at least this many times the noise.
        edge_px: a shake of so many px of the copy is no change: at edges, that times their steepness is allowed.
        pixels: so many such pixels in a cell of 9 x 9.
        wide_grey: least difference of the mean of a part of 16 x 16, which finds what is pale but large.
        largest_noise: with more noise nothing can be told.
        slide_px: a picture that lies farther aside, px of the copy, is another one.
        gain: largest change of exposure, as a factor.
    """

    grey: float = 7.0
    sigmas: float = 6.0
    edge_px: float = 0.2
    pixels: int = 6
    wide_grey: float = 4.0
    largest_noise: float = 3.0
    slide_px: float = 0.6
    gain: float = 1.25


DEFAULT_LIMITS = ChangeLimits()


@dataclass(frozen=True, slots=True, eq=False)
class SceneCopy:
    """A small copy of a picture.

    Attributes:
        image_wh: size of the picture, px.
        copy: (h, w, 3) uint8 BGR, at most 960 px across, each pixel averaged with its neighbours.
        slide: (h / 3, w / 3) float32 grey, by which two copies are laid over each other.
    """

    image_wh: tuple[int, int]
    copy: Uint8Array
    slide: Float32Array

    @classmethod
    def from_picture(cls, image: Uint8Array) -> SceneCopy:
        """Return the copy of a picture, (H, W, 3) uint8 BGR."""
        height, width = image.shape[:2]
        small = shrunk(image, _COPY_SIDE_PX)
        grey = cv2.cvtColor(shrunk(small, _SLIDE_SIDE_PX), cv2.COLOR_BGR2GRAY)
        blurred = np.asarray(cv2.blur(small, (3, 3)), np.uint8)
        return cls((width, height), read_only(blurred), read_only(grey.astype(np.float32)))


def shrunk(image: Uint8Array, side_px: int) -> Uint8Array:
    """Return a picture, (H, W, 3) uint8, a whole number of times smaller, hardly more than ``side_px`` across.

    Means of whole squares take a fifth of the time that others take; what is left at the right and below is left out.
    """
    height, width = image.shape[:2]
    times = min(max(1, math.ceil(max(height, width) / (1.05 * side_px))), height, width)
    return _means(image, times)


def _means(image: Uint8Array, times: int) -> Uint8Array:
    height, width = image.shape[0] // times, image.shape[1] // times
    if times == 1:
        return image
    whole = image[: height * times, : width * times]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True)
class Change:
    """How two pictures differ.

    Attributes:
        is_changed: more than noise, exposure and a shake explain.
        slid_share: how far the second lies aside, share of the picture's width.
        noise: grey levels.
    """

    is_changed: bool
    slid_share: tuple[float, float]
    noise: float


def change_between(before: SceneCopy, now: SceneCopy, limits: ChangeLimits = DEFAULT_LIMITS) -> Change:
    """Tell whether a picture shows anything that another one of the same camera does not, or the other way round."""
    if before.copy.shape != now.copy.shape:
        return Change(is_changed=True, slid_share=(0.0, 0.0), noise=0.0)
    slid = slid_share(before, now)
    width = before.copy.shape[1]
    aside = slid[0] * width, slid[1] * width
    lit = _exposed_as(before.copy, now.copy, limits) if max(map(abs, aside)) <= limits.slide_px else None
    if lit is None:
        return Change(is_changed=True, slid_share=slid, noise=0.0)
    differences = np.asarray(cv2.absdiff(_slid_back(lit, aside), before.copy), np.uint8)
    noise = _noise(differences)
    changed = noise > limits.largest_noise or _stands_out(differences, before.copy, noise, limits)
    return Change(changed, slid, noise)


def slid_share(before: SceneCopy, now: SceneCopy) -> tuple[float, float]:
    """Return how far a picture lies aside of another, right and down, as shares of the picture's width."""
    if before.slide.shape != now.slide.shape or min(before.slide.shape) < _LEAST_SIDE_PX:
        return (0.0, 0.0)
    right, down = _aside(before.slide, now.slide)
    width = before.slide.shape[1]
    return right / width, down / width


def slid_apart(before: SceneCopy, now: SceneCopy) -> float:
    """Return the largest shift between two pictures, of the whole or of any quarter of them, share of the width.

    A camera that turns about its own line of sight shifts the quarters though not the whole.
    """
    largest = max(map(abs, slid_share(before, now)))
    height, width = (side // 2 for side in before.slide.shape)
    if before.slide.shape != now.slide.shape or min(height, width) < _LEAST_SIDE_PX:
        return largest
    for top in (0, height):
        for left in (0, width):
            part = slice(top, top + height), slice(left, left + width)
            aside = _aside(before.slide[part], now.slide[part])
            largest = max(largest, *(abs(step) / (2 * width) for step in aside))
    return largest


def _aside(before: Float32Array, now: Float32Array) -> tuple[float, float]:
    height, width = before.shape
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    # OpenCV lays the window over what it is given, whatever numpy says about writing to it.
    (right, down), _ = cv2.phaseCorrelate(before.copy(), now.copy(), window)
    return float(right), float(down)


def _exposed_as(before: Uint8Array, now: Uint8Array, limits: ChangeLimits) -> Uint8Array | None:
    """Return a picture as if it had been exposed as another; None where they are lit too differently."""
    times = min(16, *before.shape[:2])
    there = _means(before, times).reshape(-1, 3).astype(np.float64)
    here = _means(now, times).reshape(-1, 3).astype(np.float64)
    tables, plain = [], True
    for channel in range(3):
        gain, offset = _line(here[:, channel], there[:, channel])
        if not 1 / limits.gain <= gain <= limits.gain:
            return None
        plain &= float(np.abs(np.array([0.0, 255.0]) * (gain - 1) + offset).max()) < _SAME_GREY
        tables.append(np.clip(np.round(np.arange(256) * gain + offset), 0, 255).astype(np.uint8))
    if plain:
        return now
    return np.asarray(cv2.LUT(now, np.stack(tables, axis=-1)[None]), np.uint8)


def _line(x: Float64Array, y: Float64Array) -> tuple[float, float]:
    """Fit y = gain x + offset twice, the second time without what fits worst: a thing that was set down."""
    keep = np.ones(len(x), np.bool_)
    gain, offset = 1.0, 0.0
    for _ in range(2):
        spread = float(x[keep].var())
        covariance = float(((x[keep] - x[keep].mean()) * (y[keep] - y[keep].mean())).mean())
        gain = covariance / spread if spread > 1.0 else 1.0
        offset = float(y[keep].mean() - gain * x[keep].mean())
        error = np.abs(y - gain * x - offset)
        keep = error <= np.quantile(error, 0.8)
    return gain, offset


def _slid_back(image: Uint8Array, aside: tuple[float, float]) -> Uint8Array:
    if max(map(abs, aside)) < 0.1:
        return image  # not worth what shifting by parts of a pixel blurs
    height, width = image.shape[:2]
    matrix = np.array([[1.0, 0.0, aside[0]], [0.0, 1.0, aside[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(image, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _noise(differences: Uint8Array) -> float:
    """Return the standard deviation that the median of absolute differences stands for."""
    some = differences[::2, ::2]
    return 1.4826 * _median(np.bincount(some.ravel(), minlength=256).astype(np.float64))


def _median(histogram: Float64Array) -> float:
    """Return the median of whole numbers, told within them by how many lie below."""
    total = np.cumsum(histogram)
    half = total[-1] / 2
    level = int(np.searchsorted(total, half))
    below = total[level - 1] if level else 0.0
    return max(0.0, level - 0.5 + float((half - below) / max(histogram[level], 1.0)))


def _stands_out(differences: Uint8Array, before: Uint8Array, noise: float, limits: ChangeLimits) -> bool:
    allowed = max(limits.grey, limits.sigmas * noise)
    grey = cv2.cvtColor(before, cv2.COLOR_BGR2GRAY)
    steep = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    most = cv2.max(cv2.max(*cv2.split(differences)[:2]), cv2.split(differences)[2])
    over = cv2.subtract(most, cv2.convertScaleAbs(steep, alpha=limits.edge_px, beta=allowed))
    marked = np.asarray(over > 0, np.float32)
    if float(cv2.boxFilter(marked, -1, (9, 9), normalize=False).max()) >= limits.pixels:
        return True
    times = min(16, *before.shape[:2])
    wide, rough = _means(np.asarray(most, np.uint8), times), _means(np.asarray(steep, np.uint8), times)
    return bool((wide > max(limits.wide_grey, 3 * noise) + limits.edge_px * rough).any())
