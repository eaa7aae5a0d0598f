"""Every family: closed parts, real sizes, standing on its foot; held-out variants differ from trained ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from deskcheck_datasets.synthetic import mesh
from deskcheck_datasets.synthetic.items import faces
from deskcheck_datasets.synthetic.items.base import Draw, Item, _hull
from deskcheck_datasets.synthetic.items.catalogue import BUILDERS, KINDS, build
from deskcheck_datasets.synthetic.items.kinds import CHAIR_BACK, DESK, FLOOR, built, choose
from deskcheck_datasets.synthetic.textures import canvas, write
from deskcheck_vision.taxonomy import BY_ID
from shapely.affinity import rotate
from shapely.ops import unary_union

SEEDS = range(2)
# Longest side in cm of classes that hold very different things; of others it is near the taxonomy's typical one.
RANGES = {
    "beverage_container": (6, 36),
    "personal_ornament": (5, 36),
    "personal_appliance": (9, 40),
    "small_stationery": (4, 24),
    "cosmetics": (3, 24),
    "umbrella": (21, 100),
    "cup": (6, 26),
    "potted_plant": (9, 130),
    "power_strip": (8, 36),
    "clothing": (16, 80),
    "cleaning_tool": (9, 130),
    "trash_bin": (12, 46),
    "position_marker": (2, 10),
    "paper_document": (15, 50),
    "desk_sign": (11, 32),
    "bag": (15, 50),
    "storage_box": (12, 42),
    "pen_stand": (8, 32),
    "stamp": (4, 20),
    "sticky_note": (6, 22),
    "tissue": (10, 27),
    "pen_holder": (8, 24),
    "food": (5, 34),
}


@pytest.fixture(scope="module", params=sorted(KINDS))
def variants(request: pytest.FixtureRequest) -> list[Item]:
    """Two of every kind of a class, one trained and one held out."""
    return [built(kind, Draw(seed, held_out=seed == 1)) for kind in KINDS[request.param] for seed in SEEDS]


def test_solid_parts_are_closed_and_face_outwards(variants: list[Item]) -> None:
    for item in variants:
        for part in item.parts:
            if part.mesh.solid:
                assert mesh.open_edges(part.mesh) == 0, item.label
                assert mesh.volume_cm3(part.mesh) > 0, item.label


def test_items_stand_on_the_ground_about_the_origin(variants: list[Item]) -> None:
    for item in variants:
        lowest = min(p.mesh.vertices[:, 2].min() for i, p in enumerate(item.parts) if i not in item.loose)
        assert lowest == pytest.approx(0, abs=1e-6)
        assert not item.contact.is_empty
        assert item.contact.area > 0.3
        loose = [item.parts[i].mesh.vertices[:, 2].min() for i in item.loose]
        assert all(z > -0.05 for z in loose), f"{item.label}: a cord goes through the desk"


def test_items_have_the_size_of_their_class(variants: list[Item]) -> None:
    for item in variants:
        typical = max(BY_ID[item.class_id].size_cm)
        low, high = RANGES.get(item.class_id, (typical / 1.8, typical * 1.8))
        assert low <= max(item.size_cm) <= high, f"{item.label}: {item.size_cm} against {BY_ID[item.class_id].size_cm}"


def test_texture_coordinates_and_materials_are_sane(variants: list[Item]) -> None:
    for item in variants:
        for part in item.parts:
            assert len(part.mesh.uv) == len(part.mesh.vertices)
            assert np.isfinite(part.mesh.vertices).all()
            assert all(0 <= c <= 1 for c in part.material.rgb), item.label
            if part.material.texture is not None:
                assert part.material.texture.dtype == np.uint8
                assert part.material.texture.shape[2] == 3


def test_items_are_light_enough_for_thousands_of_pictures(variants: list[Item]) -> None:
    for item in variants:
        assert sum(len(part.mesh.faces) for part in item.parts) <= 6000, item.label
        assert len(item.parts) <= 34, item.label
        textures = [part.material.texture for part in item.parts if part.material.texture is not None]
        assert all(max(texture.shape[:2]) <= 640 for texture in textures), item.label


def test_the_same_seed_builds_the_same_item() -> None:
    first, second = build("cup", Draw(5)), build("cup", Draw(5))
    assert first.label == second.label
    for a, b in zip(first.parts, second.parts, strict=True):
        np.testing.assert_array_equal(a.mesh.vertices, b.mesh.vertices)


def test_held_out_draws_never_meet_trained_ones() -> None:
    trained = [Draw(seed).uniform(0, 8) for seed in range(200)]
    held_out = [Draw(seed, held_out=True).uniform(0, 8) for seed in range(200)]
    assert {int(value) % 2 for value in trained} == {0}
    assert {int(value) % 2 for value in held_out} == {1}
    assert len({int(value) for value in trained}) == 4


def test_every_builder_builds_its_own_class() -> None:
    for class_id in BUILDERS:
        assert class_id in BY_ID
        assert build(class_id, Draw(1)).class_id == class_id


def test_all_classes_but_people_and_chairs_have_kinds() -> None:
    assert set(KINDS) == set(BY_ID) - {"person", "chair"}
    for class_id, kinds in KINDS.items():
        names = [kind.name for kind in kinds]
        assert len(set(names)) == len(names), class_id


@pytest.mark.parametrize("class_id", sorted(KINDS))
def test_training_never_draws_a_kind_that_is_for_tests(class_id: str) -> None:
    hidden = {kind.name for kind in KINDS[class_id] if kind.test_only}
    drawn = {choose(Draw(seed), KINDS[class_id]).name for seed in range(60)}
    assert not drawn & hidden
    if hidden:
        unseen = {choose(Draw(seed, held_out=True), KINDS[class_id]).name for seed in range(60)}
        assert unseen & hidden


def test_a_place_gives_its_own_kinds() -> None:
    drawn = {choose(Draw(seed), KINDS["cleaning_tool"], FLOOR).place for seed in range(30)}
    assert drawn == {FLOOR}
    assert {choose(Draw(seed), KINDS["cleaning_tool"]).place for seed in range(30)} == {DESK}
    assert build("clothing", Draw(1), CHAIR_BACK).label == "hung_jacket"
    assert all(any(kind.place == DESK for kind in kinds) for kinds in KINDS.values())
    assert choose(Draw(2), KINDS["clothing"], FLOOR).place == DESK


def test_every_character_on_an_item_has_a_glyph() -> None:
    texts = [path.read_text(encoding="utf-8") for path in Path(faces.__file__).parent.glob("*.py")]
    characters = sorted({c for text in texts for c in text if ord(c) > 127})
    missing = canvas(60, 60, (1, 1, 1))
    write(missing, "?", (8, 44), 36, (0, 0, 0))
    for character in characters:
        drawn = canvas(60, 60, (1, 1, 1))
        write(drawn, character, (8, 44), 36, (0, 0, 0))
        assert (drawn != missing).any(), character


def test_outlines_stay_valid_when_turned_though_corners_are_one_but_for_rounding() -> None:
    corners = np.array([[0.0, 0.0], [8.0, 0.3], [8.0, 0.3 + 2e-15], [7.0, 3.0], [1.0, 2.0]])
    outline = _hull(corners, 0.05)
    assert len(outline.exterior.coords) == 5
    for angle in np.linspace(0, 360, 200):
        turned = rotate(outline, angle, origin=(3.7, 11.1))
        assert turned.is_valid
        assert unary_union([turned, turned.buffer(0.5)]).area > turned.area
