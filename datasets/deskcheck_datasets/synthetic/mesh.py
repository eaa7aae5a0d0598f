"""Triangle meshes in centimetres, built from lofts, revolutions, extrusions and tubes.

Local axes of every item: x to the right as the staff see it, y away from the staff (towards the visitor), z up;
right-handed. The item's front faces the staff, that is -y.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_WELD_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Mesh:
    """A triangle mesh.

    Attributes:
        vertices: (V, 3) float64, cm.
        faces: (F, 3) int64, counter-clockwise seen from outside.
        uv: (V, 2) float64, texture coordinates, u to the right and v up in the texture picture.
        solid: the surface is meant to enclose a volume; a decal (a print, a leaf) does not.
        crease_deg: faces meeting at a larger angle keep a sharp edge in shading.
    """

    vertices: Floats
    faces: Ints
    uv: Floats
    solid: bool = True
    crease_deg: float = 40.0

    def moved(self, x_cm: float = 0.0, y_cm: float = 0.0, z_cm: float = 0.0) -> Mesh:
        """The mesh shifted by that much."""
        return self._with(self.vertices + np.array([x_cm, y_cm, z_cm]))

    def turned(self, axis: str, angle_deg: float) -> Mesh:
        """The mesh turned about a main axis through the origin, right-handed."""
        return self._with(self.vertices @ rotation(axis, angle_deg).T)

    def scaled(self, x: float, y: float, z: float) -> Mesh:
        """The mesh stretched along its axes by positive factors."""
        return self._with(self.vertices * np.array([x, y, z]))

    def _with(self, vertices: Floats) -> Mesh:
        return Mesh(vertices, self.faces, self.uv, self.solid, self.crease_deg)


def rotation(axis: str, angle_deg: float) -> Floats:
    """(3, 3) right-handed rotation about ``x``, ``y`` or ``z``."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix = np.eye(3)
    matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = c, -s, s, c
    return matrix


def welded(mesh: Mesh) -> tuple[Floats, Ints]:
    """Merge vertices that lie at the same place.

    Returns:
        vertices (W, 3) and faces (F', 3) into them, degenerate faces dropped.
    """
    unique, inverse = np.unique(np.round(mesh.vertices, _WELD_DECIMALS), axis=0, return_inverse=True)
    faces = inverse.reshape(-1)[mesh.faces]
    good = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    return unique, faces[good]


def open_edges(mesh: Mesh) -> int:
    """Number of directed edges without exactly one opposite partner; 0 means the surface is closed and oriented."""
    _, faces = welded(mesh)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    top = int(edges.max(initial=0)) + 1
    forward = edges[:, 0] * top + edges[:, 1]
    backward = edges[:, 1] * top + edges[:, 0]
    return int(np.setdiff1d(forward, backward).size) + int(forward.size - np.unique(forward).size)


