"""The light of a hall: a panorama of a lit room, seen by every surface from infinitely far away."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.mesh import Floats

_HALF = np.array([520.0, 420.0])
_FLOOR, _CEILING = -75.0, 215.0


def hall_panorama(draw: Draw, w_px: int = 512) -> Floats:
    """(w / 2, w, 3) float radiance: ceiling panels in rows, walls, perhaps a bright window front.

    Mitsuba's ``envmap`` stands with its pole along y; ``render`` turns it so that the pole is z.
    """
    h_px = w_px // 2
    polar = (np.arange(h_px) + 0.5) / h_px * np.pi
    azimuth = (np.arange(w_px) + 0.5) / w_px * 2 * np.pi
    sin = np.sin(polar)[:, None]
    ray = np.stack(
        [sin * np.cos(azimuth)[None], sin * np.sin(azimuth)[None], np.cos(polar)[:, None] + 0 * sin * azimuth[None]], -1
    )
    to_wall = (_HALF / np.maximum(np.abs(ray[..., :2]), 1e-6)).min(axis=-1)
    to_lid = np.where(ray[..., 2] > 0, _CEILING, _FLOOR) / np.where(np.abs(ray[..., 2]) < 1e-6, 1e-6, ray[..., 2])
    distance = np.minimum(to_wall, to_lid)
    hit = ray * distance[..., None]
    warmth = draw.uniform(-0.09, 0.09)
    tint = np.array([1 + warmth, 1.0, 1 - warmth])
    wall = np.array(draw.grey(0.35, 0.75)) * draw.uniform(0.08, 0.5)
    out = np.broadcast_to(wall, hit.shape).copy()
    out[(to_lid < to_wall) & (ray[..., 2] < 0)] = np.array(draw.grey(0.3, 0.6)) * 0.35
    ceiling = (to_lid < to_wall) & (ray[..., 2] > 0)
    out[ceiling] = draw.uniform(0.1, 0.45)
    out[ceiling & _panels(draw, hit)] = draw.uniform(5, 11)
    if draw.chance(0.45):
        side, axis = draw.pick((-1, 1)), draw.integer(0, 1)
        bright = (np.sign(hit[..., axis]) == side) & (np.abs(hit[..., axis]) > _HALF[axis] * 0.99) & ~ceiling
        sill = (hit[..., 2] > 10) & (hit[..., 2] < 190) & (np.mod(hit[..., 1 - axis], 150) > 14)
        out[bright & sill] = np.array([0.92, 1.0, 1.12]) * draw.uniform(1.5, 7.0)
    return np.asarray(out * tint)


def _panels(draw: Draw, hit: Floats) -> np.ndarray:
    """Which ceiling points give light: square panels, long tubes or round spots."""
    x, y = hit[..., 0] + draw.free(0, 120), hit[..., 1] + draw.free(0, 120)
    kind = draw.integer(0, 3)
    if kind == 3:
        # Few lamps: hard shadows, as under one's own ceiling light.
        step = draw.uniform(320, 520)
        return np.asarray((np.mod(x, step) < 60) & (np.mod(y, step) < 60))
    if kind == 0:
        step = draw.uniform(150, 260)
        return np.asarray((np.mod(x, step) < 70) & (np.mod(y, step) < 70))
    if kind == 1:
        return np.asarray((np.mod(y, draw.uniform(140, 240)) < 28) & (np.mod(x, 200) < 150))
    step = draw.uniform(80, 130)
    return np.asarray(np.hypot(np.mod(x, step) - step / 2, np.mod(y, step) - step / 2) < 17)


def lamp_panorama(at_cm: tuple[float, float, float], w_px: int = 512) -> Floats:
    """(w / 2, w, 3) float radiance of a dark hall with one lamp in the direction of a place, as beside a camera."""
    h_px = w_px // 2
    polar = (np.arange(h_px) + 0.5) / h_px * np.pi
    azimuth = (np.arange(w_px) + 0.5) / w_px * 2 * np.pi
    sin = np.sin(polar)[:, None]
    ray = np.stack(
        [sin * np.cos(azimuth)[None], sin * np.sin(azimuth)[None], np.cos(polar)[:, None] + 0 * sin * azimuth[None]], -1
    )
    toward = np.asarray(at_cm) / np.linalg.norm(at_cm)
    out = np.full((h_px, w_px, 3), 0.02)
    out[ray @ toward > np.cos(np.radians(6.0))] = 60.0
    return out


def daylight_panorama(draw: Draw, w_px: int = 512) -> Floats:
    """(w / 2, w, 3) float radiance of a window front along one wall of the hall at noon, and nothing else."""
    h_px = w_px // 2
    polar = (np.arange(h_px) + 0.5) / h_px * np.pi
    azimuth = (np.arange(w_px) + 0.5) / w_px * 2 * np.pi
    sin = np.sin(polar)[:, None]
    ray = np.stack(
        [sin * np.cos(azimuth)[None], sin * np.sin(azimuth)[None], np.cos(polar)[:, None] + 0 * sin * azimuth[None]], -1
    )
    hit = ray * (_HALF / np.maximum(np.abs(ray[..., :2]), 1e-6)).min(axis=-1)[..., None]
    side, axis = draw.pick((-1, 1)), draw.integer(0, 1)
    on_wall = (np.sign(hit[..., axis]) == side) & (np.abs(hit[..., axis]) > _HALF[axis] * 0.99)
    panes = on_wall & (hit[..., 2] > 10) & (hit[..., 2] < 190) & (np.mod(hit[..., 1 - axis], 150) > 14)
    out = np.zeros((h_px, w_px, 3))
    out[panes] = np.array([0.95, 1.0, 1.08]) * draw.uniform(5.0, 12.0)
    return out
