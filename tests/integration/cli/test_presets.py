from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from deskcheck_calibration.layout_file import dump_layout, load_layout
from deskcheck_service.demo.hall_file import demo_hall_path
from deskcheck_service.migrate import upgrade
from deskcheck_service.settings import Settings

from tests.integration.cli.conftest import Command

HALL = demo_hall_path()
A01 = HALL.parent / "layouts" / "A01.yaml"


def test_presets_are_listed_and_told_with_their_sources(deskcheck: Command) -> None:
    listed = deskcheck("presets")
    assert listed.code == 0
    assert [line.split(":")[0] for line in listed.out.splitlines()] == ["liaozhong", "pinghu", "taizhou"]
    told = deskcheck("presets", "pinghu", "--lang", "zh").out
    assert "D9 水杯、餐巾纸定位于矮柜面板上" in told
    assert "cup 矮柜面板：允许" in told
    only = json.loads(deskcheck("presets", "taizhou", "--json").out)["presets"]
    assert [one["id"] for one in only] == ["taizhou"]
    assert only[0]["decisions"][0]["source"] == "D1"
    unknown = deskcheck("presets", "anshan")
    assert unknown.code == 2
    assert "liaozhong, pinghu, taizhou" in unknown.err


def test_a_preset_is_applied_to_a_layout_file(deskcheck: Command, tmp_path: Path) -> None:
    out = tmp_path / "new.yaml"
    ran = deskcheck("layout", "preset", A01, "pinghu", "--out", out)
    assert ran.code == 0, ran.err
    assert "D9: no low cabinet is drawn, the rule about it waits" in ran.out
    before, after = load_layout(A01), load_layout(out)
    assert (after.zones, after.surfaces, after.views) == (before.zones, before.surfaces, before.views)
    assert ("cup", "forbidden", None) in {(one.item, one.kind.value, one.surface) for one in after.policies}
    again = deskcheck("layout", "preset", out, "pinghu")
    assert "holds already" in again.out
    assert deskcheck("layout", "preset", A01, "pinghu", "--out", out).code == 2  # nothing is overwritten unasked
    told = json.loads(deskcheck("layout", "preset", A01, "pinghu", "--json").out)
    assert {"source": "D9", "surface": "low_cabinet"} in told["waiting"]
    assert told["layout"] is None


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deskcheck: Command) -> None:
    """The demonstration hall with its layouts approved."""
    url = f"sqlite:///{tmp_path / 'deskcheck.db'}"
    monkeypatch.setenv("DESKCHECK_DATABASE_URL", url)
    upgrade(Settings(database_url=url))
    shutil.copytree(HALL.parent, tmp_path / "hall")
    assert deskcheck("hall", "import", tmp_path / "hall" / HALL.name, "--approve").code == 0


@pytest.mark.usefixtures("database")
def test_a_layout_is_copied_and_each_window_told(deskcheck: Command, tmp_path: Path) -> None:
    # The hall's desks all differ: C03 gets one like A01's.
    alike = replace(load_layout(A01), window="C03", version=2, edge_clearance_cm=9.0, views=(), stickers=())
    (tmp_path / "alike.yaml").write_text(dump_layout(alike), encoding="utf-8")
    assert deskcheck("layout", "import", tmp_path / "alike.yaml", "--approve").code == 0
    ran = deskcheck("layout", "copy", "A01", "--to", "C03", "--to", "B02", "--to", "Z99")
    assert ran.code == 2
    lines = ran.out.splitlines()
    assert lines[0] == "C03: version 3, draft made"
    assert "measures 180 x 75 cm, and the layout is drawn for 160 x 70 cm" in lines[1]
    assert "Not found" in lines[2]
    again = json.loads(deskcheck("layout", "copy", "A01", "--to", "C03", "--version", 1, "--json").out)["windows"]
    assert [(one["window_code"], one["effect"]) for one in again] == [("C03", "waiting")]
    assert deskcheck("layout", "copy", "A01", "--to", "C03", "--version", 99).code == 2
    assert deskcheck("layout", "copy", "Z99", "--to", "C03").code == 2
