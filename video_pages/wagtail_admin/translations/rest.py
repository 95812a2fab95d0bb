"""Translate what is left in a translated section: films and sections without a translation, in batches.

The script of bulk actions sends the batches and shows the progress. Each batch stays; after a break, of the line or of
the server, the screen offers what is left. Without the script, one POST makes as many as its time limit allows.
"""

import time
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.forms import Form, Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View
from wagtail.admin import messages
from wagtail.models import Locale, Page

from video_pages.core.scripts import module_script
from video_pages.library.languages import translated_language_name
from video_pages.pages.models import VideoIndexPage
from video_pages.pages.translating import SLICE, may_translate, original_of, translate_some, untranslated_below
from video_pages.wagtail_admin.bulk.base import SECONDS_WITHOUT_SCRIPT
from video_pages.wagtail_admin.bulk.confirmation import MOST_TITLES, more_forms
from video_pages.wagtail_admin.bulk.results import BULK_CSS
from video_pages.wagtail_admin.bulk.selection import IDS_FIELD, chosen_ids
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.translations.screen import VIEW_NAME
from video_pages.wagtail_admin.xhr import is_xhr


class RestView(View):
    """Shows the pages of a section that have no translation in one language, and translates them."""

    request: EditorRequest
    http_method_names = ["get", "head", "post"]
    # Attributes that the template of bulk actions asks of its view.
    batch_size = SLICE
    ids_field = IDS_FIELD
    list_header = ""
    button_classes = ""
    yes = gettext_lazy("Translate")

    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, code: str, **kwargs: Any) -> HttpResponseBase:
        self.section = original_of(get_object_or_404(VideoIndexPage, pk=page_id))
        if not settings.WAGTAIL_I18N_ENABLED:
            raise Http404
        if not may_translate(self.section, request.user):
            raise PermissionDenied
        self.locale = get_object_or_404(Locale, language_code=code)
        if not self.section.has_translation(self.locale):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: EditorRequest) -> HttpResponse:
        pages = untranslated_below(self.section, self.locale)
        ids = list(pages.values_list("pk", flat=True))
        context = {
            "view": self,
            "form": Form(),
            "heading": self.heading,
            "question": self.question(len(ids)) if ids else "",
            "notes": [_("They show the texts of their originals until you write others.")],
            "titles": [page.get_admin_display_title() for page in pages[:MOST_TITLES]],
            "more_titles": max(0, len(ids) - MOST_TITLES),
            "count": len(ids),
            "summary": self.summary(len(ids)),
            "ids": " ".join(map(str, ids)),
            "more_forms": more_forms(),
            "next": self.next_url,
            "media": Media(css={"all": [BULK_CSS]}, js=[module_script("video_pages/js/bulk_batches.js")]),
        }
        if not ids:
            messages.success(request, _("All films and sections in it are translated."))
            return redirect(self.next_url)
        return TemplateResponse(request, "video_pages/admin/bulk/confirm.html", context)

    def post(self, request: EditorRequest) -> HttpResponse:
        ids = chosen_ids(request, VideoIndexPage)
        if not is_xhr(request):
            return self.translate_in_time(ids)
        if len(ids) > self.batch_size:
            return HttpResponseBadRequest(_("These are too many at once."))
        translate_some(self.section, ids, self.locale)
        # A page that another request has translated, or that was deleted, is done as well; one elsewhere is not.
        pages = Page.objects.filter(pk__in=ids)
        elsewhere = set(pages.exclude(path__startswith=self.section.path).values_list("pk", flat=True))
        done = [pk for pk in ids if pk not in elsewhere]
        left_out = [{"title": "", "reason": _("It is no longer there.")} for _pk in elsewhere]
        return JsonResponse({"done": done, "again": [], "leftOut": left_out, "remarks": [], "lines": []})

    def translate_in_time(self, ids: list[int]) -> HttpResponse:
        """Translate as many of `ids` as the time for one request allows, and show what is left."""
        until = time.monotonic() + SECONDS_WITHOUT_SCRIPT
        for first in range(0, len(ids), SLICE):
            if time.monotonic() > until:
                break
            translate_some(self.section, ids[first : first + SLICE], self.locale)
        return redirect(self.request.path)

    @property
    def heading(self) -> str:
        return _("Translate “%(title)s”: %(language)s") % {
            "title": self.section.get_admin_display_title(),
            "language": translated_language_name(self.locale.language_code),
        }

    @property
    def next_url(self) -> str:
        return reverse(VIEW_NAME, args=(self.section.pk,))

    def summary(self, count: int) -> str:
        """Return the heading of the list of `count` pages."""
        return ngettext("%(count)d film or section", "%(count)d films and sections", count) % {"count": count}

    def question(self, count: int) -> str:
        """Return the sentence that says what the button does to `count` pages."""
        return ngettext(
            "%(count)d film or section in it is not translated yet.",
            "%(count)d films and sections in it are not translated yet.",
            count,
        ) % {"count": count}
