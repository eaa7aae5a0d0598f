"""Bytes from anywhere: every one is a picture or a refusal with a reason."""

from __future__ import annotations

import io
from datetime import UTC
from typing import Any

import cv2
import numpy as np
import pillow_heif
import pytest
from deskcheck_vision import errors
from deskcheck_vision.exif import read_exif
from deskcheck_vision.images import PictureLimits, decode_picture
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image


def _seeds() -> list[bytes]:
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 255, (70, 90, 3), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2026:11:21 14:03:59"

    def saved(picture: Image.Image, format: str, **options: Any) -> bytes:
        buffer = io.BytesIO()
        picture.save(buffer, format=format, **options)
        return buffer.getvalue()

    heic = io.BytesIO()
    pillow_heif.from_pillow(image).save(heic, quality=50)
    return [
        saved(image, "JPEG", exif=exif.tobytes()),
        saved(image, "JPEG", progressive=True, quality=30),
        saved(image.convert("CMYK"), "JPEG"),
        saved(image, "PNG", exif=exif.tobytes()),
        saved(image.quantize(16), "PNG", transparency=3),
        cv2.imencode(".png", rng.integers(0, 65535, (70, 70, 4), np.uint16))[1].tobytes(),
        saved(image, "WEBP", exif=exif.tobytes()),
        saved(image.convert("RGBA"), "WEBP", lossless=True),
        heic.getvalue(),
    ]


SEEDS = _seeds()
LIMITS = PictureLimits(max_pixels=1_000_000)


@st.composite
def damaged_pictures(draw: st.DrawFn) -> bytes:
    """A real picture file with bytes changed, cut out, put in or cut off."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 6))):
        # Half of the damage goes to the headers, where the structure is.
        end = draw(st.sampled_from([64, 700, len(data)]))
        at = draw(st.integers(0, max(0, min(end, len(data)) - 1)))
        piece = draw(st.binary(max_size=6))
        length = draw(st.integers(0, 8))
        data[at : at + length] = piece
    if draw(st.booleans()):
        data = data[: draw(st.integers(0, len(data)))]
    return bytes(data)


def assert_decodes_or_refuses(data: bytes) -> None:
    try:
        picture = decode_picture(data, LIMITS)
    except errors.PictureError as exc:
        refusal = exc
    else:
        width, height = picture.image_wh
        assert picture.image.shape == (height, width, 3)
        assert picture.image.dtype == np.uint8
        assert width * height <= LIMITS.max_pixels
        assert min(width, height) >= LIMITS.min_side_px
        return
    assert refusal.code.startswith("picture.")
    assert all((refusal.sentence("zh"), refusal.sentence("en"), refusal.next_step("zh"), refusal.next_step("en")))


@given(st.one_of(st.binary(max_size=300), damaged_pictures()))
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_a_picture_or_a_picture_error(data: bytes) -> None:
    assert_decodes_or_refuses(data)


@pytest.mark.fuzz
@given(st.one_of(st.binary(max_size=2000), damaged_pictures()))
@settings(deadline=None, max_examples=20_000, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_a_picture_or_a_picture_error_at_length(data: bytes) -> None:
    assert_decodes_or_refuses(data)


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_the_seeds_themselves_are_pictures(seed: int) -> None:
    assert min(decode_picture(SEEDS[seed], LIMITS).image_wh) >= 64


@given(st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"Exif\0\0II*\0"]), st.binary(max_size=200))
def test_any_exif_is_read_or_ignored(head: bytes, rest: bytes) -> None:
    exif = read_exif(head + rest, UTC)
    assert 1 <= exif.orientation <= 8
    assert exif.taken_at is None or exif.taken_at.tzinfo is not None
    assert exif.focal_35mm is None or exif.focal_35mm > 0
