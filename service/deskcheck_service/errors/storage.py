"""Database, evidence store, and room for work."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


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
