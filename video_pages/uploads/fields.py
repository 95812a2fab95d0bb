"""The form field for a video file, and what its widget tells the script that sends it."""

import json

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from video_pages.uploads import limits, validation

# What upload.js says while a file travels; it fills in the words in braces.
WORDS = {
    "progress": _("Upload"),
    "checking": _("Checking what you typed…"),
    "sent": _("{sent} of {total} sent ({percent} %)."),
    "left": _("About {time} left."),
    "examining": _("The file has arrived. Looking into it…"),
    "done": _("Done."),
    "cancel": _("Cancel the upload"),
    "cancelled": _("The upload was cancelled. Nothing was saved; what you typed is still here."),
    "broken": _("The connection broke. Nothing was saved; what you typed is still here. Try again."),
    "notTaken": _("Nothing was saved yet. See what is wrong above; what you typed is still here."),
    "signedOut": _(
        "You are no longer signed in, or may not upload here. Sign in in another tab, then press the button "
        "again: what you typed is still here."
    ),
    "proxyTooLarge": _("A server in front of this site takes no such large file. Tell the people who run it."),
    "serverError": _("The server could not take the file (error {status}). What you typed is still here."),
}


class VideoFileField(forms.FileField):
    """One video, judged by name and size before anything opens it. Its widget tells browsers the limits."""

    def __init__(self, *, replacing=None, **kwargs):
        kwargs.setdefault("label", _("Video file"))
        kwargs.setdefault("widget", forms.FileInput)
        super().__init__(**kwargs)
        self.error_messages["required"] = _("Choose a video file.")
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
                "data-upload-words": json.dumps({name: str(words) for name, words in WORDS.items()}),
            }
        )
