"""One message to one outside system: to an allowed address only, within a time, following nothing, believing little."""

from __future__ import annotations

import http.client
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from socket import IPPROTO_TCP, SHUT_RDWR, TCP_NODELAY, create_connection, socket
from time import time
from urllib.parse import urlsplit

from deskcheck_vision.errors import DeskcheckError

from deskcheck_service.outbox import signing
from deskcheck_service.outbox.addresses import allowed_addresses

_ANSWER_BYTES = 4096
_SHOWN_CHARS = 120
_BUSY = frozenset({408, 425, 429})

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try.

    Attributes:
        accepted: the system answered with 2xx.
        error: what went wrong, in few words and without any secret; empty where nothing did.
        is_away: it is the system rather than this message that failed; others would fail as well.
    """

    accepted: bool
    error: str = ""
    is_away: bool = False


class Sender:
    """Sends messages to one system over one connection, which is kept as long as the system keeps it.

    Args:
        url: of the system, http or https.
        key: signing key.
        networks: where the system may be.
        limit_s: seconds for a whole try, from looking its name up to the end of its answer.
    """

    def __init__(self, url: str, key: bytes, networks: tuple[Network, ...], limit_s: float) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._key, self._networks, self._limit_s = key, networks, limit_s
        self._connection: http.client.HTTPConnection | None = None

    def send(self, webhook_id: str, body: bytes) -> Answer:
        """Send one message and say what came of it; never raises for what the other side does."""
        kept = self._connection is not None
        answer = self._try(webhook_id, body)
        if kept and answer is None:  # the system had closed the kept connection: that is no failure of this message
            answer = self._try(webhook_id, body)
        return answer if answer is not None else Answer(False, "connection closed without an answer", is_away=True)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, webhook_id: str, body: bytes) -> Answer | None:
        """Return what came of one request; None where the connection was closed before an answer."""
        cut = _Cut(self._limit_s)
        try:
            return self._exchange(cut, webhook_id, body)
        except DeskcheckError as exc:
            return self._away(exc.sentence("en"))
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            return self._away(f"no answer within {self._limit_s:g} s") if cut.fell else None
        except TimeoutError:
            return self._away(f"no answer within {self._limit_s:g} s")
        except ssl.SSLError as exc:
            return self._away(f"TLS: {exc.reason or 'failed'}")
        except (OSError, ValueError, http.client.HTTPException) as exc:
            words = f"no answer within {self._limit_s:g} s" if cut.fell else f"{type(exc).__name__}: {exc}"
            return self._away(words[:200])
        finally:
            cut.end()

    def _away(self, error: str) -> Answer:
        self.close()
        return Answer(False, error, is_away=True)

    def _exchange(self, cut: _Cut, webhook_id: str, body: bytes) -> Answer:
        connection = self._connection or self._connect(cut)
        self._connection = connection
        if connection.sock is not None:
            cut.guard(connection.sock)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "deskcheck",
            **signing.headers(self._key, webhook_id, int(time()), body),
        }
        connection.request("POST", self._path, body, headers)
        answer = connection.getresponse()
        text = answer.read(_ANSWER_BYTES)
        status, closed = answer.status, answer.isclosed() and not answer.will_close
        if not closed:
            self.close()  # more than anybody needs to say to this
        if 200 <= status < 300:
            return Answer(True)
        if 300 <= status < 400:
            return Answer(False, f"HTTP {status}: redirects are not followed")
        return Answer(False, _words(status, text), is_away=status >= 500 or status in _BUSY)

    def _connect(self, cut: _Cut) -> http.client.HTTPConnection:
        """Connect to the very address that was checked: a name may be looked up otherwise a second time."""
        address = allowed_addresses(self._host, self._port, self._networks)[0]
        plain = create_connection((str(address), self._port), timeout=self._limit_s)
        # Head and body go in two writes; the second must not wait for the first one's acknowledgement.
        plain.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        cut.guard(plain)
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self._limit_s)
        try:
            connection.sock = self._tls.wrap_socket(plain, server_hostname=self._host) if self._tls else plain
        except BaseException:
            plain.close()
            raise
        if self._tls is not None:
            cut.guard(connection.sock)
        return connection


def _words(status: int, text: bytes) -> str:
    said = "".join(letter if letter.isprintable() else " " for letter in text.decode("utf-8", "replace"))
    said = " ".join(said.split())[:_SHOWN_CHARS]
    return f"HTTP {status}: {said}" if said else f"HTTP {status}"


class _Cut:
    """Cuts a connection when its time is over: a socket's own time-out begins anew with every byte."""

    def __init__(self, limit_s: float) -> None:
        self.fell = False
        self._socket: socket | None = None
        self._timer = threading.Timer(limit_s, self._fall)
        self._timer.daemon = True
        self._timer.start()

    def guard(self, connection: socket) -> None:
        """Name the connection to be cut."""
        self._socket = connection

    def end(self) -> None:
        """Cut nothing any more."""
        self._timer.cancel()

    def _fall(self) -> None:
        self.fell = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(SHUT_RDWR)
