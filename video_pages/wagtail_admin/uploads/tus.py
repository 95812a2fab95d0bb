"""`/admin/uploads/tus/`: resumable uploads by the tus protocol, for signed-in editors.

POST announces a file, PATCH sends its bytes, HEAD returns the offset, DELETE removes the upload, OPTIONS returns the
supported extensions. In addition to the protocol, GET returns JSON: for the collection, the uploads that this editor
can continue; for one upload, its state. The session and `X-CSRFToken` authenticate the user; `request.POST` is never
read.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _

from video_pages.core.typography import join_sentences
from video_pages.core.whole_numbers import read_whole_number
from video_pages.ingest import finish_upload
from video_pages.ingest.outcomes import TryLater
from video_pages.sections.permissions import may_upload_as
from video_pages.uploads import resumable, tus
from video_pages.uploads.announcement import read_announcement
from video_pages.uploads.models import ResumableUpload
from video_pages.uploads.store import UploadLocked
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.uploads.tus_body import Body
from video_pages.wagtail_admin.uploads.tus_responses import (
    REFUSED,
    URL_NAME,
    URL_NAME_OF_ONE,
    answer,
    conflicting,
    describe,
    expired,
    expiry,
    wrong_checksum,
)
from video_pages.wagtail_admin.uploads.tus_view import TusView

MAX_LISTED = 200


class UploadsView(TusView):
    """The address of the collection: announces uploads and lists them."""

    methods = ("OPTIONS", "POST", "GET")

    def post(self, request: EditorRequest) -> HttpResponse:
        """Create an upload; with a body, write its first bytes (extension "creation-with-upload")."""
        announced = read_announcement(request)
        with_body = bool(request.headers.get("Content-Type")) and Body(request).length > 0
        if with_body:
            tus.check_content_type(request.headers["Content-Type"])
            tus.parse_checksum(request.headers.get("Upload-Checksum"))
            if Body(request).length > announced["size_bytes"]:
                return answer(413, reason=_("More bytes came than were announced."))
        if not may_upload_as(request.user, replaces=announced["replaces"], section=announced["section"]):
            raise PermissionDenied
        try:
            upload = resumable.create(user=request.user, **announced)
        except ValidationError as error:
            code = error.code or ""
            return answer(REFUSED.get(code, 422), reason=join_sentences(error.messages), code=code)
        headers: dict[str, object] = {"Location": reverse(URL_NAME_OF_ONE, args=(upload.token,)), "Upload-Offset": 0}
        if with_body:
            try:
                headers["Upload-Offset"] = self.receive(request, upload, offset=0).offset
            except resumable.ChecksumMismatch:
                resumable.remove(upload)
                return wrong_checksum()
            except resumable.NoDiskSpace:
                headers["Upload-Offset"] = resumable.offset_of(upload)
        upload.refresh_from_db()
        return answer(201, headers | expiry(upload))

    def get(self, request: EditorRequest) -> HttpResponse:
        """Return the user's unfinished uploads and files without a page as JSON; filters: `fingerprint`, `size`."""
        uploads = resumable.unfinished(request.user) | ResumableUpload.objects.without_page(request.user)
        uploads = uploads.select_related("video_file__job")
        if "fingerprint" in request.GET:
            uploads = uploads.filter(fingerprint=request.GET["fingerprint"][:64]).exclude(fingerprint="")
        if request.GET.get("size", "").isdecimal():
            uploads = uploads.filter(size_bytes=tus.byte_count(request.GET["size"], "size"))
        if (replaces := read_whole_number(request.GET.get("replaces"))) is not None:
            uploads = uploads.filter(replaces=replaces)
        elif "fingerprint" in request.GET:
            uploads = uploads.filter(replaces=None)
        return JsonResponse({"uploads": [describe(upload) for upload in uploads[:MAX_LISTED]]})


