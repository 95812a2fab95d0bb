"""The field for tags: its input, and the sentence that says how a tag ends."""

from django import forms
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminTagWidget

from video_pages.core.typography import join_sentences

END_OF_TAG = _("A comma or the Enter key ends a tag.")


class TagInput(AdminTagWidget):
    """Wagtail's input for tags, without its sentence about quotation marks, which few languages have."""

    template_name = "django/forms/widgets/text.html"


def say_how_tags_end(form: forms.BaseForm) -> None:
    """Give the field `tags` of `form`, one of Wagtail's, if it has one, this template and its sentence."""
    field = form.fields.get("tags")
    if field is not None:
        field.widget.template_name = TagInput.template_name
        field.help_text = END_OF_TAG


def _tags_help(text: str | Promise) -> str:
    return join_sentences([text, END_OF_TAG])


tags_help = lazy(_tags_help, str)
"""`tags_help(gettext_lazy("…"))`: the help text of a field for tags: the given one, and how a tag ends."""
