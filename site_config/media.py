"""Public media (thumbnails and Wagtail's renditions of them), served at MEDIA_URL by one small view."""

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def public_media(request, path):
    """Answer a file below MEDIA_ROOT, or 404. `path` is relative and can't leave MEDIA_ROOT.

    Names are never used twice (the storage appends random letters), so browsers keep a file for a week.
    """
    try:
        response = serve(request, path, document_root=settings.MEDIA_ROOT)
    except SuspiciousFileOperation:
        raise Http404 from None
    response.headers["Cache-Control"] = "public, max-age=604800"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
