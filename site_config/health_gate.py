"""The way to /healthz, past everything that may stand in the way of a visitor's request."""

from video_pages.worker import health

VIEWS = {"/healthz": health.healthz, "/healthz/live": health.live, "/healthz/ready": health.ready}


class HealthMiddleware:
    """Answer the addresses of VIEWS before any other middleware is asked.

    Whoever watches over the site asks each server directly: by its number instead of a name in ALLOWED_HOSTS, over
    plain HTTP although visitors are sent to HTTPS, and with a database that may not answer.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        view = VIEWS.get(request.path_info)
        return view(request) if view else self.get_response(request)
