"""Passwords (argon2) and random tokens, of which only hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pwdlib import PasswordHash


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    from pwdlib import PasswordHash  # argon2's library takes a tenth of a second to load

    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """Return the argon2 hash of a password."""
    return _hasher().hash(password)


def password_fits(password: str, password_hash: str | None) -> bool:
    """True if the password belongs to the hash.

    With no hash (unknown name) the same work is done, so that the time says nothing about which names exist.
    """
    fits = _hasher().verify(password, password_hash or _nobodys_hash())
    return fits and password_hash is not None


def new_token() -> str:
    """Return a random token of 256 bits."""
    return secrets.token_urlsafe(32)


def token_sha256(token: str) -> str:
    """Return the hash under which a token is kept; plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
