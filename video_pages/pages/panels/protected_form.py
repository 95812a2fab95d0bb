"""The form of every page in Wagtail's editor, for saving, autosaving and previewing.

A page shows its content to its editors. Choosers check permissions, but an editor can post any id: so this form refuses
images and links that the editor may not see.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.fields import RichTextField, StreamField

from video_pages.pages.foreign_content import foreign_links, saved_values, without_foreign_blocks
from video_pages.pages.panels.content_state import UNREADABLE
from video_pages.pages.panels.own_images import OwnImagesForm
from video_pages.pages.rich_text import without_links

FOREIGN_LINK = _(
    "Links to pages that you do not see have been taken out of the text; all others are still there. Look at it, and "
    "save again."
)
FOREIGN_BLOCK = _(
    "Blocks with pages or images that you do not see have been taken out; all others are still there. Look at them, "
    "and save again."
)


class ProtectedPageForm(OwnImagesForm, WagtailAdminPageForm):
    """Accepts only images and links that the page has already, or that the editor may see."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.fields:
            value = cleaned.get(name)
            if isinstance(self._model_field(name), StreamField):
                self._check_blocks(name)
            elif value and isinstance(self._model_field(name), RichTextField):
                self._check_links(name, value)
            elif self[name].data == UNREADABLE:
                self._restore_text(name)
        return cleaned

    def _restore_text(self, name: str) -> None:
        # The form, shown again, would have an empty text: saved once more, the page would lose its own.
        saved = next(reversed(saved_values(self.instance, name)), None) or ""
        self.set_posted_value(name, self.fields[name].widget.format_value(saved))

    def _model_field(self, name: str) -> Any:
        return next((field for field in self._meta.model._meta.get_fields() if field.name == name), None)

    def _check_links(self, name: str, html: str) -> None:
        foreign = foreign_links(html, self.for_user, saved=saved_values(self.instance, name))
        if foreign:
            self.set_posted_value(name, self.fields[name].widget.format_value(without_links(html, foreign)))
            self.add_error(name, ValidationError(FOREIGN_LINK, code="not_yours"))

    def _check_blocks(self, name: str) -> None:
        # The posted value counts, also where another fault of the field leaves it without a cleaned value.
        posted = self[name].data
        kept = without_foreign_blocks(self.instance, name, posted, self.for_user)
        if kept is not posted:
            self.fields[name].bound_data = lambda _data, _initial: kept
            self.add_error(name, ValidationError(FOREIGN_BLOCK, code="not_yours"))
