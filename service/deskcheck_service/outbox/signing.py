"""Signatures of messages, as Standard Webhooks 1.0 has them: HMAC-SHA256 over id, time and body, joined by dots."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
_KEY_BYTES = 32


def new_secret() -> str:
    """Return a new signing secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """Return the key that a secret stands for.

    Raises:
        ValueError: it is no secret of this form.
    """
    if not secret.startswith(PREFIX):
        raise ValueError("a signing secret begins with whsec_")
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)


def headers(key: bytes, webhook_id: str, at_s: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a message.

    Args:
        key: of the receiver.
        webhook_id: names the event, the same at every try.
        at_s: Unix time of this try, s.
        body: exactly as sent.
    """
    content = b".".join((webhook_id.encode(), str(at_s).encode(), body))
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {"webhook-id": webhook_id, "webhook-timestamp": str(at_s), "webhook-signature": f"v1,{signature}"}
