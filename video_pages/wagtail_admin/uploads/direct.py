"""`/admin/uploads/tus/<token>/parts/`: an upload that the browser sends straight to the bucket, in parts.

The upload is announced and removed as each (`tus`). The script asks here for the parts that the bucket has and for
addresses of the next ones, says when it has sent all, or that it can't reach the bucket. Every request is a POST with
JSON, checked like those with bytes.
"""

import functools
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, cast

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from video_pages.ingest import finish_object
from video_pages.ingest.outcomes import STORED_LATER, TryLater
from video_pages.library.storage import SigningStorage, StorageAway, protected_storage
from video_pages.uploads import direct, resumable, tus
from video_pages.uploads.models import ResumableUpload
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.uploads.tus import UploadView
from video_pages.wagtail_admin.uploads.tus_responses import answer, describe, expired

URL_NAME = "upload_parts"
RETRY_SECONDS = 10
MAX_PROBLEM = 200
"""Characters of a script's words about a problem that are written into the log."""

logger = logging.getLogger(__name__)


class DirectView(UploadView, ABC):
    """The base class of the three addresses: finds the upload, which is not finished."""

    methods = ("POST",)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except StorageAway as error:
            logger.warning("An upload to the bucket waits. %s", error)
            return answer(503, {"Retry-After": RETRY_SECONDS}, reason=_("The storage of the films does not answer."))

    def post(self, request: EditorRequest, token: str) -> HttpResponse:
        upload = self.find(request, token)
        if resumable.is_expired(upload):
            return expired()
        if resumable.is_finished(upload):
            return JsonResponse(describe(upload))
        return self.answer_for(request, upload)

    @abstractmethod
    def answer_for(self, request: EditorRequest, upload: ResumableUpload) -> HttpResponse:
        """Return the answer about `upload`."""

    def read_json(self, request: EditorRequest) -> dict[str, Any]:
        """Return the object in the body, {} if there is none. Raises ProtocolError 400."""
        try:
            found = json.loads(request.body or b"{}")
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise tus.ProtocolError(400, _("The request is no JSON object."))
        return found


class PartsView(DirectView):
    """Gives the parts that the bucket has, and addresses for those with the `numbers` in the request."""

    def answer_for(self, request: EditorRequest, upload: ResumableUpload) -> HttpResponse:
        numbers = self.read_json(request).get("numbers", [])
        if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
            raise tus.ProtocolError(400, _("The numbers of the parts are missing."))
        if not direct.begin(upload):
            return answer(409, reason=_("This file goes through the server."), code="not_direct")
        sent = direct.sent_parts(upload)
        try:
            addresses = direct.addresses(upload, numbers)
        except ValueError:
            raise tus.ProtocolError(400, _("The file has no such parts.")) from None
        return JsonResponse(
            {
                "part_bytes": direct.part_bytes(upload.size_bytes),
                "sent": sorted(sent),
                "addresses": addresses,
                "seconds": direct.SIGNED_SECONDS,
            }
        )


class CompleteView(DirectView):
    """Joins the parts; 409 with the numbers of those that the bucket does not have."""

    def answer_for(self, request: EditorRequest, upload: ResumableUpload) -> HttpResponse:
        if not upload.object_name:
            return answer(409, reason=_("This file goes through the server."), code="not_direct")
        try:
            finished = finish_object.finish(upload)
        except TryLater:
            return answer(503, {"Retry-After": RETRY_SECONDS}, reason=str(STORED_LATER))
        if not resumable.is_finished(finished) and not resumable.is_complete(finished):
            return answer(409, reason=_("Some parts of the file did not arrive."), code="parts_missing")
        return JsonResponse(describe(finished))


class LeaveView(DirectView):
    """Lets the upload go through the server, because the browser does not reach the bucket; tells the operator."""

    def answer_for(self, request: EditorRequest, upload: ResumableUpload) -> HttpResponse:
        problem = str(self.read_json(request).get("problem", ""))[:MAX_PROBLEM]
        if upload.object_name:
            logger.warning(
                "A browser can't send an upload straight to the bucket %s (%r), so it goes through the server. If that "
                "repeats, run manage.py check_storage --origin %s://%s, or set S3_BROWSER_UPLOADS=0.",
                settings.S3_BUCKET,
                problem,
                request.scheme,
                request.get_host(),
            )
            direct.leave(upload)
        return JsonResponse(describe(upload))


def allowing_bucket(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return the view of a screen for videos, whose scripts may send to the bucket if that is offered.

    The content security policy of no other screen names the bucket for this.
    """

    @functools.wraps(view)
    def with_policy(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not direct.is_offered():
            return view(request, *args, **kwargs)
        origin = cast(SigningStorage, protected_storage()).public_origin()
        return csp_update({"connect-src": [origin]})(view)(request, *args, **kwargs)

    return with_policy


def admin_urls() -> list[URLPattern]:
    return [
        path("uploads/tus/<slug:token>/parts/", PartsView.as_view(), name=URL_NAME),
        path("uploads/tus/<slug:token>/complete/", CompleteView.as_view(), name="upload_complete"),
        path("uploads/tus/<slug:token>/leave/", LeaveView.as_view(), name="upload_leave"),
    ]
