"""Views outside the page tree: search, style sheet of a colour, icon, and the pages for CSRF failures and errors."""

import sys

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, HttpResponseServerError
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.http import escape_leading_slashes
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Site
from wagtail.query import PageQuerySet
from wagtail.search.backends.base import BaseSearchResults

from home import colours
from home.unavailable import RETRY_AFTER_SECONDS, is_unavailable
from video_pages.access.listed import viewer_of
from video_pages.access.responses import keep_out_of_caches
from video_pages.pages.cards import cards_for, section_cards_for
from video_pages.pages.models import VideoIndexPage, VideoPage

FILMS_PER_PAGE = 24
MOST_SECTIONS = 12
LONGEST_QUERY = 100
# The address contains the colour, so the response for an address never changes.
LOOK_SECONDS = 365 * 24 * 3600
ICON_SECONDS = 24 * 3600


def search(request: HttpRequest) -> HttpResponse:
    """Return the results of `/search/?q=words`: listed videos and sections of this site with these words in the title.

    Only titles are searched, by words and their beginnings. A description may be protected by a password, and search
    results would reveal it.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    query = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    films = found(VideoPage.objects.with_files(), query, request)
    page_of_films = Paginator(films, FILMS_PER_PAGE).get_page(request.GET.get("p"))
    listed = VideoPage.objects.listed_to(viewer_of(request))
    sections = VideoIndexPage.objects.with_video_count(listed).with_cover(listed)
    context = {
        "query": query,
        "longest_query": LONGEST_QUERY,
        "page_obj": page_of_films,
        "cards": cards_for(page_of_films.object_list, request=request),
        "sections": section_cards_for(found(sections, query, request)[:MOST_SECTIONS], request=request),
    }
    return keep_out_of_caches(render(request, "home/search.html", context))


def found(pages: PageQuerySet, query: str, request: HttpRequest) -> PageQuerySet | BaseSearchResults:
    """Return those of `pages`, videos or sections, that this site lists for this visitor, with `query` in the title."""
    site = Site.find_for_request(request)
    if not query or site is None:
        return pages.none()
    # By id: a search backend can't filter by a part of a path.
    listed = pages.model.objects.listed_to(viewer_of(request)).order_by().values("pk")
    return pages.descendant_of(site.root_page).filter(pk__in=listed).autocomplete(query, fields=["title"])


@require_safe
@cache_control(public=True, immutable=True, max_age=LOOK_SECONDS)
def look(request: HttpRequest, colour: str) -> HttpResponse:
    """Return the style sheet that sets a site's own `colour` (six hexadecimal digits). It contains nothing secret."""
    return HttpResponse(colours.style_sheet(f"#{colour}"), content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=ICON_SECONDS)
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect to the site's icon. Browsers request this address for files that can't link to an icon."""
    return HttpResponseRedirect(static("home/img/logo.svg"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403 for a form without a valid token, with advice: enable cookies, or load the page again."""
    context = {
        "cookies_missing": reason == REASON_NO_CSRF_COOKIE,
        # A path that begins with two slashes would lead to another host.
        "same_page": escape_leading_slashes(request.path),
    }
    return keep_out_of_caches(render(request, "csrf_failure.html", context, status=403))


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500 with the id of the request, by which operators find the error in the log.

    For a temporary error of the database, return 503 with `Retry-After`. The templates get no context processors:
    these query the database, which may be the cause of the error.
    """
    context = {"request_id": getattr(request, "request_id", "")}
    if is_unavailable(sys.exc_info()[1]):
        response = HttpResponse(render_to_string("unavailable.html", context), status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return keep_out_of_caches(response)
    return keep_out_of_caches(HttpResponseServerError(render_to_string("500.html", context)))
