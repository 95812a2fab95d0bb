"""ChosenFrame: the frame of a video file that an editor wants as its poster."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChosenFrame(models.Model):
    """The frame of a video file that an editor wants as its poster; a worker draws it from the source.

    One row for each video file: a newer choice takes the place of one that is not drawn yet.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DRAWING = "drawing", _("Being drawn")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    video_file = models.OneToOneField("video_pages.VideoFile", on_delete=models.CASCADE, related_name="chosen_frame")
    source_version = models.PositiveIntegerField()
    at_seconds = models.FloatField(help_text=_("A moment at which the frame is shown, from the beginning."))
    key = models.CharField(max_length=22, help_text=_("Names one choice: a worker finishes no other."))
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING, db_index=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    # While it is drawn: until when no other worker takes it. While it waits: before then none does.
    lease_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.video_file_id} at {self.at_seconds:.3f} s: {self.state}"
