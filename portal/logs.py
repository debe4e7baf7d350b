"""Logs: one JSON object a line, with the correlation id of the click that caused it, and no secrets of links."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_PATHS = re.compile(
    r"(/(?:invitations|addresses|by-mail)/[0-9a-f-]{36}/|/mails/stop/[0-9a-f-]{36}/[a-z_]+/|/password/reset/key/)[^/\s]+"
)


def without_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Links from mails open doors: their secrets are struck out of what is logged of a request."""
    for name in ("request", "event", "path"):
        if isinstance(event.get(name), str):
            event[name] = SECRET_PATHS.sub(r"\1•••", event[name])
    return event


def configure(level: str) -> dict[str, Any]:
    """Set structlog up, and return what Django's ``LOGGING`` is to say."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": structlog.processors.JSONRenderer(),
                "foreign_pre_chain": [
                    structlog.contextvars.merge_contextvars,
                    structlog.processors.TimeStamper(fmt="iso"),
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    without_secrets,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            # They tell of every table of every font, and of every page, of every PDF.
            "fontTools": {"level": "WARNING"},
            "weasyprint.progress": {"level": "WARNING"},
        },
    }
