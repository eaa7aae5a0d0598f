"""Outside systems and what they are told."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


class TargetUrlError(ServiceError):
    """An outside system's address cannot be used. Facts: ``url``."""

    code = "outbox.url"
    zh = "地址不可用：{url}。"
    en = "The address cannot be used: {url}."
    next_zh = "请填写 http:// 或 https:// 开头的地址，不带用户名、密码和 # 号。"
    next_en = "Give an address that begins with http:// or https://, without user, password or #."


class TargetAddressError(ServiceError):
    """An outside system is at no allowed address. Facts: ``host``."""

    code = "outbox.address_not_allowed"
    zh = "{host} 无法解析，或不在允许的网段内。"
    en = "{host} cannot be looked up, or is outside the allowed networks."
    next_zh = "请核对主机名；如确需访问，请管理员把其网段加入 DESKCHECK_WEBHOOK_NETWORKS。"
    next_en = "Check the host's name; where it has to be reached, add its network to DESKCHECK_WEBHOOK_NETWORKS."


class ReplayError(ServiceError):
    """What is to be sent again was not said. Facts: none."""

    code = "outbox.replay_unclear"
    zh = "请说明要重发哪些消息：一条、全部失败的，或某一时间之后的，只选一种。"
    en = "Say what is to be sent again: one message, all dead ones, or those since a time; one of the three."
    next_zh = "请只填写其中一项。"
    next_en = "Give exactly one of them."


class EventIdError(ServiceError):
    """A message's name cannot be read. Facts: ``text``."""

    code = "outbox.event_id"
    zh = "无法识别的消息编号：{text}。"
    en = "This is no message's id: {text}."
    next_zh = "消息编号形如 evt_123，即 webhook-id 的内容。"
    next_en = "An id looks like evt_123, as in the header webhook-id."
