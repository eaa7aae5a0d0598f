"""What is really in a picture, exactly: the record, written and read; ``truth_making`` makes it from a scene.

Readers of records need no scene, so nothing here imports the modules that draw and render them.

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

from deskcheck_vision.taxonomy import class_by_id

from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.writing import write_whole

# A stand-in has no light: where only truth is wanted, it is there for the picture's size and detail.
STAND_IN = ".stand-in.png"
TRUTH_FORMAT = "2"
# Format 1 knew phones only, and no lens but the ideal one.
_OLD_FORMATS = ("1",)


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


def check_record(truth: Truth) -> None:
    """Check a record against itself; what it says of the scene, ``truth_making.validate`` checks where it is made.

    Raises:
        TruthError: a box outside the picture, or a camera of no kind.
        UnknownClassError: an item of no class.
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


def write_truth(truth: Truth, path: Path) -> None:
    """Write the record as JSON, whole or not at all."""
    write_whole(path, json.dumps(asdict(truth), ensure_ascii=False, separators=(",", ":")) + "\n")


def read_truth(path: Path) -> Truth:
    """Read a record back.

    Raises:
        TruthError: it is of a format that is neither this one nor an older one.
    """
    return truth_from(json.loads(path.read_text(encoding="utf-8")), path.name)


def truth_from(values: dict[str, Any], name: str) -> Truth:
    """A record out of its JSON values; ``name`` is for messages.

    Raises:
        TruthError: it is of a format that is neither this one nor an older one.
    """
    values = dict(values)
    if values.get("format") not in (TRUTH_FORMAT, *_OLD_FORMATS):
        raise TruthError(reason=f"{name} is of format {values.get('format')!r}, not {TRUTH_FORMAT!r}")
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
