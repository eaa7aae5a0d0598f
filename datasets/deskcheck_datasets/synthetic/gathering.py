"""A scene's parts gathered into three meshes and one texture atlas, so that every scene runs the same compiled kernel.

Mitsuba compiles each material of a scene into code; a scene of a hundred shapes took four seconds to compile and one
to render. Here colour comes from one atlas and gloss from face attributes, hence no scene needs code of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deskcheck_datasets.synthetic.items.base import Material, Part
from deskcheck_datasets.synthetic.mesh import Floats, Mesh, corner_normals

Float32 = NDArray[np.float32]
Image8 = NDArray[np.uint8]

# One size for most scenes: Mitsuba compiles the size of a picture into its code.
ATLAS_W_PX = 2560
_ATLAS_H_STEP_PX = 2048
_BORDER_PX = 2
_PLAIN_PX = 4
_MOST_PX = 1024
_LEAST_ROUGHNESS = 0.06


@dataclass(frozen=True, slots=True)
class Owned:
    """A part in world coordinates and whose it is: an item's index, or -1 for counter, room and cords."""

    mesh: Mesh
    material: Material
    owner: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """Surfaces of one kind, each face with corners of its own.

    Attributes:
        positions, normals: (3F, 3) float32, world.
        uv: (3F, 2) float32 in the atlas, v upwards.
        gloss: (F, 3) float32 roughness, metallic, clearcoat.
        tint: (F, 3) float32 linear colour, for clear walls.
        glow: (F,) float32 strength of the light given off.
        owner: (F,) int32.
    """

    positions: Float32
    normals: Float32
    uv: Float32
    gloss: Float32
    tint: Float32
    glow: Float32
    owner: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Atlas:
    """(H, W, 3) uint8 sRGB, and for each texture x0, y0, w, h in px of its inner part."""

    picture: Image8
    places: tuple[tuple[int, int, int, int], ...]


def _repeats(mesh: Mesh) -> tuple[int, int]:
    """How often a texture has to be laid side by side so that no coordinate leaves it."""
    span = np.ceil(mesh.uv.max(axis=0) - np.floor(mesh.uv.min(axis=0)) - 1e-6)
    across, up = (int(np.clip(s, 1, 8)) for s in span)
    return across, up


def _picture_of(material: Material, repeats: tuple[int, int]) -> Image8:
    """What a material looks like, as an upright picture."""
    if material.texture is None:
        level = np.clip(np.asarray(material.rgb), 0.06, 0.97)
        return np.full((_PLAIN_PX, _PLAIN_PX, 3), np.round(level * 255), np.uint8)
    texture = np.ascontiguousarray(material.texture[..., :3])
    across, up = repeats
    limit = _MOST_PX / max(across * texture.shape[1], up * texture.shape[0])
    if limit < 1:
        texture = np.asarray(cv2.resize(texture, None, fx=limit, fy=limit, interpolation=cv2.INTER_AREA), np.uint8)
    return np.tile(texture, (up, across, 1))


