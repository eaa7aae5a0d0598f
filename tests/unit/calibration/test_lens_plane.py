"""A desk in a picture that its lens bends: to cm and back, placing, drawing, references, layout files."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_calibration.desk_reference import DeskReference
from deskcheck_calibration.judging import lens_of_view, plane_from_view
from deskcheck_calibration.layout import Layout, ReferenceView
from deskcheck_calibration.layout_diff import layout_changes
from deskcheck_calibration.layout_file import LayoutFileError, dump_layout, layout_sha256, load_layout
from deskcheck_calibration.picture import _path
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.reference import _bent_alike
from deskcheck_vision.detections import Detections
from deskcheck_vision.lens import Lens
from deskcheck_vision.taxonomy import TAXONOMY_VERSION
from sticker_desk import camera

DESK = (160.0, 70.0)
CORNERS_CM = np.array([[0, 0], [160, 0], [160, 70], [0, 70]], np.float64)
GRID = np.column_stack([one.ravel() for one in np.meshgrid(np.linspace(5, 155, 7), np.linspace(5, 65, 5))])
BY = camera(DESK, elevation_deg=50, azimuth_deg=25, distance_cm=150)
LENS = Lens(-0.08, BY.image_wh)
SHOWN = LENS.bent(BY.px(CORNERS_CM))


def plane(lens: Lens | None = LENS) -> DeskPlane:
    return DeskPlane.from_corners([(x, y) for x, y in SHOWN], DESK, BY.image_wh, BY.focal_px, lens=lens)


def test_places_come_out_right_with_the_lens_and_wrong_without() -> None:
    seen = LENS.bent(BY.px(GRID))
    assert np.abs(plane().to_cm(seen) - GRID).max() < 1e-6
    assert np.abs(plane(None).to_cm(seen) - GRID).max() > 1.0
    assert np.abs(plane().to_px(GRID) - seen).max() < 1e-6
    assert plane().residual_cm < 1e-6


def test_a_straight_plane_is_what_it_was() -> None:
    straight = plane(None)
    again = DeskPlane.from_corners([(x, y) for x, y in SHOWN], DESK, BY.image_wh, BY.focal_px)
    assert straight.lens is None
    assert (straight.homography == again.homography).all()
    assert (straight.homography_gradients == again.homography_gradients).all()


def test_heights_are_bent_too() -> None:
    raised_px = plane().to_px(GRID, 15.0)
    world = np.linalg.inv(np.array([[BY.focal_px, 0, 960], [0, BY.focal_px, 540], [0, 0, 1.0]])) @ BY.to_px
    up = -np.cross(world[:, 0], world[:, 1])
    matrix = BY.to_px.copy()
    matrix[:, 2] += 15.0 * (np.array([[BY.focal_px, 0, 960], [0, BY.focal_px, 540], [0, 0, 1.0]]) @ up)
    homogeneous = GRID @ matrix[:, :2].T + matrix[:, 2]
    assert np.abs(raised_px - LENS.bent(homogeneous[:, :2] / homogeneous[:, 2:])).max() < 1e-3


def test_points_of_the_desk_give_the_same_plane() -> None:
    found = DeskPlane.from_points(LENS.bent(BY.px(GRID)), GRID, DESK, BY.image_wh, BY.focal_px, 0.5, LENS)
    assert found is not None
    assert found.lens == LENS
    assert np.abs(found.to_cm(SHOWN) - CORNERS_CM).max() < 0.05


def test_corners_far_outside_the_picture_are_still_a_desk() -> None:
    near = camera(DESK, elevation_deg=50, azimuth_deg=5, distance_cm=90)
    shown = LENS.bent(near.px(CORNERS_CM))
    assert (shown < 0).any()
    cut = DeskPlane.from_corners([(x, y) for x, y in shown], DESK, near.image_wh, lens=LENS)
    middle = np.array([[80.0, 35.0]])
    assert np.abs(cut.to_cm(LENS.bent(near.px(middle))) - middle).max() < 1e-6


@pytest.mark.parametrize("place", [(12.0, 12.0), (145.0, 15.0), (148.0, 60.0)])
def test_a_thing_is_placed_through_the_lens(place: tuple[float, float]) -> None:
    """A flat square's box, as the bent picture shows it."""
    ring = np.array([[-4, -3], [4, -3], [4, 3], [-4, 3]]) + place
    boxes = []
    for seen in (BY.px(ring), LENS.bent(BY.px(ring))):
        low, high = seen.min(axis=0), seen.max(axis=0)
        boxes.append(Detections.from_rows([("paper_document", 0.9, (*low.tolist(), *high.tolist()))], BY.image_wh))
    ideal = DeskPlane.from_corners([(x, y) for x, y in BY.px(CORNERS_CM)], DESK, BY.image_wh, BY.focal_px)
    truly = np.array(place_items(boxes[0], ideal)[0].centre_cm)
    item = place_items(boxes[1], plane())[0]
    assert np.linalg.norm(np.array(item.centre_cm) - truly) < 0.7
    assert np.linalg.norm(np.array(place_items(boxes[1], plane(None))[0].centre_cm) - truly) < 5
    assert item.xyxy == pytest.approx(boxes[1].xyxy[0].tolist())


