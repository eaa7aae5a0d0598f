"""Rendering with Mitsuba 3: picture, and which item each pixel shows. Only this module imports Mitsuba."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from deskcheck_datasets.synthetic.camera import Camera
from deskcheck_datasets.synthetic.denoise import denoise
from deskcheck_datasets.synthetic.errors import MitsubaMissingError
from deskcheck_datasets.synthetic.gathering import Gathered, gather, owned_parts
from deskcheck_datasets.synthetic.scene import Scene

_LLVM_PLACES = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered picture.

    Attributes:
        radiance: (H, W, 3) float32, linear RGB.
        item_index: (H, W) int32, index into ``Scene.items`` of what the pixel shows, -1 for counter and room.
    """

    radiance: NDArray[np.float32]
    item_index: NDArray[np.int32]


@lru_cache(maxsize=1)
def mitsuba() -> Any:
    """The mitsuba module with a variant set: the LLVM one where LLVM is found, the slow scalar one elsewhere.

    Raises:
        MitsubaMissingError: the extra ``[synth]`` is not installed.
    """
    if "DRJIT_LIBLLVM_PATH" not in os.environ:
        found = [p for place in _LLVM_PLACES if Path(place).is_dir() for p in sorted(Path(place).glob("libLLVM*.so*"))]
        if found:
            os.environ["DRJIT_LIBLLVM_PATH"] = str(found[-1])
    try:
        import mitsuba as mi
    except ImportError as exc:
        raise MitsubaMissingError() from exc
    mi.set_variant("llvm_ad_rgb" if "DRJIT_LIBLLVM_PATH" in os.environ else "scalar_rgb")
    return mi


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scene ready to be looked at from several cameras.

    Attributes:
        loaded: the Mitsuba scene.
        owners: (F,) int32 per kind of surface, the item each face belongs to.
        kinds: the registered number of each kind's shape.
    """

    loaded: Any
    owners: dict[str, NDArray[np.int32]]
    kinds: dict[str, int]


def _attribute(name: str) -> dict[str, Any]:
    return {"type": "mesh_attribute", "name": name}


def _materials(mi: Any, atlas: NDArray[np.uint8]) -> dict[str, Any]:
    """One material for each kind of surface."""
    colour = mi.load_dict(
        {"type": "bitmap", "bitmap": mi.Bitmap(np.ascontiguousarray(atlas)), "filter_type": "bilinear"}
    )
    glossy = {
        "type": "principled",
        "base_color": colour,
        "roughness": _attribute("face_roughness"),
        "metallic": _attribute("face_metallic"),
        "clearcoat": _attribute("face_clearcoat"),
        "clearcoat_gloss": 0.9,
        "specular": 0.45,
    }
    clear = {"type": "thindielectric", "int_ior": 1.45, "specular_transmittance": _attribute("face_tint")}
    two_sided = mi.load_dict({"type": "twosided", "bsdf": glossy})
    return {"surface": two_sided, "glow": two_sided, "clear": mi.load_dict(clear)}


def _light(mi: Any, atlas: NDArray[np.uint8], uv: NDArray[np.float32], glow: NDArray[np.float32]) -> dict[str, Any]:
    """Light given off by the glowing faces: the atlas where they are, each as strong as its material says."""
    h, w = atlas.shape[:2]
    strength = np.zeros((h, w), np.float32)
    corners = uv.reshape(-1, 3, 2)
    low, high = corners.min(axis=1), corners.max(axis=1)
    for (x0, y0), (x1, y1), level in zip(low, high, glow, strict=True):
        rows = slice(max(int(y0 * h) - 2, 0), int(y1 * h) + 3)
        strength[rows, max(int(x0 * w) - 2, 0) : int(x1 * w) + 3] = level
    used = np.flatnonzero(strength.any(axis=1))
    linear = np.zeros((h, w, 3), np.float32)
    if len(used):
        rows = slice(int(used[0]), int(used[-1]) + 1)
        linear[rows] = (atlas[rows].astype(np.float32) / 255) ** 2.2 * strength[rows][..., None]
    radiance = {"type": "bitmap", "bitmap": mi.Bitmap(linear), "raw": True}
    return {"type": "area", "radiance": radiance, "sampling_weight": 0.05}


def _shape(mi: Any, name: str, found: Gathered, bsdf: Any, emitter: dict[str, Any] | None) -> Any:
    props = mi.Properties()
    props["mesh_bsdf"] = bsdf
    if emitter is not None:
        props["mesh_emitter"] = mi.load_dict(emitter)
    count = len(found.positions)
    shape = mi.Mesh(name, count, count // 3, has_vertex_normals=True, has_vertex_texcoords=True, props=props)
    for k, attribute in enumerate(("face_roughness", "face_metallic", "face_clearcoat")):
        shape.add_attribute(attribute, 1, np.ascontiguousarray(found.gloss[:, k]))
    shape.add_attribute("face_tint", 3, found.tint.ravel())
    fields = mi.traverse(shape)
    fields["vertex_positions"] = found.positions.ravel()
    fields["vertex_normals"] = found.normals.ravel()
    # Mitsuba's pictures have v downwards, as the atlas has.
    fields["vertex_texcoords"] = found.uv.ravel()
    fields["faces"] = np.arange(count, dtype=np.uint32)
    fields.update()
    shape.set_id(name)
    return shape


def sensor_of(mi: Any, camera: Camera) -> Any:
    """Mitsuba's own camera for one of ours."""
    w, h = camera.image_wh
    up = [float(c) for c in camera.up()]
    look = mi.ScalarTransform4f().look_at(origin=list(camera.position_cm), target=list(camera.target_cm), up=up)
    film = {"type": "hdrfilm", "width": w, "height": h, "rfilter": {"type": "box"}, "pixel_format": "rgb"}
    described = {"type": "perspective", "fov_axis": "x", "fov": camera.hfov_deg, "to_world": look, "near_clip": 1.0,
                 "far_clip": 9000.0, "film": film, "sampler": {"type": "independent"}}  # fmt: skip
    return mi.load_dict(described)


