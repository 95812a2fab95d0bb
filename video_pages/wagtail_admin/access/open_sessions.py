"""Open sessions: which browsers have access now, to which page, from when until when; an editor can end them.

An editor sees the sessions of videos and sections whose access they may change, and no others. The list shows the
family of a browser and a part of its address. No response contains the key of a session.
"""

import datetime as dt
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.forms import Media, RadioSelect
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet

from video_pages.access.decide import may_edit
from video_pages.access.guard import guard_of
from video_pages.access.models import VideoAccessSession, VideoAccessSessionQuerySet
from video_pages.access.responses import keep_out_of_caches
from video_pages.access.revoke import EndSessionsAction
from video_pages.core import clock
from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.panels.sessions import sessions_context
from video_pages.pages.permissions import may_see_sessions, sessions_endable_by
from video_pages.wagtail_admin.access.dialog import get_protected_page
from video_pages.wagtail_admin.listing.columns import LISTING_CSS
from video_pages.wagtail_admin.listing.filters import sections_visible_to
from video_pages.wagtail_admin.requests import EditorRequest

OBJECT_TYPE = "session"


def opened_page(session: VideoAccessSession) -> VideoPage | VideoIndexPage:
    """Return the video or the section that `session` opens; a constraint of the table allows exactly one."""
    return cast(VideoPage | VideoIndexPage, session.video or session.section)


class WithinFilter(ModelChoiceFilter):
    """Filters for the sessions of a section and of all videos and sections below it."""

    def filter(
        self, queryset: VideoAccessSessionQuerySet, section: VideoIndexPage | None
    ) -> VideoAccessSessionQuerySet:
        if section is None:
            return queryset
        return queryset.filter(Q(section__path__startswith=section.path) | Q(video__path__startswith=section.path))


class AgeFilter(ChoiceFilter):
    """Filters by the age of a session. The choices are hours; "-24" means older than 24 hours."""

    def filter(self, queryset: VideoAccessSessionQuerySet, hours: str) -> VideoAccessSessionQuerySet:
        if not hours:
            return queryset
        begin = clock.now() - dt.timedelta(hours=abs(int(hours)))
        if hours.startswith("-"):
            return queryset.filter(created_at__lt=begin)
        return queryset.filter(created_at__gte=begin)


def _videos_open(request: EditorRequest) -> QuerySet[VideoPage]:
    videos = sessions_endable_by(request.user).exclude(video=None).values("video")
    return VideoPage.objects.filter(pk__in=videos).order_by("title")


def _sections_open(request: EditorRequest) -> QuerySet[VideoIndexPage]:
    sections = sessions_endable_by(request.user).exclude(section=None).values("section")
    return VideoIndexPage.objects.filter(pk__in=sections).order_by("title")


class OpenSessionsFilterSet(WagtailFilterSet):
    """The filters of the list."""

    section = WithinFilter(
        label=gettext_lazy("Section"),
        queryset=lambda request: sections_visible_to(request.user),
        empty_label=gettext_lazy("All"),
    )
    video = ModelChoiceFilter(label=gettext_lazy("Video"), queryset=_videos_open, empty_label=gettext_lazy("All"))
    password_of = ModelChoiceFilter(
        field_name="section",
        label=gettext_lazy("Opened by the password of the section"),
        queryset=_sections_open,
        empty_label=gettext_lazy("All"),
    )
    age = AgeFilter(
        label=gettext_lazy("Begun"),
        choices=[
            ("1", gettext_lazy("In the last hour")),
            ("24", gettext_lazy("In the last 24 hours")),
            ("-24", gettext_lazy("More than a day ago")),
        ],
        empty_label=gettext_lazy("Any time"),
        widget=RadioSelect,
    )

    class Meta:
        model = VideoAccessSession
        fields: list[str] = []


class OpensColumn(TitleColumn):
    """The title of the page that a session opens: a video, or a section with everything its password opens."""

    cell_template_name = "video_pages/admin/sessions/opens_cell.html"

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, get_title_id=self._title_id, get_url=self._edit_url, **kwargs)

    def get_value(self, instance: VideoAccessSession) -> str:
        return opened_page(instance).get_admin_display_title()

    @staticmethod
    def _title_id(instance: VideoAccessSession) -> str:
        return f"{OBJECT_TYPE}_{instance.pk}_title"

    @staticmethod
    def _edit_url(instance: VideoAccessSession) -> str:
        return reverse("wagtailadmin_pages:edit", args=(instance.video_id or instance.section_id,))


