"""Scheduled rounds and those who make them."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


class AlreadySettledError(ServiceError):
    """The round does not owe the view any more: another worker's judgement came first, or its time is over."""

    code = "audit.settled"
    zh = "该机位在本轮已有结果，未重复记录。"
    en = "The round has a result of this view already; nothing was stored again."
    next_zh = "无需处理。"
    next_en = "There is nothing to do."


class QueueNeedsPostgresqlError(ServiceError):
    """Workers on several machines need a database that several machines reach. Facts: ``found``."""

    code = "audit.queue_needs_postgresql"
    zh = "deskcheck worker 需要 PostgreSQL 数据库，当前为 {found}。"
    en = "deskcheck worker needs a PostgreSQL database; this one is {found}."
    next_zh = "请设置 DESKCHECK_DATABASE_URL=postgresql://…；单机使用时 deskcheck serve 自己巡检。"
    next_en = "Set DESKCHECK_DATABASE_URL=postgresql://...; on one machine deskcheck serve makes the rounds itself."


class QueueAbsentError(ServiceError):
    """The database has no queue for workers yet."""

    code = "audit.queue_absent"
    zh = "数据库中还没有巡检队列。"
    en = "The database has no queue for workers yet."
    next_zh = "请运行 deskcheck db upgrade。"
    next_en = "Run deskcheck db upgrade."


class CamerasBusyError(ServiceError):
    """There was no room for another camera's frames in time."""

    code = "audit.no_room"
    zh = "同时巡检的摄像机过多，没有轮到这一台。"
    en = "Too many cameras were being looked at; this one's turn did not come."
    next_zh = "请调大 DESKCHECK_AUDIT_MEMORY_MB 或增加 deskcheck worker。"
    next_en = "Raise DESKCHECK_AUDIT_MEMORY_MB or add a deskcheck worker."
