"""`/oembed`: tells other software how to show a film of this site in a frame (oembed.com), for pages that are listed.

It answers as to a stranger, whoever asks: a page that is listed everywhere gets the HTML of its frame, and every other
address gets the same 404. Of a film that is not open to everyone the answer has the frame and nothing else: neither its
title nor its shape.
"""

from urllib.parse import unquote, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from home.context_processors import site_frame
from home.routing import page_at
from video_pages.access.listed import viewer_with
from video_pages.access.responses import keep_out_of_caches
from video_pages.access.site_settings import AccessSettings
from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.embed_code import HEIGHT, WIDTH, embed_code, fitted, frame_size, root_address
from video_pages.pages.models import VideoPage

MOST_PIXELS = 10_000


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Answer with JSON about the page that the parameter `url` names: 404 for every page without a frame.

    `maxwidth` and `maxheight` limit the frame. 501 for another `format`, 400 for a limit that is no number.
    """
    if request.GET.get("format", "json") != "json":
        return _readable_by_other_sites(HttpResponse(status=501))
    limits = [_limit(request.GET.get(name)) for name in ("maxwidth", "maxheight")]
    if 0 in limits:
        return _readable_by_other_sites(HttpResponse(status=400))
    page = _listed_page(request, request.GET.get("url", ""))
    if page is None:
        return _readable_by_other_sites(HttpResponse(status=404))
    source = page.source
    most_width, most_height = min(limits[0] or WIDTH, MOST_PIXELS), limits[1]
    name = str(site_frame(request)["site_name"])
    answer = {"version": "1.0", "type": "video", "provider_name": name}
    root = answer["provider_url"] = root_address(page, request)
    if source.open_to_everyone:
        size = frame_size(source, most_width, most_height)
        title = answer["title"] = page.title
    else:
        size = fitted(WIDTH, HEIGHT, most_width, most_height)
        title = _("Film on %(site)s") % {"site": name}
    code = str(embed_code(root, source, title=title, size=size))
    return _readable_by_other_sites(JsonResponse({**answer, "width": size[0], "height": size[1], "html": code}))


def _limit(text: str | None) -> int | None:
    """Return the number in `text`, None without a text, and 0 for one that is no number of pixels."""
    if text is None:
        return None
    return read_whole_number(text, most=10 * MOST_PIXELS) or 0


def _listed_page(request: HttpRequest, address: str) -> VideoPage | None:
    """Return the video at `address` (untrusted text) if lists show it to everyone and films may be shown in frames."""
    try:
        parts = urlsplit(address)
        is_here = parts.scheme in ("http", "https") and parts.netloc.lower() == request.get_host().lower()
    except ValueError:
        return None
    path = unquote(parts.path)
    if not is_here or "\0" in path or not AccessSettings.for_request(request).frame_sites:
        return None
    page = page_at(request, path)
    if not isinstance(page, VideoPage):
        return None
    return page if VideoPage.objects.filter(pk=page.pk).listed_to(viewer_with()).exists() else None


def _readable_by_other_sites(response: HttpResponse) -> HttpResponse:
    """Let scripts of other sites read `response`, which is the same for everyone, and keep it out of caches."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Robots-Tag"] = "noindex"
    return keep_out_of_caches(response)
