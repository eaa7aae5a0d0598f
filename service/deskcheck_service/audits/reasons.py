"""Why a view was not judged: stable codes, and the words for every code that a row may carry."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from deskcheck_service.errors import BusyError
from deskcheck_service.errors.cameras import CameraBareError
from deskcheck_service.errors.secrets import SecretUnreadableError
from deskcheck_service.errors.sources import SourceUnsetError, ViewOffError
from deskcheck_service.schemas import Text
from deskcheck_service.tables.sources import TroubleKind


class UnjudgedReason(StrEnum):
    """Why a round did not judge a view, where no camera's trouble says it better."""

    SERVICE_DOWN = "service_down"
    TIME_OVER = "time_over"
    CAMERA_SUSPENDED = "camera_suspended"
    NO_SOURCE = "no_source"
    NO_STILL = "no_still"
    NO_LAYOUT = "no_layout"
    NO_PERMIT = "no_permit"
    NOTHING_OWED = "nothing_owed"
    NOT_JUDGED = "not_judged"
    FAULT = "fault"


_WORDS = MappingProxyType(
    {
        UnjudgedReason.SERVICE_DOWN.value: ("服务当时没有运行", "the service was not running"),
        UnjudgedReason.TIME_OVER.value: ("时间已过，没有轮到", "the time was over before its turn"),
        UnjudgedReason.CAMERA_SUSPENDED.value: ("摄像机已停用：位置移动过", "the camera is suspended: it has moved"),
        UnjudgedReason.NO_SOURCE.value: ("摄像机没有填写取流地址", "no source is set for the camera"),
        UnjudgedReason.NO_STILL.value: ("摄像机没有基准画面", "the camera has no reference still"),
        UnjudgedReason.NO_LAYOUT.value: ("窗口没有已批准的布局", "the window has no approved layout"),
        UnjudgedReason.NO_PERMIT.value: ("机位的启用审批已终止", "the view's permit has ended"),
        UnjudgedReason.NOTHING_OWED.value: ("没有可巡检的机位", "no view was there to be looked at"),
        UnjudgedReason.NOT_JUDGED.value: (
            "画面取到了，但未能判定",
            "the pictures came but could not be judged",
        ),
        UnjudgedReason.FAULT.value: ("程序出错，已记录在日志中", "a fault of the program, which the log tells"),
        # Codes of errors that a visit ends with.
        SourceUnsetError.code: ("摄像机没有填写取流地址", "no source is set for the camera"),
        ViewOffError.code: ("机位没有批准启用", "the views are not permitted to be audited"),
        CameraBareError.code: ("摄像机没有基准画面", "the camera has no reference still"),
        SecretUnreadableError.code: ("摄像机密码无法解密", "the camera's password cannot be decrypted"),
        BusyError.code: ("系统繁忙，没有轮到", "the service was too busy"),
        "too_few_frames": ("可用画面太少", "too few frames of the burst could be used"),
        TroubleKind.UNREACHABLE.value: ("摄像机连接不上", "the camera cannot be reached"),
        TroubleKind.LOGIN_REFUSED.value: ("摄像机拒绝登录", "the camera refuses the log-in"),
        TroubleKind.NOT_THERE.value: ("地址上没有画面", "there is no picture at the address"),
        TroubleKind.NO_PICTURE.value: ("摄像机没有给出可用的画面", "the camera gave no usable picture"),
        TroubleKind.STALLED.value: ("画面传输中断", "the pictures stopped coming"),
        TroubleKind.FROZEN.value: ("画面冻结", "the picture is frozen"),
        TroubleKind.CLOCK_WRONG.value: ("摄像机时间不对", "the camera's clock is wrong"),
        TroubleKind.DARK.value: ("画面全黑", "the picture is black"),
        TroubleKind.BLURRED.value: ("画面模糊", "the picture is blurred"),
        TroubleKind.COVERED.value: ("镜头被遮挡", "the lens is covered"),
        TroubleKind.TURNED.value: ("摄像机被转动", "the camera was turned away"),
    }
)


def reason_text(code: str | None) -> Text | None:
    """Return the words for a reason's code; a code that has none of its own is named as it is. None for none."""
    if code is None:
        return None
    zh, en = _WORDS.get(code, (f"没有取得可判定的画面（{code}）", f"no picture that can be judged ({code})"))
    return Text(zh=zh, en=en)
