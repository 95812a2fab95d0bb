"""The downloads that the page of a player offers."""

from django.urls import reverse

from video_pages.access.decide import User, Verdict
from video_pages.access.downloads import may_download
from video_pages.library.downloads import DownloadableFile, downloadable_files
from video_pages.pages.protocols import Video


def downloads_for(video: Video, verdict: Verdict, user: User | None) -> list[tuple[str, DownloadableFile]]:
    """Return [(address, file)] of what `user` with `verdict` may download of the source page `video`."""
    if not may_download(video, verdict, user):
        return []
    address = reverse("stream", args=(video.uuid, "download"))
    return [
        (address if each.is_original else f"{address}?size={each.size}", each)
        for each in downloadable_files(video.video_file)
    ]
