"""Decisions on findings."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


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
