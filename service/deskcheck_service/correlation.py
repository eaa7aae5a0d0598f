"""One id from a request, or from a camera's visit, to its log lines, its audit log entries and its judgements.

It lives in structlog's context variables under one name, so that every line carries it, whoever writes it. A request's
is the one that its answer tells in ``X-Request-ID``; a visit's is ``CameraVisit.correlation_id``.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import structlog

_KEY = "correlation_id"
_P = ParamSpec("_P")
_T = TypeVar("_T")


def current() -> str:
    """Return the id of what is being done; empty where nothing is."""
    return str(structlog.contextvars.get_contextvars().get(_KEY, ""))


@contextmanager
def correlated(correlation_id: str, **more: object) -> Iterator[None]:
    """Let all log lines and audit log entries of the block carry an id; lines carry ``more`` as well."""
    with structlog.contextvars.bound_contextvars(**{_KEY: correlation_id}, **more):
        yield


def carried(work: Callable[_P, _T]) -> Callable[_P, _T]:
    """Return the same work for another thread, which would otherwise begin without an id; it can be called once."""
    context = contextvars.copy_context()

    def with_id(*arguments: _P.args, **named: _P.kwargs) -> _T:
        return context.run(work, *arguments, **named)

    return with_id
