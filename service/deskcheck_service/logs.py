"""Log lines with the id of what is being done (see ``correlation``).

No cookie, token, password or picture content is ever logged.
"""

from __future__ import annotations

import logging
import sys

import structlog

from deskcheck_service.settings import Settings

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure_command_logging(settings: Settings) -> None:
    """Send the log lines of a command to standard error, warnings and worse unless the settings ask for more."""
    asked = "log_level" in settings.model_fields_set
    configure_logging(settings if asked else settings.model_copy(update={"log_level": "warning"}))


def configure_logging(settings: Settings) -> None:
    """Send structlog's lines to standard error, as text or JSON.

    Tracebacks are plain: the pretty ones print local variables, a password among them.
    """
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    processors: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if settings.log_json:
        processors.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[settings.log_level]),
        # Looked up anew for each line: whoever puts another stream in its place gets what is said from then on.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
