"""Pictures whose verdict is known: a layout, what is really on the desk, and which rules that breaks."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from deskcheck_calibration.judging import plane_from_view
from deskcheck_calibration.layout import Layout
from deskcheck_calibration.layout_file import load_layout
from deskcheck_calibration.plane import DeskPlane
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.synthetic.truth import STAND_IN, read_truth
from deskcheck_datasets.synthetic.truth import Truth as SceneTruth

from deskcheck_models.checksets import RenderedPicture, rendered

# Rule and taxonomy class: what makes a finding and a planted violation the same thing.
Key = tuple[str, str]
# A Monday morning within opening hours, for records that name no time.
_WORKING_TIME = "2026-11-16T10:00:00+08:00"
# How far off a careful tap on a desk corner is.
TAP_SIGMA_PX = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class VerdictCase:
    """One picture to be judged.

    Attributes:
        picture: the picture and what is in it.
        layout: the window's layout.
        captured_at: aware UTC time.
        planted: rules that the scene breaks on purpose, with the class concerned.
    """

    picture: RenderedPicture
    layout: Layout
    captured_at: datetime
    planted: frozenset[Key]

    def plane(self) -> DeskPlane:
        """Return the desk plane as a person would have it: from the layout's view of that name, or tapped corners.

        Raises:
            CalibrationError: the corners are unusable.
        """
        path, scene = self.picture.path, self.picture.scene
        for view in self.layout.views:
            if view.name in (path.name, path.stem):
                return plane_from_view(view, self.layout.desk_wh_cm, scene.image_wh)
        # Seeded by the name, so that a case is judged alike in every run.
        rng = np.random.default_rng(zlib.crc32(path.stem.encode()))
        corners = np.array(scene.desk_corners_px) + rng.normal(0, TAP_SIGMA_PX, (4, 2))
        tapped = [(float(x), float(y)) for x, y in corners]
        return DeskPlane.from_corners(tapped, scene.desk_wh_cm, scene.image_wh, corner_sigma_px=TAP_SIGMA_PX)


def is_stand_in(picture: Path) -> bool:
    """Whether a picture has no light and stands in for one, see ``deskcheck-data synth render --truth-only``."""
    return picture.name.endswith(STAND_IN)


def _layout_of(folder: Path, stem: str) -> Layout:
    for suffix in (".yaml", ".yml", ".json"):
        path = folder / "layouts" / f"{stem}{suffix}"
        if path.is_file():
            return load_layout(path)
    raise DataFolderError(path=folder / "layouts" / f"{stem}.yaml", reason="the layout is absent")


def _captured_at(scene: SceneTruth) -> datetime:
    return datetime.fromisoformat(str(getattr(scene, "captured_at", "") or _WORKING_TIME)).astimezone(UTC)


def read_folder(folder: Path) -> list[VerdictCase]:
    """Return the cases of a folder with ``images/``, ``truth/<stem>.json`` and ``layouts/<stem>.yaml``.

    Raises:
        DataFolderError: a record, a picture or a layout is absent.
        LayoutError: a layout is broken.
        TruthError: a record is of another format.
    """
    return [
        VerdictCase(
            picture,
            _layout_of(folder, picture.path.name.removesuffix(STAND_IN).removesuffix(picture.path.suffix)),
            _captured_at(picture.scene),
            frozenset((violation.rule, violation.item) for violation in picture.scene.violations),
        )
        for picture in rendered(folder)
    ]


def read_hall(folder: Path, truth_dir: Path) -> list[VerdictCase]:
    """Return the photos of a demonstration hall (``hall.json``), with the truth known from their making.

    Raises:
        DataFolderError: a file is absent.
        LayoutError: a layout is broken.
    """
    cases = []
    for window in json.loads((folder / "hall.json").read_text(encoding="utf-8"))["windows"]:
        layout = load_layout(folder / window["layout"])
        for photo in window["photos"]:
            path = folder / photo["file"]
            record = truth_dir / f"{path.stem}.json"
            if not record.is_file():
                raise DataFolderError(path=record, reason="the photo's record is absent")
            cases.append(
                VerdictCase(
                    RenderedPicture(path, folder.name, read_truth(record)),
                    layout,
                    datetime.fromisoformat(photo["captured_at"]).astimezone(UTC),
                    frozenset((planted["rule"], planted["item"]) for planted in photo["planted"]),
                )
            )
    return cases


def read_cases(folder: Path, hall_truth: Path | None = None) -> list[VerdictCase]:
    """Return the cases of a rendered folder, or of a hall where the folder has a ``hall.json``.

    Raises:
        DataFolderError: a file is absent, or a hall is given without its truth.
    """
    if not (folder / "hall.json").is_file():
        return read_folder(folder)
    if hall_truth is None:
        raise DataFolderError(path=folder, reason="it is a hall: name the folder of its records with --hall-truth")
    return read_hall(folder, hall_truth)
