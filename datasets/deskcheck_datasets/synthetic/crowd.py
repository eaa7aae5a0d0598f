"""People about the counter: staff at their place, visitors before it, hands over the desk, things in hands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deskcheck_datasets.synthetic.camera import Camera
from deskcheck_datasets.synthetic.items.base import Draw, Item
from deskcheck_datasets.synthetic.items.catalogue import build
from deskcheck_datasets.synthetic.people import PALMS, Point, Posture, person
from deskcheck_datasets.synthetic.placing import Placed, floating, intersecting, through_counter
from deskcheck_datasets.synthetic.surroundings import FLOOR_CM, chair

_NEAREST_CM = 75.0
_CLEAR_DEG = 17.0
_HELD = ("mobile_phone", "paper_document", "cup", "file_folder", "pen")
_DESK_ABOVE_FLOOR_CM = -FLOOR_CM
_COMPANY = (("staff",), ("visitor",), ("staff", "visitor"), ("staff", "visitor", "passer"), ("passer",))


def _in_the_way(camera: Camera, x_cm: float, y_cm: float) -> bool:
    """Whether somebody at desk (x, y) stands in the camera or right before its lens."""
    at = np.array([x_cm, -y_cm])
    eye, aim = np.asarray(camera.position_cm[:2]), np.asarray(camera.target_cm[:2])
    if float(np.hypot(*(at - eye))) < _NEAREST_CM:
        return True
    if camera.position_cm[2] > 190.0:
        return False
    to_aim, to_person = aim - eye, at - eye
    if np.linalg.norm(to_person) > np.linalg.norm(to_aim):
        return False
    cosine = float(to_aim @ to_person / (np.linalg.norm(to_aim) * np.linalg.norm(to_person) + 1e-9))
    return bool(cosine > np.cos(np.radians(_CLEAR_DEG)))


def people_about(
    draw: Draw,
    desk: tuple[float, float],
    placed: Sequence[Placed],
    cameras: Sequence[Camera],
    roles: Sequence[str] | None = None,
) -> list[Placed]:
    """The given things and one to three people, or those of the given roles as far as there is room for them."""
    found = list(placed)
    wanted = draw.pick(_COMPANY) if roles is None else roles
    for role in wanted:
        for _ in range(8):
            x = desk[0] * draw.free(0.15, 0.85)
            if role == "staff":
                y = desk[1] + draw.free(24, 46)
            else:
                y = -draw.free(19, 42) if role == "visitor" else -draw.free(80, 220)
            if any(_in_the_way(camera, x, y) for camera in cameras):
                continue
            if _join(draw, desk, found, role, x, y):
                break
    return found


def _join(draw: Draw, desk: tuple[float, float], found: list[Placed], role: str, x: float, y: float) -> bool:
    seated = role == "staff" and draw.chance(0.75)
    yaw = (180.0 if y > 0 else 0.0) + draw.free(-18, 18) * (4 if role == "passer" else 1)
    seat: list[Placed] = []
    hip = draw.uniform(86, 97)
    if seated:
        item = chair(draw.child())
        hip = float(item.parts[0].mesh.vertices[:, 2].max()) - 1.0
        seat = [Placed(item, x, y, yaw, FLOOR_CM, "floor")]
    reaches = _reaches(draw, desk, role, (x, y), yaw)
    posture = Posture(seated, hip, draw.uniform(2, 16), reaches)
    body = person(draw.child(), posture, staff=role == "staff", label=f"{'seated' if seated else 'standing'}_{role}")
    index = len(found)
    where = Placed(body, x, y, yaw, FLOOR_CM, "seat" if seated else "floor", index if seated else -1)
    everyone = [*seat, where]
    for newcomer in everyone:
        if through_counter(newcomer, desk) or any(intersecting(newcomer, other) for other in found):
            return False
    found += everyone
    _give(draw, found, posture, desk)
    return True


def _reaches(
    draw: Draw, desk: tuple[float, float], role: str, at_cm: tuple[float, float], yaw: float
) -> tuple[Point | None, Point | None]:
    """Where the hands are: over a free spot of the desk, or hanging."""
    hands: list[Point | None] = []
    x, y = at_cm
    for side in (-1, 1):
        if role == "passer" or draw.chance(0.25 if role == "staff" else 0.4):
            hands.append(None)
            continue
        inwards = draw.free(2, 26)
        goal_y = desk[1] - inwards if y > 0 else inwards
        goal_x = x + side * draw.free(4, 24) * (-1 if y > 0 else 1)
        height = draw.free(3.5, 16.0) + _DESK_ABOVE_FLOOR_CM
        turn = np.radians(-yaw)
        dx, dy = goal_x - x, -(goal_y - y)
        local = (dx * np.cos(turn) - dy * np.sin(turn), dx * np.sin(turn) + dy * np.cos(turn))
        hands.append((float(local[0]), float(local[1]), float(height)))
    return hands[0], hands[1]


def _give(draw: Draw, found: list[Placed], posture: Posture, desk: tuple[float, float]) -> None:
    """Put something into a hand that is over the desk, now and then."""
    over = [k for k, hand in enumerate(posture.reach_cm) if hand is not None]
    if not over or not draw.chance(0.5):
        return
    body = found[-1]
    item: Item = build(draw.pick(_HELD), draw.child())
    turn = np.radians(body.yaw_deg)
    palm = body.item.parts[PALMS[over[0]]].mesh.vertices.mean(axis=0)
    ahead = float(palm[1]) - 5.0
    x = body.x_cm + palm[0] * np.cos(turn) - ahead * np.sin(turn)
    y = body.y_cm - (palm[0] * np.sin(turn) + ahead * np.cos(turn))
    height = max(float(palm[2]) + FLOOR_CM - item.size_cm[2] / 2, 0.5)
    held = Placed(item, float(x), float(y), body.yaw_deg + draw.free(-30, 30), float(height), "hand", len(found) - 1)
    if not floating(held, (*found, held), desk) and not any(intersecting(held, other) for other in found[:-1]):
        found.append(held)


def clothes_on_chairs(draw: Draw, placed: Sequence[Placed], share: float = 0.25) -> list[Placed]:
    """A jacket over the backs of some empty chairs."""
    found = list(placed)
    taken = {p.support for p in placed if p.surface == "seat"}
    for index, owner in enumerate(placed):
        if owner.item.class_id != "chair" or index in taken or not draw.chance(share):
            continue
        back = owner.item.parts[1].mesh.vertices
        top = back[back[:, 2] > back[:, 2].max() - 2.0]
        jacket = build("clothing", draw.child(), "chair_back")
        turn = np.radians(owner.yaw_deg)
        off = float(top[:, 1].mean())
        x, y = owner.x_cm - off * np.sin(turn), owner.y_cm - off * np.cos(turn)
        height = owner.height_cm + float(back[:, 2].max()) + 1.2 - jacket.size_cm[2]
        hung = Placed(jacket, float(x), float(y), owner.yaw_deg + 180.0, height, "chair_back", index)
        if not any(intersecting(hung, other) for k, other in enumerate(found) if k != index):
            found.append(hung)
    return found
