"""What is done around every request: its id, its log line, the headers that browsers are told."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deskcheck_service.correlation import correlated
from deskcheck_service.errors import TooLargeError

_REQUEST_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")

# Everything comes from this server. Styles of charts and the editor are set by script on elements, which
# 'unsafe-inline' for styles allows; scripts get no such exception. blob: shows the phone's photo before sending.
_CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# Photos have their own limit where they are read; everything else is text.
_MAX_BODY_BYTES = 2_000_000
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


class RequestContext:
    """ASGI middleware: request id, log line, limit on bodies, security headers, the answer to unforeseen faults.

    Args:
        app: the application inside.
        on_fault: makes the answer to an exception that nothing inside has handled.
    """

    def __init__(self, app: ASGIApp, on_fault: Callable[[Request, Exception], Response]) -> None:
        self._app = app
        self._on_fault = on_fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        received = 0
        limit = None if Headers(scope=scope).get("content-type", "").startswith("multipart/") else _MAX_BODY_BYTES

        async def limited_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if limit is not None and received > limit:
                raise TooLargeError(limit_mb=limit // 1_000_000)
            return message

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        started = time.perf_counter()
        with correlated(request_id):
            try:
                await self._app(scope, limited_receive, send_with_headers)
            except Exception as exc:
                if status:
                    raise  # half of an answer is out: only closing the connection tells the caller
                response = self._on_fault(Request(scope), exc)
                await response(scope, receive, send_with_headers)
            finally:
                structlog.get_logger().info(
                    "request",
                    method=scope["method"],
                    path=scope["path"],
                    status=status,
                    ms=round(1000 * (time.perf_counter() - started), 1),
                )
