"""Blocks of texts and pictures, and the form for a password."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from video_pages.core.all_languages import for_reader, reader_language

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "link", "ol", "ul"]
PASSWORD_HEADING = _("I have a password")
COLUMN_FEATURES = ["bold", "italic", "link", "ol", "ul"]


class TextBlock(blocks.RichTextBlock):
    """A text with headings, links and lists."""

    class Meta:
        label = _("Text")
        icon = "pilcrow"
        template = "home/blocks/text.html"
        help_text = _("Links show the address of the page to everybody. A page that is not published gets no link.")


class HeroBlock(blocks.StructBlock):
    """The top of a page: a sentence in large letters, a picture, and a button."""

    headline = blocks.CharBlock(
        max_length=120,
        label=_("Headline"),
        help_text=_("One sentence in large letters. Words between *asterisks* are set in italics."),
    )
    words = blocks.TextBlock(
        required=False, rows=2, label=_("Introduction"), help_text=_("One or two sentences under the headline.")
    )
    picture = ImageChooserBlock(
        required=False,
        label=_("Picture on the screen"),
        help_text=_("Shown to everyone. Without one, the screen shows the newest film as its card does."),
    )
    button = blocks.CharBlock(required=False, max_length=40, label=_("Words on the button"))
    target = blocks.PageChooserBlock(
        required=False,
        label=_("Page that the button opens"),
        help_text=_("Visitors see the button only if lists may show them this page."),
    )

    class Meta:
        label = _("Hero")
        icon = "image"
        template = "home/blocks/hero.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        content = context["content"]
        if not value["picture"]:
            context["screen_card"] = next((card for card in content.newest if card.has_picture), None)
        context["url"] = content.url(value["target"]) if value["button"] else ""
        context["is_first"] = content.first is value
        return context


class PasswordBlock(blocks.StructBlock):
    """A form for any password of the site: typed once, it opens whatever it opens here."""

    heading = blocks.CharBlock(max_length=80, default=PASSWORD_HEADING, label=_("Heading"))
    words = blocks.TextBlock(required=False, rows=2, label=_("Words above the field"))

    class Meta:
        label = _("I have a password")
        icon = "key"
        template = "home/blocks/password.html"
        help_text = _("Shown once “Passwords can be typed on the home page” is on under Settings, Access.")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["heading"] = for_reader(value["heading"], PASSWORD_HEADING)
        context["heading_language"] = reader_language(value["heading"], PASSWORD_HEADING)
        context["is_on"] = context["content"].takes_passwords
        number = context["content"].form_number(value)
        context["refusal"] = context.get("refusal") if number == 1 else None
        context["suffix"] = "" if number == 1 else f"-{number}"
        return context


class QuoteBlock(blocks.StructBlock):
    """Words of somebody else, and whose they are."""

    words = blocks.TextBlock(rows=3, label=_("Quoted words"))
    source = blocks.CharBlock(required=False, max_length=120, label=_("Said or written by"))

    class Meta:
        label = _("Quote")
        icon = "openquote"
        template = "home/blocks/quote.html"


class LogoBlock(blocks.StructBlock):
    """The logo of one partner."""

    image = ImageChooserBlock(label=_("Logo"))
    name = blocks.CharBlock(max_length=80, label=_("Name"), help_text=_("Read in place of the picture."))
    url = blocks.URLBlock(required=False, label=_("Link"))

    class Meta:
        label = _("Partner")
        icon = "group"


class PartnersBlock(blocks.StructBlock):
    """The logos of those who help."""

    heading = blocks.CharBlock(required=False, max_length=80, label=_("Heading"))
    logos = blocks.ListBlock(LogoBlock(), max_num=24, label=_("Logos"))

    class Meta:
        label = _("Partners")
        icon = "group"
        template = "home/blocks/partners.html"


class ColumnBlock(blocks.StructBlock):
    """One column: a picture, a heading, a short text."""

    picture = ImageChooserBlock(required=False, label=_("Picture"))
    heading = blocks.CharBlock(required=False, max_length=80, label=_("Heading"))
    text = blocks.RichTextBlock(required=False, features=COLUMN_FEATURES, label=_("Text"))

    class Meta:
        label = _("Column")
        label_format = "{heading} {text} {picture}"  # editors and screen readers tell columns with one picture apart
        icon = "pilcrow"


class ColumnsBlock(blocks.StructBlock):
    """Two to four columns side by side; on a phone they follow one another."""

    columns = blocks.ListBlock(
        ColumnBlock(),
        default=[{}, {}],  # a new block has as many as it needs
        min_num=2,
        max_num=4,
        label=_("Columns"),
        help_text=_("Two to four columns. A column may stay empty."),
    )

    class Meta:
        label = _("Columns")
        icon = "list-ul"
        template = "home/blocks/columns.html"
