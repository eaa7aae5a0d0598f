"""People: whole bodies at sensible places, never through the counter, never before a phone's lens."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_datasets.synthetic.camera import Camera
from deskcheck_datasets.synthetic.crowd import people_about
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.people import Posture, person
from deskcheck_datasets.synthetic.placing import ATTACHED, Placed, faults, floating, through_counter
from deskcheck_datasets.synthetic.surroundings import FLOOR_CM

DESK = (170.0, 72.0)
ABOVE = Camera((85, -320, 260), (85, -36, 0), 0.0, 900.0, (960, 540), "ceiling")
PHONE = Camera((85, -170, 95), (85, -36, 0), 0.0, 700.0, (640, 480))
STANDING = Posture(False, 92.0, 5.0, (None, None))


@pytest.fixture(scope="module")
def crowds() -> list[list[Placed]]:
    return [people_about(Draw(seed), DESK, [], [ABOVE]) for seed in range(14)]


def test_everybody_is_possible(crowds: list[list[Placed]]) -> None:
    for crowd in crowds:
        assert faults(tuple(crowd), DESK) == []


def test_staff_sit_behind_and_visitors_stand_before_the_counter(crowds: list[list[Placed]]) -> None:
    people = [p for crowd in crowds for p in crowd if p.item.class_id == "person"]
    assert len(people) >= 8
    assert any(p.item.label == "seated_staff" for p in people)
    for body in people:
        assert (body.y_cm > DESK[1]) == body.item.label.endswith("staff")
        assert (body.surface == "seat") == body.item.label.startswith("seated")


def test_hands_reach_over_the_desk(crowds: list[list[Placed]]) -> None:
    over = 0
    for crowd in crowds:
        for body in (p for p in crowd if p.item.class_id == "person"):
            for outline, low, high in body.solids_world():
                x, y = outline.centroid.coords[0]
                over += 0 < x < DESK[0] and -DESK[1] < y < 0 and low > -0.05 and high < 30
    assert over >= 10


def test_what_a_hand_holds_is_at_the_hand(crowds: list[list[Placed]]) -> None:
    held = [(p, crowd) for crowd in crowds for p in crowd if p.surface == "hand"]
    assert held
    for thing, crowd in held:
        assert crowd[thing.support].item.class_id == "person"
        assert thing.height_cm > 0


@pytest.mark.parametrize("seed", range(6))
def test_nobody_stands_before_a_phones_lens(seed: int) -> None:
    for body in people_about(Draw(seed), DESK, [], [PHONE]):
        if body.item.class_id == "person":
            at = np.array([body.x_cm, -body.y_cm])
            assert np.hypot(*(at - PHONE.position_cm[:2])) >= 75


def test_a_body_has_the_size_of_a_grown_person() -> None:
    for seed in range(5):
        _, _, tall = person(Draw(seed), STANDING, staff=False, label="x").size_cm
        assert 150 < tall < 190


def test_legs_through_the_worktop_are_found() -> None:
    body = person(Draw(1), STANDING, staff=False, label="x")
    inside = Placed(body, 80, 30, 0, FLOOR_CM, "floor")
    assert through_counter(inside, DESK)
    assert faults((inside,), DESK) == ["x goes through the counter"]
    assert not through_counter(Placed(body, 80, -60, 0, FLOOR_CM, "floor"), DESK)


def test_a_held_thing_far_from_its_hand_floats() -> None:
    assert "hand" in ATTACHED
    body = Placed(person(Draw(1), STANDING, staff=False, label="x"), 80, -40, 0, FLOOR_CM, "floor")
    near = Placed(body.item, 85, -35, 0, 5.0, "hand", 0)
    far = Placed(body.item, 185, -35, 0, 5.0, "hand", 0)
    assert not floating(near, (body, near), DESK)
    assert floating(far, (body, far), DESK)
