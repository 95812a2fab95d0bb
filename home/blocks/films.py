"""Blocks of films and sections. They lead to the pages of these, which decide who may watch."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from video_pages.core.all_languages import for_reader, reader_language
from video_pages.core.typography import content_language

MOST_CHOSEN = 24
NEWEST_HEADING = _("Newest")
FILM, SECTION = "video_pages.VideoPage", "video_pages.VideoIndexPage"
LEFT_OUT = _("Films that lists do not show to a visitor are left out.")


class FeaturedFilmBlock(blocks.StructBlock):
    """One film, large, with a few words of its own. It leads to the page of the film."""

    film = blocks.PageChooserBlock(page_type=FILM, label=_("Film"), help_text=LEFT_OUT)
    words = blocks.TextBlock(
        required=False,
        rows=2,
        label=_("Words about the film"),
        help_text=_("Shown to everyone who sees the film in lists, also while it is locked."),
    )

    class Meta:
        label = _("Featured film")
        icon = "media"
        template = "home/blocks/featured_film.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["card"] = next(iter(context["content"].cards([value["film"]])), None)
        return context


class ChosenFilmsBlock(blocks.StructBlock):
    """Films in the order in which they were chosen."""

    heading = blocks.CharBlock(required=False, max_length=80, label=_("Heading"))
    films = blocks.ListBlock(
        blocks.PageChooserBlock(page_type=FILM, label=_("Film")),
        max_num=MOST_CHOSEN,
        label=_("Films"),
        help_text=LEFT_OUT,
    )

    class Meta:
        label = _("Chosen films")
        icon = "media"
        template = "home/blocks/films.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["heading"] = value["heading"]
        context["heading_language"] = content_language()
        context["cards"] = context["content"].cards(value["films"])
        return context


class NewestBlock(blocks.StructBlock):
    """The newest films of the site."""

    heading = blocks.CharBlock(required=False, max_length=80, default=NEWEST_HEADING, label=_("Heading"))
    number = blocks.IntegerBlock(min_value=1, max_value=MOST_CHOSEN, default=6, label=_("Number of films"))

    class Meta:
        label = _("Newest films")
        icon = "date"
        template = "home/blocks/films.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["heading"] = for_reader(value["heading"], NEWEST_HEADING)
        context["heading_language"] = reader_language(value["heading"], NEWEST_HEADING)
        context["cards"] = context["content"].newest[: value["number"]]
        context["says_if_empty"] = True
        return context


class ChosenSectionBlock(blocks.StructBlock):
    """One section with a picture."""

    section = blocks.PageChooserBlock(page_type=SECTION, label=_("Section"))
    picture = ImageChooserBlock(
        required=False,
        label=_("Picture"),
        help_text=_("Shown to everyone. Without one, the section has that of its first film, as in lists."),
    )

    class Meta:
        label = _("Section")
        icon = "folder-open-inverse"


class SectionsBlock(blocks.StructBlock):
    """Sections with pictures, in the order in which they were chosen."""

    heading = blocks.CharBlock(required=False, max_length=80, label=_("Heading"))
    sections = blocks.ListBlock(ChosenSectionBlock(), max_num=MOST_CHOSEN, label=_("Sections"))

    class Meta:
        label = _("Sections")
        icon = "folder-open-inverse"
        template = "home/blocks/sections.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        cards = context["content"].sections(each["section"] for each in value["sections"])
        chosen = [(each["section"], each["picture"]) for each in value["sections"] if each["section"] is not None]
        context["tiles"] = [(cards[page.pk], picture) for page, picture in chosen if page.pk in cards]
        return context
