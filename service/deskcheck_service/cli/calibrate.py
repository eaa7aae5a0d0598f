"""``deskcheck calibrate``: the desk plane of one photo, as the beginning of a layout file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcheck_service.cli.errors import SheetAbsentError, StickersAbsentError, UsageError
from deskcheck_service.cli.known_points import KnownPoints, corners_by_points
from deskcheck_service.cli.lens import FoundLens, LensText, find_lens, lens_document, tell_lens
from deskcheck_service.cli.options import CornersText, DeskSize, Force, Json, Lang
from deskcheck_service.cli.parsing import Corners, parse_corners, parse_desk_size
from deskcheck_service.cli.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from deskcheck_calibration.layout import Layout
    from deskcheck_calibration.plane import DeskPlane
    from deskcheck_calibration.stickers import Measured
    from deskcheck_vision.images import Picture
    from deskcheck_vision.lens import Lens
    from deskcheck_vision.markers import DeskTags

    from deskcheck_service.cli.a4_sheet import Sheet


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the desk is and how that is known.

    Attributes:
        corners_px: outer-left, outer-right, inner-right, inner-left corner.
        size_wh_cm: width and depth.
        plane: the desk's plane.
        sheet: the A4 sheet it was measured by; None where the size was given.
        sheet_plane: the plane in the sheet's own centimetres.
        stickers: the position stickers in the photo, measured; None where it shows no two of one desk.
    """

    corners_px: Corners
    size_wh_cm: tuple[float, float]
    plane: DeskPlane
    sheet: Sheet | None = None
    sheet_plane: DeskPlane | None = None
    stickers: Measured | None = None


def calibrate(
    context: typer.Context,
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="照片 / photo of the desk.")],
    window: Annotated[str, typer.Option("--window", metavar="CODE", help="窗口编号 / code of the window.")],
    corners: CornersText = None,
    desk_size: DeskSize = None,
    a4: Annotated[
        bool,
        typer.Option("--a4", help="用台面上的 A4 纸作尺 / measure by an A4 sheet (21 x 29.7 cm) lying on the desk."),
    ] = False,
    stickers: Annotated[
        bool,
        typer.Option(
            "--stickers", help="由台面四角的定位贴确定 / by the position stickers at the desk's four corners."
        ),
    ] = False,
    points: KnownPoints = None,
    focal: Annotated[
        float | None,
        typer.Option("--focal", min=1.0, metavar="PX", help="焦距，像素 / focal length in px; default: EXIF, if any."),
    ] = None,
    lens: LensText = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="写入布局文件 / write a layout file with this view.")
    ] = None,
    force: Force = False,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """由四角、已知点、定位贴或 A4 纸标定台面 / calibrate a desk and start a layout file.

    Corners run outer left, outer right, inner right, inner left as the staff see them. With --a4 and no corners
    the part of the desk that the photo shows is taken, its outer edge at the top of the photo. With --stickers all
    four position stickers have to be seen; a --desk-size given with it is believed before theirs.
    """
    from deskcheck_service.cli.files import write_atomically
    from deskcheck_service.cli.pictures import read_picture, usable_focal_px
    from deskcheck_service.cli.settings import read_settings

    terminal = terminal_of(context)
    if points is not None and (a4 or stickers or corners is not None or desk_size is None):
        raise UsageError(reason="--points goes with --desk-size alone", command="deskcheck calibrate")
    if not (a4 or stickers or points) and (corners is None or desk_size is None):
        raise UsageError(reason="--corners and --desk-size, --stickers or --a4", command="deskcheck calibrate")
    if stickers and (a4 or corners is not None):
        raise UsageError(reason="--stickers, --a4 and --corners are three ways", command="deskcheck calibrate")
    if a4 and corners is None and desk_size is not None:
        raise UsageError(reason="--desk-size needs --corners", command="deskcheck calibrate")
    if (a4 or points is not None) and lens not in (None, "none"):
        raise UsageError(reason="--lens needs --corners or --stickers", command="deskcheck calibrate")
    corners_px = parse_corners(corners) if corners is not None else None
    size_wh_cm = parse_desk_size(desk_size) if desk_size is not None else None
    picture = read_picture(photo, read_settings())
    if focal is not None and not _is_lens(focal, picture):
        raise UsageError(
            reason=f"--focal {focal:g}: 0.1-20 x {max(picture.image_wh)} px", command="deskcheck calibrate"
        )
    focal_px = focal or usable_focal_px(picture)
    if points is not None and size_wh_cm is not None:
        corners_px = corners_by_points(photo, points, size_wh_cm, picture.image_wh, focal_px)
    shown, size_asked = _shown_stickers(picture), size_wh_cm
    if stickers:
        corners_px, size_wh_cm = _by_stickers(photo, shown, size_asked)
    found = find_lens(lens, picture, corners_px, shown if stickers else None, size_asked, focal_px)
    focal_px = focal or found.focal_px or focal_px
    if stickers and found.lens is not None:
        corners_px, size_wh_cm = _by_stickers(photo, shown, size_asked, found.lens)
    desk = _desk(photo, picture, focal_px, corners_px, size_wh_cm, found.lens, a4=a4)
    if shown is not None:
        desk = _measured(desk, shown)
    layout = _skeleton(window, photo, picture, desk, focal_px, found)
    if out is not None:
        _refuse_a_layout_that_cannot_be_read(layout)
        from deskcheck_calibration.layout_file import dump_layout

        write_atomically(out, dump_layout(layout).encode(), force=force)
    document = {**_document(photo, picture, window, desk, out), "lens": lens_document(found, desk.plane)}
    if as_json:
        terminal.json(document)
    else:
        _tell(terminal, document)
    return 0


