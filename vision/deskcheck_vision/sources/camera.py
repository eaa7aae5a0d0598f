"""A camera's address, checked and opened as a source of frames."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import StrEnum

from deskcheck_vision.exif import CHINA
from deskcheck_vision.sources.addresses import PAGES, STREAMS, AddressRules, check_address, media_path, resolve
from deskcheck_vision.sources.base import ANY_CA, DEFAULT_LIMITS, FrameSource, Login, Negotiated, SourceLimits, TlsRules
from deskcheck_vision.sources.makers import with_size


class SourceKind(StrEnum):
    """How a source is asked for frames."""

    RTSP = "rtsp"
    SNAPSHOT = "snapshot"
    ONVIF = "onvif"
    FILM = "film"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Which source, and how it is logged in to.

    Attributes:
        kind: how it is asked.
        address: a URL without user and password, or a path below the media folder.
        name: what people call the camera.
        login: user and password; None for none.
        size_wh: width and height in px that snapshots are asked for, where the camera can be told.
        zone: of times in the names of files.
    """

    kind: SourceKind
    address: str
    name: str
    login: Login | None = None
    size_wh: tuple[int, int] | None = None
    zone: tzinfo = CHINA


def check_spec(spec: SourceSpec, rules: AddressRules) -> None:
    """Hold an address against the rules as far as no name server is needed.

    Raises:
        AddressError: it may not be used.
    """
    if spec.kind in (SourceKind.FILM, SourceKind.FOLDER):
        media_path(spec.address, rules)
    else:
        check_address(spec.address, STREAMS if spec.kind is SourceKind.RTSP else PAGES, rules)


def open_source(
    spec: SourceSpec,
    rules: AddressRules,
    *,
    span_s: float = 60.0,
    limits: SourceLimits = DEFAULT_LIMITS,
    tls: TlsRules = ANY_CA,
) -> FrameSource:
    """Check an address and open it.

    Args:
        spec: which.
        rules: that its address is held against.
        span_s: seconds that a burst covers: of a folder only the newest pictures within it count.
        limits: how long and how much is waited for.
        tls: how far https certificates are checked.

    Raises:
        SourceError: it may not or cannot be opened; see ``camera_errors``, ``address_errors`` and ``errors``.
    """
    if spec.kind is SourceKind.FILM:
        from deskcheck_vision.sources.film import FilmLimits, VideoFileSource

        film = media_path(spec.address, rules)
        return VideoFileSource(film, name=spec.name, limits=FilmLimits(limits.max_pixels))
    if spec.kind is SourceKind.FOLDER:
        from deskcheck_vision.sources.folder import FolderSource

        folder = media_path(spec.address, rules)
        return FolderSource(folder, name=spec.name, zone=spec.zone, limits=limits, newest_s=span_s)
    if spec.kind is SourceKind.RTSP:
        from deskcheck_vision.sources.rtsp import RtspSource

        return RtspSource(resolve(spec.address, STREAMS, rules), spec.login, name=spec.name, limits=limits)
    from deskcheck_vision.sources.snapshot import SnapshotSource

    place = resolve(spec.address, PAGES, rules)
    if spec.kind is SourceKind.ONVIF:
        from deskcheck_vision.sources.onvif import snapshot_place

        place = snapshot_place(place, spec.login, rules, limits, tls)
    place = replace(place, path=with_size(place.path, spec.size_wh))
    return SnapshotSource(place, spec.login, name=spec.name, limits=limits, tls=tls)


def negotiated_of(source: FrameSource) -> Negotiated:
    """Return what is known of an open source; of files little."""
    found = getattr(source, "negotiated", None)
    return found if isinstance(found, Negotiated) else Negotiated(transport="file")
