from __future__ import annotations

from pathlib import Path

import pytest
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.roles import roles_by_hash, roles_of_real_sets, write_role_lists
from deskcheck_datasets.splits import (
    RARE_ORIGINS,
    RARE_TEACHING,
    Role,
    origin_key,
    percent_of,
    recording_of,
    role_of,
)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("coco_mini/images/train2017/000000000009.jpg", Role.TRAIN),
        ("coco_mini/images/val2017/000000000139.jpg", Role.HELD_OUT),
        ("office_cctv/images/valid/a.jpg", Role.HELD_OUT),
        ("office_cctv/images/train/a.jpg", Role.TRAIN),
        ("coco_mini/images/train2017/1.jpg", Role.VAL),
        ("bottles_cups/images/dcl_067.jpg", Role.VAL),
        ("desk_photos/images/nju_desk4.jpg", Role.HELD_OUT),
        ("placer_boxes/images/eliz_5.jpg", Role.HELD_OUT),
        ("rare_boxes/images/product_photos_printer_a_print.jpg", Role.HELD_OUT),
        ("rare_boxes/images/product_photos_printer_b_printer.jpg", Role.TRAIN),
        ("scenes_unlabelled/nyu_indoor/12.jpg", Role.TRAIN),
    ],
)
def test_role_of_folder(path: str, role: Role) -> None:
    assert role_of(path) is role


def test_copies_and_cutouts_share_their_originals_role() -> None:
    cutout, photo = "cutouts/photos/desk_phone/webo_99.webp", "webobj224/desk_phone/99.jpg"
    assert origin_key(cutout) == origin_key(photo)
    assert role_of(cutout) is role_of(photo) is Role.HELD_OUT
    assert role_of("rare_boxes/images/webobj224_desk_phone_99.jpg") is Role.HELD_OUT


def test_every_rare_original_either_teaches_or_checks() -> None:
    assert len(RARE_TEACHING) == len(RARE_ORIGINS) - 7
    for key in RARE_ORIGINS:
        copy = f"rare_boxes/images/{key.replace('/', '_')}.jpg"
        assert role_of(copy) is role_of(f"{key}.jpg") is (Role.TRAIN if key in RARE_TEACHING else Role.HELD_OUT)


def test_hash_parts_are_near_their_share_and_stable() -> None:
    roles = [role_of(f"bottles_cups/images/dcl_{index:03d}.jpg") for index in range(1, 101)]
    assert 35 <= roles.count(Role.HELD_OUT) <= 65
    assert roles == [role_of(f"bottles_cups/images/dcl_{index:03d}.jpg") for index in range(1, 101)]
    assert all(0 <= percent_of(str(index)) < 100 for index in range(50))


def test_only_plentiful_classes_spare_a_validation_part() -> None:
    plentiful = {role_of(f"webobj224/mouse/{index}.jpg") for index in range(60)}
    scarce = {role_of(f"product_photos/tissue_roll/{index}.jpg") for index in range(60)}
    assert plentiful == {Role.TRAIN, Role.VAL}
    assert scarce == {Role.TRAIN}


@pytest.mark.parametrize(
    ("pattern", "held_out"),
    [
        ("coco_mini/images/train2017/{:012d}.jpg", 0),
        ("fruit_boxes/images/train_apple_{}.jpg", 30),
        ("bottles_cups/images/dcl_{:03d}.jpg", 50),
        ("office_cctv/images/train/train{}_jpg.rf.0af1.jpg", 0),
    ],
)
def test_a_third_of_what_is_left_decides(pattern: str, held_out: int) -> None:
    roles = [role_of(pattern.format(index)) for index in range(1000)]
    left = [role for role in roles if role is not Role.HELD_OUT]
    assert len(roles) - len(left) == pytest.approx(10 * held_out, abs=60)
    assert left.count(Role.VAL) / len(left) == pytest.approx(0.3, abs=0.06)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("192-168-1-19_01_20230628112622127_jpg.rf.aa", "192-168-1-19_01_20230628180000001_jpg.rf.bb"),
        ("1646892787-6951227_jpg.rf.aa", "1646894048-2020538_jpg.rf.bb"),
        ("frame_0001_jpg.rf.aa", "frame_0020_jpg.rf.bb"),
        ("vlcsnap-2023-06-27-18h44m03s988_png.rf.aa", "vlcsnap-2023-06-27-18h44m04s209_png.rf.bb"),
    ],
)
def test_frames_of_one_recording_share_a_role(first: str, second: str) -> None:
    paths = [f"office_cctv/images/train/{stem}.jpg" for stem in (first, second)]
    assert recording_of(paths[0]) == recording_of(paths[1])
    assert role_of(paths[0]) is role_of(paths[1])


def test_other_cameras_days_and_sets_are_other_recordings() -> None:
    stems = ["192-168-1-19_01_20230628112622127", "192-168-1-19_01_20230629112622127", "1646892787-1", "1646643777-1"]
    assert len({recording_of(f"office_cctv/images/train/{stem}.jpg") for stem in stems}) == 4
    assert recording_of("coco_mini/images/train2017/9.jpg") == "coco_mini/images/train2017/9"


def test_role_lists_name_every_picture_once(tmp_path: Path) -> None:
    images = tmp_path / "set" / "images"
    images.mkdir(parents=True)
    for index in range(40):
        (images / f"{index}.jpg").write_bytes(b"")
    lists = roles_by_hash(tmp_path / "set", 30, 20)
    assert sorted(path for part in lists.values() for path in part) == sorted(f"images/{i}.jpg" for i in range(40))
    assert all(lists[role] for role in Role)
    assert [p.name for p in write_role_lists(tmp_path / "out", lists)] == ["train.txt", "val.txt", "held_out.txt"]
    assert (tmp_path / "out" / "val.txt").read_text().splitlines() == list(lists[Role.VAL])
    assert roles_by_hash(tmp_path / "set", 0, 100)[Role.TRAIN] == []


def test_absent_pictures_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="images"):
        roles_by_hash(tmp_path, 10, 10)
    with pytest.raises(DataFolderError, match="boxed sets"):
        roles_of_real_sets(tmp_path)