def _desk(
    photo: Path,
    picture: Picture,
    focal_px: float | None,
    corners_px: Corners | None,
    size_wh_cm: tuple[float, float] | None,
    lens: Lens | None,
    *,
    a4: bool,
) -> _Desk:
    from deskcheck_calibration.plane import DeskPlane

    from deskcheck_service.cli import sheet_desk
    from deskcheck_service.cli.a4_sheet import find_a4_sheet

    wh = picture.image_wh
    sheet = find_a4_sheet(picture.image, focal_px) if a4 else None
    if sheet is None:
        if corners_px is None or size_wh_cm is None or a4:
            raise SheetAbsentError(path=photo)
        plane = DeskPlane.from_corners(corners_px, size_wh_cm, wh, focal_px, lens=lens)
        return _Desk(corners_px, size_wh_cm, plane)
    measured = sheet_desk.sheet_plane(sheet, wh, focal_px)
    if corners_px is None:
        corners_px, size_wh_cm = sheet_desk.visible_desk(measured, wh)
    elif size_wh_cm is None:
        width_cm, depth_cm = sheet_desk.measured_size_cm(measured, corners_px)
        size_wh_cm = (round(width_cm, 1), round(depth_cm, 1))
    plane = DeskPlane.from_corners(corners_px, size_wh_cm, wh, focal_px)
    return _Desk(corners_px, size_wh_cm, plane, sheet, measured)


def _shown_stickers(picture: Picture) -> DeskTags | None:
    """Return the stickers of the desk of which the photo shows most, None where it shows no two of any."""
    from deskcheck_vision.markers import find_tags, read_desks

    desks = read_desks(find_tags(picture.image))
    return desks[0] if desks else None


def _by_stickers(
    photo: Path, shown: DeskTags | None, size_wh_cm: tuple[float, float] | None, lens: Lens | None = None
) -> tuple[Corners, tuple[float, float]]:
    from deskcheck_calibration.stickers import desk_by_stickers

    found = desk_by_stickers(shown, lens=lens) if shown is not None else None
    if found is None:
        raise StickersAbsentError(path=photo, count=len(shown.tags) if shown is not None else 0)
    return found.corners_px, size_wh_cm or found.size_cm


def _measured(desk: _Desk, shown: DeskTags) -> _Desk:
    from deskcheck_calibration.stickers import measure_stickers

    return replace(desk, stickers=measure_stickers(shown, desk.plane))


def _is_lens(focal_px: float, picture: Picture) -> bool:
    from deskcheck_calibration.plane import FOCAL_OF_LONG_SIDE

    return FOCAL_OF_LONG_SIDE[0] <= focal_px / max(picture.image_wh) <= FOCAL_OF_LONG_SIDE[1]


def _skeleton(
    window: str, photo: Path, picture: Picture, desk: _Desk, focal_px: float | None, found: FoundLens
) -> Layout:
    from deskcheck_calibration.layout import Layout, ReferenceView, Surface, SurfaceKind
    from deskcheck_vision.taxonomy import TAXONOMY_VERSION

    width_cm, depth_cm = desk.size_wh_cm
    focal, bend = None if focal_px is None else round(focal_px, 1), None if found.lens is None else found.lens.bend
    counter = ((0.0, 0.0), (width_cm, 0.0), (width_cm, depth_cm), (0.0, depth_cm))
    return Layout(
        window=window,
        version=1,
        desk_wh_cm=desk.size_wh_cm,
        taxonomy_version=TAXONOMY_VERSION,
        surfaces=(Surface("counter", SurfaceKind.MAIN_COUNTER, counter),),
        views=(ReferenceView(photo.name, picture.image_wh, desk.corners_px, focal, bend),),
        stickers=desk.stickers.stickers if desk.stickers is not None else (),
    )


def _refuse_a_layout_that_cannot_be_read(layout: Layout) -> None:
    """Read back what would be written: an odd window code is refused here, not by the next command."""
    from deskcheck_calibration.layout_file import dump_layout, load_layout

    load_layout(dump_layout(layout))


