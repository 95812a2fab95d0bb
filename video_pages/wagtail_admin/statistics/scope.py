"""Whose figures an editor may see: of the videos in their page tree, and of whole sections only where all is theirs."""

from dataclasses import dataclass

from wagtail.models import Page
from wagtail.permissions import policy_registry

from video_pages.analytics import statistics
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.permissions import explorable_pages


@dataclass(frozen=True)
class VisibleStatistics:
    """What one user may be told of: source videos, sections that are wholly theirs, and the Scope of the sum."""

    videos: object
    sections: object
    scope: statistics.Scope
    is_everything: bool = False


def statistics_visible_to(user, section=None):
    """Return what `user` may be told of, in `section` (one of their sections) or everywhere.

    Sums are of sections or the site where every video in them is the user's, so that viewers are counted as people and
    passwords typed at sections are told; elsewhere they are the sums of the user's videos.
    """
    roots = _roots(user)
    videos = VideoPage.objects.filter(alias_of=None, pk__in=explorable_pages(user).order_by().values("pk"))
    sections = VideoIndexPage.objects.filter(alias_of=None, pk__in=_below(roots).values("pk")).order_by("path")
    if section is not None:
        videos = videos.filter(path__startswith=section.path)
        return VisibleStatistics(videos, sections, statistics.of_section(section))
    if any(_holds_everything(root) for root in roots):
        return VisibleStatistics(videos, sections, statistics.of_site(), is_everything=True)
    whole = VideoIndexPage.objects.filter(pk__in=[root.pk for root in roots]).first() if len(roots) == 1 else None
    return VisibleStatistics(videos, sections, statistics.of_section(whole) if whole else statistics.of_videos(videos))


def may_see(video, user):
    """True if `user` may see the figures of the source page `video`."""
    return explorable_pages(user).filter(pk=video.pk).exists()


def _roots(user):
    """Return the pages that the user has rights at, each once, without those that lie below another of them."""
    given = policy_registry.get_by_type(Page).instances_with_direct_explore_permission(user)
    roots = []
    for page in sorted({page.pk: page for page in given}.values(), key=lambda page: page.path):
        if not any(page.path.startswith(root.path) for root in roots):
            roots.append(page)
    return roots


def _below(roots):
    found = Page.objects.none()
    for root in roots:
        found |= Page.objects.filter(path__startswith=root.path)
    return found


def _holds_everything(root):
    if root.depth == 1:
        return True
    gated = [model.objects.exclude(path__startswith=root.path) for model in (VideoPage, VideoIndexPage)]
    return root.depth == 2 and not any(pages.exists() for pages in gated)
