"""The form of every page in Wagtail's editor, for saving, autosaving and previewing.

A page shows its content to its editors. Choosers check permissions, but an editor can post any id: so this form refuses
images and links that the editor may not see.
"""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.fields import RichTextField
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from video_pages.pages.image_permissions import images_visible_to
from video_pages.pages.permissions import hidden_pages

FOREIGN_IMAGE = _("You may not use the image that was chosen. Choose another one, or upload it yourself.")
FOREIGN_LINK = _(
    "Links to pages that you do not see have been taken out of the text; all others are still there. Look at it, and "
    "save again."
)
LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)
ANY_LINK = re.compile(r"<a\b[^>]*>|</a>")


class ProtectedPageForm(WagtailAdminPageForm):
    """Accepts only images and links that the page has already, or that the editor may see."""

    data: QueryDict

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.fields:
            value = cleaned.get(name)
            if isinstance(value, get_image_model()):
                self._check_image(name, value)
            elif value and isinstance(self._model_field(name), RichTextField):
                self._check_links(name, value)
        return cleaned

    def has_saved_value(self, name: str, value: Model) -> bool:
        """True if the page in the database, or one of its revisions, has `value` in the field `name`.

        Posted values do not count. Revisions count because the editor works on the latest draft, where another editor
        may have chosen an object of their own, and may return to an older revision.
        """
        page = self.instance
        if page.pk is None:
            return False
        in_row = type(page).objects.filter(pk=page.pk, **{name: value})
        return in_row.exists() or page.revisions.filter(**{f"content__{name}": value.pk}).exists()

    def restore_value(self, name: str, value: Any) -> None:
        """Set `value` as the posted value of a field, so that the form, shown again, reveals no foreign title."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value

    def _model_field(self, name: str) -> Any:
        return next((field for field in self._meta.model._meta.get_fields() if field.name == name), None)

    def _check_image(self, name: str, image: AbstractImage) -> None:
        if images_visible_to(self.for_user).filter(pk=image.pk).exists() or self.has_saved_value(name, image):
            return
        self.restore_value(name, self.get_initial_for_field(self.fields[name], name) or "")
        self.add_error(name, ValidationError(FOREIGN_IMAGE, code="not_yours"))

    def _check_links(self, name: str, html: str) -> None:
        field = self._model_field(name)
        had = _linked(field, self.get_initial_for_field(self.fields[name], name) or "")
        new = _linked(field, html) - had
        foreign = set(hidden_pages(self.for_user).filter(pk__in=new).values_list("pk", flat=True)) if new else set()
        if not foreign:
            return

        def without_foreign(link: re.Match[str]) -> str:
            return link[1] if _linked(field, link[0]) & foreign else link[0]

        kept = LINK.sub(without_foreign, html)
        if _linked(field, kept) & foreign:  # unusual markup: drop all links rather than reveal a title
            kept = ANY_LINK.sub("", html)
        self.restore_value(name, self.fields[name].widget.format_value(kept))
        self.add_error(name, ValidationError(FOREIGN_LINK, code="not_yours"))


def _linked(field: RichTextField, html: str) -> set[int]:
    """Return the ids of the pages that a text links to."""
    return {int(pk) for model, pk, *_paths in field.extract_references(html) if issubclass(model, Page)}
