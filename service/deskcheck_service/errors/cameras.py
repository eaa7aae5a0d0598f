"""Fixed cameras."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


class CameraBareError(ServiceError):
    """No view with a reference picture is linked to the camera. Facts: ``camera``."""

    code = "camera.no_view"
    zh = "摄像机 {camera} 还没有关联带参考图的机位，画面无法判定。"
    en = "No view with a reference picture is linked to camera {camera}; its pictures cannot be judged."
    next_zh = "请先为窗口标定机位，再关联到这台摄像机。"
    next_en = "Calibrate a view of a window first, then link it to this camera."


class CameraInUseError(ServiceError):
    """A camera with a history cannot be removed. Facts: ``camera``."""

    code = "camera.in_use"
    zh = "摄像机 {camera} 已有画面记录，不能删除。"
    en = "Camera {camera} has a history and cannot be removed."
    next_zh = "如已停用，请取消它与各窗口机位的关联，记录会保留。"
    next_en = "Where it is out of use, unlink its views; the history stays."


class CameraActiveError(ServiceError):
    """Only a suspended camera is made active again. Facts: ``camera``."""

    code = "camera.not_suspended"
    zh = "摄像机 {camera} 没有停用，无需恢复。"
    en = "Camera {camera} is not suspended."
    next_zh = "请刷新页面查看当前状态。"
    next_en = "Reload the page to see where it stands."


class ViewBareError(ServiceError):
    """A view without a reference picture cannot be guarded. Facts: ``view``."""

    code = "camera.view_without_still"
    zh = "机位“{view}”还没有参考图。"
    en = "The view '{view}' has no reference picture yet."
    next_zh = "请先在布局编辑器中用该机位的画面绘制布局并获批准。"
    next_en = "Draw the window's layout on a picture of that view first, and have it approved."


class ViewTakenError(ServiceError):
    """The view is another camera's, or this camera has another view of that window. Facts: ``view``, ``camera``."""

    code = "camera.view_taken"
    zh = "机位“{view}”不能关联：它已属于另一台摄像机，或摄像机 {camera} 已有该窗口的机位。"
    en = "The view '{view}' cannot be linked: it is another camera's, or camera {camera} has a view of that window."
    next_zh = "请先取消原来的关联。"
    next_en = "Unlink the old one first."


class CameraPictureError(ServiceError):
    """The picture has other proportions than the camera's reference still. Facts: ``camera``, sizes in px."""

    code = "camera.picture_unfit"
    zh = "图片（{width_px}×{height_px}）与摄像机 {camera} 参考图（{still_width_px}×{still_height_px}）的比例不同。"
    en = (
        "The picture ({width_px}x{height_px}) has other proportions than the reference still of camera {camera} "
        "({still_width_px}x{still_height_px})."
    )
    next_zh = "请确认图片来自这台摄像机；若更改了画面设置，请用新画面重新标定。"
    next_en = "Make sure that it is this camera's; where its settings were changed, calibrate anew on a new still."
