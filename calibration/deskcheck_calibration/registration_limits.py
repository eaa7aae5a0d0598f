"""When a photo's desk counts as recognised: what there must be for it, and what is said where there is not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEAST_MATCHES = 12


class Refusal(StrEnum):
    """Why the desk of a photo is not told."""

    FEW_MATCHES = "few_matches"
    NO_CAMERA = "no_camera"
    ONE_SPOT = "one_spot"
    BOARD_UNKNOWN = "board_unknown"
    SIDES_UNSEEN = "sides_unseen"
    SIDES_AMBIGUOUS = "sides_ambiguous"
    SIDES_DISAGREE = "sides_disagree"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a registration has to reach to be good.

    Attributes:
        least_matches: that agree with the camera.
        least_share: of the matches in and about the visible desk that agree.
        least_spread: area that they span on the desk, as a share of the visible desk.
        least_breadth: their extent in the narrower direction, as a share of the desk's depth.
        least_sides: sides of the desk that are found.
        most_missing: sides that ought to be seen and are not.
        least_lead: of these sides over others that would put the desk elsewhere.
        largest_miss_cm: RMS by which the sides may miss.
        largest_pull_cm: median by which matches may lie to one side of where the sides have them.
        largest_sigma_cm: standard deviation of the least certain visible place.
        least_pieces: of the desk's board that are where one camera has them.
        least_piece_share: of all pieces that the photo could show.
        largest_piece_miss_cm: RMS by which those may miss where they are fewer than the next.
        sure_piece_share: of all pieces that the photo could show; so many agree by no chance, only coarsely.
    """

    least_matches: int = LEAST_MATCHES
    least_share: float = 0.25
    least_spread: float = 0.08
    least_breadth: float = 0.15
    least_sides: int = 3
    most_missing: int = 0
    least_lead: float = 15.0
    largest_miss_cm: float = 0.45
    largest_pull_cm: float = 2.0
    largest_sigma_cm: float = 1.2
    least_pieces: int = 12
    least_piece_share: float = 0.4
    largest_piece_miss_cm: float = 0.22
    sure_piece_share: float = 0.6


GOOD = Limits()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a registration rests on; NaN and 0 where it did not come so far.

    Attributes:
        matches: places that look alike.
        agreeing: those that agree with the camera.
        share: of the matches within the photo's desk.
        spread, breadth: see ``Limits``.
        sides: sides of the desk found.
        missing, lead: see ``side_choice.Choice``.
        miss_cm, pull_cm, sigma_cm: see ``Limits``.
        pieces: of the desk's board that the photo could show.
        pieces_agreeing: those that are where one camera has them.
    """

    matches: int = 0
    agreeing: int = 0
    share: float = 0.0
    spread: float = 0.0
    breadth: float = 0.0
    sides: int = 0
    missing: int = 0
    lead: float = 0.0
    miss_cm: float = float("nan")
    pull_cm: float = float("nan")
    sigma_cm: float = float("nan")
    pieces: int = 0
    pieces_agreeing: int = 0


def refusal_of(evidence: Evidence, limits: Limits) -> Refusal | None:
    """Return why a registration is not good; None where it is."""
    if evidence.agreeing < limits.least_matches or evidence.share < limits.least_share:
        return Refusal.FEW_MATCHES
    if evidence.spread < limits.least_spread or evidence.breadth < limits.least_breadth:
        return Refusal.ONE_SPOT
    if evidence.sides < limits.least_sides or evidence.missing > limits.most_missing:
        return Refusal.SIDES_UNSEEN
    if evidence.lead < limits.least_lead:
        return Refusal.SIDES_AMBIGUOUS
    if not (evidence.miss_cm <= limits.largest_miss_cm and evidence.pull_cm <= limits.largest_pull_cm):
        return Refusal.SIDES_DISAGREE
    return None if evidence.sigma_cm <= limits.largest_sigma_cm else Refusal.UNCERTAIN


def refusal_of_surface(evidence: Evidence, limits: Limits) -> Refusal | None:
    """Return why the grain of the board does not prove a registration; None where it does."""
    if evidence.pieces_agreeing < max(limits.least_pieces, limits.least_piece_share * evidence.pieces):
        return Refusal.BOARD_UNKNOWN
    is_coarse = evidence.miss_cm > limits.largest_piece_miss_cm
    if is_coarse and evidence.pieces_agreeing < limits.sure_piece_share * evidence.pieces:
        return Refusal.BOARD_UNKNOWN
    if evidence.spread < limits.least_spread or evidence.breadth < limits.least_breadth:
        return Refusal.ONE_SPOT
    return None if evidence.sigma_cm <= limits.largest_sigma_cm else Refusal.UNCERTAIN
