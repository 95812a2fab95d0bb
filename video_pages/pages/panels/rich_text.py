"""The field for rich text in all forms of the admin, which accepts any text that is posted: a rich text or an error.

The setting WAGTAILADMIN_RICH_TEXT_EDITORS names the widget.
"""

from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from draftjs_exporter.error import ExporterException
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.fields import RichTextField
from wagtail.rich_text import get_text_for_indexing

from video_pages.pages.panels.content_state import UNREADABLE, UnreadableContentState, read_content_state
from video_pages.pages.rich_text import without_unreadable_links

ERROR_MESSAGES = {
    "null_characters_not_allowed": _("This text could not be read. Open the form again, and type it once more.")
}
"""The messages of a form field with this widget."""


class CheckedRichTextArea(DraftailRichTextArea):
    """Wagtail's editor, which reads any posted value and any stored text without an exception."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        posted = data.get(name)
        if posted is None:
            return None
        try:
            html: str = self.converter.exporter.render(read_content_state(posted))
            html.encode()  # JSON can hold half of a surrogate pair; a database can't
        except (UnreadableContentState, ExporterException, UnicodeEncodeError):
            return UNREADABLE
        except (AttributeError, LookupError, TypeError, ValueError):
            return UNREADABLE  # each feature reads the data of its entities, and trusts them
        return UNREADABLE if UNREADABLE in html else html

    def format_value(self, value: str | None) -> str:
        html = "" if value is None or UNREADABLE in value else without_unreadable_links(value)
        try:
            return super().format_value(html)
        except (AssertionError, AttributeError, LookupError, ValueError):
            # Tags that Wagtail does not write, such as <li> without a list: the words are shown.
            return super().format_value(f"<p>{escape(get_text_for_indexing(html))}</p>")


def register_messages() -> None:
    """Give the fields for rich text in Wagtail's forms their messages; called once, before a form is made."""
    register_form_field_override(RichTextField, override={"error_messages": ERROR_MESSAGES})
