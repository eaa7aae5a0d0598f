"""What comes of holding a fixed camera's picture against the reference still of its view."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from deskcheck_vision.detections import Float64Array, read_only


class Outcome(StrEnum):
    """What came of holding a picture against a still."""

    MEASURED = "measured"
    NOTHING_SHARED = "nothing_shared"
    CANNOT_TELL = "cannot_tell"


class Obstacle(StrEnum):
    """Why it cannot be told whether the camera has moved."""

    OTHER_PROPORTIONS = "other_proportions"
    FEW_STRUCTURES = "few_structures"
    HIDDEN = "hidden"
    NO_CONTRAST = "no_contrast"
    NO_AGREEMENT = "no_agreement"


@dataclass(frozen=True, slots=True, eq=False)
class ViewShift:
    """A picture against the reference still of its view.

    Attributes:
        outcome: ``MEASURED``; ``NOTHING_SHARED``: both are full of structure and nothing of the still is in the
            picture; or ``CANNOT_TELL``, which is never a moved camera.
        image_wh, still_wh: sizes in px.
        to_still: (3, 3) float64, homography from picture px to still px. Where nothing was measured: that of a camera
            that stands still.
        share: largest distance of a place of the picture from where it would be had the camera not moved, as a share
            of the picture's width; 0 where nothing was measured.
        sigma_share: standard deviation of that place.
        roll_deg: turn about the line of sight, positive clockwise as the picture shows it.
        scale: how much larger things are in the picture than in the still.
        matches: followed points that agree.
        cells: how many of the still's parts they lie in, and
        cells_asked: in how many there was something to follow.
        obstacle: why it cannot be told; None else.
    """

    outcome: Outcome
    image_wh: tuple[int, int]
    still_wh: tuple[int, int]
    to_still: Float64Array
    share: float = 0.0
    sigma_share: float = 0.0
    roll_deg: float = 0.0
    scale: float = 1.0
    matches: int = 0
    cells: int = 0
    cells_asked: int = 0
    obstacle: Obstacle | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "to_still", read_only(np.asarray(self.to_still, np.float64)))
