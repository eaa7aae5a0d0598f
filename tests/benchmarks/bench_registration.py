"""How exactly a photo's desk is found, by each of the three ways, and how often a wrong one is called good.

An error is that of a place of the desk which the photo shows: over a grid of 13 x 7 places, all photos together.
Stickers are seen on drawn desks, tapped corners need no picture but only poses, and features need rendered pictures:
``deskcheck-data synth desks FOLDER`` makes them, DESKCHECK_DESK_SETS names the folder.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from deskcheck_calibration.desk_reference import DeskReference
from deskcheck_calibration.desk_registration import register_matches, register_photo
from deskcheck_calibration.judging import DETECT_FROM
from deskcheck_calibration.layout import Layout, Sticker
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.stickers import CORNERS, plane_from_stickers
from deskcheck_datasets.synthetic.desk_sets import DeskSet, SeenDesk, read_desk_sets
from deskcheck_datasets.synthetic.truth import read_truth
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.detector import Tiling, YoloDetector
from deskcheck_vision.markers import find_tags, read_desks
from deskcheck_vision.model_files import default_model_path
from deskcheck_vision.registration import match, photo_features
from deskcheck_vision.sessions import OnnxSession

from tests.benchmarks.figures import Figure, measures
from tests.support.sticker_desk import PX_PER_CM, Camera, camera, desk_texture, seen, sticker_squares

ROOT = Path(__file__).resolve().parents[2]
TRUTH_FOLDER = ROOT / "datasets" / "truth"
DRAWN_PHOTOS = 40
TAPS_A_POSE = 20
TAP_PX = 4.0
WRONG_CM = 5.0
_PHOTO_WH = (2880, 1620)


def grid_cm(desk_wh_cm: tuple[float, float]) -> Float64Array:
    """Places (91, 2) all over a desk."""
    x, y = np.meshgrid(np.linspace(0, desk_wh_cm[0], 13), np.linspace(0, desk_wh_cm[1], 7))
    return np.column_stack([x.ravel(), y.ravel()])


def errors_cm(plane: DeskPlane, by: Camera) -> Float64Array:
    """Error (N,) of the places that a camera sees."""
    places = grid_cm(plane.desk_wh_cm)
    px = by.px(places)
    inside = ((px >= 0) & (px < np.array(by.image_wh))).all(axis=1)
    return np.asarray(np.linalg.norm(plane.to_cm(px[inside]) - places[inside], axis=1), np.float64)


def figures(name: str, errors: list[Float64Array], asked: tuple[float, float], note: str) -> Iterator[Figure]:
    """Median and 95th percentile of all errors."""
    together = np.concatenate(errors) if errors else None
    for ending, share, limit in (("", 50, asked[0]), ("_p95", 95, asked[1])):
        value = None if together is None else float(np.percentile(together, share))
        yield Figure(f"{name}{ending}", value, limit, True, "cm", note)


def drawn_photo(number: int) -> tuple[Uint8Array, Camera, tuple[int, int]]:
    """A drawn desk with stickers, 0 to 60 % of it covered, in some light, from 0.5 to 2 m and 20 to 70 degrees."""
    rng = np.random.default_rng((14, number))
    desk = (int(rng.integers(14, 20)) * 10, int(rng.integers(6, 9)) * 10)
    texture = desk_texture(number, desk)
    wanted = rng.uniform(0, 0.6)
    covered = np.zeros(texture.shape[:2], np.bool_)
    while covered.mean() < wanted:
        x, y = rng.uniform(0, desk[0]), rng.uniform(0, desk[1])
        w, d = rng.uniform(8, 45, 2)
        rows = slice(int(max(y - d / 2, 0) * PX_PER_CM), int((y + d / 2) * PX_PER_CM))
        columns = slice(int(max(x - w / 2, 0) * PX_PER_CM), int((x + w / 2) * PX_PER_CM))
        texture[rows, columns] = rng.integers(20, 230, 3)
        covered[rows, columns] = True
    by = camera(desk, rng.uniform(20, 70), rng.uniform(-40, 40) + 180 * rng.integers(0, 2), rng.uniform(50, 200),
                _PHOTO_WH, rng.uniform(0.66, 0.78))  # fmt: skip
    picture = seen(texture, by, seed=number)
    light = np.clip((picture / 255.0) ** rng.uniform(0.7, 1.5) * rng.uniform(0.6, 1.15), 0, 1)
    return np.asarray(light * 255, np.uint8), by, desk


@measures
def reg_markers_cm() -> Iterator[Figure]:
    """Stickers on drawn desks."""
    errors = []
    for number in range(DRAWN_PHOTOS):
        picture, by, desk = drawn_photo(number)
        squares = zip(CORNERS, sticker_squares(desk), strict=True)
        stickers = tuple(Sticker(corner, tuple((float(x), float(y)) for x, y in square)) for corner, square in squares)
        layout = Layout(window="W", version=1, desk_wh_cm=desk, taxonomy_version="1", stickers=stickers)
        own = [found for found in read_desks(find_tags(picture)) if found.number == number]
        plane = plane_from_stickers(own[0], layout, by.image_wh, by.focal_px) if own else None
        if plane is not None:
            errors.append(errors_cm(plane, by))
    note = f"{len(errors)} of {DRAWN_PHOTOS} drawn photos show two stickers that can be read and suffice"
    yield from figures("reg_markers_cm", errors, (0.3, 1.0), note)


@measures
def reg_taps_cm() -> Iterator[Figure]:
    """Tapped corners, each off by up to 4 px both ways, for every pose of the truth pictures that shows all corners."""
    rng = np.random.default_rng(4)
    errors = []
    poses = 0
    for path in sorted(TRUTH_FOLDER.rglob("*.json")):
        truth = read_truth(path)
        corners = np.array(truth.desk_corners_px)
        if not ((corners >= 0) & (corners < np.array(truth.image_wh))).all():
            continue
        poses += 1
        by = Camera(np.linalg.inv(np.array(truth.homography)), truth.camera.focal_px, truth.image_wh)
        for _ in range(TAPS_A_POSE):
            tapped = corners + rng.uniform(-TAP_PX, TAP_PX, (4, 2))
            plane = DeskPlane.from_corners([(float(x), float(y)) for x, y in tapped], truth.desk_wh_cm, truth.image_wh)
            errors.append(errors_cm(plane, by))
    yield from figures("reg_taps_cm", errors, (1.0, 3.0), f"{poses} poses, {TAPS_A_POSE} times each")


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """A photo held against a desk's approved picture.

    Attributes:
        own: the photo is of that desk.
        neighbour: it is of the desk beside it that looks alike.
        errors_cm: where it was called good.
        elevation_deg: of the photo.
    """

    own: bool
    neighbour: bool
    errors_cm: Float64Array | None
    elevation_deg: float


def sets_folder() -> Path | None:
    """Folder of rendered desks, None without one."""
    named = os.environ.get("DESKCHECK_DESK_SETS", "")
    return Path(named) if named and (Path(named) / "desks").is_dir() else None


def _camera_of(shown: SeenDesk, desk: DeskSet) -> Camera:
    to_px = np.array(shown.to_px)
    width, depth = desk.desk_wh_cm
    return Camera(to_px * np.sign(to_px[2] @ [width / 2, depth / 2, 1]), shown.focal_px, desk.image_wh)


def _picture(folder: Path, shown: SeenDesk) -> Uint8Array:
    return np.asarray(cv2.imread(str(folder / "images" / shown.file)), np.uint8)


def _reference(folder: Path, desk: DeskSet, detector: YoloDetector) -> DeskReference:
    shown = next(one for one in desk.pictures if one.role == "approved")
    by, image = _camera_of(shown, desk), _picture(folder, shown)
    width, depth = desk.desk_wh_cm
    corners = by.px(np.array([[0, 0], [width, 0], [width, depth], [0, depth]]))
    # The approved picture was calibrated by a careful hand.
    corners = corners + np.random.default_rng(desk.seed).normal(0, 1.0, (4, 2))
    plane = DeskPlane.from_corners([(float(x), float(y)) for x, y in corners], desk.desk_wh_cm, desk.image_wh)
    return DeskReference.from_picture(image, plane, detector.detect(image, min_confidence=DETECT_FROM))


@cache
def attempts(folder: Path) -> tuple[Attempt, ...]:
    """Every photo and every neighbour against every approved picture; half of the photos know their focal length."""
    detector = YoloDetector(OnnxSession(default_model_path()))
    desks = read_desk_sets(folder)
    references = [_reference(folder, desk, detector) for desk in desks]
    made = []
    for desk in desks:
        for number, shown in enumerate(one for one in desk.pictures if one.role != "approved"):
            by, image = _camera_of(shown, desk), _picture(folder, shown)
            features = photo_features(image)
            focal_px = by.focal_px if number % 2 else None
            for other, reference in zip(desks, references, strict=True):
                found = register_matches(image, match(features, reference.features), reference, focal_px)
                beside = other is desk and shown.role == "neighbour"
                # Of another desk's size there is no true place; whatever is called good is wrong.
                errors = None if found.plane is None else _errors(found.plane, by, desk)
                made.append(Attempt(other is desk and not beside, beside, errors, shown.elevation_deg))
    return tuple(made)


def _errors(plane: DeskPlane, by: Camera, desk: DeskSet) -> Float64Array:
    return errors_cm(replace(plane, desk_wh_cm=desk.desk_wh_cm), by)


@measures
def reg_features_cm() -> Iterator[Figure]:
    """Rendered photos of desks that were approved in another picture."""
    folder = sets_folder()
    if folder is None:
        yield from figures("reg_features_cm", [], (0.8, 2.5), "DESKCHECK_DESK_SETS names no folder of synth desks")
        return
    own = [one for one in attempts(folder) if one.own]
    good = [one.errors_cm for one in own if one.errors_cm is not None]
    note = f"{len(good)} of {len(own)} photos were recognised; the others are refused, not placed"
    yield from figures("reg_features_cm", good, (0.8, 2.5), note)


@measures
def reg_false_good() -> Iterator[Figure]:
    """Registrations called good that are over 5 cm off anywhere in the photo, or of another desk."""
    folder = sets_folder()
    if folder is None:
        note = "DESKCHECK_DESK_SETS names no folder of synth desks"
        yield Figure("reg_false_good", None, 0, True, "registrations", note)
        return
    made = attempts(folder)
    off = sum(one.own and one.errors_cm is not None and one.errors_cm.max() > WRONG_CM for one in made)
    strange = sum(not one.own and one.errors_cm is not None for one in made)
    beside = sum(one.neighbour for one in made)
    note = f"{len(made)} attempts, {beside} of them of look-alike neighbours; {off} off, {strange} of another desk"
    yield Figure("reg_false_good", float(off + strange), 0, True, "registrations", note)


@measures
def reg_over_detect() -> Iterator[Figure]:
    """Time to recognise a desk in a 1080p photo over one pass of the detector, in turns, medians."""
    desk = (150, 70)
    by, approved = camera(desk, 40, 20, 190), camera(desk, 50, 0, 190)
    texture = desk_texture(3, desk)
    rng = np.random.default_rng(3)
    for _ in range(14):
        row, column = int(rng.integers(0, 55)) * PX_PER_CM, int(rng.integers(0, 135)) * PX_PER_CM
        print_px = cv2.resize(rng.integers(20, 240, (9, 12, 3), np.uint8), (12 * PX_PER_CM, 9 * PX_PER_CM),
                              interpolation=cv2.INTER_NEAREST)  # fmt: skip
        texture[row : row + 9 * PX_PER_CM, column : column + 12 * PX_PER_CM] = print_px
    detector = YoloDetector(OnnxSession(default_model_path()))
    first = seen(texture, approved, seed=1)
    corners = approved.px(np.array([[0, 0], [desk[0], 0], [desk[0], desk[1]], [0, desk[1]]]))
    plane = DeskPlane.from_corners([(float(x), float(y)) for x, y in corners], desk, approved.image_wh)
    reference = DeskReference.from_picture(first, plane, detector.detect(first, min_confidence=DETECT_FROM))
    photo = seen(texture, by, seed=2)
    mirrored = np.ascontiguousarray(photo[:, ::-1])
    spent: tuple[list[float], list[float], list[float]] = ([], [], [])
    for _ in range(9):
        began = time.perf_counter()
        detector.detect(photo, tiling=Tiling.NEVER)
        between = time.perf_counter()
        found = register_photo(photo, reference, by.focal_px)
        spent[0].append(between - began)
        after = time.perf_counter()
        refused = register_photo(mirrored, reference, by.focal_px)
        spent[1].append(after - between)
        spent[2].append(time.perf_counter() - after)
        if found.plane is None:
            raise RuntimeError(f"the drawn desk was not recognised: {found.refusal}")
        if refused.plane is not None:
            raise RuntimeError("a mirrored desk was recognised")
    detect, good, bad = (float(np.median(one)) for one in spent)
    note = f"{1000 * good:.0f} ms on this machine; a photo that is refused {bad / detect:.1f} times"
    yield Figure("reg_over_detect", good / detect, 2.5, True, "times", note)
