"""Building the demonstration hall: scenes of its photos, its layouts, and the truth about both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from deskcheck_calibration.layout import (
    HomeZone,
    Layout,
    Policy,
    PolicyKind,
    PolygonCm,
    ReferenceView,
    Relation,
    Surface,
    SurfaceKind,
    When,
)
from deskcheck_calibration.layout_file import dump_layout, load_layout
from deskcheck_vision.taxonomy import TAXONOMY_VERSION
from shapely.geometry import Polygon

from deskcheck_datasets.synthetic.camera import View, framing_whole_desk
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.hall_plans import AREAS, CENTRE, KINDS, WINDOWS, Photo, Stand, Window
from deskcheck_datasets.synthetic.items.base import Draw, Item
from deskcheck_datasets.synthetic.items.catalogue import BUILDERS
from deskcheck_datasets.synthetic.lights import hall_panorama
from deskcheck_datasets.synthetic.making import take_picture
from deskcheck_datasets.synthetic.placing import Placed, faults
from deskcheck_datasets.synthetic.scene import Scene, desk_polygon
from deskcheck_datasets.synthetic.surroundings import counter, room
from deskcheck_datasets.synthetic.truth import Truth, Violation, read_truth, write_truth
from deskcheck_datasets.synthetic.writing import write_whole

HALL_WH = (1600, 1200)
HALL_SEED = 7_000_000
_VIEW = View(
    elevation_deg=(36, 52), distance_cm=(75, 95), staff_side=1.0, azimuth_deg=24, aim_spread=0.04, roll_deg=2.5
)
# A monitor is wide but stands on a small foot: its place is known less well than that of other things.
_MONITOR_TOLERANCE_CM = 12.0
_TOP_NAMES = {"riser_top": SurfaceKind.RISER_TOP, "machine_top": SurfaceKind.MACHINE_TOP}


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo's scene and what it breaks."""

    window: Window
    photo: Photo
    scene: Scene
    violations: tuple[Violation, ...]


def stand_items(window: Window, stands: tuple[Stand, ...]) -> tuple[Placed, ...]:
    """Build and place the things of a window.

    Raises:
        TruthError: they float or intersect.
    """
    placed: list[Placed] = []
    at: dict[str, int] = {}
    for stand in stands:
        item = _built(stand.kind, stand.seed)
        x, y = stand.at_cm
        if stand.on:
            below = placed[at[stand.on]]
            top = below.item.tops[0]
            where = Placed(item, x, y, stand.yaw_deg, below.height_cm + top.height_cm, top.name, at[stand.on])
        else:
            where = Placed(item, x, y, stand.yaw_deg)
        at[stand.key] = len(placed)
        placed.append(where)
    wrong = faults(tuple(placed), window.desk_wh_cm)
    if wrong:
        raise TruthError(reason=f"window {window.code}: {'; '.join(wrong)}")
    return tuple(placed)


@lru_cache(maxsize=128)
def _built(kind: str, seed: int) -> Item:
    """A stand's thing: one of the hall's own kinds, or any of a taxonomy class."""
    build = KINDS.get(kind) or BUILDERS[kind]
    return build(Draw((HALL_SEED, seed), held_out=True))


def stands_in(window: Window, photo: Photo) -> tuple[Stand, ...]:
    """What stands where when a photo is taken."""
    kept = []
    for stand in window.stands:
        if stand.key in photo.gone:
            continue
        x, y, yaw = photo.moved.get(stand.key, (*stand.at_cm, stand.yaw_deg))
        kept.append(replace(stand, at_cm=(x, y), yaw_deg=yaw))
    return (*kept, *photo.added)


