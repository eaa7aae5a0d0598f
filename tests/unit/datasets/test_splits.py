from __future__ import annotations

import pytest
from deskcheck_datasets.splits import RARE_ORIGINS, RARE_TEACHING, Role, origin_key, percent_of, role_of


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("coco_mini/images/train2017/000000000009.jpg", Role.TRAIN),
        ("coco_mini/images/val2017/000000000139.jpg", Role.HELD_OUT),
        ("office_cctv/images/valid/a.jpg", Role.HELD_OUT),
        ("office_cctv/images/train/a.jpg", Role.TRAIN),
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
