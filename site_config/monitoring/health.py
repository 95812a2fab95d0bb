"""The middleware that answers /healthz before all checks of visitors' requests."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from video_pages.worker import health

VIEWS = {"/healthz": health.healthz, "/healthz/live": health.live, "/healthz/ready": health.ready}


class HealthMiddleware:
    """Handles the addresses of VIEWS before the other middleware.

    A monitor requests each server directly: by its IP address, which is not in ALLOWED_HOSTS, over plain HTTP, from
    which visitors are redirected to HTTPS, and also while the database does not answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        view = VIEWS.get(request.path_info)
        return view(request) if view else self.get_response(request)
