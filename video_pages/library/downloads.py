"""The files of a video that may be downloaded as a whole: the original, and the progressive MP4 made from it.

The name that a browser saves a file under is made here, too: from the title of the film, so that a folder of downloads
can be read.
"""

import dataclasses
import os
import re
import unicodedata

from video_pages.library.models import Rendition, VideoFile

ORIGINAL = "original"
MP4 = "mp4"
"""The size of a progressive MP4 whose height is not known."""
MOST_NAME_BYTES = 200  # file systems take 255 in UTF-8, and browsers add " (1)"
REPLACED = re.compile(r'[\\/:*?"<>|%\x00-\x1f\x7f]+')
"""Characters that Windows or a shell refuses in the name of a file, and those that control terminals."""
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
UNNAMED = "film"


@dataclasses.dataclass(frozen=True)
class DownloadableFile:
    """A file of protected storage: `size` as in an address, `size_bytes` None if it is not known."""

    size: str
    name: str
    content_type: str
    size_bytes: int | None

    @property
    def is_original(self) -> bool:
        return self.size == ORIGINAL

    def filename(self, title: str) -> str:
        """Return the name under which a browser saves the file of the film `title`."""
        extension = os.path.splitext(self.name)[1]
        addition = "" if self.is_original else f" ({self.size})"
        return file_name(title, addition) + extension


def downloadable_files(file: VideoFile | None) -> list[DownloadableFile]:
    """Return what visitors may download of `file`, the original first; one query.

    The original is missing while it is not the film that plays: a new version is being processed, or was refused.
    """
    if file is None or not file.is_playable:
        return []
    found = []
    if not file.plays_earlier_source and file.file.name:
        found.append(DownloadableFile(ORIGINAL, file.file.name, file.content_type, file.size_bytes or None))
    if file.playable_name:
        rows = Rendition.objects.filter(
            video_file=file.pk, package=file.package, kind=Rendition.Kind.PROGRESSIVE
        ).values_list("height", "size_bytes")
        height, size_bytes = rows.first() or (None, None)
        height = height or file.height  # the pictures of a copy are those of the source
        size = f"{height}p" if height else MP4
        found.append(DownloadableFile(size, file.playable_name, file.playable_type, size_bytes or None))
    return found


def file_name(title: str, addition: str = "") -> str:
    """Return `title` as the name of a file without its extension, with `addition` (ASCII) at the end.

    Characters that file systems refuse become a blank, a direction mark cannot reverse the name, and no name begins
    with a dot or a dash. The result is at most MOST_NAME_BYTES long and never empty.
    """
    visible = "".join(
        character for character in unicodedata.normalize("NFC", title) if unicodedata.category(character)[0] != "C"
    )
    words = " ".join(REPLACED.sub(" ", visible).split()).strip(" .-")
    most = MOST_NAME_BYTES - len(addition)
    words = words.encode()[:most].decode(errors="ignore").rstrip(" .")
    if RESERVED.match(words):
        words = f"_{words}"
    return (words or UNNAMED) + addition
