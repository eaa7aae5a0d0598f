import numpy as np
import pytest
from deskcheck_calibration import geometry
from deskcheck_calibration.errors import (
    CalibrationError,
    CornersCrossedError,
    CornersNotFiniteError,
    CornersOnLineError,
    CornersOrderError,
    CornersOutsideError,
    DegeneratePlaneError,
    DeskSizeError,
    FocalLengthError,
    NoCameraPoseError,
)
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.pose import pose_from_homography

WH = (1280, 960)
DESK = (160.0, 70.0)
SLANTED = [(300, 330), (1010, 350), (1150, 700), (130, 660)]
TRUE_FOCAL = 1000.0


def camera(elevation_deg: float, azimuth_deg: float = 0.0, distance_cm: float = 220.0) -> np.ndarray:
    """Projection (3, 4) of a camera looking at the middle of the desk; world z is down."""
    elevation, azimuth = np.radians([elevation_deg, azimuth_deg])
    target = np.array([DESK[0] / 2, DESK[1] / 2, 0.0])
    away = [np.sin(azimuth) * np.cos(elevation), np.cos(azimuth) * np.cos(elevation), -np.sin(elevation)]
    centre = target + distance_cm * np.array(away)
    z = (target - centre) / distance_cm
    x = np.cross([0, 0, 1.0], z) / np.linalg.norm(np.cross([0, 0, 1.0], z))
    rotation = np.array([x, np.cross(z, x), z])
    matrix = np.array([[TRUE_FOCAL, 0, WH[0] / 2], [0, TRUE_FOCAL, WH[1] / 2], [0, 0, 1]])
    return matrix @ np.column_stack([rotation, -rotation @ centre])


def project(projection: np.ndarray, points: list[tuple[float, float]], height: float = 0.0) -> np.ndarray:
    world = np.array([[x, y, -height, 1.0] for x, y in points])
    homogeneous = world @ projection.T
    return homogeneous[:, :2] / homogeneous[:, 2:]


def corners_of(projection: np.ndarray) -> list[tuple[float, float]]:
    width, depth = DESK
    return [(float(x), float(y)) for x, y in project(projection, [(0, 0), (width, 0), (width, depth), (0, depth)])]


class TestCorners:
    @pytest.mark.parametrize(
        ("corners", "error", "code"),
        [
            ([(float("nan"), 0), *SLANTED[1:]], CornersNotFiniteError, "calibration.not_finite"),
            (SLANTED[:3], CornersNotFiniteError, "calibration.not_finite"),
            ([(300, 330), (1150, 700), (1010, 350), (130, 660)], CornersCrossedError, "calibration.corners_crossed"),
            ([(130, 660), (1150, 700), (1010, 350), (300, 330)], CornersOrderError, "calibration.corners_order"),
            ([(300, 330), (600, 500), (1150, 700), (130, 660)], CornersOrderError, "calibration.corners_order"),
            ([(100, 100), (400, 400), (800, 800), (130, 660)], CornersOnLineError, "calibration.corners_on_line"),
            ([(300, 330), (300, 330), (1150, 700), (130, 660)], CornersOnLineError, "calibration.corners_on_line"),
            ([(-2000, 330), *SLANTED[1:]], CornersOutsideError, "calibration.corners_outside"),
            ([(300, 330), (1010, 3000), *SLANTED[2:]], CornersOutsideError, "calibration.corners_outside"),
        ],
    )
    def test_mistakes_are_named(
        self, corners: list[tuple[float, float]], error: type[CalibrationError], code: str
    ) -> None:
        with pytest.raises(error) as caught:
            DeskPlane.from_corners(corners, DESK, WH)
        assert caught.value.code == code
        for language in ("zh", "en"):
            assert caught.value.sentence(language)
            assert caught.value.next_step(language)

    @pytest.mark.parametrize("size", [(0.0, 70.0), (160.0, -1.0), (1e6, 70.0), (float("nan"), 70.0), (4.9, 70.0)])
    def test_absurd_desks_are_refused(self, size: tuple[float, float]) -> None:
        with pytest.raises(DeskSizeError):
            DeskPlane.from_corners(SLANTED, size, WH)

    def test_a_turned_start_or_swapped_sides_are_noticed(self) -> None:
        turned = SLANTED[1:] + SLANTED[:1]
        with pytest.raises(CornersOrderError) as caught:
            DeskPlane.from_corners(turned, (200.0, 50.0), WH)
        assert caught.value.facts["stretch"] > 8

    def test_on_line_carries_its_data(self) -> None:
        with pytest.raises(CornersOnLineError) as caught:
            DeskPlane.from_corners([(100, 100), (400, 400), (800, 801), (130, 660)], DESK, WH)
        assert caught.value.facts["error_px"] < 3
        assert caught.value.facts["condition_number"] > 100

    def test_an_ill_conditioned_plane_carries_condition_and_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Corners this bad are caught earlier; the last guard is tried with its limit lowered.
        monkeypatch.setattr("deskcheck_calibration.plane._LARGEST_CONDITION", 1.0)
        with pytest.raises(DegeneratePlaneError) as caught:
            DeskPlane.from_corners(SLANTED, DESK, WH)
        assert caught.value.facts["condition_number"] > 1
        assert caught.value.facts["error_px"] < 1e-6

    def test_singular_neighbours_are_a_degenerate_plane(self) -> None:
        # Corners so close that their noise makes them coincide.
        corners = [(500.0, 500.0), (508.0, 500.0), (508.0, 508.0), (500.0, 508.0)]
        with pytest.raises(DegeneratePlaneError) as caught:
            DeskPlane.from_corners(corners, (100.0, 100.0), WH, corner_sigma_px=8.0)
        assert caught.value.facts["condition_number"] == float("inf")

    @pytest.mark.parametrize("focal", [1.0, 1e6, float("nan")])
    def test_absurd_focal_lengths_are_refused(self, focal: float) -> None:
        with pytest.raises(FocalLengthError):
            DeskPlane.from_corners(SLANTED, DESK, WH, focal_px=focal)

    def test_a_negative_sigma_is_a_programming_error(self) -> None:
        with pytest.raises(ValueError, match="corner_sigma_px"):
            DeskPlane.from_corners(SLANTED, DESK, WH, corner_sigma_px=-1.0)


