"""The headers that the site's middleware adds to a response of delivery, found by sending one through all of it.

`front` answers without the middleware. It must send the same headers, and they must not be written down a second time:
so the middleware of this process is asked, once for each kind of response. The request goes through all of it to the
view of this module, which returns the response that the caller gave.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders
from django.urls import re_path, set_urlconf

from video_pages.core.request_id import HEADER
from video_pages.delivery.compat import mark_as_logged
from video_pages.delivery.responses import protect

STREAM = "/stream/"
MOST_KINDS = 500
"""Kinds of responses that are remembered."""
INVOLVED = frozenset(
    [
        "site_config.monitoring.request_id.RequestIDMiddleware",
        "site_config.monitoring.health.HealthMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "site_config.security.headers.HeadersMiddleware",
        "site_config.security.csp.SiteCSPMiddleware",
        "site_config.security.form_turns.FormTurnMiddleware",
        "site_config.security.unreadable.ReadableCookiesMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "home.languages.visitor_language.VisitorLanguageMiddleware",
        "django.middleware.common.CommonMiddleware",
        "site_config.security.unreadable.UnreadableRequestMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "site_config.security.body_limit.BodyLimitMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "video_pages.wagtail_admin.sections.page_privacy.OwnSectionsMiddleware",
        "home.redirects.ListedRedirectMiddleware",
        "site_config.security.busy.BusyMiddleware",
        "axes.middleware.AxesMiddleware",
    ]
)
"""The middleware whose effect on requests below /stream/ `front` and this module reproduce.

With any other middleware all requests take the way through it. Before you add a name here, check that the middleware
neither refuses nor changes such a request in a way that depends on the request beyond what `kind_of` reads.
"""
RESPONSE = "_response_inside"

Kind = tuple[object, ...]
Added = dict[str, str]
"""Headers that the middleware has added or changed."""


def is_understood() -> bool:
    """Return whether this module can tell what the middleware of the settings does to a stream."""
    return (
        INVOLVED.issuperset(settings.MIDDLEWARE)
        and not settings.SESSION_SAVE_EVERY_REQUEST
        and not settings.PREPEND_WWW
        and not settings.DISALLOWED_USER_AGENTS
    )


class Envelope:
    """The headers that the middleware of `handler` adds, by kind of response."""

    def __init__(self, handler: WSGIHandler) -> None:
        self._handler = handler
        self._known: dict[Kind, Added] = {}

    def added_to(self, request: WSGIRequest, response: HttpResponseBase) -> Added | None:
        """Return the headers that the middleware adds to `response`, the answer to `request`.

        None if a middleware replaces it.
        """
        kind = kind_of(request, response)
        added = self._known.get(kind)
        if added is None:
            added = self._ask(request, alike(response))
            if added is not None:
                if len(self._known) >= MOST_KINDS:
                    self._known.clear()
                self._known[kind] = added
        return added

    def _ask(self, request: WSGIRequest, inside: HttpResponseBase) -> Added | None:
        before = dict(inside.items())
        mark_as_logged(inside)
        environ = {name: value for name, value in request.environ.items() if name != "HTTP_COOKIE"}
        sent = self._handler.request_class({**environ, "REQUEST_METHOD": "GET", "PATH_INFO": STREAM})
        sent.urlconf = __name__
        setattr(sent, RESPONSE, inside)
        try:
            outside = self._handler.get_response(sent)
        finally:
            set_urlconf(None)
        if outside is not inside:
            return None
        added = {name: value for name, value in outside.items() if before.get(name) != value}
        added.pop("Content-Length", None)  # it is that of the empty body
        added.pop(HEADER, None)  # each request has an id of its own
        return added


def is_for_this_host(request: WSGIRequest) -> bool:
    """Return whether Django accepts the host of `request`, and does not redirect it to HTTPS."""
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return request.is_secure() or not settings.SECURE_SSL_REDIRECT


def alike(response: HttpResponseBase) -> HttpResponseBase:
    """Return a response with the status and the headers of `response`, of the same kind, without its body."""
    made = protect(StreamingHttpResponse() if response.streaming else HttpResponse())
    made.status_code = response.status_code
    made.headers = ResponseHeaders(dict(response.items()))
    return made


def kind_of(request: WSGIRequest, response: HttpResponseBase) -> Kind:
    """Return what the added headers depend on: status, kind of body, HTTPS. Below /stream/ the language is one."""
    return response.status_code, response.streaming, request.is_secure()


def inside_response(request: HttpRequest) -> Any:
    """Return the response that `Envelope` has put into `request`; a view."""
    return getattr(request, RESPONSE)


urlpatterns = [re_path("", inside_response)]
