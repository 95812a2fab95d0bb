"""The form field for a video file, and the attributes of its widget for the upload scripts."""

import json
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from video_pages.core.humanize import format_size
from video_pages.core.scripts import module_script
from video_pages.uploads import direct, limits, validation
from video_pages.uploads.messages import CHOOSE_A_FILE, messages

TUS_VIEW = "tus_uploads"
TOKEN_FIELD = "upload_token"  # noqa: S105
"""The form field that names a file which was uploaded before the form."""


class UploadMedia:
    """The scripts and style sheets of forms with a VideoFileField; an inner `Media` inherits them."""

    js = [
        "vendor/tus-js-client/tus.min.js",
        module_script("video_pages/js/upload_single.js"),
        module_script("video_pages/js/upload_screen.js"),
    ]
    css = {"all": ["video_pages/css/file_drops.css", "video_pages/css/upload.css", "video_pages/css/upload_extras.css"]}


class VideoFileField(forms.FileField):
    """A form field for one video file, which is validated by name and size. Its widget carries the limits."""

    def __init__(self, *, replacing: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Video file"))
        kwargs.setdefault("widget", forms.FileInput)
        super().__init__(**kwargs)
        self.error_messages["required"] = CHOOSE_A_FILE
        self.replacing = replacing

    def to_python(self, data: Any) -> Any:
        if data in self.empty_values:
            return None
        validation.validate_upload(data, replacing=self.replacing)
        return data

    def describe_limits(self) -> None:
        """Set the attributes by which upload_single.js refuses a file before it is sent."""
        limit = limits.video_limit(replacing=self.replacing)
        self.help_text = self.help_text or _("MP4, MOV, WebM, MKV and others, at most %(room)s.") % {
            "room": format_size(limit.max_bytes)
        }
        self.widget.attrs.update(
            {
                "accept": ",".join(f".{extension}" for extension in validation.allowed_extensions()),
                "data-video-upload": "",
                "data-max-bytes": limit.max_bytes,
                "data-too-large": limits.describe(limit),
                "data-upload-messages": json.dumps(messages()),
                "data-tus": reverse(TUS_VIEW),
            }
        )
        if direct.is_offered():
            self.widget.attrs["data-direct"] = ""
