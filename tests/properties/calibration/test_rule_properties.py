"""What must hold of planes, places and rules whatever the numbers are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from deskcheck_calibration.compare import compare
from deskcheck_calibration.errors import CalibrationError
from deskcheck_calibration.findings import Finding, State
from deskcheck_calibration.layout import HomeZone, Layout, Policy, PolicyKind, PolygonCm, Relation, Surface, SurfaceKind
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.rules.belonging import shift_from
from deskcheck_calibration.shares import protrusion, share, share_range
from deskcheck_vision.detections import Detections
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.calibration.conftest import make_context, make_item, rect

QUICK = settings(max_examples=60, deadline=None)
NAMES = ["cup", "keyboard", "mobile_phone", "bag", "document_tray", "tissue", "monitor", "document_camera", "printer"]
# Grid of 1/8 cm: exact in binary, so that moving things moves them exactly.
GRID = st.integers(0, 8 * 150).map(lambda n: n / 8)
SIDE = st.integers(16, 8 * 30).map(lambda n: n / 8)


@st.composite
def items(draw: st.DrawFn) -> PlacedItem:
    return make_item(
        draw(st.sampled_from(NAMES)), draw(GRID), draw(GRID) / 2.5, draw(SIDE), draw(SIDE),
        sigma=draw(st.sampled_from([0.125, 0.5, 2.0])), confidence=draw(st.sampled_from([0.3, 0.5, 0.7, 0.9])),
    )  # fmt: skip


def layout_at(dx: float = 0.0, dy: float = 0.0) -> Layout:
    def at(x: float, y: float, width: float, depth: float) -> PolygonCm:
        return rect(x + dx, y + dy, width, depth)

    return Layout(
        "A", 1, (180.0, 70.0), "1",
        outer_edge_cm=((dx, dy), (180.0 + dx, dy)),
        edge_clearance_cm=9.0,
        surfaces=(
            Surface("main", SurfaceKind.MAIN_COUNTER, at(0, 0, 120, 70)),
            Surface("low", SurfaceKind.LOW_CABINET, at(120, 0, 60, 70)),
        ),
        zones=(
            HomeZone("cup-a", "cup", at(130, 20, 14, 14), returns=True),
            HomeZone("kb", "keyboard", at(50, 40, 50, 20), min_count=1),
            HomeZone("tray", "document_tray", at(10, 20, 40, 30), max_count=2),
        ),
        relations=(Relation("beside", "document_camera", "monitor"),),
        policies=(Policy("tissue", PolicyKind.FORBIDDEN, "main"),),
    )  # fmt: skip


def moved(item: PlacedItem, dx: float, dy: float) -> PlacedItem:
    def shift(polygon: PolygonCm) -> PolygonCm:
        return tuple((x + dx, y + dy) for x, y in polygon)

    return replace(
        item, footprint_cm=shift(item.footprint_cm), plan_cm=shift(item.plan_cm),
        centre_cm=(item.centre_cm[0] + dx, item.centre_cm[1] + dy),
    )  # fmt: skip


def judged(placed: list[PlacedItem], layout: Layout) -> tuple[Finding, ...]:
    return compare(placed, layout, make_context(layout)).findings


def essence(finding: Finding) -> tuple[object, ...]:
    """A finding without coordinates, numbers rounded to what floating point keeps."""
    numbers = [None if n is None else round(n, 6) for n in (finding.measured, finding.limit, finding.uncertainty)]
    return (finding.rule, finding.state, finding.item, finding.place, *numbers, finding.reason, finding.confidence)


def sorted_essence(findings: tuple[Finding, ...]) -> list[tuple[object, ...]]:
    return sorted((essence(finding) for finding in findings), key=repr)


def indexed(placed: list[PlacedItem]) -> list[PlacedItem]:
    return [replace(item, index=number) for number, item in enumerate(placed)]


@QUICK
@given(st.lists(items(), max_size=6), st.randoms(use_true_random=False))
def test_permuting_detections_permutes_the_result(placed: list[PlacedItem], random: object) -> None:
    placed = indexed(placed)
    assume(len({(i.confidence, i.centre_cm, i.xyxy) for i in placed}) == len(placed))
    shuffled = list(placed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    layout = layout_at()
    assert sorted_essence(judged(placed, layout)) == sorted_essence(judged(shuffled, layout))


@QUICK
@given(st.lists(items(), max_size=5), st.integers(-40, 40), st.integers(-40, 40))
def test_moving_desk_and_things_together_changes_nothing(placed: list[PlacedItem], dx: int, dy: int) -> None:
    placed = indexed(placed)
    # The desk's own outline stays at the origin by definition; all of this layout lies in its surfaces.
    here = [f for f in judged(placed, layout_at()) if f.rule != "V03"]
    there = [f for f in judged([moved(item, dx, dy) for item in placed], layout_at(dx, dy)) if f.rule != "V03"]
    assert sorted_essence(tuple(here)) == sorted_essence(tuple(there))


@QUICK
@given(st.lists(items(), min_size=1, max_size=5), st.integers(1, 7))
def test_a_vertex_added_on_an_edge_changes_nothing(placed: list[PlacedItem], eighths: int) -> None:
    placed = indexed(placed)

    def with_vertex(polygon: PolygonCm) -> PolygonCm:
        (x0, y0), (x1, y1) = polygon[0], polygon[1]
        middle = (x0 + (x1 - x0) * eighths / 8, y0 + (y1 - y0) * eighths / 8)
        return (polygon[0], middle, *polygon[1:])

    layout = layout_at()
    finer = replace(
        layout,
        surfaces=tuple(replace(s, polygon_cm=with_vertex(s.polygon_cm)) for s in layout.surfaces),
        zones=tuple(replace(z, polygon_cm=with_vertex(z.polygon_cm)) for z in layout.zones),
        outer_edge_cm=((0.0, 0.0), (eighths * 22.5, 0.0), (180.0, 0.0)),
    )
    assert sorted_essence(judged(placed, layout)) == sorted_essence(judged(placed, finer))


@QUICK
@given(items(), st.tuples(*[st.floats(0, 1000)] * 4))
def test_membership_depends_on_the_footprint_alone(item: PlacedItem, box: tuple[float, float, float, float]) -> None:
    layout = layout_at()
    other = replace(item, xyxy=box, size_cm=(1.0, 1.0, 99.0))
    assert sorted_essence(judged([item], layout)) == sorted_essence(judged([other], layout))


@QUICK
@given(st.lists(items(), min_size=1, max_size=5))
def test_removing_the_cause_removes_the_finding(placed: list[PlacedItem]) -> None:
    placed = [replace(item, index=n, xyxy=(n, 0.0, n + 1.0, 1.0)) for n, item in enumerate(placed)]
    layout = layout_at()
    for finding in judged(placed, layout):
        if finding.state is State.SUSPECTED and finding.xyxy is not None and finding.rule != "V06":
            rest = [item for item in placed if item.xyxy != finding.xyxy]
            left = [f for f in judged(rest, layout) if f.rule == finding.rule and f.xyxy == finding.xyxy]
            assert not left


@QUICK
@given(st.lists(items(), max_size=6))
def test_every_item_is_explained_once_and_nothing_unjudged_passes(placed: list[PlacedItem]) -> None:
    placed = [replace(item, index=n, xyxy=(n, 0.0, n + 1.0, 1.0)) for n, item in enumerate(placed)]
    found = judged(placed, layout_at())
    for item in placed:
        suspected = {f.rule for f in found if f.state is State.SUSPECTED and f.xyxy == item.xyxy} - {
            "V03",
            "V06",
            "V08",
        }
        assert len(suspected) <= 1
    assert {f.rule for f in found} == {"V01", "V02", "V03", "V04", "V05", "V06", "V07", "V08", "V09", "V10", "V13"}
    assert all((f.reason is None) == (f.state in (State.PASS, State.SUSPECTED)) for f in found)


@QUICK
@given(items(), st.sampled_from(layout_at().zones), st.floats(0, 10))
def test_shares_and_shifts_agree(item: PlacedItem, zone: HomeZone, doubt: float) -> None:
    low, best, high = share_range(item.footprint_cm, zone.polygon_cm, doubt)
    assert -1e-9 <= low <= best + 1e-9 <= high + 2e-9 <= 1 + 3e-9
    out, _, direction = protrusion(item.footprint_cm, zone.polygon_cm)
    assert (out == 0) == (share(item.footprint_cm, zone.polygon_cm) > 1 - 1e-12)
    assert np.hypot(*direction) == np.float64(out) or abs(np.hypot(*direction) - out) < 1e-6
    assert shift_from(item, zone.polygon_cm).measured_cm <= out + 1e-9


@st.composite
def quads(draw: st.DrawFn) -> list[tuple[float, float]]:
    jitter = st.floats(-90, 90)
    base = [(320, 300), (960, 300), (1150, 700), (130, 700)]
    return [(x + draw(jitter), y + draw(jitter)) for x, y in base]


@QUICK
@given(quads(), st.floats(100, 250), st.floats(50, 100), st.floats(0, 1280), st.floats(250, 960))
def test_homography_then_its_inverse_is_nothing(
    corners: list[tuple[float, float]], width: float, depth: float, x: float, y: float
) -> None:
    try:
        plane = DeskPlane.from_corners(corners, (width, depth), (1280, 960))
    except CalibrationError:
        assume(False)
    point = np.array([[x, y]])
    desk = plane.to_cm(point)
    assume(np.abs(desk).max() < 2000)
    assert np.abs(plane.to_px(desk) - point).max() < 1e-4
    assert np.isfinite(plane.covariance_cm2(point)).all()


@QUICK
@given(
    quads(),
    st.lists(
        st.tuples(
            st.sampled_from(NAMES), st.floats(150, 1000), st.floats(300, 680), st.floats(15, 200), st.floats(15, 200)
        ),
        min_size=1, max_size=4,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_items_are_placed_one_by_one_whatever_their_order(
    corners: list[tuple[float, float]], boxes: list[tuple[str, float, float, float, float]], random: object
) -> None:
    plane = DeskPlane.from_corners(corners, (180, 70), (1280, 960))
    rows = [(name, 0.9, (x, y, x + w, y + h)) for name, x, y, w, h in boxes]
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight = place_items(Detections.from_rows(rows, (1280, 960)), plane)
    shuffled = place_items(Detections.from_rows([rows[n] for n in order], (1280, 960)), plane)
    for position, number in enumerate(order):
        first, second = straight[number], shuffled[position]
        assert np.isfinite(first.footprint_cm).all()
        assert np.allclose(first.footprint_cm, second.footprint_cm, atol=1e-6)
        assert np.isclose(first.uncertainty_cm, second.uncertainty_cm)
