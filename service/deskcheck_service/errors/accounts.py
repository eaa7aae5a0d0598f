"""Who asks, and what they may do."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


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


class LastAdministratorError(ServiceError):
    """Nobody would be left to administer."""

    code = "user.last_administrator"
    zh = "这是最后一位管理员，不能停用或取消其角色。"
    en = "This is the last administrator: they can neither be switched off nor lose the role."
    next_zh = "请先设置另一位管理员。"
    next_en = "Make another administrator first."
