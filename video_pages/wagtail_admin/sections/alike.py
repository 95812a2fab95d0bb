"""The screen that makes a section like another, and its entries in the menus of a section."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from video_pages.access.effective_access import AccessMode, effective_access_of, may_change_access
from video_pages.core.typography import join_sentences
from video_pages.pages.models import VideoIndexPage
from video_pages.sections.alike import AlikePermissionError, MakeAlikeAction
from video_pages.sections.permissions import may_make_alike, may_see_alike
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, pages_below
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.sections.alike_form import AlikeForm, about_made

VIEW_NAME = "section_alike"


class MakeAlikeView(StepsMixin, FormView):
    """Makes a section beside another, with what the user wants to take along."""

    request: EditorRequest
    form_class = AlikeForm
    template_name = "video_pages/admin/sections/alike.html"
    page_title = gettext_lazy("Make a section like this one")
    header_icon = "copy"

    @method_decorator(sensitive_post_parameters("password"))
    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, **kwargs: Any) -> HttpResponseBase:
        self.section = get_object_or_404(VideoIndexPage, pk=page_id)
        if not may_make_alike(self.section, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return _("A section like “%(title)s”") % {"title": self.section.get_admin_display_title()}

    def steps(self) -> list[Step]:
        return [pages_below(self.section)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "section": self.section, "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return {"with_sections": True, "publish": self.section.live}

    @sensitive_variables("form", "action")
    def form_valid(self, form: AlikeForm) -> HttpResponse:
        action = MakeAlikeAction(self.section, form.wishes(), user=self.request.user)
        try:
            made = action.execute()
        except AlikePermissionError as error:
            raise PermissionDenied from error
        except ValidationError as error:
            if not action.made:
                form.add_refusal(error)
                return self.form_invalid(form)
            # The section is there, with its password and what was copied before; see `MakeAlikeAction.execute`.
            made = VideoIndexPage.objects.get(pk=action.made[0].pk)
            reason = join_sentences(error.messages)
            messages.error(self.request, _("A page could not be copied, nor those after it: %s") % reason)
        self._add_messages(made, count=made.get_descendants().count())
        return redirect("wagtailadmin_explore", made.pk)

    def form_invalid(self, form: AlikeForm) -> HttpResponse:
        messages.error(self.request, _("No section was made. See the fields below."))
        return super().form_invalid(form)

    def _add_messages(self, made: VideoIndexPage, *, count: int) -> None:
        buttons = [messages.button(reverse("wagtailadmin_pages:edit", args=(made.pk,)), _("Edit"))]
        if made.live:
            buttons.insert(0, messages.button(made.get_url(self.request), _("View live"), new_window=True))
        messages.success(self.request, about_made(made, count), buttons=buttons)
        may_change = may_change_access(made, self.request.user)
        buttons = [messages.button(reverse("video_access", args=(made.pk,)), _("Password and access"))]
        access = effective_access_of(made)
        if access.is_closed:
            messages.warning(
                self.request,
                _("Its window is over, as that of the other section: nobody can watch what is in it."),
                buttons=buttons if may_change else [],
            )
        if access.mode == AccessMode.NOBODY:
            messages.warning(
                self.request,
                _("It has no password yet: only films with a password of their own can be unlocked."),
                buttons=buttons if may_change else [],
            )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.update(
            action_url=reverse(VIEW_NAME, args=(self.section.pk,)),
            media=context["form"].media,
            submit_button_label=_("Make the section"),
            submit_button_active_label=_("Making the section…"),
        )
        return context


def menu_buttons(page: Page, user: User, next_url: str | None = None, view_name: str | None = None) -> Iterator[Button]:
    """Yield the entry in the menu of a section's row in lists, and of its header; the screen checks the permission."""
    if isinstance(page, VideoIndexPage) and may_see_alike(page, user):
        address = reverse(VIEW_NAME, args=(page.pk,))
        yield Button(_("Make a section like this one"), address, icon_name="copy", priority=35)


def admin_urls() -> list[URLPattern | URLResolver]:
    return [path("sections/<int:page_id>/alike/", MakeAlikeView.as_view(), name=VIEW_NAME)]
