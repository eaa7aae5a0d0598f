"""Where the makers of cameras keep snapshots and streams, so that nobody has to look the paths up.

Sources: Hikvision, ISAPI for cameras ("Intelligent Security API, Image"), `Streaming/channels/<ID>/picture` and
`ContentMgmt/StreamingProxy/channels/<ID>/picture`; Dahua, "HTTP API of DAHUA devices", `snapshot.cgi`; ONVIF Core,
the device service's address.
"""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlsplit


class Maker(StrEnum):
    """Whose paths an address follows."""

    HIKVISION = "hikvision"
    HIKVISION_RECORDER = "hikvision_recorder"
    DAHUA = "dahua"
    ONVIF = "onvif"


_SNAPSHOTS = {
    Maker.HIKVISION: "/ISAPI/Streaming/channels/{channel}01/picture",
    Maker.HIKVISION_RECORDER: "/ISAPI/ContentMgmt/StreamingProxy/channels/{channel}01/picture",
    Maker.DAHUA: "/cgi-bin/snapshot.cgi?channel={channel}",
    Maker.ONVIF: "/onvif/device_service",
}
_STREAMS = {
    Maker.HIKVISION: "/Streaming/Channels/{channel}01",
    Maker.HIKVISION_RECORDER: "/Streaming/Channels/{channel}01",
    Maker.DAHUA: "/cam/realmonitor?channel={channel}&subtype=0",
}


def with_path(address: str, maker: Maker, channel: int) -> str:
    """Return an address with the maker's path where it has none of its own.

    Args:
        address: such as http://10.1.2.3 or rtsp://10.1.2.3:554.
        maker: whose device it is.
        channel: number of the camera at its recorder, from 1.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return address  # whoever checks it says so
    if parts.path.strip("/") or parts.query:
        return address
    path = (_STREAMS if parts.scheme == "rtsp" else _SNAPSHOTS).get(maker)
    return address.rstrip("/") + path.format(channel=channel) if path is not None else address


def with_size(path: str, size_wh: tuple[int, int] | None) -> str:
    """Return a path that asks for pictures of a size: Hikvision's recorders send thumbnails unless they are told.

    Args:
        path: with its query.
        size_wh: width and height in px; None leaves the path as it is.
    """
    if size_wh is None or not path.lower().startswith("/isapi/") or "videoresolutionwidth" in path.lower():
        return path
    width, height = size_wh
    return f"{path}{'&' if '?' in path else '?'}videoResolutionWidth={width}&videoResolutionHeight={height}"
