"""The form of a video file on the screens of wagtailmedia."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from wagtailmedia.forms import BaseMediaForm

from video_pages.ingest import versions
from video_pages.ingest.inspection import UNKNOWN_UPLOAD, read_facts
from video_pages.library import services, sources
from video_pages.library.models import VideoFile
from video_pages.pages.panels.tags import say_how_tags_end
from video_pages.transcoding import jobs
from video_pages.transcoding.facts import Facts
from video_pages.uploads import tokens
from video_pages.uploads.fields import TOKEN_FIELD, UploadMedia, VideoFileField
from video_pages.uploads.files import discarded_unless_saved

EDITED_FIELDS = {"title", "collection"}


class VideoFileForm(BaseMediaForm):
    """The form on all screens of wagtailmedia: inspects a new file, saves its facts and submits it for processing."""

    class Media(UploadMedia):
        pass

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_how_tags_end(self)
        self.user = kwargs.get("user")
        self.facts: Facts | None = None
        self._uploaded: VideoFile | None = None
        self._kept_file = self.instance.file
        self.fields["file"] = VideoFileField(
            required=self.instance.pk is None,
            replacing=self.instance.pk,
            help_text=_("The pages that show this file will show the new one.") if self.instance.pk else "",
        )
        self.fields["file"].describe_limits()
        token_name = self.add_prefix(TOKEN_FIELD)
        self.fields["file"].widget.attrs["data-token-name"] = token_name
        if self.instance.pk:
            self.fields["file"].widget.attrs["data-replaces"] = self.instance.pk
        self._token = self.data.get(token_name)
        if self._token:
            self.fields["file"].required = False

    def clean(self) -> dict[str, Any]:
        """Check that a finished upload belongs to this user and to the object of this form."""
        cleaned = super().clean()
        if self._token and self.facts is None:
            if self.instance.pk is None:
                self._uploaded = tokens.waiting_file(self._token, self.user)
                is_right = self._uploaded is not None
            else:
                is_right = tokens.replaced_file(self._token, self.user) == self.instance
            if not is_right:
                self.add_error("file", ValidationError(UNKNOWN_UPLOAD, code="unknown_upload"))
        return cleaned

    def clean_file(self) -> TemporaryUploadedFile | FieldFile | None:
        """Inspect a new file."""
        upload = self.cleaned_data["file"]
        if upload and upload is not self._kept_file:
            self.facts = read_facts(upload)
        return upload

    def save(self, commit: bool = True) -> VideoFile:
        if self._uploaded is not None:
            return self._save_uploaded(self._uploaded, commit)
        if self.facts is None:
            return super().save(commit)
        upload = self.cleaned_data["file"]
        is_new = self.instance.pk is None
        sent = sources.new_sent(self.instance) if is_new else sources.sent_ahead(self.instance, upload)
        with discarded_unless_saved(self.instance), sent, transaction.atomic():
            if self.instance.pk is not None:
                # The form has put the upload into the instance already; the service does it in its own order.
                self.instance.file = self._kept_file
                versions.replace(self.instance, upload, self.facts, user=self.user)
                return super().save(commit)
            services.describe_upload(self.instance, upload)
            services.apply_facts(self.instance, self.facts)
            video_file = super().save(commit)
            jobs.submit(video_file)
        return video_file

    def _save_uploaded(self, uploaded: VideoFile, commit: bool) -> VideoFile:
        """Save the typed values in the row that the upload made. The form's instance becomes that row."""
        for field in self.instance._meta.concrete_fields:
            if field.name not in EDITED_FIELDS:
                setattr(self.instance, field.attname, getattr(uploaded, field.attname))
        self.instance._state.adding = False
        with transaction.atomic():
            tokens.mark_taken(self.instance)
            return super().save(commit)
