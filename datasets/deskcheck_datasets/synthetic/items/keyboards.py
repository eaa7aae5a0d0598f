"""Keyboards of many kinds, light enough to stand in every scene: caps without bottoms, legends in one texture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from deskcheck_datasets.synthetic.items.base import Draw, Item, Kit, Material, Rgb, Texture, plastic, printed
from deskcheck_datasets.synthetic.items.inputs import layout_keys
from deskcheck_datasets.synthetic.items.looks import RUBBER, cord
from deskcheck_datasets.synthetic.mesh import Floats, Mesh, box, extrude, panel, rounded_rectangle
from deskcheck_datasets.synthetic.textures import canvas, to_u8, write

_PITCH_CM = 1.9
_FULL, _SHORT = 22.5, 18.25
_PX = 22
_ACCENTED = ("Esc", "Enter", "Tab", "Caps", "Shift", "Ctrl", "Bksp", "^", "<", "v", ">")


@dataclass(frozen=True, slots=True)
class Board:
    """Shape and colours of a keyboard.

    Attributes:
        full: with the number block.
        base_h_cm, key_h_cm, gap_cm: height of the case and caps, gap between caps.
        side_cm, front_cm, rear_cm: case beyond the keys.
        tilt_deg: rise of the rear edge.
        taper: size of a cap's top against its foot.
        body, caps, accent: colours; the accent is for the keys around the letters.
    """

    full: bool
    base_h_cm: float
    key_h_cm: float
    gap_cm: float
    side_cm: float
    front_cm: float
    rear_cm: float
    tilt_deg: float
    taper: float
    body: Rgb
    caps: Rgb
    accent: Rgb
    corner_cm: float = 0.6
    roughness: float = 0.5


@lru_cache(maxsize=4)
def _ink(full: bool) -> Texture:
    """(H, W, 3) legends, white on black."""
    img = canvas(int((_FULL if full else _SHORT) * _PX), 6 * _PX, (0, 0, 0))
    for legend, x, row, _ in layout_keys(full):
        write(img, legend, (int(x * _PX) + 6, int(row * _PX) + 13), 11 if len(legend) < 2 else 7, (1, 1, 1), 600)
    img.setflags(write=False)
    return img


def _legends(board: Board) -> Texture:
    units = _FULL if board.full else _SHORT
    ground = canvas(int(units * _PX), 6 * _PX, board.caps)
    for legend, x, row, w in layout_keys(board.full):
        if legend in _ACCENTED:
            ground[int(row * _PX) : int((row + 1) * _PX), int(x * _PX) : int((x + w) * _PX)] = to_u8(board.accent)
    share = _ink(board.full).astype(np.float32) / 255
    dark = ground.astype(np.float32).mean(axis=2, keepdims=True) > 128
    return np.asarray(ground * (1 - share) + np.where(dark, 25.0, 232.0) * share, np.uint8)


def _caps(board: Board, pitch: float) -> tuple[Mesh, Mesh]:
    """Sides and tops of all caps; the tops share one texture."""
    units = _FULL if board.full else _SHORT
    keys = layout_keys(board.full)
    x = np.array([[k[1], k[1] + k[3]] for k in keys])
    row = np.array([k[2] for k in keys])
    low = np.stack([(x[:, 0] - units / 2) * pitch + board.gap_cm / 2, (2.0 - row) * pitch + board.gap_cm / 2], 1)
    high = np.stack([(x[:, 1] - units / 2) * pitch - board.gap_cm / 2, (3.0 - row) * pitch - board.gap_cm / 2], 1)
    middle, half = (low + high) / 2, (high - low) / 2
    inset = (1 - board.taper) * half.min(axis=1, keepdims=True)
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float64)
    foot = middle[:, None] + half[:, None] * signs
    top = middle[:, None] + (half - inset)[:, None] * signs
    z0, z1 = board.base_h_cm - 0.02, board.base_h_cm + board.key_h_cm
    count = len(keys)
    bottom = np.concatenate([foot, np.full((count, 4, 1), z0)], 2)
    upper = np.concatenate([top, np.full((count, 4, 1), z1)], 2)
    points = np.concatenate([bottom, upper], 1).reshape(-1, 3)
    quad = np.array(
        [[k, (k + 1) % 4, (k + 1) % 4 + 4] for k in range(4)] + [[k, (k + 1) % 4 + 4, k + 4] for k in range(4)]
    )
    faces = (np.arange(count)[:, None, None] * 8 + quad[None]).reshape(-1, 3)
    sides = Mesh(points, faces, np.zeros((len(points), 2)), solid=False, crease_deg=20)
    flat = upper.reshape(-1, 3)
    uv = np.stack([flat[:, 0] / (units * pitch) + 0.5, flat[:, 1] / (6 * pitch) + 0.5], 1)
    pair = np.array([[0, 1, 2], [0, 2, 3]])
    tops = Mesh(flat, (np.arange(count)[:, None, None] * 4 + pair[None]).reshape(-1, 3), uv, solid=False)
    return sides, tops


def _assemble(draw: Draw, board: Board, extra: tuple[tuple[Mesh, Material], ...] = (), wired: float = 0.7) -> Kit:
    """Case, caps, feet and cord."""
    kit, pitch = Kit(), _PITCH_CM * draw.uniform(0.94, 1.0)
    units = _FULL if board.full else _SHORT
    width = units * pitch + 2 * board.side_cm
    depth = 6 * pitch + board.front_cm + board.rear_cm
    shift = (board.rear_cm - board.front_cm) / 2
    case = plastic(board.body, board.roughness)
    sides, tops = _caps(board, pitch)
    pieces = [(box(width, depth, board.base_h_cm, 0.18, board.corner_cm).moved(0, shift), case)]
    pieces += [(sides, plastic(board.caps, 0.55)), (tops, printed(_legends(board), 0.55)), *extra]
    if board.full:
        lamps = panel(1.6, 0.3).moved(units * pitch * 0.41, 3 * pitch - 0.5 * pitch, board.base_h_cm + 0.012)
        pieces.append((lamps, Material((0.2, 0.9, 0.35), glow=0.6)))
    angle = np.radians(board.tilt_deg)
    front = depth / 2 - shift
    for mesh, look in pieces:
        kit.add(mesh.turned("x", board.tilt_deg).moved(z_cm=front * float(np.sin(angle))), look)
    if board.tilt_deg > 1:
        rear = (depth * 0.86) * float(np.sin(angle))
        for side in (-1, 1):
            kit.add(box(2.4, 0.7, rear + 0.1, 0.05).moved(side * width * 0.4, shift + depth * 0.36), case)
    if draw.chance(wired):
        sway, y = draw.uniform(-12, 12), shift + depth / 2
        lift = depth * float(np.sin(angle))
        path = [(sway / 3, y - 0.4, lift + 0.4), (sway / 2, y + 4, 0.25), (sway, y + 11, 0.25)]
        kit.add(cord(path, 0.2), RUBBER, loose=True)
    return kit


def _shades(draw: Draw, dark_share: float = 0.7) -> tuple[Rgb, Rgb]:
    dark = draw.chance(dark_share)
    body = draw.grey(0.02, 0.1) if dark else draw.grey(0.75, 0.95)
    caps = draw.grey(0.025, 0.12) if draw.chance(0.8) == dark else draw.grey(0.8, 0.95)
    return body, caps


def standard(draw: Draw) -> Item:
    """The office keyboard with a number block."""
    body, caps = _shades(draw)
    board = Board(
        True,
        draw.uniform(1.0, 1.9),
        draw.uniform(0.4, 0.8),
        draw.uniform(0.14, 0.3),
        draw.uniform(0.5, 1.2),
        draw.uniform(0.6, 1.6),
        draw.uniform(0.8, 2.4),
        draw.uniform(2, 6),
        0.8,
        body,
        caps,
        caps,
    )
    return _assemble(draw, board).item("keyboard", "standard")


def compact(draw: Draw) -> Item:
    """A keyboard without a number block."""
    body, caps = _shades(draw)
    board = Board(
        False,
        draw.uniform(0.9, 1.8),
        draw.uniform(0.4, 0.8),
        draw.uniform(0.14, 0.3),
        draw.uniform(0.4, 1.0),
        draw.uniform(0.5, 1.2),
        draw.uniform(0.6, 1.8),
        draw.uniform(2, 6),
        0.8,
        body,
        caps,
        caps,
    )
    return _assemble(draw, board, wired=0.5).item("keyboard", "compact")


def chiclet(draw: Draw) -> Item:
    """A thin wireless keyboard: flat caps, silver or dark plate."""
    light = draw.chance(0.6)
    body = draw.grey(0.68, 0.88) if light else draw.grey(0.08, 0.2)
    caps = draw.grey(0.88, 0.96) if light and draw.chance(0.6) else draw.grey(0.03, 0.09)
    board = Board(
        draw.chance(0.6),
        draw.uniform(0.4, 0.7),
        0.18,
        draw.uniform(0.26, 0.4),
        draw.uniform(0.4, 0.8),
        0.5,
        draw.uniform(0.5, 1.2),
        draw.uniform(1.2, 5),
        0.97,
        body,
        caps,
        caps,
        1.2,
        0.35,
    )
    return _assemble(draw, board, wired=0.1).item("keyboard", "chiclet")


def palm_rest(draw: Draw) -> Item:
    """A broad keyboard with a rest for the palms and media keys on top."""
    body, caps = _shades(draw, 0.85)
    rear = draw.uniform(2.4, 4.5)
    media = box(26, 0.9, 0.3, 0.08, 0.4).moved(0, 3 * _PITCH_CM + rear * 0.5, 1.6)
    board = Board(
        True,
        1.65,
        draw.uniform(0.4, 0.7),
        draw.uniform(0.14, 0.25),
        draw.uniform(1.0, 2.2),
        draw.uniform(4.5, 7.0),
        rear,
        draw.uniform(1.5, 4),
        0.8,
        body,
        caps,
        caps,
        2.5,
    )
    return _assemble(draw, board, ((media, plastic(draw.grey(0.3, 0.7), 0.35)),)).item("keyboard", "palm_rest")


def mechanical(draw: Draw) -> Item:
    """Tall caps on a metal plate, coloured keys, often with light between them."""
    body = draw.grey(0.02, 0.12) if draw.chance(0.6) else draw.grey(0.6, 0.9)
    caps = draw.grey(0.04, 0.2) if draw.chance(0.5) else draw.grey(0.82, 0.95)
    full = draw.chance(0.5)
    board = Board(
        full,
        draw.uniform(1.6, 2.3),
        draw.uniform(0.85, 1.1),
        draw.uniform(0.1, 0.18),
        draw.uniform(0.2, 0.6),
        0.4,
        draw.uniform(0.4, 0.9),
        draw.uniform(3, 7),
        0.72,
        body,
        caps,
        draw.vivid(),
        0.4,
    )
    extra: tuple[tuple[Mesh, Material], ...] = ()
    if draw.chance(0.4):
        wide = (_FULL if full else _SHORT) * _PITCH_CM * 0.93
        glow = panel(wide, 5.7 * _PITCH_CM).moved(z_cm=board.base_h_cm + 0.01)
        extra = ((glow, Material(draw.hsv((0.0, 1.0), (0.5, 0.95), (0.8, 1.0)), glow=0.5)),)
    return _assemble(draw, board, extra, wired=0.8).item("keyboard", "mechanical")


def retro(draw: Draw) -> Item:
    """A yellowed thick keyboard of an old computer."""
    body = draw.hsv((0.1, 0.14), (0.08, 0.2), (0.7, 0.86))
    caps = draw.hsv((0.1, 0.14), (0.05, 0.14), (0.78, 0.92))
    accent = draw.hsv((0.09, 0.13), (0.08, 0.16), (0.5, 0.66))
    board = Board(
        True,
        draw.uniform(2.0, 2.8),
        draw.uniform(0.8, 1.0),
        0.14,
        draw.uniform(1.0, 2.0),
        draw.uniform(1.2, 2.4),
        draw.uniform(2.5, 5),
        draw.uniform(3, 6),
        0.68,
        body,
        caps,
        accent,
        0.8,
        0.6,
    )
    return _assemble(draw, board, wired=0.95).item("keyboard", "retro")


def pastel_round(draw: Draw) -> Item:
    """A small coloured keyboard, all keys in two pale colours."""
    body = draw.hsv((0.0, 1.0), (0.15, 0.4), (0.75, 0.95))
    board = Board(
        draw.chance(0.4),
        draw.uniform(1.0, 1.6),
        draw.uniform(0.5, 0.8),
        0.3,
        draw.uniform(0.5, 1.0),
        0.6,
        0.9,
        draw.uniform(2, 5),
        0.75,
        body,
        draw.grey(0.86, 0.97),
        draw.hsv((0.0, 1.0), (0.2, 0.5), (0.7, 0.95)),
        1.8,
    )
    return _assemble(draw, board, wired=0.3).item("keyboard", "pastel_round")


def ergonomic(draw: Draw) -> Item:
    """Two halves of letters turned towards each other on a waved base, with the number block beside."""
    body, caps = _shades(draw, 0.9)
    board = Board(False, 1.4, 0.5, 0.2, 0.6, 1.0, 1.0, 0.0, 0.8, body, caps, caps)
    sides, tops = _caps(board, _PITCH_CM)
    turn = draw.uniform(6, 13)
    kit = Kit()
    outline: Floats = rounded_rectangle(44, 17, 5, 6)
    bent = outline + np.stack([np.zeros(len(outline)), 2.2 * np.cos(outline[:, 0] / 44 * np.pi * 1.6)], 1)
    kit.add(extrude(bent, 1.4, 0.4), plastic(body, 0.5))
    kit.add(extrude(rounded_rectangle(40, 6, 2.8, 5), 1.9, 0.7).moved(0, -7.5), plastic(body, 0.8))
    look = (plastic(caps, 0.55), printed(_legends(board), 0.55))
    for mesh, material in zip((sides, tops), look, strict=True):
        for left in (True, False):
            kit.add(_half(mesh, left).turned("z", turn if left else -turn).moved(-2.2 if left else 2.2, 1.2), material)
    return kit.item("keyboard", "ergonomic")


def _half(mesh: Mesh, left: bool) -> Mesh:
    """The faces of the caps on one side of the middle."""
    middle = mesh.vertices[mesh.faces].mean(axis=1)[:, 0]
    keep = mesh.faces[(middle < -0.8) if left else (middle >= -0.8)]
    used, faces = np.unique(keep, return_inverse=True)
    return Mesh(mesh.vertices[used], faces.reshape(-1, 3), mesh.uv[used], solid=False, crease_deg=mesh.crease_deg)
