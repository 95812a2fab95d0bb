"""The screen on which a site owner chooses the users who edit one section and no other."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.widgets.button import Button
from wagtail.models import Collection, Page

from video_pages.pages.models import VideoIndexPage
from video_pages.sections.collections import collections_below_root
from video_pages.sections.editors import (
    InsufficientRights,
    SetSectionEditorsAction,
    editors_group_of,
    eligible_people,
    other_editor_groups,
)
from video_pages.sections.permissions import may_choose_editors
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, pages_below
from video_pages.wagtail_admin.requests import EditorRequest

VIEW_NAME = "section_editors"


class PeopleField(forms.ModelMultipleChoiceField):
    """Users, by their names and their login names."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person: User) -> str:
        name, login = get_user_display_name(person), person.get_username()
        return name if name == login else f"{name} ({login})"


class SectionEditorsForm(forms.Form):
    """The editors of the section and the collection of its files. Without accounts, the collection alone."""

    people = PeopleField(
        label=gettext_lazy("Editors of this section"),
        queryset=get_user_model().objects.none(),
        required=False,
        help_text=gettext_lazy(
            "They upload, change and publish videos here and in the sections below, and see no other section's "
            "videos, files, sessions or statistics. People in the group “Video editors” may do so everywhere already."
        ),
    )
    collection = forms.ModelChoiceField(
        label=gettext_lazy("Collection for its files"),
        queryset=Collection.objects.none(),
        required=False,
        empty_label=gettext_lazy("A new one, for this section"),
        help_text=gettext_lazy(
            "Users with rights to a collection see its files. Give each such section one of its own."
        ),
    )

    def __init__(self, *args: Any, user: User, section: VideoIndexPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cast(PeopleField, self.fields["people"])
        people.queryset = eligible_people(user).order_by("last_name", "first_name", "pk")
        if not people.queryset.exists():
            del self.fields["people"]
        collection = cast(forms.ModelChoiceField, self.fields["collection"])
        collection.queryset = collections_below_root(user)


class SectionEditorsView(StepsMixin, FormView):
    """Shows and changes the editors of a section; for an alias, those of its source."""

    request: EditorRequest
    form_class = SectionEditorsForm
    template_name = "video_pages/admin/sections/editors.html"
    page_title = gettext_lazy("Editors of this section")
    header_icon = "group"

    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, **kwargs: Any) -> HttpResponseBase:
        self.section = get_object_or_404(VideoIndexPage, pk=page_id).source
        if not may_choose_editors(self.section, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.section.get_admin_display_title()

    def steps(self) -> list[Step]:
        return [pages_below(self.section)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user, "section": self.section}

    def get_initial(self) -> dict[str, Any]:
        group = editors_group_of(self.section)
        return {
            "people": group.user_set.values_list("pk", flat=True) if group else [],
            # Only its own: the collection of the section above also contains the files of that section.
            "collection": self.section.collection_id,
        }

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            group = SetSectionEditorsAction(
                self.section,
                people=form.cleaned_data.get("people", ()),
                collection=form.cleaned_data["collection"],
                user=self.request.user,
            ).execute()
        except InsufficientRights:
            form.add_error("collection", _("You may not do all that editors may do there. Choose another collection."))
            return self.form_invalid(form)
        message = _("The editors of “%(section)s” are in the group “%(group)s”.")
        messages.success(self.request, message % {"section": self.section.title, "group": group.name})
        return redirect("wagtailadmin_explore", self.section.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        has_people = "people" in context["form"].fields
        context.update(
            action_url=reverse(VIEW_NAME, args=(self.section.pk,)),
            submit_button_label=_("Save editors") if has_people else _("Save"),
            others=[
                (group.name, [get_user_display_name(person) for person in group.user_set.all() if person.is_active])
                for group in other_editor_groups(self.section)
            ],
            has_people=has_people,
            add_user_url=reverse("wagtailusers_users:add") if self.request.user.has_perm("auth.add_user") else "",
        )
        return context


def menu_buttons(page: Page, user: User, next_url: str | None = None, view_name: str | None = None) -> Iterator[Button]:
    """Yield the entry in the menu of a section's header and of its row in lists."""
    if isinstance(page, VideoIndexPage) and not page.alias_of_id and may_choose_editors(page, user):
        yield Button(_("Editors of this section"), reverse(VIEW_NAME, args=(page.pk,)), icon_name="group", priority=60)


def admin_urls() -> list[URLPattern | URLResolver]:
    return [path("sections/<int:page_id>/editors/", SectionEditorsView.as_view(), name=VIEW_NAME)]
