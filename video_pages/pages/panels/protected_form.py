"""The form of every page in Wagtail's editor, sent to save, to autosave and to preview: it takes nothing of others.

A page gives its editors what it shows. Choosers and permissions alone do not keep anybody from posting any id.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.fields import RichTextField
from wagtail.images import get_image_model
from wagtail.models import Page

from video_pages.pages.image_permissions import images_visible_to
from video_pages.pages.permissions import hidden

NOT_YOUR_IMAGE = _("You may not use the image that was chosen. Choose another one, or upload it yourself.")
NOT_YOUR_LINK = _(
    "Links to pages that you do not see have been taken out of the text; all others are still there. Look at it, and "
    "save again."
)
LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)
ANY_LINK = re.compile(r"<a\b[^>]*>|</a>")


class GuardedPageForm(WagtailAdminPageForm):
    """Takes only images and links that the page has already, or that the editor may be told of."""

    def clean(self):
        cleaned = super().clean()
        for name in self.fields:
            value = cleaned.get(name)
            if isinstance(value, get_image_model()):
                self._check_image(name, value)
            elif value and isinstance(self._model_field(name), RichTextField):
                self._check_links(name, value)
        return cleaned

    def has_already(self, name, value):
        """True if the page in the database or one of its revisions has `value` in this field.

        What was posted does not count.

        Revisions are asked because the editor works on the latest draft, in which somebody else may have put
        something that is theirs, and may go back to an older one.
        """
        page = self.instance
        if page.pk is None:
            return False
        in_row = type(page).objects.filter(pk=page.pk, **{name: value})
        return in_row.exists() or page.revisions.filter(**{f"content__{name}": value.pk}).exists()

    def put_back(self, name, value):
        """Have the form, shown again, hold `value` in a field: what was posted would tell of what it names."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value

    def _model_field(self, name):
        return next((field for field in self._meta.model._meta.get_fields() if field.name == name), None)

    def _check_image(self, name, image):
        if images_visible_to(self.for_user).filter(pk=image.pk).exists() or self.has_already(name, image):
            return
        self.put_back(name, self.get_initial_for_field(self.fields[name], name) or "")
        self.add_error(name, ValidationError(NOT_YOUR_IMAGE, code="not_yours"))

    def _check_links(self, name, html):
        field = self._model_field(name)
        had = _linked(field, self.get_initial_for_field(self.fields[name], name) or "")
        new = _linked(field, html) - had
        foreign = set(hidden(self.for_user).filter(pk__in=new).values_list("pk", flat=True)) if new else set()
        if not foreign:
            return

        def without_foreign(link):
            return link[1] if _linked(field, link[0]) & foreign else link[0]

        kept = LINK.sub(without_foreign, html)
        if _linked(field, kept) & foreign:  # marked up as no editor does it: better no link than a page's name
            kept = ANY_LINK.sub("", html)
        self.put_back(name, self.fields[name].widget.format_value(kept))
        self.add_error(name, ValidationError(NOT_YOUR_LINK, code="not_yours"))


def _linked(field, html):
    """The ids of the pages that a text links to."""
    return {int(pk) for model, pk, *_paths in field.extract_references(html) if issubclass(model, Page)}
