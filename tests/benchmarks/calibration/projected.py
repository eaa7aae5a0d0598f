"""Truth without a renderer: shapes of known size stood on a desk and projected by random cameras."""

from __future__ import annotations

import numpy as np
from deskcheck_calibration.accuracy import TruthPicture
from deskcheck_calibration.plane import DeskPlane
from deskcheck_vision.detections import Detections
from deskcheck_vision.taxonomy import BY_ID

ITEMS = (
    "monitor", "keyboard", "mouse", "document_camera", "tablet_terminal", "evaluator", "telephone", "printer",
    "desk_sign", "pen_holder", "pen_stand", "storage_box", "stamp", "paper_document", "document_tray", "file_folder",
    "brochure", "mobile_phone", "bag", "tissue", "cup", "beverage_container", "food",
)  # fmt: skip
ROUND = {"cup", "beverage_container", "pen_holder", "pen_stand", "stamp"}


def projected_pictures(count, seed, *, elevation=(30, 60), corner_noise_px=2.0, size_spread=0.15, knows_focal=False):
    """Yield ``count`` TruthPictures of 8 items each."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        picture = None
        while picture is None:
            picture = _picture(rng, elevation, corner_noise_px, size_spread, knows_focal)
        yield picture


def camera(elevation_deg, azimuth_deg, distance_cm, focal_px, image_wh, desk_wh_cm):
    """Return the (3, 4) projection of a camera that looks at the middle of the desk; world z is DOWN."""
    e, a = np.radians([elevation_deg, azimuth_deg])
    target = np.array([desk_wh_cm[0] / 2, desk_wh_cm[1] / 2, 0.0])
    centre = target + distance_cm * np.array([np.sin(a) * np.cos(e), np.cos(a) * np.cos(e), -np.sin(e)])
    z = (target - centre) / distance_cm
    x = np.cross([0, 0, 1.0], z)
    x /= np.linalg.norm(x)
    rotation = np.array([x, np.cross(z, x), z])
    matrix = np.array([[focal_px, 0, image_wh[0] / 2], [0, focal_px, image_wh[1] / 2], [0, 0, 1]])
    return matrix @ np.column_stack([rotation, -rotation @ centre])


def project(projection, points_cm, height_cm=0.0):
    """Project (N, 2) desk points at a height."""
    points = np.column_stack([points_cm, np.full(len(points_cm), -height_cm), np.ones(len(points_cm))]) @ projection.T
    return points[:, :2] / points[:, 2:]


def footprint(centre, size, turn, *, is_round):
    """Return a true footprint (M, 2)."""
    if is_round:
        angle = np.arange(72) * np.pi / 36
        return np.array(centre) + np.column_stack([np.cos(angle), np.sin(angle)]) * size[0] / 2
    unit = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * size[:2]
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.array(centre) + unit @ rotation.T


def box_of(projection, outline, height, base=0.0):
    """Return the xyxy box of a prism."""
    points = np.concatenate([project(projection, outline, base), project(projection, outline, base + height)])
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def _picture(rng, elevation, corner_noise_px, size_spread, knows_focal):
    image_wh = [(1280, 960), (1920, 1080), (960, 1280)][rng.integers(3)]
    desk = (float(rng.uniform(120, 200)), float(rng.uniform(60, 80)))
    focal = rng.uniform(0.65, 1.2) * max(image_wh)
    degrees = rng.uniform(*elevation)
    projection = camera(degrees, rng.uniform(-25, 25), rng.uniform(140, 320), focal, image_wh, desk)
    corners_cm = np.array([[0, 0], [desk[0], 0], [desk[0], desk[1]], [0, desk[1]]])
    corners = project(projection, corners_cm)
    if (corners < 5).any() or (corners > np.array(image_wh) - 5).any() or np.ptp(corners[:, 0]) < 0.45 * image_wh[0]:
        return None
    noisy = corners + rng.normal(0, corner_noise_px, corners.shape)
    known = focal if knows_focal else None
    plane = DeskPlane.from_corners([tuple(c) for c in noisy], desk, image_wh, known, max(corner_noise_px, 0.5))
    rows, footprints = [], []
    for name in rng.choice(ITEMS, 8):
        typical = np.array(BY_ID[name].size_cm)
        size = typical * np.exp(rng.normal(0, size_spread, 3))
        square = name in {"monitor", "keyboard", "printer", "document_tray", "telephone", "desk_sign"}
        turn = rng.normal(0, np.radians(8)) if square else rng.uniform(0, np.pi)
        centre = (rng.uniform(20, desk[0] - 20), rng.uniform(15, desk[1] - 15))
        outline = footprint(centre, size, turn, is_round=name in ROUND)
        box = box_of(projection, outline, size[2])
        side = np.tile(box[2:] - box[:2], 2)
        box = box + rng.normal(0, 1, 4) * np.hypot(0.001 * max(image_wh), 0.015 * side)
        limit = np.tile(image_wh, 2)
        box = np.clip(box, 0, limit)
        if box[2] - box[0] < 3 or box[3] - box[1] < 3:
            return None
        rows.append((str(name), 0.9, tuple(box)))
        footprints.append(tuple((float(x), float(y)) for x, y in outline))
    return TruthPicture(Detections.from_rows(rows, image_wh), plane, tuple(footprints))
