"""Plans: possible, the same from the same seed, with as many violations as stated, of many rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from deskcheck_datasets.synthetic.hall import layout_of, stand_items, stands_in
from deskcheck_datasets.synthetic.planting import Planned, is_changed, plan
from deskcheck_datasets.synthetic.recipes import VERDICT_SEEDS
from deskcheck_datasets.synthetic.truth import CameraTruth, ItemTruth, Truth
from deskcheck_datasets.synthetic.verdicts import unseen


@pytest.fixture(scope="module")
def plans() -> list[Planned]:
    return [plan(seed, f"V{seed}") for seed in VERDICT_SEEDS[200:214]]


def test_windows_and_their_photos_are_possible(plans: list[Planned]) -> None:
    for planned in plans:
        stand_items(planned.window, planned.window.stands)
        stand_items(planned.window, stands_in(planned.window, planned.photo))


def test_many_rules_are_broken_and_some_pictures_are_clean(plans: list[Planned]) -> None:
    counted = Counter(rule for planned in plans for rule, _ in planned.photo.planted)
    assert len(counted) >= 5
    assert {len(planned.photo.planted) for planned in plans} >= {0, 1, 2}


def test_the_same_seed_gives_the_same_plan(plans: list[Planned]) -> None:
    assert plan(VERDICT_SEEDS[200], f"V{VERDICT_SEEDS[200]}") == plans[0]


def test_another_variant_is_another_plan_with_as_many_violations(plans: list[Planned]) -> None:
    other = plan(VERDICT_SEEDS[201], f"V{VERDICT_SEEDS[201]}", variant=1, clearance_cm=14.0)
    assert other != plans[1]
    assert len(other.photo.planted) == len(plans[1].photo.planted)
    assert other.window.edge_clearance_cm in (None, 14.0)


def test_no_photo_both_moves_a_thing_and_adds_another_like_it(plans: list[Planned]) -> None:
    for planned in plans:
        moved = {item for rule, item in planned.photo.planted if rule in ("V04", "V07")}
        assert not moved & {item for rule, item in planned.photo.planted if rule == "V06"}


def _truth(planned: Planned, **changes: object) -> Truth:
    """A record of a planned photo seen straight from above at 10 px/cm, each thing as a square of 40 px."""
    w, d = planned.window.desk_wh_cm
    corners = ((50.0, 50.0), (50 + 10 * w, 50.0), (50 + 10 * w, 50 + 10 * d), (50.0, 50 + 10 * d))
    items = []
    for stand in stands_in(planned.window, planned.photo):
        x, y = stand.at_cm
        x, y = min(max(x, 5), w - 5), min(max(y, 5), d - 5)
        box = (50 + 10 * x - 20, 50 + 10 * y - 20, 50 + 10 * x + 20, 50 + 10 * y + 20)
        foot = ((x - 2, y - 2), (x + 2, y - 2), (x + 2, y + 2), (x - 2, y + 2))
        kind = stand_items(planned.window, (replace(stand, on=""),))[0].item.class_id if not stand.on else "cup"
        items.append(ItemTruth(kind, kind, box, 1.0, foot, 0.0, (4.0, 4.0, 4.0), 0.0, "desk", -1))
    camera = CameraTruth(1000.0, (0.0, 0.0), (0.0, 0.0, 100.0), 90.0, "staff", ())
    size = (round(100 + 10 * w), round(100 + 10 * d))
    truth = Truth("2", "a.jpg", 1, size, (w, d), corners, (), camera, tuple(items))
    return replace(truth, **changes)  # type: ignore[arg-type]


def test_what_nobody_could_see_is_told(plans: list[Planned]) -> None:
    planned = next(p for p in plans if any(is_changed(p.window, p.photo, s) for s in stands_in(p.window, p.photo)))
    truth = _truth(planned)
    assert unseen(planned, truth) == []
    stands = stands_in(planned.window, planned.photo)
    at = next(k for k, stand in enumerate(stands) if is_changed(planned.window, planned.photo, stand))

    def with_item(**changes: object) -> Truth:
        items = list(truth.items)
        items[at] = replace(items[at], **changes)  # type: ignore[arg-type]
        return replace(truth, items=tuple(items))

    name = truth.items[at].class_id
    assert unseen(planned, with_item(visibility=0.3)) == [f"{name} is hidden"]
    assert unseen(planned, with_item(box_xyxy=None)) == [f"{name} is hidden"]
    assert unseen(planned, with_item(box_xyxy=(1.0, 90.0, 40.0, 120.0))) == [f"{name} is cut off"]
    small = replace(
        truth,
        image_wh=(truth.image_wh[0] // 8, truth.image_wh[1] // 8),
        desk_corners_px=tuple((x / 8, y / 8) for x, y in truth.desk_corners_px),
        items=tuple(replace(i, box_xyxy=tuple(v / 8 for v in i.box_xyxy or ())) for i in truth.items),  # type: ignore[arg-type]
    )
    assert f"{name} is too small" in unseen(planned, small)


def test_the_layout_has_what_the_planted_rules_need(plans: list[Planned]) -> None:
    for planned in plans:
        layout = layout_of(planned.window, None)
        rules = {rule for rule, _ in planned.photo.planted}
        kinds = {surface.kind.value for surface in layout.surfaces}
        if "V03" in rules:
            assert layout.edge_clearance_cm is not None
        if "V08" in rules:
            assert layout.relations
        if "V09" in rules:
            assert "riser_top" in kinds
        if "V10" in rules:
            assert "machine_top" in kinds
        if "V13" in rules:
            assert "low_cabinet" not in kinds
