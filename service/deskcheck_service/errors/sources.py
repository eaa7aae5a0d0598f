"""Cameras' sources and permits."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


class SourceUnsetError(ServiceError):
    """Nothing says where the camera's frames come from. Facts: ``camera``."""

    code = "camera.source_unset"
    zh = "摄像机 {camera} 还没有设置画面来源。"
    en = "Nothing says where the pictures of camera {camera} come from."
    next_zh = "请管理员在摄像机页面填写地址，或运行 deskcheck camera source。"
    next_en = "An administrator enters its address on the camera's page, or by deskcheck camera source."


class ViewOffError(ServiceError):
    """No view of the camera may be audited. Facts: ``camera``."""

    code = "camera.views_off"
    zh = "摄像机 {camera} 的机位均未批准启用，不能取画面。"
    en = "No view of camera {camera} is permitted, so that no picture is taken."
    next_zh = "请先登记用途、法律依据和批准人。"
    next_en = "Record purpose, legal basis and approver first."


class PermitOwnError(ServiceError):
    """Who set the camera's source may not approve its views as well. Facts: ``camera``."""

    code = "camera.permit_own"
    zh = "摄像机 {camera} 的画面来源由您设置，不能由您本人批准启用。"
    en = "You set the source of camera {camera}; another person has to approve its views."
    next_zh = "请另一位主管或管理员批准。"
    next_en = "Ask another supervisor or administrator."


class PermitExistsError(ServiceError):
    """The view is permitted already. Facts: ``view``."""

    code = "camera.permit_exists"
    zh = "机位“{view}”已批准启用。"
    en = "The view '{view}' is permitted already."
    next_zh = "如需更改，请先撤销。"
    next_en = "Revoke that one first to change it."


class PermitAbsentError(ServiceError):
    """The view has no permit that could end. Facts: ``view``."""

    code = "camera.permit_absent"
    zh = "机位“{view}”没有生效的批准。"
    en = "The view '{view}' has no permit."
    next_zh = "请刷新页面查看当前状态。"
    next_en = "Reload the page to see where it stands."
