"""System checks of METRICS_PORT and METRICS_TOKEN: settings with which visitors could read the numbers, or no site."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

LEAST_LENGTH = 32
"""Characters of METRICS_TOKEN: 128 random bits in hexadecimal."""


@register(Tags.security)
def metrics_are_apart(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse a METRICS_PORT that is the site's port, and a METRICS_TOKEN that can be guessed."""
    errors: list[CheckMessage] = []
    if settings.METRICS_PORT and settings.METRICS_PORT == settings.PORT:
        errors.append(
            Error(
                "METRICS_PORT is PORT: at this port only /metrics would answer, and no page.",
                hint="Set METRICS_PORT to another port, which visitors can't reach.",
                id="video_pages.E017",
            )
        )
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < LEAST_LENGTH:
        errors.append(
            Error(
                f"METRICS_TOKEN is shorter than {LEAST_LENGTH} characters: it could be guessed.",
                hint='Make one with .venv/bin/python -c "import secrets; print(secrets.token_urlsafe(32))".',
                id="video_pages.E018",
            )
        )
    return errors
