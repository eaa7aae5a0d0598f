"""What the guard against moved cameras says, in words."""

from __future__ import annotations

from collections.abc import Mapping

from deskcheck_vision.camera_shift import Obstacle, Outcome
from deskcheck_vision.errors import Language

from deskcheck_calibration.camera_guard import CameraLook, GuardState

_STATES: Mapping[GuardState, tuple[str, str]] = {
    GuardState.STEADY: ("摄像机位置未变", "the camera stands as it did"),
    GuardState.DRIFTED: ("摄像机略有偏移，已校正", "the camera has drifted a little, which is corrected"),
    GuardState.MOVED: ("摄像机已移动，需重新标定", "the camera has moved and needs calibrating again"),
    GuardState.CANNOT_TELL: ("无法判断摄像机是否移动", "whether the camera has moved cannot be told"),
}
_OBSTACLES: Mapping[Obstacle, tuple[str, str]] = {
    Obstacle.OTHER_PROPORTIONS: ("画面长宽比与基准画面不同", "the picture has other proportions than the reference"),
    Obstacle.FEW_STRUCTURES: (
        "基准画面中可供比对的固定物太少",
        "the reference shows too little to compare",
    ),
    Obstacle.HIDDEN: ("人员遮挡太多", "people hide too much"),
    Obstacle.NO_CONTRAST: ("画面太暗、被遮挡或缺少细节", "the picture is dark, covered or without detail"),
    Obstacle.NO_AGREEMENT: ("画面各处变化不一致", "the parts of the picture do not agree"),
}
_UNCERTAIN = ("位移测量不够准确", "the shift is not known well enough")
_NOTHING_SHARED = ("画面与基准画面没有共同之处", "nothing of the reference is in the picture")


def guard_state_name(state: GuardState, language: Language = "zh") -> str:
    """Return what a state means."""
    return _STATES[state][language == "en"]


def guard_sentence(look: CameraLook, language: Language = "zh") -> str:
    """Return what was found, with the figures or the reason."""
    name, detail = guard_state_name(look.state, language), _detail(look, language)
    if not detail:
        return name
    return f"{name}（{detail}）" if language == "zh" else f"{name} ({detail})"


def _detail(look: CameraLook, language: Language) -> str:
    shift, english = look.shift, language == "en"
    if look.state is GuardState.CANNOT_TELL:
        return (_UNCERTAIN if shift.obstacle is None else _OBSTACLES[shift.obstacle])[english]
    if shift.outcome is Outcome.NOTHING_SHARED:
        return _NOTHING_SHARED[english]
    if look.state is GuardState.STEADY:
        return ""
    by, roll = f"{100 * shift.share:.2g} %", f"{shift.roll_deg:+.1f}°"
    return f"by {by} of the picture's width, roll {roll}" if english else f"最大位移为画面宽度的 {by}，旋转 {roll}"
