"""Whether this process can do its work: each thing it needs is tried, within a time limit, and told with its reason."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from deskcheck_vision.errors import DeskcheckError

from deskcheck_service.errors import StorageFullError
from deskcheck_service.errors.watching import CheckFailedError, CheckSlowError
from deskcheck_service.schemas import Schema, Text
from deskcheck_service.services import Services

_LIMIT_S = 5.0
# Anybody may ask: what was found is told again for a moment.
_KEPT_S = 2.0


class CheckOut(Schema):
    """One thing that is needed; ``code`` and ``message`` say why it cannot be used."""

    name: str
    ok: bool
    code: str | None = None
    message: Text | None = None


class ReadyOut(Schema):
    """Whether work can be done, and what is missing."""

    ready: bool
    checks: list[CheckOut]


class Readiness:
    """Tries what is needed. A check that hangs is left to hang, and is not begun a second time meanwhile.

    Args:
        services: of the application.
        limit_s: seconds that a check may take.
        kept_s: seconds for which what was found is told again.
    """

    def __init__(self, services: Services, limit_s: float = _LIMIT_S, kept_s: float = _KEPT_S) -> None:
        self._limit_s = limit_s
        self._kept_s = kept_s
        checks: dict[str, Callable[[], None]] = {
            "database": lambda: _database(services),
            "model": lambda: _model(services),
            "evidence": lambda: _evidence(services),
            "room": lambda: _room(services),
        }
        self._checks = {name: _Check(name, work) for name, work in checks.items()}
        self._lock = threading.Lock()
        self._kept: tuple[float, ReadyOut] | None = None

    def look(self) -> ReadyOut:
        """Return what can be used; all checks run at the same time."""
        with self._lock:
            if self._kept is not None and time.monotonic() - self._kept[0] < self._kept_s:
                return self._kept[1]
            until = time.monotonic() + self._limit_s
            for check in self._checks.values():
                check.begin()
            found = [check.outcome(max(0.0, until - time.monotonic())) for check in self._checks.values()]
            answer = ReadyOut(ready=all(one.ok for one in found), checks=found)
            self._kept = (time.monotonic(), answer)
            return answer


class _Check:
    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._name = name
        self._work = work
        self._thread: threading.Thread | None = None
        self._error: DeskcheckError | None = None

    def begin(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name=f"ready-{self._name}", daemon=True)
            self._thread.start()

    def outcome(self, limit_s: float) -> CheckOut:
        if self._thread is not None:
            self._thread.join(limit_s)
        is_slow = self._thread is not None and self._thread.is_alive()
        error = CheckSlowError(name=self._name) if is_slow else self._error
        if error is None:
            return CheckOut(name=self._name, ok=True)
        return CheckOut(name=self._name, ok=False, code=error.code, message=_told(error))

    def _run(self) -> None:
        try:
            self._work()
            self._error = None
        except DeskcheckError as error:
            structlog.get_logger().warning("not_ready", check=self._name, code=error.code, reason=str(error))
            self._error = error
        except Exception as exc:
            structlog.get_logger().error("not_ready", check=self._name, exc_info=exc)
            self._error = CheckFailedError(name=self._name)


def _told(error: DeskcheckError) -> Text:
    """Return what is to be done, without the facts of the case, such as a path: anybody may read it."""
    whole = "{" not in error.next_zh + error.next_en
    shown = error if whole else CheckFailedError(name="")
    return Text(zh=shown.next_zh, en=shown.next_en)


def _database(services: Services) -> None:
    from deskcheck_service.migrate import check_current

    check_current(services.database.engine)


def _model(services: Services) -> None:
    services.engine.detector()


def _evidence(services: Services) -> None:
    services.evidence.try_writing()


def _room(services: Services) -> None:
    free = services.evidence.free_bytes()
    if free is not None and free < services.settings.ready_free_mb * 1_000_000:
        raise StorageFullError
