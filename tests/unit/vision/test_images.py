"""Decoding of untrusted picture bytes."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import cv2
import numpy as np
import pillow_heif
import pytest
from deskcheck_vision import errors
from deskcheck_vision.containers import read_header
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.exif import read_exif
from deskcheck_vision.images import PictureFormat, PictureLimits, decode_picture, encode_jpeg
from PIL import Image

WIDTH, HEIGHT = 120, 80
FORMATS = ["JPEG", "PNG", "WEBP", "HEIC"]


def picture_rgb(width: int = WIDTH, height: int = HEIGHT) -> Uint8Array:
    """Four plain quarters, so that every orientation and channel order can be told: red, green / blue, grey."""
    rgb = np.empty((height, width, 3), np.uint8)
    rgb[: height // 2, : width // 2] = (200, 30, 30)
    rgb[: height // 2, width // 2 :] = (30, 180, 30)
    rgb[height // 2 :, : width // 2] = (30, 30, 220)
    rgb[height // 2 :, width // 2 :] = (128, 128, 128)
    return rgb


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    if format == "HEIC":
        pillow_heif.from_pillow(image).save(buffer, quality=95, **options)
    else:
        if format in ("JPEG", "WEBP"):
            options = {"quality": 95} | options
        image.save(buffer, format=format, **options)
    return buffer.getvalue()


def picture_bytes(format: str, **options: Any) -> bytes:
    return encoded(Image.fromarray(picture_rgb()), format, **options)


def rgb_at_quarters(image_bgr: Uint8Array) -> list[tuple[int, ...]]:
    height, width = image_bgr.shape[:2]
    centres = [(height // 4, width // 4), (height // 4, 3 * width // 4)]
    centres += [(3 * height // 4, width // 4), (3 * height // 4, 3 * width // 4)]
    return [tuple(int(value) for value in image_bgr[y, x, ::-1]) for y, x in centres]


def assert_like(image_bgr: Uint8Array, expected_rgb: Uint8Array, tolerance: float = 6) -> None:
    assert image_bgr.shape == expected_rgb.shape
    assert image_bgr.dtype == np.uint8
    assert np.abs(image_bgr[..., ::-1].astype(float) - expected_rgb).mean() < tolerance


@pytest.mark.parametrize("format", FORMATS)
def test_decodes_each_format_to_read_only_bgr(format: str) -> None:
    picture = decode_picture(picture_bytes(format))
    assert_like(picture.image, picture_rgb())
    assert picture.image_wh == (WIDTH, HEIGHT)
    assert picture.format.upper() == format
    assert not picture.image.flags.writeable
    assert picture.taken_at is None
    assert picture.focal_px is None


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_applies_every_orientation(format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = decode_picture(picture_bytes(format, exif=exif.tobytes()))
    turned = Image.fromarray(picture_rgb())
    transpose = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}.get(orientation)
    if transpose is not None:
        turned = turned.transpose(Image.Transpose(transpose))
    assert_like(picture.image, np.asarray(turned))


def test_heic_is_upright_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = decode_picture(picture_bytes("HEIC", exif=exif.tobytes()))
    # pillow-heif writes the orientation as the container's own rotation, which the decoder then applies.
    reference = np.asarray(pillow_heif.open_heif(picture_bytes("HEIC", exif=exif.tobytes())))
    assert upright.image.shape == reference.shape
    assert_like(upright.image, reference, 1)


def test_exif_gives_time_and_focal_length() -> None:
    exif = Image.Exif()
    detail = exif.get_ifd(0x8769)
    detail[0x9003] = "2026:11:21 14:03:59"
    detail[0x9011] = "+02:00"
    detail[0xA405] = 26
    picture = decode_picture(picture_bytes("JPEG", exif=exif.tobytes()))
    assert picture.taken_at == datetime(2026, 11, 21, 14, 3, 59, tzinfo=timezone(timedelta(hours=2)))
    assert picture.focal_px == pytest.approx(26 * np.hypot(WIDTH, HEIGHT) / 43.2666, rel=1e-4)


def test_exif_time_without_offset_is_the_cameras_zone() -> None:
    exif = Image.Exif()
    exif[0x0132] = "2026:11:21 14:03:59"
    block = exif.tobytes()
    assert read_exif(block).taken_at == datetime(2026, 11, 21, 6, 3, 59, tzinfo=UTC)
    assert read_exif(block, UTC).taken_at == datetime(2026, 11, 21, 14, 3, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"Exif\0\0",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x63\0\0",
        b"MM\0*\0\0\0\x08\x00\x01" + b"\x01\x32\x00\x02\x00\x00\x00\x14\xff\xff\xff\xff",
    ],
)
def test_damaged_exif_reads_as_nothing_known(block: bytes) -> None:
    exif = read_exif(block)
    assert exif.orientation == 1
    assert exif.taken_at is None
    assert exif.focal_35mm is None


def test_adobe_and_plain_cmyk_jpeg_agree() -> None:
    cmyk = Image.fromarray(picture_rgb()).convert("CMYK")
    adobe = encoded(cmyk, "JPEG", quality=98)
    assert b"Adobe" in adobe
    inverted = Image.frombytes("CMYK", cmyk.size, bytes(255 - np.asarray(cmyk)))
    plain = encoded(inverted, "JPEG", quality=98)
    at = plain.index(b"\xff\xee")
    plain = plain[:at] + plain[at + 2 + int.from_bytes(plain[at + 2 : at + 4], "big") :]
    assert b"Adobe" not in plain
    for data in (adobe, plain):
        assert_like(decode_picture(data).image, picture_rgb())


def test_print_colours_mix_ink_and_black() -> None:
    cmyk = np.zeros((64, 64, 4), np.uint8)
    cmyk[...] = (255, 128, 0, 51)  # all cyan, half magenta, a fifth black
    data = encoded(Image.frombytes("CMYK", (64, 64), cmyk.tobytes()), "JPEG", quality=98)
    assert np.abs(decode_picture(data).image[32, 32].astype(int) - (204, 102, 0)).max() <= 3


def test_grey_jpeg() -> None:
    grey = Image.fromarray(picture_rgb()).convert("L")
    assert_like(decode_picture(encoded(grey, "JPEG")).image, np.asarray(grey.convert("RGB")))


def test_progressive_jpeg() -> None:
    assert_like(decode_picture(picture_bytes("JPEG", progressive=True)).image, picture_rgb())


def png_variants() -> dict[str, tuple[bytes, Uint8Array]]:
    rgb = Image.fromarray(picture_rgb())
    half = rgb.convert("RGBA")
    half.putalpha(128)
    over_white = ((np.asarray(rgb).astype(int) * 128 + 255 * 127) // 255).astype(np.uint8)
    grey = np.asarray(rgb.convert("L"))
    grey16 = grey.astype(np.uint16) << 8
    rgb16 = picture_rgb().astype(np.uint16) << 8
    rgba16 = np.dstack([rgb16[..., ::-1], np.full(grey.shape, 0x8080, np.uint16)])
    palette = rgb.quantize(4)
    index = int(np.asarray(palette)[0, 0])
    clear = np.asarray(rgb).copy()
    clear[: HEIGHT // 2, : WIDTH // 2] = 255
    grey_alpha = rgb.convert("LA")
    grey_rgb = np.dstack([grey] * 3)
    return {
        "alpha": (encoded(half, "PNG"), over_white),
        "grey": (encoded(rgb.convert("L"), "PNG"), grey_rgb),
        "grey alpha": (encoded(grey_alpha, "PNG"), grey_rgb),
        "grey 16": (cv2.imencode(".png", grey16)[1].tobytes(), grey_rgb),
        "rgb 16": (cv2.imencode(".png", rgb16[..., ::-1])[1].tobytes(), picture_rgb()),
        "rgba 16": (cv2.imencode(".png", rgba16)[1].tobytes(), over_white),
        "palette": (encoded(palette, "PNG"), np.asarray(rgb)),
        "palette clear": (encoded(palette, "PNG", transparency=index), clear),
        "one bit": (encoded(rgb.convert("1", dither=0), "PNG"), np.asarray(rgb.convert("1", dither=0).convert("RGB"))),
    }


@pytest.mark.parametrize("name", list(png_variants()))
def test_png_depths_palettes_and_transparency(name: str) -> None:
    data, expected = png_variants()[name]
    assert_like(decode_picture(data).image, expected, 1.5)


@pytest.mark.parametrize("lossless", [True, False])
def test_webp_transparency_is_over_white(lossless: bool) -> None:
    half = Image.fromarray(picture_rgb()).convert("RGBA")
    half.putalpha(0)
    image = decode_picture(encoded(half, "WEBP", lossless=lossless)).image
    assert image.min() >= 250


def test_heic_transparency_and_depth() -> None:
    clear = Image.fromarray(picture_rgb()).convert("RGBA")
    clear.putalpha(0)
    assert decode_picture(encoded(clear, "HEIC")).image.min() >= 250


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.995])
def test_a_cut_file_is_refused_not_half_decoded(format: str, share: float) -> None:
    rng = np.random.default_rng(1)
    noisy = Image.fromarray(rng.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8))
    data = encoded(noisy, format)
    with pytest.raises(errors.PictureError) as caught:
        decode_picture(data[: int(len(data) * share)])
    if share >= 0.3:
        assert caught.value.code == "picture.truncated"


def test_thumbnail_inside_a_cut_jpeg_does_not_pass_for_its_end() -> None:
    exif = b"Exif\0\0II*\0\x08\0\0\0\0\0" + picture_bytes("JPEG")[:1000] + b"\xff\xd9"
    data = picture_bytes("JPEG")
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    whole = data[:2] + segment + data[2:]
    assert_like(decode_picture(whole).image, picture_rgb())
    with pytest.raises(errors.TruncatedPictureError):
        decode_picture(whole[:-2])


def test_bytes_after_the_end_of_a_jpeg_are_ignored() -> None:
    assert_like(decode_picture(picture_bytes("JPEG") + b"\0" * 500).image, picture_rgb())


def test_fill_bytes_before_a_marker_are_legal() -> None:
    data = picture_bytes("JPEG")
    assert_like(decode_picture(data[:2] + b"\xff\xff" + data[2:]).image, picture_rgb())


def animated(format: str) -> bytes:
    frames = [Image.fromarray(picture_rgb()), Image.fromarray(picture_rgb()[::-1].copy())]
    return encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100)


def bomb_png(width: int = 50_000, height: int = 50_000) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((width // 8 + 1) * 64))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_with_bad_checksum() -> bytes:
    data = bytearray(picture_bytes("PNG"))
    data[data.index(b"IDAT") + 6] ^= 0xFF
    return bytes(data)


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new, 1)


def small(format: str, width: int, height: int) -> bytes:
    return encoded(Image.fromarray(picture_rgb(width, height)), format)


JPEG_HEAD = b"\xff\xd8\xff\xe0\x00\x04\0\0"
HEIC_HEAD = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
REFUSED = {
    "nothing": (b"", "picture.empty"),
    "text": (b"not a picture at all", "picture.unknown_format"),
    "one byte": (b"\xff", "picture.unknown_format"),
    "gif": (animated("GIF"), "picture.unknown_format"),
    "bmp": (encoded(Image.fromarray(picture_rgb()), "BMP"), "picture.unknown_format"),
    "avif": (b"\0\0\0\x18ftypavif\0\0\0\0", "picture.unknown_format"),
    "film": (b"\0\0\0\x18ftypisom\0\0\0\0", "picture.unknown_format"),
    "animated png": (animated("PNG"), "picture.animated"),
    "animated webp": (animated("WEBP"), "picture.animated"),
    "heic sequence": (HEIC_HEAD.replace(b"heic", b"hevc"), "picture.animated"),
    "png bomb": (bomb_png(), "picture.too_many_pixels"),
    "small jpeg": (small("JPEG", 63, 200), "picture.too_small"),
    "small heic": (small("HEIC", 200, 40), "picture.too_small"),
    "png checksum": (png_with_bad_checksum(), "picture.damaged"),
    "png without rows": (bomb_png(80, 80).replace(b"IDAT", b"XDAT"), "picture.damaged"),
    "png 0 wide": (bomb_png(0, 80), "picture.damaged"),
    "png cut header": (b"\x89PNG\r\n\x1a\n", "picture.truncated"),
    "png data first": (bomb_png(80, 80)[:8] + bomb_png(80, 80)[33:], "picture.damaged"),
    "jpeg head only": (JPEG_HEAD, "picture.truncated"),
    "wider than the decoder takes": (bomb_png(1_100_000, 64), "picture.damaged"),
    "jpeg without scan": (JPEG_HEAD + b"\xff\xd9", "picture.damaged"),
    "jpeg no marker": (JPEG_HEAD + b"\x00\x00\x00\x00", "picture.damaged"),
    "jpeg length 0": (JPEG_HEAD + b"\xff\xe1\x00\x00", "picture.damaged"),
    "jpeg short frame": (JPEG_HEAD + b"\xff\xc0\x00\x04\0\0\xff\xd9", "picture.damaged"),
    "jpeg height 0": (JPEG_HEAD + b"\xff\xc0\x00\x0b\x08\0\0\0\x50\x03\0\0\0\xff\xd9", "picture.damaged"),
    "jpeg of segments": (b"\xff\xd8" + b"\xff\xe1\x00\x02" * 5000, "picture.damaged"),
    "webp short chunk": (b"RIFF\x0e\0\0\0WEBPVP8 \x02\0\0\0ab", "picture.damaged"),
    "webp long chunk": (b"RIFF\x0e\0\0\0WEBPVP8 \x99\0\0\0ab", "picture.damaged"),
    "webp no chunk": (b"RIFF\x04\0\0\0WEBP", "picture.damaged"),
    "webp of chunks": (
        b"RIFF" + struct.pack("<I", 4 + 8 * 70_000) + b"WEBP" + b"XXXX\0\0\0\0" * 70_000,
        "picture.damaged",
    ),
    "heic head only": (HEIC_HEAD, "picture.damaged"),
    "heic box of 1": (HEIC_HEAD + b"\0\0\0\x05free", "picture.damaged"),
    "heic long box": (HEIC_HEAD + b"\0\0\0\x01free\0\0\0\x01\0\0\0\0", "picture.truncated"),
    "heic open box": (HEIC_HEAD + b"\0\0\0\0free", "picture.damaged"),
    "heic of boxes": (HEIC_HEAD + b"\0\0\0\x08free" * 70_000, "picture.damaged"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_refuses_with_a_stable_code_a_sentence_and_a_next_step(name: str) -> None:
    data, code = REFUSED[name]
    with pytest.raises(errors.PictureError) as caught:
        decode_picture(data)
    assert caught.value.code == code
    for language in ("zh", "en"):
        assert caught.value.sentence(language)
        assert caught.value.next_step(language)
        assert "{" not in caught.value.sentence(language)


def test_png_of_chunks_is_refused() -> None:
    chunk = struct.pack(">I", 0) + b"teXt" + struct.pack(">I", zlib.crc32(b"teXt"))
    header = bomb_png(80, 80)[:33]
    with pytest.raises(errors.DamagedPictureError):
        read_header(header + chunk * 70_000)


def test_limits_are_checked_before_decoding() -> None:
    data = picture_bytes("PNG")
    with pytest.raises(errors.TooManyBytesError) as caught:
        decode_picture(data, PictureLimits(max_bytes=len(data) - 1))
    assert caught.value.code == "picture.too_many_bytes"
    for name in FORMATS:
        with pytest.raises(errors.TooManyPixelsError):
            decode_picture(picture_bytes(name), PictureLimits(max_pixels=WIDTH * HEIGHT - 1))
        assert decode_picture(picture_bytes(name), PictureLimits(max_pixels=WIDTH * HEIGHT)).image_wh == (
            WIDTH,
            HEIGHT,
        )


def test_the_content_counts_not_the_size_written_in_the_header() -> None:
    data = picture_bytes("JPEG")
    frame = data.index(b"\xff\xc0") + 5
    wider = data[:frame] + struct.pack(">HH", HEIGHT, 8 * WIDTH) + data[frame + 4 :]
    assert read_header(wider).stored_wh == (8 * WIDTH, HEIGHT)
    with pytest.raises(errors.TooManyPixelsError):
        decode_picture(wider, PictureLimits(max_pixels=WIDTH * HEIGHT))


def test_jpeg_of_12_bits_is_refused() -> None:
    data = bytearray(picture_bytes("JPEG"))
    data[data.index(b"\xff\xc0") + 4] = 12
    with pytest.raises(errors.DamagedPictureError):
        decode_picture(bytes(data))


def test_cmyk_jpeg_without_tables_is_refused() -> None:
    data = encoded(Image.new("CMYK", (80, 80)), "JPEG")
    at = data.index(b"\xff\xdb")
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    with pytest.raises(errors.DamagedPictureError):
        decode_picture(data[:at] + data[at + 2 + length :])


def test_cmyk_jpeg_with_two_frame_headers_is_refused() -> None:
    data = encoded(Image.new("CMYK", (80, 80)), "JPEG")
    at = data.index(b"\xff\xc0")
    frame = data[at : at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")]
    second = frame[:5] + struct.pack(">HH", 160, 160) + frame[9:]
    with pytest.raises(errors.DamagedPictureError):
        decode_picture(data[:at] + frame + second + data[at + len(frame) :])


def test_grey_heic() -> None:
    grey = Image.fromarray(picture_rgb()).convert("L")
    assert_like(decode_picture(encoded(grey, "HEIC")).image, np.asarray(grey.convert("RGB")))


def test_a_kilobyte_of_lossless_webp_is_read_by_its_own_header() -> None:
    header = read_header(picture_bytes("WEBP", lossless=True))
    assert header.stored_wh == (WIDTH, HEIGHT)
    assert header.format is PictureFormat.WEBP


def test_encode_jpeg_round_trip_without_metadata() -> None:
    image = decode_picture(picture_bytes("PNG")).image
    data = encode_jpeg(image)
    assert b"Exif" not in data
    assert_like(decode_picture(data).image, picture_rgb())
    assert len(encode_jpeg(image, 20)) < len(data)


@pytest.mark.parametrize(
    ("image", "quality"),
    [
        (np.zeros((8, 8), np.uint8), 88),
        (np.zeros((8, 8, 4), np.uint8), 88),
        (np.zeros((8, 8, 3), np.float32), 88),
        (np.zeros((0, 8, 3), np.uint8), 88),
        (np.zeros((8, 8, 3), np.uint8), 0),
        (np.zeros((8, 8, 3), np.uint8), 101),
    ],
)
def test_encode_jpeg_refuses_other_arrays(image: Uint8Array, quality: int) -> None:
    with pytest.raises(ValueError, match=r"expected|quality"):
        encode_jpeg(image, quality)