def pack(pictures: Sequence[Image8]) -> Atlas:
    """Lay pictures on shelves, tallest first, each with a border of its own edge colours."""
    order = sorted(range(len(pictures)), key=lambda k: (-pictures[k].shape[0], -pictures[k].shape[1]))
    places = [(0, 0, 0, 0)] * len(pictures)
    x = y = shelf = 0
    for k in order:
        h, w = pictures[k].shape[0] + 2 * _BORDER_PX, pictures[k].shape[1] + 2 * _BORDER_PX
        if x + w > ATLAS_W_PX:
            x, y, shelf = 0, y + shelf, 0
        places[k] = (x + _BORDER_PX, y + _BORDER_PX, w - 2 * _BORDER_PX, h - 2 * _BORDER_PX)
        x, shelf = x + w, max(shelf, h)
    rows = -(-(y + shelf) // _ATLAS_H_STEP_PX) * _ATLAS_H_STEP_PX
    atlas = np.zeros((rows, ATLAS_W_PX, 3), np.uint8)
    b = _BORDER_PX
    for picture, (x0, y0, w, h) in zip(pictures, places, strict=True):
        atlas[y0 - b : y0 + h + b, x0 - b : x0 + w + b] = cv2.copyMakeBorder(picture, b, b, b, b, cv2.BORDER_REPLICATE)
    return Atlas(atlas, tuple(places))


def atlas_of(parts: Sequence[Owned]) -> tuple[Atlas, list[int], list[tuple[int, int]]]:
    """The atlas of all materials, each part's place in it, and how often its texture was repeated there."""
    keys: dict[object, int] = {}
    pictures: list[Image8] = []
    which, repeats = [], []
    for part in parts:
        often = _repeats(part.mesh) if part.material.texture is not None else (1, 1)
        plain = tuple(round(c, 3) for c in part.material.rgb)
        key = plain if part.material.texture is None else (id(part.material.texture), often)
        if key not in keys:
            keys[key] = len(pictures)
            pictures.append(_picture_of(part.material, often))
        which.append(keys[key])
        repeats.append(often)
    return pack(pictures), which, repeats


def _atlas_uv(part: Owned, place: tuple[int, int, int, int], repeats: tuple[int, int], atlas: Image8) -> Floats:
    """(3F, 2) coordinates of a part's corners in the atlas."""
    x0, y0, w, h = place
    if part.material.texture is None:
        return np.tile([(x0 + w / 2) / atlas.shape[1], (y0 + h / 2) / atlas.shape[0]], (part.mesh.faces.size, 1))
    uv = part.mesh.uv - np.floor(part.mesh.uv.min(axis=0))
    share = np.clip(uv / np.asarray(repeats), 0.0, 1.0)[part.mesh.faces.reshape(-1)]
    across = (x0 + share[:, 0] * w) / atlas.shape[1]
    down = (y0 + (1 - share[:, 1]) * h) / atlas.shape[0]
    return np.stack([across, down], 1)


def _placeholder() -> Owned:
    """A crumb far below the floor, for a kind of surface that the scene lacks."""
    corners = np.array([[0, 0, -900.0], [0.1, 0, -900.0], [0, 0.1, -900.0]])
    mesh = Mesh(corners, np.array([[0, 1, 2]]), np.zeros((3, 2)), solid=False)
    return Owned(mesh, Material((0.5, 0.5, 0.5)), -1)


def gather(parts: Sequence[Owned]) -> tuple[Atlas, dict[str, Gathered]]:
    """Sort parts into ``surface``, ``clear`` and ``glow``, each as one mesh."""
    kinds: dict[str, list[Owned]] = {"surface": [], "clear": [], "glow": []}
    for part in parts:
        kinds["clear" if part.material.clear else "glow" if part.material.glow > 0 else "surface"].append(part)
    for members in kinds.values():
        if not members:
            members.append(_placeholder())
    everything = [part for members in kinds.values() for part in members]
    atlas, which, repeats = atlas_of(everything)
    uvs = [
        _atlas_uv(part, atlas.places[k], often, atlas.picture)
        for part, k, often in zip(everything, which, repeats, strict=True)
    ]
    found, at = {}, 0
    for kind, members in kinds.items():
        found[kind] = _joined(members, uvs[at : at + len(members)])
        at += len(members)
    return atlas, found


def _joined(parts: Sequence[Owned], uvs: Sequence[Floats]) -> Gathered:
    counts = [len(p.mesh.faces) for p in parts]
    gloss = [(max(p.material.roughness, _LEAST_ROUGHNESS), p.material.metallic, p.material.clearcoat) for p in parts]
    return Gathered(
        np.concatenate([p.mesh.vertices[p.mesh.faces.reshape(-1)] for p in parts]).astype(np.float32),
        np.concatenate([corner_normals(p.mesh) for p in parts]).astype(np.float32),
        np.concatenate(uvs).astype(np.float32),
        np.repeat(np.asarray(gloss, np.float32), counts, axis=0),
        np.repeat(np.asarray([p.material.rgb for p in parts], np.float32), counts, axis=0),
        np.repeat(np.asarray([p.material.glow for p in parts], np.float32), counts),
        np.repeat(np.asarray([p.owner for p in parts], np.int32), counts),
    )


def owned_parts(
    fixtures: Sequence[Part], items: Sequence[tuple[Sequence[Part], frozenset[int], float, tuple[float, float, float]]]
) -> list[Owned]:
    """Fixtures, and items given as parts, loose ones, yaw and place, all in world coordinates."""
    found = [Owned(part.mesh, part.material, -1) for part in fixtures]
    for owner, (parts, loose, yaw_deg, at) in enumerate(items):
        for k, part in enumerate(parts):
            mesh = part.mesh.turned("z", yaw_deg).moved(*at)
            found.append(Owned(mesh, part.material, -1 if k in loose else owner))
    return found
