from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from deskcheck_service.layouts.schemas import WindowOut
from deskcheck_service.pages.assets import Assets, AssetsMissingError
from deskcheck_service.pages.check import matching
from deskcheck_service.pages.judgements import next_window
from deskcheck_service.pages.render import address, clock, number
from deskcheck_service.schemas import Text


def window(code: str, *, layout: int | None = 1, responsible: str = "") -> WindowOut:
    return WindowOut(
        id=1,
        area_id=1,
        code=code,
        name_zh=f"{code} 社保窗口",
        name_en=f"{code} insurance",
        responsible=responsible,
        area_name=Text(zh="综合区", en="General area"),
        centre_id=1,
        time_zone="Asia/Shanghai",
        layout_version=layout,
        last=None,
    )


def test_times_are_the_halls_own() -> None:
    moment = datetime(2026, 11, 21, 16, 5, tzinfo=UTC)
    assert clock(moment, "Asia/Shanghai") == "2026-11-22 00:05"
    assert clock(moment, "Asia/Urumqi") == "2026-11-21 22:05"
    assert clock(None, "Asia/Shanghai") == ""


@pytest.mark.parametrize(
    ("zone", "own_zone", "shown"),
    [
        ("Asia/Shanghai", "Asia/Shanghai", "2026-11-22 00:05"),
        ("Asia/Shanghai", "Asia/Hong_Kong", "2026-11-22 00:05"),
        ("Asia/Urumqi", "Asia/Shanghai", "2026-11-21 22:05 UTC+06:00"),
        ("America/St_Johns", "Asia/Shanghai", "2026-11-21 12:35 UTC-03:30"),
    ],
)
def test_a_time_of_a_hall_with_other_clocks_says_so(zone: str, own_zone: str, shown: str) -> None:
    assert clock(datetime(2026, 11, 21, 16, 5, tzinfo=UTC), zone, own_zone) == shown


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (3.0, "3"), (14.24, "14.2"), (0.05, "0.1")])
def test_numbers(value: float | None, shown: str) -> None:
    assert number(value) == shown


def test_addresses_leave_empty_values_out_and_quote_the_rest() -> None:
    assert address("/review", state="suspected", window="", after=None) == "/review?state=suspected"
    assert address("/check", q="社保 & 医保") == "/check?q=%E7%A4%BE%E4%BF%9D+%26+%E5%8C%BB%E4%BF%9D"


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ("", ["A01", "A02"]),
        ("a02", ["A02"]),
        ("社保 A01", ["A01"]),
        ("负责", ["A02"]),
        ("GENERAL", ["A01", "A02"]),
        ("x", []),
    ],
)
def test_a_window_is_found_by_number_name_area_or_person(wanted: str, codes: list[str]) -> None:
    windows = [window("A01"), window("A02", responsible="负责人甲")]
    assert [one.code for one in matching(windows, wanted)] == codes


def test_the_next_window_is_the_next_one_that_can_be_judged() -> None:
    windows = [window("A01"), window("A02", layout=None), window("A03")]
    after_first = next_window(windows, "A01")
    assert after_first is not None
    assert after_first.code == "A03"
    assert next_window(windows, "A03") is None
    assert next_window(windows, "gone") is None


def test_missing_assets_are_an_error_with_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissingError) as caught:
        Assets(tmp_path).script("app")
    assert "make setup" in caught.value.next_step("en")


def test_assets_come_from_the_manifest(tmp_path: Path) -> None:
    manifest = {"src/app.ts": {"file": "assets/app-1.js", "css": ["assets/app-2.css"]}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "icons.json").write_text(json.dumps({"flag": '<path d="M0 0"/>'}))
    assets = Assets(tmp_path)
    assert assets.script("app") == "/static/assets/app-1.js"
    assert assets.styles("app") == ["/static/assets/app-2.css"]
    assert '<path d="M0 0"/>' in assets.icon("flag")
    assert 'aria-hidden="true"' in assets.icon("flag")
    with pytest.raises(AssetsMissingError):
        assets.script("editor")
