"""The link by which other software finds `/oembed` for a page."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from video_pages.access.listed import viewer_of
from video_pages.access.site_settings import AccessSettings
from video_pages.pages.models import VideoPage
from video_pages.pages.navigation import is_listed

register = template.Library()


@register.simple_tag(takes_context=True)
def oembed_link(context: Context, page: VideoPage) -> SafeString | str:
    """Return the <link> for `page`, "" if no site may show films in frames, or if lists do not show it to everyone."""
    request = context["request"]
    if getattr(request, "is_preview", False):
        return ""
    if not AccessSettings.for_request(request).frame_sites or not is_listed(page, viewer_of(request)):
        return ""
    address = request.build_absolute_uri(page.get_url(request))
    query = urlencode({"url": address, "format": "json"})
    oembed = request.build_absolute_uri(reverse("oembed"))
    return format_html('<link rel="alternate" type="application/json+oembed" href="{}?{}">', oembed, query)
