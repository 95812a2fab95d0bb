"""VideoPage: fields, panels, serve and context. The rules are in the packages that it calls."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.defaults import page_not_found, permission_denied
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index
from wagtailmedia.edit_handlers import MediaChooserPanel

from video_pages.access.decide import Reason, Verdict, decide, may_edit
from video_pages.access.fields import KeptBooleanField, KeptPositiveIntegerField, KeptUUIDField
from video_pages.access.guard import VIDEO, AccessState, access_states
from video_pages.access.invitations.endings import reason_of_locked_page
from video_pages.access.invitations.typed import with_entrances
from video_pages.access.listed import viewer_of
from video_pages.access.refusals import UnlockRefusal
from video_pages.access.responses import keep_out_of_caches
from video_pages.access.visitor import visitor_of
from video_pages.core import clock
from video_pages.pages.compressed import compressed
from video_pages.pages.context import locked_context, player_context
from video_pages.pages.downloads import downloads_for
from video_pages.pages.film_facts import FilmFacts, FilmFactsPanel, facts_of
from video_pages.pages.navigation import breadcrumbs, is_listed, neighbours, section_of, visible_ancestors
from video_pages.pages.panels.access import AccessPanel
from video_pages.pages.panels.embed import EmbedPanel
from video_pages.pages.panels.image import ImagePanel
from video_pages.pages.panels.invitations import editor_tabs
from video_pages.pages.panels.processing import ProcessingPanel
from video_pages.pages.panels.sessions import SessionsPanel
from video_pages.pages.panels.statistics import StatisticsPanel
from video_pages.pages.panels.tags import TagInput, tags_help
from video_pages.pages.panels.video import ChaptersPanel, PlayerPanel
from video_pages.pages.panels.video_form import VideoPageForm
from video_pages.pages.player_styles import allow_inline_styles
from video_pages.pages.programme import place_in_programme
from video_pages.pages.protected import RICH_TEXT_FEATURES, ProtectedPage
from video_pages.pages.querysets import VideoPageManager

EXPLAINED = (
    Reason.LOCKED,
    Reason.EXPIRED,
    Reason.INVITATION_OVER,
    Reason.USED_UP,
    Reason.OVER,
    Reason.NO_PASSWORD,
)
"""The reasons of a verdict that a locked page explains above its form."""


class VideoPageTag(TaggedItemBase):
    """A tag of a video."""

    content_object = ParentalKey("video_pages.VideoPage", on_delete=models.CASCADE, related_name="tagged_items")


class VideoPage(FilmFacts, ProtectedPage, Page):
    """A video as visitors and editors know it: a page that asks for a password at its address, then plays."""

    description = RichTextField(_("description"), blank=True, features=RICH_TEXT_FEATURES)
    show_description = models.BooleanField(
        _("show the description to everyone"),
        default=False,
        help_text=_("Otherwise it is part of the film: it shows only after the password."),
    )
    video_file = models.ForeignKey(
        "video_pages.VideoFile",
        verbose_name=_("video file"),
        null=True,
        blank=True,
        # A revision that points at a deleted file must still open; PROTECT would stop that.
        on_delete=models.SET_NULL,
        related_name="pages",
    )
    tags = ClusterTaggableManager(
        through="video_pages.VideoPageTag",
        blank=True,
        verbose_name=_("tags"),
        help_text=_("For finding videos in the admin; visitors don't see them."),
    )
    thumbnail = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("thumbnail"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A picture that everyone may see, also without the password. Without one, lists show a blur."),
    )
    uuid = KeptUUIDField(default=uuid.uuid4, unique=True)
    open_to_everyone = KeptBooleanField(default=False)
    views = KeptPositiveIntegerField(_("views"), default=0)
    publish_when_ready = KeptBooleanField(default=False)

    objects: ClassVar[Any] = VideoPageManager()

    guard_kind = VIDEO
    own_texts = (*ProtectedPage.own_texts, "description")
    # Relations that are read with the page, by its address or its uuid: every answer about a video needs its file.
    read_with = ("video_file",)

    # Titles only: a description found by search would be read without the password.
    search_fields = Page.search_fields + [index.FilterField("expire_at")]
    video_panels = [MediaChooserPanel("video_file", media_type="video"), ProcessingPanel(), PlayerPanel()]
    description_panels = [FieldPanel("description"), FieldPanel("show_description")]
    content_panels = Page.content_panels + [
        MultiFieldPanel(video_panels, heading=_("Video")),
        ImagePanel(),
        AccessPanel(),
        SessionsPanel(),
        MultiFieldPanel(description_panels, heading=_("Description")),
        FilmFactsPanel(),
        StatisticsPanel(),
        EmbedPanel(),
        ChaptersPanel(),
        FieldPanel("tags", widget=TagInput, help_text=tags_help(tags.help_text)),
    ]
    edit_handler = editor_tabs(content_panels, Page.promote_panels, Page.settings_panels, VideoPageForm)
    base_form_class = VideoPageForm
    parent_page_types = ["video_pages.VideoIndexPage"]
    subpage_types: list[str] = []
    template = "video_pages/video_page.html"
    locked_template = "video_pages/video_page_locked.html"
    page_description = _("One video, opened by its own password or by that of a section above it.")

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def answer(self, request: HttpRequest, source: "VideoPage", state: AccessState) -> HttpResponse:
        visitor, now = visitor_of(request), clock.now()
        if not source.open_to_everyone:
            state = with_entrances({source.pk: state}, now)[source.pk]
        verdict = decide(source, visitor.browser, visitor.user, now, state=state)
        if verdict.reason == Reason.NOT_LIVE:
            return page_not_found(request, Http404())
        if verdict.reason == Reason.RESTRICTED:
            return permission_denied(request, PermissionDenied())
        if verdict.reason in (Reason.NOT_YET, Reason.CLOSED):
            return self.with_status_of_window(self.render_locked(request, source, verdict), request, verdict.window)
        if request.method == "POST":
            return self.answer_attempt(
                request,
                source,
                guard=None if verdict.reason == Reason.OPEN else verdict.guard,
                reach=state.reach,
                refused=lambda refusal: self.render_locked(request, source, verdict, refusal),
            )
        if not verdict.allowed:
            return self.render_locked(request, source, verdict, reach=state.reach)
        response = TemplateResponse(request, self.get_template(request), self.get_context(request, verdict=verdict))
        return allow_inline_styles(request, compressed(request, response))

    def render_locked(
        self,
        request: HttpRequest,
        source: "VideoPage",
        verdict: Verdict,
        refusal: UnlockRefusal | None = None,
        *,
        reach: Sequence[int] = (),
    ) -> HttpResponse:
        """Render the page of a locked video: its title and a form, and no address of its files.

        Without a `refusal` the page says why former access has ended; `reach` is that of its AccessState.
        """
        if refusal is None and verdict.reason in EXPLAINED:
            is_expired, now = verdict.reason == Reason.EXPIRED, clock.now()
            visitor = visitor_of(request)
            refusal = reason_of_locked_page(
                source, visitor, verdict.guard, is_expired=is_expired, now=now, verdict=verdict, reach=reach
            )
        context = Page.get_context(self, request)
        above = visible_ancestors(self, viewer_of(request))
        context["breadcrumbs"] = breadcrumbs(above, request)
        context["noindex"] = True
        context["facts"] = facts_of(source, source.duration_seconds) if source.show_facts else []
        context.update(
            locked_context(
                source,
                request,
                guard=verdict.guard,
                window=verdict.window,
                refusal=refusal,
                section=section_of(self, above),
                named=above,
            )
        )
        if source.show_description:
            context["description"] = self.text_source.description
        return TemplateResponse(request, self.locked_template, context)

    @property
    def duration_seconds(self) -> float:
        """The duration of the video that visitors play; 0 without a file."""
        return self.video_file.duration if self.video_file else 0

    def get_context(self, request: HttpRequest, *args: Any, verdict: Verdict, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        viewer = viewer_of(request)
        above = visible_ancestors(self, viewer)
        section = section_of(self, above)
        previous, following = neighbours(self, section, viewer)
        context.update(player_context(self.source, verdict=verdict, section=section))
        context.update(
            breadcrumbs=breadcrumbs(above, request),
            description=self.text_source.description,
            downloads=downloads_for(self.source, verdict, visitor_of(request).user),
            previous_film=previous,
            next_film=following,
            facts=facts_of(self.source, self.source.duration_seconds),
            programme=place_in_programme(self, section, viewer),
            noindex=verdict.reason != Reason.OPEN or not is_listed(self, viewer),
        )
        return context

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show an editor the page. An alias of a page that they may not edit appears locked, as to visitors."""
        source = self.source
        if self.alias_of_id and not may_edit(source, request.user):
            guard = access_states([source])[source.pk].guard
            return keep_out_of_caches(self.render_locked(request, source, Verdict(False, Reason.LOCKED, guard=guard)))
        return allow_inline_styles(request, super().serve_preview(request, mode_name))

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Return the context of an editor's preview: the player with the file chosen in the form, saved or not."""
        context = Page.get_context(self, request)
        above = visible_ancestors(self, viewer_of(request))
        context.update(breadcrumbs=breadcrumbs(above, request), description=self.text_source.description)
        context["facts"] = facts_of(self.source, self.source.duration_seconds)
        context.update(
            player_context(
                self.source, verdict=Verdict(True, Reason.EDITOR), section=section_of(self, above), is_preview=True
            )
        )
        return context
