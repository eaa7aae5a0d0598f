"""What a camera's picture showed when the detector looked at it last, and whether it may be used again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from deskcheck_vision.detector import ModelIdentity, Sight
from deskcheck_vision.unchanged import SceneCopy
from deskcheck_vision.view_shift import ViewShift


def _nothing() -> Mapping[str, ViewShift | None]:
    return MappingProxyType({})


def _nowhere() -> Mapping[int, int]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class KnownScene:
    """A picture of a fixed camera that the detector looked at.

    Attributes:
        scene: its copy.
        sight: what the detector saw in it.
        model: that looked.
        looked_at: when it was taken.
        reuses: how many later looks used what was seen in it.
        shifts: SHA-256 of a still -> how far the camera had turned since.
        judgements: view -> the judgement of it by this picture.
    """

    scene: SceneCopy
    sight: Sight
    model: ModelIdentity
    looked_at: datetime
    reuses: int = 0
    shifts: Mapping[str, ViewShift | None] = field(default_factory=_nothing)
    judgements: Mapping[int, int] = field(default_factory=_nowhere)

    def serves(self, model: ModelIdentity, at: datetime, hours: float, looks: int) -> bool:
        """Tell whether what was seen may be used for a picture taken later.

        Args:
            model: that would look.
            at: when the picture was taken.
            hours: for how long it may be used.
            looks: how often it may be used.
        """
        age = at - self.looked_at
        return self.model == model and timedelta(0) < age <= timedelta(hours=hours) and self.reuses < looks

    def used_again(self) -> KnownScene:
        """Return it after one more look that used it."""
        return replace(self, reuses=self.reuses + 1)
