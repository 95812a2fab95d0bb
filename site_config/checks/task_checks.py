"""System checks of TASKS=celery: the address of the broker, and at `check --deploy` whether it answers."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning

from video_pages.transcoding import broker

SCHEMES = ("redis", "rediss")


@register
def broker_has_an_address(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse TASKS=celery without the address of a Redis."""
    if settings.VIDEO_TASKS != "celery" or urlsplit(settings.CELERY_BROKER_URL).scheme in SCHEMES:
        return []
    problem = "begins with neither redis:// nor rediss://" if settings.CELERY_BROKER_URL else "is not set"
    return [
        Error(
            f"TASKS is celery, but CELERY_BROKER_URL {problem}: no worker would learn of an upload.",
            hint="Set CELERY_BROKER_URL, such as redis://host:6379/1, or TASKS=database.",
            id="video_pages.E033",
        )
    ]


@register(deploy=True)
def broker_answers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Warn if the broker does not answer: uploads are kept, and are processed when it is back."""
    if settings.VIDEO_TASKS != "celery" or broker_has_an_address(None):
        return []
    problem = broker.problem()
    if problem is None:
        return []
    address = urlsplit(settings.CELERY_BROKER_URL)
    return [
        CheckWarning(
            f"The broker at {address.hostname}:{address.port or 6379} does not answer: {problem}",
            hint="Start it, or correct CELERY_BROKER_URL. Uploads wait and are processed when it answers.",
            id="video_pages.W034",
        )
    ]
