"""The request as this site reads it: every address, query and form is UTF-8, whatever its headers say.

Django decodes the query and the form of a request with the codec that its `Content-Type` names, and it accepts any
codec of Python. Some of them fail on text (`hex`, `undefined`), others transform it. The query is decoded while the
request object is made, before any middleware and outside of Django's error handling: the web server would answer 500
and write the query to its log. So this class leaves the named character set unused;
`unreadable.UnreadableRequestMiddleware` refuses the request.
"""

from django.core.handlers.wsgi import WSGIHandler
from django.utils.http import parse_header_parameters

from site_config.security.compat import ContentTypeRequest

NO_CHARSET = ""
"""The character set of a `Content-Type` that cannot be parsed; no codec has this name."""


class UTF8Request(ContentTypeRequest):
    """A request whose query and form are decoded as UTF-8."""

    def read_content_type(self, value: str) -> None:
        """Set `content_type` and `content_params`, and leave `encoding` as it is."""
        try:
            self.content_type, self.content_params = parse_header_parameters(value)
        except (ValueError, LookupError):  # RFC 2231 lets a parameter name a character set of its own
            self.content_type, self.content_params = "", {"charset": NO_CHARSET}


class SiteHandler(WSGIHandler):
    """Django's WSGI handler with `UTF8Request`."""

    request_class = UTF8Request
