"""The form with the texts of a translated video or section. Everything else is that of its original.

A translation has no drafts: what is saved shows at once, so the right to publish the original is needed.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import ModelForm, modelform_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.fields import RichTextField

from video_pages.access.responses import keep_out_of_caches
from video_pages.pages.foreign_content import foreign_links, saved_values
from video_pages.pages.panels.own_images import OwnImagesForm
from video_pages.pages.panels.protected_form import FOREIGN_LINK
from video_pages.pages.rich_text import without_links
from video_pages.pages.translating import SetTextsAction, may_translate
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, editor_of
from video_pages.wagtail_admin.protected_pages import get_protected_page
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.translations.screen import TEXTS_NAME, VIEW_NAME


class TextsForm(OwnImagesForm):
    """Accepts only links to pages that the translation has already, or that the editor may see."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name in self.fields:
            if not isinstance(self._meta.model._meta.get_field(name), RichTextField) or not cleaned.get(name):
                continue
            foreign = foreign_links(cleaned[name], self.for_user, saved=saved_values(self.instance, name))
            if foreign:
                self.set_posted_value(
                    name, self.fields[name].widget.format_value(without_links(cleaned[name], foreign))
                )
                self.add_error(name, ValidationError(FOREIGN_LINK, code="not_yours"))
        return cleaned


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
        code = self.page.locale.language_code
        return str(dict(settings.LANGUAGES).get(code, code))

    def get_form_class(self) -> type[ModelForm]:
        names = ["title", "slug", *(name for name in self.page.own_texts if name != "title")]
        return modelform_factory(type(self.page), form=TextsForm, fields=names)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.page, "for_user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        SetTextsAction(self.page, form.cleaned_data, user=self.request.user).execute()
        messages.success(self.request, _("Saved. Visitors see these texts now."))
        return redirect(VIEW_NAME, self.source.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        source = self.source
        text = source.description if "description" in self.page.own_texts else source.intro
        context.update(
            page=self.page,
            source=source,
            source_text=text,
            language=self.language,
            media=context["form"].media,
            action_url=reverse(TEXTS_NAME, args=(source.pk, self.page.locale.language_code)),
            submit_button_label=_("Save texts"),
        )
        return context
