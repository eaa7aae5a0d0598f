import numpy as np
import pytest
from deskcheck_calibration.accuracy import TruthPicture, footprint_errors
from deskcheck_calibration.hiding import Bodies, covered_edges, stands_before
from deskcheck_calibration.layout import Surface, SurfaceKind
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.shapes import SHAPES
from deskcheck_calibration.spreads import extent_covariance, radius_95
from deskcheck_vision.detections import Detections
from deskcheck_vision.taxonomy import BY_ID, CLASSES

from tests.benchmarks.calibration.projected import box_of, camera, footprint, project, projected_pictures
from tests.unit.calibration.conftest import make_item, rect

WH = (1280, 960)
DESK = (160.0, 70.0)
PROJECTION = camera(45, 10, 200, 1000, WH, DESK)


def plane_of(projection: np.ndarray = PROJECTION, **changes: float) -> DeskPlane:
    corners = project(projection, np.array([[0, 0], [DESK[0], 0], [DESK[0], DESK[1]], [0, DESK[1]]]))
    return DeskPlane.from_corners([(float(x), float(y)) for x, y in corners], DESK, WH, **changes)


def seen(*things: tuple[str, tuple[float, float], float], projection: np.ndarray = PROJECTION) -> Detections:
    """Boxes of (class, centre, height it stands at) of typical size, square to the desk."""
    rows = []
    for name, centre, base in things:
        size = np.array(BY_ID[name].size_cm)
        outline = footprint(centre, size, 0.0, is_round=name in ("cup", "pen_holder"))
        rows.append((name, 0.9, tuple(box_of(projection, outline, size[2], base))))
    return Detections.from_rows(rows, WH)