def shot(window: Window, photo: Photo) -> Shot:
    """The scene of one photo."""
    fixed = Draw((HALL_SEED, window.seed), held_out=True)
    fixtures = (*counter(fixed, window.desk_wh_cm, "flush"), *room(fixed, window.desk_wh_cm, camera_on_staff_side=True))
    panorama = hall_panorama(fixed)
    hand = Draw((HALL_SEED, window.seed, photo.seed), held_out=True)
    camera = framing_whole_desk(hand, window.desk_wh_cm, HALL_WH, _VIEW, 30)
    items = stand_items(window, stands_in(window, photo))
    scene = Scene(HALL_SEED + window.seed * 100 + photo.seed, window.desk_wh_cm, items, fixtures, panorama, camera)
    return Shot(window, photo, scene, tuple(Violation(rule, item) for rule, item in photo.planted))


def shots() -> tuple[Shot, ...]:
    """All photos of the hall."""
    return tuple(shot(window, photo) for window in WINDOWS for photo in window.photos)


def _polygon(shape: Polygon) -> PolygonCm:
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in shape.exterior.coords[:-1])


def _desk_shape(placed: Placed, shape: Polygon) -> Polygon:
    """A shape in an item's own plane, in desk cm."""
    return Polygon([(x, -y) for x, y in placed.to_world(shape).exterior.coords])


def home_zones(window: Window) -> tuple[HomeZone, ...]:
    """Rectangles around where the things should stand, as wide as their margin."""
    zones = []
    for stand, placed in zip(window.stands, stand_items(window, window.stands), strict=True):
        if stand.margin_cm is None:
            continue
        wide = placed.footprint_desk().buffer(stand.margin_cm, join_style="mitre").minimum_rotated_rectangle
        outline = wide.intersection(desk_polygon(window.desk_wh_cm).buffer(-0.1))
        returns = window.cup_returns and placed.item.class_id == "cup"
        tolerance = _MONITOR_TOLERANCE_CM if placed.item.class_id == "monitor" else None
        zone = HomeZone(
            stand.key, placed.item.class_id, _polygon(outline), int(stand.required), 1, tolerance, When.ALWAYS, returns
        )
        zones.append(zone)
    return tuple(zones)


def surfaces(window: Window) -> tuple[Surface, ...]:
    """Main counter, low cabinet's panel, and the tops of risers and machines."""
    w, d = window.desk_wh_cm
    x0 = window.cabinet_x_cm
    found = [Surface("main", SurfaceKind.MAIN_COUNTER, ((x0, 0.0), (w, 0.0), (w, d), (x0, d)))]
    if x0:
        found.append(Surface("cabinet", SurfaceKind.LOW_CABINET, ((0.0, 0.0), (x0, 0.0), (x0, d), (0.0, d))))
    for stand, placed in zip(window.stands, stand_items(window, window.stands), strict=True):
        for top in placed.item.tops:
            outline = _polygon(_desk_shape(placed, top.polygon))
            found.append(Surface(f"{stand.key}_top", _TOP_NAMES[top.name], outline, round(top.height_cm, 1)))
    return tuple(found)


def layout_of(window: Window, reference: Truth | None) -> Layout:
    """The approved layout of a window, with the reference photo's corners where it has been taken."""
    policies = [Policy(name, PolicyKind.ALLOWED) for name in window.allowed]
    policies += [Policy("monitor_riser", PolicyKind.ALLOWED), Policy("document_camera", PolicyKind.ALLOWED)]
    if window.cabinet_x_cm:
        policies.append(Policy("printer", PolicyKind.ALLOWED, "cabinet"))
    relations: tuple[Relation, ...] = ()
    if window.camera_gap_cm is not None:
        relations = (Relation("camera_beside_monitor", "document_camera", "monitor", window.camera_gap_cm),)
    views: tuple[ReferenceView, ...] = ()
    if reference is not None:
        views = (view_of(reference),)
    return Layout(
        window.code,
        1,
        window.desk_wh_cm,
        TAXONOMY_VERSION,
        edge_clearance_cm=window.edge_clearance_cm,
        surfaces=surfaces(window),
        zones=home_zones(window),
        relations=relations,
        policies=tuple(policies),
        views=views,
    )


