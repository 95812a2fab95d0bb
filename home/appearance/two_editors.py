"""The changes of two editors of the settings of a site, made at the same time: the form keeps those of both.

The form holds digests of the values that its editor has read. A field that this editor has not changed keeps the value
that the row has by now; a field that both have changed is shown with both values, and nothing is saved.
"""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from home.appearance import site_texts_panel
from home.drawings.fields import DrawingField, Uploaded
from video_pages.core.typography import join_list
from video_pages.pages.changed_meanwhile import CHANGED, CHANGED_MEANWHILE
from video_pages.pages.panels.own_images import OwnImagesForm
from video_pages.pages.translated_texts import digest_of

READ = "read"
DRAWINGS = {"drawing": "logo_drawing", "drawing_by_night": "logo_drawing_by_night"}
"""{field of the form: column of the settings} of the logos as SVG."""
CHANGED_DRAWING = _(
    "Somebody has changed this meanwhile: what is saved now is shown here. If yours shall replace it, choose it again."
)


def value_of(settings: Any, name: str) -> Any:
    """Return the value that the row `settings` has for the field `name` of the form."""
    if name in DRAWINGS:
        return getattr(settings, f"{DRAWINGS[name]}_id")
    text = site_texts_panel.code_and_column(name)
    if text is not None:
        code, column = text
        return settings.translated_words.get(code, {}).get(column, "")
    return settings._meta.get_field(name).value_from_object(settings)


def digest(value: Any) -> str:
    """Return the digest of a value of the form or of a column; a row stands for its id."""
    return digest_of("" if value is None else str(getattr(value, "pk", value)).strip())


def digests_of(form: Any, settings: Any) -> dict[str, str]:
    """Return {field: digest} of the values that the row `settings` has for the fields of `form`."""
    return {name: digest(value_of(settings, name)) for name in form.fields if name != READ}


class TwoEditorsForm(OwnImagesForm):
    """A form of the settings that keeps the changes of another editor."""

    changed_here: frozenset[str] = frozenset()
    """The fields that this editor has changed; known once the form is cleaned."""
    read = forms.JSONField(required=False, widget=forms.HiddenInput)

    def set_read(self) -> None:
        """Write into the new form what its editor reads."""
        self.initial[READ] = digests_of(self, self.instance)

    def clean(self) -> dict[str, Any]:
        self._merge()
        return super().clean()

    def merge_columns(self) -> Any:
        """Lock the row, give the instance its columns that this editor has not changed, and return the row.

        Requires a transaction. Another editor may have saved since the form was cleaned.
        """
        now = type(self.instance)._default_manager.select_for_update().get(pk=self.instance.pk)
        names = [name for name in self._meta.fields if name not in DRAWINGS and name not in self.changed_here]
        for attname in [self.instance._meta.get_field(name).attname for name in names]:
            setattr(self.instance, attname, getattr(now, attname))
        for column in DRAWINGS.values():
            setattr(self.instance, f"{column}_id", getattr(now, f"{column}_id"))
        return now

    def _merge(self) -> None:
        """Set `changed_here`; other fields get the present values, and fields that both have changed an error."""
        given = self.cleaned_data.get(READ)
        read = {**digests_of(self, self.instance), **(given if isinstance(given, dict) else {})}
        now = type(self.instance)._default_manager.get(pk=self.instance.pk)
        names = [name for name in self.cleaned_data if name != READ]
        self.changed_here = frozenset(name for name in names if self._is_changed(name, read.get(name)))
        present = {name: digest(value_of(now, name)) for name in names}
        in_conflict = False
        for name in [name for name in names if present[name] != read.get(name)]:
            if name not in self.changed_here:
                self._take(name, now)
            elif not self._is(name, present[name]):
                in_conflict = True
                self._show_both(name, now)
        if in_conflict:
            self.set_posted_value(READ, json.dumps({**read, **present}))
            self.add_error(None, ValidationError(CHANGED_MEANWHILE, code="changed_meanwhile"))

    def _is_changed(self, name: str, read: str | None) -> bool:
        value = self.cleaned_data[name]
        if isinstance(self.fields[name], DrawingField):
            return value is False or isinstance(value, Uploaded)
        return digest(value) != read

    def _is(self, name: str, present: str) -> bool:
        value = self.cleaned_data[name]
        if isinstance(self.fields[name], DrawingField):
            return value is False and present == digest(None)
        return digest(value) == present

    def _take(self, name: str, now: Any) -> None:
        """Give the field `name`, which this editor has not changed, the value of the row `now`."""
        if name in DRAWINGS:
            self.initial[name] = getattr(now, DRAWINGS[name])
            return
        is_column = site_texts_panel.code_and_column(name) is None
        self.cleaned_data[name] = getattr(now, name) if is_column else value_of(now, name)
        value = value_of(now, name)
        self.set_posted_value(name, "" if value is None else value)
        if name == "languages":
            self.data.setlist(self.add_prefix(name), value.split())

    def _show_both(self, name: str, now: Any) -> None:
        """Say beside the field `name` what another editor has saved in the row `now`."""
        if name in DRAWINGS:
            self.initial[name] = getattr(now, DRAWINGS[name])
            self.add_error(name, ValidationError(CHANGED_DRAWING, code="changed"))
            return
        text = self._text_of(name, now)
        self.add_error(name, ValidationError(CHANGED, code="changed", params={"text": text}))

    def _text_of(self, name: str, now: Any) -> str:
        value = value_of(now, name) if site_texts_panel.code_and_column(name) else getattr(now, name)
        choices = dict(getattr(self.fields[name], "choices", ()) or ()) if isinstance(value, str) else {}
        codes = value.split() if name == "languages" else [value]
        return join_list(choices.get(code, "" if code is None else code) for code in codes)
