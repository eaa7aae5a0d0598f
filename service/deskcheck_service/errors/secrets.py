"""Secrets that are stored encrypted.

The tree::

    SecretError
    |-- SecretKeysError        the keys cannot be read or made
    `-- SecretUnreadableError  a stored secret was encrypted with a key that is not there
"""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


class SecretError(ServiceError):
    """A stored secret cannot be used."""

    code = "secret.unusable"


class SecretKeysError(SecretError):
    """The keys cannot be read or made. Facts: ``place``, ``reason_zh``, ``reason``; never a key."""

    code = "secret.keys"
    zh = "无法使用加密密钥（{place}）：{reason_zh}。"
    en = "The keys for stored secrets cannot be used ({place}): {reason}."
    next_zh = "请检查该文件或环境变量 DESKCHECK_SECRET_KEYS；用 deskcheck secrets new-key 生成密钥。"
    next_en = "Check that file or DESKCHECK_SECRET_KEYS; deskcheck secrets new-key makes a key."


class SecretUnreadableError(SecretError):
    """A stored secret was encrypted with a key that is not there any more, or is damaged."""

    code = "secret.unreadable"
    zh = "已保存的密码无法解密：当时的密钥已不在。"
    en = "A stored password cannot be decrypted: the key it was encrypted with is gone."
    next_zh = "请把原来的密钥放回，或重新输入该密码。"
    next_en = "Put the old key back, or enter that password again."
