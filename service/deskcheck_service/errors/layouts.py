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


class DraftConflictError(ServiceError):
    """Somebody saved the draft since it was read. Facts: ``saved_by``, ``saved_at``, ``revision`` (of theirs)."""

    code = "layout.draft_conflict"
    zh = "{saved_by} 已于 {saved_at} 保存了该窗口的另一份草稿。"
    en = "{saved_by} saved another draft of this window at {saved_at}."
    next_zh = "请查看对方的草稿，采用它，或与自己的合并。"
    next_en = "Look at their draft, take it, or merge yours with it."


class DraftShapeError(ServiceError):
    """What was sent is no draft at all; an unfinished or wrong layout is one."""

    code = "layout.draft_unreadable"
    zh = "草稿内容无法读取：{problem}。"
    en = "The draft cannot be read: {problem}."
    next_zh = "请刷新页面后重试；本机保存的草稿不会丢失。"
    next_en = "Reload the page and try again; the draft kept on this device is not lost."


class DraftGoneError(ServiceError):
    """The draft was submitted or discarded since it was read. Facts: ``window``."""

    code = "layout.draft_gone"
    zh = "窗口 {window} 的草稿已被提交或放弃。"
    en = "The draft of window {window} was submitted or discarded in the meantime."
    next_zh = "请查看现有版本；自己的内容可以另存为新草稿。"
    next_en = "Look at the versions there are; what you drew can be saved as a new draft."


class ProposalError(ServiceError):
    """Nothing can be drafted from these pictures."""


class ProposalPicturesError(ProposalError):
    """A draft rests on no picture, or on too many. Facts: ``count``, ``most``."""

    code = "proposal.pictures"
    zh = "选了 {count} 张照片，需要 1 至 {most} 张。"
    en = "{count} pictures were chosen; 1 to {most} are needed."
    next_zh = "请选择窗口整齐时的照片，5 张左右最好。"
    next_en = "Choose pictures of the window in order, five or so."


class ProposalDeskError(ProposalError):
    """In none of the pictures is it known where the desk lies. Facts: ``window``."""

    code = "proposal.no_desk"
    zh = "所选照片都无法确定窗口 {window} 的台面位置，不能起草定位区。"
    en = "In none of these pictures is it known where the desk of window {window} lies, so nothing can be drafted."
    next_zh = "请先在一张照片上点出台面四角，或选择按四角、定位贴、机位识别过的照片。"
    next_en = "Tap the desk's four corners in one picture first, or choose pictures whose desk was found."
