"""System checks of object storage: settings that are missing or that do not fit together. No request is made."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning


@register
def object_storage_is_complete(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse LIBRARY_STORAGE=s3 without a bucket, or with half a key."""
    if settings.LIBRARY_STORAGE != "s3":
        return []
    problems: list[CheckMessage] = []
    if not settings.S3_BUCKET:
        problems.append(
            Error(
                "LIBRARY_STORAGE is 's3', but S3_BUCKET is not set: no video could be stored.",
                hint="Set S3_BUCKET to the name of a private bucket (docs/storage.md), or leave LIBRARY_STORAGE out.",
                id="video_pages.E030",
            )
        )
    if bool(settings.S3_ACCESS_KEY_ID) != bool(settings.S3_SECRET_ACCESS_KEY):
        missing = "S3_SECRET_ACCESS_KEY" if settings.S3_ACCESS_KEY_ID else "S3_ACCESS_KEY_ID"
        problems.append(
            Error(
                f"{missing} is not set, but the other half of the key is: no request could be signed.",
                hint="Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY; or neither, where the machine has a role of AWS.",
                id="video_pages.E031",
            )
        )
    return problems


@register
def browsers_may_reach_the_bucket(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse S3_BROWSER_UPLOADS without a bucket, or with one to which no page with HTTPS may send."""
    if not settings.S3_BROWSER_UPLOADS:
        return []
    if settings.LIBRARY_STORAGE != "s3":
        return [
            CheckWarning(
                f"S3_BROWSER_UPLOADS is on, but LIBRARY_STORAGE is {settings.LIBRARY_STORAGE!r}: uploads go through "
                "the server.",
                hint="Set LIBRARY_STORAGE=s3 and the bucket's settings (docs/storage.md), or leave it out.",
                id="video_pages.W035",
            )
        ]
    address = settings.S3_PUBLIC_ENDPOINT_URL or settings.S3_ENDPOINT_URL
    if address.startswith("http:") and urlsplit(settings.WAGTAILADMIN_BASE_URL).scheme == "https":
        return [
            CheckWarning(
                f"S3_BROWSER_UPLOADS is on, but a page with HTTPS may not send to {address}: each upload tries it, and "
                "goes through the server.",
                hint="Give the S3 server a certificate, and set S3_PUBLIC_ENDPOINT_URL to its https:// address.",
                id="video_pages.W036",
            )
        ]
    return []
