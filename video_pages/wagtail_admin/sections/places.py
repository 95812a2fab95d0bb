"""The list in which the pages below one are dragged into order, and the form for a distant place.

The list and the dragging are Wagtail's. Wagtail shows all pages at once in this order, and writes each one behind the
new place when one moves; here the list has pages of its own, and one row is written. Places are counted as a user sees
them: pages that are hidden from the user do not count.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page as PageOfList
from django.core.paginator import Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.views.pages.ordering import SetPagePositionView
from wagtail.models import Page

from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.permissions import explorable_pages
from video_pages.sections.places import children_among, move_to_place, place_of
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.sections.page_privacy import without_others

VIEW_NAME = "page_place"
IN_LIST = "page_place_in_list"
ANY_ID = 999999
"""Stands for the id of a page in the address of a move; Wagtail's script replaces it."""
LAST = 10**9
"""A place behind all others."""


class PlaceColumn(Column):
    """The place of a page among its siblings, from 1, as a link to the form."""

    cell_template_name = "video_pages/admin/sections/place_cell.html"


class ArrangeableIndexView(ExplorableIndexView):
    """Wagtail's list of the pages below one; the list of the arranged order has pages, too."""

    request: EditorRequest

    def get_paginate_by(self, queryset: QuerySet[Page]) -> int:
        return self.paginate_by

    def paginate_queryset(
        self, queryset: QuerySet[Page], page_size: int
    ) -> tuple[Paginator, PageOfList, Iterable[Page], bool]:
        found = super().paginate_queryset(queryset, page_size)
        self.first_place = max(0, found[1].start_index() - 1)
        return found

    @cached_property
    def explorable_columns(self) -> list[Column]:
        columns: list[Column] = super().explorable_columns
        if self.show_ordering_column:
            columns.insert(1, PlaceColumn("place", label=_("Place"), width="80px"))
        return columns

    def get_table(self, object_list: Iterable[Page]) -> Any:
        object_list = list(object_list)
        # The entries of menus ask for the right to what an alias follows.
        prefetch_related_objects(object_list, "alias_of")
        if self.show_ordering_column:
            for place, page in enumerate(object_list, start=self.first_place + 1):
                page.place = place
        return super().get_table(object_list)

    def get_reorder_url(self) -> str:
        return reverse(IN_LIST, args=(self.first_place, ANY_ID))


class PlaceView(SetPagePositionView):
    """Puts a page at the place where it was dropped: `position` in the address counts from the place `first`."""

    request: EditorRequest

    def post(self, request: EditorRequest, page_to_move_id: int, first: int = 0, **kwargs: Any) -> HttpResponse:
        page = get_object_or_404(Page.objects.filter(depth__gt=1), pk=page_to_move_id)
        if not page.get_parent().permissions_for_user(request.user).can_reorder_children():
            raise PermissionDenied
        position = read_whole_number(request.GET.get("position"), most=LAST)
        _move(page, LAST if position is None else min(LAST, first + position), request)
        return HttpResponse("")


class PlaceForm(forms.Form):
    """The place that the page gets, from 1."""

    place = forms.IntegerField(label=gettext_lazy("Place"), min_value=1, max_value=LAST)

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = ngettext("From 1 to %(count)s.", "From 1 to %(count)s.", count)
        self.fields["place"].help_text = text % {"count": count}


class PagePlaceView(StepsMixin, FormView):
    """Puts a page at a place that is named by its number, at the front or at the end."""

    request: EditorRequest
    form_class = PlaceForm
    template_name = "video_pages/admin/sections/place.html"
    page_title = gettext_lazy("Move to a place")
    header_icon = "list-ol"

    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, **kwargs: Any) -> HttpResponseBase:
        self.page = get_object_or_404(Page.objects.filter(depth__gt=1), pk=page_id).specific
        self.parent = self.page.get_parent().specific
        if not self.parent.permissions_for_user(request.user).can_reorder_children():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def steps(self) -> list[Step]:
        return [{"url": self.list_url(), "label": self.parent.get_admin_display_title()}]

    def get_initial(self) -> dict[str, Any]:
        return {"place": place_of(self.page, _visible_to(self.request)) + 1}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "count": children_among(self.parent, _visible_to(self.request)).count()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ends = {"first": 0, "last": LAST}
        if (end := request.POST.get("end")) in ends:
            return self.move(ends[end])
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        return self.move(form.cleaned_data["place"] - 1)

    def move(self, place: int) -> HttpResponse:
        """Put the page at `place`, from 0, and show where it is now."""
        _move(self.page, place, self.request)
        now = place_of(Page.objects.get(pk=self.page.pk), _visible_to(self.request))
        message = _("“%(title)s” is at place %(place)s now.")
        messages.success(self.request, message % {"title": self.page.get_admin_display_title(), "place": now + 1})
        return redirect(self.list_url(now))

    def list_url(self, place: int = 0) -> str:
        """Return the address of the page of the list that has `place`."""
        number = place // ArrangeableIndexView.paginate_by + 1
        address = f"{reverse('wagtailadmin_explore', args=(self.parent.pk,))}?ordering=ord"
        return address if number == 1 else f"{address}&p={number}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.update(
            action_url=reverse(VIEW_NAME, args=(self.page.pk,)),
            submit_button_label=_("Move"),
            back_url=self.list_url(),
        )
        return context


def _visible_to(request: EditorRequest) -> QuerySet[Page]:
    """Return the pages that the user sees in the list."""
    return without_others(explorable_pages(request.user), request.user)


def _move(page: Page, place: int, request: EditorRequest) -> None:
    """Put `page` at `place`; raise Http404 if it is no longer where the user's rights were checked."""
    try:
        move_to_place(page, place, among=_visible_to(request), user=request.user)
    except Page.DoesNotExist as error:
        raise Http404 from error


def admin_urls() -> list[URLPattern | URLResolver]:
    """Return the addresses of these screens, for Wagtail's hook."""
    return [
        path("places/<int:page_id>/", PagePlaceView.as_view(), name=VIEW_NAME),
        path("places/<int:first>/<int:page_to_move_id>/set_position/", PlaceView.as_view(), name=IN_LIST),
    ]
