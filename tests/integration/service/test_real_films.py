"""Films of real fixed cameras through the way of the audit: film source, bursts, judgements, problems.

The films are not part of the project (CC BY 4.0, Intel's sample videos). They lie in ``videos`` below
``DESKCHECK_DATA_DIR``, by default ``../shared/data`` beside the repository; without them these tests are skipped.
What is seen in them was read off their frames by eye, a third of a second apart, independently of the program.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import av
import cv2
import pytest
from deskcheck_calibration.findings import Reason, State
from deskcheck_calibration.layout import (
    HomeZone,
    Layout,
    Policy,
    PolicyKind,
    PolygonCm,
    ReferenceView,
    Surface,
    SurfaceKind,
)
from deskcheck_calibration.layout_file import dump_layout
from deskcheck_service.app import create_app
from deskcheck_service.cameras.watching import check_burst
from deskcheck_service.layouts import service as places
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import FindingRow
from deskcheck_service.tables.problems import Problem, ProblemEnd
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.errors import ModelMissingError
from deskcheck_vision.frames import Frame
from deskcheck_vision.model_files import default_model_path
from deskcheck_vision.sources.film import VideoFileSource
from service_kit import logged_in, make_hall
from sqlalchemy import select

DATA = Path(os.environ.get("DESKCHECK_DATA_DIR", Path(__file__).resolve().parents[4] / "shared" / "data"))
BOTTLES = DATA / "videos" / "intel_bottle-detection.mp4"
TABLE = DATA / "videos" / "intel_one-by-one-person-detection.mp4"

pytestmark = [
    pytest.mark.skipif(not BOTTLES.is_file(), reason=f"no real films at {DATA}; set DESKCHECK_DATA_DIR"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

CAMERA, VIEW, WINDOW = "film-camera", "film", "A01"
# Half past six in the evening, after closing: nothing has a time of grace.
STARTED_AT = datetime.fromisoformat("2026-11-19T18:30:00+08:00")
FRAMES, APART_S = 3, 0.3

# A bottle of half a litre is 21.5 cm high: 9.5 px/cm where they stand, 58 cm from a lens 14 cm above the table.
TABLE_WH_CM = (60.0, 40.0)
TABLE_CORNERS = ((128.0, 269.0), (512.0, 269.0), (679.0, 346.0), (-39.0, 346.0))
TABLE_FOCAL_PX = 550.0
THIRDS = {"left": (0.0, 17.5), "middle": (17.5, 42.0), "right": (42.0, 60.0)}
# From when to when each bottle stands there with no hand about, and when it is gone.
STANDS = {
    "left": ((0.0, 5.7), (13.6, 15.8), (29.1, 39.8)),
    "middle": ((0.0, 15.8), (24.6, 39.8)),
    "right": ((0.0, 30.8), (37.0, 39.8)),
}
# From when to when it stands there, a hand on it or not.
HELD = {
    "left": ((0.0, 6.8), (12.4, 17.6), (28.0, 39.8)),
    "middle": ((0.0, 17.6), (23.0, 39.8)),
    "right": ((0.0, 31.9), (35.8, 39.8)),
}
# Regular bursts; a bottle is away for at least two of them.
BURSTS_S = (
    0.5, 2.0, 3.5, 5.0, 8.0, 10.0, 13.7, 14.5, 15.2, 18.5, 20.5, 25.0, 29.2, 32.4, 33.6, 37.1,
)  # fmt: skip
GONE = {"left": ((7.2, 10.9), (18.1, 26.9)), "middle": ((18.1, 21.7),), "right": ((32.3, 34.4),)}

# A round table of about 70 cm, 70 px to each side of its middle: the square in it.
ROUND_WH_CM = (49.0, 49.0)
ROUND_CORNERS = ((406.0, 91.0), (502.0, 92.0), (505.0, 142.0), (403.0, 140.0))
# Bursts of two seconds, the table in plain sight, and somebody before it all the time.
IN_SIGHT_S, HIDDEN_S = (2.0, 46.0, 71.0, 121.0), (13.0, 32.0, 59.0, 100.0, 129.0)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was suspected and doubted at one burst, by rule, class and place."""

    at_s: float
    suspected: frozenset[tuple[str, str, str]]
    doubted: frozenset[tuple[str, str, str, str]]


