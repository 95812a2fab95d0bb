"""Validate an upload by its name and size; the probe examines its content.

Every ValidationError has a code: one of `limits`, "empty" or "invalid_extension".
"""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtailmedia.settings import wagtailmedia_settings

from video_pages.core.typography import join_list
from video_pages.uploads import limits

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MESSAGES = {
    "empty": _("This file is empty. Choose the video again."),
    "invalid_extension": _("Files called “.%(extension)s” are not taken. Choose a video: %(allowed)s."),
    "no_extension": _("This file's name has no ending that says what it is. Choose a video: %(allowed)s."),
}


def allowed_extensions() -> Sequence[str]:
    """Return the accepted extensions of file names, in lower case and without the dot."""
    return wagtailmedia_settings.VIDEO_EXTENSIONS


def validate_upload(upload: Any, *, replacing: int | None = None) -> None:
    """Raise ValidationError unless `upload` was accepted and may be a video by its name and size.

    `replacing` is the primary key of the video file whose source it replaces, if any.
    """
    refusal = getattr(upload, "refusal", None)
    if refusal is not None:
        raise ValidationError(refusal.message, code=refusal.code)
    validate_name(upload.name)
    validate_size(upload.size, replacing=replacing)


def validate_name(name: str) -> None:
    """Raise ValidationError unless the extension of `name` is that of a video."""
    extension = os.path.splitext(name)[1].lstrip(".").lower()
    if extension in allowed_extensions():
        return
    allowed = join_list(allowed_extensions())
    if not extension:
        raise ValidationError(MESSAGES["no_extension"], code="invalid_extension", params={"allowed": allowed})
    raise ValidationError(
        MESSAGES["invalid_extension"],
        code="invalid_extension",
        params={"extension": extension[:20], "allowed": allowed},
    )


def validate_size(size_bytes: int | None, *, replacing: int | None = None, user: "User | None" = None) -> None:
    """Raise ValidationError if a file of this size is empty, too large, or does not fit into the quota any more.

    The quota is checked again because another upload may have been saved in the meantime. `user` as for
    `limits.video_limit`.
    """
    if not size_bytes:
        raise ValidationError(MESSAGES["empty"], code="empty")
    bounds = [limits.Limit(settings.MAX_UPLOAD_BYTES, limits.TOO_LARGE)]
    if settings.LIBRARY_QUOTA_BYTES:
        bounds.append(limits.Limit(max(0, limits.quota_left(replacing=replacing, user=user)), limits.LIBRARY_FULL))
    for limit in bounds:
        if size_bytes > limit.max_bytes:
            raise ValidationError(limits.describe(limit), code=limit.code)
