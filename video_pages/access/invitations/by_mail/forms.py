"""The fields of the page that asks for a mail code."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from video_pages.access.invitations.by_mail.bindings import NO_ADDRESS, read_address

CODE_DIGITS = 6
BETWEEN = re.compile(r"[\s\u00ad\u2010-\u2015\u2212-]+")
"""What people and programs write between digits: blanks, hyphens and dashes."""
NOT_SIX_DIGITS = _("Type the six digits from the mail.")


class AddressForm(forms.Form):
    """The address that the code goes to; `email` is then in its one spelling."""

    email = forms.CharField(error_messages={"required": _("Write your email address.")}, max_length=320)

    def clean_email(self) -> str:
        try:
            return read_address(self.cleaned_data["email"])
        except ValidationError:
            raise ValidationError(NO_ADDRESS, code="invalid") from None


class CodeForm(forms.Form):
    """The code as it was typed or pasted; `code` is then its six digits."""

    code = forms.CharField(error_messages={"required": NOT_SIX_DIGITS}, max_length=50)

    def clean_code(self) -> str:
        typed = BETWEEN.sub("", self.cleaned_data["code"])
        # Keyboards of some languages write digits of their own.
        text = "".join(str(unicodedata.decimal(digit, digit)) for digit in typed)
        if not re.fullmatch(rf"[0-9]{{{CODE_DIGITS}}}", text):
            raise ValidationError(NOT_SIX_DIGITS, code="invalid")
        return text
