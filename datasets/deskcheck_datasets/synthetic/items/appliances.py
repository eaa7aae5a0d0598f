"""Private appliances (fans, heaters, speakers, humidifiers, lamps, kettles) and power strips."""

from __future__ import annotations

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, metal, plastic, printed
from deskcheck_datasets.synthetic.items.faces import centred, display
from deskcheck_datasets.synthetic.items.looks import (
    BLACK,
    RUBBER,
    STEEL,
    WHITE,
    coloured,
    cord,
    disc,
    egg,
    lit,
    office,
    pastel,
    rod,
    tilted,
    timber,
)
from deskcheck_datasets.synthetic.mesh import (
    Mesh,
    box,
    extrude,
    front_panel,
    grid,
    merged,
    panel,
    revolve,
    rounded_rectangle,
    smooth_path,
    tube,
)
from deskcheck_datasets.synthetic.textures import canvas, to_u8


def _ring(radius: float, thick: float, segments: int = 28, sides: int = 6) -> Mesh:
    """An upright ring facing -y about the origin."""
    a = np.linspace(0, 2 * np.pi, segments + 1)
    return tube(np.stack([radius * np.cos(a), np.zeros_like(a), radius * np.sin(a)], 1), thick, sides)


def _blades(count: int, radius: float, pitch: float) -> Mesh:
    """Fan blades about the y axis."""
    found = []
    for k in range(count):
        t, s = np.meshgrid(np.linspace(0.12, 1, 6), np.linspace(-1, 1, 4))
        turn = s * 0.55 * np.sqrt(t) + t * 0.3
        rows = np.stack([radius * t * np.cos(turn), pitch * s * t, radius * t * np.sin(turn)], -1)
        found.append(grid(rows).turned("y", 360 / count * k))
    return merged(found)


def desk_fan(draw: Draw) -> Item:
    """A fan with a wire cage on a foot."""
    kit, r, neck = Kit(), draw.uniform(7, 13), draw.uniform(6, 12)
    look = WHITE if draw.chance(0.4) else coloured(draw)
    kit.add(disc(r * 0.75, 2.0, 0.7), look)
    kit.add(rod((0, 1.0, 1.6), (0, 1.6, neck + r * 0.8), 1.1), look)
    middle = neck + r
    cage = [_ring(r, 0.28), _ring(r * 0.66, 0.12, 22, 5), _ring(r * 0.33, 0.12, 16, 5)]
    spokes = [np.array([np.cos(a), 0.0, np.sin(a)]) for a in np.linspace(0, 2 * np.pi, 17)[:-1]]
    bars = [rod(spoke * r * 0.08, spoke * r, 0.1, 5) for spoke in spokes]
    face = merged([*cage, *bars])
    pieces = [(face.moved(y_cm=-2.4), look), (_ring(r, 0.3).moved(y_cm=1.2), look)]
    pieces.append((_blades(draw.integer(3, 5), r * 0.88, 1.2).moved(y_cm=-0.6), plastic(pastel(draw), 0.35)))
    pieces.append((egg(1.8, 1.8, 1.8).moved(z_cm=-1.8).moved(y_cm=-2.6), look))
    pieces.append((rod((0, 0.2, 0), (0, 5, 0), 2.2, 16), look))
    tilted(kit, pieces, "x", draw.uniform(-12, 4), (0, 0, middle))
    return kit.item("personal_appliance", "desk_fan")


