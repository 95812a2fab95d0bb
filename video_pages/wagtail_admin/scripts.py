"""Answers to upload.js, which sends forms itself to show how far they are."""

import functools

from django.http import JsonResponse


def answer_to_script(request, response):
    """Return `response`, but to a script say where a redirect leads instead of sending it there.

    A browser follows redirects of a script's requests by itself, and so would fetch the page with the message
    "saved" where nobody reads it.
    """
    by_script = request.headers.get("x-requested-with") == "XMLHttpRequest"
    if by_script and response.status_code == 302:
        return JsonResponse({"leads_to": response.url})
    return response


def answering_scripts(view):
    """Wrap a view of another app so that upload.js may send its form."""

    @functools.wraps(view)
    def wrapped(request, *args, **kwargs):
        return answer_to_script(request, view(request, *args, **kwargs))

    return wrapped
