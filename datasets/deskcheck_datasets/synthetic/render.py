"""Rendering with Mitsuba 3: picture, and which item each pixel shows. Only this module imports Mitsuba."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from deskcheck_datasets.synthetic.denoise import denoise
from deskcheck_datasets.synthetic.errors import MitsubaMissingError
from deskcheck_datasets.synthetic.items.base import Draw, Material, Part
from deskcheck_datasets.synthetic.mesh import corner_normals
from deskcheck_datasets.synthetic.scene import Scene

_LLVM_PLACES = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
_DEPTH = 6


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


def _bitmap(mi: Any, texture: NDArray[np.uint8]) -> dict[str, Any]:
    return {"type": "bitmap", "bitmap": mi.Bitmap(np.ascontiguousarray(texture)), "filter_type": "bilinear"}


def _colour(mi: Any, material: Material) -> dict[str, Any]:
    if material.texture is not None:
        return _bitmap(mi, material.texture)
    linear = np.asarray(material.rgb) ** 2.2
    return {"type": "rgb", "value": [float(c) for c in np.clip(linear, 0.002, 0.93)]}


def _bsdf(mi: Any, material: Material) -> dict[str, Any]:
    """Mitsuba's description of a material."""
    if material.clear:
        tint = [float(c) for c in material.rgb]
        return {"type": "thindielectric", "int_ior": 1.45, "specular_transmittance": {"type": "rgb", "value": tint}}
    surface = {
        "type": "principled",
        "base_color": _colour(mi, material),
        "roughness": max(material.roughness, 0.05),
        "metallic": material.metallic,
        "specular": material.specular,
        "clearcoat": material.clearcoat,
        "clearcoat_gloss": 0.9,
    }
    return {"type": "twosided", "bsdf": surface}


def _shape(mi: Any, name: str, part: Part, yaw_deg: float, shift: tuple[float, float, float]) -> Any:
    """A Mitsuba mesh with split corners, so that each face corner has its own normal."""
    mesh = part.mesh.turned("z", yaw_deg).moved(*shift)
    corners = mesh.faces.reshape(-1)
    props = mi.Properties()
    props["mesh_bsdf"] = mi.load_dict(_bsdf(mi, part.material))
    if part.material.glow > 0:
        props["mesh_emitter"] = mi.load_dict(
            {"type": "area", "radiance": _glow(mi, part.material), "sampling_weight": 0.05}
        )
    shape = mi.Mesh(
        name, len(corners), len(mesh.faces), has_vertex_normals=True, has_vertex_texcoords=True, props=props
    )
    fields = mi.traverse(shape)
    fields["vertex_positions"] = np.ascontiguousarray(mesh.vertices[corners], np.float32).ravel()
    fields["vertex_normals"] = np.ascontiguousarray(corner_normals(mesh), np.float32).ravel()
    uv = mesh.uv[corners] * [1.0, -1.0] + [0.0, 1.0]
    fields["vertex_texcoords"] = np.ascontiguousarray(uv, np.float32).ravel()
    fields["faces"] = np.arange(len(corners), dtype=np.uint32)
    fields.update()
    shape.set_id(name)
    return shape


def _glow(mi: Any, material: Material) -> dict[str, Any]:
    if material.texture is None:
        return {"type": "rgb", "value": [float(c) * material.glow for c in material.rgb]}
    linear = (material.texture.astype(np.float32) / 255) ** 2.2 * material.glow
    return {"type": "bitmap", "bitmap": mi.Bitmap(np.ascontiguousarray(linear)), "raw": True}


def _sensor(mi: Any, scene: Scene) -> dict[str, Any]:
    camera = scene.camera
    w, h = camera.image_wh
    up = [float(c) for c in camera.up()]
    look = mi.ScalarTransform4f().look_at(origin=list(camera.position_cm), target=list(camera.target_cm), up=up)
    film = {"type": "hdrfilm", "width": w, "height": h, "rfilter": {"type": "box"}, "pixel_format": "rgb"}
    return {"type": "perspective", "fov_axis": "x", "fov": camera.hfov_deg, "to_world": look, "near_clip": 1.0,
            "far_clip": 5000.0, "film": film, "sampler": {"type": "independent"}}  # fmt: skip