class TestMapping:
    def test_corners_map_to_the_desk(self) -> None:
        plane = DeskPlane.from_corners(SLANTED, DESK, WH)
        expected = [[0, 0], [160, 0], [160, 70], [0, 70]]
        assert plane.to_cm(np.array(SLANTED, float)) == pytest.approx(np.array(expected, float), abs=1e-6)
        assert plane.to_px(np.array(expected, float)) == pytest.approx(np.array(SLANTED, float), abs=1e-6)

    def test_values_are_read_only(self) -> None:
        plane = DeskPlane.from_corners(SLANTED, DESK, WH)
        for array in (plane.homography, plane.homography_gradients):
            assert not array.flags.writeable

    def test_scale_is_that_across_the_line_of_sight(self) -> None:
        plane = DeskPlane.from_corners([(0, 0), (640, 0), (640, 280), (0, 280)], DESK, (640, 480))
        assert plane.scale_px_per_cm((80, 35)) == pytest.approx(4.0)
        # Half as deep in the picture: foreshortened, yet things standing there are as large as before.
        slanted = DeskPlane.from_corners([(0, 0), (640, 0), (640, 140), (0, 140)], DESK, (640, 480))
        assert slanted.scale_px_per_cm((80, 35)) == pytest.approx(4.0)

    def test_corner_noise_reaches_centimetres(self) -> None:
        plane = DeskPlane.from_corners(SLANTED, DESK, WH, corner_sigma_px=2.0)
        stated = np.sqrt(np.trace(plane.covariance_cm2(np.array([[640.0, 500.0]]))[0]))
        rng = np.random.default_rng(3)
        moved = []
        for _ in range(400):
            noisy = np.array(SLANTED) + rng.normal(0, 2.0, (4, 2))
            moved.append(DeskPlane.from_corners([tuple(c) for c in noisy], DESK, WH).to_cm(np.array([640.0, 500.0])))
        assert stated == pytest.approx(np.sqrt(np.var(moved, axis=0).sum()), rel=0.15)


