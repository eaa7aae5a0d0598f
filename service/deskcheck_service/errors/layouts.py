"""Layouts and their versions."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


class NoLayoutError(ServiceError):
    """The window has no approved layout."""

    code = "window.no_layout"
    zh = "窗口 {window} 还没有批准的布局。"
    en = "Window {window} has no approved layout yet."
    next_zh = "请监督人员上传并批准布局。"
    next_en = "A supervisor uploads a layout and another person approves it."


class LayoutStateError(ServiceError):
    """The layout version is not in a state that allows this."""

    code = "layout.state"
    zh = "该布局版本目前为“{state}”，不能进行此操作。"
    en = "This layout version is '{state}', which does not allow this."
    next_zh = "请刷新页面查看当前状态。"
    next_en = "Reload the page to see where it stands."


class LayoutWindowError(ServiceError):
    """The layout file is for another window."""

    code = "layout.other_window"
    zh = "布局文件属于窗口 {found}，而不是 {asked}。"
    en = "The layout file is for window {found}, not {asked}."
    next_zh = "请选择正确的文件，或修改其中的 window。"
    next_en = "Choose the right file, or change its 'window'."


class LayoutVersionError(ServiceError):
    """That version number is taken."""

    code = "layout.version_taken"
    zh = "窗口 {window} 已有第 {version} 版布局，内容不同。"
    en = "Window {window} has another layout of version {version} already."
    next_zh = "请把文件中的 version 改为 {next_version}。"
    next_en = "Set 'version' in the file to {next_version}."


class OwnLayoutError(ServiceError):
    """Author and approver are the same person."""

    code = "layout.own_approval"
    zh = "自己起草的布局不能由自己批准。"
    en = "Nobody approves a layout that they drew up themselves."
    next_zh = "请另一位监督人员批准。"
    next_en = "Ask another supervisor to approve it."
