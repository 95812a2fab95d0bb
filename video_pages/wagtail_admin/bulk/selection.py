"""The pages that a bulk action applies to: the ticked ones, or all that match the search and filters of the listing.

For "all", Wagtail applies the search and not the filters. This module asks the view of the listing, so that an action
changes only pages that the list shows. Pages that the editor does not see in the page tree are left out.

The form of a short selection contains its ids. That of a long one contains "all" and a digest of the ids: the server
reads the list again, and refuses if it is not the list that the confirmation has counted.
"""

import hashlib
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model
from django.http import Http404
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.models import Page

from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.models import VideoPage
from video_pages.pages.permissions import explorable_pages
from video_pages.wagtail_admin.listing.videos import VideoIndexView
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.valid_filters import check_filters

ALL = "all"
IDS_FIELD = "ids"  # the field of the confirmation: the ids of its pages, separated by spaces
DIGEST_FIELD = "list_digest"  # of the confirmation, and in the address: no filter and no form has a field of this name
AFTER = "after"  # in the address: of all pages of the list, those with a greater id
MOST_NAMED = 500
"""The ids that a form contains at most, and the pages that a confirmation judges at most."""


class ListHasChanged(Http404):
    """The list no longer has the pages that the confirmation has counted. A screen without lists answers 404."""


def chosen_ids(request: EditorRequest, model: type[Model]) -> list[int]:
    """Return the ids in the request of a bulk action; `model` is that of its listing.

    A POST contains the ids of the confirmation, or "all" for those in its digest. Raises ListHasChanged,
    FiltersNotValid, and Http404 for an invalid id.
    """
    is_post = request.method == "POST"
    given = request.POST.get(IDS_FIELD, "").split() if is_post else request.GET.getlist("id")
    numbers: dict[int, None] = {}
    for text in given:
        number = read_whole_number(text)
        if number is None and text != ALL:
            raise Http404
        if number is not None:
            numbers[number] = None
    if ALL not in given:
        return list(numbers)
    numbers.update(dict.fromkeys(listed_ids(request, model)))
    ids = list(numbers)
    if is_post and digest_of(ids) != request.POST.get(DIGEST_FIELD):
        raise ListHasChanged
    return ids


def digest_of(ids: Iterable[int]) -> str:
    """Return a digest that two lists of ids share only if they have the same ids."""
    return hashlib.sha256(" ".join(map(str, sorted(ids))).encode()).hexdigest()


def listed_ids(request: EditorRequest, model: type[Model]) -> list[int]:
    """Return the ids of all pages of the listing that match the search and filters in the address of `request`.

    More than MOST_NAMED are sorted, and of these the address may name the first. Raises FiltersNotValid.
    """
    view = _videos(request) if model is VideoPage else _explorer(request)
    if view is None:
        return []
    check_filters(view)
    found = view.get_queryset()
    # The result of a search backend is no queryset.
    has_columns = hasattr(found, "values_list")
    ids = list(found.values_list("pk", flat=True)) if has_columns else [page.pk for page in found]
    if AFTER in request.GET or len(ids) > MOST_NAMED:
        after = read_whole_number(request.GET.get(AFTER)) or 0
        ids = sorted(pk for pk in ids if pk > after)
    return ids


def split(ids: list[int], user: User | AnonymousUser) -> tuple[list[VideoPage], list[Page]]:
    """Return (videos, other pages) with `ids` that `user` sees in the page tree, both in the order of `ids`."""
    visible = explorable_pages(user).filter(pk__in=ids).order_by().values("pk")
    place = {pk: number for number, pk in enumerate(ids)}
    videos = VideoPage.objects.filter(pk__in=visible).with_files()
    videos = videos.prefetch_workflow_states().annotate_approved_schedule()
    others = Page.objects.filter(pk__in=visible).exclude(content_type__model="videopage")
    return (
        sorted(videos, key=lambda page: place[page.pk]),
        sorted(others, key=lambda page: place[page.pk]),
    )


def _videos(request: EditorRequest) -> VideoIndexView:
    view = VideoIndexView(
        model=VideoPage,
        index_url_name="videos:index",
        index_results_url_name="videos:index_results",
        filterset_class=VideoIndexView.base_filterset_class,
    )
    view.setup(request)
    return view


def _explorer(request: EditorRequest) -> ExplorableIndexView | None:
    parent = explorable_pages(request.user).filter(pk=read_whole_number(request.GET.get("childOf"))).first()
    if parent is None:
        return None
    view = ExplorableIndexView(model=Page)
    view.setup(request)
    view.parent_page = parent.specific
    view.locale = None
    return view
