"""Making the demonstration's film: a few rendered scenes, shown frame after frame as a fixed camera records them.

A scene is rendered once; every frame of it gets sensor noise and a flicker of exposure of its own and goes through
H.264 with a frame kept whole at regular times, so that a reader can look at single moments without decoding the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
from deskcheck_calibration.layout import Layout
from numpy.typing import NDArray

from deskcheck_datasets.synthetic.clip_plan import ACTS, CLIP_SEED, NAME, STARTED_AT, VIEW, WINDOW, Act, scenes
from deskcheck_datasets.synthetic.clip_plan import violations_of as breaks
from deskcheck_datasets.synthetic.clip_record import CLIP_FORMAT, Clip, ClipState, read_clip, write_clip
from deskcheck_datasets.synthetic.developing import Image8, Sensed, sensed
from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.hall import layout_of, view_of, write_layout
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.manifest import generator_version
from deskcheck_datasets.synthetic.render import Rendered, prepare, render_view
from deskcheck_datasets.synthetic.scene import Scene
from deskcheck_datasets.synthetic.truth import Truth
from deskcheck_datasets.synthetic.truth_making import truth_of

FRAMES_PER_S = 2
KEYFRAME_S = 2.0
MOST_BYTES = 1_500_000
_FLICKER = 0.012
# A recorder smooths the noise of its sensors before it compresses the picture.
_KEPT_NOISE = 0.6
_SHIFT_PX = 97
_MOST_LOSS = 9.0


def make_clip(folder: Path, scratch: Path, *, samples: int, quantiser: int) -> Iterator[str]:
    """Render what is missing, then write film, record and layout, each checked as it is written.

    Args:
        folder: gets ``clips/NAME.mp4``, ``clips/NAME.json`` and ``layouts/CODE.yaml``.
        scratch: keeps rendered scenes, so that a second call goes on where the first one stopped.
        samples: light paths a pixel.
        quantiser: H.264's constant rate factor.

    Yields:
        The name of each part of the film once it is rendered.

    Raises:
        MitsubaMissingError: the extra ``[synth]`` is not installed.
        TruthError: what was written is not what was meant.
    """
    film, record = folder / "clips" / f"{NAME}.mp4", folder / "clips" / f"{NAME}.json"
    if film.exists() and record.exists():
        return
    for place in (film.parent, folder / "layouts", scratch):
        place.mkdir(parents=True, exist_ok=True)
    pictures, states = [], []
    for act, scene in zip(ACTS, scenes(), strict=True):
        rendered = _rendered(scene, scratch, samples)
        pictures.append(_sensed(rendered))
        states.append(_state(act, scene, rendered, film.name))
        yield act.name
    part = film.with_suffix(".part.mp4")
    _write_film(part, pictures, quantiser)
    check_film(part, pictures)
    part.replace(film)
    write_layout(folder / "layouts" / f"{WINDOW.code}.yaml", clip_layout(states[0].truth))
    clip = Clip(
        CLIP_FORMAT, film.name, sha256(film.read_bytes()).hexdigest(), WINDOW.code, VIEW, STARTED_AT, ACTS[-1].to_s,
        FRAMES_PER_S, KEYFRAME_S, CLIP_SEED, samples, quantiser, generator_version(), tuple(states),
    )  # fmt: skip
    write_clip(clip, record)


def _rendered(scene: Scene, scratch: Path, samples: int) -> Rendered:
    """The scene's light out of the scratch folder, rendered first where it is not there."""
    described = repr((scene.seed, samples, scene.camera, [(p.item.label, p.x_cm, p.y_cm) for p in scene.items]))
    path = scratch / f"{NAME}-{sha256(described.encode()).hexdigest()[:16]}.npz"
    if not path.exists():
        # One seed for all: what does not change has the same noise, as the same light on the same desk.
        found = render_view(prepare(scene), scene.camera, samples, CLIP_SEED)
        part = path.with_suffix(".part.npz")
        np.savez_compressed(part, radiance=found.radiance.astype(np.float16), index=found.item_index.astype(np.int16))
        part.replace(path)
    with np.load(path) as kept:
        return Rendered(kept["radiance"].astype(np.float32), kept["index"].astype(np.int32))


def _sensed(rendered: Rendered) -> Sensed:
    light = _without_specks(np.clip(np.nan_to_num(rendered.radiance), 0, 50).astype(np.float32))
    seen = sensed(light, Draw((CLIP_SEED, 7), held_out=True))
    return replace(seen, noise=seen.noise * _KEPT_NOISE)