def view_of(truth: Truth) -> ReferenceView:
    """A photo's corners as the layout file keeps them."""
    a, b, c, d = ((round(p[0], 1), round(p[1], 1)) for p in truth.desk_corners_px)
    return ReferenceView(truth.picture, truth.image_wh, (a, b, c, d))


def write_layout(path: Path, layout: Layout) -> None:
    """Write a layout.

    Raises:
        TruthError: it would not be read back as it was written.
    """
    text = dump_layout(layout)
    if load_layout(text) != layout:
        raise TruthError(reason=f"layout {layout.window} is not read back as it was written")
    write_whole(path, text)


def write_layouts(folder: Path, truths: dict[str, Truth]) -> None:
    """Write ``layouts/<code>.yaml`` for every window and read each back."""
    (folder / "layouts").mkdir(parents=True, exist_ok=True)
    for window in WINDOWS:
        layout = layout_of(window, None)
        views = tuple(view_of(truths[p.name]) for p in window.photos if p.name in truths)
        write_layout(folder / "layouts" / f"{window.code}.yaml", replace(layout, views=views))


def hall_values(truths: dict[str, Truth]) -> dict[str, Any]:
    """What ``hall.json`` holds: centre, windows, their photos and what each of them breaks."""
    code, zh, en = CENTRE
    return {
        "format": "1",
        "centre": {"code": code, "name_zh": zh, "name_en": en},
        "windows": [{**window_values(window), "photos": _photos(window, truths)} for window in WINDOWS],
    }


def window_values(window: Window) -> dict[str, Any]:
    """What ``hall.json`` holds of a window, but for its pictures."""
    area_zh, area_en = AREAS[window.area]
    return {
        "code": window.code,
        "name_zh": window.name_zh,
        "name_en": window.name_en,
        "area_zh": area_zh,
        "area_en": area_en,
        "desk_wh_cm": list(window.desk_wh_cm),
        "layout": f"layouts/{window.code}.yaml",
    }


def _photos(window: Window, truths: dict[str, Truth]) -> list[dict[str, Any]]:
    return [_photo_values(photo, truths.get(photo.name)) for photo in window.photos]


def _photo_values(photo: Photo, truth: Truth | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "file": f"photos/{photo.name}.jpg",
        "captured_at": photo.captured_at,
        "reference": photo.reference,
        "planted": [{"rule": rule, "item": item} for rule, item in photo.planted],
    }
    if truth is not None:
        values["corners_px"] = [[round(v, 1) for v in corner] for corner in truth.desk_corners_px]
    return values


def write_hall(folder: Path, truths: dict[str, Truth]) -> None:
    """Write ``hall.json`` and the layouts."""
    write_layouts(folder, truths)
    write_whole(folder / "hall.json", json.dumps(hall_values(truths), ensure_ascii=False, indent=1) + "\n")


def take_hall(folder: Path, truth_folder: Path, *, samples: int, quality: int) -> Iterator[str]:
    """Render the photos that are missing and write everything about the hall.

    Args:
        folder: gets ``photos/``, ``layouts/`` and ``hall.json``.
        truth_folder: gets one truth record a photo.

    Yields:
        The name of each photo.
    """
    (folder / "photos").mkdir(parents=True, exist_ok=True)
    truth_folder.mkdir(parents=True, exist_ok=True)
    truths: dict[str, Truth] = {}
    for one in shots():
        record, picture = truth_folder / f"{one.photo.name}.json", folder / "photos" / f"{one.photo.name}.jpg"
        if not (record.exists() and picture.exists()):
            truth = take_picture(
                one.scene, picture, samples=samples, quality=quality, held_out=True, violations=one.violations
            )
            write_truth(truth, record)
        truths[one.photo.name] = read_truth(record)
        yield one.photo.name
    write_hall(folder, truths)
