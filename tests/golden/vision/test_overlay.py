"""Evidence pictures compared with looked-at ones; ``pytest tests/golden --update-golden`` writes them anew."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.overlay import Overlay, OverlayItem, OverlayRuler, OverlayState, OverlayZone, draw_overlay
from deskcheck_vision.privacy import mask_people

GOLDEN = Path(__file__).parent / "pictures"
# Letters may shift by a fraction of a px between versions of FreeType; a lost label or line is 5 and more.
MAX_RMS = 3.0
WH = (640, 400)


def scene() -> Uint8Array:
    """A desk of plain areas: all made here, and small as a PNG."""
    image = np.full((WH[1], WH[0], 3), (205, 200, 190), np.uint8)
    cv2.fillPoly(image, [np.array([(90, 150), (550, 150), (630, 370), (10, 370)])], (120, 150, 180))
    for (left, top, right, bottom), colour in [
        ((250, 60, 390, 165), (60, 50, 50)),
        ((230, 240, 400, 285), (90, 90, 90)),
        ((450, 190, 480, 235), (240, 240, 240)),
        ((480, 205, 500, 225), (40, 40, 160)),
        ((500, 195, 535, 240), (200, 160, 90)),
        ((130, 200, 160, 260), (90, 160, 90)),
        ((560, 20, 630, 200), (140, 170, 220)),
    ]:
        cv2.rectangle(image, (left, top), (right, bottom), colour, -1)
    return image


def overlay() -> Overlay:
    states = OverlayState
    ticks = np.linspace((12, 368), (628, 368), 13)
    return Overlay(
        zones=(
            OverlayZone(np.array([(215, 225), (415, 225), (425, 300), (205, 300)]), "键盘区", states.PASS),
            OverlayZone(np.array([(60, 290), (180, 290), (170, 350), (40, 350)]), "水杯定位区", states.SUSPECTED),
            OverlayZone(np.array([(440, 260), (560, 260), (580, 340), (450, 340)]), "文件篮", states.NOT_ASSESSED),
        ),
        items=(
            OverlayItem((250, 60, 390, 165), "显示器 合格", states.PASS),
            OverlayItem((230, 240, 400, 285), "键盘 合格", states.PASS),
            OverlayItem((450, 190, 480, 235), "水杯 偏离定位区 14.2 cm（允许 3.0，±1.1）", states.SUSPECTED),
            OverlayItem((480, 205, 500, 225), "印章 无法判定：人员遮挡", states.INCONCLUSIVE),
            OverlayItem((500, 195, 535, 240), "mouse pad not assessed (2.1 px/cm)", states.NOT_ASSESSED, "mouse pad"),
            OverlayItem((130, 200, 160, 260), "绿植 豁免", states.EXEMPT),
            OverlayItem((250, 310, 330, 340), "提示", states.INFO),
        ),
        ruler=OverlayRuler(ticks, (*(f"{15 * i}" if i % 2 == 0 else "" for i in range(12)), "180 cm")),
        desk_outline_px=np.array([(90.0, 150), (550, 150), (630, 370), (10, 370)]),
        mask=mask_people(scene(), people()).mask,
        mask_label="人员已遮挡",
    )


def people() -> Detections:
    return Detections.from_rows([("person", 0.6, (560, 20, 630, 200))], WH)


def crowd() -> Overlay:
    rng = np.random.default_rng(5)
    states = list(OverlayState)
    items = []
    for index in range(24):
        left, top = rng.uniform(20, 560), rng.uniform(160, 330)
        width, height = rng.uniform(15, 60, 2)
        items.append(OverlayItem((left, top, left + width, top + height), f"物品{index} 说明文字", states[index % 6]))
    return Overlay(items=tuple(items))


def assert_golden(image: Uint8Array, name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    path = GOLDEN / f"{name}.png"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), image, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        return
    golden = cv2.imread(str(path))
    assert golden is not None, f"{path} is missing: pytest tests/golden --update-golden, then look at it"
    assert golden.shape == image.shape
    difference = image.astype(float) - golden
    rms = float(np.sqrt((difference**2).mean()))
    if rms > MAX_RMS:
        cv2.imwrite(str(tmp_path / f"{name}.png"), image)
        cv2.imwrite(str(tmp_path / f"{name}-difference.png"), np.abs(difference).astype(np.uint8))
    assert rms <= MAX_RMS, f"differs by {rms:.2f} grey levels RMS; see {tmp_path}"


def test_a_desk_with_every_state(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    masked = mask_people(scene(), people()).image
    assert_golden(draw_overlay(masked, overlay()), "every-state", request, tmp_path)


def test_the_same_for_a_phone(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    masked = mask_people(scene(), people()).image
    assert_golden(draw_overlay(masked, overlay(), display_width_px=390), "phone", request, tmp_path)


def test_a_crowded_desk(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert_golden(draw_overlay(scene(), crowd()), "crowd", request, tmp_path)


def test_a_lost_label_would_be_noticed(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The tolerance is not so wide that it lets a missing label pass."""
    whole = overlay()
    fewer = Overlay(whole.zones, whole.items[:-1], whole.ruler, whole.desk_outline_px, whole.mask, whole.mask_label)
    if request.config.getoption("--update-golden"):
        pytest.skip("pictures are being written")
    with pytest.raises(AssertionError, match="RMS"):
        assert_golden(draw_overlay(mask_people(scene(), people()).image, fewer), "every-state", request, tmp_path)
