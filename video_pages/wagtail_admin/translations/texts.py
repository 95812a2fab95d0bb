"""The form with the texts of a translated video or section. Everything else is that of its original.

A translation has no drafts: what is saved shows at once, so the right to publish the original is needed.
"""

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import HiddenInput, JSONField, ModelForm, modelform_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.fields import RichTextField
from wagtail.rich_text import get_text_for_indexing

from video_pages.access.responses import keep_out_of_caches
from video_pages.library.languages import translated_language_name
from video_pages.pages.changed_meanwhile import CHANGED, CHANGED_MEANWHILE, TAKEN_OVER
from video_pages.pages.foreign_content import foreign_links, saved_values
from video_pages.pages.panels.own_images import OwnImagesForm
from video_pages.pages.panels.protected_form import FOREIGN_LINK
from video_pages.pages.rich_text import without_links
from video_pages.pages.translated_texts import SetTextsAction, TextsChanged, digest_of, digests_of
from video_pages.pages.translating import may_translate
from video_pages.pages.translation_publishing import PublishTranslationAction
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, editor_of
from video_pages.wagtail_admin.protected_pages import get_protected_page
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.translations.screen import PUBLISH, TEXTS_NAME, VIEW_NAME

READ = "read"


def saved_message(page: Any) -> str:
    """Return the sentence that says who sees the saved texts of the translation `page`."""
    if page.live:
        return _("Saved. Visitors see these texts now.")
    if page.is_withdrawn:
        return _("Saved. Visitors see these texts once you publish the translation.")
    return _("Saved. Visitors see these texts once the original is published.")


class TextsForm(OwnImagesForm):
    """Accepts only links to pages that the translation has already, or that the editor may see.

    `read` holds the digests of the texts that the editor has read, by their names; see `show_changes`.
    """

    read = JSONField(required=False, widget=HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name in self._meta.fields:
            if not isinstance(self._meta.model._meta.get_field(name), RichTextField) or not cleaned.get(name):
                continue
            foreign = foreign_links(cleaned[name], self.for_user, saved=saved_values(self.instance, name))
            if foreign:
                self.set_posted_value(
                    name, self.fields[name].widget.format_value(without_links(cleaned[name], foreign))
                )
                self.add_error(name, ValidationError(FOREIGN_LINK, code="not_yours"))
        return cleaned

    @property
    def texts(self) -> dict[str, str]:
        """The texts of a valid form, by their names."""
        return {name: text for name, text in self.cleaned_data.items() if name != READ}

    @property
    def digests(self) -> dict[str, str]:
        """The digests of the texts that the editor has read; {} for a form without them, which is an old one."""
        read = self.cleaned_data[READ]
        return read if isinstance(read, dict) else {}

    def show_changes(self, page: Any) -> None:
        """Have the valid form, shown again, say what others have saved in `page`, and keep what the editor typed.

        A text that this editor has not touched becomes the saved one, so that the next save does not undo it.
        """
        texts, read, saved = self.texts, self.digests, digests_of(page, self.texts)
        for name, text in texts.items():
            if saved[name] in (read.get(name), digest_of(text)):
                continue
            now, is_rich = getattr(page, name), isinstance(page._meta.get_field(name), RichTextField)
            if digest_of(text) == read.get(name):
                self.set_posted_value(name, self.fields[name].widget.format_value(now))
                self.add_error(name, ValidationError(TAKEN_OVER, code="taken_over"))
            else:
                words = get_text_for_indexing(now).strip() if is_rich else now
                self.add_error(name, ValidationError(CHANGED, code="changed", params={"text": words}))
        self.set_posted_value(READ, json.dumps(saved))
        self.add_error(None, ValidationError(CHANGED_MEANWHILE, code="changed_meanwhile"))

    def show_refusal(self, error: ValidationError) -> None:
        """Have the valid form, shown again with what was typed, say why the page refused it when it was saved."""
        for name, errors in error.update_error_dict({}).items():
            self.add_error(name if name in self.fields else None, errors)


class TextsView(StepsMixin, FormView):
    """Shows and changes the texts of a translation, beside those of its original."""

    request: EditorRequest
    template_name = "video_pages/admin/translations/texts.html"
    page_title = gettext_lazy("Texts of the translation")
    header_icon = "globe"

    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, code: str, **kwargs: Any) -> HttpResponseBase:
        # The address names the original: its editors do not see the page tree of the other language.
        self.source: Any = get_protected_page(page_id).source
        if not settings.WAGTAIL_I18N_ENABLED:
            raise Http404
        if not may_translate(self.source, request.user):
            raise PermissionDenied
        found = type(self.source).objects.filter(alias_of=self.source, locale__language_code=code)
        self.page: Any = get_object_or_404(found.exclude(locale=self.source.locale_id).select_related("locale"))
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def steps(self) -> list[Step]:
        return [editor_of(self.source), {"url": reverse(VIEW_NAME, args=(self.source.pk,)), "label": _("Translations")}]

    def get_breadcrumbs_items(self) -> list[Step]:
        *steps, here = super().get_breadcrumbs_items()
        return [*steps, {**here, "label": self.language}]

    @property
    def language(self) -> str:
        """The name of the language by itself, as the list of translations has it."""
        code = self.page.locale.language_code
        return str(dict(settings.LANGUAGES).get(code, code))

    @property
    def text_names(self) -> list[str]:
        """The names of the texts that the form has."""
        return ["title", "slug", *(name for name in self.page.own_texts if name != "title")]

    def get_form_class(self) -> type[ModelForm]:
        return modelform_factory(type(self.page), form=TextsForm, fields=self.text_names)

    def get_form_kwargs(self) -> dict[str, Any]:
        initial = {READ: digests_of(self.page, self.text_names)}
        return {**super().get_form_kwargs(), "instance": self.page, "for_user": self.request.user, "initial": initial}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            SetTextsAction(self.page, form.texts, read=form.digests, user=self.request.user).execute()
        except TextsChanged as changed:
            form.show_changes(changed.page)
            return self.form_invalid(form)
        except ValidationError as error:
            # Of the page as it is saved, such as a slug that another page has got since the form was checked.
            form.show_refusal(error)
            return self.form_invalid(form)
        if PUBLISH in self.request.POST:
            PublishTranslationAction(self.page, user=self.request.user).execute()
        messages.success(self.request, saved_message(self.page))
        return redirect(VIEW_NAME, self.source.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        source = self.source
        text = source.description if "description" in self.page.own_texts else source.intro
        context.update(
            page=self.page,
            source=source,
            source_text=text,
            language=translated_language_name(self.page.locale.language_code),
            media=context["form"].media,
            action_url=reverse(TEXTS_NAME, args=(source.pk, self.page.locale.language_code)),
            submit_button_label=_("Save texts"),
        )
        return context
