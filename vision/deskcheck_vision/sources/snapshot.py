"""Single pictures of a camera by HTTP, one request each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from deskcheck_vision.errors import PictureError, TruncatedPictureError
from deskcheck_vision.frames import Frame
from deskcheck_vision.images import Picture, PictureLimits, decode_picture
from deskcheck_vision.sources.addresses import Place
from deskcheck_vision.sources.base import ANY_CA, DEFAULT_LIMITS, Login, Negotiated, SourceLimits, TlsRules
from deskcheck_vision.sources.camera_errors import (
    NotAPictureError,
    PictureCutError,
    PictureUnfitError,
)
from deskcheck_vision.sources.http_get import CameraHttp, Fetched

_JPEG = b"\xff\xd8\xff"


class SnapshotSource:
    """A camera's snapshots as a source of frames; also a context manager that closes it.

    A frame's time is when its answer had come in whole, by this machine's clock; the camera's own clock, where its
    answer tells it (HTTP's Date), is the stream's time.

    Args:
        place: checked address.
        login: user and password; None for none.
        name: what people call the camera.
        limits: how long and how much is waited for.
        tls: how far certificates are checked.
    """

    def __init__(
        self,
        place: Place,
        login: Login | None = None,
        *,
        name: str = "",
        limits: SourceLimits = DEFAULT_LIMITS,
        tls: TlsRules = ANY_CA,
    ) -> None:
        self._place, self._name, self._limits = place, name or place.shown, limits
        self._http = CameraHttp(login, limits, tls)
        self._negotiated = Negotiated(transport=place.scheme.upper())

    @property
    def name(self) -> str:
        """What people call it."""
        return self._name

    @property
    def negotiated(self) -> Negotiated:
        """What is known of it by now."""
        return self._negotiated

    def frames(self, every_s: float | None = None, until: float | None = None) -> Iterator[Frame]:
        """Yield a picture at once, and then one every ``every_s`` seconds, or as fast as they come.

        Raises:
            SourceError: there is none, see ``camera_errors``.
        """
        due = time.monotonic()
        while True:
            yield self._frame()
            due += every_s or 0.0
            if until is not None and max(due, time.monotonic()) > until:
                return
            time.sleep(max(0.0, due - time.monotonic()))

    def _frame(self) -> Frame:
        began = time.monotonic()
        answer = self._http.fetch(self._place)
        received = datetime.now(UTC)
        picture = _decoded(self._place, answer, self._limits)
        clock = _moment(answer.date)
        if self._negotiated.first_frame_s is None:
            self._negotiated = replace(
                self._negotiated,
                auth=self._http.auth_scheme,
                content_type=answer.content_type or None,
                image_wh=picture.image_wh,
                first_frame_s=round(time.monotonic() - began, 3),
                clock_offset_s=_ahead_s(clock, received),
                server=answer.server or None,
            )
        return Frame(picture.image, received, self._name, clock.timestamp() if clock is not None else None)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _decoded(place: Place, answer: Fetched, limits: SourceLimits) -> Picture:
    """Return the picture of an answer.

    Raises:
        NotAPictureError, PictureCutError, PictureUnfitError: there is none in it.
    """
    if not answer.body.startswith(_JPEG):
        raise NotAPictureError(place=place.shown, found=_found(answer))
    try:
        return decode_picture(answer.body, PictureLimits(limits.max_bytes, limits.max_pixels))
    except TruncatedPictureError as exc:
        raise PictureCutError(place=place.shown) from exc
    except PictureError as exc:
        raise PictureUnfitError(place=place.shown, reason_zh=exc.sentence("zh"), reason=exc.sentence("en")) from exc


def _found(answer: Fetched) -> str:
    if answer.body.lstrip()[:1] == b"<":
        return "text/html"
    return answer.content_type or ("nothing" if not answer.body else "bytes that are no JPEG")


def _ahead_s(clock: datetime | None, received: datetime) -> float | None:
    """Return how far a clock that tells whole seconds is ahead; 0 where it may be right."""
    if clock is None:
        return None
    ahead_s = round((clock - received).total_seconds())
    return float(ahead_s) if abs(ahead_s) > 1 else 0.0


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
