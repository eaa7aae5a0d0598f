"""Builders give closed, outward-facing surfaces of the asked size."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_datasets.synthetic import mesh
from deskcheck_datasets.synthetic.mesh import Mesh

SOLIDS = {
    "box": (mesh.box(10, 6, 4, 0.5), (10, 6, 4), 10 * 6 * 4),
    "sharp box": (mesh.box(10, 6, 4, 0.0, 0.02), (10, 6, 4), 10 * 6 * 4),
    "cylinder": (mesh.revolve([(0, 0), (3, 0), (3, 10), (0, 10)], 64), (6, 6, 10), np.pi * 9 * 10),
    "cup": (mesh.revolve([(0, 0), (3, 0), (3, 10), (2.5, 10), (2.5, 1), (0, 1)], 64), (6, 6, 10), 106.0),
    "tube": (mesh.tube([(0, 0, 0), (0, 0, 5), (0, 0, 10)], 1.0, 48), (2, 2, 10), np.pi * 10),
    "ring": (mesh.tube(np.stack([5 * np.cos(t := np.linspace(0, 2 * np.pi, 65)), 5 * np.sin(t), 0 * t], 1), 1.0, 24),
             (12, 12, 2), 2 * np.pi**2 * 5),
    "taper": (mesh.extrude(mesh.rounded_rectangle(8, 8, 0.02), 6, top_scale=0.5), (8, 8, 6), 6 / 3 * (64 + 16 + 32)),
}  # fmt: skip


@pytest.mark.parametrize(("solid", "size", "volume"), SOLIDS.values(), ids=SOLIDS.keys())
def test_solids_are_closed_face_outwards_and_have_their_size(
    solid: Mesh, size: tuple[float, ...], volume: float
) -> None:
    assert mesh.open_edges(solid) == 0
    np.testing.assert_allclose(np.ptp(solid.vertices, axis=0), size, rtol=0.01, atol=0.03)
    assert mesh.volume_cm3(solid) == pytest.approx(volume, rel=0.06)


def test_a_hole_is_counted() -> None:
    whole = mesh.box(2, 2, 2, 0.1)
    holed = Mesh(whole.vertices, whole.faces[1:], whole.uv)
    assert mesh.open_edges(holed) == 3


def test_normals_are_smooth_over_a_cylinder_and_sharp_over_its_rim() -> None:
    can = mesh.revolve([(0, 0), (3, 0), (3, 10), (0, 10)], 32)
    normals = mesh.corner_normals(can)
    corners = can.vertices[can.faces].reshape(-1, 3)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1.0, atol=1e-6)
    wall = np.abs(normals[:, 2]) < 0.5
    radial = corners[wall, :2] / np.linalg.norm(corners[wall, :2], axis=1, keepdims=True)
    np.testing.assert_allclose((normals[wall, :2] * radial).sum(axis=1), 1.0, atol=1e-3)
    assert (np.abs(normals[~wall, 2]) > 0.999).all()


def test_turning_keeps_size_and_orientation() -> None:
    turned = mesh.box(10, 6, 4).turned("x", 90)
    np.testing.assert_allclose(np.ptp(turned.vertices, axis=0), (10, 4, 6), atol=0.02)
    assert mesh.volume_cm3(turned) > 0


def test_a_front_panel_faces_the_staff_with_its_picture_upright() -> None:
    panel = mesh.front_panel(4, 2)
    assert (mesh.corner_normals(panel) @ np.array([0, -1, 0]) > 0.999).all()
    top_left = panel.uv[np.argmin(panel.vertices[:, 0] - panel.vertices[:, 2])]
    np.testing.assert_allclose(top_left, (0, 1))


def test_builders_do_not_write_to_their_arguments() -> None:
    path = np.array([[0.0, 0, 0], [0, 0, 5], [0, 1, 9]])
    outline = mesh.rounded_rectangle(4, 3, 0.5)
    path.flags.writeable = outline.flags.writeable = False
    mesh.tube(path, 1.0)
    mesh.smooth_path(path)
    mesh.extrude(outline, 2, 0.3)
