"""The field in which editors type a new password. Write-only: no response contains the typed value."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from video_pages.access.passwords import MAX_LENGTH, MAX_TYPED, MIN_LENGTH, validate_password
from video_pages.core.lazy_texts import filled

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PASSWORD_LENGTHS = {"least": MIN_LENGTH, "most": MAX_LENGTH}
"""The values of the placeholders in help texts."""


class NewPasswordInput(forms.PasswordInput):
    """The input, with a button "Show" that `password_fields.js` unhides.

    Browsers and telephones neither fill it in nor change what is typed.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {
            "autocomplete": "new-password",
            "autocapitalize": "none",
            "spellcheck": "false",
            # Browsers count UTF-16 units and cut without a word. What is left of a longer text is refused.
            "maxlength": 2 * MAX_TYPED,
        }
        super().__init__(attrs={**own, **(attrs or {})}, render_value=False)

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Return the input and its button in a frame: a script that moves the input takes the focus from who types."""
        return format_html(
            '<div class="new-password">{}<button type="button" class="button button-secondary" data-show="{show}" '
            'data-hide="{}" data-show-label="{label}" data-hide-label="{}" aria-label="{label}" hidden>'
            "{show}</button></div>",
            super().render(name, value, attrs, renderer),
            _("Hide"),
            _("Hide the password"),
            show=_("Show"),
            label=_("Show the password"),
        )


class NewPasswordField(forms.CharField):
    """A new password, kept exactly as typed. `help_text` names its length as %(least)d and %(most)d."""

    def __init__(self, *, help_text: "_StrPromise", widget: forms.Widget | None = None, **kwargs: Any) -> None:
        super().__init__(
            strip=False,
            validators=[validate_password],
            help_text=filled(help_text, PASSWORD_LENGTHS),
            widget=widget or NewPasswordInput(),
            **kwargs,
        )
