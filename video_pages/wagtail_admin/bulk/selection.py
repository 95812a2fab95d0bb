"""The pages that a bulk action applies to: the ticked ones, or all that match the search and filters of the listing.

For "all", Wagtail applies the search and not the filters. This module asks the view of the listing, so that an action
changes only pages that the list shows. Pages that the editor does not see in the page tree are left out.
"""

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

ALL = "all"
IDS_FIELD = "ids"  # the field of the confirmation: the ids of its pages, separated by spaces


def chosen_ids(request: EditorRequest, model: type[Model]) -> list[int]:
    """Return the ids in the request of a bulk action; `model` is that of its listing.

    A POST contains the ids of the confirmation, whatever the listing shows now. Raises Http404 for an invalid id.
    """
    given = request.POST.get(IDS_FIELD, "").split() if request.method == "POST" else request.GET.getlist("id")
    if ALL in given:
        return listed_ids(request, model)
    numbers: dict[int, None] = {}
    for text in given:
        number = read_whole_number(text)
        if number is None:
            raise Http404
        numbers[number] = None
    return list(numbers)


def listed_ids(request: EditorRequest, model: type[Model]) -> list[int]:
    """Return the ids of all pages of the listing that match the search and filters in the address of `request`."""
    view = _videos(request) if model is VideoPage else _explorer(request)
    if view is None:
        return []
    found = view.get_queryset()
    if hasattr(found, "values_list"):
        return list(found.values_list("pk", flat=True))
    return [page.pk for page in found]  # the result of a search backend is no queryset


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
