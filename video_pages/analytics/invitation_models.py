"""Downloads by viewers of invitations. They are kept as long as the viewer is."""

from django.db import models


class InvitationDownload(models.Model):
    """The first download of one file of one version of a film by a viewer of an invitation.

    `size` is "original", or that of a smaller file such as "720p". A download that is continued, or repeated, is no
    other row: a browser asks for one file in many parts.
    """

    viewer = models.ForeignKey(
        "video_pages.InvitationViewer",
        on_delete=models.CASCADE,
        related_name="downloads",
        db_index=False,  # the constraint below begins with this column
    )
    video = models.ForeignKey("video_pages.VideoPage", on_delete=models.CASCADE, related_name="+")
    version = models.CharField(max_length=40, blank=True)
    size = models.CharField(max_length=16)
    began_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer", "video", "version", "size"], name="invitation_download_is_one_per_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} {self.video_id} {self.version} {self.size}"
