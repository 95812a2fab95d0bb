"""The form of a section in the page editor, for saving, autosaving and previewing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, BaseFormSet
from django.utils.translation import gettext_lazy as _

from video_pages.pages.panels.protected_form import ProtectedPageForm

SAME_VIDEO = _("There is an interval after film %(number)d already.")


class SectionForm(ProtectedPageForm):
    """Accepts one interval after each film of a programme."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "intervals" in self.formsets:
            self._check_intervals(self.formsets["intervals"])
        return cleaned

    def _check_intervals(self, formset: BaseFormSet[Any]) -> None:
        taken = set()
        for form in formset.forms:
            number = form.cleaned_data.get("after_film") if form.is_valid() else None
            if number is None or form.cleaned_data.get(DELETION_FIELD_NAME):
                continue
            if number in taken:
                error = ValidationError(SAME_VIDEO, code="same_film", params={"number": number})
                form.add_error("after_film", error)
            taken.add(number)