class UploadView(TusView):
    """The address of one upload. Another user's upload answers 404, like one that does not exist."""

    methods: tuple[str, ...] = ("OPTIONS", "HEAD", "PATCH", "DELETE", "GET")

    def find(self, request: EditorRequest, token: str) -> ResumableUpload:
        """Return the user's upload `token`. Raises UploadGone, and PermissionDenied if they may not upload any more."""
        rows = ResumableUpload.objects.select_related("replaces", "video_file__job")
        upload = rows.filter(token=token, user=request.user).first()
        if upload is None:
            raise resumable.UploadGone
        if not may_upload_as(request.user, replaces=upload.replaces):
            raise PermissionDenied
        return upload

    def find_for_bytes(self, request: EditorRequest, token: str) -> ResumableUpload:
        """Return as `find` an upload whose bytes come here. Raises UploadGone for one that goes to the bucket."""
        upload = self.find(request, token)
        if upload.object_name and not resumable.is_finished(upload):
            raise resumable.UploadGone
        return upload

    def head(self, request: EditorRequest, token: str) -> HttpResponse:
        upload = self.find_for_bytes(request, token)
        if resumable.is_expired(upload):
            return expired()
        upload = self.finished_if_complete(upload)
        headers: dict[str, object] = {"Upload-Offset": resumable.offset_of(upload), "Upload-Length": upload.size_bytes}
        if upload.metadata:
            headers["Upload-Metadata"] = upload.metadata
        return answer(200, headers | expiry(upload))

    def patch(self, request: EditorRequest, token: str) -> HttpResponse:
        tus.check_content_type(request.headers.get("Content-Type"))
        offset = tus.byte_count(request.headers.get("Upload-Offset"), "Upload-Offset")
        upload = self.find_for_bytes(request, token)
        if resumable.is_expired(upload):
            return expired()
        if resumable.is_finished(upload) or (resumable.is_complete(upload) and offset == upload.size_bytes):
            return self.patch_of_complete(request, upload, offset)
        try:
            progress = self.receive(request, upload, offset=offset)
        except resumable.OffsetConflict as conflict:
            return conflicting(conflict.offset)
        except resumable.LengthExceeded:
            return answer(413, reason=_("More bytes came than were announced."))
        except resumable.ChecksumMismatch:
            return wrong_checksum()
        except resumable.NoDiskSpace as full:
            return answer(507, {"Upload-Offset": resumable.offset_of(upload)}, reason=full.message)
        headers = {"Upload-Offset": str(progress.offset)} | expiry(upload)
        if not progress.is_body_complete:
            return answer(400, headers, reason=_("The request broke off."))
        return answer(204, headers)

    def patch_of_complete(self, request: EditorRequest, upload: ResumableUpload, offset: int) -> HttpResponse:
        """Answer a repeated last PATCH of a client that missed the response: write nothing, finish the upload."""
        if offset != upload.size_bytes:
            return conflicting(upload.size_bytes)
        if Body(request).length:
            return answer(413, reason=_("More bytes came than were announced."))
        self.finished_if_complete(upload)
        return answer(204, {"Upload-Offset": upload.size_bytes})

    def delete(self, request: EditorRequest, token: str) -> HttpResponse:
        upload = self.find(request, token)
        finish_upload.discard(upload)
        return answer(204)

    def get(self, request: EditorRequest, token: str) -> HttpResponse:
        """Return the state of the upload as JSON."""
        upload = self.find(request, token)
        if resumable.is_expired(upload):
            return expired()
        problem = ""
        try:
            upload = self.finished_if_complete(upload, raise_later=True)
        except TryLater as later:
            problem = later.message
        return JsonResponse(describe(upload) | {"problem": problem})

    def finished_if_complete(self, upload: ResumableUpload, *, raise_later: bool = False) -> ResumableUpload:
        """Finish a complete upload whose server was killed before it finished it; return its row.

        With `raise_later`, TryLater propagates if this is not possible now.
        """
        if resumable.is_finished(upload) or not resumable.is_complete(upload):
            return upload
        try:
            return finish_upload.finish(upload)
        except UploadLocked:
            return upload
        except TryLater:
            if raise_later:
                raise
            return upload


def admin_urls() -> list[URLPattern | URLResolver]:
    return [
        path("uploads/tus/", UploadsView.as_view(), name=URL_NAME),
        path("uploads/tus/<slug:token>/", UploadView.as_view(), name=URL_NAME_OF_ONE),
    ]
