"""The truth of a rendered scene, known from how it was made and checked before it is written."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from deskcheck_datasets.synthetic.camera import Camera, desk_corners_world
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.mesh import Floats
from deskcheck_datasets.synthetic.placing import Placed, faults
from deskcheck_datasets.synthetic.render import Rendered
from deskcheck_datasets.synthetic.scene import Scene
from deskcheck_datasets.synthetic.truth import TRUTH_FORMAT, CameraTruth, ItemTruth, Truth, Violation, check_record

_CORNER_LIMIT_CM = 1e-3
_ENLARGED = 6.0
_LARGEST_CANVAS_PX = 4000.0


def truth_of(
    scene: Scene, rendered: Rendered, picture: str, violations: tuple[Violation, ...] = (), captured_at: str = ""
) -> Truth:
    """Collect the truth of a rendered scene.

    Raises:
        TruthError: it contradicts itself.
    """
    camera = scene.camera
    corners = camera.seen(desk_corners_world(scene.desk_wh_cm))
    items = tuple(_item(i, placed, camera, rendered.item_index) for i, placed in enumerate(scene.items))
    truth = Truth(
        TRUTH_FORMAT,
        picture,
        scene.seed,
        camera.image_wh,
        scene.desk_wh_cm,
        tuple((round(float(x), 3), round(float(y), 3)) for x, y in corners),
        _rows(camera.desk_homography(), None),
        camera_truth(camera, scene.desk_wh_cm),
        items,
        violations,
        camera.kind,
        captured_at,
    )
    validate(truth, scene)
    return truth


def camera_truth(camera: Camera, desk_wh_cm: tuple[float, float]) -> CameraTruth:
    """The camera in desk coordinates."""
    x, y, z = camera.position_cm
    side = "staff" if y < -desk_wh_cm[1] / 2 else "visitor"
    middle = (camera.image_wh[0] / 2, camera.image_wh[1] / 2)
    projection = _rows(camera.desk_projection(), None)
    return CameraTruth(camera.focal_px, middle, (x, -y, z), camera.elevation_deg, side, projection, camera.k1)


def _rows(matrix: Floats, digits: int | None) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(v) if digits is None else round(float(v), digits) for v in row) for row in matrix)


def _item(index: int, placed: Placed, camera: Camera, item_index: NDArray[np.int32]) -> ItemTruth:
    seen = item_index == index
    visible = int(seen.sum())
    box = None
    if visible:
        rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        box = (float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))
    outline = tuple((round(x, 3), round(y, 3)) for x, y in placed.footprint_desk().exterior.coords[:-1])
    w, d, h = (round(c, 2) for c in placed.item.size_cm)
    return ItemTruth(
        placed.item.class_id,
        placed.item.label,
        box,
        round(min(visible / max(covered_px(placed, camera), 1), 1.0), 3),
        outline,
        round(placed.height_cm, 3),
        (w, d, h),
        round(placed.yaw_deg, 2),
        placed.surface,
        placed.support,
    )


def covered_px(placed: Placed, camera: Camera) -> int:
    """Pixels the item would cover alone in a picture without borders.

    Drawn enlarged, since OpenCV fills the pixels on a triangle's edge whole.
    """
    triangles = []
    for k, part in enumerate(placed.item.parts):
        if k not in placed.item.loose:
            mesh = part.mesh.turned("z", placed.yaw_deg).moved(placed.x_cm, -placed.y_cm, placed.height_cm)
            found = camera.seen(mesh.vertices)[mesh.faces]
            triangles.append(found[~np.isnan(found).any(axis=(1, 2))])
    corners = np.concatenate(triangles)
    if not len(corners):
        return 0
    low, high = corners.min(axis=(0, 1)), corners.max(axis=(0, 1))
    scale = min(_ENLARGED, _LARGEST_CANVAS_PX / float((high - low).max()))
    w, h = (int(side) + 3 for side in (high - low) * scale)
    canvas = np.zeros((h, w), np.uint8)
    for triangle in np.round((corners - low) * scale * 16 + 8).astype(np.int32):
        cv2.fillConvexPoly(canvas, triangle, 1, cv2.LINE_8, 4)
    return round(float(canvas.sum()) / scale**2)


def validate(truth: Truth, scene: Scene) -> None:
    """Check a record against itself and the scene.

    Raises:
        TruthError: see ``check_record``; a homography that misses the corners, or a scene in which things float or
            intersect.
        UnknownClassError: an item of no class.
    """
    check_record(truth)
    corners_px = scene.camera.project(desk_corners_world(truth.desk_wh_cm))
    wanted = desk_corners_world(truth.desk_wh_cm)[:, :2] * [1, -1]
    if not np.isnan(corners_px).any():
        mapped = np.column_stack([corners_px, np.ones(4)]) @ np.asarray(truth.homography).T
        miss = float(np.abs(mapped[:, :2] / mapped[:, 2:] - wanted).max())
        if miss > _CORNER_LIMIT_CM:
            raise TruthError(reason=f"the homography misses a desk corner by {miss:.4f} cm")
    wrong = faults(scene.items, scene.desk_wh_cm)
    if wrong:
        raise TruthError(reason="; ".join(wrong))