def _document(photo: Path, picture: Picture, window: str, desk: _Desk, out: Path | None) -> dict[str, Any]:
    width_cm, depth_cm = desk.size_wh_cm
    middle = (width_cm / 2, depth_cm / 2)
    pose = desk.plane.pose
    return {
        "photo": str(photo),
        "window": window,
        "image_wh": list(picture.image_wh),
        "desk_cm": [width_cm, depth_cm],
        "corners_px": [list(corner) for corner in desk.corners_px],
        "residual_cm": round(desk.plane.residual_cm, 3),
        "px_per_cm": round(desk.plane.scale_px_per_cm(middle), 3),
        "pose": None
        if pose is None
        else {
            "focal_px": round(pose.focal_px, 1),
            "height_cm": round(pose.centre_cm[2], 1),
            "elevation_deg": round(pose.elevation_deg(middle), 1),
        },
        "sheet": _sheet_document(desk),
        "stickers": None
        if desk.stickers is None
        else {
            "number": desk.stickers.number,
            "corners": [sticker.corner.value for sticker in desk.stickers.stickers],
            "side_cm": round(desk.stickers.side_cm, 2),
            "suspicious": desk.stickers.suspicious,
        },
        "layout": str(out) if out is not None else None,
    }


def _sheet_document(desk: _Desk) -> dict[str, Any] | None:
    if desk.sheet is None or desk.sheet_plane is None:
        return None
    import numpy as np

    corners_cm = desk.plane.to_cm(desk.sheet.corners_px)
    diagonals = [float(np.linalg.norm(corners_cm[index + 2] - corners_cm[index])) for index in (0, 1)]
    return {
        "corners_px": [[round(float(x), 1), round(float(y), 1)] for x, y in desk.sheet.corners_px],
        "ratio": round(desk.sheet.ratio, 3),
        "residual_cm": round(desk.sheet_plane.residual_cm, 3),
        "diagonals_cm": [round(diagonal, 2) for diagonal in diagonals],
    }


def _tell(terminal: Terminal, found: dict[str, Any]) -> None:
    width_cm, depth_cm = found["desk_cm"]
    terminal.say(
        f"台面 {width_cm:g} × {depth_cm:g} cm，残差 {found['residual_cm']:.2f} cm，{found['px_per_cm']:.1f} px/cm",
        f"desk {width_cm:g} x {depth_cm:g} cm, residual {found['residual_cm']:.2f} cm, {found['px_per_cm']:.1f} px/cm",
    )
    pose, sheet = found["pose"], found["sheet"]
    if pose is None:
        terminal.say(
            "相机姿态：未知（正上方拍摄或焦距不明）；按常见镜头估计，位置的不确定度会更大。",
            "camera pose: unknown (seen from above, or focal length not known); positions become less certain.",
        )
    else:
        terminal.say(
            f"相机：焦距 {pose['focal_px']:.0f} px，高 {pose['height_cm']:.0f} cm，俯角 {pose['elevation_deg']:.0f}°",
            f"camera: focal length {pose['focal_px']:.0f} px, {pose['height_cm']:.0f} cm above the desk, "
            f"elevation {pose['elevation_deg']:.0f} degrees",
        )
    if sheet is not None:
        shown = " / ".join(f"{diagonal:.2f}" for diagonal in sheet["diagonals_cm"])
        terminal.say(
            f"A4 纸：长宽比 {sheet['ratio']:.3f}（应为 1.414），对角线 {shown} cm（应为 36.37）",
            f"A4 sheet: ratio {sheet['ratio']:.3f} (1.414 expected), diagonals {shown} cm (36.37 expected)",
        )
    if found["lens"] is not None:
        tell_lens(terminal, found["lens"])
    if found["stickers"] is not None:
        _tell_stickers(terminal, found["stickers"])
    if found["layout"] is not None:
        terminal.say(f"已写入 {found['layout']}", f"wrote {found['layout']}")


def _tell_stickers(terminal: Terminal, found: dict[str, Any]) -> None:
    from deskcheck_vision.sticker_sheet import TAG_CM

    count, side_cm = len(found["corners"]), found["side_cm"]
    terminal.say(
        f"定位贴：编号 {found['number']}，{count} 张，边长 {side_cm:.2f} cm（应为 {TAG_CM:.2f}）",
        f"position stickers: number {found['number']}, {count} of them, {side_cm:.2f} cm wide ({TAG_CM:.2f} expected)",
    )
    if found["suspicious"]:
        share = 100 * side_cm / TAG_CM
        terminal.note(
            f"定位贴的大小是应有的 {share:.0f} %：打印时被缩放了，或台面尺寸填错。请用尺核对打印页上的标尺和台面。",
            f"the stickers measure {share:.0f} % of what they should: the sheet was printed at another scale, or the "
            "desk's size is wrong. Lay a ruler on the sheet's scale and on the desk.",
        )
