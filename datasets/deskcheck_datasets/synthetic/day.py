"""Making the rendered day: bursts of pictures of fixed cameras over several windows, with the truth about them.

A burst has three frames over a minute and at most two scenes: people stand otherwise, something lies there for a
moment. What does not change is the same scene; every frame has noise and exposure of its own and goes through H.264.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np

from deskcheck_datasets.synthetic.day_plan import CLOSED, MOMENTS, DayEvent, DayWindow, day_window, moment
from deskcheck_datasets.synthetic.day_record import (
    DAY_FORMAT,
    BurstRecord,
    DayRecord,
    EventRecord,
    FrameRecord,
    WindowRecord,
    read_burst,
    write_burst,
    write_day,
)
from deskcheck_datasets.synthetic.day_scenes import (
    DAY_WH,
    Burst,
    Place,
    burst_of,
    day_layout,
    place_of,
    seen_by,
    tidy_scene,
    visible_share,
)
from deskcheck_datasets.synthetic.developing import Image8, Sensed, compressed, sensed
from deskcheck_datasets.synthetic.hall import view_of, write_layout
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.manifest import generator_version
from deskcheck_datasets.synthetic.render import Rendered, prepare, render_view
from deskcheck_datasets.synthetic.scene import Scene
from deskcheck_datasets.synthetic.truth import Truth
from deskcheck_datasets.synthetic.truth_making import truth_of

SAMPLES = 4
FRAME_S = 30
_QUALITY = 93
_FLICKER = 0.015
# A recorder smooths the noise of its sensors before it compresses the picture.
_KEPT_NOISE = 0.7


def make_day(folder: Path, seed: int, windows: int, *, samples: int = SAMPLES) -> Iterator[str]:
    """Render what is missing of a day; a second call goes on where the first one stopped.

    Args:
        folder: gets ``frames/CODE/*.jpg``, ``layouts/CODE.yaml``, ``references/CODE.jpg`` and, last, ``day.json``.
        seed: of the day.
        windows: how many.
        samples: light paths a pixel.

    Yields:
        Code and number of each finished moment.

    Raises:
        MitsubaMissingError: the extra ``[synth]`` is not installed.
        TruthError: a window has no possible arrangement.
    """
    for name in ("frames", "layouts", "references", "bursts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    records = []
    for number in range(windows):
        day = day_window(seed, number, seen_by(seed, number))
        place = place_of(seed, number, day.window)
        _approve(folder, seed, number, place, samples)
        bursts = []
        for at in range(len(MOMENTS)):
            bursts.append(_burst(folder, seed, number, place, day, at, samples))
            yield f"{day.window.code} {MOMENTS[at]}"
        records.append(_window_record(day, tuple(bursts)))
    write_day(DayRecord(DAY_FORMAT, seed, DAY_WH, samples, generator_version(), tuple(records)), folder)


def _approve(folder: Path, seed: int, number: int, place: Place, samples: int) -> None:
    """The approved layout with its reference picture; the layout comes last."""
    code = place.window.code
    layout = folder / "layouts" / f"{code}.yaml"
    if layout.exists():
        return
    scene = tidy_scene(seed, number, place)
    rendered = render_view(prepare(scene), scene.camera, samples, scene.seed)
    truth = truth_of(scene, rendered, f"{code}.jpg")
    _write(folder / "references" / f"{code}.jpg", _frame(_sensed(seed, number, rendered), seed, number, 99, 0))
    write_layout(layout, replace(day_layout(place.window), views=(replace(view_of(truth), name=view_name(code)),)))


def view_name(code: str) -> str:
    """Name of a window's view."""
    return f"{code}-camera"


def _burst(folder: Path, seed: int, number: int, place: Place, day: DayWindow, at: int, samples: int) -> BurstRecord:
    code = day.window.code
    path = folder / "bursts" / f"{code}-{at:02d}.json"
    if path.exists():
        return read_burst(path)
    burst = burst_of(seed, number, place, day, at)
    rendered = [render_view(prepare(scene), scene.camera, samples, scene.seed) for scene in burst.scenes]
    truths = [truth_of(scene, found, "") for scene, found in zip(burst.scenes, rendered, strict=True)]
    seen = [_sensed(seed, number, found) for found in rendered]
    (folder / "frames" / code).mkdir(exist_ok=True)
    frames = []
    for k, which in enumerate(burst.frames):
        taken_at = moment(at) + timedelta(seconds=k * FRAME_S)
        file = folder / "frames" / code / f"{taken_at:%Y%m%dT%H%M%S%z}.jpg"
        _write(file, _frame(seen[which], seed, number, at, k))
        digest = sha256(file.read_bytes()).hexdigest()
        scene, found = burst.scenes[which], rendered[which]
        shares = {event.name: share for event in day.at(at) if (share := _share(event, scene, found)) is not None}
        covered = _covered_share(truths[which], found)
        name = file.relative_to(folder).as_posix()
        frames.append(FrameRecord(name, taken_at.isoformat(), digest, covered, shares))
    record = _burst_record(day, burst, tuple(frames))
    write_burst(record, path)
    return record


def _burst_record(day: DayWindow, burst: Burst, frames: tuple[FrameRecord, ...]) -> BurstRecord:
    names = tuple(event.name for event in day.at(burst.number))
    taken_at = moment(burst.number).isoformat()
    return BurstRecord(taken_at, burst.number not in CLOSED, names, burst.passing, frames)


def _share(event: DayEvent, scene: Scene, rendered: Rendered) -> float | None:
    """How much is seen of what an event put or moved; None where something is gone."""
    at = _at_cm(event)
    if at is None:
        return None
    wanted, (x, y) = event.kind.item, at
    near = [
        (abs(placed.x_cm - x) + abs(placed.y_cm - y), k)
        for k, placed in enumerate(scene.items)
        if placed.item.class_id == wanted
    ]
    return visible_share(scene, min(near)[1], rendered.item_index)


def _at_cm(event: DayEvent) -> tuple[float, float] | None:
    places = [(x, y) for x, y, _ in event.change.moved.values()] + [stand.at_cm for stand in event.change.added]
    return places[0] if places else None


def _window_record(day: DayWindow, bursts: tuple[BurstRecord, ...]) -> WindowRecord:
    code = day.window.code
    events = []
    for event in sorted(day.events, key=lambda one: one.first):
        begins, ends = (at.isoformat() for at in event.lasts())
        kind = event.kind
        events.append(EventRecord(event.name, kind.rule, kind.item, begins, ends, _at_cm(event), event.counted))
    return WindowRecord(code, view_name(code), f"layouts/{code}.yaml", f"references/{code}.jpg", tuple(events), bursts)


def _sensed(seed: int, number: int, rendered: Rendered) -> Sensed:
    """What the window's camera makes of the light, by its own lens and processor."""
    light = np.clip(np.nan_to_num(rendered.radiance), 0, 50).astype(np.float32)
    seen = sensed(light, Draw((seed, number, 7), held_out=True), night=False)
    return replace(seen, noise=seen.noise * _KEPT_NOISE)


def _frame(seen: Sensed, seed: int, number: int, at: int, k: int) -> Image8:
    """One frame out of the camera's film."""
    rng = np.random.default_rng((seed, number, 8, at, k))
    quantiser = round(Draw((seed, number, 9), held_out=True).uniform(22, 31))
    gain = 1.0 + float(rng.normal(0.0, _FLICKER))
    return compressed([seen.frame(rng, gain), seen.frame(rng, gain)], quantiser)


def _write(path: Path, picture: Image8) -> None:
    part = path.with_suffix(".part.jpg")
    cv2.imwrite(str(part), picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    part.replace(path)


def _covered_share(truth: Truth, rendered: Rendered) -> float:
    """Share of the desk's px that show somebody."""
    desk = np.zeros(rendered.item_index.shape, np.uint8)
    cv2.fillPoly(desk, [np.round(np.asarray(truth.desk_corners_px)).astype(np.int32)], 1)
    people = [k for k, item in enumerate(truth.items) if item.class_id == "person"]
    return round(float(np.isin(rendered.item_index[desk > 0], people).mean()), 3)
