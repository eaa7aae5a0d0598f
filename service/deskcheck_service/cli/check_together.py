"""``deskcheck check --together``: photos of one window from several views, judged as one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskcheck_vision.errors import DeskcheckError

from deskcheck_service.cli.checking import (
    EXIT_ERROR,
    Check,
    FoundDesk,
    drawn,
    exit_code,
    find_desk,
)
from deskcheck_service.cli.detect import report_failure
from deskcheck_service.cli.errors import UsageError
from deskcheck_service.cli.parsing import parse_time
from deskcheck_service.cli.telling import finding_document, of_judgement, of_picture, tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from deskcheck_calibration.judging import JudgedViews
    from deskcheck_vision.images import Picture

    from deskcheck_service.cli.pictures import OverlayFolder


@dataclass(frozen=True, slots=True)
class _Photo:
    """A photo with its desk."""

    path: Path
    picture: Picture
    taken_at: datetime
    desk: FoundDesk


def check_together(work: Check, photos: Sequence[Path], folder: OverlayFolder, *, as_json: bool) -> int:
    """Judge photos as one, tell about it and return the exit code.

    A photo that cannot be used is told, and nothing is judged: what it would have shown is not known.

    Raises:
        UsageError: fewer than two photos, or an option that is of one view alone.
        ViewsApartError: the photos are of different times.
    """
    from deskcheck_calibration.judging import SeenView, judge_views
    from deskcheck_vision.frames import Frame

    if len(photos) < 2 or work.corners_px is not None or work.view is not None:
        reason = "--together takes two photos or more, and neither --corners nor --view"
        raise UsageError(reason=reason, command="deskcheck check")
    read = []
    for photo in photos:
        try:
            read.append(_read(work, photo))
        except DeskcheckError as error:
            report_failure(work.terminal, photo, error, as_json=as_json)
            return EXIT_ERROR
    views = [
        SeenView(
            [Frame(one.picture.image, one.taken_at, one.path.name)], one.desk.plane, calibrated=one.desk.calibrated
        )
        for one in read
    ]
    judged = judge_views(views, work.layout, work.detector)
    if folder.wanted:
        for one, view in zip(read, judged.views, strict=True):
            folder.save(one.path, drawn(one.picture.image, view, work))
    if as_json:
        work.terminal.json(_document(judged, work, read))
    else:
        tell(work.terminal, " + ".join(str(photo) for photo in photos), judged.judgement)
    return exit_code(judged.judgement)


def _read(work: Check, photo: Path) -> _Photo:
    from deskcheck_service.cli.pictures import read_picture, usable_focal_px

    picture = read_picture(photo, work.settings)
    taken_at = work.taken_at or picture.taken_at or parse_time(None, work.layout.hours.time_zone)
    return _Photo(photo, picture, taken_at, find_desk(work, photo, picture.image, usable_focal_px(picture)))


def _document(judged: JudgedViews, work: Check, read: Sequence[_Photo]) -> dict[str, Any]:
    """Return the judgement as --json prints it; every finding names the photo that its box is in."""
    pictures = [
        {"photo": str(one.path), **of_picture(view, one.desk)} for one, view in zip(read, judged.views, strict=True)
    ]
    findings = [
        {
            **finding_document(finding, work.terminal),
            "photo": str(read[finding.picture].path) if finding.xyxy is not None else None,
        }
        for finding in judged.judgement.findings
    ]
    return {"photos": pictures, **of_judgement(judged.judgement, work), "findings": findings}
