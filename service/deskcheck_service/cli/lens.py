"""``deskcheck calibrate --lens``: how the lens of a photo bends it, by the photo itself or its camera's calibration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcheck_service.cli.parsing import Corners
from deskcheck_service.cli.terminal import Terminal

if TYPE_CHECKING:
    from deskcheck_calibration.lens_fit import LensEstimate
    from deskcheck_calibration.plane import DeskPlane
    from deskcheck_vision.images import Picture
    from deskcheck_vision.lens import Lens
    from deskcheck_vision.markers import DeskTags

LensText = Annotated[
    str | None,
    typer.Option(
        "--lens",
        metavar="estimate|FILE|none",
        help="镜头畸变：由台面直边估计，或读取相机标定文件 / straighten the lens: by the desk's sides or by the "
        "camera's calibration file (OpenCV's YAML or XML, or JSON); default: none, phones do it themselves.",
    ),
]
ESTIMATE, NONE = "estimate", "none"


@dataclass(frozen=True, slots=True)
class FoundLens:
    """The lens of a photo.

    Attributes:
        how: "none", "estimate" or "file".
        lens: None for a straight picture.
        focal_px: what the file says; None without one.
        sigma: standard deviation of the bend; None where a file gives it.
        measured: the bend that was measured, be it too small to be sure of; None where a file gives it.
    """

    how: str = NONE
    lens: Lens | None = None
    focal_px: float | None = None
    sigma: float | None = None
    measured: float | None = None


def find_lens(
    wanted: str | None,
    picture: Picture,
    corners_px: Corners | None,
    shown: DeskTags | None,
    size_wh_cm: tuple[float, float] | None,
    focal_px: float | None,
) -> FoundLens:
    """Find how the lens bends a photo.

    Args:
        wanted: the option as typed.
        picture: the photo.
        corners_px: the desk's corners, as far as they are known.
        shown: stickers flush in the desk's corners; None where they are elsewhere or not there.
        size_wh_cm: the desk's size, as far as it is known.
        focal_px: focal length where it is known.

    Raises:
        LensUnclearError: the photo does not tell it.
        LensFileError: the file is no calibration of such pictures.
        CommandError: the file cannot be read.
    """
    if wanted is None or wanted == NONE:
        return FoundLens()
    if wanted != ESTIMATE:
        from deskcheck_calibration.lens_file import MAX_BYTES, lens_from_file

        from deskcheck_service.cli.files import read_bytes

        read = lens_from_file(read_bytes(Path(wanted), MAX_BYTES), picture.image_wh)
        return FoundLens("file", read.lens if read.lens.bend else None, read.focal_px)
    from deskcheck_calibration.errors import LensUnclearError
    from deskcheck_vision.lens import Lens

    found = _measured(picture, corners_px, shown, size_wh_cm, focal_px)
    if found is None:
        raise LensUnclearError()
    lens = Lens(round(found.bend, 5), picture.image_wh) if found.is_clear else None
    return FoundLens(ESTIMATE, lens, None, found.sigma, found.bend)


def _measured(
    picture: Picture,
    corners_px: Corners | None,
    shown: DeskTags | None,
    size_wh_cm: tuple[float, float] | None,
    focal_px: float | None,
) -> LensEstimate | None:
    from deskcheck_calibration.lens_fit import lens_from_edges, lens_from_stickers, likelier
    from deskcheck_calibration.stickers import flush_squares_cm

    by_edges = lens_from_edges(picture.image, corners_px) if corners_px is not None else None
    by_stickers = None
    if shown is not None and size_wh_cm is not None:
        seen = {corner: tag.corners_px for corner, tag in shown.tags.items()}
        by_stickers = lens_from_stickers(seen, flush_squares_cm(size_wh_cm), picture.image_wh, focal_px)
    return likelier(by_edges, by_stickers)


def lens_document(found: FoundLens, plane: DeskPlane) -> dict[str, Any] | None:
    """Return the lens as ``--json`` prints it; None where none was asked for."""
    if found.how == NONE:
        return None
    from deskcheck_calibration.lens_fit import shift_cm

    bend = found.lens.bend if found.lens is not None else 0.0
    focal_px = plane.pose.focal_px if plane.pose is not None else None
    k1 = found.lens.k1(focal_px) if found.lens is not None and focal_px is not None else None
    return {
        "how": found.how,
        "bend": round(bend, 5),
        "measured": None if found.measured is None else round(found.measured, 5),
        "sigma": None if found.sigma is None else round(found.sigma, 5),
        "k1": None if k1 is None else round(k1, 4),
        "shift_cm": round(shift_cm(plane), 2),
    }


def tell_lens(terminal: Terminal, found: dict[str, Any]) -> None:
    """Print the lens for people."""
    doubt = "" if found["sigma"] is None else f" ± {found['sigma']:.4f}"
    if found["bend"] == 0:
        measured = "0" if found["measured"] is None else f"{found['measured']:.4f}"
        terminal.say(
            f"镜头：没有看出畸变（{measured}{doubt}），不作校正。",
            f"lens: no distortion to be seen ({measured}{doubt}), nothing is straightened.",
        )
        return
    terminal.say(
        f"镜头：畸变 {found['bend']:.4f}{doubt}，校正后台面上的位置最多移动 {found['shift_cm']:.1f} cm",
        f"lens: bend {found['bend']:.4f}{doubt}; straightening moves places on the desk by up to "
        f"{found['shift_cm']:.1f} cm",
    )
