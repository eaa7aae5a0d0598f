"""What a camera's last picture showed, kept by this process: where nothing changed, the model need not look again.

Kept in memory alone: the masked pictures of the evidence show nobody, and what the detector saw in a picture is more
than the rows of a judgement hold. After a restart, and for cameras beyond those kept, the model looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from deskcheck_calibration.judging import DETECT_FROM
from deskcheck_vision.camera_shift import ViewShift
from deskcheck_vision.frames import Frame
from deskcheck_vision.known_scene import KnownScene
from deskcheck_vision.unchanged import SceneCopy, change_between, slid_apart

from deskcheck_service.captures.guarding import SeenOnce
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.services import Services

# Frames of one burst that lie farther apart than this are held against the stills one by one; half of what is a drift.
_SAME_PLACE_SHARE = 0.0006


@dataclass(frozen=True, slots=True, eq=False)
class SeenScenes:
    """The frames of a burst beside what is known.

    Attributes:
        copies: of each frame.
        known: what an earlier look saw, where it may be used; None else.
        same: of each frame, whether it shows just that.
        looked: what the model saw last in this burst; None where it did not look.
    """

    copies: tuple[SceneCopy, ...]
    known: KnownScene | None
    same: tuple[bool, ...]
    looked: KnownScene | None

    @property
    def unchanged(self) -> bool:
        """Whether no frame shows anything but what an earlier look saw."""
        return all(self.same)

    def looked_id(self, view_id: int) -> int | None:
        """Return the judgement of a view whose detections are used again; None where the model looked."""
        return self.known.judgements.get(view_id) if self.unchanged and self.known is not None else None

    def is_where_the_last_is(self, number: int) -> bool:
        """Tell whether the camera hung in one of the frames as in the last one."""
        if self.copies[number] is self.copies[-1]:
            return True
        return slid_apart(self.copies[-1], self.copies[number]) < _SAME_PLACE_SHARE

    def shifts(self, stills: Sequence[str]) -> Mapping[str, ViewShift | None] | None:
        """Return how far the camera had turned in the last frame, where that is known from the earlier look."""
        if not self.same[-1] or self.known is None or not set(stills) <= self.known.shifts.keys():
            return None
        return self.known.shifts


def see(
    services: Services, camera_id: int, frames: Sequence[Frame], detector: SeenOnce, view_ids: Sequence[int]
) -> SeenScenes:
    """Have the model look at those frames of a burst that show something that is not known yet.

    Frames that show just what an earlier frame of the burst shows are not looked at twice either.

    Raises:
        InferenceError: the model failed to run.
    """
    engine = services.engine
    known = _usable(services, camera_id, frames[-1], detector, view_ids)
    copies = tuple(SceneCopy.from_picture(frame.image) for frame in frames)
    same = []
    looked: list[KnownScene] = []
    for frame, copy in zip(frames, copies, strict=True):
        is_known = known is not None and not change_between(known.scene, copy).is_changed
        same.append(is_known)
        if is_known and known is not None:
            detector.remember_sight(frame.image, known.sight)
            continue
        alike = next((one for one in looked if not change_between(one.scene, copy).is_changed), None)
        if alike is not None:
            detector.remember_sight(frame.image, alike.sight)
        else:
            sight = detector.look(frame.image, min_confidence=DETECT_FROM)
            looked.append(KnownScene(copy, sight, engine.detector().model, frame.captured_at))
    return SeenScenes(copies, known, tuple(same), looked[-1] if looked else None)


def _usable(
    services: Services, camera_id: int, frame: Frame, detector: SeenOnce, view_ids: Sequence[int]
) -> KnownScene | None:
    settings = services.settings
    known: KnownScene | None = services.engine.scenes.peek(camera_id)
    if known is None or known.scene.image_wh != frame.image_wh or not set(view_ids) <= known.judgements.keys():
        return None
    serves = known.serves(detector.model, frame.captured_at, settings.unchanged_hours, settings.unchanged_looks)
    return known if serves else None


def remember(
    engine: JudgeEngine,
    camera_id: int,
    seen: SeenScenes,
    shifts: Mapping[str, ViewShift | None],
    judgements: Mapping[int, int],
) -> None:
    """Keep what a burst showed for the next one, once its judgements are stored.

    Args:
        engine: that keeps it.
        camera_id: of the camera.
        seen: what its frames showed.
        shifts: of its last frame, by still.
        judgements: view -> the judgement by it.
    """
    if seen.known is not None and seen.same[-1]:
        engine.scenes.put(camera_id, seen.known.used_again())
    elif seen.looked is not None and not seen.unchanged:
        made = replace(
            seen.looked, shifts=MappingProxyType(dict(shifts)), judgements=MappingProxyType(dict(judgements))
        )
        engine.scenes.put(camera_id, made)
