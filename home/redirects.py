"""Wagtail's redirects, without those that reveal the new address of a page that is not listed for this visitor."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect

from home.listed_pages import listed_pages
from video_pages.access.listed import viewer_of


class ListedRedirectMiddleware(RedirectMiddleware):
    """Follows a redirect that Wagtail created automatically only to a page that a list may show to this visitor.

    Wagtail creates one whenever a page moves or gets another slug. It would reveal the new address of a page that has
    become private, a draft or unlisted since, with the slugs of the sections above it. Redirects that an editor
    created are always followed.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code != 404:
            return response
        redirect = redirect_for(request)
        if redirect and redirect.automatically_created and redirect.redirect_page_id:
            if not listed_pages(viewer_of(request)).filter(pk=redirect.redirect_page_id).exists():
                return response
        return super().process_response(request, response)


def redirect_for(request: HttpRequest) -> Redirect | None:
    """Return the Redirect that Wagtail's middleware would follow for `request`, or None."""
    path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    found = get_redirect(request, path)
    without_query = urlsplit(path).path
    if found is None and without_query != path:
        found = get_redirect(request, without_query)
    return found