class TestPlacing:
    @pytest.mark.parametrize("name", ["cup", "keyboard", "telephone", "mobile_phone", "document_tray", "pen_holder"])
    @pytest.mark.parametrize("centre", [(40.0, 20.0), (120.0, 55.0)])
    @pytest.mark.parametrize("elevation", [30, 60])
    def test_contact_not_box_centre(self, name: str, centre: tuple[float, float], elevation: float) -> None:
        projection = camera(elevation, 10, 200, 1000, WH, DESK)
        (item,) = place_items(seen((name, centre, 0.0), projection=projection), plane_of(projection))
        error = np.hypot(item.centre_cm[0] - centre[0], item.centre_cm[1] - centre[1])
        assert error < 2.0
        assert error < item.uncertainty_cm

    def test_a_tall_cup_at_the_back_is_not_pushed_over_the_edge(self) -> None:
        detections = seen(("cup", (80.0, 12.0), 0.0))
        plane = plane_of()
        box = detections.xyxy[0].astype(float)
        naive = plane.to_cm(np.array([[(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]]))[0]
        (item,) = place_items(detections, plane)
        assert naive[1] < 8.0
        assert item.centre_cm[1] == pytest.approx(12.0, abs=1.0)

    def test_persons_and_unsure_ones_are_left_out_and_indices_kept(self) -> None:
        rows = [
            ("person", 0.9, (10.0, 10.0, 200.0, 400.0)), ("cup", 0.3, (600.0, 500.0, 640.0, 560.0)),
            ("bag", 0.8, (400.0, 400.0, 500.0, 500.0)),
        ]  # fmt: skip
        items = place_items(Detections.from_rows(rows, WH), plane_of(), min_confidence=0.35)
        assert [(item.item, item.index) for item in items] == [("bag", 2)]

    def test_nothing_found(self) -> None:
        assert place_items(Detections.empty(WH), plane_of()) == ()

    def test_another_pictures_plane_is_a_programming_error(self) -> None:
        with pytest.raises(ValueError, match="picture"):
            place_items(Detections.empty((640, 480)), plane_of())

    @pytest.mark.parametrize("item", CLASSES, ids=lambda item: item.id)
    def test_every_class_can_be_placed(self, item: object) -> None:
        name = item.id  # type: ignore[attr-defined]
        if name == "person":
            return
        (placed,) = place_items(Detections.from_rows([(name, 0.9, (600.0, 500.0, 680.0, 560.0))], WH), plane_of())
        assert np.isfinite(placed.footprint_cm).all()
        assert 0 < placed.uncertainty_cm < 200
        assert len(placed.outline_covariance_cm2) == len(placed.footprint_cm) == len(placed.plan_cm)

    def test_probabilities_of_shapes_add_up(self) -> None:
        for prior in SHAPES.values():
            assert sum(shape.probability for shape in prior.shapes) == pytest.approx(1.0)

    def test_without_a_pose_a_usual_lens_is_assumed(self) -> None:
        corners = [(100.0, 100.0), (1140.0, 100.0), (1140.0, 555.0), (100.0, 555.0)]
        plane = DeskPlane.from_corners(corners, DESK, WH)
        assert plane.pose is None
        (item,) = place_items(Detections.from_rows([("keyboard", 0.9, (480.0, 282.0, 766.0, 373.0))], WH), plane)
        assert item.centre_cm == pytest.approx((80.5, 35.0), abs=1.5)
        assert item.size_cm[0] == pytest.approx(44, abs=3)

    def test_more_corner_noise_more_uncertainty(self) -> None:
        detections = seen(("cup", (40.0, 20.0), 0.0))
        stated = [place_items(detections, plane_of(corner_sigma_px=s))[0].uncertainty_cm for s in (1.0, 4.0, 8.0)]
        assert stated == sorted(stated)
        assert stated[2] > stated[0] + 1

    def test_a_box_cut_off_by_the_pictures_edge_says_less(self) -> None:
        free = Detections.from_rows([("bag", 0.9, (600.0, 860.0, 700.0, 957.0))], WH)
        cut = Detections.from_rows([("bag", 0.9, (600.0, 860.0, 700.0, 960.0))], WH)
        assert place_items(cut, plane_of())[0].uncertainty_cm > 1.5 * place_items(free, plane_of())[0].uncertainty_cm


RISER = Surface("riser", SurfaceKind.RISER_TOP, rect(55, 10, 50, 24), 10.0)
MACHINE = Surface("machine", SurfaceKind.MACHINE_TOP, rect(10, 10, 40, 36), 28.0)


class TestRaised:
    @pytest.mark.parametrize("elevation", [30, 45, 60])
    @pytest.mark.parametrize(
        ("name", "centre", "base", "surface"),
        [
            ("cup", (80.0, 24.0), 10.0, "riser"),
            ("cup", (80.0, 45.0), 0.0, None),
            ("cup", (130.0, 22.0), 0.0, None),
            ("cup", (30.0, 30.0), 28.0, "machine"),
            ("keyboard", (80.0, 52.0), 0.0, None),
        ],
    )
    def test_on_it_or_before_it(
        self, elevation: float, name: str, centre: tuple[float, float], base: float, surface: str | None
    ) -> None:
        projection = camera(elevation, 0, 200, 1000, WH, DESK)
        (item,) = place_items(seen((name, centre, base), projection=projection), plane_of(projection), (RISER, MACHINE))
        assert (item.surface, item.height_cm) == (surface, base)
        assert item.centre_cm == pytest.approx(centre, abs=2.5)
        if surface is not None:
            assert item.near_surface == surface
            assert item.raised_share[1] > 0.9

    def test_a_riser_does_not_stand_on_itself(self) -> None:
        (item,) = place_items(seen(("monitor_riser", (80.0, 22.0), 0.0)), plane_of(), (RISER,))
        assert item.surface is None

    @pytest.mark.parametrize("elevation", [35, 60])
    def test_nor_does_a_machine_on_its_own_top(self, elevation: float) -> None:
        projection = camera(elevation, 12, 200, 1000, WH, DESK)
        found = seen(("printer", (30.0, 28.0), 0.0), ("cup", (30.0, 28.0), 28.0), projection=projection)
        printer, cup = place_items(found, plane_of(projection), (MACHINE,))
        assert (printer.surface, printer.near_surface, printer.raised_share[2]) == (None, None, 0.0)
        assert cup.surface == "machine"

    def test_near_misses_are_told(self) -> None:
        (item,) = place_items(seen(("cup", (108.5, 14.0), 0.0)), plane_of(), (RISER,))
        assert (item.surface, item.near_surface) == (None, "riser")
        assert 0 < item.raised_share[2] < 1
        assert item.raised_share[1] < 0.5

    def test_of_two_overlapping_surfaces_the_one_that_holds_more(self) -> None:
        beside = Surface("beside", SurfaceKind.MACHINE_TOP, rect(88, 10, 60, 40), 14.0)
        for surfaces in ((RISER, beside), (beside, RISER)):
            (item,) = place_items(seen(("cup", (72.0, 22.0), 10.0)), plane_of(), surfaces)
            assert item.surface == "riser"


class TestHiding:
    BOXES = np.array([[100, 100, 200, 200], [90, 180, 210, 300], [95, 150, 130, 320]], float)

    @pytest.mark.parametrize(
        ("names", "hidden"),
        [
            (("cup", "telephone", "pen"), True),
            (("cup", "keyboard", "pen"), False),  # too flat to hide anything
            (("cup", "person", "pen"), False),
        ],
    )
    def test_a_lower_edge_behind_a_nearer_solid_thing(self, names: tuple[str, ...], hidden: bool) -> None:
        assert (covered_edges(self.BOXES, names)[0, 3] >= 0.6) is np.bool_(hidden)

    def test_the_nearer_one_is_not_hidden(self) -> None:
        assert covered_edges(self.BOXES, ("cup", "telephone", "pen"))[1].max() == 0

    def test_none_and_one(self) -> None:
        assert covered_edges(np.zeros((0, 4)), ()).shape == (0, 4)
        assert covered_edges(self.BOXES[:1], ("cup",)).max() == 0

    def test_only_what_stands_before_hides(self) -> None:
        before = np.zeros((3, 3), np.bool_)
        assert covered_edges(self.BOXES, ("cup", "telephone", "pen"), None, before).max() == 0
        before[0, 1] = True
        assert covered_edges(self.BOXES, ("cup", "telephone", "pen"), None, before)[0, 3] >= 0.6

    @pytest.mark.parametrize(
        ("centre", "base", "hides"),
        [
            ((30.0, 4.0), 0.0, True),  # behind the printer, whose top is between it and the camera
            ((30.0, 26.0), 28.0, False),  # on its top
            ((30.0, 60.0), 0.0, False),  # before it
            ((70.0, 20.0), 0.0, False),  # beside it
        ],
    )
    def test_what_stands_before_what(self, centre: tuple[float, float], base: float, hides: bool) -> None:
        projection = camera(45, 0, 200, 1000, WH, DESK)
        plane = plane_of(projection)
        boxes = seen(("cup", centre, base), ("printer", (30.0, 28.0), 0.0), projection=projection).xyxy.astype(float)
        outline = np.resize(np.array(rect(10, 10, 40, 36)), (8, 2))
        bodies = Bodies(np.stack([np.zeros((8, 2)), outline]), np.array([0.0, 28.0]))
        before = stands_before(boxes, bodies, plane.to_px_homography, plane.pose_or_nominal(), base)
        assert bool(before[0, 1]) is hides
        assert not before[:, 0].any()

    def test_a_machine_does_not_hide_what_it_carries(self) -> None:
        projection = camera(45, 0, 200, 1000, WH, DESK)
        found = seen(("cup", (30.0, 30.0), 28.0), ("printer", (30.0, 28.0), 0.0), projection=projection)
        cup, _ = place_items(found, plane_of(projection), (MACHINE,))
        (alone,) = place_items(found.select(np.array([0])), plane_of(projection), (MACHINE,))
        assert (cup.surface, cup.is_hidden) == ("machine", False)
        assert cup.uncertainty_cm == pytest.approx(alone.uncertainty_cm)
        assert cup.raised_share[0] > 0.5

    def test_hidden_items_say_so(self) -> None:
        detections = seen(("cup", (80.0, 20.0), 0.0))
        left, top, right, bottom = detections.xyxy[0].tolist()
        rows = [
            ("cup", 0.9, (left, top, right, bottom)),
            ("bag", 0.9, (left - 30, bottom - 20, right + 30, bottom + 60)),
        ]
        both = place_items(Detections.from_rows(rows, WH), plane_of())
        alone = place_items(detections, plane_of())
        assert [item.is_hidden for item in both] == [True, False]
        assert both[0].uncertainty_cm > alone[0].uncertainty_cm


class TestAccuracy:
    def test_projected_shapes_are_placed_well_and_honestly(self) -> None:
        errors = footprint_errors(projected_pictures(40, 1))
        assert errors.median_cm < 2.0
        assert errors.coverage > 0.90
        assert errors.median_uncertainty_cm < 4 * errors.median_cm + 2
        counts = errors.by_class()
        assert sum(row[0] for row in counts.values()) == len(errors.errors_cm) == 320

    def test_nothing_to_compare(self) -> None:
        with pytest.raises(ValueError, match="no item"):
            footprint_errors([TruthPicture(Detections.empty(WH), plane_of(), ())])

    def test_one_footprint_per_detection(self) -> None:
        with pytest.raises(ValueError, match="footprints"):
            footprint_errors([TruthPicture(seen(("cup", (40.0, 20.0), 0.0)), plane_of(), ())])

    @pytest.mark.parametrize(("xx", "xy", "yy"), [(1, 0, 1), (1, 0, 0.25), (4, 1, 1), (1, 0, 0)])
    def test_the_radius_holds_95_percent(self, xx: float, xy: float, yy: float) -> None:
        sample = np.random.default_rng(0).multivariate_normal([0, 0], [[xx, xy], [xy, yy]], 40_000)
        assert (np.linalg.norm(sample, axis=1) <= radius_95(xx, xy, yy)).mean() == pytest.approx(0.95, abs=0.012)

    def test_no_spread_no_radius(self) -> None:
        assert radius_95(0.0, 0.0, 0.0) == 0.0


class TestDirections:
    def test_doubt_has_a_direction(self) -> None:
        item = make_item("cup", 10, 10, centre_covariance_cm2=(4.0, 0.0, 1.0), uncertainty_cm=4.0)
        assert item.centre_uncertainty_cm((3.0, 0.0)) == pytest.approx(1.96 * 2)
        assert item.centre_uncertainty_cm((0.0, -0.1)) == pytest.approx(1.96)
        assert item.centre_uncertainty_cm((0.0, 0.0)) == 4.0
        assert item.corner_uncertainty_cm(2, (1.0, 1.0)) == pytest.approx(1.96 * 0.3)

    def test_a_footprint_that_may_have_another_shape_may_reach_another_way(self) -> None:
        def box(x: float, y: float) -> list[tuple[float, float]]:
            return [(-x, -y), (x, -y), (x, y), (-x, y)] * 2

        offsets = np.array([box(10, 4), box(2, 8), box(5, 5), box(50, 50)])
        weight = np.array([0.75, 0.25, 0.96, 0.04])
        found = extent_covariance(offsets, weight, np.array([0, 2]), np.array([0, 2]), [2, 2])
        np.testing.assert_allclose(found, [[[16, 0], [0, 4]], [[0, 0], [0, 0]]])
