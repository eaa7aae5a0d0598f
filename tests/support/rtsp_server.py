"""A real RTSP server for tests: GStreamer's, as a process of its own that can be stopped, let go on, and killed.

Run by the system's Python, which has GStreamer's bindings: Debian's python3-gi, gir1.2-gst-rtsp-server-1.0,
gstreamer1.0-plugins-base, -good and -bad. ``is_there`` tells whether they are installed.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_PYTHON = "/usr/bin/python3"
_SERVER = r"""
import json, sys
import gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0"); gi.require_version("GstRtsp", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer
if sys.argv[1:] == ["--probe"]:
    Gst.init(None)
    wanted = ("h264parse", "rtph264pay", "qtdemux", "videotestsrc", "rtspsrc")
    sys.exit(0 if all(Gst.ElementFactory.find(one) for one in wanted) else 1)
order = json.loads(sys.argv[1])
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1"); server.set_service("0")
if order["user"]:
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST if order["digest"] else GstRtsp.RTSPAuthMethod.BASIC)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if order["digest"]:
        auth.add_digest(order["user"], order["password"], token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(order["user"], order["password"]), token)
    server.set_auth(auth)
for path, launch in order["mounts"].items():
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(launch)
    factory.set_shared(order["shared"])
    if order["user"]:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)
    server.get_mount_points().add_factory(path, factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
"""


@cache
def is_there() -> bool:
    """Whether GStreamer's RTSP server and what it needs are installed."""
    if not Path(_PYTHON).exists():
        return False
    return subprocess.run([_PYTHON, "-c", _SERVER, "--probe"], capture_output=True, check=False).returncode == 0


def film_launch(film: Path) -> str:
    """What serves the H.264 of an MP4 file as it is, at its own pace, once through."""
    whole = "video/x-h264,stream-format=byte-stream,alignment=au"
    return (
        f"( filesrc location={film} ! qtdemux ! h264parse config-interval=-1 ! {whole} ! rtph264pay name=pay0 pt=96 )"
    )


class RtspServer:
    """A running server.

    Attributes:
        port: on 127.0.0.1.
        user, password: of the one user; empty for none.
    """

    def __init__(self, process: subprocess.Popen[str], port: int, user: str, password: str) -> None:
        self._process, self.port, self.user, self.password = process, port, user, password

    def url(self, mount: str) -> str:
        """Address of a mount, without a log-in."""
        return f"rtsp://127.0.0.1:{self.port}{mount}"

    def stall(self) -> None:
        """Let the process do nothing any more; connections stay open."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a stalled one go on."""
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@contextmanager
def rtsp_server(
    mounts: dict[str, Path | str], *, user: str = "", password: str = "", digest: bool = True, shared: bool = False
) -> Iterator[RtspServer]:
    """Run a server.

    Args:
        mounts: path -> an MP4 file with H.264 (served from its beginning to each client), or a launch line of
            GStreamer with an element ``pay0``, such as a test pattern.
        user: that has to log in; empty lets everybody in.
        password: the user's.
        digest: log-in by digest, else basic.
        shared: one pipeline for all clients of a mount, so that a film is where it is.
    """
    import json

    launches = {path: film_launch(what) if isinstance(what, Path) else what for path, what in mounts.items()}
    order = {"mounts": launches, "user": user, "password": password, "digest": digest, "shared": shared}
    process = subprocess.Popen(
        [_PYTHON, "-c", _SERVER, json.dumps(order)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    server = None
    try:
        assert process.stdout is not None
        server = RtspServer(process, int(process.stdout.readline()), user, password)
        yield server
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
