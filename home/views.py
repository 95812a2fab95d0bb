"""Views outside the page tree: style sheet of a colour, logo, icon, and the pages for CSRF failures and errors."""

import sys

from django.conf import settings as conf
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, HttpResponseServerError, JsonResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.http import escape_leading_slashes
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from home.appearance import colours, icons
from home.context_processors import names_in_all_languages, site_frame
from home.drawings.models import LogoDrawing
from home.languages.addresses import home_address
from home.models import SiteSettings
from home.sharing import open_graph
from home.unavailable import RETRY_AFTER_SECONDS, is_unavailable
from video_pages.access.responses import LINK_PREFIX, keep_out_of_caches

# The address contains the colour, so the response for an address never changes.
LOOK_SECONDS = 365 * 24 * 3600
ICON_SECONDS = 24 * 3600


@require_safe
@cache_control(public=True, immutable=True, max_age=LOOK_SECONDS)
def look(request: HttpRequest, colour: str) -> HttpResponse:
    """Return the style sheet that sets a site's own `colour` (six hexadecimal digits). It contains nothing secret."""
    return HttpResponse(colours.style_sheet(f"#{colour}"), content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=ICON_SECONDS)
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect to the site's icon. Browsers request this address for files that can't link to an icon."""
    key = icons.icon_key(_settings(request))
    return HttpResponseRedirect(_icon_url(key, 32) if key else static("home/img/logo.svg"))


@require_safe
@cache_control(public=True, immutable=True, max_age=LOOK_SECONDS)
def icon(request: HttpRequest, key: str, size: str) -> HttpResponse:
    """Return the PNG icon of `size` pixels. Raises Http404 for a size that is none, and for a former icon."""
    settings = _settings(request)
    if int(size) not in icons.SIZES or key != icons.icon_key(settings):
        raise Http404
    response = HttpResponse(icons.icon(settings, int(size)), content_type="image/png")
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


@require_safe
@cache_control(public=True, immutable=True, max_age=LOOK_SECONDS)
def logo_drawing(request: HttpRequest, digest: str) -> HttpResponse:
    """Return a logo as SVG. It contains nothing that runs or loads, and its headers forbid both to whoever opens it."""
    svg = LogoDrawing.objects.filter(digest=digest).values_list("svg", flat=True).first()
    if svg is None:
        raise Http404
    response = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@cache_control(public=True, immutable=True, max_age=LOOK_SECONDS)
def ticket(request: HttpRequest, key: str) -> HttpResponse:
    """Return the PNG that links to pages without a thumbnail show. Raises Http404 for that of a former name."""
    colour = _settings(request).colour
    name = next((name for name in names_in_all_languages(request) if open_graph.ticket_key(name, colour) == key), None)
    if name is None:
        raise Http404
    response = HttpResponse(open_graph.ticket(name, colour), content_type="image/png")
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


@require_safe
@cache_control(public=True, max_age=ICON_SECONDS)
def manifest(request: HttpRequest) -> HttpResponse:
    """Return the web app manifest, by which a phone puts the site on its home screen (W3C, appmanifest).

    It is in the site's own language: a cache on the way gives the same one to everybody.
    """
    with translation.override(conf.LANGUAGE_CODE):
        key, name = icons.icon_key(_settings(request)), str(site_frame(request)["site_name"])
    shown = [{"src": static("home/img/logo.svg"), "sizes": "any", "type": "image/svg+xml"}]
    if key:
        shown = [{"src": _icon_url(key, size), "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)]
    content = {
        "name": name,
        "short_name": name,
        "lang": conf.LANGUAGE_CODE,
        "start_url": "/",
        "display": "browser",
        "background_color": colours.LIGHT[0],
        "theme_color": colours.LIGHT[0],
        "icons": shown,
    }
    return JsonResponse(content, content_type="application/manifest+json")


def _settings(request: HttpRequest) -> SiteSettings:
    settings: SiteSettings = site_frame(request)["site_settings"]  # type: ignore[assignment]  # a lazy one
    return settings


def _icon_url(key: str, size: int) -> str:
    return reverse("site_icon", args=(key, size))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403 for a form without a valid token, with advice: enable cookies, or load the page again."""
    context = {
        "cookies_missing": reason == REASON_NO_CSRF_COOKIE,
        # A path that begins with two slashes would lead to another host.
        "is_link": request.path_info.startswith(LINK_PREFIX),
        "same_page": escape_leading_slashes(request.path),
    }
    return keep_out_of_caches(render(request, "csrf_failure.html", context, status=403))


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500 with the id of the request, by which operators find the error in the log.

    For a temporary error of the database, return 503 with `Retry-After`. The templates get no context processors:
    these query the database, which may be the cause of the error.
    """
    context = {"request_id": getattr(request, "request_id", ""), "site_home": home_address()}
    if is_unavailable(sys.exc_info()[1]):
        response = HttpResponse(render_to_string("unavailable.html", context), status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return keep_out_of_caches(response)
    return keep_out_of_caches(HttpResponseServerError(render_to_string("500.html", context)))
