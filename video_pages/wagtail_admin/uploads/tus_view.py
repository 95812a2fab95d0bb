"""The base class of the addresses of resumable uploads: versions, methods, errors, and the bytes of a request."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views import View

from video_pages.core.connections import release_connections
from video_pages.ingest import finish_upload
from video_pages.ingest.outcomes import TryLater
from video_pages.sections.permissions import may_upload_videos
from video_pages.uploads import limits, resumable, tus
from video_pages.uploads.models import ResumableUpload
from video_pages.uploads.resumable import Progress
from video_pages.uploads.store import UploadLocked, store
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.uploads.tus_body import Body
from video_pages.wagtail_admin.uploads.tus_responses import (
    answer,
)


class TusView(View):
    """The base class of both addresses: protocol version, methods, and errors as JSON with a reason for users."""

    request: EditorRequest
    methods: tuple[str, ...]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = tus.effective_method(request.method or "", request.headers.get("X-HTTP-Method-Override"))
        handler = getattr(self, method.lower(), None) if method in self.methods else None
        try:
            if handler is None:
                response = answer(405, reason=_("This address takes no such request."))
                response.headers["Allow"] = ", ".join(self.methods)
            elif not may_upload_videos(request.user):
                raise PermissionDenied
            else:
                if method not in ("OPTIONS", "GET"):
                    tus.check_version(request.headers.get("Tus-Resumable"))
                response = handler(request, *args, **kwargs)
        except PermissionDenied:
            response = answer(403, reason=_("You may not upload here."))
        except tus.ProtocolError as error:
            response = answer(error.status, reason=error.message)
            if error.status == 412:
                response.headers["Tus-Version"] = tus.VERSION
        except UploadLocked:
            response = answer(423, reason=_("Another window or program is sending this file at this moment."))
        except resumable.UploadGone:
            response = answer(404, reason=_("There is no such upload."))
        if request.method == "HEAD":
            response.content = b""  # the web server would send the content
        response.headers["Tus-Resumable"] = tus.VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        limit = limits.video_limit(user=self.request.user)
        return answer(
            204,
            {
                "Tus-Version": tus.VERSION,
                "Tus-Extension": ",".join(tus.EXTENSIONS),
                "Tus-Max-Size": limit.max_bytes,
                "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
                "Allow": ", ".join(self.methods),
            },
        )

    def receive(self, request: EditorRequest, upload: ResumableUpload, *, offset: int) -> Progress:
        """Write the request's body to the upload and finish it after its last byte; return the Progress."""
        body = Body(request)
        checksum = tus.parse_checksum(request.headers.get("Upload-Checksum"))
        with store.locked(upload.token) as part:
            current = ResumableUpload.objects.filter(pk=upload.pk).first()
            if current is None or resumable.is_finished(current):  # changed before the lock was taken
                part.remove()
                raise resumable.OffsetConflict(upload.size_bytes) if current else resumable.UploadGone
            if current.object_name:  # another window sends it to the bucket since
                part.remove()
                raise resumable.UploadGone
            release_connections()  # the transfer may take minutes
            with body.with_timeout():
                progress = resumable.append(
                    upload, part, body.read, offset=offset, length=body.length, checksum=checksum
                )
            if progress.offset == upload.size_bytes:
                try:
                    finish_upload.finish_locked(upload, part)
                except TryLater:
                    pass  # the bytes are stored; the upload's JSON contains the state
        return progress
