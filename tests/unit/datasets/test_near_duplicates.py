from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.near_duplicates import difference_hash, fingerprints, twins, twins_within


def _scene(seed: int, wh: tuple[int, int] = (320, 240)) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    coarse = np.random.default_rng(seed).integers(20, 235, (9, 12, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, wh, interpolation=cv2.INTER_CUBIC), np.uint8)


def _save(path: Path, image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], quality: int = 95) -> Path:
    cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return path


def test_hash_by_hand() -> None:
    ramp = np.tile(np.arange(90, dtype=np.uint8), (8, 1))
    assert difference_hash(ramp) == 2**64 - 1
    assert difference_hash(np.ascontiguousarray(ramp[:, ::-1])) == 0


@pytest.mark.parametrize(
    "change",
    ["recompressed", "smaller", "brighter", "mirrored", "noisy"],
)
def test_another_copy_of_a_picture_is_found(tmp_path: Path, change: str) -> None:
    image = _scene(1)
    changed = {
        "recompressed": image,
        "smaller": cv2.resize(image, (160, 120), interpolation=cv2.INTER_AREA),
        "brighter": np.clip(image.astype(np.int16) + 18, 0, 255).astype(np.uint8),
        "mirrored": image[:, ::-1],
        "noisy": np.clip(image + np.random.default_rng(0).normal(0, 6, image.shape), 0, 255).astype(np.uint8),
    }[change]
    first = fingerprints([_save(tmp_path / "a.jpg", image), _save(tmp_path / "b.jpg", _scene(2))])
    second = fingerprints([_save(tmp_path / "c.jpg", np.ascontiguousarray(changed), 60)])
    (found,) = twins(first, second)
    assert (found.first.name, found.second.name) == ("a.jpg", "c.jpg")
    assert not found.identical
    assert found.mirrored is (change == "mirrored")
    assert found.correlation > 0.9


def test_other_pictures_are_not_twins(tmp_path: Path) -> None:
    paths = [_save(tmp_path / f"{seed:02d}.jpg", _scene(seed)) for seed in range(30)]
    assert twins_within(fingerprints(paths)) == []


def test_an_equal_hash_is_not_enough(tmp_path: Path) -> None:
    """Two pictures that both grow brighter to the right, in quite different ways."""
    ramp = np.tile(np.linspace(0, 250, 320), (240, 1))
    steep = np.tile(np.concatenate([np.linspace(0, 8, 300), np.linspace(9, 250, 20)]), (240, 1))
    one = _save(tmp_path / "a.png", np.repeat(ramp[..., None], 3, 2).astype(np.uint8))
    two = _save(tmp_path / "b.png", np.repeat(steep[..., None], 3, 2).astype(np.uint8))
    prints = fingerprints([one, two])
    assert int(np.bitwise_count(prints.hashes[0] ^ prints.hashes[1])) <= 6
    assert twins_within(prints) == []


def test_the_same_file_is_found_even_without_any_contrast(tmp_path: Path) -> None:
    grey = np.full((40, 40, 3), 90, np.uint8)
    paths = [_save(tmp_path / "a.png", grey), _save(tmp_path / "b.png", grey), _save(tmp_path / "c.png", grey + 1)]
    (found,) = twins_within(fingerprints(paths))
    assert found.identical
    assert (found.first.name, found.second.name) == ("a.png", "b.png")


def test_no_pictures_and_no_picture(tmp_path: Path) -> None:
    nothing = fingerprints([])
    assert twins(nothing, nothing) == []
    (tmp_path / "x.jpg").write_bytes(b"")
    with pytest.raises(DataFolderError, match="not a picture"):
        fingerprints([tmp_path / "x.jpg"])
