"""The base of the service's own errors."""

from __future__ import annotations

from deskcheck_vision.errors import DeskcheckError


class ServiceError(DeskcheckError):
    """Base of the service's own errors."""

    code = "service.error"

    #: True where what the request has written so far must be kept, such as the count of wrong passwords.
    keeps_writes = False
