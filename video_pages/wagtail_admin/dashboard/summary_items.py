"""The dashboard's figures: videos, views, sessions open now, guesses refused today; each of what the editor may see."""

from django.db.models import Sum
from django.urls import reverse
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.site_summary import SummaryItem
from wagtail.permissions import policy_registry
from wagtailmedia.wagtail_hooks import MediaSummaryItem

from video_pages.analytics.day_bounds import day_of
from video_pages.analytics.statistics import totals
from video_pages.core import clock
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.access.open_sessions import may_see_sessions, sessions_of
from video_pages.wagtail_admin.statistics.scope import statistics_visible_to


class SummaryNumber(SummaryItem):
    """One number with a noun, which `get_count()` of each figure gives; shown to whoever has any right to pages."""

    template_name = "video_pages/admin/summary.html"
    icon: str
    kind: str

    def is_shown(self):
        return user_has_any_page_permission(self.request.user)

    def get_url(self):
        return ""

    def get_context_data(self, parent_context):
        return {"icon": self.icon, "count": self.get_count(), "kind": self.kind, "url": self.get_url()}

    def videos(self):
        """The videos that the user may see in the admin."""
        explorable = policy_registry.get_by_type(VideoPage).explorable_instances(self.request.user)
        return VideoPage.objects.filter(pk__in=explorable.values_list("pk", flat=True))


class VideosNumber(SummaryNumber):
    order = 110
    kind = "videos"
    icon = "wagtailmedia-video"

    def get_count(self):
        return self.videos().count()

    def get_url(self):
        return reverse("videos:index")


class ViewsNumber(SummaryNumber):
    order = 120
    kind = "views"
    icon = "view"

    def get_count(self):
        return self.videos().filter(alias_of=None).aggregate(total=Sum("views"))["total"] or 0


class SessionsNumber(SummaryNumber):
    order = 130
    kind = "sessions"
    icon = "lock-open"

    def get_count(self):
        return sessions_of(self.request.user).count()

    def get_url(self):
        return reverse("open_sessions:index") if may_see_sessions(self.request.user) else ""


class RefusedGuessesNumber(SummaryNumber):
    order = 140
    kind = "guesses"
    icon = "lock"

    def get_count(self):
        today = day_of(clock.now())  # the site's day, whatever zone the editor has chosen
        return totals(statistics_visible_to(self.request.user).scope, today, today).refused_guesses


def add_summary_items(request, items):
    """Put our figures on the dashboard, in place of wagtailmedia's count of files."""
    items[:] = [item for item in items if not isinstance(item, MediaSummaryItem)]
    items.extend(figure(request) for figure in (VideosNumber, ViewsNumber, SessionsNumber, RefusedGuessesNumber))
