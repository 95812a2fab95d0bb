"""The list of all bulk actions of the site.

`action_priority` orders them by use: publish, passwords and dates, tags and place, what is rare, what takes away.
"""

from video_pages.wagtail_admin.bulk.content import ChangeTags, Schedule
from video_pages.wagtail_admin.bulk.delete import DeleteVideos
from video_pages.wagtail_admin.bulk.end_date import SetEndDate
from video_pages.wagtail_admin.bulk.explorer import (
    DeletePages,
    MovePages,
    PublishPages,
    UnpublishPages,
)
from video_pages.wagtail_admin.bulk.listed import SetListed
from video_pages.wagtail_admin.bulk.move import MoveVideos
from video_pages.wagtail_admin.bulk.passwords import EndAllAccess, GiveEachItsOwn, SetOnePassword
from video_pages.wagtail_admin.bulk.processing import ProcessAgain
from video_pages.wagtail_admin.bulk.publish import PublishVideos, UnpublishVideos
from video_pages.wagtail_admin.bulk.sessions import EndAccess
from video_pages.wagtail_admin.bulk.window import SetWindows

BULK_ACTIONS = [
    MovePages,
    DeletePages,
    PublishPages,
    UnpublishPages,
    MoveVideos,
    DeleteVideos,
    PublishVideos,
    UnpublishVideos,
    SetOnePassword,
    GiveEachItsOwn,
    EndAllAccess,
    SetEndDate,
    SetWindows,
    SetListed,
    Schedule,
    ChangeTags,
    ProcessAgain,
    EndAccess,
]
