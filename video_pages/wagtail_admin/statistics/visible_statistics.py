"""The statistics that an editor may see: those of the videos in their page tree.

Statistics of a section or of the site include numbers that no single video has. An editor sees them if they see all
videos in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from wagtail.models import Page

from video_pages.analytics import statistics
from video_pages.pages.compat import HOME_DEPTH
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.permissions import explorable_roots
from video_pages.pages.querysets import VideoIndexPageQuerySet, VideoPageQuerySet
from video_pages.wagtail_admin.listing.filters import videos_visible_to


@dataclass(frozen=True)
class VisibleStatistics:
    """The statistics that one user may see: source videos, sections with all their videos, and the Scope of the total.

    `is_everything` is True if the Scope is the whole site.
    """

    videos: VideoPageQuerySet
    sections: VideoIndexPageQuerySet
    scope: statistics.Scope
    is_everything: bool = False


def statistics_visible_to(user: User | AnonymousUser, section: VideoIndexPage | None = None) -> VisibleStatistics:
    """Return the VisibleStatistics of `user` in `section` (one of their sections), or everywhere.

    If the user sees all videos of a section or of the site, the total is that of the section or site: it counts each
    viewer once and includes passwords typed at sections. Otherwise it is the sum over the user's videos.
    """
    roots = explorable_roots(user)
    videos = videos_visible_to(user).filter(alias_of=None)
    sections = VideoIndexPage.objects.filter(alias_of=None, pk__in=_below(roots).values("pk")).order_by("path")
    if section is not None:
        videos = videos.filter(path__startswith=section.path)
        return VisibleStatistics(videos, sections, statistics.of_section(section))
    if any(_holds_everything(root) for root in roots):
        return VisibleStatistics(videos, sections, statistics.of_site(), is_everything=True)
    whole = VideoIndexPage.objects.filter(pk__in=[root.pk for root in roots]).first() if len(roots) == 1 else None
    return VisibleStatistics(videos, sections, statistics.of_section(whole) if whole else statistics.of_videos(videos))


def _below(roots: Iterable[Page]) -> QuerySet[Page]:
    found = Page.objects.none()
    for root in roots:
        found |= Page.objects.filter(path__startswith=root.path)
    return found


def _holds_everything(root: Page) -> bool:
    if root.depth == 1:
        return True
    elsewhere = [model.objects.exclude(path__startswith=root.path) for model in (VideoPage, VideoIndexPage)]
    return root.depth == HOME_DEPTH and not any(pages.exists() for pages in elsewhere)
