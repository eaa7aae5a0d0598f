"""A folder that a recorder or camera puts pictures into: the newest of them are a burst.

A picture's time is, in this order, the one in its file's name, in its EXIF, or of the file itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Self

from deskcheck_vision.errors import PictureError
from deskcheck_vision.exif import CHINA
from deskcheck_vision.frames import Frame
from deskcheck_vision.images import PictureLimits, decode_picture
from deskcheck_vision.sources.base import DEFAULT_LIMITS, SourceLimits
from deskcheck_vision.sources.camera_errors import FolderEmptyError

_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
# 20261121093015, 2026-11-21_09-30-15, 20261121T093015.123 and the like, not within longer numbers.
_NAMED = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?([0-2]\d|3[01])[-_ T.]{0,3}"
    r"([01]\d|2[0-3])[-_.:]?([0-5]\d)[-_.:]?([0-5]\d)"
)
_MOST_FILES = 200_000


class FolderSource:
    """The pictures of a folder as a source of frames, folders below it included, links not followed.

    Args:
        path: checked folder.
        name: what people call it.
        zone: of the times in names and EXIF.
        limits: of one picture.
        newest: how many seconds before the newest picture still belong to a burst; None takes all.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str = "",
        zone: tzinfo = CHINA,
        limits: SourceLimits = DEFAULT_LIMITS,
        newest_s: float | None = None,
    ) -> None:
        self._path, self._name, self._zone, self._newest_s = path, name or path.name, zone, newest_s
        self._limits = PictureLimits(limits.max_bytes, limits.max_pixels)

    @property
    def name(self) -> str:
        """What people call it."""
        return self._name

    def frames(self, every_s: float | None = None, until: float | None = None) -> Iterator[Frame]:
        """Yield the pictures, oldest first, at least ``every_s`` apart; nothing is waited for.

        Raises:
            FolderEmptyError: there is none that can be read.
        """
        del until
        dated = sorted((_moment(path, self._zone), path) for path in _pictures(self._path))
        if dated and self._newest_s is not None:
            last = dated[-1][0]
            dated = [one for one in dated if (last - one[0]).total_seconds() <= self._newest_s]
        shown: datetime | None = None
        for moment, path in dated:
            if shown is not None and (moment - shown).total_seconds() < (every_s or 0.0):
                continue
            frame = self._frame(path, moment)
            if frame is not None:
                shown = moment
                yield frame
        if shown is None:
            raise FolderEmptyError(place=self._name)

    def _frame(self, path: Path, moment: datetime) -> Frame | None:
        """Decode one picture; None where it cannot be, such as one that is being written."""
        try:
            with path.open("rb") as file:
                picture = decode_picture(file.read(self._limits.max_bytes + 1), self._limits, self._zone)
        except (OSError, PictureError):
            return None
        taken = moment if _named(path.name, self._zone) is not None else picture.taken_at or moment
        return Frame(picture.image, taken.astimezone(UTC), self._name)

    def close(self) -> None:
        """Nothing is held open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _pictures(folder: Path) -> Iterator[Path]:
    count = 0
    for at, _, names in os.walk(folder):
        for name in names:
            path = Path(at) / name
            if path.suffix.lower() in _ENDINGS and not path.is_symlink():
                yield path
                count += 1
                if count == _MOST_FILES:
                    return


def _moment(path: Path, zone: tzinfo) -> datetime:
    found = _named(path.name, zone)
    if found is not None:
        return found
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return datetime.fromtimestamp(0, UTC)


def _named(name: str, zone: tzinfo) -> datetime | None:
    found = _NAMED.search(name)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None