def mitsuba_scene(scene: Scene) -> tuple[Any, list[int]]:
    """The Mitsuba scene, and for each of its shapes the item it belongs to (-1: counter, room, or a cord)."""
    mi = mitsuba()
    described: dict[str, Any] = {"type": "scene", "sensor": _sensor(mi, scene)}
    pole_up = mi.ScalarTransform4f().rotate([1, 0, 0], 90)
    panorama = mi.Bitmap(np.ascontiguousarray(scene.panorama, np.float32))
    described["sky"] = {"type": "envmap", "bitmap": panorama, "to_world": pole_up}
    for k, part in enumerate(scene.fixtures):
        described[f"f{k:03d}"] = _shape(mi, f"f{k:03d}", part, 0.0, (0.0, 0.0, 0.0))
    for i, placed in enumerate(scene.items):
        for k, part in enumerate(placed.item.parts):
            name = f"{'c' if k in placed.item.loose else 'i'}{i:03d}_{k:03d}"
            described[name] = _shape(mi, name, part, placed.yaw_deg, (placed.x_cm, -placed.y_cm, placed.height_cm))
    loaded = mi.load_dict(described)
    owners = [int(s.id()[1:4]) if s.id().startswith("i") else -1 for s in loaded.shapes()]
    return loaded, owners


def render(scene: Scene, samples: int = 12) -> Rendered:
    """Render a scene and filter the noise of few samples.

    Raises:
        MitsubaMissingError: the extra ``[synth]`` is not installed.
    """
    mi = mitsuba()
    loaded, owners = mitsuba_scene(scene)
    path = mi.load_dict({"type": "path", "max_depth": _DEPTH, "rr_depth": 4})
    light = np.array(mi.render(loaded, spp=samples, integrator=path, seed=scene.seed % 2**31), dtype=np.float32)
    guides = mi.load_dict({"type": "aov", "aovs": "albedo:albedo,normal:sh_normal,depth:depth"})
    hit = np.array(mi.render(loaded, spp=8, integrator=guides, seed=1), dtype=np.float32)
    clean = denoise(light, hit[..., :3], hit[..., 3:6], np.ascontiguousarray(hit[..., 6]))
    return Rendered(clean, _item_index(mi, loaded, owners, scene))


def _item_index(mi: Any, loaded: Any, owners: list[int], scene: Scene) -> NDArray[np.int32]:
    """One ray through the middle of every pixel; what it meets first."""
    w, h = scene.camera.image_wh
    x, y = np.meshgrid((np.arange(w) + 0.5) / w, (np.arange(h) + 0.5) / h)
    import drjit as dr

    at = mi.Point2f(mi.Float(x.ravel().astype(np.float32)), mi.Float(y.ravel().astype(np.float32)))
    ray, _ = loaded.sensors()[0].sample_ray(0.0, 0.5, at, mi.Point2f(0.5))
    met = loaded.ray_intersect_preliminary(ray)
    number = np.array(dr.reinterpret_array(mi.UInt32, met.shape)).reshape(h, w)
    table = np.full(int(number.max()) + 2, -1, np.int32)
    for shape, owner in zip(loaded.shapes(), owners, strict=True):
        registered = int(np.array(dr.reinterpret_array(mi.UInt32, mi.ShapePtr(shape)))[0])
        if registered < len(table):
            table[registered] = owner
    return np.asarray(table[number], np.int32)


def develop(rendered: Rendered, draw: Draw) -> NDArray[np.uint8]:
    """What a phone makes of the light: exposure, white balance, tone curve, vignette, noise, sharpening.

    Returns:
        (H, W, 3) uint8 BGR.
    """
    light = np.clip(np.nan_to_num(rendered.radiance), 0, 50)
    level = float(np.median(light.mean(axis=2)))
    light = light * (draw.uniform(0.26, 0.42) / max(level, 1e-3))
    cast = draw.uniform(-0.05, 0.05)
    light = light * np.array([1 + cast, 1.0, 1 - cast], np.float32)
    h, w = light.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    off = ((x - w / 2) ** 2 + (y - h / 2) ** 2) / (w**2 + h**2) * 4
    light = light * (1 - draw.uniform(0.0, 0.22) * off)[..., None]
    curved = light * (1 + light / 9) / (1 + light * 0.62)
    toned = np.clip(curved, 0, 1) ** (1 / 2.2)
    toned += draw.uniform(0.25, 0.85) * (toned * toned * (3 - 2 * toned) - toned)
    grey = toned.mean(axis=2, keepdims=True)
    toned = np.clip(grey + (toned - grey) * draw.uniform(1.0, 1.3), 0, 1)
    soft = cv2.GaussianBlur(toned, (0, 0), draw.uniform(0.35, 0.75))
    crisp = soft + draw.uniform(0.2, 0.7) * (soft - cv2.GaussianBlur(soft, (0, 0), 1.6))
    grain = draw.rng.normal(0, draw.uniform(0.002, 0.012), crisp.shape)
    return np.asarray(np.clip((crisp + grain) * 255, 0, 255), np.uint8)[..., ::-1].copy()