class TestPose:
    @pytest.mark.parametrize("elevation", [30, 45, 60])
    @pytest.mark.parametrize("azimuth", [0, 25, 180])
    def test_focal_length_and_centre_are_found(self, elevation: float, azimuth: float) -> None:
        projection = camera(elevation, azimuth)
        plane = DeskPlane.from_corners(corners_of(projection), DESK, WH)
        assert plane.pose is not None
        assert plane.pose.focal_px == pytest.approx(TRUE_FOCAL, rel=0.02)
        assert plane.pose.elevation_deg((DESK[0] / 2, DESK[1] / 2)) == pytest.approx(elevation, abs=1.0)
        assert plane.residual_cm < 0.05

    @pytest.mark.parametrize("height", [5.0, 30.0])
    def test_heights_project_as_the_camera_sees_them(self, height: float) -> None:
        projection = camera(45, 15)
        plane = DeskPlane.from_corners(corners_of(projection), DESK, WH, focal_px=TRUE_FOCAL)
        points = [(20.0, 10.0), (90.0, 60.0)]
        expected = project(projection, points, height)
        assert plane.to_px(np.array(points), height) == pytest.approx(expected, abs=0.01)

    def test_a_tall_cup_leans_by_its_height(self) -> None:
        # From 45 degrees the top of a 15 cm cup lands 15 cm behind its foot (the domain notes' figure).
        projection = camera(45, 0, distance_cm=5000.0)
        plane = DeskPlane.from_corners(
            [(float(x), float(y)) for x, y in project(projection, [(0, 0), (160, 0), (160, 70), (0, 70)])],
            DESK, WH, focal_px=TRUE_FOCAL,
        )  # fmt: skip
        top = plane.to_px(np.array([[80.0, 35.0]]), 15.0)
        assert plane.to_cm(top)[0] == pytest.approx([80.0, 20.0], abs=0.3)

    def test_straight_down_tells_no_focal_length(self) -> None:
        plane = DeskPlane.from_corners([(100, 100), (740, 100), (740, 380), (100, 380)], DESK, WH)
        assert plane.pose is None
        assert plane.residual_cm == 0.0
        with pytest.raises(NoCameraPoseError):
            plane.to_px(np.array([[1.0, 1.0]]), 10.0)
        assert plane.pose_or_nominal().centre_cm[2] > 0

    def test_a_known_focal_length_gives_the_pose_from_above(self) -> None:
        corners = [(100, 100), (740, 100), (740, 380), (100, 380)]
        plane = DeskPlane.from_corners(corners, DESK, WH, focal_px=1000.0)
        assert plane.pose is not None
        assert plane.pose.centre_cm[2] == pytest.approx(1000.0 / 4.0, rel=1e-6)
        assert plane.pose.focal_log_sigma == 0.0
        assert not plane.pose.camera_matrix.flags.writeable

    def test_the_residual_shows_a_wrongly_measured_desk(self) -> None:
        corners = corners_of(camera(45))
        right = DeskPlane.from_corners(corners, DESK, WH, focal_px=TRUE_FOCAL)
        wrong = DeskPlane.from_corners(corners, (DESK[0], DESK[1] * 1.3), WH, focal_px=TRUE_FOCAL)
        assert right.residual_cm < 0.01
        assert wrong.residual_cm > 2.0

    def test_no_camera_looks_at_a_desk_from_below(self) -> None:
        mirrored = np.diag([-1.0, 1.0, 1.0]) @ DeskPlane.from_corners(SLANTED, DESK, WH).to_px_homography
        assert pose_from_homography(mirrored, 1000.0, WH, 0.0) is None

    def test_nominal_pose_may_fail_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plane = DeskPlane.from_corners([(100, 100), (740, 100), (740, 380), (100, 380)], DESK, WH)
        behind = plane.homography @ np.diag([-1.0, 1.0, 1.0])
        odd = DeskPlane(behind, plane.homography_gradients, DESK, WH, 0.0, 2.0, None)
        with pytest.raises(NoCameraPoseError):
            odd.pose_or_nominal()


class TestGeometry:
    def test_area_is_positive_clockwise_on_the_screen(self) -> None:
        square = np.array([[0, 0], [2, 0], [2, 2], [0, 2]], float)
        assert geometry.signed_area(square) == pytest.approx(4.0)
        assert geometry.signed_area(square[::-1]) == pytest.approx(-4.0)

    @pytest.mark.parametrize(
        ("quad", "crossed", "convex"),
        [
            ([(0, 0), (2, 0), (2, 2), (0, 2)], False, True),
            ([(0, 0), (2, 2), (2, 0), (0, 2)], True, False),
            ([(0, 0), (2, 0), (0.5, 0.5), (0, 2)], False, False),
        ],
    )
    def test_quads(self, quad: list[tuple[float, float]], crossed: bool, convex: bool) -> None:
        assert geometry.is_crossed(np.array(quad, float)) is crossed
        assert geometry.is_convex(np.array(quad, float)) is convex

    def test_coinciding_corners_have_no_height(self) -> None:
        assert geometry.smallest_triangle_height(np.zeros((4, 2))) == 0.0

    def test_inputs_are_not_written_to(self) -> None:
        points = np.array(SLANTED, float)
        points.flags.writeable = False
        plane = DeskPlane.from_corners(SLANTED, DESK, WH)
        plane.to_cm(points)
        plane.to_px(points)
        plane.covariance_cm2(points)

    @pytest.mark.parametrize("count", [0, 1, 5])
    def test_any_number_of_points(self, count: int) -> None:
        plane = DeskPlane.from_corners(SLANTED, DESK, WH)
        points = np.full((count, 2), 500.0)
        assert plane.to_cm(points).shape == (count, 2)
        assert plane.covariance_cm2(points).shape == (count, 2, 2)
