"""Training pictures: a set's pictures turned, cropped, put together, lit and compressed anew at every look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import cv2
import numpy as np
from deskcheck_datasets.converters.yolo import YoloBoxes
from deskcheck_datasets.photometry import photograph, repainted, worn
from deskcheck_vision.boxes import box_area, clip_boxes
from deskcheck_vision.detections import Float64Array, Int64Array, Uint8Array
from deskcheck_vision.letterbox import PAD_VALUE

from deskcheck_models.errors import TrainingDataError
from deskcheck_models.setfiles import SetPicture

KEEP_SHARE = 0.35
_SMALLEST_PX = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One training picture.

    Attributes:
        image: (S, S, 3) uint8 BGR.
        xyxy: (N, 4) float64 true boxes, px.
        names: (N,) what they are called.
        complete: everything in it that has an appended label is boxed.
    """

    image: Uint8Array
    xyxy: Float64Array
    names: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Framing:
    """How training pictures are cut from the sets' pictures.

    Attributes:
        side_px: side of the square picture.
        mosaic: share put together from four.
        zoom: smallest and largest scale, relative to the one at which the whole picture fits. A small square of
            large things costs less than a large square of the same things.
    """

    side_px: int
    mosaic: float
    zoom: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """Sets to draw training pictures from.

    Attributes:
        sets: pictures of each set.
        shares: how often each set is drawn, relative to the others.
    """

    sets: tuple[tuple[SetPicture, ...], ...]
    shares: tuple[float, ...]

    def draw(self, rng: np.random.Generator) -> SetPicture:
        """Return a picture: first a set by its share, then any of its pictures."""
        bounds = list(accumulate(self.shares))
        chosen = self.sets[int(np.searchsorted(bounds, rng.uniform(0, bounds[-1]), side="right"))]
        return chosen[int(rng.integers(len(chosen)))]


def shelf_of(sets: Mapping[str, Sequence[SetPicture]], shares: Mapping[str, float]) -> Shelf:
    """Put sets together by their shares.

    Args:
        sets: name -> pictures.
        shares: name of a set, or ``set/origin`` for its views of one real set -> how often it is drawn, relative to
            the others. A set's own share is that of its pictures without a share of their origin.

    Raises:
        TrainingDataError: a share's set is not given or has no such picture, or a set's pictures have no share.
    """
    drawn: dict[str, list[SetPicture]] = {name: [] for name in shares}
    for name, pictures in sets.items():
        for picture in pictures:
            of_origin = f"{name}/{picture.origin}"
            own = of_origin if of_origin in drawn else name
            if own not in drawn:
                raise TrainingDataError(path=picture.path, reason=f"the plan has no share of {name!r}")
            drawn[own].append(picture)
    for name, chosen in drawn.items():
        if not chosen:
            raise TrainingDataError(path=name, reason="the plan has a share of it, but no picture was given")
    return Shelf(tuple(tuple(chosen) for chosen in drawn.values()), tuple(shares.values()))


def read_picture(picture: SetPicture) -> tuple[Uint8Array, Float64Array]:
    """Return a picture and its (N, 4) true boxes in px.

    Raises:
        TrainingDataError: it cannot be read.
    """
    image = cv2.imread(str(picture.path), cv2.IMREAD_COLOR)
    if image is None:
        raise TrainingDataError(path=picture.path, reason="not a picture")
    boxes = YoloBoxes(np.zeros(len(picture.cxcywh), np.int64), picture.cxcywh)
    return np.asarray(image, np.uint8), boxes.xyxy((image.shape[1], image.shape[0]))


def _kept(xyxy: Float64Array, image_wh: tuple[int, int]) -> tuple[Float64Array, Int64Array]:
    """Return boxes clipped to the picture and the indices of those of which enough is left to be told."""
    clipped = clip_boxes(xyxy, image_wh)
    left = box_area(clipped) / np.maximum(box_area(xyxy), 1e-9)
    sides = (clipped[:, 2:] - clipped[:, :2]).min(axis=1, initial=np.inf)
    keep = np.flatnonzero((left >= KEEP_SHARE) & (sides >= _SMALLEST_PX))
    return clipped[keep], keep