def _pole_up(mi: Any, turn_deg: float) -> Any:
    return mi.ScalarTransform4f().rotate([0, 0, 1], turn_deg) @ mi.ScalarTransform4f().rotate([1, 0, 0], 90)


def prepare(scene: Scene) -> Prepared:
    """Load a scene into Mitsuba.

    Raises:
        MitsubaMissingError: the extra ``[synth]`` is not installed.
    """
    mi = mitsuba()
    import drjit as dr

    placed = [(p.item.parts, p.item.loose, p.yaw_deg, (p.x_cm, -p.y_cm, p.height_cm)) for p in scene.items]
    atlas, found = gather(owned_parts(scene.fixtures, placed))
    materials = _materials(mi, atlas.picture)
    described: dict[str, Any] = {"type": "scene"}
    panorama = mi.Bitmap(np.ascontiguousarray(scene.panorama, np.float32))
    described["sky"] = {"type": "envmap", "bitmap": panorama, "to_world": _pole_up(mi, 0.0)}
    for kind, surfaces in found.items():
        emitter = _light(mi, atlas.picture, surfaces.uv, surfaces.glow) if kind == "glow" else None
        described[kind] = _shape(mi, kind, surfaces, materials[kind], emitter)
    loaded = mi.load_dict(described)
    kinds = {s.id(): int(np.array(dr.reinterpret_array(mi.UInt32, mi.ShapePtr(s)))[0]) for s in loaded.shapes()}
    return Prepared(loaded, {kind: surfaces.owner for kind, surfaces in found.items()}, kinds)


def render(scene: Scene, samples: int = 12) -> Rendered:
    """Render a scene and filter the noise of few samples.

    Raises:
        MitsubaMissingError: the extra ``[synth]`` is not installed.
    """
    return render_view(prepare(scene), scene.camera, samples, scene.seed)


