"""Scanned objects: read, thinned, standing on their foot; without a folder there are none."""

from __future__ import annotations

import gzip
from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.items.catalogue import KINDS, build
from deskcheck_datasets.synthetic.items.cuttings import cut_kinds
from deskcheck_datasets.synthetic.items.kinds import built, choose
from deskcheck_datasets.synthetic.items.scans import FOLDER_VARIABLE, SCANS, load_scan, scan_kinds


def _ball(folder: Path, steps: int = 90) -> None:
    """A dense sphere of 10 cm across about the origin, in metres, as scans are stored."""
    polar, turn = np.meshgrid(np.linspace(0.01, np.pi - 0.01, steps), np.linspace(0, 2 * np.pi, steps), indexing="ij")
    points = 0.05 * np.stack([np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), -np.cos(polar)], -1)
    lines = [f"v {x:.6f} {y:.6f} {z:.6f}" for x, y, z in points.reshape(-1, 3)]
    lines += [f"vt {u:.4f} {v:.4f}" for v in np.linspace(0, 1, steps) for u in np.linspace(0, 1, steps)]
    for row in range(steps - 1):
        for column in range(steps - 1):
            a = row * steps + column + 1
            quad = (a, a + 1, a + steps + 1, a + steps)
            lines.append("f " + " ".join(f"{k}/{k}" for k in quad))
    folder.mkdir(parents=True)
    with gzip.open(folder / "textured.obj.gz", "wt", encoding="ascii") as file:
        file.write("\n".join(lines))
    cv2.imwrite(str(folder / "texture_map.jpg"), np.full((800, 600, 3), (10, 20, 200), np.uint8))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    _ball(data / "models3d" / "blue_cup")
    return data


def test_a_scan_is_thinned_and_stands_on_the_ground(folder: Path) -> None:
    mesh, texture = load_scan(folder / "models3d" / "blue_cup")
    assert 300 < len(mesh.faces) <= 2400
    assert mesh.vertices[:, 2].min() == pytest.approx(0, abs=1e-9)
    assert np.ptp(mesh.vertices, axis=0) == pytest.approx([10, 10, 10], abs=0.5)
    assert max(texture.shape) <= 384
    assert texture[0, 0, 0] > 150
    assert texture[0, 0, 2] < 60


def test_scans_are_kinds_only_where_the_folder_is_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    assert scan_kinds("cup") == ()
    without = [build("cup", Draw(seed)).label for seed in range(40)]
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    kinds = scan_kinds("cup")
    assert [kind.name for kind in kinds] == ["scan:blue_cup"]
    assert built(kinds[0], Draw(1)).label == "scan:blue_cup"
    monkeypatch.delenv(FOLDER_VARIABLE)
    assert [build("cup", Draw(seed)).label for seed in range(40)] == without


def test_a_folder_without_the_scans_gives_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models3d").mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert all(scan_kinds(class_id) == () for class_id in KINDS)


def test_some_scans_are_for_tests_only_and_all_name_a_class(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    assert {scan.class_id for scan in SCANS} <= set(KINDS)
    assert {scan.name for scan in SCANS if scan.test_only} >= {"yellow_cup", "plastic_pear"}
    drawn = {choose(Draw(seed), (*KINDS["cup"], *scan_kinds("cup"))).name for seed in range(200)}
    assert "scan:blue_cup" in drawn


def test_printed_faces_are_cut_from_different_pictures_for_tests(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "models3d").mkdir()
    prints = tmp_path / "trashnet" / "paper"
    prints.mkdir(parents=True)
    for shade in range(0, 160, 4):
        stripes = np.zeros((300, 400, 3), np.uint8)
        stripes[:, ::16] = stripes[:, 1::16] = stripes[:, 2::16] = (255, 255, 255)
        stripes[..., 2] = shade
        cv2.imwrite(str(prints / f"paper{shade}.jpg"), stripes)
    assert cut_kinds("paper_document") == ()
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    (kind,) = cut_kinds("paper_document")
    assert kind.name == "cut:leaflet"
    assert cut_kinds("cup") == ()
    seen: dict[bool, set[int]] = {False: set(), True: set()}
    for held_out in (False, True):
        for seed in range(25):
            texture = built(kind, Draw(seed, held_out=held_out)).parts[1].material.texture
            assert texture is not None
            seen[held_out].add(round(float(np.median(texture[..., 0])) / 4))
    assert len(seen[False]) > 3
    assert not seen[False] & seen[True]
