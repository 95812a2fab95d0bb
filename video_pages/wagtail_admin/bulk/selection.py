"""Which pages a bulk action means: those that were ticked, or all that the listing shows with its search and filters.

Wagtail's own answer to "all" knows the search and not the filters. Here the listing's view is asked itself, so that
nothing is touched that was not shown. Pages that the editor does not see in the page tree are never among them.
"""

from django.http import Http404
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.models import Page

from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.models import VideoPage
from video_pages.pages.permissions import explorable_pages
from video_pages.wagtail_admin.listing.videos import VideoIndexView

ALL = "all"
IDS_FIELD = "ids"  # what the confirmation sends back: the ids it named, apart by spaces


def chosen_ids(request, model):
    """Return the ids that a bulk action's request names; `model` is that of the listing it came from.

    A POST means the pages that the confirmation named, whatever the listing shows by now. Raises Http404 for what is
    no id.
    """
    given = request.POST.get(IDS_FIELD, "").split() if request.method == "POST" else request.GET.getlist("id")
    if ALL in given:
        return listed_ids(request, model)
    numbers = [read_whole_number(one) for one in given]
    if None in numbers:
        raise Http404
    return list(dict.fromkeys(numbers))


def listed_ids(request, model):
    """Return the ids of all pages that the listing shows with the search and filters in the address of `request`."""
    view = _videos(request) if model is VideoPage else _explorer(request)
    if view is None:
        return []
    found = view.get_queryset()
    if hasattr(found, "values_list"):
        return list(found.values_list("pk", flat=True))
    return [page.pk for page in found]  # what a search backend answers is no queryset


def split(ids, user):
    """Return (videos, other pages) with `ids` that `user` sees in the page tree, in that order."""
    seen = explorable_pages(user).filter(pk__in=ids).order_by().values("pk")
    place = {pk: number for number, pk in enumerate(ids)}
    videos = VideoPage.objects.filter(pk__in=seen).with_files()
    videos = videos.prefetch_workflow_states().annotate_approved_schedule()
    others = Page.objects.filter(pk__in=seen).exclude(content_type__model="videopage")
    return tuple(sorted(pages, key=lambda page: place[page.pk]) for pages in (videos, others))


def _videos(request):
    view = VideoIndexView(
        model=VideoPage,
        index_url_name="videos:index",
        index_results_url_name="videos:index_results",
        filterset_class=VideoIndexView.base_filterset_class,
    )
    view.setup(request)
    return view


def _explorer(request):
    parent = explorable_pages(request.user).filter(pk=read_whole_number(request.GET.get("childOf"))).first()
    if parent is None:
        return None
    view = ExplorableIndexView(model=Page)
    view.setup(request)
    view.parent_page = parent.specific
    view.locale = None
    return view
