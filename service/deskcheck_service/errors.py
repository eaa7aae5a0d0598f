"""Errors of the service; ``error_responses`` says which HTTP status each one gets.

The tree::

    DeskcheckError
    `-- ServiceError
        |-- NotLoggedInError        nobody is logged in, or the log-in has ended
        |-- LogInError              name or password is wrong
        |-- LogInHeldError          too many wrong passwords of late
        |-- CsrfError               the page's token is missing or old
        |-- ForbiddenError          the person's roles do not allow it
        |-- NotFoundError           there is no such thing (or it is not theirs to see)
        |-- ExistsError             there is one of that name already
        |-- RequestError            the request itself cannot be read
        |   |-- TooLargeError
        |   |-- CursorError
        |   `-- ViewUnfitError      the photo cannot be of the chosen view
        |-- NoLayoutError           the window has no approved layout
        |-- LayoutStateError        the layout version is not in a state that allows this
        |-- LayoutWindowError       the layout file is for another window
        |-- LayoutVersionError      that version number is taken
        |-- OwnLayoutError          author and approver are the same person
        |-- ReviewConflictError     somebody else decided first
        |-- NotReviewableError      the finding is neither suspected nor inconclusive
        |-- UndoError               there is no own recent decision to take back
        |-- LastAdministratorError  nobody would be left to administer
        |-- BusyError               too many photos at once
        |-- EvidenceMissingError    an evidence file is gone
        |-- StorageFullError        the disk is full
        `-- DatabaseError           the database failed
            |-- DatabaseLockedError
            |-- DatabaseAbsentError
            `-- DatabaseOutdatedError
"""

from __future__ import annotations

from deskcheck_vision.errors import DeskcheckError


class ServiceError(DeskcheckError):
    """Base of the service's own errors."""

    code = "service.error"

    #: True where what the request has written so far must be kept, such as the count of wrong passwords.
    keeps_writes = False


class NotLoggedInError(ServiceError):
    """Nobody is logged in."""

    code = "auth.required"
    zh = "请先登录。"
    en = "Log in first."
    next_zh = "登录后重试；程序请在 Authorization 头中使用令牌。"
    next_en = "Log in and try again; a program sends its token in the Authorization header."


class LogInError(ServiceError):
    """Name or password is wrong; which one is not said."""

    code = "auth.wrong"
    zh = "用户名或密码不正确。"
    en = "The name or the password is wrong."
    next_zh = "请检查后重新输入；忘记密码请联系管理员。"
    next_en = "Check both and try again; an administrator can set a new password."
    keeps_writes = True


class LogInHeldError(ServiceError):
    """Too many wrong passwords of late."""

    code = "auth.held"
    zh = "输错次数过多，登录已暂停。"
    en = "Too many wrong passwords: log-in is held back."
    next_zh = "请在 {retry_after_s} 秒后重试。"
    next_en = "Try again in {retry_after_s} seconds."


class CsrfError(ServiceError):
    """The page's token is missing or belongs to another log-in."""

    code = "auth.csrf"
    zh = "页面令牌缺失或已过期。"
    en = "The page's token is missing or out of date."
    next_zh = "请刷新页面后重试；程序请发送 X-CSRF-Token 头。"
    next_en = "Reload the page and try again; a program sends the header X-CSRF-Token."


class ForbiddenError(ServiceError):
    """The person's roles do not allow it."""

    code = "auth.forbidden"
    zh = "您的角色不能进行此操作（需要：{needed}）。"
    en = "Your role does not allow this (needed: {needed})."
    next_zh = "如需权限，请联系管理员。"
    next_en = "Ask an administrator for the role if you need it."


class NotFoundError(ServiceError):
    """There is no such thing, or it is not theirs to see."""

    code = "request.not_found"
    zh = "找不到：{what}。"
    en = "Not found: {what}."
    next_zh = "请检查地址或编号。"
    next_en = "Check the address or the number."


class ExistsError(ServiceError):
    """There is one of that name already."""

    code = "request.exists"
    zh = "已存在：{what}。"
    en = "Exists already: {what}."
    next_zh = "请换一个名称或编号。"
    next_en = "Choose another name or code."


class RequestError(ServiceError):
    """The request itself cannot be read."""

    code = "request.invalid"
    zh = "请求内容不正确：{problem}。"
    en = "The request is not right: {problem}."
    next_zh = "请按接口说明 /api/v1/openapi.json 修改。"
    next_en = "See the description at /api/v1/openapi.json."


class TooLargeError(RequestError):
    """More bytes than allowed."""

    code = "request.too_large"
    zh = "文件过大：上限 {limit_mb} MB。"
    en = "The file is too large: the limit is {limit_mb} MB."
    next_zh = "请缩小图片后重试。"
    next_en = "Make the picture smaller and try again."


