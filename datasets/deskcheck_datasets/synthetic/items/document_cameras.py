"""Document cameras: folding arm with mat, gooseneck, upright scanner with a base plate."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, metal, plastic, printed
from deskcheck_datasets.synthetic.mesh import box, extrude, panel, rounded_rectangle, smooth_path, tube
from deskcheck_datasets.synthetic.textures import document


def _shade(draw: Draw) -> Material:
    return plastic(draw.grey(0.03, 0.1) if draw.chance(0.55) else draw.grey(0.7, 0.93), draw.uniform(0.3, 0.5))


def _mat(kit: Kit, draw: Draw, w: float, d: float, y: float) -> None:
    """The soft pad the papers lie on, sometimes with a page."""
    rgb = draw.grey(0.02, 0.06) if draw.chance(0.7) else draw.hsv((0.3, 0.6), (0.3, 0.6), (0.15, 0.35))
    kit.add(box(w, d, 0.25, 0.08, 0.8).moved(y_cm=y), Material(rgb, 0.85, specular=0.15))
    if draw.chance(0.35):
        page = panel(21, 29.7).turned("z", draw.free(-6, 6)).moved(y_cm=y, z_cm=0.262)
        kit.add(page, printed(document(draw)))


def _head(kit: Kit, draw: Draw, look: Material, tip: tuple[float, float, float]) -> None:
    """Camera head over the mat: housing, lens, lamps below."""
    w, d = draw.uniform(5, 9), draw.uniform(4.5, 7)
    x, y, z = tip
    kit.add(extrude(rounded_rectangle(w, d, 1.2), 2.4, 0.5).moved(x, y, z - 1.2), look)
    kit.add(
        tube([(0, 0, 0), (0, 0, 0.9)], 1.3, 20).moved(x, y, z - 2.0), Material((0.01, 0.01, 0.02), 0.1, clearcoat=1.0)
    )
    kit.add(box(w * 0.5, 0.3, 0.4, 0.05).moved(x, y - d / 2 - 0.05, z), Material((0.2, 0.5, 0.9), glow=0.6))


def folding_arm(draw: Draw) -> Item:
    """A base at the back edge of the mat, a column, an arm reaching forward, a head looking down."""
    kit, look = Kit(), _shade(draw)
    mat_w, mat_d = draw.uniform(24, 32), draw.uniform(32, 40)
    height, reach = draw.uniform(30, 39), draw.uniform(14, 20)
    base_w, base_d = draw.uniform(9, 14), draw.uniform(9, 13)
    _mat(kit, draw, mat_w, mat_d, 0)
    back = mat_d / 2 + base_d / 2 + 0.2
    kit.add(box(base_w, base_d, draw.uniform(2.2, 4), 0.6, 1.6).moved(y_cm=back), look)
    arm = metal((0.7, 0.7, 0.72), 0.3) if draw.chance(0.4) else look
    lean = draw.uniform(-1, 3)
    elbow = (0.0, back - lean, height)
    kit.add(tube([(0, back, 2), (0, back - lean * 0.5, height / 2), elbow], 1.35, 14).scaled(1.2, 1, 1), arm)
    kit.add(tube([(-1.9, elbow[1], height), (1.9, elbow[1], height)], 1.7, 20), look)
    tip = (0.0, back - reach, height + draw.uniform(-2, 1.5))
    kit.add(tube([elbow, tuple((np.array(elbow) + np.array(tip)) / 2), tip], 1.1, 12).scaled(1.25, 1, 1), arm)
    _head(kit, draw, look, tip)
    return kit.item("document_camera", "folding_arm")


def gooseneck(draw: Draw) -> Item:
    """A weighted base and a bent neck."""
    kit, look = Kit(), _shade(draw)
    base_w, base_d, height, reach = (
        draw.uniform(11, 16),
        draw.uniform(13, 20),
        draw.uniform(28, 42),
        draw.uniform(15, 24),
    )
    kit.add(box(base_w, base_d, draw.uniform(2, 3.5), 0.6, 2.0), look)
    for k in range(3):
        kit.add(
            tube([(0, 0, 0), (0, 0, 0.3)], 0.5, 12).moved(-2 + 2 * k, -base_d * 0.35, 2.2), plastic((0.4, 0.5, 0.6))
        )
    root = base_d * 0.3
    path = [
        (0, root, 2),
        (0, root + 1.5, height * 0.5),
        (0, root, height * 0.92),
        (0, root - reach * 0.5, height + 2),
        (0, root - reach, height - 2),
    ]
    curve = smooth_path(path, 16)
    ribs = 0.75 + 0.09 * np.sin(np.arange(len(curve)) * 2.1)
    kit.add(tube(curve, ribs.tolist(), 12), plastic(draw.grey(0.03, 0.25), 0.4))
    _head(kit, draw, look, (0.0, root - reach, height - 2.6))
    return kit.item("document_camera", "gooseneck")


def upright(draw: Draw) -> Item:
    """A high scanner: thick plate, a tall flat column at the back and a broad overhanging head."""
    kit, look = Kit(), _shade(draw)
    w, d, height = draw.uniform(23, 28), draw.uniform(32, 37), draw.uniform(30, 37)
    kit.add(box(w, d, 1.6, 0.4, 1.5), look)
    kit.add(panel(w - 3, d - 7).moved(y_cm=-2, z_cm=1.615), Material(draw.grey(0.02, 0.1), 0.8))
    kit.add(box(draw.uniform(6, 10), 3.2, height - 1.4, 0.8, 1.2).moved(y_cm=d / 2 - 2.4, z_cm=1.4), look)
    head_d = draw.uniform(15, 21)
    kit.add(box(draw.uniform(8, 12), head_d, 2.8, 0.8, 1.5).moved(y_cm=d / 2 - head_d / 2 - 0.6, z_cm=height), look)
    tip_y = d / 2 - head_d + 2.2
    kit.add(
        tube([(0, tip_y, height - 0.4), (0, tip_y, height + 0.3)], 1.4, 20),
        Material((0.01, 0.01, 0.02), 0.1, clearcoat=1.0),
    )
    return kit.item("document_camera", "upright")