def render_view(prepared: Prepared, camera: Camera, samples: int, seed: int, light_turn_deg: float = 0.0) -> Rendered:
    """Render what a camera sees of a prepared scene and filter the noise of few samples.

    Args:
        light_turn_deg: turn of the hall's light about the vertical.
    """
    if camera.k1:
        return _bent(render_view(prepared, _wider(camera), samples, seed, light_turn_deg), camera)
    mi = mitsuba()
    fields = mi.traverse(prepared.loaded)
    fields["sky.to_world"] = _pole_up(mi, light_turn_deg)
    fields.update()
    sensor = sensor_of(mi, camera)
    path = mi.load_dict({"type": "path", "max_depth": _DEPTH, "rr_depth": 3})
    light = np.array(mi.render(prepared.loaded, sensor=sensor, spp=samples, integrator=path, seed=seed % 2**31))
    guides = mi.load_dict({"type": "aov", "aovs": "albedo:albedo,normal:sh_normal,depth:depth"})
    hit = np.array(mi.render(prepared.loaded, sensor=sensor, spp=4, integrator=guides, seed=1), dtype=np.float32)
    clean = denoise(light.astype(np.float32), hit[..., :3], hit[..., 3:6], np.ascontiguousarray(hit[..., 6]))
    index, behind_glass = _item_index(mi, prepared, sensor, camera)
    if behind_glass.any():
        # The filter is guided by what a ray meets first; behind a pane that is the pane, and all would be smeared.
        middle = cv2.medianBlur(np.clip(light, 0, 50).astype(np.float32), 3)
        clean[behind_glass] = 0.3 * clean[behind_glass] + 0.7 * middle[behind_glass]
    return Rendered(clean, index)


def seen_items(prepared: Prepared, camera: Camera) -> NDArray[np.int32]:
    """Which item each px of a camera's picture shows, without rendering its light; see ``Rendered.item_index``."""
    if camera.k1:
        wide = _wider(camera)
        index = seen_items(prepared, wide)
        return _bent(Rendered(np.zeros((*index.shape, 3), np.float32), index), camera).item_index
    mi = mitsuba()
    return _item_index(mi, prepared, sensor_of(mi, camera), camera)[0]


def _wider(camera: Camera) -> Camera:
    """The ideal camera that sees all that a bending lens brings into the picture, with the same focal length."""
    w, h = camera.image_wh
    edge = camera.straightened(np.array([[0.0, 0.0], [w, 0.0], [w / 2, 0.0], [0.0, h / 2]]))
    reach = np.abs(edge - camera.middle_px).max(axis=0)
    return replace(camera, k1=0.0, image_wh=(2 * int(np.ceil(reach[0])) + 2, 2 * int(np.ceil(reach[1])) + 2))


def _bent(ideal: Rendered, camera: Camera) -> Rendered:
    """The picture behind the lens, out of the ideal pinhole's."""
    w, h = camera.image_wh
    grid = np.stack(np.meshgrid(np.arange(w) + 0.5, np.arange(h) + 0.5), axis=-1)
    shift = (np.asarray(ideal.radiance.shape[1::-1]) - (w, h)) / 2 - 0.5
    at = (camera.straightened(grid) + shift).astype(np.float32)
    radiance = cv2.remap(ideal.radiance, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    column, row = (np.clip(np.round(at[..., k]).astype(int), 0, ideal.item_index.shape[1 - k] - 1) for k in (0, 1))
    return Rendered(np.asarray(radiance, np.float32), ideal.item_index[row, column])


def _item_index(
    mi: Any, prepared: Prepared, sensor: Any, camera: Camera
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """One ray through the middle of every pixel; what it meets first, looking through panes of the counter.

    Returns:
        index (H, W), and (H, W) where it looked through a pane.
    """
    w, h = camera.image_wh
    x, y = np.meshgrid((np.arange(w) + 0.5) / w, (np.arange(h) + 0.5) / h)
    at = mi.Point2f(mi.Float(x.ravel().astype(np.float32)), mi.Float(y.ravel().astype(np.float32)))
    ray, _ = sensor.sample_ray(0.0, 0.5, at, mi.Point2f(0.5))
    index, pane, met = _first_met(mi, prepared, ray, (h, w))
    if pane.any():
        # From just behind the pane on.
        further = mi.Ray3f(ray(met.t + 0.1), ray.d)
        beyond, _, _ = _first_met(mi, prepared, further, (h, w))
        index = np.where(pane, beyond, index)
    return index, pane


def _first_met(
    mi: Any, prepared: Prepared, ray: Any, hw: tuple[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.bool_], Any]:
    import drjit as dr

    met = prepared.loaded.ray_intersect_preliminary(ray)
    number = np.array(dr.reinterpret_array(mi.UInt32, met.shape)).reshape(hw)
    face = np.array(met.prim_index).reshape(hw)
    index, pane = np.full(hw, -1, np.int32), np.zeros(hw, np.bool_)
    for kind, registered in prepared.kinds.items():
        seen = number == registered
        index[seen] = prepared.owners[kind][face[seen]]
        if kind == "clear":
            pane = seen & (index < 0)
    return index, pane, met
