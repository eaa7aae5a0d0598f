"""A real HTTP server that behaves as cameras do, well and badly: a test's peer."""

from __future__ import annotations

import hashlib
import re
import socket
import ssl
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_REALM, _NONCE = "camera", "7f3a90c1"


@dataclass
class HttpCamera:
    """How the server behaves, and what it was asked; tests change it while it runs.

    Attributes:
        picture: gives the JPEG of each request.
        user, password: that have to be given; no user lets everybody in.
        scheme: "digest", "basic" or another one that nobody speaks.
        clock_offset_s: how far its Date header is ahead.
        asked: method and path of every request that was let in.
        date: what the Date header says instead of a time.
        uri_host: host that ONVIF's snapshot address names; empty for its own.
        port: on 127.0.0.1.
    """

    picture: Callable[[], bytes]
    user: str = ""
    password: str = ""
    scheme: str = "digest"
    clock_offset_s: float = 0.0
    asked: list[str] = field(default_factory=list)
    uri_host: str = ""
    date: str = ""
    soap: str = ""
    port: int = 0
    https: bool = False

    def url(self, path: str) -> str:
        return f"{'https' if self.https else 'http'}://127.0.0.1:{self.port}{path}"


def _handler(camera: HttpCamera) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def log_message(self, *_: Any) -> None:
            pass

        def date_time_string(self, timestamp: float | None = None) -> str:
            if camera.date:
                return camera.date
            return formatdate((timestamp or time.time()) + camera.clock_offset_s, usegmt=True)

        def do_GET(self) -> None:
            _answer(self, camera)

        def do_POST(self) -> None:
            _answer(self, camera)

        def send(self, body: bytes, kind: str = "image/jpeg", status: int = 200, length: int | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _answer(handler: Any, camera: HttpCamera) -> None:
    length = int(handler.headers.get("Content-Length") or 0)
    body = handler.rfile.read(length)
    path = urlsplit(handler.path).path
    if path.startswith("/onvif/"):
        camera.asked.append(f"{handler.command} {handler.path}")
        _onvif(handler, camera, body.decode())
        return
    if camera.user and not _let_in(handler, camera):
        handler.send_response(401)
        if camera.scheme == "digest":
            challenge = f'Digest realm="{_REALM}", nonce="{_NONCE}", qop="auth", algorithm=MD5'
        else:
            challenge = f'{camera.scheme.title()} realm="{_REALM}"'
        handler.send_header("WWW-Authenticate", challenge)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    camera.asked.append(f"{handler.command} {handler.path}")
    _page(handler, camera, path)


def _page(handler: Any, camera: HttpCamera, path: str) -> None:
    picture = camera.picture()
    if path in _PICTURES:
        handler.send(picture)
    elif path == "/html":
        handler.send(b"<!DOCTYPE html><title>Log in</title>", "text/html")
    elif path == "/html-as-jpeg":
        handler.send(b"<html>busy</html>")
    elif path == "/nothing":
        handler.send(b"")
    elif path == "/cut":  # as long as it says, and the end of the JPEG is missing
        handler.send(picture[: len(picture) // 2])
    elif path == "/broken-off":  # shorter than it says
        handler.send(picture[: len(picture) // 2], length=len(picture))
        handler.close_connection = True
    elif path == "/damaged":
        handler.send(b"\xff\xd8\xff\xe0" + bytes(400) + b"\xff\xd9")
    elif path in ("/endless", "/drip"):
        _without_end(handler, slowly=path == "/drip")
    elif path == "/stall":
        handler.send(picture[:100], length=len(picture))
        time.sleep(2)
        handler.close_connection = True
    elif path == "/told-too-large":
        handler.send(picture[:10], length=10_000_000_000)
        handler.close_connection = True
    elif path == "/redirect":
        handler.send_response(302)
        handler.send_header("Location", camera.url(_PICTURES[0]))
        handler.send_header("Content-Length", "0")
        handler.end_headers()
    elif path == "/failed":
        handler.send(b"", status=500)
    elif path == "/forbidden":
        handler.send(b"", status=403)
    else:
        handler.send(b"", status=404)


_PICTURES = (
    "/snapshot.jpg",
    "/ISAPI/Streaming/channels/101/picture",
    "/ISAPI/ContentMgmt/StreamingProxy/channels/101/picture",
    "/cgi-bin/snapshot.cgi",
)


def _without_end(handler: Any, *, slowly: bool) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "image/jpeg")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"\xff\xd8\xff" if slowly else b"\xff\xd8\xff" * 20_000)
            time.sleep(0.1 if slowly else 0)
    except OSError:
        handler.close_connection = True


def _let_in(handler: Any, camera: HttpCamera) -> bool:
    header = handler.headers.get("Authorization", "")
    if camera.scheme == "basic":
        return bool(header == "Basic " + b64encode(f"{camera.user}:{camera.password}".encode()).decode())
    if camera.scheme != "digest" or not header.startswith("Digest "):
        return False
    told = {name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header)}

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    ours = md5(f"{camera.user}:{_REALM}:{camera.password}")
    theirs = md5(f"{handler.command}:{handler.path}")
    wanted = md5(f"{ours}:{_NONCE}:{told.get('nc')}:{told.get('cnonce')}:auth:{theirs}")
    fits = told.get("uri") == handler.path and told.get("nonce") == _NONCE
    return fits and told.get("response") == wanted


def _onvif(handler: Any, camera: HttpCamera, body: str) -> None:
    if camera.soap:
        handler.send(camera.soap.encode(), "application/soap+xml")
        return
    action = re.search(r"<s:Body><(\w+)", body)
    name = action.group(1) if action else ""
    if name != "GetSystemDateAndTime" and camera.user and not _signed(camera, body):
        fault = "<s:Fault><s:Code><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code></s:Fault>"
        handler.send(_soap(fault), "application/soap+xml", 400 if camera.scheme == "onvif400" else 200)
        return
    host = camera.uri_host or f"127.0.0.1:{camera.port}"
    now = time.gmtime(time.time() + camera.clock_offset_s)
    answers = {
        "GetSystemDateAndTime": (
            "<t:SystemDateAndTime><t:UTCDateTime>"
            f"<t:Time><t:Hour>{now.tm_hour}</t:Hour><t:Minute>{now.tm_min}</t:Minute><t:Second>{now.tm_sec}</t:Second>"
            f"</t:Time><t:Date><t:Year>{now.tm_year}</t:Year><t:Month>{now.tm_mon}</t:Month><t:Day>{now.tm_mday}</t:Day>"
            "</t:Date></t:UTCDateTime></t:SystemDateAndTime>"
        ),
        "GetCapabilities": (
            f"<t:Capabilities><t:Media><t:XAddr>http://127.0.0.1:{camera.port}/onvif/media</t:XAddr></t:Media>"
            "</t:Capabilities>"
        ),
        "GetProfiles": '<t:Profiles token="main&amp;1"><t:Name>main</t:Name></t:Profiles>',
        "GetSnapshotUri": f"<t:MediaUri><t:Uri>http://{host}/snapshot.jpg?token=1&amp;a=2</t:Uri></t:MediaUri>",
    }
    handler.send(_soap(f"<t:{name}Response>{answers.get(name, '')}</t:{name}Response>"), "application/soap+xml")


def _soap(body: str) -> bytes:
    return (
        '<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:t="urn:t" '
        f'xmlns:ter="http://www.onvif.org/ver10/error"><s:Body>{body}</s:Body></s:Envelope>'
    ).encode()


def _signed(camera: HttpCamera, body: str) -> bool:
    """True for a right digest whose stamp is within 5 s of the camera's own clock."""

    def inner(name: str) -> str:
        found = re.search(rf"<\w+:{name}[^>]*>([^<]*)</", body)
        return found.group(1) if found else ""

    created = inner("Created")
    text = b64decode(inner("Nonce")) + created.encode() + camera.password.encode()
    wanted = hashlib.sha1(text, usedforsecurity=False).digest()
    if inner("Username") != camera.user or inner("Password") != b64encode(wanted).decode():
        return False
    stamp = time.mktime(time.strptime(created, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
    return abs(stamp - (time.time() + camera.clock_offset_s)) < 5


@contextmanager
def http_camera(picture: bytes | Callable[[], bytes], *, tls: tuple[Path, Path] | None = None) -> Iterator[HttpCamera]:
    """Run a server on a free port of 127.0.0.1; ``tls`` is a certificate and its key."""
    camera = HttpCamera(picture if callable(picture) else lambda: picture)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(camera))
    server.daemon_threads = True
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        camera.https = True
    camera.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield camera
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def silent_peer(*words: bytes | None) -> Iterator[int]:
    """Take connections and say nothing, or the words of each one's turn and hang up; the last words hold for the rest.

    Yields the port. None, and no words at all, are silence.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    ended = threading.Event()
    held: list[socket.socket] = []

    def take() -> None:
        left = list(words) or [None]
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            held.append(connection)
            said = left.pop(0) if len(left) > 1 else left[0]
            if said is not None:
                connection.settimeout(2)
                connection.recv(4096)
                connection.sendall(said)
                connection.close()

    thread = threading.Thread(target=take)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        ended.set()
        thread.join()
        listener.close()
        for connection in held:
            connection.close()


def refused_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
