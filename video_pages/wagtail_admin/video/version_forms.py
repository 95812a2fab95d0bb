"""The forms of “New version”: the file, and the choices for chapters and captions beyond its end."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from video_pages.core.timecodes import format_timecode
from video_pages.ingest.inspection import UNKNOWN_UPLOAD, read_facts
from video_pages.ingest.versions import ReplaceSourceAction
from video_pages.library import text_services
from video_pages.library.models import VideoFile
from video_pages.pages import beyond_end
from video_pages.pages.beyond_end import BeyondTheEnd
from video_pages.pages.chapters import VideoChapter
from video_pages.pages.models import VideoPage
from video_pages.transcoding.facts import Facts
from video_pages.uploads import tokens
from video_pages.uploads.fields import TOKEN_FIELD, UploadMedia, VideoFileField

if TYPE_CHECKING:
    from video_pages.pages.beyond_end import CountedTrack

KEEP, REMOVE, CUT = "keep", "remove", "cut"


class NewVersionForm(forms.Form):
    """The file, or the token of an upload that has replaced the source after its last byte."""

    class Media(UploadMedia):
        pass

    def __init__(self, *args: Any, video_file: VideoFile, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.video_file, self.user = video_file, user
        self.facts: Facts | None = None
        self._token = self.data.get(TOKEN_FIELD)
        field = VideoFileField(label=gettext_lazy("The new version"), replacing=video_file.pk)
        field.required = not self._token
        field.describe_limits()
        field.widget.attrs.update({"data-drop": "", "data-token-name": TOKEN_FIELD, "data-replaces": video_file.pk})
        self.fields["video_file"] = field

    def clean_video_file(self) -> UploadedFile | None:
        upload = self.cleaned_data["video_file"]
        if upload is not None:
            self.facts = read_facts(upload)
        elif tokens.replaced_file(self._token, self.user) != self.video_file:
            raise ValidationError(UNKNOWN_UPLOAD, code="unknown_upload")
        return upload

    def save(self) -> VideoFile:
        """Replace the source, if the form contains the file; return the VideoFile."""
        if self.facts is not None:
            ReplaceSourceAction(self.video_file, self.cleaned_data["video_file"], self.facts, user=self.user).execute()
        return self.video_file


class BeyondTheEndForm(forms.Form):
    """One choice for each chapter and each text track in `beyond` (beyond_end.BeyondTheEnd)."""

    def __init__(self, *args: Any, beyond: BeyondTheEnd, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.beyond = beyond
        for chapter in beyond.chapters:
            self._add(
                _chapter_name(chapter),
                _("Chapter “%(title)s” at %(time)s")
                % {"title": chapter.title, "time": format_timecode(chapter.start_seconds)},
                [(REMOVE, _("Remove it")), (KEEP, _("Keep it; visitors do not see it"))],
            )
        for track in beyond.tracks:
            self._add(_track_name(track), _track_label(track), _track_choices(track))

    def _add(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, choices=choices, initial=choices[0][0], widget=forms.RadioSelect
        )

    def save(self, page: VideoPage, *, user: User, publish: bool) -> tuple[list[VideoChapter], "list[CountedTrack]"]:
        """Apply the choices; return (removed chapters, changed or removed tracks)."""
        chosen = self.cleaned_data
        chapters = [chapter for chapter in self.beyond.chapters if chosen[_chapter_name(chapter)] == REMOVE]
        tracks = [track for track in self.beyond.tracks if chosen[_track_name(track)] != KEEP]
        if chapters:
            beyond_end.remove_chapters(page, chapters, user=user, publish=publish)
        for track in tracks:
            if chosen[_track_name(track)] == CUT:
                text_services.cut_track(track, end_ms=round(self.beyond.end_seconds * 1000))
            else:
                text_services.delete_track(track)
        return chapters, tracks


def _chapter_name(chapter: VideoChapter) -> str:
    return f"chapter_{chapter.start_seconds}"


def _track_name(track: "CountedTrack") -> str:
    return f"track_{track.pk}"


def _track_label(track: "CountedTrack") -> str:
    label = ngettext(
        "“%(name)s”: %(count)d of %(all)d lines begins after the end",
        "“%(name)s”: %(count)d of %(all)d lines begin after the end",
        track.beyond_count,
    )
    return label % {"name": track.label, "count": track.beyond_count, "all": track.cue_count}


def _track_choices(track: "CountedTrack") -> list[tuple[str, str]]:
    """Return the choices for a track. A track without a cue before the end can't be cut, only removed."""
    choices = [] if track.beyond_count == track.cue_count else [(CUT, _("Remove these lines"))]
    return [
        *choices,
        (REMOVE, _("Remove the track")),
        (KEEP, _("Keep all; visitors do not see the lines after the end")),
    ]
