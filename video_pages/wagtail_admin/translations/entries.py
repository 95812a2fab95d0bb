"""The entry "Translations" in the menus of a page, and the way from Wagtail's editor to the texts of a translation."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from video_pages.pages.protected import ProtectedPage
from video_pages.pages.translating import may_translate
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.translations.rest import RestView
from video_pages.wagtail_admin.translations.screen import REST_NAME, TEXTS_NAME, VIEW_NAME, TranslationsView
from video_pages.wagtail_admin.translations.texts import TextsView


def menu_buttons(
    page: Page, user: User | AnonymousUser, next_url: str | None = None, view_name: str | None = None
) -> Iterator[Button]:
    """Yield the entry in the menu of a page's row and header, on sites with pages in several languages."""
    if settings.WAGTAIL_I18N_ENABLED and not page.is_root() and may_translate(page, user):
        yield Button(_("Translations"), reverse(VIEW_NAME, args=(page.pk,)), icon_name="globe", priority=18)


def edit_texts(request: EditorRequest, page: Page) -> HttpResponse | None:
    """Lead from Wagtail's editor to the texts of a translated video or section; Wagtail's hook before the editor."""
    if isinstance(page, ProtectedPage) and page.is_translation and may_translate(page, request.user):
        return redirect(TEXTS_NAME, page.source.pk, page.locale.language_code)
    return None


def admin_urls() -> list[URLPattern | URLResolver]:
    return [
        path("translations/<int:page_id>/", TranslationsView.as_view(), name=VIEW_NAME),
        path("translations/<int:page_id>/<slug:code>/", TextsView.as_view(), name=TEXTS_NAME),
        path("translations/<int:page_id>/<slug:code>/rest/", RestView.as_view(), name=REST_NAME),
    ]