def mini_fan(draw: Draw) -> Item:
    """A small battery fan: a round head on a handle in its stand."""
    kit, r, h = Kit(), draw.uniform(4.5, 6.5), draw.uniform(10, 14)
    look = plastic(pastel(draw), 0.4)
    kit.add(disc(r * 0.8, 1.4, 0.4), look)
    kit.add(disc(1.6, h, 0.6, 18).moved(z_cm=1.2), look)
    z = h + r
    drum = rod((0, -1.7, 0), (0, 1.7, 0), r, 28)
    kit.add(drum.moved(z_cm=z), look)
    kit.add(rod((0, -1.75, 0), (0, -1.72, 0), r * 0.86, 28).moved(z_cm=z), plastic((0.25, 0.27, 0.3), 0.6))
    kit.add(merged([_ring(r * k, 0.09, 22, 4) for k in (0.3, 0.5, 0.7, 0.86)]).moved(0, -1.8, z), look)
    kit.add(rod((0, -2.1, 0), (0, -1.7, 0), r * 0.2, 16).moved(z_cm=z), plastic(draw.vivid(), 0.3))
    return kit.item("personal_appliance", "mini_fan")


def fan_heater(draw: Draw) -> Item:
    """A small fan heater: rounded box, louvred front, dials on top."""
    kit, w, d, h = Kit(), draw.uniform(15, 25), draw.uniform(11, 16), draw.uniform(18, 27)
    look = WHITE if draw.chance(0.5) else office(draw)
    kit.add(box(w, d, h, 1.2, 3.0), look)
    grille = [box(w * 0.72, 0.3, 0.35, 0.05).moved(0, -d / 2 - 0.05, h * 0.2 + k * h * 0.055) for k in range(11)]
    kit.add(front_panel(w * 0.75, h * 0.66).moved(0, -d / 2 - 0.02, h * 0.17), plastic((0.05, 0.04, 0.04), 0.8))
    kit.add(merged(grille), STEEL if draw.chance(0.5) else BLACK)
    if draw.chance(0.4):
        glow = Material((1.0, 0.35, 0.08), glow=1.4)
        kit.add(box(w * 0.66, 0.05, 0.8, 0.01).moved(0, -d / 2 - 0.06, h * 0.5), glow)
    for x in (-w * 0.22, w * 0.22):
        kit.add(disc(1.6, 1.0, 0.2, 16).moved(x, 0, h - 0.05), BLACK)
    return kit.item("personal_appliance", "fan_heater")


def quartz_heater(draw: Draw) -> Item:
    """A heater like a fan: round dish with a glowing rod behind wires."""
    kit, r, neck = Kit(), draw.uniform(10, 13), draw.uniform(5, 10)
    look = WHITE if draw.chance(0.6) else coloured(draw)
    kit.add(disc(r * 0.8, 2.4, 0.8), look)
    kit.add(rod((0, 0.5, 2), (0, 1.5, neck + r), 1.5), look)
    dish = revolve([(0, 0), (r * 0.5, 0.4), (r, 4.5), (r + 0.4, 4.5), (r * 0.55, -0.2), (0, -0.7)][::-1], 30)
    kit_pieces = [(dish.turned("x", 90).moved(y_cm=1.8), metal((0.86, 0.75, 0.5), 0.15))]
    kit_pieces.append((rod((0, -1.8, -3), (0, -1.8, 3), 0.8), Material((1.0, 0.45, 0.12), glow=1.6)))
    wires = merged([_ring(r * k, 0.1, 24, 4) for k in (0.25, 0.5, 0.75, 1.0)])
    kit_pieces.append((wires.moved(y_cm=-2.8), STEEL))
    tilted(kit, kit_pieces, "x", draw.uniform(-15, 0), (0, 0, neck + r + 1.5))
    return kit.item("personal_appliance", "quartz_heater")


