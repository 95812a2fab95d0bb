"""All models of this app, in the module where Django looks for them. Code imports them from their own modules."""

from video_pages.access.invitations.by_mail.models import MailCode
from video_pages.access.invitations.models import Invitation, InvitationMail, InvitationRefusal, InvitationViewer
from video_pages.access.invitations.rule_models import InvitationSettings, SectionInvitationRules
from video_pages.access.models import Guess, PasswordFingerprint, VideoAccessSession
from video_pages.access.requests.models import AccessRequest
from video_pages.access.site_settings import AccessSettings
from video_pages.analytics.invitation_models import InvitationDownload
from video_pages.analytics.models import (
    AccessEvent,
    DailyReach,
    DailySalt,
    DailyStatistics,
    InvitationWatch,
    RolledDay,
    VideoView,
)
from video_pages.analytics.site_models import DailySiteStatistics
from video_pages.library.models import DiscardedFile, LibraryIdentity, Rendition, VideoFile
from video_pages.library.text_models import Cue, TextTrack, TrackDocument
from video_pages.pages.chapters import VideoChapter
from video_pages.pages.context import CARDS_PER_PAGE
from video_pages.pages.models import ListEntry, ProgrammeInterval, VideoIndexPage, VideoPage, VideoPageTag
from video_pages.search.models import SearchEntry, SpellingKey
from video_pages.self_test.models import SelfTestRun
from video_pages.transcoding.frame_models import ChosenFrame
from video_pages.transcoding.models import LadderPart, ProcessingJob
from video_pages.uploads.models import ResumableUpload
from video_pages.worker.models import PeriodicRun, WorkerHeartbeat

__all__ = [
    "AccessEvent",
    "AccessRequest",
    "AccessSettings",
    "CARDS_PER_PAGE",
    "ChosenFrame",
    "Cue",
    "DailyReach",
    "DailySalt",
    "DailySiteStatistics",
    "DailyStatistics",
    "DiscardedFile",
    "Guess",
    "Invitation",
    "InvitationDownload",
    "InvitationMail",
    "InvitationRefusal",
    "InvitationSettings",
    "InvitationViewer",
    "InvitationWatch",
    "LadderPart",
    "LibraryIdentity",
    "ListEntry",
    "MailCode",
    "PasswordFingerprint",
    "PeriodicRun",
    "ProcessingJob",
    "ProgrammeInterval",
    "Rendition",
    "ResumableUpload",
    "RolledDay",
    "SearchEntry",
    "SelfTestRun",
    "SpellingKey",
    "SectionInvitationRules",
    "TextTrack",
    "TrackDocument",
    "VideoAccessSession",
    "VideoChapter",
    "VideoFile",
    "VideoIndexPage",
    "VideoPage",
    "VideoPageTag",
    "VideoView",
    "WorkerHeartbeat",
]
