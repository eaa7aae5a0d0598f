"""What ``detect``, ``check`` and ``calibrate`` share: photos in, a detector, annotated pictures out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from deskcheck_service.cli.files import read_bytes, write_atomically

if TYPE_CHECKING:
    from deskcheck_vision.detections import Uint8Array
    from deskcheck_vision.detector import YoloDetector
    from deskcheck_vision.images import Picture

    from deskcheck_service.settings import Settings


def read_picture(path: Path, settings: Settings) -> Picture:
    """Read and decode a photo within the limits of the settings.

    Raises:
        CommandError: it cannot be read.
        PictureError: it cannot be used.
    """
    return decode(read_bytes(path, settings.max_photo_bytes), settings)


def decode(photo: bytes, settings: Settings) -> Picture:
    """Decode a photo within the limits of the settings.

    Raises:
        PictureError: it cannot be used.
    """
    from deskcheck_vision.images import PictureLimits, decode_picture

    return decode_picture(
        photo, PictureLimits(max_bytes=settings.max_photo_bytes, max_pixels=settings.max_photo_pixels)
    )


def open_detector(model: Path | None, settings: Settings) -> YoloDetector:
    """Load the weight file with the session of the settings, see ``deskcheck_service.session_choice``.

    Raises:
        ModelFileError: there is none, or it does not fit.
        SessionUnusableError: the session of the settings cannot run here.
    """
    from deskcheck_service import session_choice

    return session_choice.open_detector(settings, model)


class OverlayFolder:
    """A folder for annotated pictures, one ``NAME.deskcheck.jpg`` a photo; alike names get a number.

    Args:
        folder: where they go; None writes nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._taken: set[str] = set()

    @property
    def wanted(self) -> bool:
        """True if pictures are to be drawn at all."""
        return self._folder is not None

    def save(self, photo: Path, image: Uint8Array) -> Path | None:
        """Write the picture of a photo; one of an earlier run is replaced.

        Args:
            photo: the photo it shows.
            image: (H, W, 3) uint8, BGR.

        Raises:
            CommandError: it cannot be written.
        """
        if self._folder is None:
            return None
        from deskcheck_vision.images import encode_jpeg

        path = self._folder / self._name(photo)
        write_atomically(path, encode_jpeg(image), force=True)
        return path

    def _name(self, photo: Path) -> str:
        name, number = f"{photo.stem}.deskcheck.jpg", 1
        while name in self._taken:
            number += 1
            name = f"{photo.stem}-{number}.deskcheck.jpg"
        self._taken.add(name)
        return name


def usable_focal_px(picture: Picture) -> float | None:
    """Return the focal length that the photo's EXIF tells, None where it tells none that a real lens could have."""
    from deskcheck_calibration.plane import FOCAL_OF_LONG_SIDE

    low, high = FOCAL_OF_LONG_SIDE
    if picture.focal_px is None or not low <= picture.focal_px / max(picture.image_wh) <= high:
        return None
    return picture.focal_px
