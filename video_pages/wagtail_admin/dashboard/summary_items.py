"""The numbers at the top of the dashboard, each about what the user may see.

Videos, views, sessions open now, password guesses refused today, and requests that wait.
"""

from abc import abstractmethod
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.urls import reverse
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.site_summary import SummaryItem
from wagtailmedia.wagtail_hooks import MediaSummaryItem

from video_pages.access.requests.models import AccessRequest
from video_pages.analytics.day_bounds import day_of
from video_pages.analytics.statistics import totals
from video_pages.core import clock
from video_pages.pages.models import VideoPage
from video_pages.pages.permissions import (
    explorable_pages,
    may_answer_requests,
    may_see_sessions,
    requests_waiting_for,
    sessions_endable_by,
)
from video_pages.pages.querysets import VideoPageQuerySet
from video_pages.pages.translated import without_translations
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.statistics.reports import BY_DAY, BY_VIDEO
from video_pages.wagtail_admin.statistics.visible_statistics import statistics_visible_to


class SummaryNumber(SummaryItem):
    """One number with its noun, for users who may do anything with pages. Subclasses implement `get_count()`."""

    template_name = "video_pages/admin/dashboard/summary.html"
    icon: str
    kind: str

    def is_shown(self) -> bool:
        return user_has_any_page_permission(self.request.user)

    def get_url(self) -> str:
        return ""

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"icon": self.icon, "count": self.get_count(), "kind": self.kind, "url": self.get_url()}

    @abstractmethod
    def get_count(self) -> int:
        """Return the number."""

    def videos(self) -> VideoPageQuerySet:
        """Return the videos that the user may see in the admin."""
        if self.request.user.is_superuser:
            return VideoPage.objects.all()  # all: the condition would be asked for each of them
        return VideoPage.objects.filter(pk__in=explorable_pages(self.request.user).values_list("pk", flat=True))


class VideosNumber(SummaryNumber):
    """The number of videos, without translations: that of the rows of the list to which it leads."""

    order = 110
    kind = "videos"
    icon = "wagtailmedia-video"

    def get_count(self) -> int:
        videos: VideoPageQuerySet = self.videos()
        if settings.WAGTAIL_I18N_ENABLED:
            videos = without_translations(videos)
        return videos.count()

    def get_url(self) -> str:
        return reverse("videos:index")


class ViewsNumber(SummaryNumber):
    """The number of views of these videos, since the beginning."""

    order = 120
    kind = "views"
    icon = "view"

    def get_count(self) -> int:
        return self.videos().filter(alias_of=None).aggregate(total=Sum("views"))["total"] or 0

    def get_url(self) -> str:
        return reverse(BY_VIDEO)


class SessionsNumber(SummaryNumber):
    """The number of sessions that are open now."""

    order = 130
    kind = "sessions"
    icon = "lock-open"

    def get_count(self) -> int:
        return sessions_endable_by(self.request.user).count()

    def get_url(self) -> str:
        return reverse("open_sessions:index") if may_see_sessions(self.request.user) else ""


class RefusedGuessesNumber(SummaryNumber):
    """The number of password guesses that were refused today."""

    order = 140
    kind = "guesses"
    icon = "lock"

    def get_count(self) -> int:
        today = day_of(clock.now())  # in the site's time zone, not in that of the user
        return totals(statistics_visible_to(self.request.user).scope, today, today).refused_guesses

    def get_url(self) -> str:
        return reverse(BY_DAY)


class RequestsNumber(SummaryNumber):
    """The number of requests for access that wait for an answer; not shown while there are none."""

    order = 150
    kind = "requests"
    icon = "comment"

    def is_shown(self) -> bool:
        return may_answer_requests(self.request.user) and self.get_count() > 0

    def get_count(self) -> int:
        return requests_waiting_for(self.request.user)

    def get_url(self) -> str:
        return f"{reverse('access_requests:index')}?state={AccessRequest.State.NEW.value}"


def add_summary_items(request: EditorRequest, items: list[SummaryItem]) -> None:
    """Replace wagtailmedia's number of files by these numbers; Wagtail's hook."""
    items[:] = [item for item in items if not isinstance(item, MediaSummaryItem)]
    items.extend(
        number(request) for number in (VideosNumber, ViewsNumber, SessionsNumber, RefusedGuessesNumber, RequestsNumber)
    )
