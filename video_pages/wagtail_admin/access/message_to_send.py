"""The address of a page for visitors and of a link, and the message to send them with its password."""

from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from wagtail.models import Page

from video_pages.access.invitations.tokens import link_path
from video_pages.pages.embed_code import root_address
from video_pages.wagtail_admin.requests import EditorRequest


def address_of(page: Page, request: EditorRequest) -> str:
    """Return the absolute address of `page` for visitors, as an IRI (`/größe/`); "" if no site contains the page.

    Wagtail names a new site "localhost". In this case the host of `request` is used.
    """
    _site_id, _root_url, page_path = page.get_url_parts(request) or (None, None, None)
    return "" if page_path is None else uri_to_iri(root_address(page, request) + page_path)


@sensitive_variables("token")
def link_address(page: Page, token: str, request: EditorRequest) -> str:
    """Return the absolute address of the link with `token`, at the site of `page`, or else at that of `request`."""
    return (root_address(page, request) or request.build_absolute_uri("/")[:-1]) + link_path(token)


@sensitive_variables()
def message_to_send(page: Page, password: str, request: EditorRequest) -> str:
    """Return the message to viewers of `page`: title, address if the page has one, and `password`."""
    lines = [f"“{page.title}”", address_of(page, request), _("Password: %(password)s") % {"password": password}]
    return "\n".join(line for line in lines if line)