class CursorError(RequestError):
    """The mark of the next page cannot be read."""

    code = "request.cursor"
    zh = "翻页标记无效。"
    en = "The page mark is not valid."
    next_zh = "请从第一页重新开始。"
    next_en = "Start again from the first page."


class ViewUnfitError(RequestError):
    """The chosen view's pictures have other proportions than the photo."""

    code = "photo.view_unfit"
    zh = "照片（{width_px}×{height_px}）与机位“{view}”的画面比例不同。"
    en = "The photo ({width_px}x{height_px}) has other proportions than the view '{view}'."
    next_zh = "请选择正确的机位，或在照片上点出台面四角。"
    next_en = "Choose the right view, or tap the desk's four corners on the photo."


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


class ReviewConflictError(ServiceError):
    """Somebody else decided first; nothing was overwritten."""

    code = "review.conflict"
    zh = "{who} 已先作出决定，您的决定没有保存。"
    en = "{who} decided first; your decision was not saved."
    next_zh = "请刷新后查看现有决定。"
    next_en = "Reload to see the decision that stands."


class NotReviewableError(ServiceError):
    """Only suspected and inconclusive findings are decided by people."""

    code = "review.not_reviewable"
    zh = "状态为“{state}”的结果不需要复核。"
    en = "A finding that is '{state}' is not decided by a person."
    next_zh = "请选择“疑似”或“无法判定”的结果。"
    next_en = "Choose one that is suspected or inconclusive."


class UndoError(ServiceError):
    """There is no own recent decision to take back."""

    code = "review.no_undo"
    zh = "没有可以撤销的决定：只能撤销自己最近作出、且未被更改的决定。"
    en = "There is nothing to take back: only your own last decision, for a while after it was made."
    next_zh = "请对该疑似问题重新作出决定。"
    next_en = "Decide the finding anew instead."


class LastAdministratorError(ServiceError):
    """Nobody would be left to administer."""

    code = "user.last_administrator"
    zh = "这是最后一位管理员，不能停用或取消其角色。"
    en = "This is the last administrator: they can neither be switched off nor lose the role."
    next_zh = "请先设置另一位管理员。"
    next_en = "Make another administrator first."


class BusyError(ServiceError):
    """Too many photos at once."""

    code = "service.busy"
    zh = "照片较多，暂时处理不过来。"
    en = "Too many photos at once."
    next_zh = "请稍后再发送同一张照片。"
    next_en = "Send the same photo again in a moment."


class EvidenceMissingError(ServiceError):
    """An evidence file is gone."""

    code = "evidence.missing"
    zh = "证据图片 {sha256} 不在存储中。"
    en = "The evidence picture {sha256} is not in the store."
    next_zh = "请管理员从备份恢复证据目录。"
    next_en = "An administrator restores the evidence folder from a backup."


class StorageFullError(ServiceError):
    """The disk is full; nothing was saved."""

    code = "storage.full"
    zh = "磁盘空间不足，本次内容没有保存。"
    en = "The disk is full; nothing of this request was saved."
    next_zh = "请管理员清理空间后重新发送。"
    next_en = "Send it again once an administrator has made room."


class DatabaseError(ServiceError):
    """The database failed; nothing was saved."""

    code = "database.failed"
    zh = "数据库出错，本次内容没有保存。"
    en = "The database failed; nothing of this request was saved."
    next_zh = "请稍后重试；持续出现请联系管理员。"
    next_en = "Try again in a moment; if it goes on, tell an administrator."


class DatabaseLockedError(DatabaseError):
    """Another process held the database's lock for too long."""

    code = "database.locked"
    zh = "数据库正忙，本次内容没有保存。"
    en = "The database is busy; nothing of this request was saved."
    next_zh = "请稍后重试。"
    next_en = "Try again in a moment."


class DatabaseAbsentError(DatabaseError):
    """The database cannot be opened or reached."""

    code = "database.absent"
    zh = "无法打开或连接数据库。"
    en = "The database cannot be opened or reached."
    next_zh = "请检查 DESKCHECK_DATABASE_URL，并运行 deskcheck db upgrade。"
    next_en = "Check DESKCHECK_DATABASE_URL and run deskcheck db upgrade."


class DatabaseOutdatedError(DatabaseError):
    """The tables are missing or of another version."""

    code = "database.outdated"
    zh = "数据库结构与程序版本不符。"
    en = "The database's tables do not fit this version of the program."
    next_zh = "请运行 deskcheck db upgrade。"
    next_en = "Run deskcheck db upgrade."
