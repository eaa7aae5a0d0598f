"""HTTP to cameras: to the checked address alone, without redirections or proxies, and never more than was asked for.

Log-in by digest where the camera offers it, else basic; which one is found out by a first request without any.
"""

from __future__ import annotations

import logging
import ssl
import time
from dataclasses import dataclass
from typing import Self

import httpx2

from deskcheck_vision.sources.addresses import Place
from deskcheck_vision.sources.base import ANY_CA, Login, SourceLimits, TlsRules
from deskcheck_vision.sources.camera_errors import (
    AnswerTooLargeError,
    BrokenOffError,
    CertificateError,
    DeadHostError,
    LoginSchemeError,
    PictureCutError,
    RefusedError,
    SilentPeerError,
    SourceError,
    StalledError,
)
from deskcheck_vision.sources.rtsp_probe import error_of_status

# Addresses and headers belong in no log, whatever level somebody sets.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer.

    Attributes:
        body: its bytes.
        content_type: as the header says, without parameters; empty without one.
        date: the Date header; empty without one.
        server: the Server header.
    """

    body: bytes
    content_type: str
    date: str
    server: str


class CameraHttp:
    """A client of one host; also a context manager that closes it.

    Args:
        login: user and password; None for none.
        limits: how long and how much is waited for.
        tls: how far certificates are checked.
    """

    def __init__(self, login: Login | None, limits: SourceLimits, tls: TlsRules = ANY_CA) -> None:
        self._login, self._limits = login, limits
        self._auth: httpx2.Auth | None = None
        self.auth_scheme = "none"
        timeout = httpx2.Timeout(limits.stall_s, connect=limits.connect_s)
        self._client = httpx2.Client(
            verify=tls.context(),
            trust_env=False,
            follow_redirects=False,
            timeout=timeout,
            headers={"Accept-Encoding": "identity", "User-Agent": "deskcheck"},
        )

    def fetch(self, place: Place, *, content: bytes | None = None, media_type: str = "") -> Fetched:
        """Get an address, or with ``content`` post to it.

        Raises:
            SourceError: there was no good answer, see ``camera_errors``.
        """
        error: SourceError
        connected = False
        until = time.monotonic() + self._limits.connect_s + self._limits.first_frame_s
        try:
            while True:
                with self._client.stream(
                    "GET" if content is None else "POST",
                    place.url,
                    content=content,
                    headers=_headers(place, media_type),
                    extensions={"sni_hostname": place.host},
                    auth=self._auth,
                ) as answer:
                    connected = True
                    if answer.status_code == 401 and self._auth is None and self._login is not None:
                        self._choose(place, self._login, answer)
                        continue
                    if answer.status_code != 200:
                        raise error_of_status(answer.status_code, place, self._login)
                    return self._read(place, answer, until)
        except httpx2.ConnectTimeout:
            error = DeadHostError(place=place.shown, limit_s=self._limits.connect_s)
        except httpx2.ConnectError as exc:
            error = _unconnected(exc, place, self._limits)
        except httpx2.TimeoutException:
            kind: type[SourceError] = StalledError if connected else SilentPeerError
            error = kind(place=place.shown, limit_s=self._limits.stall_s)
        except httpx2.HTTPError:
            error = PictureCutError(place=place.shown) if connected else BrokenOffError(place=place.shown)
        # Outside the handler: the client's own error holds the request with its log-in.
        raise error

    def _choose(self, place: Place, login: Login, answer: httpx2.Response) -> None:
        offered = [one.split(" ")[0].lower() for one in answer.headers.get_list("www-authenticate")]
        if "digest" in offered:
            self._auth, self.auth_scheme = httpx2.DigestAuth(login.user, login.password), "digest"
        elif "basic" in offered:
            self._auth, self.auth_scheme = httpx2.BasicAuth(login.user, login.password), "basic"
        else:
            raise LoginSchemeError(place=place.shown, scheme=", ".join(one[:20] for one in offered) or "-")

    def _read(self, place: Place, answer: httpx2.Response, until: float) -> Fetched:
        limit_mb = round(self._limits.max_bytes / 1e6, 1)
        told = answer.headers.get("content-length", "")
        if told.isdecimal() and int(told) > self._limits.max_bytes:
            raise AnswerTooLargeError(place=place.shown, limit_mb=limit_mb)
        body = bytearray()
        for part in answer.iter_raw():
            body += part
            # A peer that drips one byte a second never runs into the limit of silence.
            if len(body) > self._limits.max_bytes or time.monotonic() > until:
                raise AnswerTooLargeError(place=place.shown, limit_mb=limit_mb)
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Fetched(bytes(body), kind[:60], answer.headers.get("date", ""), answer.headers.get("server", "")[:100])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _headers(place: Place, media_type: str) -> dict[str, str]:
    host = f"[{place.host}]" if ":" in place.host else place.host
    usual = place.port == {"http": 80, "https": 443}[place.scheme]
    headers = {"Host": host if usual else f"{host}:{place.port}"}
    return headers | ({"Content-Type": media_type} if media_type else {})


def _unconnected(exc: httpx2.ConnectError, place: Place, limits: SourceLimits) -> SourceError:
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return CertificateError(place=place.shown)
        if isinstance(cause, ConnectionRefusedError):
            return RefusedError(place=place.shown)
        cause = cause.__cause__ or cause.__context__
    return DeadHostError(place=place.shown, limit_s=limits.connect_s)
