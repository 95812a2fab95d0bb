"""The form of an object with images, in Wagtail's admin: refuses images that the editor may not use."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.images import get_image_model

from video_pages.pages.foreign_content import is_foreign, saved_values

FOREIGN_IMAGE = _("You may not use the image that was chosen. Choose another one, or upload it yourself.")


class OwnImagesForm(WagtailAdminModelForm):
    """Accepts only images that the object has already, or that the editor may use."""

    data: QueryDict

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.fields:
            value = cleaned.get(name)
            if isinstance(value, get_image_model()) and is_foreign(self.instance, name, value, self.for_user):
                self.restore_value(name)
                self.add_error(name, ValidationError(FOREIGN_IMAGE, code="not_yours"))
        return cleaned

    def restore_value(self, name: str) -> None:
        """Set what the object has as the posted value of a field, so that the form, shown again, reveals no title."""
        self.set_posted_value(name, next(reversed(saved_values(self.instance, name)), None) or "")

    def set_posted_value(self, name: str, value: Any) -> None:
        """Set `value` as the posted value of a field."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value
