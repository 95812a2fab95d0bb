"""The answer when so many passwords are being checked that one more can't even wait."""

from django.shortcuts import render

from video_pages.access.queues import HashingBusy
from video_pages.access.responses import keep_out_of_caches


class BusyMiddleware:
    """Answer 503 with `Retry-After` where a view let HashingBusy through: the admin's login, a new password there."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, HashingBusy):
            return None
        response = keep_out_of_caches(render(request, "503.html", status=503))
        response.headers["Retry-After"] = str(exception.retry_after)
        return response
