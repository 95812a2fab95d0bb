"""Responses to the upload scripts, which send forms by XMLHttpRequest to show the progress."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse


def xhr_answer(request: HttpRequest, response: HttpResponse, **extra: object) -> HttpResponse:
    """Return `response`; for a script, return a redirect as JSON: its address as "leads_to", and `extra`.

    A browser follows the redirect of a script's request without showing the page, and the message "saved" would be
    used up there.
    """
    if is_xhr(request) and isinstance(response, HttpResponseRedirect):
        return JsonResponse({"leads_to": response.url, **extra})
    return response


def is_xhr(request: HttpRequest) -> bool:
    """True if a script sent the form and shows the response."""
    return request.headers.get("x-requested-with") == "XMLHttpRequest"


def wants_json(request: HttpRequest) -> bool:
    """True if the script asks for errors as JSON instead of the form with its errors."""
    return is_xhr(request) and "application/json" in request.headers.get("accept", "")


def answering_xhr(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a view of another app so that the upload scripts can send its form."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return xhr_answer(request, view(request, *args, **kwargs))

    return wrapped
