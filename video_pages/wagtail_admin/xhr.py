"""Answers to the upload scripts, which send forms itself to show how far they are."""

import functools

from django.http import JsonResponse


def xhr_answer(request, response, **told):
    """Return `response`, but to a script say where a redirect leads, and what is `told`, instead of sending it there.

    A browser follows redirects of a script's requests by itself, and so would fetch the page with the message
    "saved" where nobody reads it.
    """
    if is_xhr(request) and response.status_code == 302:
        return JsonResponse({"leads_to": response.url, **told})
    return response


def is_xhr(request):
    """True if a script sent the form and shows the answer itself."""
    return request.headers.get("x-requested-with") == "XMLHttpRequest"


def wants_json(request):
    """True if the script would rather read what is wrong than be sent the form again."""
    return is_xhr(request) and "application/json" in request.headers.get("accept", "")


def answering_xhr(view):
    """Wrap a view of another app so that upload.js may send its form."""

    @functools.wraps(view)
    def wrapped(request, *args, **kwargs):
        return xhr_answer(request, view(request, *args, **kwargs))

    return wrapped
