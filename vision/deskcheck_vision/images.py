"""Untrusted picture bytes in, one clean BGR array out.

The header is read and every limit checked before a pixel is decoded. JPEG, PNG and WebP are decoded by OpenCV, which
is about three times as fast as Pillow; print colours (CMYK) by Pillow and HEIC by pillow-heif. The orientation is
applied here and the EXIF, which may hold the place and the owner's name, is dropped.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from typing import Any

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import JpegImagePlugin

from deskcheck_vision.containers import PictureFormat, PictureHeader, read_header
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.errors import (
    DamagedPictureError,
    EmptyPictureError,
    PictureTooSmallError,
    TooManyBytesError,
    TooManyPixelsError,
)
from deskcheck_vision.exif import CHINA, Exif, read_exif

__all__ = ["Picture", "PictureFormat", "PictureLimits", "decode_picture", "encode_jpeg"]

_KEPT_BYTES = 31 << 20  # just under the largest threshold of glibc
# Diagonal of a 36 x 24 mm frame: CIPA DCG-001 defines the 35 mm equivalent by the angle of view across the diagonal.
_FILM_DIAGONAL_MM = math.hypot(36, 24)


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What is still decoded.

    Attributes:
        max_bytes: size of the file.
        max_pixels: width times height.
        min_side_px: the shorter side.
    """

    max_bytes: int = 30_000_000
    max_pixels: int = 100_000_000
    min_side_px: int = 64


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture.

    Attributes:
        image: (H, W, 3) uint8, BGR, orientation applied, read-only.
        format: what the file was.
        image_wh: width and height in px.
        taken_at: aware time from the EXIF, None where unknown; a phone's clock, so not proof of anything.
        focal_px: focal length in px estimated from the EXIF's 35 mm equivalent, None where unknown; a crop or
            a digital zoom after the shot makes it too small.
    """

    image: Uint8Array
    format: PictureFormat
    image_wh: tuple[int, int]
    taken_at: datetime | None
    focal_px: float | None


def decode_picture(data: bytes, limits: PictureLimits = PictureLimits(), camera_zone: tzinfo = CHINA) -> Picture:
    """Decode and validate picture bytes from anywhere.

    Args:
        data: the file's bytes.
        limits: checked before decoding.
        camera_zone: zone of the camera's clock where the EXIF gives no offset.

    Raises:
        PictureError: one of its subclasses, see ``deskcheck_vision.errors``.
    """
    _keep_freed_memory()
    if not data:
        raise EmptyPictureError()
    if len(data) > limits.max_bytes:
        raise TooManyBytesError(size_mb=_megabytes(len(data)), limit_mb=_megabytes(limits.max_bytes))
    header = read_header(data)
    if header.format is PictureFormat.HEIC:
        image, exif = _decode_heic(data, limits, camera_zone)
    else:
        _check_size(header.stored_wh, limits)
        exif = read_exif(header.exif, camera_zone)
        image = _apply_orientation(_decode(data, header), exif.orientation)
    image_wh = (image.shape[1], image.shape[0])
    focal_px = None if exif.focal_35mm is None else exif.focal_35mm * math.hypot(*image_wh) / _FILM_DIAGONAL_MM
    image.flags.writeable = False
    return Picture(image, header.format, image_wh, exif.taken_at, focal_px)


def encode_jpeg(image: Uint8Array, quality: int = 88) -> bytes:
    """Encode a picture as JPEG, without any metadata.

    Args:
        image: (H, W, 3) uint8, BGR.
        quality: 1 to 100.

    Raises:
        ValueError: the array is not such an image, or the quality is out of range.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or image.size == 0:
        raise ValueError(f"expected an (H, W, 3) uint8 image, got {image.shape} {image.dtype}")
    if not 1 <= quality <= 100:
        raise ValueError(f"quality must be 1 to 100, got {quality}")
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


