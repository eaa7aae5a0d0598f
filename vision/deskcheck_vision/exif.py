"""The three things deskcheck reads from a picture's EXIF: orientation, time and 35 mm equivalent focal length.

A small bounded reader of its own: Pillow's warns on damaged blocks and, for PNG, decodes the picture to find them.
EXIF is optional help, so a damaged block reads as "nothing known" and never refuses the picture.
Source: CIPA DC-008 (EXIF 2.32), TIFF 6.0 section 2.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

CHINA = timezone(timedelta(hours=8), "UTC+08:00")

_ORIENTATION, _DATE_TIME, _EXIF_IFD = 0x0112, 0x0132, 0x8769
_DATE_TIME_ORIGINAL, _OFFSET_TIME, _OFFSET_TIME_ORIGINAL, _FOCAL_35MM = 0x9003, 0x9010, 0x9011, 0xA405
_ASCII, _SHORT, _LONG = 2, 3, 4
_MAX_ENTRIES = 512


@dataclass(frozen=True, slots=True)
class Exif:
    """What a picture's EXIF says, as far as deskcheck cares.

    Attributes:
        orientation: 1 to 8 of EXIF tag 0x0112; 1 where absent or nonsense.
        taken_at: aware time at which the shutter opened, None where unknown.
        focal_35mm: focal length of the same field of view on 35 mm film, in mm; None where unknown.
    """

    orientation: int = 1
    taken_at: datetime | None = None
    focal_35mm: float | None = None


def read_exif(block: bytes, camera_zone: tzinfo = CHINA) -> Exif:
    """Read an EXIF block.

    Args:
        block: the TIFF structure, with or without the leading ``Exif\\0\\0``.
        camera_zone: zone of the camera's clock where the EXIF gives no offset.
    """
    block = block.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None or len(block) < 8:
        return Exif()
    main = _read_directory(block, order, struct.unpack_from(order + "I", block, 4)[0])
    detail = _read_directory(block, order, _whole(main.get(_EXIF_IFD)) or 0)
    orientation = _whole(main.get(_ORIENTATION)) or 1
    focal_35mm = _whole(detail.get(_FOCAL_35MM)) or 0
    return Exif(
        orientation=orientation if 1 <= orientation <= 8 else 1,
        taken_at=_taken_at(main, detail, camera_zone),
        focal_35mm=float(focal_35mm) if focal_35mm > 0 else None,
    )


def _read_directory(block: bytes, order: str, start: int) -> dict[int, int | str]:
    """Return tag -> value of one image file directory; what lies outside the block is left out."""
    if start < 8 or start + 2 > len(block):
        return {}
    count = min(struct.unpack_from(order + "H", block, start)[0], _MAX_ENTRIES)
    values: dict[int, int | str] = {}
    for position in range(start + 2, min(start + 2 + 12 * count, len(block) - 11), 12):
        tag, kind, length = struct.unpack_from(order + "HHI", block, position)
        if kind == _SHORT and length == 1:
            values[tag] = struct.unpack_from(order + "H", block, position + 8)[0]
        elif kind == _LONG and length == 1:
            values[tag] = struct.unpack_from(order + "I", block, position + 8)[0]
        elif kind == _ASCII and 0 < length <= 64:
            at = position + 8 if length <= 4 else struct.unpack_from(order + "I", block, position + 8)[0]
            values[tag] = block[at : at + length].split(b"\0")[0].decode("ascii", "replace").strip()
    return values


def _whole(value: int | str | None) -> int | None:
    return value if isinstance(value, int) else None


def _taken_at(main: dict[int, int | str], detail: dict[int, int | str], camera_zone: tzinfo) -> datetime | None:
    text = detail.get(_DATE_TIME_ORIGINAL) or main.get(_DATE_TIME)
    offset = detail.get(_OFFSET_TIME_ORIGINAL) or detail.get(_OFFSET_TIME)
    try:
        local = datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S").replace(tzinfo=camera_zone)
    except ValueError:
        return None
    try:
        return datetime.strptime(f"{text} {offset}", "%Y:%m:%d %H:%M:%S %z")
    except ValueError:
        return local
