"""The form of a video in the page editor, for saving, autosaving and previewing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, BaseFormSet
from django.utils.translation import gettext_lazy as _

from video_pages.core.timecodes import format_timecode
from video_pages.library.models import VideoFile
from video_pages.pages.foreign_content import is_foreign
from video_pages.pages.panels.protected_form import ProtectedPageForm

FOREIGN_FILE = _("You may not use the video file that was chosen. Choose another one, or upload the film yourself.")

SAME_TIME = _("Another chapter begins at %(time)s already.")
BEHIND_THE_END = _("The film ends at %(end)s: no chapter can begin at %(time)s.")


class VideoPageForm(ProtectedPageForm):
    """Accepts only a video file that the page has already, or that the editor may use.

    A page shows its video to its editors, so an editor who could post any file's id could watch and publish any video:
    wagtailmedia checks permissions in its chooser only.
    """

    def clean_video_file(self) -> VideoFile | None:
        """Refuse a video file that the editor may not use."""
        video_file = self.cleaned_data["video_file"]
        if video_file is None or not is_foreign(self.instance, "video_file", video_file, self.for_user):
            return video_file
        self.restore_value("video_file")
        raise ValidationError(FOREIGN_FILE, code="not_yours")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "chapters" in self.formsets:
            file = cleaned.get("video_file")
            self._check_chapters(self.formsets["chapters"], file.source_seconds if file else 0)
        return cleaned

    def _check_chapters(self, formset: BaseFormSet[Any], duration_seconds: float) -> None:
        """Refuse two chapters with one start, and a new start beyond the end of the video if that is known.

        A chapter that was beyond the end before, because the video got shorter, is accepted: it must not prevent the
        editor from saving or previewing the rest of the page.
        """
        taken, had_before = set(), {chapter.start_seconds for chapter in self.instance.chapters.all()}
        for form in formset.forms:
            start = form.cleaned_data.get("start_seconds") if form.is_valid() else None
            if start is None or form.cleaned_data.get(DELETION_FIELD_NAME):
                continue
            params = {"time": format_timecode(start), "end": format_timecode(duration_seconds)}
            if start in taken:
                form.add_error("start_seconds", ValidationError(SAME_TIME, code="same_time", params=params))
            elif duration_seconds and start >= duration_seconds and start not in had_before:
                form.add_error("start_seconds", ValidationError(BEHIND_THE_END, code="behind_the_end", params=params))
            taken.add(start)
