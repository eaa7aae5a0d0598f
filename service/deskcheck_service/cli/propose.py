"""``deskcheck propose``: home zones drafted from photos of a tidy window, as a layout file to be corrected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from deskcheck_vision.errors import DeskcheckError

from deskcheck_service.cli.checking import EXIT_ERROR, Check, Ordered, find_desk, prepare
from deskcheck_service.cli.detect import report_failure
from deskcheck_service.cli.errors import DeskUnknownError, NoTidyPhotoError, UsageError
from deskcheck_service.cli.options import (
    CornersText,
    DeskSize,
    Force,
    Json,
    Lang,
    LayoutFile,
    ModelFile,
    Photos,
    ViewName,
)
from deskcheck_service.cli.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from deskcheck_calibration.propose import Proposal, ProposedPlace, TidyPicture


def propose(
    context: typer.Context,
    photos: Photos,
    layout_file: LayoutFile,
    corners: CornersText = None,
    desk_size: DeskSize = None,
    view: ViewName = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="写入布局文件 / write the drafted layout file.")
    ] = None,
    force: Force = False,
    as_json: Json = False,
    model: ModelFile = None,
    lang: Lang = None,
) -> int:
    """由整齐时的照片起草定位区 / draft home zones from 1 to 20 photos of the tidy window. People correct the draft."""
    from deskcheck_calibration.layout_file import dump_layout
    from deskcheck_calibration.propose import MOST_PICTURES, propose_layout

    from deskcheck_service.cli.files import write_atomically

    terminal = terminal_of(context)
    if len(photos) > MOST_PICTURES:
        raise UsageError(reason=f"{len(photos)} > {MOST_PICTURES} photos", command="deskcheck propose")
    work = prepare(Ordered("deskcheck propose", layout_file, corners, desk_size, view, None, None, model), terminal)
    used, pictures, failed = [], [], False
    for photo in terminal.track(photos, "识别", "looking"):
        try:
            pictures.append(_look(work, photo))
            used.append(photo)
        except DeskcheckError as error:
            report_failure(terminal, photo, error, as_json=as_json)
            failed = True
    if not pictures:
        raise NoTidyPhotoError
    proposal = propose_layout(pictures, work.layout)
    if out is not None:
        write_atomically(out, dump_layout(proposal.layout).encode(), force=force)
    if as_json:
        terminal.json(_document(used, proposal, out))
    else:
        _tell(terminal, len(used), proposal, out)
    return EXIT_ERROR if failed else 0


def _look(work: Check, photo: Path) -> TidyPicture:
    """Find the desk and the things in one photo.

    Raises:
        DeskcheckError: the photo cannot be read, or shows no desk that is known.
    """
    from deskcheck_calibration.judging import DETECT_FROM
    from deskcheck_calibration.propose import TidyPicture

    from deskcheck_service.cli.pictures import read_picture, usable_focal_px

    picture = read_picture(photo, work.settings)
    desk = find_desk(work, photo, picture.image, usable_focal_px(picture))
    if desk.plane is None:
        raise DeskUnknownError(path=photo)
    return TidyPicture(work.detector.detect(picture.image, min_confidence=DETECT_FROM), desk.plane)


def _document(used: list[Path], proposal: Proposal, out: Path | None) -> dict[str, Any]:
    return {
        "photos": [str(photo) for photo in used],
        "window": proposal.layout.window,
        "places": [_place(place) for place in proposal.places],
        "layout": str(out) if out is not None else None,
    }


def _place(place: ProposedPlace) -> dict[str, Any]:
    zone = place.zone
    return {
        "item": place.item,
        "centre_cm": [round(value, 1) for value in place.centre_cm],
        "uncertainty_cm": round(place.uncertainty_cm, 1),
        "seen": place.seen,
        "looked": place.looked,
        "spread_cm": round(place.spread_cm, 1),
        "zone": None
        if zone is None
        else {
            "id": zone.id,
            "polygon_cm": [list(point) for point in zone.polygon_cm],
            "min_count": zone.min_count,
            "max_count": zone.max_count,
            "tolerance_cm": zone.tolerance_cm,
            "returns": zone.returns,
        },
        "no_zone": place.no_zone.value if place.no_zone is not None else None,
    }


def _why(place: ProposedPlace) -> tuple[str, str]:
    from deskcheck_calibration.proposal_words import no_zone_text

    if place.zone is not None:
        return ("必备", "required") if place.zone.min_count else ("允许", "allowed")
    if place.no_zone is None:
        return "", ""
    return f"未起草：{no_zone_text(place.no_zone, 'zh')}", f"no zone: {no_zone_text(place.no_zone, 'en')}"


def _tell(terminal: Terminal, count: int, proposal: Proposal, out: Path | None) -> None:
    from deskcheck_calibration.wording import item_name

    drafted = len(proposal.layout.zones)
    terminal.say(
        f"{count} 张照片，起草 {drafted} 个定位区；请核对后再报批。",
        f"{count} photos, {drafted} home zones drafted; check them before you submit them.",
    )
    for place in proposal.places:
        x, y = place.centre_cm
        about, apart = f"±{place.uncertainty_cm:.1f} cm", f"{place.spread_cm:.1f} cm"
        zh, en = _why(place)
        terminal.say(
            f"  {item_name(place.item, 'zh')} 左起 {x:.0f} cm、距外沿 {y:.0f} cm（{about}），"
            f"{place.looked} 张中见到 {place.seen} 张，相差 {apart}：{zh}",
            f"  {item_name(place.item, 'en')} at {x:.0f} cm from the left, {y:.0f} cm from the edge "
            f"({about}), seen in {place.seen} of {place.looked}, {apart} apart: {en}",
        )
    if out is not None:
        terminal.say(f"已写入 {out}", f"wrote {out}")
