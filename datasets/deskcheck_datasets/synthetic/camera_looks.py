"""What a fixed camera shows of a picture that was rendered with more around it, turned a little, through its lens.

A pinhole camera that turns about its middle sees the same light rays, so its picture follows from the wide one by a
homography, whatever stands there. One rendered picture thus gives any number of looks of known turn, each with noise,
exposure and compression of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from deskcheck_datasets.synthetic.camera import Camera
from deskcheck_datasets.synthetic.camera_sets import CameraSet, SeenByCamera, turn_matrix
from deskcheck_datasets.synthetic.developing import Float32, Image8, Sensed, compressed
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.mesh import Floats


@dataclass(frozen=True, slots=True)
class Turn:
    """How a camera has turned since a picture was rendered.

    Attributes:
        turn_deg: pan to the right, tilt down, roll clockwise.
        shift_share: how far everything moves to the right and down in the picture, as a share of its width; a picture
            cut out by the camera elsewhere, as when its format is set anew.
    """

    turn_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    shift_share: tuple[float, float] = (0.0, 0.0)


AT_REST = Turn()
_COARSE = 8


def lens_of(camera_set: CameraSet) -> Camera:
    """The camera's lens and picture, at no place in particular."""
    lens = camera_set.focal_px, camera_set.image_wh
    return Camera((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), 0.0, *lens, "ceiling", camera_set.k1)


def wide_px(camera_set: CameraSet, shown: SeenByCamera, turn: Turn, points_px: Floats) -> Floats:
    """(N, 2) px of the wide picture that a turned camera shows at px of its own picture."""
    lens = lens_of(camera_set)
    moved = np.asarray(turn.shift_share) * camera_set.image_wh[0]
    ideal = lens.straightened(points_px - moved)
    rays = np.column_stack([(ideal - lens.middle_px) / lens.focal_px, np.ones(len(ideal))])
    back = rays @ turn_matrix(turn.turn_deg)
    found: Floats = back[:, :2] / back[:, 2:] * lens.focal_px + np.asarray(shown.wide_wh) / 2
    return found


def still_px(camera_set: CameraSet, turn: Turn, points_px: Floats) -> Floats:
    """(N, 2) px of the picture at rest that show what a turned camera shows at px of its own."""
    lens = lens_of(camera_set)
    at_rest = SeenByCamera("", "", "", camera_set.image_wh, 0.0, (), (0.0, 0.0, 0.0), 0.0)
    return np.asarray(lens.bent(wide_px(camera_set, at_rest, turn, points_px)))


def fits_in(camera_set: CameraSet, shown: SeenByCamera, turn: Turn) -> bool:
    """Whether the wide picture has all that the turned camera shows."""
    width, height = camera_set.image_wh
    x, y = np.meshgrid(np.linspace(0, width, 9), np.linspace(0, height, 7))
    at = wide_px(camera_set, shown, turn, np.column_stack([x.ravel(), y.ravel()]))
    return bool(((at >= 0) & (at <= np.asarray(shown.wide_wh))).all())


def cut(
    wide: Image8,
    camera_set: CameraSet,
    shown: SeenByCamera,
    turn: Turn,
    rng: np.random.Generator,
    *,
    gain: float = 1.0,
    quantiser: int | None = None,
) -> Image8:
    """Return what the camera records.

    Args:
        wide: (H, W, 3) uint8 BGR, the rendered picture.
        camera_set: of the camera.
        shown: which of its pictures that is.
        turn: how far it has turned.
        rng: of the sensor's noise.
        gain: exposure against the rendered one.
        quantiser: of H.264, see ``compressed``; None: not compressed.

    Raises:
        TruthError: the wide picture does not have all that is seen.
    """
    if not fits_in(camera_set, shown, turn):
        raise TruthError(reason=f"{shown.file} has not all that a camera turned by {turn} sees")
    at_x, at_y = _maps(camera_set, shown, turn)
    seen = cv2.remap(wide, at_x, at_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    light = np.asarray(seen[..., ::-1], np.float32) / np.float32(255)
    frame = Sensed(light, shown.noise).frame(rng, gain)
    return frame if quantiser is None else compressed([frame], quantiser)


def _maps(camera_set: CameraSet, shown: SeenByCamera, turn: Turn) -> tuple[Float32, Float32]:
    """Where in the wide picture each px lies, (h, w) each: for every eighth px, and in between what lies between."""
    width, height = camera_set.image_wh
    columns, rows = width // _COARSE + 1, height // _COARSE + 1
    x, y = np.meshgrid(np.linspace(0.5, width - 0.5, columns), np.linspace(0.5, height - 0.5, rows))
    coarse = wide_px(camera_set, shown, turn, np.column_stack([x.ravel(), y.ravel()])) - 0.5
    along, down = np.meshgrid(
        np.linspace(0, columns - 1, width, dtype=np.float32), np.linspace(0, rows - 1, height, dtype=np.float32)
    )
    at = coarse.reshape(rows, columns, 2).astype(np.float32)
    first, second = (cv2.remap(np.ascontiguousarray(at[..., axis]), along, down, cv2.INTER_LINEAR) for axis in (0, 1))
    return np.asarray(first, np.float32), np.asarray(second, np.float32)


def people_in(camera_set: CameraSet, shown: SeenByCamera, turn: Turn) -> Floats:
    """(N, 4) boxes around people in the turned camera's picture, clipped to it."""
    width, height = camera_set.image_wh
    x, y = np.meshgrid(np.arange(0, width + 1, 8.0), np.arange(0, height + 1, 6.0))
    px = np.column_stack([x.ravel(), y.ravel()])
    at = wide_px(camera_set, shown, turn, px)
    boxes = []
    for x0, y0, x1, y1 in shown.people_xyxy:
        inside = px[(at[:, 0] >= x0) & (at[:, 0] <= x1) & (at[:, 1] >= y0) & (at[:, 1] <= y1)]
        if len(inside):
            boxes.append((*inside.min(axis=0), *inside.max(axis=0)))
    return np.array(boxes, np.float64).reshape(-1, 4)
