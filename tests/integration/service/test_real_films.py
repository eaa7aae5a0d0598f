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
from deskcheck_calibration.findings import State
from deskcheck_calibration.layout import (
    Layout,
)
from deskcheck_calibration.layout_file import dump_layout
from deskcheck_service.app import create_app
from deskcheck_service.cameras.watching import check_burst
from deskcheck_service.layouts import service as places
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import FindingRow
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
GONE = {"left": ((7.2, 10.9), (18.1, 26.9)), "middle": ((18.1, 21.7),), "right": ((32.3, 34.4),)}


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


def bursts(film: VideoFileSource, starts_s: Sequence[float], apart_s: float = APART_S) -> Iterator[list[Frame]]:
    for start_s in starts_s:
        yield [film.frame_at(start_s + number * apart_s) for number in range(FRAMES)]


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
