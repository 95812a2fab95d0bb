"""TextTrack and Cue: subtitles and captions as rows, from which the WebVTT for browsers is written; TrackDocument."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from video_pages.library.models import VideoFile

MAX_CUES = 20_000
"""The number of cues in a video of three hours with a cue each half second."""


class TextTrack(models.Model):
    """The text track of a video file in one language. A file on two pages has the same tracks on both."""

    class Kind(models.TextChoices):
        SUBTITLES = "subtitles", _("Subtitles")  # the speech, for viewers who do not know the language
        CAPTIONS = (
            "captions",
            pgettext_lazy("kind of text track", "Captions"),
        )  # speech and sounds, for viewers who can't hear them
        DESCRIPTIONS = "descriptions", _("Descriptions")  # the image, for viewers who can't see it

    class Origin(models.TextChoices):
        EMBEDDED = "embedded", _("From the video file")
        UPLOADED = "uploaded", _("Uploaded")

    video_file = models.ForeignKey(VideoFile, on_delete=models.CASCADE, related_name="text_tracks")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.SUBTITLES)
    language = models.CharField(_("language"), max_length=35, help_text=_("As en, de or pt-BR."))
    label = models.CharField(_("name"), max_length=120, help_text=_("The name in the player's menu, such as English."))
    is_default = models.BooleanField(
        _("shown from the start"), default=False, help_text=_("Until the viewer chooses otherwise.")
    )
    is_hidden = models.BooleanField(
        _("hidden from viewers"),
        default=False,
        db_default=False,
        help_text=_("The player does not offer it, and viewers cannot load it."),
    )
    repaired_times = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text=_("How many lines with times the parser repaired.")
    )
    has_guessed_letters = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=_("It was not UTF-8; the encoding was guessed."),
    )
    origin = models.CharField(max_length=16, choices=Origin.choices, default=Origin.UPLOADED, editable=False)
    version = models.PositiveIntegerField(
        default=1,
        db_default=1,
        editable=False,
        help_text=_("Rises with each change of the words: an editor saves over no other one."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("text track")
        verbose_name_plural = _("text tracks")
        ordering = ["language", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["video_file"], condition=Q(is_default=True), name="one_default_text_track"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def shows_first(self) -> bool:
        """True if the player shows the track from the start; see SHOWS_FIRST."""
        return self.is_default and self.kind != self.Kind.DESCRIPTIONS


SHOWS_FIRST = Q(is_default=True) & ~Q(kind=TextTrack.Kind.DESCRIPTIONS)
"""The track that the player shows from the start. Tracks of descriptions of earlier versions may have the mark, too."""


class TrackDocument(models.Model):
    """The WebVTT that an editor wrote, with the settings, tags, notes and styles that the cues do not have.

    Only editors get it. A track without one has what its cues say. It is not a column of the track, because pages read
    tracks and never this.
    """

    track = models.OneToOneField(TextTrack, on_delete=models.CASCADE, primary_key=True, related_name="document")
    text = models.TextField()

    def __str__(self) -> str:
        return str(self.track_id)


class Cue(models.Model):
    """One cue of a text track: plain text, shown from `start_ms` until `end_ms` (milliseconds)."""

    track = models.ForeignKey(TextTrack, on_delete=models.CASCADE, related_name="cues")
    start_ms = models.PositiveIntegerField()
    end_ms = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["start_ms", "pk"]
        indexes = [models.Index(fields=["track", "start_ms"], name="cue_track_start")]
        constraints = [
            models.CheckConstraint(condition=Q(end_ms__gt=F("start_ms")), name="cue_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
