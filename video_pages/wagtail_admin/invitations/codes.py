"""QR codes and calendar files of many invitations, from the links or passwords that the screen of a batch sends.

That screen alone has them: nothing here is stored, and another request needs them again.
"""

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.text import slugify
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import TemplateView

from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.tokens import token_digest
from video_pages.access.responses import keep_out_of_caches
from video_pages.core import site_names
from video_pages.core.whole_numbers import read_form_id
from video_pages.pages.permissions import invitations_managed_by, may_invite
from video_pages.wagtail_admin.invitations.shown_once import ShownOnce, shown_once
from video_pages.wagtail_admin.requests import EditorRequest

MOST_CODES = 200
"""Codes of one request. One takes about six milliseconds of a core."""
FIELD = "made"


class CodesView(TemplateView):
    """A page to print, with a QR code for each invitation and the name below; or a zip with a QR code and a calendar.

    POST: `made` is what `sent_field` returns, and `zip` has a value for the archive.
    """

    request: EditorRequest
    template_name = "video_pages/admin/invitations/codes.html"
    http_method_names = ["post"]

    @method_decorator(sensitive_post_parameters(FIELD))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_invite(request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shown = self._read(request.POST.get(FIELD, ""))
        if "zip" in request.POST:
            archive = HttpResponse(archive_of(shown), content_type="application/zip")
            archive.headers["Content-Disposition"] = 'attachment; filename="invitations.zip"'
            return archive
        page = shown[0].invitation.page
        context = self.get_context_data(
            many=shown,
            title=page.title,
            site_name=site_names.name_of(page.get_site()),
            site_language=settings.LANGUAGE_CODE,
            site_zone=settings.TIME_ZONE,
        )
        return self.render_to_response(context)

    @sensitive_variables()
    def _read(self, sent: str) -> list[ShownOnce]:
        """Return the invitations in `sent`, untrusted text, that the user may manage. Raises BadRequest without any.

        A link that was renewed meanwhile is left out: its code would open nothing.
        """
        try:
            named = {read_form_id(str(pk)): str(secret) for pk, secret in json.loads(sent)}
        except (ValueError, TypeError, RecursionError) as error:
            raise BadRequest from error
        secrets = {pk: secret for pk, secret in named.items() if pk is not None}
        if len(secrets) > MOST_CODES:
            raise BadRequest
        found = invitations_managed_by(self.request.user).select_related("video", "section").in_bulk(secrets)
        shown = [
            shown_once(found[pk], secret, self.request)
            for pk, secret in secrets.items()
            if pk in found and _is_current(found[pk], secret)
        ]
        if not shown:
            raise BadRequest
        return shown


@sensitive_variables()
def _is_current(invitation: Invitation, secret: str) -> bool:
    """Return whether `secret` is the token of `invitation`. A password costs a hash, so any text passes for one."""
    return invitation.kind == Invitation.Kind.PASSWORD or invitation.token_digest == token_digest(secret)


@sensitive_variables()
def sent_field(shown: Iterable[ShownOnce]) -> str:
    """Return the value of the field that names invitations and their links or passwords; see CodesView."""
    return json.dumps([[each.invitation.pk, each.password or each.token] for each in shown])


@sensitive_variables()
def archive_of(shown: Iterable[ShownOnce]) -> bytes:
    """Return a zip with the QR code (SVG) of each, and the calendar file of each that has an end."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, each in enumerate(shown, start=1):
            name = f"{number:03d}-{slugify(each.invitation.label, allow_unicode=True)}".rstrip("-")
            if each.qr_code:
                archive.writestr(f"{name}.svg", each.qr_file)
            if each.calendar:
                archive.writestr(f"{name}.ics", each.calendar_text)
    return buffer.getvalue()
