"""What is really in a picture, exactly: known from how it was made, checked before it is written.

Desk corners are listed outer-left, outer-right, inner-right, inner-left as the staff see them. Desk coordinates:
origin at the outer-left corner, x along the outer edge, y towards the staff, heights upwards, cm. Pictures use
continuous px, (0, 0) the outer corner of the first pixel; boxes are x1, y1, x2, y2 around the visible pixels.
Where a lens bends the picture (k1 other than 0), boxes and desk corners are those of the picture, while the homography
and the projection are of the ideal pinhole: straighten a picture's px first (``Camera.straightened``).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from deskcheck_vision.taxonomy import class_by_id
from numpy.typing import NDArray

from deskcheck_datasets.synthetic.camera import Camera, desk_corners_world
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.mesh import Floats
from deskcheck_datasets.synthetic.placing import Placed, faults
from deskcheck_datasets.synthetic.render import Rendered
from deskcheck_datasets.synthetic.scene import Scene

TRUTH_FORMAT = "2"
# Format 1 knew phones only, and no lens but the ideal one.
_OLD_FORMATS = ("1",)
_CORNER_LIMIT_CM = 1e-3
_ENLARGED = 6.0
_LARGEST_CANVAS_PX = 4000.0


@dataclass(frozen=True, slots=True)
class ItemTruth:
    """One item.

    Attributes:
        class_id: taxonomy class.
        label: finer name.
        box_xyxy: px around the visible pixels; None where nothing of it is seen.
        visibility: visible pixels over the pixels it would cover alone in a boundless picture.
        footprint_cm: contact outline on its supporting surface, desk cm.
        height_cm: height of that surface above the desk plane.
        size_cm: width, depth, height in the item's own axes.
        yaw_deg: turn, counter-clockwise from above; 0 faces the staff.
        surface: ``desk``, ``floor``, ``seat``, ``hand``, or the top that carries it (``riser_top``, ``machine_top``).
        support: index of the item that carries it, -1 for desk and floor.
    """

    class_id: str
    label: str
    box_xyxy: tuple[float, float, float, float] | None
    visibility: float
    footprint_cm: tuple[tuple[float, float], ...]
    height_cm: float
    size_cm: tuple[float, float, float]
    yaw_deg: float
    surface: str
    support: int


@dataclass(frozen=True, slots=True)
class CameraTruth:
    """The camera.

    Attributes:
        focal_px, principal_px: of the pinhole model.
        position_cm: desk x, y and height.
        elevation_deg: of the line of sight below the horizontal.
        side: ``staff`` or ``visitor``, where it was held.
        desk_projection: (3, 4) row-major, (x, y, height, 1) in desk cm to homogeneous px of the ideal pinhole.
        k1: radial distortion of the lens, see ``camera``.
    """

    focal_px: float
    principal_px: tuple[float, float]
    position_cm: tuple[float, float, float]
    elevation_deg: float
    side: str
    desk_projection: tuple[tuple[float, ...], ...]
    k1: float = 0.0


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the scene breaks on purpose.

    Attributes:
        rule: id of the rule, such as V04.
        item: taxonomy class it is about.
    """

    rule: str
    item: str


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything known about one picture; see the module for the conventions.

    Attributes:
        homography: (3, 3) row-major, px of the ideal pinhole to desk cm.
        desk_corners_px: (4, 2) in the picture.
        camera_kind: ``phone`` or ``ceiling``.
        captured_at: ISO time with zone where the time matters to the rules; empty elsewhere.
    """

    format: str
    picture: str
    seed: int
    image_wh: tuple[int, int]
    desk_wh_cm: tuple[float, float]
    desk_corners_px: tuple[tuple[float, float], ...]
    homography: tuple[tuple[float, ...], ...]
    camera: CameraTruth
    items: tuple[ItemTruth, ...]
    violations: tuple[Violation, ...] = ()
    camera_kind: str = "phone"
    captured_at: str = ""


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
        TruthError: an unknown class, a box outside the picture, a homography that misses the corners, or a scene
            in which things float or intersect.
    """
    w, h = truth.image_wh
    for item in truth.items:
        class_by_id(item.class_id)
        if item.box_xyxy is not None:
            x1, y1, x2, y2 = item.box_xyxy
            if not (0 <= x1 < x2 <= w and 0 <= y1 < y2 <= h):
                raise TruthError(reason=f"box {item.box_xyxy} of {item.class_id} leaves the picture")
    if truth.camera_kind not in ("phone", "ceiling"):
        raise TruthError(reason=f"no camera is of kind {truth.camera_kind!r}")
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


def write_truth(truth: Truth, path: Path) -> None:
    """Write the record as JSON, whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(truth), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    part.replace(path)


def read_truth(path: Path) -> Truth:
    """Read a record back.

    Raises:
        TruthError: it is of a format that is neither this one nor an older one.
    """
    values = json.loads(path.read_text(encoding="utf-8"))
    if values.get("format") not in (TRUTH_FORMAT, *_OLD_FORMATS):
        raise TruthError(reason=f"{path.name} is of format {values.get('format')!r}, not {TRUTH_FORMAT!r}")
    camera = _frozen(values.pop("camera"))
    items = tuple(ItemTruth(**_frozen(entry)) for entry in values.pop("items"))
    violations = tuple(Violation(**entry) for entry in values.pop("violations"))
    return Truth(**_frozen(values), camera=CameraTruth(**camera), items=items, violations=violations)


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    """JSON lists as nested tuples."""

    def deep(value: Any) -> Any:
        return tuple(deep(v) for v in value) if isinstance(value, list) else value

    return {key: deep(value) for key, value in values.items()}


def yolo_rows(truth: Truth, class_index: dict[str, int], least_visibility: float = 0.2) -> list[str]:
    """``class cx cy w h`` rows of the items that can be told from what is seen of them."""
    w, h = truth.image_wh
    rows = []
    for item in truth.items:
        if item.box_xyxy is None or item.visibility < least_visibility:
            continue
        x1, y1, x2, y2 = item.box_xyxy
        if min(x2 - x1, y2 - y1) < 5:
            continue
        values = ((x1 + x2) / 2 / w, (y1 + y2) / 2 / h, (x2 - x1) / w, (y2 - y1) / h)
        rows.append(" ".join([str(class_index[item.class_id]), *(f"{v:.6f}" for v in values)]))
    return rows
