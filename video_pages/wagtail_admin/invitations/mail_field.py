"""The field for the mail address or domain that an invitation is for."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from video_pages.access.invitations.by_mail.bindings import NO_MAIL, read_binding, shown_binding
from video_pages.access.invitations.models import Invitation

LABEL = gettext_lazy("Only for this address or domain")
HELP = gettext_lazy(
    "Such as ann@example.org, or example.org for all its addresses. Whoever opens the invitation types such an "
    "address, and gets a code of six digits by mail. An address is kept as a fingerprint only."
)
CHANGED_HELP = gettext_lazy(
    "Another address or domain ends the access that was given; each browser needs a code then. “…@example.org” stands "
    "for the one address that is set; empty, no code is needed."
)


class MailToField(forms.CharField):
    """The address or domain as text; what the form showed first stays as it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=LABEL, required=False, max_length=320, help_text=HELP, **kwargs)
        self.widget.attrs.update(autocomplete="off", autocapitalize="none", spellcheck="false", inputmode="email")

    def show(self, invitation: Invitation) -> str:
        """Describe what is set for `invitation`, and return it as the first value.

        On a site that sends no mail the field says so. It is disabled then, unless there is something to remove.
        """
        shown = shown_binding(invitation)
        if shown:
            self.help_text = CHANGED_HELP
        if not settings.DELIVERS_MAIL:
            self.help_text = NO_MAIL
            if not shown:
                # Not the field's own `disabled`: what is sent all the same is refused, and not left out.
                self.widget.attrs["disabled"] = True
        return shown


def clean_mail_to(form: forms.Form | forms.ModelForm) -> str:
    """Return the text in the field `mail_to` of `form`. Raises ValidationError as `read_binding`."""
    text: str = form.cleaned_data["mail_to"]
    if text != form.get_initial_for_field(form.fields["mail_to"], "mail_to"):
        read_binding(text)
    return text
