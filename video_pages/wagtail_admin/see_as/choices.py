"""The screen that offers the ways to see a page, and the entries in the menus of the page that lead to it."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from video_pages.access.decide import may_edit
from video_pages.access.guard import access_states
from video_pages.access.invitations.states import InvitationState, invitation_state
from video_pages.access.responses import keep_out_of_caches
from video_pages.core import clock
from video_pages.core.privileges import users_with_more_rights
from video_pages.pages.models import VideoIndexPage
from video_pages.pages.permissions import invitations_managed_by
from video_pages.pages.protected import ProtectedPage
from video_pages.sections.editors import editors_group_of
from video_pages.sections.permissions import may_choose_editors
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, editor_of
from video_pages.wagtail_admin.protected_pages import get_protected_page
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.see_as.seeing import As, Seeing

VIEW_NAME = "video_see_as"
MOST_INVITATIONS = 100
MOST_EDITORS = 50  # of a section, among whom one is looked for

Way = tuple[str, str]
"""The name of a person, and the address of the page as that person sees it."""


class SeeAsView(StepsMixin, TemplateView):
    """Lists the persons as whom the editor may see the page. Making an address grants nothing."""

    request: EditorRequest
    template_name = "video_pages/admin/see_as/choices.html"
    page_title = gettext_lazy("See it as")
    header_icon = "view"

    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, **kwargs: Any) -> HttpResponseBase:
        self.page = get_protected_page(page_id)
        if not may_edit(self.page.source, request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def steps(self) -> list[Step]:
        return [editor_of(self.page)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        invited, more = self._invited()
        context.update(page=self.page, stranger=self._address(As.STRANGER), invited=invited, has_more=more)
        context["editors"] = self._editors()
        context["back_url"] = editor_of(self.page)["url"]
        return context

    def _address(self, person: As, person_id: int = 0) -> str:
        return Seeing(self.request.user.pk, self.page.pk, person, person_id).address(
            self.page.get_url(self.request) or ""
        )

    def _invited(self) -> tuple[list[tuple[str, str, str]], bool]:
        """Return the invitations that reach the page and that the user may manage; True if there are more.

        Each is a Way, and its state in words if it is not active.
        """
        source = self.page.source
        reach = access_states([source])[source.pk].reach
        mine = invitations_managed_by(self.request.user).filter(Q(video__in=reach) | Q(section__in=reach))
        rows = list(mine.order_by("-pk")[: MOST_INVITATIONS + 1])
        states = [invitation_state(row, clock.now()) for row in rows]
        ways = [
            (row.label, self._address(As.INVITED, row.pk), "" if state == InvitationState.ACTIVE else str(state.label))
            for row, state in zip(rows, states, strict=True)
        ]
        return ways[:MOST_INVITATIONS], len(rows) > MOST_INVITATIONS

    def _editors(self) -> list[Way]:
        """Return the first editor of each section on the path whose editors the user may choose.

        Editors with a right that the user does not have are left out: they see more.
        """
        ways = []
        for section in VideoIndexPage.objects.ancestor_of(self.page, inclusive=True).order_by("-depth"):
            if not may_choose_editors(section, self.request.user):
                continue
            group = editors_group_of(section)
            people = list(group.user_set.filter(is_active=True).order_by("pk")[:MOST_EDITORS]) if group else []
            others = users_with_more_rights(self.request.user, people)
            person = next((each for each in people if each not in others), None)
            if person is not None:
                name = _("An editor of “%(title)s”: %(name)s") % {"title": section.title, "name": person.get_username()}
                ways.append((name, self._address(As.EDITOR, person.pk)))
        return ways


def menu_buttons(
    page: Page, user: User | AnonymousUser, next_url: str | None = None, view_name: str | None = None
) -> Iterator[Button]:
    """Yield the entry in the menu of a published page's row in lists, and of its header."""
    if isinstance(page, ProtectedPage) and page.live and may_edit(page.alias_of or page, user):
        yield Button(_("See it as …"), reverse(VIEW_NAME, args=(page.pk,)), icon_name="view", priority=17)


def admin_urls() -> list[URLPattern | URLResolver]:
    return [path("see-as/<int:page_id>/", SeeAsView.as_view(), name=VIEW_NAME)]
