import pytest
from deskcheck_calibration.rules.belonging import shift_from
from deskcheck_calibration.shares import (
    centred,
    crosses,
    depth_inside,
    gap,
    inward_planes,
    nearest_on_line,
    protrusion,
    share,
    share_over,
    share_range,
)

from tests.unit.calibration.conftest import make_item, rect

SQUARE = rect(0, 0, 20, 20)
ELL = ((0.0, 0.0), (20.0, 0.0), (20.0, 8.0), (8.0, 8.0), (8.0, 20.0), (0.0, 20.0))


@pytest.mark.parametrize(
    ("footprint", "polygon", "expected"),
    [
        (rect(5, 5, 4, 4), SQUARE, 1.0),
        (rect(18, 5, 4, 4), SQUARE, 0.5),
        (rect(18, 18, 4, 4), SQUARE, 0.25),
        (rect(30, 5, 4, 4), SQUARE, 0.0),
        (rect(20, 5, 4, 4), SQUARE, 0.0),  # touching
        (rect(-5, -5, 40, 40), SQUARE, 0.25),
        (rect(1, 1, 4, 4), ELL, 1.0),
        (rect(6, 6, 4, 4), ELL, 0.75),
        (rect(10, 10, 4, 4), ELL, 0.0),  # in the bend
        (((1.0, 1.0), (3.0, 1.0), (5.0, 1.0)), rect(4, 0, 9, 9), 0.0),  # no area
        (tuple(reversed(rect(18, 5, 4, 4))), tuple(reversed(SQUARE)), 0.5),
    ],
)
def test_share(footprint, polygon, expected) -> None:  # type: ignore[no-untyped-def]
    assert share(footprint, polygon) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("x", "doubt", "expected"),
    [
        (8.0, 2.0, (1.0, 1.0, 1.0)),
        (18.0, 1.0, (0.25, 0.5, 0.75)),
        (18.0, 0.0, (0.5, 0.5, 0.5)),
        (21.0, 2.0, (0.0, 0.0, 0.25)),
        (15.0, 2.0, (0.75, 1.0, 1.0)),
        (30.0, 2.0, (0.0, 0.0, 0.0)),
        (18.0, 1e-20, (0.5, 0.5, 0.5)),
    ],
)
def test_share_range(x: float, doubt: float, expected: tuple[float, float, float]) -> None:
    assert share_range(rect(x, 8, 4, 4), SQUARE, doubt) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    ("x", "covariance", "low", "high"),
    [
        (40.0, (4.0, 0.0, 4.0), 1.0, 1.0),  # far inside
        (200.0, (4.0, 0.0, 4.0), 0.0, 0.0),  # far outside
        (96.0, (0.0, 0.0, 0.0), 0.5, 0.5),  # half inside, and sure of it
        (96.0, (0.0, 0.0, 9.0), 0.5, 0.5),  # unsure only along the edge
        (96.0, (4.0, 0.0, 0.0), 0.01, 0.99),  # 1.96 x 2 cm either way
    ],
)
def test_share_over_the_places_a_centre_may_be_at(
    x: float, covariance: tuple[float, float, float], low: float, high: float
) -> None:
    zone = rect(0, 0, 100, 100)
    found = share_over(rect(x, 40, 8, 8), zone, covariance)
    assert found == pytest.approx((low, share(rect(x, 40, 8, 8), zone), high), abs=1e-5)


def test_a_turned_doubt_reaches_as_far_as_a_straight_one_and_nothing_has_no_share() -> None:
    zone = rect(0, 0, 100, 100)
    straight = share_over(rect(96, 40, 8, 8), zone, (4.0, 0.0, 4.0))
    turned = share_over(rect(96, 40, 8, 8), zone, (4.0, 3.9, 4.0))
    assert turned == pytest.approx(straight, abs=0.03)
    assert share_over(((1.0, 1.0), (3.0, 1.0), (5.0, 1.0)), rect(4, 0, 9, 9), (4.0, 0.0, 4.0)) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("x", "polygon", "out", "direction"),
    [
        (5.0, SQUARE, 0.0, (0.0, 0.0)),
        (19.0, SQUARE, 3.0, (3.0, 0.0)),
        (-3.0, SQUARE, 3.0, (-3.0, 0.0)),
        (1.0, ELL, 0.0, (0.0, 0.0)),
        (17.0, ELL, 1.0, (1.0, 0.0)),
    ],
)
def test_protrusion(x: float, polygon, out: float, direction: tuple[float, float]) -> None:  # type: ignore[no-untyped-def]
    found, _, way = protrusion(rect(x, 1, 4, 4), polygon)
    assert found == pytest.approx(out)
    assert way == pytest.approx(direction)


def test_corners_in_two_arms_of_a_bent_zone() -> None:
    # Every corner lies inside, the middle does not: nothing sticks out by its corners, yet the share tells.
    bar = ((7.0, 19.0), (19.0, 7.0), (19.5, 7.5), (7.5, 19.5))
    assert protrusion(bar, ELL)[0] == 0.0
    assert share(bar, ELL) < 0.5


def test_depth_inside() -> None:
    assert depth_inside(rect(5, 6, 4, 4), SQUARE) == pytest.approx(5.0)
    assert depth_inside(rect(18, 6, 4, 4), SQUARE) < 0
    assert depth_inside(rect(1, 1, 4, 4), ELL) == pytest.approx(1.0)
    assert depth_inside(rect(6, 6, 4, 4), ELL) == -1.0


def test_inward_planes_of_convex_polygons_only() -> None:
    assert len(inward_planes(SQUARE)) == 4
    assert len(inward_planes((*SQUARE[:1], *SQUARE))) == 4  # a doubled corner is no side
    assert inward_planes(ELL) == ()


def test_a_shift_inside_a_bent_zone_uses_the_whole_radius() -> None:
    shift = shift_from(make_item("cup", 1, 1, 4, 4), ELL)
    assert (shift.measured_cm, shift.margin_cm) == (0.0, pytest.approx(1.0))
    assert shift.uncertainty_cm == pytest.approx(2.45 * 0.3)


def test_centred_and_gap() -> None:
    assert centred(rect(50, 50, 4, 4), (52.0, 52.0), SQUARE) == rect(8, 8, 4, 4)
    assert gap(SQUARE, rect(23, 24, 4, 4)) == pytest.approx(5.0)
    assert gap(SQUARE, rect(10, 10, 40, 40)) == 0.0


def test_lines() -> None:
    bent = ((0.0, 0.0), (10.0, 0.0), (10.0, 0.0), (10.0, 10.0))
    assert nearest_on_line((4.0, 3.0), bent) == (3.0, (0.0, -3.0))
    assert nearest_on_line((14.0, 13.0), bent) == (5.0, (-4.0, -3.0))
    assert crosses((5.0, 5.0), (5.0, -1.0), bent)
    assert not crosses((5.0, 5.0), (5.0, 1.0), bent)
    with pytest.raises(ValueError, match="two points"):
        nearest_on_line((0.0, 0.0), ((1.0, 1.0),))