def tube_heater(draw: Draw) -> Item:
    """An upright heater: reflector with two or three glowing tubes behind wires, dial below."""
    kit, w, h, d = Kit(), draw.uniform(20, 28), draw.uniform(28, 38), draw.uniform(8, 12)
    look = office(draw, 0.4)
    kit.add(box(w, d, h, 0.8, 2.0), look)
    kit.add(front_panel(w * 0.84, h * 0.66).moved(0, -d / 2 - 0.02, h * 0.27), metal((0.85, 0.83, 0.78), 0.2))
    on = draw.chance(0.6)
    for k in range(draw.integer(2, 3)):
        z = h * (0.4 + 0.18 * k)
        tube_look = Material((1.0, 0.45, 0.12), glow=1.5) if on and k < 2 else Material((0.85, 0.85, 0.8), 0.3)
        kit.add(rod((-w * 0.4, -d / 2 - 0.7, z), (w * 0.4, -d / 2 - 0.7, z), 0.6), tube_look)
    wires = [box(0.18, 0.2, h * 0.68, 0).moved(x, -d / 2 - 1.6, h * 0.26) for x in np.linspace(-w * 0.42, w * 0.42, 14)]
    kit.add(merged(wires), STEEL)
    kit.add(rod((w * 0.28, -d / 2 - 1.2, h * 0.13), (w * 0.28, -d / 2, h * 0.13), 1.6, 16), BLACK)
    for x in (-w * 0.36, w * 0.36):
        kit.add(box(3, d + 6, 1.6, 0.4).moved(x), BLACK)
    return kit.item("personal_appliance", "tube_heater")


def speaker(draw: Draw) -> Item:
    """One desk speaker, its mate is an item of its own."""
    kit, w, d, h = Kit(), draw.uniform(7, 11), draw.uniform(8, 12), draw.uniform(14, 22)
    look = timber(draw) if draw.chance(0.25) else office(draw, 0.85)
    for x in (0.0,):
        kit.add(box(w, d, h, 0.4, 0.8).moved(x), look)
        for z, r in ((h * 0.34, w * 0.38), (h * 0.74, w * 0.22)):
            cone = revolve([(0, 0), (r, 0), (r, 0.5), (r * 0.85, 0.5), (r * 0.35, 0.15), (0, 0.3)], 22)
            kit.add(cone.turned("x", 90).moved(x, -d / 2, z), plastic((0.05, 0.05, 0.055), 0.7))
        kit.add(rod((0, -0.3, 0), (0, 0, 0), w * 0.08, 10).moved(x, -d / 2, h * 0.08), STEEL)
    return kit.item("personal_appliance", "speaker")


def bluetooth_speaker(draw: Draw) -> Item:
    """A lying or upright cylinder of fabric."""
    kit, r, long = Kit(), draw.uniform(3.5, 5), draw.uniform(14, 22)
    skin = Material(draw.vivid() if draw.chance(0.5) else draw.grey(0.03, 0.3), 0.9)
    if draw.chance(0.5):
        kit.add(rod((-long / 2, 0, r), (long / 2, 0, r), r, 26), skin)
        for side in (-1, 1):
            kit.add(rod((side * long / 2, 0, r), (side * (long / 2 + 0.5), 0, r), r * 0.85, 24), RUBBER)
        kit.add(box(long * 0.5, 3, 0.6, 0.1), RUBBER)
    else:
        kit.add(disc(r * 1.2, long * 0.8, 0.8, 30), skin)
        kit.add(disc(r * 0.9, 0.3, 0.1).moved(z_cm=long * 0.8), BLACK)
    return kit.item("personal_appliance", "bluetooth_speaker")


def humidifier(draw: Draw) -> Item:
    """A water-drop humidifier with a nozzle."""
    kit, r, h = Kit(), draw.uniform(6, 10), draw.uniform(16, 26)
    tint = pastel(draw)
    kit.add(disc(r * 0.9, h * 0.28, 0.8), WHITE)
    top = [(0, h * 0.29), (r * 0.92, h * 0.29), (r, h * 0.45), (r * 0.8, h * 0.75), (r * 0.3, h * 0.93), (0, h * 0.94)]
    kit.add(revolve(top, 28, 60), Material(tint, 0.12, clearcoat=0.7))
    kit.add(disc(1.3, 1.6, 0.3, 14).moved(z_cm=h * 0.92), WHITE)
    kit.add(rod((0, -0.4, 0), (0, 0, 0), 1.2, 16).moved(0, -r * 0.9, h * 0.14), STEEL)
    return kit.item("personal_appliance", "humidifier")


