"""A recorder's folder: times from names, EXIF or files, the newest pictures first of all, nothing outside of it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from deskcheck_vision.images import encode_jpeg
from deskcheck_vision.sources import folder
from deskcheck_vision.sources.address_errors import MediaOutsideError
from deskcheck_vision.sources.addresses import AddressRules
from deskcheck_vision.sources.burst import collect_burst
from deskcheck_vision.sources.camera import SourceKind, SourceSpec, check_spec, negotiated_of, open_source
from deskcheck_vision.sources.camera_errors import FolderEmptyError
from deskcheck_vision.sources.errors import FilmAbsentError, FilmError
from deskcheck_vision.sources.folder import FolderSource
from films import write_film
from PIL import Image

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # 12:00 in China


def put(path: Path, grey: int = 90) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_jpeg(np.full((96, 128, 3), grey, np.uint8)))
    return path


@pytest.mark.parametrize(
    "name",
    [
        "hall-1_20261121120000.jpg",
        "2026-11-21_12-00-00.jpeg",
        "ch01_20261121T120000.123.JPG",
        "192.168.1.64_01_20261121120000123_MOTION.jpg",
        "2026.11.21 12.00.00.jpg",
    ],
)
def test_time_in_the_name(tmp_path: Path, name: str) -> None:
    put(tmp_path / "a" / name)
    (frame,) = FolderSource(tmp_path).frames()
    assert frame.captured_at == NOON
    assert frame.source == tmp_path.name
    assert frame.stream_time_s is None


def test_time_in_the_exif_or_of_the_file(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0132] = "2026:11:21 12:00:00"
    Image.new("RGB", (128, 96)).save(tmp_path / "a.jpg", exif=exif)
    for number, name in enumerate(("picture.jpg", "99999999999999.jpg", "20261331120000.jpg", "20260230120000.jpg")):
        os.utime(put(tmp_path / name), (NOON.timestamp() + number + 1,) * 2)
    os.utime(tmp_path / "a.jpg", (NOON.timestamp(),) * 2)
    assert [frame.captured_at for frame in FolderSource(tmp_path).frames()] == [
        NOON + timedelta(seconds=number) for number in range(5)
    ]


def test_a_burst_is_the_newest_pictures_spread(tmp_path: Path) -> None:
    for number in range(20):
        put(tmp_path / f"{NOON + timedelta(hours=8, seconds=10 * number):%Y%m%d%H%M%S}.jpg", 20 + 10 * number)
    spec = SourceSpec(SourceKind.FOLDER, ".", "hall-1")
    rules = AddressRules((), (), tmp_path)
    check_spec(spec, rules)
    source = open_source(spec, rules, span_s=60)
    frames = collect_burst(source, 4, 60, 5)
    assert [round((frame.captured_at - NOON).total_seconds()) for frame in frames] == [130, 150, 170, 190]
    assert [int(frame.image.mean()) for frame in frames] == pytest.approx([150, 170, 190, 210], abs=2)
    assert negotiated_of(source).transport == "file"
    source.close()


def test_what_is_no_picture_is_passed_over(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "half.jpg").write_bytes(encode_jpeg(np.zeros((96, 128, 3), np.uint8))[:100])
    (root / "text.txt").write_text("x")
    (root / "link.jpg").symlink_to(put(tmp_path / "outside.jpg"))
    (root / "folder").symlink_to(tmp_path)
    assert FolderSource(root, name="hall-1").name == "hall-1"
    with FolderSource(root, name="hall-1") as source, pytest.raises(FolderEmptyError, match="folder hall-1"):
        list(source.frames())


def test_a_huge_folder_is_read_so_far_and_no_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        put(tmp_path / f"2026112112000{number}.jpg")
    monkeypatch.setattr(folder, "_MOST_FILES", 3)
    assert len(list(FolderSource(tmp_path).frames())) == 3
    # A file that is gone by the time it is looked at is the oldest of all.
    assert folder._moment(tmp_path / "gone.jpg", UTC).year == 1970


def test_a_film_stands_in_for_a_camera(tmp_path: Path) -> None:
    write_film(tmp_path / "day.mp4", 12, created="2026-11-21T04:00:00Z")
    rules = AddressRules((), (), tmp_path)
    source = open_source(SourceSpec(SourceKind.FILM, "day.mp4", "hall-1"), rules)
    frames = collect_burst(source, 3, 8, 5)
    assert [frame.captured_at for frame in frames] == [NOON + timedelta(seconds=4 * number) for number in range(3)]
    assert [frame.source for frame in frames] == ["hall-1"] * 3
    source.close()
    with pytest.raises(MediaOutsideError):
        open_source(SourceSpec(SourceKind.FILM, "../day.mp4", "hall-1"), rules)
    assert FilmError.trouble == FilmAbsentError.trouble == "no_picture"