def _without_specks(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """(H, W, 3) light without what few light paths leave: single px brighter or darker than all their neighbours."""
    around = np.ones((3, 3), np.uint8)
    around[1, 1] = 0
    low, high = cv2.erode(light, around), cv2.dilate(light, around)
    return np.asarray(np.clip(light, low, high), np.float32)


def _state(act: Act, scene: Scene, rendered: Rendered, film: str) -> ClipState:
    began = datetime.fromisoformat(STARTED_AT) + timedelta(seconds=act.from_s)
    truth = truth_of(scene, rendered, film, breaks(act), began.isoformat())
    return ClipState(act.name, float(act.from_s), float(act.to_s), _covered_share(truth, rendered), truth)


def _covered_share(truth: Truth, rendered: Rendered) -> float:
    """Share of the desk's px that show somebody."""
    desk = np.zeros(rendered.item_index.shape, np.uint8)
    cv2.fillPoly(desk, [np.round(np.asarray(truth.desk_corners_px)).astype(np.int32)], 1)
    people = [k for k, item in enumerate(truth.items) if item.class_id == "person"]
    return round(float(np.isin(rendered.item_index[desk > 0], people).mean()), 3)


@lru_cache(maxsize=1)
def _noise(hw: tuple[int, int]) -> NDArray[np.float32]:
    """(H + S, W + S, 3) noise of unit strength, S px larger than a frame, which cuts a piece of its own out of it."""
    rng, (h, w) = np.random.default_rng((CLIP_SEED, 11)), (side + _SHIFT_PX for side in hw)
    grey, colour = (rng.standard_normal((h, w, n), dtype=np.float32) for n in (1, 3))
    return np.asarray(grey + 0.5 * colour, np.float32)


def frame_of(pictures: list[Sensed], number: int) -> Image8:
    """A frame of the film, (H, W, 3) uint8 BGR, with noise and exposure of its own; the same number, the same frame."""
    rng = np.random.default_rng((CLIP_SEED, 12, number))
    seen = pictures[next(k for k, act in enumerate(ACTS) if number / FRAMES_PER_S < act.to_s)]
    h, w = seen.picture.shape[:2]
    down, right = rng.integers(0, _SHIFT_PX, 2)
    gain = 1.0 + float(rng.normal(0.0, _FLICKER))
    speckle = _noise((h, w))[down : down + h, right : right + w]
    noisy = np.clip(seen.picture * gain, 0, 1) + np.float32(seen.noise) * speckle
    return np.asarray(np.clip(noisy * 255, 0, 255), np.uint8)[..., ::-1].copy()


def _write_film(path: Path, pictures: list[Sensed], quantiser: int) -> None:
    import av

    h, w = pictures[0].picture.shape[:2]
    began = datetime.fromisoformat(STARTED_AT)
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart", "fflags": "+bitexact"}) as out:
        out.metadata["creation_time"] = began.isoformat()
        stream = out.add_stream("libx264", rate=FRAMES_PER_S)
        stream.width, stream.height, stream.pix_fmt = w, h, "yuv420p"
        # One thread: the same bytes on every machine.
        stream.codec_context.thread_count = 1
        tuning = f"threads=1:lookahead-threads=1:sliced-threads=0:bframes=0:scenecut=0:psy=0:ipratio=1.1:{_keyframes()}"
        stream.options = {"crf": str(quantiser), "preset": "medium", "x264-params": tuning}
        for number in range(round(ACTS[-1].to_s * FRAMES_PER_S)):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame_of(pictures, number), format="bgr24")))
        out.mux(stream.encode())


def _keyframes() -> str:
    every = round(KEYFRAME_S * FRAMES_PER_S)
    return f"keyint={every}:min-keyint={every}"


def check_film(path: Path, pictures: list[Sensed]) -> None:
    """Decode the film again and compare it with what was meant.

    Raises:
        TruthError: it is too large, its whole frames are not where they should be, or show something else.
    """
    import av

    if path.stat().st_size > MOST_BYTES:
        raise TruthError(reason=f"{path.name} has {path.stat().st_size} bytes, more than {MOST_BYTES}")
    times, worst = [], 0.0
    with av.open(str(path)) as film:
        film.streams.video[0].codec_context.skip_frame = "NONKEY"
        for frame in film.decode(video=0):
            times.append(float(frame.time or 0.0))
            meant = frame_of(pictures, round(times[-1] * FRAMES_PER_S))
            worst = max(worst, _loss(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8), meant))
    wanted = [float(t) for t in np.arange(0, ACTS[-1].to_s, KEYFRAME_S)]
    if times != wanted:
        raise TruthError(reason=f"{path.name} has whole frames at {times[:5]}..., not at {wanted[:5]}...")
    if worst > _MOST_LOSS:
        raise TruthError(reason=f"a frame of {path.name} is {worst:.1f} grey levels off what was meant")


def _loss(shown: NDArray[np.uint8], meant: Image8) -> float:
    """Mean difference in grey levels, over the noise."""
    one, other = (cv2.GaussianBlur(image, (0, 0), 2.0).astype(np.float32) for image in (shown, meant))
    return float(np.abs(one - other).mean())


def clip_layout(truth: Truth) -> Layout:
    """The window's approved layout, with the film's camera as its view."""
    return replace(layout_of(WINDOW, None), views=(replace(view_of(truth), name=VIEW),))


def frames_at(folder: Path, times_s: list[float]) -> list[tuple[NDArray[np.uint8], Truth]]:
    """Decoded frames of the finished film with their truth, for looking at it."""
    import av

    clip = read_clip(folder / "clips" / f"{NAME}.json")
    found: dict[int, NDArray[np.uint8]] = {}
    wanted = {round(time * clip.frames_per_s) for time in times_s}
    with av.open(str(folder / "clips" / clip.film)) as film:
        for number, frame in enumerate(film.decode(video=0)):
            if number in wanted:
                found[number] = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    return [(found[round(t * clip.frames_per_s)], clip.at(t).truth) for t in times_s]
