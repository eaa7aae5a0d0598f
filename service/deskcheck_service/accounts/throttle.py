"""Holding back log-in after wrong passwords, per account and address and per address."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from deskcheck_service.db import insert_into
from deskcheck_service.errors import LogInHeldError
from deskcheck_service.settings import Settings
from deskcheck_service.tables import LoginThrottle


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Throttle:
    """The failures of late of one account at one address.

    Attributes:
        session: a writing session.
        settings: the limits.
        name: account, whether it exists or not.
        address: the caller's address.
        now: present time.
    """

    session: Session
    settings: Settings
    name: str
    address: str
    now: datetime

    def _limits(self) -> tuple[tuple[str, int], tuple[str, int]]:
        return (
            (_key("account", self.name, self.address), self.settings.login_failures_allowed),
            (_key("address", self.address), self.settings.login_failures_per_address),
        )

    @property
    def _hold(self) -> timedelta:
        return timedelta(seconds=self.settings.login_hold_s)

    def check(self) -> None:
        """Refuse an attempt while log-in is held back.

        Raises:
            LogInHeldError: with the seconds to wait.
        """
        for key, allowed in self._limits():
            row = self.session.get(LoginThrottle, key)
            if row is None or row.failures < allowed:
                continue
            remaining = (row.last_failure_at + self._hold - self.now).total_seconds()
            if remaining > 0:
                raise LogInHeldError(retry_after_s=math.ceil(remaining))

    def failed(self) -> None:
        """Count one wrong password; failures older than the hold are forgotten."""
        self.session.execute(delete(LoginThrottle).where(LoginThrottle.last_failure_at < self.now - self._hold))
        for key, _ in self._limits():
            row = {"key_sha256": key, "failures": 1, "last_failure_at": self.now}
            more = {"failures": LoginThrottle.failures + 1, "last_failure_at": self.now}
            insert = insert_into(self.session, LoginThrottle).values(row)
            # One statement, so that failures at the same time are all counted.
            self.session.execute(insert.on_conflict_do_update(index_elements=["key_sha256"], set_=more))

    def succeeded(self) -> None:
        """Forget the account's failures at this address."""
        key = self._limits()[0][0]
        self.session.execute(delete(LoginThrottle).where(LoginThrottle.key_sha256 == key))
