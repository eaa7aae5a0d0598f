"""Web service, database, pages and command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcheck_vision.lazy import lazy_names

if TYPE_CHECKING:
    from deskcheck_service.app import create_app
    from deskcheck_service.errors import ServiceError
    from deskcheck_service.services import Services, build_services
    from deskcheck_service.settings import Settings

__all__ = [
    "ServiceError",
    "Services",
    "Settings",
    "build_services",
    "create_app",
]

_HOMES = {
    "ServiceError": "errors",
    "Services": "services",
    "Settings": "settings",
    "build_services": "services",
    "create_app": "app",
}

__getattr__ = lazy_names(__name__, _HOMES)