def volume_cm3(mesh: Mesh) -> float:
    """Signed volume; positive where the faces look outwards."""
    a, b, c = (mesh.vertices[mesh.faces[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)


def corner_normals(mesh: Mesh) -> Floats:
    """(F * 3, 3) unit normals per face corner, smoothed over neighbours within ``crease_deg``."""
    corners = mesh.vertices[mesh.faces]
    raw = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(raw, axis=1, keepdims=True)
    unit = raw / np.maximum(length, 1e-12)
    _, place = np.unique(np.round(corners.reshape(-1, 3), _WELD_DECIMALS), axis=0, return_inverse=True)
    place = place.reshape(-1)
    order = np.argsort(place, kind="stable")
    counts = np.bincount(place)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    per_corner = counts[place[order]]
    left = np.repeat(np.arange(order.size), per_corner)
    offset = np.arange(left.size) - np.repeat(np.cumsum(per_corner) - per_corner, per_corner)
    right = starts[place[order[left]]] + offset
    face_left, face_right = order[left] // 3, order[right] // 3
    near = np.einsum("ij,ij->i", unit[face_left], unit[face_right]) > np.cos(np.radians(mesh.crease_deg))
    summed = np.zeros((order.size, 3))
    np.add.at(summed, order[left[near]], raw[face_right[near]])
    norm = np.linalg.norm(summed, axis=1, keepdims=True)
    return np.where(norm > 1e-9, summed / np.maximum(norm, 1e-9), np.repeat(unit, 3, axis=0))


def merged(meshes: Sequence[Mesh]) -> Mesh:
    """One mesh made of several; solid where all of them are."""
    offsets = np.cumsum([0, *(len(m.vertices) for m in meshes)])
    return Mesh(
        np.concatenate([m.vertices for m in meshes]),
        np.concatenate([m.faces + o for m, o in zip(meshes, offsets[:-1], strict=True)]),
        np.concatenate([m.uv for m in meshes]),
        all(m.solid for m in meshes),
        min(m.crease_deg for m in meshes),
    )


def loft(loops: Floats, *, crease_deg: float = 40.0, ring: bool = False) -> Mesh:
    """Connect loops of points into a closed surface.

    Args:
        loops: (L, N, 3), each a closed outline, counter-clockwise seen from the side that later loops lie on.
        ring: join the last loop to the first (a torus) in place of two caps, which are fans about the centre.
    """
    rows, columns = loops.shape[:2]
    closed = np.concatenate([loops, loops[:, :1]], axis=1)
    if ring:
        closed = np.concatenate([closed, closed[:1]])
    height = closed.shape[0]
    u, v = np.meshgrid(np.linspace(0, 1, columns + 1), np.linspace(0, 1, height))
    base = (np.arange(height - 1)[:, None] * (columns + 1) + np.arange(columns)[None]).ravel()
    up = base + columns + 1
    faces = [np.stack([base, base + 1, up + 1], 1), np.stack([base, up + 1, up], 1)]
    vertices, uv = [closed.reshape(-1, 3)], [np.stack([u.ravel(), v.ravel()], 1)]
    count = height * (columns + 1)
    for row, outward in () if ring else ((0, False), (rows - 1, True)):
        rim, ids = loops[row], count + np.arange(columns)
        vertices += [rim, rim.mean(axis=0, keepdims=True)]
        span = np.maximum(np.ptp(rim, axis=0), 1e-9)
        flat = ((rim - rim.min(axis=0)) / span)[:, np.argsort(-span)[:2]]
        uv += [flat, flat.mean(axis=0, keepdims=True)]
        after, centre = np.roll(ids, -1), np.full(columns, count + columns)
        faces.append(np.stack([ids, after, centre] if outward else [after, ids, centre], 1))
        count += columns + 1
    mesh = Mesh(np.concatenate(vertices), np.concatenate(faces), np.concatenate(uv), True, crease_deg)
    return _without_slivers(mesh)


def _without_slivers(mesh: Mesh) -> Mesh:
    """Drop faces with two corners at one place (poles of a revolution)."""
    near = np.round(mesh.vertices, _WELD_DECIMALS)[mesh.faces]
    same = [(near[:, i] == near[:, j]).all(axis=1) for i, j in ((0, 1), (1, 2), (2, 0))]
    return Mesh(mesh.vertices, mesh.faces[~(same[0] | same[1] | same[2])], mesh.uv, mesh.solid, mesh.crease_deg)


def rounded_rectangle(w_cm: float, d_cm: float, radius_cm: float, steps: int = 4) -> Floats:
    """(N, 2) counter-clockwise outline about the origin."""
    r = min(radius_cm, w_cm / 2 - 1e-3, d_cm / 2 - 1e-3)
    arc = np.linspace(0, np.pi / 2, max(steps, 1) + 1)
    x, y = w_cm / 2 - r, d_cm / 2 - r
    centres = ((x, y), (-x, y), (-x, -y), (x, -y))
    parts = [
        np.stack([cx + r * np.cos(arc + q * np.pi / 2), cy + r * np.sin(arc + q * np.pi / 2)], 1)
        for q, (cx, cy) in enumerate(centres)
    ]
    return np.concatenate(parts)


def _inset(outline: Floats, by_cm: float) -> Floats:
    """Shrink an outline towards its centre so that its bounding box loses ``by_cm`` on each side."""
    centre = (outline.max(axis=0) + outline.min(axis=0)) / 2
    half = np.maximum(np.ptp(outline, axis=0) / 2, 1e-6)
    shrunk: Floats = centre + (outline - centre) * (np.maximum(half - by_cm, 1e-3) / half)
    return shrunk


def extrude(outline: Floats, height_cm: float, bevel_cm: float = 0.0, steps: int = 2, top_scale: float = 1.0) -> Mesh:
    """Raise an outline from z = 0 to ``height_cm`` with rounded bottom and top edges.

    Args:
        outline: (N, 2) counter-clockwise, star-shaped about its middle.
        top_scale: size of the top against the bottom (a tapering box).
    """
    bevel = min(bevel_cm, height_cm / 2 - 1e-4)
    turn = np.linspace(0, np.pi / 2, steps + 1)
    low = [(bevel * (1 - np.sin(t)), bevel * (1 - np.cos(t))) for t in turn]
    levels = [*low, *((inset, height_cm - z) for inset, z in reversed(low))] if bevel > 0 else [(0, 0), (0, height_cm)]
    loops = []
    for inset, z in levels:
        scale = 1 + (top_scale - 1) * z / height_cm
        loops.append(np.column_stack([_inset(outline, inset) * scale, np.full(len(outline), z)]))
    return loft(np.array(loops))


def box(w_cm: float, d_cm: float, h_cm: float, bevel_cm: float = 0.15, corner_cm: float | None = None) -> Mesh:
    """A box standing on z = 0 about the z axis, with rounded edges (``bevel_cm``) and upright corners."""
    corner = bevel_cm if corner_cm is None else corner_cm
    return extrude(rounded_rectangle(w_cm, d_cm, max(corner, 0.02), 3 if corner > 0.4 else 2), h_cm, bevel_cm)


def revolve(profile_cm: Sequence[tuple[float, float]] | Floats, segments: int = 36, crease_deg: float = 35.0) -> Mesh:
    """Turn a profile of (radius, z) points about the z axis; it runs up the outside."""
    profile = np.asarray(profile_cm, dtype=np.float64)
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    ring = np.stack([np.cos(angle), np.sin(angle)], 1)
    loops = [np.column_stack([ring * r, np.full(segments, z)]) for r, z in profile]
    return loft(np.array(loops), crease_deg=crease_deg)


def tube(path_cm: Sequence[Sequence[float]] | Floats, radius_cm: float | Sequence[float], segments: int = 10) -> Mesh:
    """Sweep a circle along a path of (K, 3) points, without twisting; a path that ends where it began is a ring."""
    path = np.asarray(path_cm, dtype=np.float64)
    ring = bool(np.allclose(path[0], path[-1]))
    path = path[:-1] if ring else path
    radii = np.broadcast_to(np.asarray(radius_cm, dtype=np.float64), (len(path),))
    tangent = (np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0)) / 2 if ring else np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    side = np.cross(tangent[0], [0.0, 0.0, 1.0] if abs(tangent[0, 2]) < 0.9 else [1.0, 0.0, 0.0])
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    loops = []
    for centre, along, radius in zip(path, tangent, radii, strict=True):
        side = side - along * (side @ along)
        side = side / np.linalg.norm(side)
        other = np.cross(along, side)
        loops.append(centre + radius * (np.cos(angle)[:, None] * side + np.sin(angle)[:, None] * other))
    return loft(np.array(loops), ring=ring)


def smooth_path(points_cm: Sequence[Sequence[float]] | Floats, steps: int = 6) -> Floats:
    """(K, 3) Catmull-Rom curve through the given points."""
    p = np.asarray(points_cm, dtype=np.float64)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.concatenate([*pieces, p[-2:-1]])


def panel(w_cm: float, h_cm: float) -> Mesh:
    """A decal lying in the xy plane, facing up, texture upright along +y."""
    x, y = w_cm / 2, h_cm / 2
    vertices = np.array([[-x, -y, 0.0], [x, -y, 0.0], [x, y, 0.0], [-x, y, 0.0]])
    uv = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    return Mesh(vertices, np.array([[0, 1, 2], [0, 2, 3]]), uv, solid=False)


def front_panel(w_cm: float, h_cm: float) -> Mesh:
    """A decal standing on z = 0, facing the staff (-y)."""
    return panel(w_cm, h_cm).turned("x", 90.0).moved(z_cm=h_cm / 2)


def band(profile_cm: Sequence[tuple[float, float]], segments: int = 36) -> Mesh:
    """A decal about the z axis: a label; u runs around it with u = 0.5 facing the staff."""
    profile = np.asarray(profile_cm, dtype=np.float64)
    angle = np.linspace(-1.5 * np.pi, 0.5 * np.pi, segments + 1)
    ring = np.stack([np.cos(angle), np.sin(angle)], 1)
    vertices = np.concatenate([np.column_stack([ring * r, np.full(segments + 1, z)]) for r, z in profile])
    rise = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
    u, v = np.meshgrid(np.linspace(0, 1, segments + 1), rise / rise[-1])
    base = (np.arange(len(profile) - 1)[:, None] * (segments + 1) + np.arange(segments)[None]).ravel()
    up = base + segments + 1
    faces = np.concatenate([np.stack([base, base + 1, up + 1], 1), np.stack([base, up + 1, up], 1)])
    return Mesh(vertices, faces, np.stack([u.ravel(), v.ravel()], 1), solid=False)


def grid(points: Floats, solid: bool = False) -> Mesh:
    """A decal surface over (R, C, 3) points, texture across columns (u) and up rows (v)."""
    rows, columns = points.shape[:2]
    u, v = np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows))
    base = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None]).ravel()
    faces = [np.stack([base, base + 1, base + columns + 1], 1), np.stack([base, base + columns + 1, base + columns], 1)]
    uv = np.stack([u.ravel(), v.ravel()], 1)
    return Mesh(points.reshape(-1, 3), np.concatenate(faces), uv, solid=solid, crease_deg=70.0)
