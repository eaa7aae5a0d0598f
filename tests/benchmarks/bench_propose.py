"""How near the home zones drafted from photos of tidy windows come to where their things belong.

``deskcheck-data synth tidy FOLDER`` makes the windows; DESKCHECK_TIDY_WINDOWS names the folder. A thing of the window
for which no zone is drafted is missed, as is one whose zone lies further off. The note says as well how near the middle
of the rectangle around the thing's contact is: a drafted zone is a rectangle, the middle of three legs lies elsewhere.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

from deskcheck_calibration.judging import DETECT_FROM, plane_from_view
from deskcheck_calibration.layout import HomeZone, Layout
from deskcheck_calibration.layout_file import load_layout
from deskcheck_calibration.propose import TidyPicture, propose_layout
from deskcheck_calibration.shares import shape_of
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.images import decode_picture
from deskcheck_vision.model_files import default_model_path
from deskcheck_vision.sessions import OnnxSession

from tests.benchmarks.figures import Figure, measures

NEAR_CM = 2.0


def middle(zone: HomeZone) -> tuple[float, float]:
    """Centre of a zone."""
    centre = shape_of(zone.polygon_cm).centroid
    return float(centre.x), float(centre.y)


def drafted(folder: Path, layout: Layout, detector: YoloDetector) -> list[HomeZone]:
    """The home zones drafted from the photos of a window."""
    pictures = []
    for view in layout.views:
        image = decode_picture((folder / "images" / f"{view.name}.jpg").read_bytes()).image
        plane = plane_from_view(view, layout.desk_wh_cm, view.image_wh)
        pictures.append(TidyPicture(detector.detect(image, min_confidence=DETECT_FROM), plane))
    return list(propose_layout(pictures, layout).layout.zones)


@measures
def propose_within_2cm() -> Iterator[Figure]:
    """Share of the things of tidy windows for which a zone is drafted within 2 cm, from five photos each."""
    folder = Path(os.environ.get("DESKCHECK_TIDY_WINDOWS", ""))
    files = sorted((folder / "layouts").glob("*.yaml")) if folder.name else []
    if not files:
        yield Figure("propose_within_2cm", None, 0.90, False, "share", "DESKCHECK_TIDY_WINDOWS names no tidy windows")
        return
    detector = YoloDetector(OnnxSession(default_model_path(), os.cpu_count() or 1))
    things = near = near_frame = with_zone = extra = 0
    for path in files:
        layout = load_layout(path)
        left = drafted(folder, layout, detector)
        for home in layout.zones:
            things += 1
            own = [zone for zone in left if zone.item == home.item]
            if not own:
                continue
            nearest = min(own, key=lambda zone: math.dist(middle(zone), middle(home)))
            left.remove(nearest)
            with_zone += 1
            near += math.dist(middle(nearest), middle(home)) <= NEAR_CM
            frame = shape_of(home.polygon_cm).minimum_rotated_rectangle.centroid
            near_frame += math.dist(middle(nearest), (frame.x, frame.y)) <= NEAR_CM
        extra += len(left)
    share = near_frame / max(1, with_zone)
    note = (
        f"{things} things of {len(files)} windows; {with_zone} have one, {share:.2f} of these within {NEAR_CM:g} cm; "
        f"{near / things:.2f} of all by the middle of the contact itself; {extra} zones of nothing that is there"
    )
    yield Figure("propose_within_2cm", near_frame / things, 0.90, False, "share", note)
