"""Printers and copiers."""

from __future__ import annotations

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Top, plastic, printed, rectangle
from deskcheck_datasets.synthetic.mesh import box, merged, panel
from deskcheck_datasets.synthetic.textures import canvas, document, write


def printer(draw: Draw) -> Item:
    """A laser or all-in-one desktop printer: body, paper slot, output tray, control panel, paper drawer."""
    kit = Kit()
    w, d, h = draw.uniform(35, 45), draw.uniform(30, 40), draw.uniform(19, 32)
    light = draw.chance(0.6)
    body = plastic(draw.grey(0.78, 0.95) if light else draw.grey(0.03, 0.1), 0.45)
    dark = plastic(draw.grey(0.03, 0.12), 0.4)
    kit.add(box(w, d, h * 0.34, 0.5, 1.5), dark if draw.chance(0.5) else body)
    kit.add(box(w, d, h * 0.66 - 0.1, 0.8, 2.0).moved(z_cm=h * 0.34), body)
    kit.add(box(w * 0.72, 0.6, h * 0.18, 0.1).moved(y_cm=-d / 2 - 0.05, z_cm=h * 0.08), dark)
    kit.add(box(w * 0.18, 0.5, 1.0, 0.2).moved(y_cm=-d / 2 - 0.55, z_cm=h * 0.12), body)
    slot_z = h * 0.52
    kit.add(box(w * 0.66, 0.4, h * 0.13, 0.05).moved(y_cm=-d / 2 - 0.02, z_cm=slot_z), plastic((0.01, 0.01, 0.01), 0.8))
    if draw.chance(0.6):
        kit.add(box(w * 0.6, 9, 0.5, 0.15, 1.0).turned("x", -9).moved(y_cm=-d / 2 - 4, z_cm=slot_z + 0.3), dark)
        if draw.chance(0.5):
            kit.add(panel(21, 12).turned("x", -9).moved(y_cm=-d / 2 - 3, z_cm=slot_z + 1.0), printed(document(draw)))
    display = canvas(200, 80, (0.1, 0.25, 0.45))
    write(display, "就绪 Ready", (20, 50), 30, (0.9, 0.95, 1.0))
    kit.add(box(w * 0.5, 0.8, 3.6, 0.2).turned("x", 0).moved(w * 0.16, -d / 2 - 0.2, h - 5.2), dark)
    lcd = panel(5.2, 2.1).turned("x", 90).moved(w * 0.06, -d / 2 - 0.65, h - 3.4)
    kit.add(lcd, Material(texture=display, roughness=0.2, glow=0.6))
    buttons = [box(0.9, 0.25, 0.9, 0.1).moved(w * 0.2 + k * 1.6, -d / 2 - 0.62, h - 3.9) for k in range(4)]
    kit.add(merged(buttons), plastic((0.25, 0.55, 0.35) if draw.chance(0.5) else (0.7, 0.7, 0.7)))
    flat = draw.chance(0.6)
    if flat:
        kit.add(
            box(w * 0.97, d * 0.86, 1.4, 0.4, 1.5).moved(y_cm=d * 0.04, z_cm=h - 0.05),
            dark if draw.chance(0.6) else body,
        )
        h += 1.35
    else:
        kit.add(box(w * 0.6, d * 0.5, 0.3, 0.1).moved(y_cm=-d * 0.1, z_cm=h - 0.02), dark)
        h += 0.28
    top = Top(
        "machine_top",
        rectangle(w * 0.9, d * 0.78, 0, d * 0.04) if flat else rectangle(w * 0.56, d * 0.46, 0, -d * 0.1),
        h,
    )
    return kit.item("printer", "printer", (top,))
