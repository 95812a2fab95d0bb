"""Invalid filters: an action on a whole list, or its export, refuses them.

Wagtail leaves out the filters of a form that is not valid, so the list shows all rows. A filter becomes invalid without
a fault of the editor: the video that it names is deleted, its last session has ended, or the address is an old one.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from video_pages.access.responses import keep_out_of_caches
from video_pages.wagtail_admin.xhr import is_xhr


class FiltersNotValid(Http404):
    """The filters in the address are not valid. A screen that does not expect this answers 404."""


def has_invalid_filters(view: Any) -> bool:
    """Return whether `view`, a list of Wagtail, has filters and those in its address are not valid."""
    filters = getattr(view, "filters", None)
    return filters is not None and not filters.is_valid()


def check_filters(view: Any) -> None:
    """Raise FiltersNotValid if the filters in the address of `view`, a list of Wagtail, are not valid."""
    if has_invalid_filters(view):
        raise FiltersNotValid


def refuse_filters(request: HttpRequest, address: str) -> HttpResponse:
    """Return a redirect to `address`, where a message says why nothing was done; 409 for a script."""
    if is_xhr(request):
        return HttpResponse(status=409)
    messages.error(request, _("A filter of this list is not valid, so nothing was done. Choose the filters again."))
    return redirect(address)


class WholeListMixin:
    """A bulk action that answers FiltersNotValid by a message above the list. No cache keeps its responses.

    Without an address to go back to, Wagtail leads back to the action itself, where nothing is chosen; here it leads to
    the list.
    """

    next_url: str

    def list_url_name(self) -> str:
        """Return the name of the address of the list."""
        return "wagtailadmin_explore_root"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.next_url == request.path:
            self.next_url = reverse(self.list_url_name())
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except FiltersNotValid:
            response = refuse_filters(request, self.next_url)
        return keep_out_of_caches(response)