@cache
def _keep_freed_memory() -> None:
    """Have the C library keep freed blocks of a picture's size for the next picture, once a process.

    glibc maps blocks above a threshold (128 KiB, raised to the size of any mapped block that is freed, 32 MiB at most)
    and hands them back when freed. Photos of one phone are all of one size, so every one would be mapped anew, page by
    page: 1,500 page faults and 5 ms for 1080p, as long as decoding it. One freed block of nearly the largest size
    raises the threshold for good; it is never written to, so it costs address space alone. Other C libraries are not
    concerned. (glibc, malloc/malloc.c, "Threshold adjustment"; mallopt(3), M_MMAP_THRESHOLD.)
    """
    np.empty(_KEPT_BYTES, np.uint8)


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f}"


def _check_size(wh: tuple[int, int], limits: PictureLimits) -> None:
    width, height = wh
    if width * height > limits.max_pixels:
        raise TooManyPixelsError(width=width, height=height, limit_mpx=f"{limits.max_pixels / 1e6:g}")
    if min(wh) < limits.min_side_px:
        raise PictureTooSmallError(width=width, height=height, limit_px=limits.min_side_px)


def _decode(data: bytes, header: PictureHeader) -> Uint8Array:
    if header.cmyk:
        return _decode_cmyk(data, header)
    # 16-bit pictures come as 8-bit with IMREAD_COLOR; transparency is lost with it, so it needs the raw planes.
    flags = cv2.IMREAD_UNCHANGED if header.has_alpha else cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as exc:  # pragma: no cover -- damage comes as None; this is what it may throw beyond that
        raise DamagedPictureError(format=header.format) from exc
    if image is None or image.shape[:2] != header.stored_wh[::-1]:
        raise DamagedPictureError(format=header.format)
    return _over_white(image) if header.has_alpha else np.asarray(image, np.uint8)


def _decode_cmyk(data: bytes, header: PictureHeader) -> Uint8Array:
    try:
        # The plugin itself rather than Image.open: its check against bombs warns, ours has already refused.
        pillow = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        # A second frame header may contradict the first one: then the shapes do not fit.
        cmyk = np.asarray(pillow).reshape(*header.stored_wh[::-1], 4)
    except (OSError, SyntaxError, ValueError) as exc:
        raise DamagedPictureError(format=header.format) from exc
    # Pillow takes every CMYK JPEG for an inverted one as Adobe writes them; without Adobe's marker it is not.
    ink = (cmyk if header.adobe else 255 - cmyk).astype(np.uint16)
    paper = 255 - ink[..., 2::-1]
    return ((paper * (255 - ink[..., 3:]) + 127) // 255).astype(np.uint8)


def _over_white(image: NDArray[Any]) -> Uint8Array:
    """Return (H, W) grey, (H, W, 3) or (H, W, 4) of 8 or 16 bits as (H, W, 3) uint8, transparency over white."""
    if image.dtype == np.uint16:
        image = (image >> 8).astype(np.uint8)
    if image.ndim == 2:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8)
    if image.shape[2] == 3:
        return image
    alpha = image[..., 3:].astype(np.uint16)
    return ((image[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def _decode_heic(data: bytes, limits: PictureLimits, camera_zone: tzinfo) -> tuple[Uint8Array, Exif]:
    try:
        heif = pillow_heif.open_heif(data, convert_hdr_to_8bit=True, bgr_mode=True)
        _check_size(heif.size, limits)
        planes = np.asarray(heif)
        block = heif.info.get("exif") or b""
    except (ValueError, EOFError, SyntaxError, RuntimeError, OSError) as exc:
        raise DamagedPictureError(format=PictureFormat.HEIC) from exc
    # The file's own rotation and mirroring are applied by libheif; its EXIF orientation must not be applied again
    # (ISO/IEC 23008-12, 6.5.10).
    return np.ascontiguousarray(_over_white(planes)), read_exif(block, camera_zone)


def _apply_orientation(image: Uint8Array, orientation: int) -> Uint8Array:
    """Turn a picture upright; orientation as in EXIF tag 0x0112."""
    turned = cv2.transpose(image) if orientation in (5, 6, 7, 8) else image
    flip = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}.get(orientation)
    return np.asarray(turned if flip is None else cv2.flip(turned, flip), np.uint8)
