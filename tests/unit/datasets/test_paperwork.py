from __future__ import annotations

import numpy as np
from deskcheck_datasets.paperwork import leaflet, printed_sheet, sticky_note


def test_sheets_are_paper_sized_bright_and_opaque() -> None:
    for seed in range(8):
        sheet = printed_sheet(np.random.default_rng(seed))
        longest, shortest = max(sheet.shape[:2]) / 14, min(sheet.shape[:2]) / 14
        assert abs(longest / shortest - 2**0.5) < 0.02
        assert np.median(sheet[..., :3]) > 150
        assert (sheet[..., 3] == 255).all()


def test_leaflets_carry_their_picture_and_notes_are_square() -> None:
    rng = np.random.default_rng(5)
    picture = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    assert leaflet(rng, picture).shape[0] == 21 * 14
    note = sticky_note(rng)
    assert note.shape[0] == note.shape[1] == round(7.6 * 14)


def test_the_same_seed_draws_the_same() -> None:
    first, second = (printed_sheet(np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
