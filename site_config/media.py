"""The view of public media (thumbnails and Wagtail's renditions of them) at MEDIA_URL."""

import errno
import os

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

NO_NAME = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL}
"""Errors of file systems about a text that can't be a file name."""


class PublicStorage(FileSystemStorage):
    """Public media in MEDIA_ROOT; each name has random letters, so none is used again after its file is deleted."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        folder, file_name = os.path.split(name)
        root, extension = os.path.splitext(file_name)
        unused = os.path.join(folder, self.get_alternative_name(root, extension))
        return super().get_available_name(unused, max_length)


@require_safe
def public_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Return the file at `path` below MEDIA_ROOT, or 404. `path` is relative and can't leave MEDIA_ROOT.

    `PublicStorage` never uses a name twice, so browsers cache a file for a week.
    """
    try:
        response = serve(request, path, document_root=settings.MEDIA_ROOT)
    except SuspiciousFileOperation:
        raise Http404 from None
    except OSError as error:
        if error.errno not in NO_NAME:
            raise
        raise Http404 from None
    response.headers["Cache-Control"] = "public, max-age=604800"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
