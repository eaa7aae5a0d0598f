"""Picture files read as far as their headers: what they claim to be, before one pixel is decoded.

Decoders forgive: OpenCV fills the missing half of a JPEG with grey and takes the first frame of an animation. So the
file's own structure is walked here, cheaply (no entropy decoding), and what is cut off, animated or contradictory is
refused. Sources: ITU-T T.81 annex B (JPEG), W3C PNG 3rd edition section 5, RFC 9649 (WebP), ISO/IEC 14496-12 (the
boxes of HEIC).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from deskcheck_vision.errors import (
    AnimatedPictureError,
    DamagedPictureError,
    TruncatedPictureError,
    UnknownPictureFormatError,
)


class PictureFormat(StrEnum):
    """A picture format that deskcheck accepts."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    HEIC = "HEIC"


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """What a picture file says of itself.

    Attributes:
        format: the format its content has, whatever its name says.
        stored_wh: width and height in px as stored, before the EXIF orientation; (0, 0) for HEIC, whose
            size pillow-heif reads.
        exif: the EXIF block, empty where there is none.
        has_alpha: transparency may occur.
        cmyk: four colour components of print.
        adobe: the JPEG carries Adobe's APP14 marker, whose CMYK is inverted.
    """

    format: PictureFormat
    stored_wh: tuple[int, int]
    exif: bytes = b""
    has_alpha: bool = False
    cmyk: bool = False
    adobe: bool = False


def read_header(data: bytes) -> PictureHeader:
    """Read a picture file's structure from its first to its last byte.

    Raises:
        UnknownPictureFormatError: the content is none of the accepted formats.
        TruncatedPictureError: the end is missing.
        DamagedPictureError: the structure contradicts itself.
        AnimatedPictureError: there are several frames.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return _read_jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _read_png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _read_webp(data)
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return _read_heic(data)
    raise UnknownPictureFormatError(found=_name_content(data), accepted=", ".join(PictureFormat))


_OTHER_CONTENT: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"<svg", "SVG"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE", "HTML"),
    (b"<html", "HTML"),
)


def _name_content(data: bytes) -> str:
    if data[4:8] == b"ftyp":
        return "AVIF" if data[8:12] in (b"avif", b"avis") else "MP4/MOV"
    return next((name for magic, name in _OTHER_CONTENT if data.startswith(magic)), "?")


# --- JPEG ---------------------------------------------------------------------------------------------------------

_SOI, _EOI, _SOS, _APP1, _APP14 = 0xD8, 0xD9, 0xDA, 0xE1, 0xEE
_FRAME_STARTS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Inside a scan FF is followed by 00 (a stuffed FF), by a restart marker or by a fill FF; all else ends the scan.
_ENDS_SCAN = np.ones(256, np.bool_)
_ENDS_SCAN[[0x00, *range(0xD0, 0xD8), 0xFF]] = False
_MAX_SEGMENTS = 4096


def _read_jpeg(data: bytes) -> PictureHeader:
    header = PictureHeader(PictureFormat.JPEG, (0, 0))
    scans = 0
    for marker, body in _jpeg_segments(data):
        if marker in _FRAME_STARTS and header.stored_wh == (0, 0):
            header = _with_jpeg_frame(header, body)
        elif marker == _SOS:
            scans += 1
        elif marker == _APP1 and body.startswith(b"Exif\0\0") and not header.exif:
            header = replace(header, exif=body)
        elif marker == _APP14 and body.startswith(b"Adobe"):
            header = replace(header, adobe=True)
    if scans == 0 or header.stored_wh == (0, 0):
        raise DamagedPictureError(format=PictureFormat.JPEG)
    return header


def _with_jpeg_frame(header: PictureHeader, body: bytes) -> PictureHeader:
    if len(body) < 6:
        raise DamagedPictureError(format=PictureFormat.JPEG)
    height, width, components = struct.unpack_from(">HHB", body, 1)
    if width == 0 or height == 0:
        raise DamagedPictureError(format=PictureFormat.JPEG)
    return replace(header, stored_wh=(width, height), cmyk=components == 4)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, body) of each segment before the end of image; trailing bytes after it are legal."""
    position = 2
    scan_ends = _jpeg_scan_ends(data)
    for _ in range(_MAX_SEGMENTS):
        if position + 4 > len(data) and data[position : position + 2] != b"\xff\xd9":
            raise _truncated(PictureFormat.JPEG, data)
        if data[position] != 0xFF:
            raise DamagedPictureError(format=PictureFormat.JPEG)
        marker = data[position + 1]
        if marker == 0xFF:  # a fill byte
            position += 1
            continue
        if marker == _EOI:
            return
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if length < 2 or marker == _SOI:
            raise DamagedPictureError(format=PictureFormat.JPEG)
        position += 2 + length
        if position > len(data):
            raise _truncated(PictureFormat.JPEG, data)
        yield marker, data[position - length + 2 : position]
        if marker == _SOS:
            following = int(np.searchsorted(scan_ends, position))
            if following == len(scan_ends):
                raise _truncated(PictureFormat.JPEG, data)
            position = int(scan_ends[following])
    raise DamagedPictureError(format=PictureFormat.JPEG)