def kettle(draw: Draw) -> Item:
    """An electric kettle on its base."""
    kit, r, h = Kit(), draw.uniform(6.5, 8.5), draw.uniform(17, 23)
    body = metal((0.78, 0.78, 0.79), 0.2) if draw.chance(0.6) else coloured(draw)
    kit.add(disc(r * 1.05, 1.8, 0.4), BLACK)
    shape = [(0, 1.85), (r, 1.85), (r * 0.98, 4), (r * 0.72, h - 1), (r * 0.7, h), (0, h + 0.3)]
    kit.add(revolve(shape, 28), body)
    kit.add(disc(1.1, 1.4, 0.4, 14).moved(z_cm=h + 0.1), BLACK)
    grip = [(r * 0.7, 0, h - 0.6), (r + 2.8, 0, h - 0.8), (r + 3.4, 0, h * 0.5), (r * 1.0, 0, h * 0.25)]
    kit.add(tube(smooth_path(grip), 1.0, 10), BLACK)
    kit.add(tube([(-r * 0.7, 0, h - 3), (-r * 0.95, 0, h - 1.5), (-r * 1.15, 0, h - 0.6)], [1.5, 1.2, 0.8], 10), body)
    return kit.item("personal_appliance", "kettle")


def desk_lamp(draw: Draw) -> Item:
    """A desk lamp with a bent arm."""
    kit, h, reach = Kit(), draw.uniform(26, 34), draw.uniform(12, 20)
    look = WHITE if draw.chance(0.5) else office(draw)
    kit.add(disc(draw.uniform(7, 9), 1.8, 0.5), look)
    arm = smooth_path([(0, 4, 1), (0, 5, h * 0.6), (0, 3, h * 0.95), (0, 3 - reach * 0.5, h)])
    kit.add(tube(arm, 0.7, 8), look)
    head = extrude(rounded_rectangle(6, 18, 2.5), 1.4, 0.4)
    kit.add(head.moved(0, 3 - reach * 0.5 - 8, h - 0.7), look)
    kit.add(
        panel(4.5, 15).turned("y", 180).moved(0, 3 - reach * 0.5 - 8, h - 0.72), Material((1.0, 0.96, 0.86), glow=2)
    )
    return kit.item("personal_appliance", "desk_lamp")


def radio_clock(draw: Draw) -> Item:
    """A digital clock or small radio."""
    kit, w, d, h = Kit(), draw.uniform(14, 22), draw.uniform(5, 8), draw.uniform(8, 12)
    look = timber(draw) if draw.chance(0.4) else office(draw)
    kit.add(box(w, d, h, 0.5, 1.0), look)
    time = display(draw, f"{draw.integer(8, 17):02d}:{draw.integer(0, 59):02d}", 160, 70, (0.02, 0.03, 0.03))
    time[time[..., 0] > 120] = draw.pick(((255, 60, 50), (80, 255, 120), (120, 200, 255)))
    kit.add(front_panel(w * 0.7, h * 0.55).moved(0, -d / 2 - 0.02, h * 0.22), lit(time, 1.0))
    return kit.item("personal_appliance", "radio_clock")


def _sockets(count: int, chinese: bool) -> np.ndarray:
    img = canvas(count * 60, 60, (0.93, 0.93, 0.92))
    for k in range(count):
        x = k * 60 + 30
        img[4:56, k * 60 + 3 : k * 60 + 57] = to_u8((0.86, 0.86, 0.85))
        if chinese:
            img[12:24, x - 11 : x - 8] = img[12:24, x + 8 : x + 11] = 25
        for dx, dy in ((-9, 38), (9, 38), (0, 30)):
            img[dy : dy + 12, x + dx - 2 : x + dx + 2] = 25
    return img