@pytest.fixture
def services(sqlite_url: str, tmp_path: Path) -> Iterator[Services]:
    try:
        default_model_path()
    except ModelMissingError as error:
        pytest.skip(str(error))
    settings = Settings(database_url=sqlite_url, evidence_url=str(tmp_path / "evidence"), log_level="error")
    built = build_services(settings)
    yield built
    built.close()


def with_keyframes(film: Path, to: Path, fps: int) -> Path:
    """The film as a recorder keeps it whose every frame is a whole picture."""
    with av.open(str(film)) as source, av.open(str(to), "w") as out:
        first = source.streams.video[0]
        stream = out.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = first.width, first.height, "yuv420p"
        stream.options = {"crf": "18", "preset": "ultrafast", "x264-params": "keyint=1"}
        due = 0
        for frame in source.decode(video=0):
            if float(frame.time or 0.0) < due / fps - 1e-3:
                continue
            picture = av.VideoFrame.from_ndarray(frame.to_ndarray(format="bgr24"), format="bgr24")
            picture.pts, due = due, due + 1
            out.mux(stream.encode(picture))
        out.mux(stream.encode())
    return to


def install(services: Services, layout: Layout, still: Uint8Array) -> None:
    """The window with its approved layout, its reference picture and its camera, each by its own route."""
    hall = make_hall(services)
    app = create_app(services.settings, services)
    with services.database.writing() as session:
        places.import_layout(session, "test", dump_layout(layout))
    done, content = cv2.imencode(".jpg", still, [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert done
    corners = " ".join(f"{x},{y}" for x, y in layout.views[0].corners_px)
    answer = logged_in(app, "supervisor").put(
        f"/api/v1/windows/{WINDOW}/views/{VIEW}",
        files={"photo": ("still.jpg", content.tobytes())},
        data={"corners_px": corners},
    )
    assert answer.status_code in (200, 201), answer.text
    administrator = logged_in(app, "administrator")
    new = {"centre_id": hall.centre_id, "code": CAMERA, "name_zh": "摄像机", "name_en": "Camera"}
    assert administrator.post("/api/v1/cameras", json=new).status_code == 201
    assert administrator.put(f"/api/v1/cameras/{CAMERA}/views/{WINDOW}/{VIEW}").status_code == 200


def burst(film: VideoFileSource, start_s: float, apart_s: float = APART_S) -> list[Frame]:
    return [film.frame_at(start_s + number * apart_s) for number in range(FRAMES)]


def lies_in(start_s: float, spans: Sequence[tuple[float, float]]) -> bool:
    """Whether all frames of a burst lie in one of some spans."""
    return any(first <= start_s and start_s + (FRAMES - 1) * APART_S <= last for first, last in spans)


def look(services: Services, frames: list[Frame], at_s: float) -> Seen:
    """One burst the way of the audit, and what it made of the window."""
    checked = check_burst(services, "audit", CAMERA, frames, key=f"{at_s}".encode())
    (judged,) = checked.judged.values()
    with services.database.reading() as session:
        rows = session.scalars(select(FindingRow).where(FindingRow.judgement_id == judged.judgement.id)).all()
        told = {state: [row for row in rows if row.state is state] for state in State}
    names = {state: [(row.rule, row.item or "", row.place or "") for row in found] for state, found in told.items()}
    doubts = {
        (*name, row.reason or "") for name, row in zip(names[State.INCONCLUSIVE], told[State.INCONCLUSIVE], strict=True)
    }
    return Seen(at_s, frozenset(names[State.SUSPECTED]), frozenset(doubts))


def bottles_layout() -> Layout:
    """A table on which no drink may stand, in three parts, since a bottle has its place in each."""
    parts = {name: ((a, 0.0), (b, 0.0), (b, 40.0), (a, 40.0)) for name, (a, b) in THIRDS.items()}
    return Layout(
        WINDOW, 1, TABLE_WH_CM, "1",
        surfaces=tuple(Surface(name, SurfaceKind.MAIN_COUNTER, polygon) for name, polygon in parts.items()),
        policies=(Policy("beverage_container", PolicyKind.FORBIDDEN),),
        views=(ReferenceView(VIEW, (640, 360), TABLE_CORNERS, TABLE_FOCAL_PX),),
    )  # fmt: skip


def test_bottles_set_down_and_taken_away_are_found_as_they_are_seen(services: Services, tmp_path: Path) -> None:
    with VideoFileSource(with_keyframes(BOTTLES, tmp_path / "film.mp4", 10), started_at=STARTED_AT) as film:
        # No frame shows the table empty: its left part comes from one moment, its right from another.
        still = film.frame_at(20.0).image.copy()
        still[:, 430:] = film.frame_at(33.5).image[:, 430:]
        install(services, bottles_layout(), still)
        seen = [look(services, burst(film, start_s), start_s) for start_s in BURSTS_S]
    for one in seen:
        found = {place for rule, _, place in one.suspected if rule == "V01"}
        assert all(item == "beverage_container" for rule, item, _ in one.suspected if rule == "V01")
        unsure = {place for rule, _, place, reason in one.doubted if rule == "V01" and reason == Reason.LOW_CONFIDENCE}
        standing = {place for place, spans in STANDS.items() if lies_in(one.at_s, spans)}
        gone = {place for place, spans in GONE.items() if lies_in(one.at_s, spans)}
        assert standing <= found | unsure, one
        assert not gone & found, one
    told = [one for one in told_problems(services) if one[0] == "V01"]
    # Every time that a bottle is set down is a problem; every time that it is taken away, that problem ends.
    assert [(place, ended) for _, place, _, ended, _ in told if place == "left"] == [
        ("left", True), ("left", True), ("left", False)
    ]  # fmt: skip
    assert [(place, ended) for _, place, _, ended, _ in told if place != "left"] == [
        ("middle", True), ("middle", False), ("right", True), ("right", False)
    ]  # fmt: skip
    for _, place, first_s, ended, closed_s in told:
        (span,) = [one for one in HELD[place] if one[0] <= first_s <= one[1]]
        assert not ended or any(first <= closed_s <= last for first, last in GONE[place] if first > span[0]), place


def test_what_people_hide_is_not_missing(services: Services) -> None:
    whole: PolygonCm = ((0.0, 0.0), (49.0, 0.0), (49.0, 49.0), (0.0, 49.0))
    layout = Layout(
        WINDOW, 1, ROUND_WH_CM, "1",
        surfaces=(Surface("table", SurfaceKind.MAIN_COUNTER, whole),),
        zones=(HomeZone("keyboard_place", "keyboard", whole, min_count=1),),
        views=(ReferenceView(VIEW, (768, 432), ROUND_CORNERS),),
    )  # fmt: skip
    with VideoFileSource(TABLE, every_s=1.0, started_at=STARTED_AT) as film:
        install(services, layout, film.frame_at(2.0).image)
        seen = {at_s: look(services, burst(film, at_s, 1.0), at_s) for at_s in sorted((*IN_SIGHT_S, *HIDDEN_S))}
    missing = ("V05", "keyboard", "keyboard_place")
    # No keyboard lies there at any time, and the table says so whenever it is seen.
    assert all(missing in seen[at_s].suspected for at_s in IN_SIGHT_S)
    for at_s in HIDDEN_S:
        assert not seen[at_s].suspected, seen[at_s]
        assert (*missing, Reason.COVERED_BY_PERSON) in seen[at_s].doubted


def told_problems(services: Services) -> list[tuple[str, str, float, bool, float]]:
    """Rule, place, first seen, no longer seen, and when that was told, in seconds of the film."""
    with services.database.reading() as session:
        rows = session.scalars(select(Problem).order_by(Problem.place, Problem.first_seen)).all()
        return [
            (
                row.rule,
                row.place,
                (row.first_seen - STARTED_AT).total_seconds(),
                row.ended_by is ProblemEnd.NO_LONGER_SEEN,
                (row.closed_at - STARTED_AT).total_seconds() if row.closed_at else 0.0,
            )
            for row in rows
        ]
