"""What ``check`` and ``check-film`` share: the order, the desk in a picture, what is told of a judgement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from deskcheck_vision.errors import Language

from deskcheck_service.cli.errors import UsageError, ViewUnknownError
from deskcheck_service.cli.parsing import parse_corners, parse_desk_size, parse_time
from deskcheck_service.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from deskcheck_calibration.desk_reference import DeskReference
    from deskcheck_calibration.findings import Judgement
    from deskcheck_calibration.judging import Judged
    from deskcheck_calibration.layout import Layout
    from deskcheck_calibration.plane import DeskPlane
    from deskcheck_vision.detections import Uint8Array
    from deskcheck_vision.detector import Detector
    from deskcheck_vision.lens import Lens

    from deskcheck_service.cli.parsing import Corners
    from deskcheck_service.settings import Settings

EXIT_ERROR = 2
# A window of which a part was not assessed has not passed.
_EXIT_OF_STATE = {"suspected": 1, "inconclusive": 3, "not_assessed": 3}
# An error first: then nothing is known of that picture. A suspicion outweighs what could not be judged.
_WORST_FIRST = (EXIT_ERROR, 1, 3, 0)


@dataclass(frozen=True, slots=True)
class Check:
    """What all pictures of one command have in common.

    Attributes:
        layout: the layout file.
        detector: finds the items.
        corners_px: the desk in these pictures; None uses the layout's views.
        view: name of the view to use; None lets each picture's name or proportions pick one.
        taken_at: when they were taken, or began; None asks each file.
        settings: limits of pictures.
        terminal: where notes go.
        reference: the desk as its approved picture shows it; None without one.
    """

    layout: Layout
    detector: Detector
    corners_px: Corners | None
    view: str | None
    taken_at: datetime | None
    settings: Settings
    terminal: Terminal
    reference: DeskReference | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """The options that both commands take, as typed."""

    command: str
    layout_file: Path
    corners: str | None
    desk_size: str | None
    view: str | None
    at: str | None
    conf: float | None
    model: Path | None


def prepare(ordered: Ordered, terminal: Terminal) -> Check:
    """Read what was asked for and load the model.

    Raises:
        CommandError: an option cannot be used.
        LayoutFileError: the layout file cannot be used.
        ModelFileError: there is no usable model.
    """
    from deskcheck_calibration.layout_file import load_layout

    from deskcheck_service.cli.files import read_bytes
    from deskcheck_service.cli.pictures import open_detector
    from deskcheck_service.cli.settings import read_settings

    settings, view = read_settings(), ordered.view
    corners_px = parse_corners(ordered.corners) if ordered.corners is not None else None
    if ordered.desk_size is not None and corners_px is None:
        raise UsageError(reason="--desk-size needs --corners", command=ordered.command)
    read_bytes(ordered.layout_file, 1)  # an absent file is told in the words of the command line
    layout = load_layout(ordered.layout_file)
    if ordered.desk_size is not None:
        layout = replace(layout, desk_wh_cm=parse_desk_size(ordered.desk_size))
    if view is not None and view not in (known.name for known in layout.views):
        raise ViewUnknownError(view=view, known=", ".join(known.name for known in layout.views) or "-")
    taken_at = parse_time(ordered.at, layout.hours.time_zone) if ordered.at is not None else None
    detector: Detector = open_detector(ordered.model, settings)
    if ordered.conf is not None:
        from deskcheck_service.cli.sure_detector import SureDetector

        detector = SureDetector(detector, ordered.conf)
    return Check(layout, detector, corners_px, view, taken_at, settings, terminal)


def exit_code(judgement: Judgement) -> int:
    """Return what a judgement ends a command with."""
    return _EXIT_OF_STATE.get(judgement.state.value, 0)


def worst(codes: Iterable[int]) -> int:
    """Return the exit code that counts among several."""
    found = {0, *codes}
    return next(code for code in _WORST_FIRST if code in found)


@dataclass(frozen=True, slots=True)
class FoundDesk:
    """The desk in a picture.

    Attributes:
        plane: None where it is not known.
        how: "corners", "markers", "view", "features" or "none".
        view: name of the view that it is known by; None without one.
        calibrated: the desk in that view's calibrated picture, which says what its pictures are meant to show.
    """

    plane: DeskPlane | None
    how: str
    view: str | None = None
    calibrated: DeskPlane | None = None


def find_desk(work: Check, photo: Path, image: Uint8Array, focal_px: float | None = None) -> FoundDesk:
    """Find the desk in a picture: by the corners given, by its position stickers, by a view, by features.

    A layout file does not say which number its window's stickers carry: the desk of which most are seen is taken.
    A view that only fits by its proportions is used, but said: it is right for a fixed camera and for nothing else.

    Args:
        work: what is checked.
        photo: the file; a view of its name is the right one.
        image: (H, W, 3) uint8 BGR.
        focal_px: its focal length where it is known.

    Raises:
        CalibrationError: the corners are not a desk's.
    """
    from deskcheck_calibration.errors import NoReferenceViewError
    from deskcheck_calibration.judging import lens_of_view, plane_for_photo, plane_from_view
    from deskcheck_calibration.plane import DeskPlane

    image_wh = (image.shape[1], image.shape[0])
    if work.corners_px is not None:
        return FoundDesk(DeskPlane.from_corners(work.corners_px, work.layout.desk_wh_cm, image_wh, focal_px), "corners")
    named = [
        view for view in work.layout.views if view.name in ((work.view,) if work.view else (photo.name, photo.stem))
    ]
    by_stickers = _by_stickers(work.layout, image, focal_px, lens_of_view(named[0], image_wh) if named else None)
    if by_stickers is not None:
        return FoundDesk(by_stickers, "markers")
    if not named and work.reference is not None:
        return _by_features(work, work.reference, photo, image, focal_px)
    layout = replace(work.layout, views=tuple(named)) if named else work.layout
    try:
        plane = plane_for_photo(layout, image_wh, photo.name)
    except NoReferenceViewError as error:
        _note(work.terminal, photo, error.sentence, error.next_step)
        return FoundDesk(None, "none")
    shown = next(view for view in layout.views if _alike(view.image_wh, image_wh))
    calibrated = plane_from_view(shown, layout.desk_wh_cm, shown.image_wh)
    if named:
        return FoundDesk(plane, "view", shown.name, calibrated)
    guess = shown.name
    work.terminal.note(
        f"{photo}：按相同长宽比采用视图“{guess}”；若并非同一固定位置拍摄，请用 --corners 或 --view 指定。",
        f"{photo}: view '{guess}' was taken, as its proportions fit; if it was not taken from that very place, "
        "give --corners or --view.",
    )
    return FoundDesk(plane, "view", guess, calibrated)


def _by_features(
    work: Check, reference: DeskReference, photo: Path, image: Uint8Array, focal_px: float | None
) -> FoundDesk:
    """Recognise the desk by its approved picture; where that is not sure, no view is guessed in its place."""
    from deskcheck_calibration.desk_registration import register_photo
    from deskcheck_calibration.errors import DeskNotRecognisedError

    found = register_photo(image, reference, focal_px)
    if found.plane is not None:
        return FoundDesk(found.plane, "features")
    if found.refusal is not None:
        error = DeskNotRecognisedError.because(found.refusal)
        _note(work.terminal, photo, error.sentence, error.next_step)
    return FoundDesk(None, "none")


def with_reference(work: Check, path: Path) -> Check:
    """Return the order with an approved picture to recognise the desk by, whose own desk a view of the layout tells.

    Raises:
        NoReferenceViewError: no view fits the picture.
        PictureError: it cannot be used.
        CalibrationError: the view's corners are unusable.
    """
    from deskcheck_calibration.desk_reference import DeskReference
    from deskcheck_calibration.judging import DETECT_FROM, plane_for_photo

    from deskcheck_service.cli.pictures import read_picture

    picture = read_picture(path, work.settings)
    plane = plane_for_photo(work.layout, picture.image_wh, path.name)
    seen = work.detector.detect(picture.image, min_confidence=DETECT_FROM)
    return replace(work, reference=DeskReference.from_picture(picture.image, plane, seen))


def _by_stickers(layout: Layout, image: Uint8Array, focal_px: float | None, lens: Lens | None) -> DeskPlane | None:
    if not layout.stickers:
        return None
    from deskcheck_calibration.stickers import plane_from_stickers
    from deskcheck_vision.markers import find_tags, read_desks

    desks = read_desks(find_tags(image))
    image_wh = (image.shape[1], image.shape[0])
    return plane_from_stickers(desks[0], layout, image_wh, focal_px, lens) if desks else None


def _alike(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return abs(first[0] * second[1] / (first[1] * second[0]) - 1) < 0.01


def _note(terminal: Terminal, photo: Path, *texts: Callable[[Language], str]) -> None:
    zh, en = (" ".join(text(language) for text in texts) for language in ("zh", "en"))
    terminal.note(f"{photo}：{zh}", f"{photo}: {en}")


def drawn(image: Uint8Array, judged: Judged, work: Check) -> Uint8Array:
    """Return the annotated picture, people made unrecognisable.

    Args:
        image: (H, W, 3) uint8 BGR.
        judged: what came of it.
        work: what is checked.
    """
    from deskcheck_calibration.judging import DETECT_FROM
    from deskcheck_calibration.picture import overlay_of
    from deskcheck_vision.privacy import mask_people

    masked = mask_people(image, judged.detections, min_confidence=DETECT_FROM)
    return overlay_of(masked.image, judged, work.layout, work.terminal.language, mask=masked.mask)
