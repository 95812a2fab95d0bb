"""Wagtail's redirects, without those that tell where a page went which this visitor may not be told of."""

from urllib.parse import urlsplit

from django.db.models import Q
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from video_pages.access.listed import viewer_of
from video_pages.pages.models import VideoIndexPage, VideoPage


def listed_pages(viewer):
    """Return the queryset of pages of any kind that lists may show to `viewer`."""
    pages = Page.objects.live()
    for path in viewer.private:
        pages = pages.exclude(path__startswith=path)
    gated = [model.objects.listed_to(viewer).order_by().values("pk") for model in (VideoPage, VideoIndexPage)]
    other = Q(videopage=None, videoindexpage=None)
    return pages.filter(other | Q(pk__in=gated[0]) | Q(pk__in=gated[1]))


class ListedRedirectMiddleware(RedirectMiddleware):
    """Follows a redirect that Wagtail made by itself only to a page that a list may show to this visitor.

    Wagtail makes one whenever a page moves or gets another slug, and it would tell the new address, and with it the
    sections above, of what has since become private, a draft or unlisted. A redirect that an editor made is followed:
    it is a link that somebody set on purpose.
    """

    def process_response(self, request, response):
        if response.status_code != 404:
            return response
        redirect = redirect_for(request)
        if redirect and redirect.automatically_created and redirect.redirect_page_id:
            if not listed_pages(viewer_of(request)).filter(pk=redirect.redirect_page_id).exists():
                return response
        return super().process_response(request, response)


def redirect_for(request):
    """Return the Redirect that Wagtail's middleware would follow for `request`, or None."""
    path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    found = get_redirect(request, path)
    without_query = urlsplit(path).path
    if found is None and without_query != path:
        found = get_redirect(request, without_query)
    return found
