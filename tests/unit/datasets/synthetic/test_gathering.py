"""Gathering a scene into few meshes keeps every face, its owner and its colour."""

from __future__ import annotations

import numpy as np
from deskcheck_datasets.synthetic.gathering import Owned, gather, owned_parts, pack
from deskcheck_datasets.synthetic.items.base import Material, Part
from deskcheck_datasets.synthetic.mesh import box, panel

RED, BLUE = Material((0.9, 0.1, 0.1)), Material((0.1, 0.1, 0.9))


def test_faces_keep_their_owner_and_colour() -> None:
    parts = [Owned(box(2, 2, 2), RED, 0), Owned(box(3, 3, 3), BLUE, 1), Owned(panel(5, 5), RED, -1)]
    atlas, found = gather(parts)
    surface = found["surface"]
    assert surface.owner.tolist() == [p.owner for p in parts for _ in range(len(p.mesh.faces))]
    h, w = atlas.picture.shape[:2]
    for part in parts:
        corner = surface.uv[int(np.flatnonzero(surface.owner == part.owner)[0]) * 3]
        seen = atlas.picture[int(corner[1] * h), int(corner[0] * w)] / 255
        np.testing.assert_allclose(seen, part.material.rgb, atol=0.01)


def test_clear_and_glowing_things_are_apart_and_a_kind_that_is_missing_has_a_crumb() -> None:
    lit = Material((1.0, 1.0, 1.0), glow=2.0)
    _, found = gather([Owned(panel(1, 1), lit, 3)])
    assert set(found) == {"surface", "clear", "glow"}
    assert found["glow"].glow.tolist() == [2.0, 2.0]
    assert found["glow"].owner.tolist() == [3, 3]
    assert found["clear"].owner.tolist() == [-1]
    assert found["surface"].positions[:, 2].max() < -800


def test_a_texture_lies_in_the_atlas_upright() -> None:
    texture = np.zeros((8, 8, 3), np.uint8)
    texture[:4] = 200
    atlas, found = gather([Owned(panel(2, 2), Material(texture=texture), -1)])
    h, w = atlas.picture.shape[:2]
    surface = found["surface"]
    top = surface.uv[np.argmax(surface.positions[:, 1])]
    bottom = surface.uv[np.argmin(surface.positions[:, 1])]
    assert top[1] < bottom[1]
    inside = atlas.picture[int(top[1] * h) + 1, min(int(top[0] * w), w - 1)]
    assert inside.tolist() == [200, 200, 200]


def test_repeating_textures_are_laid_side_by_side() -> None:
    texture = np.full((6, 6, 3), 90, np.uint8)
    flat = panel(2, 2)
    twice = type(flat)(flat.vertices, flat.faces, flat.uv * 2, solid=False)
    atlas, _ = gather([Owned(twice, Material(texture=texture), -1)])
    assert int((atlas.picture == 90).all(axis=2).sum()) >= 144


def test_pictures_do_not_overlap_in_the_atlas() -> None:
    rng = np.random.default_rng(3)
    sizes = rng.integers(4, 700, (60, 2))
    pictures = [np.full((h, w, 3), k + 1, np.uint8) for k, (h, w) in enumerate(sizes)]
    atlas = pack(pictures)
    for k, (x, y, w, h) in enumerate(atlas.places):
        assert (w, h) == (sizes[k][1], sizes[k][0])
        assert (atlas.picture[y : y + h, x : x + w] == k + 1).all()


def test_items_are_moved_to_their_place_and_cords_belong_to_nobody() -> None:
    parts = (Part(box(1, 1, 1), RED), Part(box(1, 1, 1), BLUE))
    found = owned_parts([Part(panel(9, 9), RED)], [(parts, frozenset({1}), 90.0, (10.0, -5.0, 2.0))])
    assert [p.owner for p in found] == [-1, 0, -1]
    np.testing.assert_allclose(found[1].mesh.vertices.mean(axis=0)[:2], (10, -5), atol=0.05)