def _jpeg_scan_ends(data: bytes) -> NDArray[np.int64]:
    """Return the sorted positions at which a scan would end; by array, ten times as fast as a regular expression."""
    octets = np.frombuffer(data, np.uint8)
    ff = np.flatnonzero(octets[:-1] == 0xFF)
    return ff[_ENDS_SCAN[octets[ff + 1]]]


def _truncated(format: PictureFormat, data: bytes) -> TruncatedPictureError:
    return TruncatedPictureError(format=format, size_bytes=len(data))


# --- PNG ----------------------------------------------------------------------------------------------------------

_MAX_CHUNKS = 65_536


def _read_png(data: bytes) -> PictureHeader:
    header = PictureHeader(PictureFormat.PNG, (0, 0))
    for kind, body in _png_chunks(data):
        if kind == b"IHDR":
            if len(body) != 13 or 0 in struct.unpack_from(">II", body):
                raise DamagedPictureError(format=PictureFormat.PNG)
            width, height = struct.unpack_from(">II", body)
            header = replace(header, stored_wh=(width, height), has_alpha=body[9] in (4, 6))
        elif header.stored_wh == (0, 0):
            raise DamagedPictureError(format=PictureFormat.PNG)
        elif kind == b"tRNS":
            header = replace(header, has_alpha=True)
        elif kind == b"eXIf":
            header = replace(header, exif=bytes(body))
        elif kind == b"acTL" and int.from_bytes(body[:4], "big") > 1:
            raise AnimatedPictureError(format=PictureFormat.PNG)
    return header


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield (type, body) of each chunk up to IEND, checksums verified."""
    view = memoryview(data)
    position = 8
    for _ in range(_MAX_CHUNKS):
        if position + 12 > len(data):
            raise _truncated(PictureFormat.PNG, data)
        length, kind = struct.unpack_from(">I4s", data, position)
        body = view[position + 8 : position + 8 + length]
        position += 12 + length
        if position > len(data):
            raise _truncated(PictureFormat.PNG, data)
        if zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(view[position - 4 : position], "big"):
            raise DamagedPictureError(format=PictureFormat.PNG)
        if kind == b"IEND":
            return
        yield kind, body
    raise DamagedPictureError(format=PictureFormat.PNG)


# --- WebP ---------------------------------------------------------------------------------------------------------


def _read_webp(data: bytes) -> PictureHeader:
    if int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise _truncated(PictureFormat.WEBP, data)
    header = PictureHeader(PictureFormat.WEBP, (0, 0))
    for kind, body in _webp_chunks(data):
        if kind in (b"ANIM", b"ANMF"):
            raise AnimatedPictureError(format=PictureFormat.WEBP)
        if kind in _WEBP_SIZES and header.stored_wh == (0, 0):
            if len(body) < 10:
                raise DamagedPictureError(format=PictureFormat.WEBP)
            width, height, has_alpha = _WEBP_SIZES[kind](body)
            header = replace(header, stored_wh=(width, height), has_alpha=has_alpha)
        elif kind == b"EXIF":
            header = replace(header, exif=body)
    if 0 in header.stored_wh:
        raise DamagedPictureError(format=PictureFormat.WEBP)
    return header


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    end = int.from_bytes(data[4:8], "little") + 8
    position = 12
    for _ in range(_MAX_CHUNKS):
        if position + 8 > end:
            return
        kind, length = struct.unpack_from("<4sI", data, position)
        if position + 8 + length > end:
            raise DamagedPictureError(format=PictureFormat.WEBP)
        yield kind, data[position + 8 : position + 8 + length]
        position += 8 + length + length % 2
    raise DamagedPictureError(format=PictureFormat.WEBP)


def _vp8x_size(body: bytes) -> tuple[int, int, bool]:
    return (
        1 + int.from_bytes(body[4:7], "little"),
        1 + int.from_bytes(body[7:10], "little"),
        bool(body[0] & 0x10),
    )


def _vp8_size(body: bytes) -> tuple[int, int, bool]:
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF, False


def _vp8l_size(body: bytes) -> tuple[int, int, bool]:
    bits = int.from_bytes(body[1:5], "little")
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), bool(bits >> 28 & 1)


_WEBP_SIZES: dict[bytes, Callable[[bytes], tuple[int, int, bool]]] = {
    b"VP8X": _vp8x_size,
    b"VP8 ": _vp8_size,
    b"VP8L": _vp8l_size,
}

# --- HEIC ---------------------------------------------------------------------------------------------------------

_SEQUENCE_BRANDS = frozenset({b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2"}) | _SEQUENCE_BRANDS


def _read_heic(data: bytes) -> PictureHeader:
    """Walk the top-level boxes; pillow-heif reads what is in them."""
    if data[8:12] in _SEQUENCE_BRANDS:
        raise AnimatedPictureError(format=PictureFormat.HEIC)
    position = 0
    for _ in range(_MAX_CHUNKS):
        if position >= len(data):
            return PictureHeader(PictureFormat.HEIC, (0, 0))
        size = int.from_bytes(data[position : position + 4], "big")
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16], "big")
        elif size == 0:  # the last box, to the end of the file
            size = len(data) - position
        if size < 8:
            raise DamagedPictureError(format=PictureFormat.HEIC)
        position += size
        if position > len(data):
            raise _truncated(PictureFormat.HEIC, data)
    raise DamagedPictureError(format=PictureFormat.HEIC)
