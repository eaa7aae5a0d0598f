"""``deskcheck-data record`` and ``check --record``: a set made again is told from another one."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_datasets.cli import app
from deskcheck_datasets.errors import SetRecordError
from typer.testing import CliRunner

ROOT = Path(__file__).parents[3]


def _set(folder: Path, quality: int = 90) -> Path:
    for part in ("images", "labels"):
        (folder / part).mkdir(parents=True)
    (folder / "classes.txt").write_text("cup\n")
    for number in range(3):
        rng = np.random.default_rng(number)
        rough = rng.integers(0, 255, (6, 8, 3), np.uint8)
        image = cv2.resize(rough, (256, 192), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(folder / "images" / f"{number}.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        (folder / "labels" / f"{number}.txt").write_text(f"0 0.5 0.5 0.{number + 1} 0.4\n")
    return folder


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    path = tmp_path / "records" / "set.csv"
    shown = CliRunner().invoke(app, ["record", str(_set(tmp_path / "set")), str(path)])
    assert shown.exit_code == 0, shown.output
    assert "3 pictures" in shown.output
    return path


def _check(folder: Path, record: Path) -> tuple[int, str]:
    called = ["check", str(folder), "--record", str(record), "--data", str(folder / "no-data")]
    shown = CliRunner().invoke(app, called)
    assert shown.exception is None or isinstance(shown.exception, SystemExit), shown.exception
    return shown.exit_code, shown.output


def test_a_set_made_again_is_the_recorded_one(tmp_path: Path, recorded: Path) -> None:
    code, said = _check(_set(tmp_path / "again", quality=60), recorded)  # other bytes, the same pictures
    assert (code, "0 problems" in said) == (0, True), said


def test_another_set_is_told_picture_by_picture(tmp_path: Path, recorded: Path) -> None:
    other = _set(tmp_path / "other")
    (other / "labels" / "0.txt").write_text("0 0.5 0.5 0.9 0.4\n")
    turned = cv2.imread(str(other / "images" / "1.jpg"))
    cv2.imwrite(str(other / "images" / "1.jpg"), np.ascontiguousarray(turned[::-1, ::-1]))
    (other / "images" / "2.jpg").rename(other / "images" / "3.jpg")
    (other / "labels" / "2.txt").rename(other / "labels" / "3.txt")
    code, said = _check(other, recorded)
    assert code == 1
    assert "0.jpg: its labels are not the recorded ones" in said
    assert "1.jpg: it looks otherwise" in said
    assert "2.jpg: it is recorded, but absent" in said
    assert "3.jpg: it is not in the record" in said


@pytest.mark.parametrize("text", ["", "picture,labels\n", "picture,labels,look\na.jpg,00,nothing\n", None])
def test_a_broken_record_is_told_so(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "broken.csv"
    if text is not None:
        path.write_text(text)
    shown = CliRunner().invoke(app, ["check", str(_set(tmp_path / "set")), "--record", str(path)])
    assert isinstance(shown.exception, SetRecordError)
    assert shown.exception.code == "datasets.set_record"


def test_a_record_needs_a_set(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["check", "--record", str(tmp_path / "set.csv")])
    assert shown.exit_code == 2


@pytest.mark.parametrize(
    ("name", "least"),
    [("train-phone", 3000), ("train-ceiling", 250), ("test-phone", 200), ("test-ceiling", 100), ("composed", 4000)],
)
def test_the_records_that_come_with_the_sources_hold_the_sets(name: str, least: int) -> None:
    from deskcheck_datasets.records import read_record

    record = read_record(ROOT / "datasets" / "records" / f"{name}.csv")
    assert len(record) >= least
    assert len({one.look for one in record.values()}) > 0.9 * len(record)
