"""The form field for a video file, and what its widget tells the script that sends it."""

import json

from django import forms
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from video_pages.uploads import limits, validation
from video_pages.uploads.messages import CHOOSE_A_FILE, messages

TUS_VIEW = "tus_uploads"
TOKEN_FIELD = "upload_token"  # noqa: S105
"""What a form is given in place of a file whose bytes came before it."""


class UploadMedia:
    """The scripts and sheets of forms with a VideoFileField; an inner `Media` inherits them."""

    js = [
        "vendor/tus-js-client/tus.min.js",
        "video_pages/js/upload_words.js",
        "video_pages/js/upload_transfer.js",
        "video_pages/js/upload_row.js",
        "video_pages/js/upload_form.js",
        "video_pages/js/upload.js",
        "video_pages/js/upload_zone.js",
        "video_pages/js/upload_errors.js",
        "video_pages/js/upload_making.js",
        "video_pages/js/upload_many.js",
    ]
    css = {"all": ["video_pages/css/upload.css"]}


class VideoFileField(forms.FileField):
    """One video, judged by name and size before anything opens it. Its widget tells browsers the limits."""

    def __init__(self, *, replacing=None, **kwargs):
        kwargs.setdefault("label", _("Video file"))
        kwargs.setdefault("widget", forms.FileInput)
        super().__init__(**kwargs)
        self.error_messages["required"] = CHOOSE_A_FILE
        self.replacing = replacing

    def to_python(self, data):
        if data in self.empty_values:
            return None
        validation.validate_upload(data, replacing=self.replacing)
        return data

    def describe_limits(self):
        """Have the widget carry what upload.js needs to refuse a file before it travels."""
        limit = limits.video_limit(replacing=self.replacing)
        self.help_text = self.help_text or _("MP4, MOV, WebM, MKV and others, at most %(room)s.") % {
            "room": filesizeformat(limit.max_bytes)
        }
        self.widget.attrs.update(
            {
                "accept": ",".join(f".{extension}" for extension in validation.allowed_extensions()),
                "data-video-upload": "",
                "data-max-bytes": limit.max_bytes,
                "data-too-large": limits.describe(limit),
                "data-upload-words": json.dumps(messages()),
                "data-tus": reverse(TUS_VIEW),
            }
        )
