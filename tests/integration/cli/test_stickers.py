"""``deskcheck print-markers``, and ``calibrate`` and ``check`` on photos that show position stickers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from deskcheck_calibration.layout_file import load_layout
from deskcheck_service.layouts import service as places
from deskcheck_service.layouts.schemas import AreaNew, CentreNew, WindowNew
from deskcheck_service.migrate import upgrade
from deskcheck_service.services import build_services
from deskcheck_service.settings import Settings
from deskcheck_vision.images import encode_jpeg

from tests.integration.cli.conftest import Command
from tests.support.sticker_desk import Camera, camera, desk_texture, seen

DESK = (150, 70)


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deskcheck: Command) -> None:
    """A database with two windows."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'deskcheck.db'}")
    upgrade(settings)
    services = build_services(settings)
    with services.database.writing() as session:
        centre = places.add_centre(session, "test", CentreNew(code="C1", name_zh="中心", name_en="Centre"))
        area = places.add_area(session, "test", AreaNew(centre_id=centre.id, code="A", name_zh="A区", name_en="Area A"))
        for code in ("A01", "A02"):
            places.add_window(session, "test", WindowNew(area_id=area.id, code=code, name_zh="窗口", name_en="Window"))
    services.close()
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", settings.database_url)


def test_a_page_is_written_for_each_window_once(deskcheck: Command, hall: None, tmp_path: Path) -> None:
    ran = deskcheck("print-markers", "A01", "A02", "A01", "--out", "stickers.pdf")
    assert ran.code == 0
    assert "2 page(s)" in ran.out
    content = (tmp_path / "stickers.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/MediaBox") == 2
    again = deskcheck("print-markers", "A01", "--out", "stickers.pdf")
    assert again.code == 2
    assert (tmp_path / "stickers.pdf").read_bytes() == content


def test_an_unknown_window_is_named_and_nothing_is_written(deskcheck: Command, hall: None, tmp_path: Path) -> None:
    ran = deskcheck("print-markers", "A01", "Z99", "--out", "stickers.pdf")
    assert ran.code == 2
    assert "Z99" in ran.err
    assert not (tmp_path / "stickers.pdf").exists()


def test_without_a_database_the_command_says_so(deskcheck: Command, tmp_path: Path) -> None:
    ran = deskcheck("print-markers", "A01", "--out", "stickers.pdf")
    assert ran.code == 2
    assert ran.err.strip()


def corners_of(view: Camera, share: float = 1.0) -> str:
    size = np.array(DESK) * share
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in view.px(np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * size))


def shot(path: Path, view: Camera, corners: tuple[int, ...] = (0, 1, 2, 3)) -> Path:
    path.write_bytes(encode_jpeg(seen(desk_texture(7, DESK, corners), view), 92))
    return path


def test_a_layout_calibrated_once_serves_photos_from_anywhere(deskcheck: Command, tmp_path: Path) -> None:
    first, second = camera(DESK, 52.0, 0.0, 190.0), camera(DESK, 40.0, 25.0, 185.0)
    tapped = shot(tmp_path / "first.jpg", first)
    ran = deskcheck(
        "calibrate", tapped, "--window", "A03", "--corners", corners_of(first), "--desk-size", "150x70",
        "--out", "a03.yaml",
    )  # fmt: skip
    assert ran.code == 0
    assert "number 7, 4 of them, " in ran.out
    assert "another scale" not in ran.err
    layout = load_layout(tmp_path / "a03.yaml")
    assert len(layout.stickers) == 4
    assert np.allclose(layout.stickers[0].tag_cm, [[1, 1], [5, 1], [5, 5], [1, 5]], atol=0.15)
    checked = deskcheck("check", shot(tmp_path / "second.jpg", second), "--layout", "a03.yaml", "--json")
    found = json.loads(checked.out)
    assert found["registration"] == "markers"
    assert found["view"] is None
    assert found["residual_cm"] < 0.1
    # One sticker alone is no registration: the view that fits by its proportions is what there was before.
    alone = deskcheck("check", shot(tmp_path / "third.jpg", second, (1,)), "--layout", "a03.yaml", "--json")
    assert json.loads(alone.out)["registration"] == "view"


def test_stickers_of_another_size_than_the_desk_says_are_told(deskcheck: Command, tmp_path: Path) -> None:
    view = camera(DESK, 52.0, 0.0, 190.0)
    photo = shot(tmp_path / "first.jpg", view)
    options = ("--window", "A03", "--corners", corners_of(view), "--desk-size", "141x65.8")
    ran = deskcheck("calibrate", photo, *options)
    assert ran.code == 0
    assert "94 %" in ran.err
    assert "Lay a ruler" in ran.err
    stickers = json.loads(deskcheck("calibrate", photo, *options, "--json").out)["stickers"]
    assert stickers["suspicious"] is True
    assert stickers["side_cm"] == pytest.approx(4 * 0.94, abs=0.03)


def test_stickers_alone_calibrate_a_desk(deskcheck: Command, tmp_path: Path) -> None:
    view = camera(DESK, 52.0, 8.0, 190.0)
    photo = shot(tmp_path / "first.jpg", view)
    ran = deskcheck("calibrate", photo, "--window", "A03", "--stickers", "--out", "a03.yaml", "--json")
    assert ran.code == 0
    found = json.loads(ran.out)
    assert np.abs(np.array(found["desk_cm"]) / DESK - 1).max() < 0.01
    assert np.abs(np.array(found["corners_px"]) - view.px(np.array([[0, 0], [150, 0], [150, 70], [0, 70]]))).max() < 1.5
    assert len(load_layout(tmp_path / "a03.yaml").stickers) == 4
    told = deskcheck("calibrate", photo, "--window", "A03", "--stickers", "--desk-size", "150x70", "--json")
    assert json.loads(told.out)["desk_cm"] == [150, 70]


def test_three_stickers_or_two_ways_at_once_are_refused(deskcheck: Command, tmp_path: Path) -> None:
    view = camera(DESK, 52.0, 8.0, 190.0)
    photo = shot(tmp_path / "first.jpg", view, (0, 1, 2))
    ran = deskcheck("calibrate", photo, "--window", "A03", "--stickers")
    assert ran.code == 2
    assert "cli.stickers_absent" in ran.err
    assert "3 of one desk" in ran.err
    both = deskcheck("calibrate", photo, "--window", "A03", "--stickers", "--a4")
    assert both.code == 2
    assert "three ways" in both.err
