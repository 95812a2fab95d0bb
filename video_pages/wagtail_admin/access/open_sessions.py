"""Open sessions: who has access now, to what, since when and until when; and the end of it.

An editor sees the sessions of videos and sections whose access they may change, and no others. What is shown of a
browser is its family and a part of its address; the key it is known by never leaves the database.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.forms import Media, RadioSelect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from video_pages.access.decide import may_edit
from video_pages.access.effective_access import all_sessions_open
from video_pages.access.guard import guard_of
from video_pages.access.models import VideoAccessSession
from video_pages.access.responses import keep_out_of_caches
from video_pages.access.revoke import end_sessions
from video_pages.core import clock
from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.panels.sessions import sessions_context
from video_pages.pages.permissions import pages_with_changeable_access
from video_pages.wagtail_admin.access.dialog import get_gated_page
from video_pages.wagtail_admin.listing.columns import LISTING_CSS
from video_pages.wagtail_admin.listing.filters import sections_visible_to

OBJECT_TYPE = "session"


def sessions_of(user, now=None):
    """The sessions open at `now` that `user` may end: those of pages whose access they may change."""
    changeable = pages_with_changeable_access(user).order_by().values("pk")
    return all_sessions_open(now).filter(Q(video__in=changeable) | Q(section__in=changeable))


def may_see_sessions(user):
    """True if there is any page whose access `user` may change."""
    # Asked for each page of the admin, by the menu: most people are known by their rights without looking at pages.
    return (
        policy_registry.get_by_type(Page).user_has_permission(user, "publish")
        or pages_with_changeable_access(user).exists()
    )


class WithinFilter(ModelChoiceFilter):
    """Sessions of a section, and of all videos and sections below it."""

    def filter(self, queryset, section):
        if section is None:
            return queryset
        return queryset.filter(Q(section__path__startswith=section.path) | Q(video__path__startswith=section.path))


class AgeFilter(ChoiceFilter):
    """Sessions by how long ago they began; the choices are hours, "-24" for longer than that."""

    def filter(self, queryset, hours):
        if not hours:
            return queryset
        begin = clock.now() - dt.timedelta(hours=abs(int(hours)))
        if hours.startswith("-"):
            return queryset.filter(created_at__lt=begin)
        return queryset.filter(created_at__gte=begin)


def _videos_open(request):
    videos = sessions_of(request.user).exclude(video=None).values("video")
    return VideoPage.objects.filter(pk__in=videos).order_by("title")


def _sections_open(request):
    sections = sessions_of(request.user).exclude(section=None).values("section")
    return VideoIndexPage.objects.filter(pk__in=sections).order_by("title")


class OpenSessionsFilterSet(WagtailFilterSet):
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
    """What a session opens: a video, or all that a section's password opens."""

    cell_template_name = "video_pages/admin/sessions/opens_cell.html"

    def __init__(self, name, **kwargs):
        super().__init__(name, get_title_id=self._title_id, get_url=self._edit_url, **kwargs)

    def get_value(self, instance):
        return (instance.video or instance.section).get_admin_display_title()

    @staticmethod
    def _title_id(instance):
        return f"{OBJECT_TYPE}_{instance.pk}_title"

    @staticmethod
    def _edit_url(instance):
        return reverse("wagtailadmin_pages:edit", args=(instance.video_id or instance.section_id,))


class MomentColumn(Column):
    """A date with its time; Wagtail's own column calls everything that is to come "just now"."""

    cell_template_name = "video_pages/admin/sessions/moment_cell.html"


class PlainColumn(Column):
    empty_value_display = "–"


class OpenSessionsView(generic.IndexView):
    """The list; as many queries however many sessions it shows."""

    model = VideoAccessSession
    permission_policy = None  # asked for each page, see `sessions_of`
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

    def dispatch(self, request, *args, **kwargs):
        if not may_see_sessions(request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    @classmethod
    def shown_to(cls, request):
        """All sessions that the list shows with the search and filters in the address of `request`."""
        view = cls()
        view.setup(request)
        return view.get_queryset()

    def get_base_queryset(self):
        return sessions_of(self.request.user).select_related("video", "section")

    def order_queryset(self, queryset):
        return super().order_queryset(queryset).order_by(self.ordering, "-pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["model_opts"] = self.model._meta
        context["media"] += Media(css={"all": [LISTING_CSS]})
        return context


class SessionsMenuItem(MenuItem):
    """Shown to those who may change the access of any page."""

    def is_shown(self, request):
        return may_see_sessions(request.user)


class OpenSessionsViewSet(ViewSet):
    """Open sessions in the menu, at /admin/open-sessions/."""

    name = "open_sessions"
    url_prefix = "open-sessions"
    icon = "group"
    menu_label = gettext_lazy("Open sessions")
    menu_name = "open-sessions"
    menu_order = 160  # after Videos
    menu_item_class = SessionsMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self):
        return [
            path("", OpenSessionsView.as_view(), name="index"),
            path("results/", OpenSessionsView.as_view(results_only=True), name="index_results"),
        ]


class PageSessionsView(View):
    """What the page editor's panel shows of a page's sessions; a POST ends one of them first."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request, page_id):
        self.page = get_gated_page(page_id)
        if not may_edit(self.page.source, request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, page_id))

    def get(self, request, page_id):
        return self.answer()

    def post(self, request, page_id):
        guard = guard_of(self.page.source)
        rows = sessions_of(request.user)
        rows = rows.filter(**{f"{guard.kind}_id": guard.page_id}) if guard else rows.none()
        row = get_object_or_404(rows, pk=read_whole_number(request.POST.get("session")))
        ended = end_sessions(rows.filter(pk=row.pk), user=request.user)
        done = ngettext("Access is ended for %(count)d browser.", "Access is ended for %(count)d browsers.", ended)
        return self.answer(ended=done % {"count": ended})

    def answer(self, **extra):
        context = {**sessions_context(self.page, self.request.user), **extra}
        return TemplateResponse(self.request, "video_pages/admin/sessions/now.html", context)


def open_sessions_viewset():
    return OpenSessionsViewSet()


def admin_urls():
    return [path("access/<int:page_id>/sessions/", PageSessionsView.as_view(), name="video_sessions")]
