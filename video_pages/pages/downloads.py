"""The downloads that the page of a player offers."""

from django.urls import reverse

from video_pages.access.decide import User, Verdict
from video_pages.access.downloads import may_download
from video_pages.library.downloads import MP4, DownloadableFile, downloadable_files
from video_pages.pages.protocols import Video


def downloads_for(video: Video, verdict: Verdict, user: User | None) -> list[tuple[str, DownloadableFile]]:
    """Return [(address, file)] of what `user` with `verdict` may download of the source page `video`.

    A copy that differs from the original in nothing that a visitor could choose by is left out.
    """
    if not may_download(video, verdict, user):
        return []
    address = reverse("stream", args=(video.uuid, "download"))
    files = downloadable_files(video.video_file)
    if len(files) > 1 and video.video_file is not None and _are_alike(*files[:2], height=video.video_file.height):
        files = files[:1]
    return [(address if each.is_original else f"{address}?size={each.size}", each) for each in files]


def _are_alike(original: DownloadableFile, copy: DownloadableFile, *, height: int | None) -> bool:
    """Return whether `copy` has the type, the height and about the bytes of `original`: it was packed again."""
    if original.content_type != copy.content_type or copy.size not in (f"{height}p", MP4):
        return False
    sizes = original.size_bytes, copy.size_bytes
    return None not in sizes and abs((sizes[0] or 0) - (sizes[1] or 0)) * 100 <= (sizes[0] or 0)
