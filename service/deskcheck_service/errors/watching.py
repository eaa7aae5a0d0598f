"""Watching the service: figures and readiness."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


class FiguresClosedError(ServiceError):
    """The figures for Prometheus were asked for without the right token, or from another machine."""

    code = "watching.closed"
    zh = "运行指标不对外公开。"
    en = "The figures are not for everybody."
    next_zh = "请设置 DESKCHECK_METRICS_TOKEN，并以 Bearer 方式携带该令牌。"
    next_en = "Set DESKCHECK_METRICS_TOKEN and send that token as bearer."


class CheckSlowError(ServiceError):
    """Something that is needed does not answer in time."""

    code = "watching.slow"
    zh = "{name} 在时限内没有响应。"
    en = "{name} did not answer in time."
    next_zh = "请检查该部分是否卡住；详情见日志。"
    next_en = "Something hangs; the log says more."


class CheckFailedError(ServiceError):
    """Something that is needed failed in a way that nobody foresaw."""

    code = "watching.failed"
    zh = "{name} 检查失败。"
    en = "{name} failed."
    next_zh = "详情见日志。"
    next_en = "The log says why."


class EvidenceUnwritableError(ServiceError):
    """The evidence store cannot be written."""

    code = "evidence.unwritable"
    zh = "证据存储无法写入。"
    en = "The evidence store cannot be written."
    next_zh = "请检查 DESKCHECK_EVIDENCE_URL 及其权限；详情见日志。"
    next_en = "Check DESKCHECK_EVIDENCE_URL and its rights; the log says more."