def power_strip(draw: Draw, count: int | None = None) -> Item:
    """A row of sockets with a red switch and a cable."""
    kit, slots = Kit(), count or draw.integer(3, 6)
    pitch, w, h = draw.uniform(4.2, 5.2), draw.uniform(5, 6.5), draw.uniform(3, 4)
    length = slots * pitch + 5
    look = plastic(draw.grey(0.88, 0.96) if draw.chance(0.75) else draw.grey(0.03, 0.1), 0.4)
    kit.add(box(length, w, h, 0.5, 0.8), look)
    kit.add(panel(slots * pitch, w * 0.8).moved(1.8, 0, h + 0.013), printed(_sockets(slots, draw.chance(0.8)), 0.4))
    glow = 0.5 if draw.chance(0.7) else 0.0
    kit.add(box(1.6, 2.4, 0.5, 0.15).moved(-length / 2 + 2, 0, h - 0.1), Material((0.85, 0.08, 0.06), 0.3, glow=glow))
    if draw.chance(0.6):
        x = 1.8 + (draw.integer(0, slots - 1) + 0.5 - slots / 2) * pitch
        kit.add(box(3.2, 3.2, 4.0, 0.5, 0.8).moved(x, 0, h + 0.02), BLACK if draw.chance(0.6) else WHITE)
        kit.add(cord([(x, 0, h + 4), (x, 4, h + 5), (x + 3, 9, 1.0), (x + 8, 14, 0.35)], 0.3), RUBBER, loose=True)
    kit.add(
        cord(
            [(-length / 2 + 0.3, 0, 1.2), (-length / 2 - 4, 1, 0.4), (-length / 2 - 9, draw.uniform(-8, 8), 0.4)], 0.4
        ),
        look if draw.chance(0.5) else RUBBER,
        loose=True,
    )
    return kit.item("power_strip", "power_strip")


def usb_strip(draw: Draw) -> Item:
    """A flat black strip with charging ports and screens of light."""
    kit, length, w, h = Kit(), draw.uniform(18, 26), draw.uniform(6.5, 9), draw.uniform(2.6, 3.6)
    look = office(draw, 0.7)
    kit.add(box(length, w, h, 0.6, 1.6), look)
    kit.add(panel(length * 0.55, w * 0.7).moved(-length * 0.15, 0, h + 0.013), printed(_sockets(3, True), 0.4))
    ports = [box(1.3, 0.6, 0.05, 0.01).moved(length * 0.32, (k - 1) * 1.4, h) for k in range(3)]
    kit.add(merged(ports), BLACK if sum(look.rgb) > 1 else STEEL)
    kit.add(
        cord(
            [(-length / 2 + 0.3, 0, 1.2), (-length / 2 - 5, -2, 0.4), (-length / 2 - 10, draw.uniform(-9, 9), 0.4)],
            0.36,
        ),
        look,
        loose=True,
    )
    return kit.item("power_strip", "usb_strip")


def cube_socket(draw: Draw) -> Item:
    """A cube or tower with sockets on every side."""
    kit, side, h = Kit(), draw.uniform(8, 10), draw.uniform(8, 16)
    look = plastic(draw.grey(0.88, 0.96) if draw.chance(0.6) else draw.grey(0.05, 0.15), 0.4)
    kit.add(box(side, side, h, 0.6, 1.5), look)
    for turn in (0, 90, 180, 270):
        face = _sockets(1, True)
        kit.add(
            front_panel(side * 0.6, side * 0.6).moved(0, -side / 2 - 0.02, h * 0.22).turned("z", turn), printed(face)
        )
    mark = canvas(60, 60, look.rgb)
    centred(mark, "ON", 30, 30, 22, (0.8, 0.1, 0.1))
    kit.add(panel(side * 0.4, side * 0.4).moved(z_cm=h + 0.02), printed(mark))
    kit.add(
        cord([(side / 2 - 0.2, 0, 1.0), (side / 2 + 4, 1, 0.4), (side / 2 + 9, draw.uniform(-7, 7), 0.4)], 0.38),
        look,
        loose=True,
    )
    return kit.item("power_strip", "cube_socket")
