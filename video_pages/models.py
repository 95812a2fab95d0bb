"""All models of this app, in the module where Django looks for them. Code imports them from their own modules."""

from video_pages.access.models import AccessSettings, Guess, VideoAccessSession
from video_pages.analytics.models import AccessEvent, DailyFigures, DailyReach, DailySalt, RolledDay, VideoView
from video_pages.library.models import DiscardedFile, LibraryIdentity, Rendition, VideoFile
from video_pages.library.text_models import Cue, TextTrack
from video_pages.pages.chapters import VideoChapter
from video_pages.pages.context import CARDS_PER_PAGE
from video_pages.pages.models import VideoIndexPage, VideoPage, VideoPageTag
from video_pages.transcoding.models import ProcessingJob
from video_pages.uploads.models import ResumableUpload
from video_pages.worker.models import PeriodicRun, WorkerHeartbeat

__all__ = [
    "AccessEvent",
    "AccessSettings",
    "CARDS_PER_PAGE",
    "Cue",
    "DailyFigures",
    "DailyReach",
    "DailySalt",
    "DiscardedFile",
    "Guess",
    "LibraryIdentity",
    "PeriodicRun",
    "ProcessingJob",
    "Rendition",
    "ResumableUpload",
    "RolledDay",
    "TextTrack",
    "VideoAccessSession",
    "VideoChapter",
    "VideoFile",
    "VideoIndexPage",
    "VideoPage",
    "VideoPageTag",
    "VideoView",
    "WorkerHeartbeat",
]
