"""Another link or password for an invitation: the former one can't be shown again, and opens nothing from then on."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from wagtail.admin import messages

from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.renewal import RenewSecretAction
from video_pages.access.queues import HashingBusy
from video_pages.core.typography import join_sentences
from video_pages.wagtail_admin.invitations.detail import InvitationScreen
from video_pages.wagtail_admin.invitations.shown_once import shown_once


class RenewView(InvitationScreen):
    """Asks, and after a POST shows the new link or password once."""

    template_name = "video_pages/admin/invitations/renew.html"
    http_method_names = ["get", "head", "post"]

    def get_page_title(self) -> str:
        is_link = self.invitation.kind == Invitation.Kind.LINK
        title = _("Make a new link for “%(label)s”") if is_link else _("Make a new password for “%(label)s”")
        return title % {"label": self.invitation.label}

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            invitation, secret = RenewSecretAction(self.invitation, user=self.request.user).execute()
        except ValidationError as error:
            messages.error(request, join_sentences(error.messages))
        except HashingBusy:
            messages.error(request, _("The server checks too many passwords now. Try again in a moment."))
        else:
            self.template_name = "video_pages/admin/invitations/made.html"
            shown = shown_once(invitation, secret, self.request)
            return self.render_to_response(self.get_context_data(shown=shown, is_renewed=True))
        return redirect("invitations:detail", self.invitation.pk)
