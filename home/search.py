"""The search for visitors: its page, and the suggestions while a person types."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from home.languages.addresses import ROOT_COLUMNS, translated_root
from video_pages.access.listed import viewer_of
from video_pages.access.responses import keep_out_of_caches
from video_pages.core.typography import written_in
from video_pages.pages.cards import cards_for, section_cards_for
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.search.find import Hits, Searcher, SearchOrder, forgiving, meant
from video_pages.search.limits import SearchBusy, search_turn
from video_pages.search.words import MAX_QUERY_LENGTH, Query, query_of

VIDEOS_PER_PAGE = 24
SECTIONS_PER_PAGE = 24
MOST_SECTIONS = 6
"""Above the films. Further sections have pages of their own."""
FEW = 3
"""With fewer films than this, words are suggested that differ from the typed ones by one letter."""
MOST_SUGGESTIONS = 6
MOST_SUGGESTED_SECTIONS = 2


class Part(NamedTuple):
    """The part of the results that a page shows: films in `order` (a SearchOrder), from `after` on; or more sections.

    Without `after` and `sections_after` it is the first page, with the best sections and films.
    """

    order: str
    after: str
    sections_after: str

    @property
    def is_first(self) -> bool:
        """Return whether nothing was shown before."""
        return not (self.after or self.sections_after)


def search(request: HttpRequest) -> HttpResponse:
    """Return the results of `/search/?q=words`: videos and sections of this site that lists show to this visitor.

    `order` is a SearchOrder, `after` where a further page of films begins, `sections_after` one of sections, `near=1` a
    search with typing errors forgiven. 503 with `Retry-After` if too many searches run at once.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    typed = request.GET.get("q", "")[:MAX_QUERY_LENGTH].strip()
    context: dict[str, Any] = {"query": typed, "longest_query": MAX_QUERY_LENGTH, "orders": SearchOrder.choices}
    try:
        with search_turn():
            context |= _results(request, query_of(typed))
    except SearchBusy as busy:
        response = render(request, "home/search_busy.html", context, status=503)
        response.headers["Retry-After"] = str(busy.retry_after)
        return keep_out_of_caches(response)
    return keep_out_of_caches(render(request, "home/search.html", context))


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Return the best matches for `/search/suggestions/?q=words` as JSON, for a list below the search field.

    `{"suggestions": [{"title", "url", "kind", "lang"}]}` with `kind` "film" or "section", and `lang` only where a title
    is in another language than the page: only pages that the page of results shows to this visitor too. 503 with an
    empty list if too many searches run at once.
    """
    query, searcher = query_of(request.GET.get("q", "")), _searcher(request)
    found: list[dict[str, str]] = []
    status = 200
    if query and searcher is not None:
        try:
            with search_turn():
                sections = searcher.sections(query, limit=MOST_SUGGESTED_SECTIONS).pages
                videos = searcher.videos(query, limit=MOST_SUGGESTIONS).pages
                for kind, pages in (("section", sections), ("film", videos)):
                    found += [_suggestion(kind, page, request) for page in pages]
        except SearchBusy:
            found, status = [], 503
    return keep_out_of_caches(JsonResponse({"suggestions": found}, status=status))


def _suggestion(kind: str, page: VideoPage | VideoIndexPage, request: HttpRequest) -> dict[str, str]:
    language = written_in(page.title, page.title_language)
    words = {"title": page.title, "url": page.get_url(request), "kind": kind}
    return {**words, "lang": language} if language else words


def _searcher(request: HttpRequest) -> Searcher | None:
    site = Site.find_for_request(request)
    if site is None:
        return None
    translated = translated_root(request, site)
    root = Page(**dict(zip(ROOT_COLUMNS, translated, strict=True))) if translated else site.root_page
    return Searcher(viewer_of(request), root)


def _results(request: HttpRequest, query: Query) -> dict[str, Any]:
    """Return the part of the context about the hits."""
    part, searcher = _part(request), _searcher(request)
    videos, sections, is_near, meant_words = Hits(()), Hits(()), False, ""
    if query and searcher is not None:
        wider = forgiving(query) if request.GET.get("near") == "1" else None
        videos, sections = _found(searcher, wider or query, part)
        is_near = wider is not None
        if wider is None and part.is_first and len(videos.pages) < FEW:
            wider = forgiving(query)
            if wider is not None:
                meant_words = _other_words(searcher, wider, videos)
                if meant_words and not videos.pages and not sections.pages:
                    videos, sections = _found(searcher, wider, part)
                    is_near = True
    return {
        "order": part.order,
        "after": part.after,
        "sections_after": part.sections_after,
        "next": videos.after,
        "sections_next": sections.after,
        "is_near": is_near,
        "meant": meant_words,
        "cards": cards_for(videos.pages, request=request),
        "sections": section_cards_for(sections.pages, request=request),
    }


def _part(request: HttpRequest) -> Part:
    chosen, sections_after = request.GET.get("order", ""), request.GET.get("sections_after", "")
    order = chosen if chosen in SearchOrder.values else SearchOrder.BEST
    return Part(order, "" if sections_after else request.GET.get("after", ""), sections_after)


def _found(searcher: Searcher, query: Query, part: Part) -> tuple[Hits, Hits]:
    """Return the films and the sections of one page; only the first has both."""
    videos, sections = Hits(()), Hits(())
    if not part.sections_after:
        listed_files = VideoPage.objects.with_files()
        videos = searcher.videos(query, order=part.order, after=part.after, limit=VIDEOS_PER_PAGE, pages=listed_files)
    if not part.after:
        listed = VideoPage.objects.listed_to(searcher.viewer)
        pages = VideoIndexPage.objects.with_video_count(listed).with_cover(listed)
        most = SECTIONS_PER_PAGE if part.sections_after else MOST_SECTIONS
        sections = searcher.sections(query, after=part.sections_after, limit=most, pages=pages)
    return videos, sections


def _other_words(searcher: Searcher, wider: Query, videos: Hits) -> str:
    """Return the words of the best further hit of `wider` as its title writes them, "" if there is none."""
    shown = {page.pk for page in videos.pages}
    for hits in (searcher.videos(wider, limit=FEW + 1), searcher.sections(wider, limit=1)):
        for hit in hits.matches:
            if hit.page_id not in shown:
                return " ".join(meant(wider, hit))
    return ""