def placed(
    image: Uint8Array, xyxy: Float64Array, matrix: Float64Array, side_px: int
) -> tuple[Uint8Array, Float64Array]:
    """Return a picture and its boxes under a scaling and shift, on grey.

    Args:
        image: (H, W, 3) uint8 BGR.
        xyxy: (N, 4) boxes, px.
        matrix: (2, 3) map from its px to the new ones, without turning: boxes stay boxes.
        side_px: side of the square that comes out.
    """
    factor = float(np.abs(matrix[0, 0]))
    source = image
    if factor < 0.5:  # warping samples points: what shrinks much is averaged first
        step = 0.5 / factor
        size = (max(1, round(image.shape[1] / step)), max(1, round(image.shape[0] / step)))
        source = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        grown = np.diag([image.shape[1] / size[0], image.shape[0] / size[1], 1.0])
        warp = (np.vstack([matrix, [0, 0, 1]]) @ grown)[:2]
    else:
        warp = matrix
    moved = cv2.warpAffine(
        source, warp, (side_px, side_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT,
        borderValue=(PAD_VALUE,) * 3,
    )  # fmt: skip
    corners = xyxy.reshape(-1, 2, 2) @ matrix[:, :2].T + matrix[:, 2]
    boxes = np.hstack([corners.min(axis=1), corners.max(axis=1)])
    return np.asarray(moved, np.uint8), np.asarray(boxes, np.float64)


def _random_map(
    image_wh: tuple[int, int], side_px: int, zoom: tuple[float, float], rng: np.random.Generator
) -> Float64Array:
    """Return a (2, 3) map: scaled, shifted, in half of the cases mirrored."""
    width, height = image_wh
    fit = side_px / max(width, height)
    scale = fit * float(np.exp(rng.uniform(*np.log(zoom))))
    stretch = float(np.exp(rng.normal(0, 0.06)))
    scale_x, scale_y = scale * stretch, scale / stretch
    mirrored = -1.0 if rng.random() < 0.5 else 1.0
    # Where the picture is larger than the view any part may show; where it is smaller it may lie anywhere.
    left = (side_px - width * scale_x) * rng.random()
    top = (side_px - height * scale_y) * rng.random()
    start = left if mirrored > 0 else left + width * scale_x
    return np.array([[mirrored * scale_x, 0.0, start], [0.0, scale_y, top]])


def _single(picture: SetPicture, side_px: int, zoom: tuple[float, float], rng: np.random.Generator) -> View:
    image, xyxy = read_picture(picture)
    matrix = _random_map((image.shape[1], image.shape[0]), side_px, zoom, rng)
    moved, boxes = placed(image, xyxy, matrix, side_px)
    boxes, keep = _kept(boxes, (side_px, side_px))
    return View(moved, boxes, tuple(picture.names[i] for i in keep.tolist()), picture.complete)


def _mosaic(pictures: Sequence[SetPicture], framing: Framing, rng: np.random.Generator) -> View:
    """Put four pictures together around a point near the middle."""
    side_px = framing.side_px
    centre = rng.uniform(0.35, 0.65, 2) * side_px
    canvas = np.full((side_px, side_px, 3), PAD_VALUE, np.uint8)
    all_boxes: list[Float64Array] = []
    names: list[str] = []
    for number, picture in enumerate(pictures):
        x0, x1 = (round(centre[0]), side_px) if number % 2 else (0, round(centre[0]))
        y0, y1 = (round(centre[1]), side_px) if number // 2 else (0, round(centre[1]))
        view = _single(picture, max(x1 - x0, y1 - y0), framing.zoom, rng)
        canvas[y0:y1, x0:x1] = view.image[: y1 - y0, : x1 - x0]
        boxes, keep = _kept(view.xyxy, (x1 - x0, y1 - y0))
        all_boxes.append(boxes + np.array([x0, y0, x0, y0]))
        names.extend(view.names[i] for i in keep.tolist())
    complete = all(picture.complete for picture in pictures)
    return View(canvas, np.concatenate(all_boxes), tuple(names), complete)


def training_view(shelf: Shelf, framing: Framing, rng: np.random.Generator) -> View:
    """Draw one training picture.

    Args:
        shelf: the sets.
        framing: how it is cut.
        rng: the generator.

    Raises:
        TrainingDataError: a picture cannot be read.
    """
    first = shelf.draw(rng)
    if rng.random() < framing.mosaic:
        # Complete pictures meet complete ones only, so that what is known about empty regions stays known.
        others = [shelf.draw(rng) for _ in range(12)]
        alike = [picture for picture in others if picture.complete == first.complete]
    else:
        alike = []
    if len(alike) >= 3:
        view = _mosaic((first, *alike)[:4], framing, rng)
    else:
        view = _single(first, framing.side_px, framing.zoom, rng)
    painted = repainted(view.image, view.xyxy, rng)
    return View(photograph(worn(painted, rng), rng), view.xyxy, view.names, view.complete)
