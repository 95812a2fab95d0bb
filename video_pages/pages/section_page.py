"""VideoIndexPage: fields, panels, serve and context. The rules are in the packages that it calls."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.defaults import page_not_found, permission_denied
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from video_pages.access.decide import is_current, passes_restrictions
from video_pages.access.fields import KeptForeignKey
from video_pages.access.guard import SECTION, AccessState
from video_pages.access.invitations.typed import with_entrances
from video_pages.access.refusals import UnlockRefusal
from video_pages.access.responses import mark_for_all_strangers
from video_pages.access.visitor import visitor_of
from video_pages.core import clock
from video_pages.pages.context import address_of_earlier, section_context
from video_pages.pages.panels.access import AccessPanel
from video_pages.pages.panels.invitations import editor_tabs
from video_pages.pages.panels.order import ArrangePanel
from video_pages.pages.panels.programme import IntervalsPanel, ProgrammePanel
from video_pages.pages.panels.section_form import SectionForm
from video_pages.pages.panels.sessions import SessionsPanel
from video_pages.pages.protected import RICH_TEXT_FEATURES, ProtectedPage
from video_pages.pages.querysets import Order, VideoIndexPageManager


class VideoIndexPage(ProtectedPage, Page):
    """A section: lists the videos and sections below it; may carry a password for all of them."""

    intro = RichTextField(
        _("introduction"),
        blank=True,
        features=RICH_TEXT_FEATURES,
        help_text=_("Shown to everyone, also while the section is locked."),
    )

    # It decides who may upload, so it is not content: see access/fields.py. Empty: the collection of the section above.
    collection = KeptForeignKey(
        "wagtailcore.Collection", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    order = models.CharField(
        _("order of the films"),
        max_length=10,
        choices=Order.choices,
        default=Order.ARRANGED,
        db_default=Order.ARRANGED.value,
        help_text=_("Drag the films into order in the list of pages below this section."),
    )

    is_programme = models.BooleanField(
        _("this section is a programme"),
        default=False,
        db_default=False,
        help_text=_(
            "Its films have numbers and a total length, and play one after the other: at the end of each the next "
            "begins after eight seconds, or after an interval."
        ),
    )

    objects: ClassVar[Any] = VideoIndexPageManager()

    guard_kind = SECTION
    own_texts = (*ProtectedPage.own_texts, "intro")

    show_in_menus_default = True
    base_form_class = SectionForm
    content_panels = Page.content_panels + [
        FieldPanel("intro"),
        MultiFieldPanel([FieldPanel("order"), ArrangePanel()], heading=_("Order")),
        MultiFieldPanel([FieldPanel("is_programme"), IntervalsPanel(), ProgrammePanel()], heading=_("Programme")),
        AccessPanel(),
        SessionsPanel(),
    ]
    edit_handler = editor_tabs(content_panels, Page.promote_panels, Page.settings_panels, SectionForm)
    parent_page_types = ["home.HomePage", "video_pages.VideoIndexPage"]
    subpage_types = ["video_pages.VideoIndexPage", "video_pages.VideoPage"]
    page_description = _("A section of videos and of further sections. One password can open all of them.")

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def answer(self, request: HttpRequest, source: "VideoIndexPage", state: AccessState) -> HttpResponse:
        if not is_current(source.live, source.expire_at, clock.now()):
            return page_not_found(request, Http404())
        if self.alias_of_id and state.maybe_restricted and not passes_restrictions(source, visitor_of(request).user):
            return permission_denied(request, PermissionDenied())  # Wagtail has asked for the page itself alone
        state = with_entrances({source.pk: state}, clock.now())[source.pk]
        if self.is_shut_to(request, source, state):
            return self.with_status_of_window(self.render_section(request, state, is_shut=True), request, state.window)
        if request.method != "POST":
            address = address_of_earlier(self, request)
            return self.render_section(request, state) if address is None else HttpResponseRedirect(address)
        return self.answer_attempt(
            request,
            source,
            guard=state.guard,
            reach=state.reach,
            refused=lambda refusal: self.render_section(request, state, refusal),
        )

    def render_section(
        self,
        request: HttpRequest,
        state: AccessState,
        refusal: UnlockRefusal | None = None,
        *,
        is_shut: bool = False,
    ) -> HttpResponse:
        """Render the section for this browser; `refusal` is the reason why an attempt at its password failed.

        `is_shut` says that its window keeps the visitor out.
        """
        context = self.get_context(request, state=state, is_shut=is_shut, refusal=refusal)
        response = TemplateResponse(request, self.get_template(request), context)
        # Without a guard there is no form, and the cards are those of a browser that has unlocked nothing.
        return mark_for_all_strangers(response) if state.guard is None and not is_shut else response

    def get_context(
        self,
        request: HttpRequest,
        *args: Any,
        state: AccessState | None = None,
        is_shut: bool = False,
        refusal: UnlockRefusal | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context.update(section_context(self, request, state=state, is_shut=is_shut, refusal=refusal))
        return context
