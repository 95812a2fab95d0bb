"""The screen about the languages of one page: which translations there are, and the form that makes others."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.models import Locale, Page

from video_pages.pages.models import VideoIndexPage
from video_pages.pages.protected import ProtectedPage
from video_pages.pages.translating import (
    make_missing_locales,
    may_translate,
    original_of,
    translate,
    untranslated_below,
)
from video_pages.pages.translation_publishing import PublishTranslationAction
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, editor_of
from video_pages.wagtail_admin.requests import EditorRequest

VIEW_NAME, TEXTS_NAME, REST_NAME = "page_translations", "translation_texts", "translation_rest"
PUBLISH = "publish"
"""The name of the buttons that publish a translation which was unpublished; its value is the code of the language."""
MOST_COPIES = 100
"""The most pages below a section that the form itself copies, those of all chosen languages together: some 5 s of work.

Of more, it makes the translation of the section, and the screen of the rest makes those below, in batches.
"""


class LocaleField(forms.ModelMultipleChoiceField):
    """Languages, by their names."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, locale: Locale) -> str:
        return str(dict(settings.LANGUAGES).get(locale.language_code, locale.language_code))


class TranslateForm(forms.Form):
    """The languages to translate a page into; for a section, whether all below it is translated too."""

    locales = LocaleField(label=gettext_lazy("Translate into"), queryset=Locale.objects.none())
    with_subtree = forms.BooleanField(
        label=gettext_lazy("With all films and sections in it"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "They show the texts of their originals until you write others. Films that are published here later are "
            "added by themselves."
        ),
    )

    def __init__(self, *args: Any, original: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        done = original.get_translations(inclusive=True)
        if not isinstance(original, ProtectedPage):
            done = done.filter(alias_of=None)  # an alias was made for a page below it, and has no texts of its own
        locales = cast(LocaleField, self.fields["locales"])
        locales.queryset = Locale.objects.exclude(pk__in=done.values("locale_id")).order_by("pk")
        if not isinstance(original, VideoIndexPage):
            del self.fields["with_subtree"]


class TranslationsView(StepsMixin, FormView):
    """Lists the translations of a page, and makes others for whoever may publish the original."""

    request: EditorRequest
    form_class = TranslateForm
    template_name = "video_pages/admin/translations/screen.html"
    page_title = gettext_lazy("Translations")
    header_icon = "globe"

    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, **kwargs: Any) -> HttpResponseBase:
        page = get_object_or_404(Page, pk=page_id).specific
        if not settings.WAGTAIL_I18N_ENABLED or page.is_root():
            raise Http404
        if not may_translate(page, request.user):
            raise PermissionDenied
        make_missing_locales(settings.PAGE_LANGUAGES)
        self.original = original_of(page)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.original.get_admin_display_title())

    def steps(self) -> list[Step]:
        return [editor_of(self.original)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "original": self.original}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if PUBLISH not in request.POST:
            return super().post(request, *args, **kwargs)
        code = request.POST[PUBLISH]
        found = self.original.get_translations().filter(locale__language_code=code, alias_of=self.original.pk)
        page = get_object_or_404(found)
        PublishTranslationAction(page, user=self.request.user).execute()
        if page.live:
            messages.success(request, _("The translation is published."))
        else:
            messages.success(request, _("The translation goes live once its original is published."))
        return redirect(VIEW_NAME, self.original.pk)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        locales = list(form.cleaned_data["locales"])
        wants_all = form.cleaned_data.get("with_subtree", False)
        is_little = wants_all and sum(self.count_left(locale) for locale in locales) <= MOST_COPIES
        made = [translate(self.original, each, user=self.request.user, with_subtree=is_little) for each in locales]
        if wants_all and not is_little:
            messages.success(self.request, _("The section has been translated. Now translate the films in it."))
            if len(locales) > 1:
                return redirect(VIEW_NAME, self.original.pk)
            return redirect(REST_NAME, self.original.pk, locales[0].language_code)
        if len(made) == 1:
            messages.success(self.request, _("The translation has been made. Write its texts here."))
            if made[0].alias_of_id:
                return redirect(TEXTS_NAME, self.original.pk, made[0].locale.language_code)
            return redirect("wagtailadmin_pages:edit", made[0].pk)
        messages.success(self.request, _("The translations have been made. Write their texts."))
        return redirect(VIEW_NAME, self.original.pk)

    def count_left(self, locale: Locale) -> int:
        """Return how many films and sections in this section have no translation in `locale`; 0 for other pages."""
        if not isinstance(self.original, VideoIndexPage):
            return 0
        return untranslated_below(self.original, locale).count()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        names = dict(settings.LANGUAGES)
        pages = self.original.get_translations(inclusive=True).select_related("locale").order_by("locale__pk")
        context.update(
            original=self.original,
            rows=[
                (
                    names.get(page.locale.language_code, page.locale.language_code),
                    page,
                    self.count_left(page.locale) if page.pk != self.original.pk else 0,
                )
                for page in pages
            ],
            can_translate=context["form"].fields["locales"].queryset.exists(),
            action_url=reverse(VIEW_NAME, args=(self.original.pk,)),
            submit_button_label=_("Translate"),
        )
        return context
