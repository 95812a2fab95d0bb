"""`/robots.txt` and `/sitemap.xml`, for search engines."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from home.models import HomePage, OrdinaryPage
from video_pages.access.guard import access_states
from video_pages.access.listed import viewer_with
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.translated import translations_of

# Addresses without pages to index. Other pages that must not be indexed carry `noindex`: robots have to read them.
NOT_FOR_ROBOTS = ("/admin/", "/search/", "/stream/")
# Pages of open films name their poster; other posters answer 403. The longer of two rules holds (RFC 9309, 2.2.2).
FOR_ROBOTS = ("/stream/*/poster$",)


class OpenPages(Sitemap):
    """The pages of the site of `request` that are listed everywhere and open without a password, now."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def items(self) -> QuerySet[Page]:
        site = Site.find_for_request(self.request)
        if site is None:
            return Page.objects.none()
        viewer = viewer_with()
        # Without aliases, whose content is that of their source.
        videos = VideoPage.objects.listed_to(viewer).inside_windows(viewer.now)
        videos = videos.filter(alias_of=None, open_to_everyone=True)
        sections = VideoIndexPage.objects.listed_to(viewer).inside_windows(viewer.now)
        sections = sections.filter(alias_of=None).descendant_of(site.root_page)
        pages = Page.objects.descendant_of(site.root_page, inclusive=True).live()
        homes, others = (model.objects.live().public().order_by().values("pk") for model in (HomePage, OrdinaryPage))
        open_videos, open_sections = videos.order_by().values("pk"), _open(sections)
        found = Q(pk__in=homes) | Q(pk__in=others) | Q(pk__in=open_videos) | Q(pk__in=open_sections)
        if settings.WAGTAIL_I18N_ENABLED:
            pages = _in_all_languages(site)
            for model, originals in ((VideoPage, open_videos), (VideoIndexPage, open_sections)):
                own = (
                    translations_of(model.objects.filter(pk__in=originals)).listed_to(viewer).inside_windows(viewer.now)
                )
                found |= Q(pk__in=own.order_by().values("pk"))
        return pages.filter(found).order_by("path")

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        urls: list[dict[str, Any]] = super().get_urls(*args, **kwargs)
        if settings.WAGTAIL_I18N_ENABLED:
            shown: dict[Any, list[tuple[str, str]]] = {}
            for url in urls:
                page = url["item"]
                shown.setdefault(page.translation_key, []).append((page.locale.language_code, url["location"]))
            for url in urls:
                found = shown[url["item"].translation_key]
                if len(found) > 1:
                    url["alternates"] = [{"lang_code": code, "location": location} for code, location in found]
        return urls

    def location(self, page: Page) -> str:
        return page.get_url(self.request)

    def lastmod(self, page: Page) -> dt.datetime | None:
        return page.last_published_at


def _in_all_languages(site: Site) -> QuerySet[Page]:
    """Return the live pages of `site`, those below its home pages in further languages included."""
    below = Q(pk__in=())  # no page, if no home page is live
    for root in site.root_page.get_translations(inclusive=True).live():
        below |= Q(path__startswith=root.path)
    return Page.objects.live().filter(below).select_related("locale")


def _open(sections: Iterable[VideoIndexPage]) -> list[int]:
    """Return the ids of those of `sections` that no password protects."""
    return [page_id for page_id, state in access_states(list(sections)).items() if state.guard is None]


@require_safe
def open_pages(request: HttpRequest) -> HttpResponse:
    """Return the sitemap, which is the same for every visitor."""
    return sitemap(request, {"pages": OpenPages(request)})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Return the robots.txt with the address of the sitemap."""
    searches = [f"/{code}/search/" for code in settings.PAGE_LANGUAGES]
    lines = ["User-agent: *", *(f"Allow: {path}" for path in FOR_ROBOTS)]
    lines += [*(f"Disallow: {path}" for path in (*NOT_FOR_ROBOTS, *searches)), ""]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
