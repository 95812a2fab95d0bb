"""Each request begins in the site's own language, whatever its thread has answered before.

`VisitorLanguageMiddleware` activates the language of a visitor for the whole thread: an answer that is written while it
is sent needs it to its end. So the language is put back before the next request. Without this, all that answers before
that middleware, such as delivery in front of Django, would speak the language of the visitor before.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import translation

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class OwnLanguage:
    """A WSGI application that passes each request to `application`, with no language active but the site's."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        translation.deactivate()
        return self.application(environ, start_response)
