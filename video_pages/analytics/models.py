"""The row that says one permission was used to watch one video."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class VideoView(models.Model):
    """One viewing: the first media byte answered to one access.

    `access_ref` names the access without a foreign key, so the view outlives the access row that
    it was made under. It never holds an address or a name.
    """

    video = models.ForeignKey(
        "video_pages.VideoPage",
        on_delete=models.CASCADE,
        related_name="video_views",
        db_index=False,  # the constraint below begins with this column
        verbose_name=_("video"),
    )
    access_ref = models.CharField(_("access"), max_length=80)
    started_at = models.DateTimeField(_("started at"), default=timezone.now)

    class Meta:
        verbose_name = _("view")
        verbose_name_plural = _("views")
        constraints = [
            models.UniqueConstraint(fields=["video", "access_ref"], name="one_view_per_access_and_video"),
        ]
        indexes = [
            models.Index(fields=["video", "started_at"], name="views_of_a_video_by_time"),
        ]

    def __str__(self):
        return f"{self.video_id} {self.started_at:%Y-%m-%d %H:%M}"
