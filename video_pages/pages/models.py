"""The models of pages. They are defined in modules of their own."""

from video_pages.pages.chapters import VideoChapter
from video_pages.pages.intervals import ProgrammeInterval
from video_pages.pages.list_models import ListEntry
from video_pages.pages.section_page import VideoIndexPage
from video_pages.pages.video_page import VideoPage, VideoPageTag

__all__ = ["ListEntry", "ProgrammeInterval", "VideoChapter", "VideoIndexPage", "VideoPage", "VideoPageTag"]
