"""The form of a site's appearance and texts: limits of the texts, and the messages of refused ones."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from video_pages.pages.panels.own_images import OwnImagesForm

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
WEB = re.compile(r"https?://\S+")
TELEPHONE = re.compile(r"\+?[\d\s()/-]{5,30}")
COLOUR_MESSAGE = _("Write a colour as # and six digits or letters a to f.")


class SiteSettingsForm(OwnImagesForm):
    """Refuses a contact that pages cannot make a link of, a colour that is too long, and a logo of another section."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # With this attribute browsers cut a longer text without a word, and part of it would be saved.
        self.fields["colour"].widget.attrs.pop("maxlength", None)
        self.fields["colour"].error_messages["max_length"] = COLOUR_MESSAGE

    def clean_contact(self) -> str:
        contact = self.cleaned_data["contact"].strip()
        if contact and not any(pattern.fullmatch(contact) for pattern in (EMAIL, WEB, TELEPHONE)):
            message = _(
                "Write an email address, a telephone number or a web address that begins with https://. "
                "Other text belongs in “Text on the password page”."
            )
            self.add_error("contact", message)
        return contact
