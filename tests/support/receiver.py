"""A real outside system for tests: an HTTP server in a thread that can refuse, hang, drip, redirect and remember."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Got:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Name of the message."""
        return self.headers["webhook-id"]


@dataclass(slots=True)
class Receiver:
    """What the server does and what it got; ``answer`` returns the status for the next request.

    ``hang_s`` waits before the answer, ``drip`` sends the answer's head a byte at a time, ``endless`` an answer that
    does not end.
    """

    url: str = ""
    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], int] = lambda got: 204
    after: Callable[[Got], None] = lambda got: None
    hang_s: float = 0.0
    drip: bool = False
    endless: bool = False
    location: str = ""

    @property
    def ids(self) -> list[str]:
        """Names of the messages that came, in order."""
        return [one.id for one in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver on a free port of this machine."""
    receiver = Receiver()
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            got = Got({name.lower(): value for name, value in self.headers.items()}, body)
            receiver.got.append(got)
            status = receiver.answer(got)
            stop.wait(receiver.hang_s)
            try:
                self._say(status)
            except OSError:
                return
            receiver.after(got)

        def _say(self, status: int) -> None:
            if receiver.drip:
                self.close_connection = True
                for letter in b"HTTP/1.1 200 OK\r\nx-slow: " + b"y" * 200:
                    self.wfile.write(bytes([letter]))
                    if stop.wait(0.05):
                        return
                return
            self.send_response(status)
            if receiver.location:
                self.send_header("location", receiver.location)
            if receiver.endless:
                self.close_connection = True
                self.end_headers()
                end = time.monotonic() + 20
                while not stop.is_set() and time.monotonic() < end:
                    self.wfile.write(b"x" * 65536)
                return
            text = b"" if status == 204 else f"answer {status}".encode()
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook?from=deskcheck"
    try:
        yield receiver
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
