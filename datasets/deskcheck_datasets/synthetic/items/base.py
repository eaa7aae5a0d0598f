"""What an item is made of, and the seeded draws its variants come from."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from shapely.affinity import translate
from shapely.geometry import MultiPoint, Polygon

from deskcheck_datasets.synthetic.mesh import Floats, Mesh

T = TypeVar("T")
Rgb = tuple[float, float, float]
Texture = NDArray[np.uint8]

_BANDS = 8
_CONTACT_CM = 0.35


def tinted(rgb: Rgb, factor: float, plus: float = 0.0) -> Rgb:
    """A darker or lighter shade."""
    r, g, b = (min(max(c * factor + plus, 0.0), 1.0) for c in rgb)
    return (r, g, b)


class Draw:
    """Seeded draws of an item's or a scene's parameters.

    Every range is cut into bands; training variants take the even bands, held-out variants the odd ones, so that
    no held-out shape, size or shade is ever one that was trained on.
    """

    def __init__(self, seed: int | Sequence[int], *, held_out: bool = False) -> None:
        self.rng = np.random.default_rng(seed)
        self.held_out = held_out

    def uniform(self, low: float, high: float) -> float:
        """A value of this side's bands of [low, high]."""
        band = 2 * int(self.rng.integers(_BANDS // 2)) + int(self.held_out)
        return low + (high - low) * (band + float(self.rng.random())) / _BANDS

    def free(self, low: float, high: float) -> float:
        """A value of the whole of [low, high], for what is no trait of the item (where it stands)."""
        return float(self.rng.uniform(low, high))

    def chance(self, probability: float) -> bool:
        """True that often."""
        return bool(self.rng.random() < probability)

    def integer(self, low: int, high: int) -> int:
        """A whole number of [low, high]."""
        return int(self.rng.integers(low, high + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[int(self.rng.integers(len(options)))]

    def hsv(self, hue: tuple[float, float], sat: tuple[float, float], value: tuple[float, float]) -> Rgb:
        """A colour out of ranges of hue, saturation and value (0..1; hue may pass 1)."""
        return colorsys.hsv_to_rgb(self.uniform(*hue) % 1.0, self.uniform(*sat), self.uniform(*value))

    def grey(self, low: float, high: float) -> Rgb:
        """A nearly neutral grey."""
        level = self.uniform(low, high)
        tint = self.uniform(-0.015, 0.015)
        return (level + tint, level, max(level - tint, 0.0))

    def vivid(self) -> Rgb:
        """A saturated colour of any hue."""
        return self.hsv((0.0, 1.0), (0.45, 0.95), (0.35, 0.95))

    def child(self) -> Draw:
        """Draws of their own stream on the same side."""
        return Draw(int(self.rng.integers(2**62)), held_out=self.held_out)


@dataclass(frozen=True, slots=True)
class Material:
    """How a surface looks.

    Attributes:
        rgb: base colour, sRGB 0..1; ignored under a texture.
        roughness: 0 mirror .. 1 matt.
        metallic: 0 or 1.
        specular: strength of the gloss, 0..1.
        clearcoat: varnish, 0..1.
        texture: (H, W, 3) uint8 RGB.
        glow: light given off by the texture or colour (a lit screen), 0 for none.
        clear: a thin clear wall (glass, PET) tinted by ``rgb``.
    """

    rgb: Rgb = (0.5, 0.5, 0.5)
    roughness: float = 0.5
    metallic: float = 0.0
    specular: float = 0.5
    clearcoat: float = 0.0
    texture: Texture | None = None
    glow: float = 0.0
    clear: bool = False


def plastic(rgb: Rgb, roughness: float = 0.45) -> Material:
    """Moulded plastic."""
    return Material(rgb, roughness)


def metal(rgb: Rgb = (0.75, 0.75, 0.76), roughness: float = 0.3) -> Material:
    """Bare metal."""
    return Material(rgb, roughness, metallic=1.0)


def printed(texture: Texture, roughness: float = 0.6) -> Material:
    """A printed surface."""
    return Material(texture=texture, roughness=roughness, specular=0.3)


@dataclass(frozen=True, slots=True)
class Part:
    """A mesh with one material."""

    mesh: Mesh
    material: Material


@dataclass(frozen=True, slots=True)
class Top:
    """A surface of the item that other things can stand on, in the item's own coordinates."""

    name: str
    polygon: Polygon
    height_cm: float


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One thing, standing on z = 0 about the origin.

    Attributes:
        class_id: taxonomy class.
        label: finer name (mug, steel_thermos...).
        parts: what it is made of.
        tops: surfaces that carry other things.
        loose: parts, by index, that do not count for the footprint (a cord).
    """

    class_id: str
    label: str
    parts: tuple[Part, ...]
    tops: tuple[Top, ...] = ()
    loose: frozenset[int] = field(default_factory=frozenset)

    @property
    def size_cm(self) -> tuple[float, float, float]:
        """Width, depth and height of the box around all parts but the loose ones."""
        return _size(self)

    @property
    def contact(self) -> Polygon:
        """Convex outline of what touches the surface below."""
        return _contact(self)

    def solids(self) -> tuple[tuple[Polygon, float, float], ...]:
        """Per part: convex outline from above, lowest and highest z; for checks that nothing intersects."""
        return _solids(self)


# An item is asked for these again with every place that is tried for it.
@lru_cache(maxsize=256)
def _size(item: Item) -> tuple[float, float, float]:
    points = np.concatenate([p.mesh.vertices for i, p in enumerate(item.parts) if i not in item.loose])
    w, d = np.ptp(points, axis=0)[:2]
    return (float(w), float(d), float(points[:, 2].max()))


_ROUNDING_CM = 1e-6


def _hull(points: Floats, least_cm: float) -> Polygon:
    # Corners that are one but for rounding make an outline that crosses itself once it is turned.
    hull = MultiPoint(points).convex_hull.simplify(_ROUNDING_CM)
    return hull if isinstance(hull, Polygon) else hull.buffer(least_cm)


@lru_cache(maxsize=256)
def _contact(item: Item) -> Polygon:
    points = np.concatenate([p.mesh.vertices for i, p in enumerate(item.parts) if i not in item.loose])
    return _hull(points[points[:, 2] < _CONTACT_CM, :2], 0.3)


@lru_cache(maxsize=256)
def _solids(item: Item) -> tuple[tuple[Polygon, float, float], ...]:
    found = []
    for index, part in enumerate(item.parts):
        if index not in item.loose:
            z = part.mesh.vertices[:, 2]
            found.append((_hull(part.mesh.vertices[:, :2], 0.05), float(z.min()), float(z.max())))
    return tuple(found)


class Kit:
    """Collects the parts of an item while it is being built."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._loose: set[int] = set()

    def add(self, mesh: Mesh, material: Material, *, loose: bool = False) -> None:
        """Add a part."""
        if loose:
            self._loose.add(len(self._parts))
        self._parts.append(Part(mesh, material))

    def item(self, class_id: str, label: str, tops: tuple[Top, ...] = ()) -> Item:
        """The finished item, moved so that the box around it is centred on the origin and stands on z = 0."""
        firm = np.concatenate([p.mesh.vertices for i, p in enumerate(self._parts) if i not in self._loose])
        low, high = firm.min(axis=0), firm.max(axis=0)
        x, y, z = -(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, -low[2]
        parts = tuple(Part(p.mesh.moved(x, y, z), p.material) for p in self._parts)
        moved = tuple(Top(t.name, translate(t.polygon, x, y), t.height_cm + z) for t in tops)
        return Item(class_id, label, parts, moved, frozenset(self._loose))


def rectangle(w_cm: float, d_cm: float, x_cm: float = 0.0, y_cm: float = 0.0) -> Polygon:
    """An upright rectangle about (x, y)."""
    x, y = w_cm / 2, d_cm / 2
    return Polygon([(x_cm - x, y_cm - y), (x_cm + x, y_cm - y), (x_cm + x, y_cm + y), (x_cm - x, y_cm + y)])
