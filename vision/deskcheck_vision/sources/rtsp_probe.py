"""One question to an RTSP server before FFmpeg is let at it: is it there, does it let us in, what does it show.

FFmpeg tells all of these apart badly, waits for them under one limit, and follows redirections to any host, so that
they are settled here first. Sources: RFC 2326 (RTSP 1.0), RFC 7616 (digest; MD5 as in RFC 2069 where there is no qop).
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import socket
import time
from dataclasses import dataclass

from deskcheck_vision.sources.addresses import Place
from deskcheck_vision.sources.base import Login, SourceLimits
from deskcheck_vision.sources.camera_errors import (
    AnswerTooLargeError,
    BrokenOffError,
    DeadHostError,
    LoginMissingError,
    LoginRefusedError,
    LoginSchemeError,
    NotAPictureError,
    NotThereError,
    RedirectedError,
    RefusedError,
    ServerFailedError,
    SilentPeerError,
    SourceError,
)

_MOST_BYTES = 65_536
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass(frozen=True, slots=True)
class Described:
    """What an RTSP server said of a stream.

    Attributes:
        auth: "none", "basic" or "digest".
        server: what it calls itself; None where it does not.
        frame_rate: of the pictures; None where it does not say.
    """

    auth: str
    server: str | None
    frame_rate: float | None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def all_of(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


def error_of_status(status: int, place: Place, login: Login | None) -> SourceError:
    """Return the error of an RTSP or HTTP status that is not a success."""
    if status in (401, 403):
        missing = status == 401 and login is None
        return LoginMissingError(place=place.shown) if missing else LoginRefusedError(place=place.shown)
    if 300 <= status < 400:
        return RedirectedError(place=place.shown, status=status)
    if 400 <= status < 500:
        return NotThereError(place=place.shown, status=status)
    return ServerFailedError(place=place.shown, status=status)


def connected(place: Place, limits: SourceLimits) -> socket.socket:
    """Return a connection to a checked address.

    Raises:
        RefusedError, DeadHostError: there is none.
    """
    try:
        return socket.create_connection((place.ip, place.port), limits.connect_s)
    except ConnectionRefusedError:
        error: SourceError = RefusedError(place=place.shown)
    except OSError:
        error = DeadHostError(place=place.shown, limit_s=limits.connect_s)
    raise error


def describe(place: Place, login: Login | None, limits: SourceLimits) -> Described:
    """Ask an RTSP server to describe a stream, logging in where it asks for it.

    Raises:
        SourceError: it does not, see ``camera_errors``.
    """
    auth, header = "none", ""
    while True:
        answer = _asked(place, header, limits)
        if answer.status == 200:
            rate = re.search(r"^a=(?:framerate:|x-framerate:)\s*([\d.]{1,8})", answer.body, re.MULTILINE)
            server = next(iter(answer.all_of("server")), None)
            return Described(auth, server[:100] if server else None, _number(rate.group(1)) if rate else None)
        if answer.status != 401 or login is None or header:
            raise error_of_status(answer.status, place, login)
        auth, header = _authorization(place, login, answer)


def _number(text: str) -> float | None:
    try:
        return float(text) or None
    except ValueError:
        return None


def _asked(place: Place, authorization: str, limits: SourceLimits) -> _Answer:
    """Send one DESCRIBE on a connection of its own and read the answer."""
    lines = [f"DESCRIBE {place.url} RTSP/1.0", "CSeq: 1", "Accept: application/sdp", "User-Agent: deskcheck"]
    lines += [f"Authorization: {authorization}"] if authorization else []
    connection = connected(place, limits)
    with connection:
        try:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            return _read(connection, place, time.monotonic() + limits.stall_s)
        except OSError as exc:
            silent = isinstance(exc, TimeoutError)
    if silent:
        raise SilentPeerError(place=place.shown, limit_s=limits.stall_s)
    raise BrokenOffError(place=place.shown)


def _read(connection: socket.socket, place: Place, until: float) -> _Answer:
    """Read one answer, all of it before ``until``.

    Raises:
        TimeoutError: it did not come.
    """
    received = b""
    while True:
        head, ended, body = received.partition(b"\r\n\r\n")
        if len(received) >= 5 and not received.startswith(b"RTSP/"):
            raise NotAPictureError(place=place.shown, found=_named(received))
        if ended:
            answer = _parsed(head)
            length = next((int(one) for one in answer.all_of("content-length") if one.isdecimal()), 0)
            if len(body) >= length:
                return _Answer(answer.status, answer.headers, body[:length].decode("utf-8", "replace"))
        if len(received) > _MOST_BYTES:
            raise AnswerTooLargeError(place=place.shown, limit_mb=_MOST_BYTES / 1e6)
        connection.settimeout(max(0.001, until - time.monotonic()))
        part = connection.recv(8192)
        if not part:
            raise BrokenOffError(place=place.shown)
        received += part


def _named(received: bytes) -> str:
    return "HTTP" if received.startswith(b"HTTP") else "no RTSP"


def _parsed(head: bytes) -> _Answer:
    first, *rest = head.decode("utf-8", "replace").split("\r\n")
    status = re.match(r"RTSP/\d\.\d (\d{3})", first)
    pairs = [line.partition(":") for line in rest]
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)
    return _Answer(int(status.group(1)) if status else 500, headers, "")


def _authorization(place: Place, login: Login, answer: _Answer) -> tuple[str, str]:
    """Return the kind of log-in and its header; digest where it is offered.

    Raises:
        LoginSchemeError: neither digest nor basic is.
    """
    offered = answer.all_of("www-authenticate")
    for challenge in offered:
        if challenge.lower().startswith("digest"):
            header = _digest(place.url, login, challenge)
            if header is not None:
                return "digest", header
    if any(one.lower().startswith("basic") for one in offered):
        pair = f"{login.user}:{login.password}".encode()
        return "basic", f"Basic {base64.b64encode(pair).decode('ascii')}"
    schemes = ", ".join(one.split(" ")[0][:20] for one in offered) or "-"
    raise LoginSchemeError(place=place.shown, scheme=schemes)


def _digest(uri: str, login: Login, challenge: str) -> str | None:
    """Return the header that answers a digest challenge; None where its algorithm is not known."""
    found = {
        name.lower(): quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', challenge)
    }
    algorithm = found.get("algorithm", "MD5")
    hasher = _HASHES.get(algorithm.upper())
    if hasher is None:
        return None

    def hashed(text: str) -> str:
        return hasher(text.encode()).hexdigest()

    realm, nonce, cnonce = found.get("realm", ""), found.get("nonce", ""), secrets.token_hex(8)
    ours, theirs = hashed(f"{login.user}:{realm}:{login.password}"), hashed(f"DESCRIBE:{uri}")
    parts = [f'username="{login.user}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{uri}"']
    if "auth" in [one.strip() for one in found.get("qop", "").split(",")]:
        response = hashed(f"{ours}:{nonce}:00000001:{cnonce}:auth:{theirs}")
        parts += ["qop=auth", "nc=00000001", f'cnonce="{cnonce}"']
    else:
        response = hashed(f"{ours}:{nonce}:{theirs}")
    parts += [f'response="{response}"', *([f"algorithm={algorithm}"] if "algorithm" in found else [])]
    parts += [f'opaque="{found["opaque"]}"'] if "opaque" in found else []
    return "Digest " + ", ".join(parts)
