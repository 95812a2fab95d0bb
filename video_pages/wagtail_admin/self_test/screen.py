"""The screen of the self-test: the result of the last run, and a button that asks a worker for another.

The request makes no run itself, and takes no address from the browser: a run asks the site's own address, which the
operator has set.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from video_pages.access.responses import keep_out_of_caches
from video_pages.pages.permissions import may_see_whole_site
from video_pages.self_test.keeping import ask_for_run
from video_pages.self_test.models import SelfTestRun
from video_pages.wagtail_admin.breadcrumbs import StepsMixin
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.self_test.groups import groups_of

VIEW_NAME = "video_self_test"
GROUPS_PER_PAGE = 50
EARLIER_RUNS = 10


class SelfTestView(StepsMixin, TemplateView):
    """Shows the last run; a POST queues another."""

    request: EditorRequest
    template_name = "video_pages/admin/self_test/screen.html"
    page_title = gettext_lazy("Self-test")
    header_icon = "check"
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # The rows name every page and file of the site, also those of sections that other editors may not see.
        if not may_see_whole_site(request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def post(self, request: EditorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ask_for_run(request.user)
        messages.success(request, _("A worker begins the self-test within half a minute."))
        return redirect(VIEW_NAME)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        over = SelfTestRun.objects.over()
        run = over.first()
        only_red = self.request.GET.get("rows") == "red"
        rows = [row for row in run.rows if not (only_red and row[5])] if run else []
        context.update(
            run=run,
            waiting=SelfTestRun.objects.filter(state__in=["queued", "running"]).first(),
            earlier=over.defer("rows")[1 : EARLIER_RUNS + 1],
            page_of_groups=Paginator(groups_of(rows), GROUPS_PER_PAGE).get_page(self.request.GET.get("p")),
            only_red=only_red,
            is_cut=run is not None and len(run.rows) < run.checked,
            green=run.checked - run.red if run else 0,
        )
        return context


class SelfTestMenuItem(MenuItem):
    """The menu item, for superusers."""

    def is_shown(self, request: EditorRequest) -> bool:
        return may_see_whole_site(request.user)


def menu_item() -> SelfTestMenuItem:
    return SelfTestMenuItem(
        gettext_lazy("Self-test"), reverse(VIEW_NAME), name="video-self-test", icon_name="check", order=120
    )


def admin_urls() -> list[URLPattern | URLResolver]:
    return [path("reports/self-test/", SelfTestView.as_view(), name=VIEW_NAME)]
