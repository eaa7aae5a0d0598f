"""What a camera makes of the light: a phone's bright, sharpened picture, or a ceiling camera's compressed video frame.

No camera records light as it is. Phones raise shadows, sharpen and smooth; surveillance cameras sharpen harder, are
noisier, clip lamps, turn grey at night and pass every frame through H.264.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib.util import find_spec

import cv2
import numpy as np
from numpy.typing import NDArray

from deskcheck_datasets.synthetic.items.base import Draw

Image8 = NDArray[np.uint8]
Float32 = NDArray[np.float32]

_FRAMES = 3
_PER_SECOND = 12


def develop(radiance: Float32, draw: Draw, kind: str = "phone") -> Image8:
    """Turn light into a picture.

    Args:
        radiance: (H, W, 3) linear RGB.
        draw: exposure, colour cast, noise and compression.
        kind: ``phone`` or ``ceiling``.

    Returns:
        (H, W, 3) uint8 BGR.
    """
    light = np.asarray(np.clip(np.nan_to_num(radiance), 0, 50), np.float32)
    return _ceiling(light, draw) if kind == "ceiling" else _phone(light, draw)


def _exposed(light: Float32, target: float) -> Float32:
    """Metered as cameras do: between the median and the mean, so that bright parts pull the exposure down."""
    grey = np.minimum(light.mean(axis=2), 12.0)
    level = 0.7 * float(np.median(grey)) + 0.3 * float(grey.mean())
    return np.asarray(light * (target / max(level, 1e-3)), np.float32)


def _bloom(light: Float32, strength: float) -> Float32:
    """Glare: what is far too bright spreads over its surroundings."""
    over = np.clip(light - 1.2, 0, 8)
    if strength <= 0 or not over.any():
        return light
    small = cv2.resize(over, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    wide = cv2.GaussianBlur(small, (0, 0), 3.0) * 0.6 + cv2.GaussianBlur(small, (0, 0), 14.0) * 0.4
    spread = cv2.resize(wide, light.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(light + strength * spread, np.float32)


def _vignetted(light: Float32, most: float) -> Float32:
    h, w = light.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    off = ((x - w / 2) ** 2 + (y - h / 2) ** 2) / (w**2 + h**2) * 4
    return np.asarray(light * (1 - most * off)[..., None], np.float32)


def _toned(light: Float32, contrast: float) -> Float32:
    """A film-like curve, display gamma and an S of contrast."""
    curved = light * (1 + light / 9) / (1 + light * 0.62)
    toned = np.clip(curved, 0, 1) ** np.float32(1 / 2.2)
    return np.asarray(toned + contrast * (toned * toned * (3 - 2 * toned) - toned), np.float32)


def _saturated(toned: Float32, factor: float) -> Float32:
    grey = toned.mean(axis=2, keepdims=True)
    return np.asarray(np.clip(grey + (toned - grey) * factor, 0, 1), np.float32)


def _smeared(toned: Float32, length_px: float, angle_deg: float) -> Float32:
    """A shaken hand."""
    size = int(np.ceil(length_px)) | 1
    if size < 3:
        return toned
    line = np.zeros((size, size), np.float32)
    c = size // 2
    dx, dy = c * np.cos(np.radians(angle_deg)), c * np.sin(np.radians(angle_deg))
    cv2.line(line, (round(c - dx), round(c - dy)), (round(c + dx), round(c + dy)), 1.0, 1, cv2.LINE_AA)
    return np.asarray(cv2.filter2D(toned, -1, line / line.sum()), np.float32)


def _phone(light: Float32, draw: Draw) -> Image8:
    light = _exposed(light, draw.uniform(0.27, 0.5) * (draw.free(0.45, 0.8) if draw.chance(0.12) else 1.0))
    light = _bloom(light, draw.uniform(0.0, 0.25))
    cast, green = draw.uniform(-0.09, 0.09), draw.uniform(-0.02, 0.02)
    light = light * np.array([1 + cast, 1 + green, 1 - cast], np.float32)
    toned = _toned(_vignetted(light, draw.uniform(0.0, 0.22)), draw.uniform(0.35, 1.35))
    toned = _saturated(toned, draw.uniform(0.95, 1.5))
    if draw.chance(0.12):
        toned = _smeared(toned, draw.free(2.0, 5.0), draw.free(0, 180))
    soft = cv2.GaussianBlur(toned, (0, 0), draw.uniform(0.35, 0.8))
    crisp = soft + draw.uniform(0.2, 0.8) * (soft - cv2.GaussianBlur(soft, (0, 0), 1.6))
    grain = draw.rng.normal(0, draw.uniform(0.002, 0.014), crisp.shape)
    return _bytes(crisp + grain)


def _bytes(rgb: NDArray[np.floating]) -> Image8:
    return np.asarray(np.clip(rgb * 255, 0, 255), np.uint8)[..., ::-1].copy()


@dataclass(frozen=True, slots=True)
class Sensed:
    """What a ceiling camera's lens and processor make of the light, before the sensor's noise.

    Attributes:
        picture: (H, W, 3) RGB, about 0 to 1.
        noise: sigma of the noise that all colours share; each has half of it on top.
    """

    picture: Float32
    noise: float

    def frame(self, rng: np.random.Generator, gain: float = 1.0) -> Image8:
        """One frame with noise of its own.

        Args:
            rng: of the noise.
            gain: how much brighter than usual this frame is exposed.

        Returns:
            (H, W, 3) uint8 BGR.
        """
        h, w = self.picture.shape[:2]
        speckle = rng.normal(0, self.noise, (h, w, 1)) + rng.normal(0, self.noise * 0.5, (h, w, 3))
        return _bytes(np.clip(self.picture * gain, 0, 1) + speckle)


def sensed(light: Float32, draw: Draw, *, night: bool | None = None) -> Sensed:
    """What a ceiling camera sees of the light; the same draws give the same camera.

    Args:
        light: (H, W, 3) linear RGB, finite and not negative.
        draw: night, exposure, colour cast, lens and sharpening.
        night: whether it sees by its own infra-red lamps; None: one in ten does.
    """
    night = draw.chance(0.1) if night is None else night
    light = _exposed(light, draw.uniform(0.2, 0.5))
    light = _bloom(light, draw.uniform(0.05, 0.5))
    cast, green = draw.uniform(-0.11, 0.11), draw.uniform(-0.04, 0.05)
    light = light * np.array([1 + cast, 1 + green, 1 - cast], np.float32)
    h, w = light.shape[:2]
    if night:
        # Infra-red lamps beside the lens: grey, bright in the middle, colours reflect nearly alike.
        grey = light.mean(axis=2, keepdims=True) ** np.float32(0.75)
        light = np.asarray(np.repeat(_vignetted(np.asarray(grey * 1.3, np.float32), 0.7), 3, axis=2), np.float32)
    toned = _toned(_vignetted(light, draw.uniform(0.0, 0.3)), draw.uniform(0.3, 1.0))
    toned = _saturated(toned, 1.0 if night else draw.uniform(0.7, 1.2))
    shrink = draw.uniform(0.62, 1.0)
    small = cv2.resize(toned, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    soft = np.asarray(cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC), np.float32)
    crisp = soft + draw.uniform(0.2, 1.3) * (soft - cv2.GaussianBlur(soft, (0, 0), 1.8))
    noise = draw.uniform(0.004, 0.022) * (2.0 if night else 1.0)
    return Sensed(crisp, noise * (0.4 if night else 1.0) ** 0.5)


def _ceiling(light: Float32, draw: Draw) -> Image8:
    seen = sensed(light, draw)
    frames = [seen.frame(draw.rng) for _ in range(_FRAMES)]
    return compressed(frames, round(draw.uniform(24, 38)))


def compressed(frames: list[Image8], quantiser: int) -> Image8:
    """The last of several frames after video compression.

    With the package ``av`` by H.264; without it by JPEG of about the same coarseness.

    Args:
        frames: each (H, W, 3) uint8 BGR, even sides.
        quantiser: H.264's constant rate factor, 18 (hardly seen) to 40 (coarse).
    """
    if find_spec("av") is None:
        quality = int(np.clip(95 - (quantiser - 18) * 3.2, 12, 95))
        encoded = cv2.imencode(".jpg", frames[-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
    return _h264(frames, quantiser)


def compression() -> str:
    """Which compression ``compressed`` applies here: ``h264`` or ``jpeg``."""
    return "jpeg" if find_spec("av") is None else "h264"


def _h264(frames: list[Image8], quantiser: int) -> Image8:
    import av

    h, w = frames[0].shape[:2]
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=_PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = w, h, "yuv420p"
        # One thread: the same bytes on every machine.
        stream.codec_context.thread_count = 1
        tuning = "threads=1:lookahead-threads=1:sliced-threads=0:bframes=0:deterministic=1"
        stream.options = {"crf": str(quantiser), "preset": "veryfast", "x264-params": tuning}
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="bgr24")))
        out.mux(stream.encode())
    film.seek(0)
    with av.open(film, "r") as back:
        last = [frame.to_ndarray(format="bgr24") for frame in back.decode(video=0)][-1]
    return np.asarray(last, np.uint8)
