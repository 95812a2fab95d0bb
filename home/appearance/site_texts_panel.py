"""The owner's words in further languages, in the settings of a site: fields of the form, and their panel."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.conf import settings
from wagtail.admin.panels import Panel

from home.appearance.site_texts import COLUMNS


def field_name(code: str, column: str) -> str:
    """Return the name of the field for `column` in the language `code`."""
    return f"texts_{code}_{column}"


def add_fields(form: Any) -> None:
    """Add a field to the `form` of a SiteSettings for each word in each further language of its site."""
    instance = form.instance
    for code in instance.offered_languages[1:]:
        written = instance.translated_words.get(code, {})
        for column in COLUMNS:
            field = instance._meta.get_field(column).formfield(required=False, help_text="")
            field.initial = written.get(column, "")
            field.widget.attrs |= {"lang": code, "placeholder": getattr(instance, column)}
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
            form.fields[field_name(code, column)] = field


def code_and_column(name: str) -> tuple[str, str] | None:
    """Return (code of the language, column) of the field `name`, None for a field of another kind."""
    code, _separator, column = name.removeprefix(field_name("", "")[:-1]).partition("_")
    return (code, column) if name == field_name(code, column) else None


def translated_texts_of(
    form: Any, present: Mapping[str, Mapping[str, str]], changed: Collection[str]
) -> dict[str, dict[str, str]]:
    """Return `translated_words`: the `present` ones with the fields `changed` as the valid `form` has them.

    Those of languages that it did not send stay as they are: a form that was opened before a language was added, or
    before an update renamed its fields, sends none of them.
    """
    found = {code: dict(texts) for code, texts in present.items()}
    for code in form.instance.offered_languages[1:]:
        names = {column: field_name(code, column) for column in COLUMNS}
        if any(form.add_prefix(name) in form.data for name in names.values()):
            texts = found.setdefault(code, {})
            for column, name in names.items():
                if name in changed:
                    texts[column] = (form.cleaned_data.get(name) or "").strip()
            found[code] = {column: text for column, text in texts.items() if text}
    return {code: texts for code, texts in found.items() if texts}


class TranslatedTextsPanel(Panel):
    """The fields that `add_fields` has made, a group for each language; not shown while the site has one language."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "home/admin/translated_texts.html"

        def is_shown(self) -> bool:
            """Return whether there are fields."""
            return bool(self._groups())

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            """Return the context with `groups`: [(code, name of the language in itself, its fields)]."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "groups": self._groups()}

        def _groups(self) -> list[tuple[str, str, list[Any]]]:
            names = dict(settings.LANGUAGES)
            return [
                (code, names[code], [self.form[field_name(code, column)] for column in COLUMNS])
                for code in self.instance.offered_languages[1:]
                if field_name(code, COLUMNS[0]) in self.form.fields
            ]
