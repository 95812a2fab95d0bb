"""HomePage: the page at `/`."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.images import get_image_model_string
from wagtail.models import Page

from home.blocks.content import NEWEST
from home.pages.blocks_page import BlocksPage
from video_pages.access.listed import viewer_of
from video_pages.core.all_languages import for_reader, reader_language
from video_pages.pages.cards import cards_for
from video_pages.pages.list_queries import newest_videos
from video_pages.pages.models import VideoIndexPage
from video_pages.pages.navigation import HOME_TITLE

DEFAULT_HEADLINE = _("Shown to the right people, and *nobody else.*")
DEFAULT_INTRO = _("Films, lectures and cuts in progress. Each opens with its own password.")


class HomePage(BlocksPage):
    """The page at `/`. Without blocks it has a headline, an image, a link to the videos and the newest videos."""

    headline = models.CharField(
        _("headline"),
        max_length=120,
        default=DEFAULT_HEADLINE,
        help_text=_("One sentence in large letters. Words between *asterisks* are set in italics."),
    )
    intro = models.TextField(
        _("introduction"),
        blank=True,
        default=DEFAULT_INTRO,
        help_text=_("One or two sentences under the headline."),
    )
    screen_image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("picture on the screen"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown to everyone. Without one, the screen shows the newest film as its card does."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel(
            "body",
            help_text=_("Without blocks, the page has the words and the picture below, and the newest films."),
        ),
        MultiFieldPanel(
            [FieldPanel("headline"), FieldPanel("intro"), FieldPanel("screen_image")],
            heading=_("Words and picture without blocks"),
        ),
    ]

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["video_pages.VideoIndexPage", "home.OrdinaryPage"]

    class Meta:
        verbose_name = _("home page")

    @property
    def title_for_reader(self) -> str:
        """The title; in the reader's language, if the owner has left it as it was made."""
        return for_reader(self.title, HOME_TITLE)

    @property
    def headline_for_reader(self) -> str:
        """The headline, likewise."""
        return for_reader(self.headline, DEFAULT_HEADLINE)

    @property
    def intro_for_reader(self) -> str:
        """The introduction, likewise."""
        return for_reader(self.intro, DEFAULT_INTRO)

    @property
    def title_language(self) -> str:
        """The language of `title_for_reader` if it is another one than that of the screen, else ""."""
        return reader_language(self.title, HOME_TITLE)

    @property
    def headline_language(self) -> str:
        """The language of the headline, likewise."""
        return reader_language(self.headline, DEFAULT_HEADLINE)

    @property
    def intro_language(self) -> str:
        """The language of the introduction, likewise."""
        return reader_language(self.intro, DEFAULT_INTRO)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        if self.body:
            return context
        viewer = viewer_of(request)
        cards = cards_for(newest_videos(self, viewer, NEWEST), request=request)
        section = VideoIndexPage.objects.child_of(self).listed_to(viewer).order_by("path").first()
        context.update(
            newest=cards,
            screen_card=next((card for card in cards if card.has_picture), None),
            videos_url=section.get_url(request) if section else "",
        )
        return context
