"""The demonstration's film: a window after closing, under a fixed camera, and what happens at it.

Somebody puts a bag on the tidy desk and goes; leans over the desk and leaves a bottle behind; takes the bag away again,
and the bottle stays. Each of these is one rendered scene, shown for a while.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deskcheck_datasets.synthetic.camera import Camera, CeilingView, under_ceiling
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.hall import stand_items
from deskcheck_datasets.synthetic.hall_plans import Stand, Window
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.lights import hall_panorama
from deskcheck_datasets.synthetic.people import Point, Posture, person
from deskcheck_datasets.synthetic.placing import Placed, faults
from deskcheck_datasets.synthetic.recipes import CLIP_SEEDS
from deskcheck_datasets.synthetic.scene import Scene, surrounding
from deskcheck_datasets.synthetic.surroundings import FLOOR_CM, chair, counter
from deskcheck_datasets.synthetic.truth import Violation

CLIP_SEED = CLIP_SEEDS[0]
CLIP_WH = (1280, 720)
NAME = "E05-closing"
VIEW = "E05-camera"
# After closing: nothing has a time of grace any more.
STARTED_AT = "2026-11-19T17:38:00+08:00"
_CAMERA = CeilingView(
    above_floor_cm=(300, 330),
    elevation_deg=(50, 56),
    reach_cm=(220, 420),
    fill=(0.86, 0.88),
    staff_side=1.0,
    azimuth_deg=16,
    bend=0.1,
    aim_spread=0.01,
)


@dataclass(frozen=True, slots=True)
class Pose:
    """Somebody of the staff at the desk.

    Attributes:
        at_cm: desk x and y of where they stand.
        hands_cm: desk x, y and height of the left and the right hand; None: it hangs.
        lean_deg: how far they bend forward.
        yaw_deg: turn; 180 faces the public.
    """

    at_cm: tuple[float, float]
    hands_cm: tuple[Point | None, Point | None]
    lean_deg: float = 8.0
    yaw_deg: float = 180.0


@dataclass(frozen=True, slots=True)
class Act:
    """A part of the film in which nothing changes.

    Attributes:
        name: what is seen.
        from_s, to_s: when, in seconds of the film.
        added: things that are not part of the approved desk.
        pose: who is there.
        planted: (rule, taxonomy class) pairs that it breaks.
    """

    name: str
    from_s: float
    to_s: float
    added: tuple[Stand, ...] = ()
    pose: Pose | None = None
    planted: tuple[tuple[str, str], ...] = ()


WINDOW = Window(
    "E05", "5号窗口 公积金", "Window 5, housing fund", "LIVING", CLIP_SEED + 5, (165.0, 72.0),
    (
        Stand("monitor", "monitor", 141, (84, 27), required=True, margin_cm=8.0),
        Stand("keyboard", "keyboard", 142, (84, 57), required=True, margin_cm=6.0),
        Stand("mouse", "mouse", 143, (117, 57), required=True, margin_cm=8.0),
        Stand("telephone", "telephone", 144, (138, 27), -10, margin_cm=8.0),
        Stand("cup", "mug", 150, (148, 57), 30, margin_cm=5.0),
    ),
    (),
)  # fmt: skip

_BAG = Stand("bag", "bag", 164, (30, 36), 8)
_BOTTLE = Stand("bottle", "bottle", 152, (110, 38), 0)
_V01_BAG, _V01_BOTTLE = ("V01", "bag"), ("V01", "beverage_container")

ACTS = (
    Act("tidy", 0, 12),
    Act(
        "bag is put down", 12, 18, (_BAG,), Pose((27, 104), ((17, 56, 14), (39, 55, 14)), 16), (_V01_BAG,),
    ),
    Act("bag stays", 18, 28, (_BAG,), None, (_V01_BAG,)),
    Act(
        "leaning over the desk", 28, 36, (_BAG, _BOTTLE), Pose((119, 102), ((108, 66, 8), (121, 50, 14)), 18),
        (_V01_BAG, _V01_BOTTLE),
    ),
    Act("bag and bottle", 36, 46, (_BAG, _BOTTLE), None, (_V01_BAG, _V01_BOTTLE)),
    Act(
        "bag is taken away", 46, 54, (_BOTTLE,), Pose((29, 103), ((18, 60, 12), (41, 60, 10)), 12), (_V01_BOTTLE,),
    ),
    Act("bottle stays", 54, 72, (_BOTTLE,), None, (_V01_BOTTLE,)),
)  # fmt: skip


def body(pose: Pose) -> Placed:
    """The same person in a pose, standing on the floor."""
    x, y = pose.at_cm
    left, right = (_reach(pose, hand) for hand in pose.hands_cm)
    posture = Posture(False, 92.0, pose.lean_deg, (left, right))
    item = person(Draw((CLIP_SEED, 21), held_out=True), posture, staff=True, label="standing_staff")
    return Placed(item, x, y, pose.yaw_deg, FLOOR_CM, "floor")


def _reach(pose: Pose, hand_cm: Point | None) -> Point | None:
    """A place over the desk in the person's own axes."""
    if hand_cm is None:
        return None
    dx, dy = hand_cm[0] - pose.at_cm[0], -(hand_cm[1] - pose.at_cm[1])
    turn = np.radians(-pose.yaw_deg)
    across, ahead = dx * np.cos(turn) - dy * np.sin(turn), dx * np.sin(turn) + dy * np.cos(turn)
    return (float(across), float(ahead), hand_cm[2] - FLOOR_CM)


def _chairs() -> tuple[Placed, Placed]:
    """The staff's chair and a visitor's."""
    staff, visitors = (chair(Draw((CLIP_SEED, seed), held_out=True)) for seed in (22, 23))
    return (
        Placed(staff, 75, 126, 172, FLOOR_CM, "floor"),
        Placed(visitors, 88, -62, 8, FLOOR_CM, "floor"),
    )


def items_of(act: Act) -> tuple[Placed, ...]:
    """What and who is there; the person comes last.

    Raises:
        TruthError: something floats or intersects.
    """
    placed = (*stand_items(WINDOW, (*WINDOW.stands, *act.added)), *_chairs())
    everything = placed if act.pose is None else (*placed, body(act.pose))
    wrong = faults(everything, WINDOW.desk_wh_cm)
    if wrong:
        raise TruthError(reason=f"{act.name}: {'; '.join(wrong)}")
    return everything


def violations_of(act: Act) -> tuple[Violation, ...]:
    """What an act breaks."""
    return tuple(Violation(rule, item) for rule, item in act.planted)


def fixed_camera() -> Camera:
    """The camera of the film."""
    return under_ceiling(Draw((CLIP_SEED, 3), held_out=True), WINDOW.desk_wh_cm, CLIP_WH, _CAMERA)


def scenes(acts: Sequence[Act] = ACTS) -> tuple[Scene, ...]:
    """One scene an act; counter, room, light and camera are the same in all of them."""
    draw, camera, desk = Draw((CLIP_SEED, 5), held_out=True), fixed_camera(), WINDOW.desk_wh_cm
    fixtures = (*counter(draw, desk, "flush"), *surrounding(draw, desk, [camera], 0.0, glass=False))
    panorama = hall_panorama(draw)
    return tuple(Scene(CLIP_SEED + k, desk, items_of(act), fixtures, panorama, camera) for k, act in enumerate(acts))
