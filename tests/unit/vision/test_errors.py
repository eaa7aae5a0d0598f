"""Every error survives the way back from a worker process."""

from __future__ import annotations

import pickle

import pytest
from deskcheck_vision.errors import DeskcheckError, TruncatedPictureError


@pytest.mark.parametrize("error", [DeskcheckError(), TruncatedPictureError(format="JPEG", size_bytes=10)])
def test_an_error_is_the_same_after_pickling(error: DeskcheckError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert again.facts == error.facts
    assert str(again) == str(error)
    assert [again.sentence(language) for language in ("zh", "en")] == [error.sentence("zh"), error.sentence("en")]
