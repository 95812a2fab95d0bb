"""The names and types of a video file's files for visitors, without a query."""

from typing import Any

from video_pages.library import paths

PROGRESSIVE_TYPE = "video/mp4"


class ServedNames:
    """The names and types of the files that visitors get, from four columns of a VideoFile."""

    uuid: Any
    progressive_name: Any
    poster_version: Any
    package: Any

    @property
    def playable_name(self) -> str:
        """The name in protected storage of the file that a `<video>` plays progressively, or "" while there is none.

        Never a source: its metadata about places, devices and people is not for viewers. (Rows of older versions name
        one; their videos are processed again.)
        """
        return "" if paths.is_source(self.progressive_name) else self.progressive_name

    @property
    def playable_type(self) -> str:
        """The exact media type of `playable_name`."""
        return PROGRESSIVE_TYPE

    @property
    def has_poster(self) -> bool:
        return self.poster_version is not None

    @property
    def poster_name(self) -> str:
        """The poster's name in protected storage, or "" while there is none."""
        return "" if self.poster_version is None else paths.poster_name(self.uuid, self.poster_version)