class MomentColumn(Column):
    """A date with its time. Wagtail's own column shows "just now" for every time in the future."""

    cell_template_name = "video_pages/admin/sessions/moment_cell.html"


class PlainColumn(Column):
    """A text; a dash if it is empty."""

    empty_value_display = "–"


class OpenSessionsView(generic.IndexView):
    """The list. The number of queries does not grow with the number of sessions."""

    model = VideoAccessSession
    permission_policy = None  # `sessions_endable_by` checks the permission for each page
    template_name = "video_pages/admin/sessions/index.html"
    results_template_name = "video_pages/admin/sessions/results.html"
    page_title = gettext_lazy("Open sessions")
    header_icon = "group"
    index_url_name = "open_sessions:index"
    index_results_url_name = "open_sessions:index_results"
    search_fields = ["video__title", "section__title", "browser_family", "network"]
    filterset_class = OpenSessionsFilterSet
    default_ordering = "-created_at"
    paginate_by = 50
    columns = [
        BulkActionsCheckboxColumn("bulk_actions", obj_type=OBJECT_TYPE),
        OpensColumn("opens", label=gettext_lazy("Opens")),
        MomentColumn("created_at", label=gettext_lazy("Since"), sort_key="created_at"),
        MomentColumn("expires_at", label=gettext_lazy("Until"), sort_key="expires_at"),
        PlainColumn("browser_family", label=gettext_lazy("Browser"), sort_key="browser_family"),
        PlainColumn("network", label=gettext_lazy("From"), sort_key="network"),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_see_sessions(request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    @classmethod
    def shown_to(cls, request: EditorRequest) -> VideoAccessSessionQuerySet:
        """Return all sessions that match the search and the filters in the address of `request`."""
        view = cls()
        view.setup(request)
        return view.get_queryset()

    def get_base_queryset(self) -> VideoAccessSessionQuerySet:
        return sessions_endable_by(self.request.user).select_related("video", "section")

    def order_queryset(self, queryset: VideoAccessSessionQuerySet) -> VideoAccessSessionQuerySet:
        return super().order_queryset(queryset).order_by(self.ordering, "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["model_opts"] = self.model._meta
        context["media"] += Media(css={"all": [LISTING_CSS]})
        return context


class SessionsMenuItem(MenuItem):
    """The menu item, for users who may change the access of any page."""

    def is_shown(self, request: EditorRequest) -> bool:
        return may_see_sessions(request.user)


class OpenSessionsViewSet(ViewSet):
    """The list of open sessions at `/admin/open-sessions/`, and its menu item."""

    name = "open_sessions"
    url_prefix = "open-sessions"
    icon = "group"
    menu_label = gettext_lazy("Open sessions")
    menu_name = "open-sessions"
    menu_order = 160  # after Videos
    menu_item_class = SessionsMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern | URLResolver]:
        return [
            path("", OpenSessionsView.as_view(), name="index"),
            path("results/", OpenSessionsView.as_view(results_only=True), name="index_results"),
        ]


class PageSessionsView(View):
    """The content of the sessions panel of the page editor; a POST ends one session first."""

    request: EditorRequest
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, page_id: int) -> HttpResponseBase:
        self.page = get_protected_page(page_id)
        if not may_edit(self.page.source, request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, page_id))

    def get(self, request: EditorRequest, page_id: int) -> HttpResponse:
        return self.answer()

    def post(self, request: EditorRequest, page_id: int) -> HttpResponse:
        guard = guard_of(self.page.source)
        rows = sessions_endable_by(request.user)
        rows = rows.filter(**{f"{guard.kind}_id": guard.page_id}) if guard else rows.none()
        row = get_object_or_404(rows, pk=read_whole_number(request.POST.get("session")))
        ended = EndSessionsAction(rows.filter(pk=row.pk), user=request.user).execute()
        done = ngettext("Access is ended for %(count)d browser.", "Access is ended for %(count)d browsers.", ended)
        return self.answer(ended=done % {"count": ended})

    def answer(self, **extra: Any) -> HttpResponse:
        context = {**sessions_context(self.page, self.request.user), **extra}
        return TemplateResponse(self.request, "video_pages/admin/sessions/now.html", context)


def open_sessions_viewset() -> OpenSessionsViewSet:
    """Return the viewset for Wagtail's hook."""
    return OpenSessionsViewSet()


def admin_urls() -> list[URLPattern | URLResolver]:
    return [path("access/<int:page_id>/sessions/", PageSessionsView.as_view(), name="video_sessions")]
