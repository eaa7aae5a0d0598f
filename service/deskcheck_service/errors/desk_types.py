"""Desk types, and what keeps a layout from being copied or approved among others."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


class LikeWindowsError(ServiceError):
    """Base: desks and layouts that do not go together."""

    code = "desk_type.unfit"
    zh = "台面与布局不匹配。"
    en = "Desk and layout do not go together."


class DeskTypeUsedError(LikeWindowsError):
    """Windows have the type, so it cannot be deleted. Facts: ``code``, ``windows``."""

    code = "desk_type.used"
    zh = "台面类型 {code} 正用于窗口 {windows}，不能删除。"
    en = "Desk type {code} is the type of {windows} and cannot be deleted."
    next_zh = "请先把这些窗口改为其他类型。"
    next_en = "Give these windows another type first."


class DeskTypeResizeError(LikeWindowsError):
    """Windows have the type, and its size would change. Facts: ``code``, ``windows``."""

    code = "desk_type.resize"
    zh = "台面类型 {code} 正用于窗口 {windows}；修改尺寸不会改动它们已批准的布局。"
    en = "Desk type {code} is the type of {windows}; their approved layouts would keep the size they have."
    next_zh = "如确要修改，请确认后再次提交。"
    next_en = "Confirm the change to go on."


class DeskTypeCentreError(LikeWindowsError):
    """The type is another centre's. Facts: ``code``, ``window``."""

    code = "desk_type.other_centre"
    zh = "台面类型 {code} 不属于窗口 {window} 所在的中心。"
    en = "Desk type {code} is not of the centre that window {window} belongs to."
    next_zh = "请选择本中心的类型。"
    next_en = "Choose a type of that centre."


class DeskSizeDiffersError(LikeWindowsError):
    """A layout is drawn for a desk of another size. Facts: ``window``, ``own``, ``drawn``."""

    code = "layout.size_differs"
    zh = "窗口 {window} 的台面为 {own} cm，而布局按 {drawn} cm 绘制。"
    en = "The desk of window {window} measures {own} cm, and the layout is drawn for {drawn} cm."
    next_zh = "请核对台面尺寸，或为该窗口单独标定。"
    next_en = "Check the desk's size, or draw this window's own layout."


class DeskSizeUnknownError(LikeWindowsError):
    """Nothing says how large the window's desk is. Facts: ``window``."""

    code = "layout.size_unknown"
    zh = "尚不知道窗口 {window} 的台面尺寸。"
    en = "Nothing says yet how large the desk of window {window} is."
    next_zh = "请先为该窗口选择台面类型。"
    next_en = "Give the window a desk type first."


class OtherCentreError(LikeWindowsError):
    """A layout would be copied into another centre, which decides for itself. Facts: ``window``."""

    code = "layout.other_centre"
    zh = "窗口 {window} 属于另一个中心，其规定由该中心自行决定。"
    en = "Window {window} belongs to another centre, which decides for itself."
    next_zh = "请下载布局文件，由该中心的监督人员上传。"
    next_en = "Take the layout file; a supervisor of that centre uploads it."


class SameWindowError(LikeWindowsError):
    """A layout would be copied to the window it is of. Facts: ``window``."""

    code = "layout.same_window"
    zh = "窗口 {window} 就是该布局所属的窗口。"
    en = "Window {window} is the one that the layout is of."
    next_zh = "请选择其他窗口。"
    next_en = "Choose another window."


class LayoutMovedOnError(LikeWindowsError):
    """Another version of the window was approved since the changes were shown. Facts: ``window``."""

    code = "layout.moved_on"
    zh = "窗口 {window} 的现行版本在您查看之后已变更。"
    en = "Another version of window {window} counts since you looked at the changes."
    next_zh = "请刷新页面，查看与现行版本的差异后再批准。"
    next_en = "Reload the page and look at the changes again before approving."