def test_outlines_are_drawn_along_the_curve() -> None:
    desk = ((0.0, 0.0), (160.0, 0.0), (160.0, 70.0), (0.0, 70.0))
    path = _path(plane(), desk, 0.0)
    assert len(path) == 2 * 16 + 2 * 7
    assert np.abs(LENS.straightened(path) - BY.px(plane().to_cm(path))).max() < 1e-6
    assert len(_path(plane(None), desk, 0.0)) == 4


def test_two_lenses_are_not_compared() -> None:
    assert _bent_alike(plane(), plane())
    assert _bent_alike(plane(None), plane(None))
    assert not _bent_alike(plane(), plane(None))


def test_a_desk_reference_is_made_of_the_straightened_picture() -> None:
    """Features of a bent picture land where those of the ideal one do."""
    rng = np.random.default_rng(3)
    height, width = BY.image_wh[1], BY.image_wh[0]
    texture = np.kron(rng.integers(0, 255, (70, 160), np.uint8), np.ones((8, 8), np.uint8))
    y, x = np.mgrid[0:height, 0:width] + 0.5
    pictures = {}
    for name, ideal in (("ideal", np.stack([x, y], axis=-1)), ("bent", LENS.straightened(np.stack([x, y], axis=-1)))):
        cm = np.linalg.inv(BY.to_px)
        at = ideal @ cm[:, :2].T + cm[:, 2]
        at = at[..., :2] / at[..., 2:]
        column, row = (at * 8).astype(int)[..., 0], (at * 8).astype(int)[..., 1]
        on = (column >= 0) & (row >= 0) & (column < 1280) & (row < 560)
        grey = np.where(on, texture[np.clip(row, 0, 559), np.clip(column, 0, 1279)], 90).astype(np.uint8)
        pictures[name] = np.repeat(grey[..., None], 3, axis=2)
    empty = Detections.empty(BY.image_wh)
    ideal_plane = DeskPlane.from_corners([(x, y) for x, y in BY.px(CORNERS_CM)], DESK, BY.image_wh, BY.focal_px)
    made = DeskReference.from_picture(pictures["bent"], plane(), empty)
    wanted = DeskReference.from_picture(pictures["ideal"], ideal_plane, empty)
    gaps = np.linalg.norm(made.features.points_cm[:, None] - wanted.features.points_cm[None], axis=2).min(axis=1)
    assert len(gaps) > 50
    assert np.median(gaps) < 0.3


def layout(bend: float | None) -> Layout:
    a, b, c, d = ((round(float(x), 2), round(float(y), 2)) for x, y in SHOWN)
    view = ReferenceView("ceiling", BY.image_wh, (a, b, c, d), 1382.4, bend)
    return Layout("A01", 1, DESK, TAXONOMY_VERSION, views=(view,))


class TestLayoutFile:
    @pytest.mark.parametrize("bend", [None, 0.0, -0.08, 0.05])
    def test_it_reads_back_what_it_wrote(self, bend: float | None) -> None:
        assert load_layout(dump_layout(layout(bend))) == layout(bend)

    def test_a_layout_without_a_bend_is_written_as_before(self) -> None:
        assert "bend" not in dump_layout(layout(None))
        assert layout_sha256(layout(None)) != layout_sha256(layout(-0.08))

    @pytest.mark.parametrize("bend", ["-0.2", "0.5", "wide", ".nan", "true"])
    def test_a_bend_that_no_lens_has_is_refused_with_its_line(self, bend: str) -> None:
        text = dump_layout(layout(-0.08)).replace("bend: -0.08", f"bend: {bend}")
        assert f"bend: {bend}" in text
        with pytest.raises(LayoutFileError) as refused:
            load_layout(text)
        assert "bend" in refused.value.sentence("en")

    def test_a_changed_bend_is_told(self) -> None:
        words = [change.en for change in layout_changes(layout(None), layout(-0.08))]
        assert words == ["reference view 'ceiling': the straightening of its lens changed"]

    def test_the_view_bends_pictures_of_every_size_alike(self) -> None:
        view = layout(-0.08).views[0]
        small = plane_from_view(view, DESK, (960, 540))
        assert small.lens == Lens(-0.08, (960, 540))
        assert np.abs(small.to_cm(LENS.bent(BY.px(GRID)) / 2) - GRID).max() < 0.02
        assert lens_of_view(layout(0.0).views[0], BY.image_wh) is None
        assert lens_of_view(None, BY.image_wh) is None
