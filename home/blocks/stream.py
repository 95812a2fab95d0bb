"""The blocks that an owner can put on a page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "link", "ol", "ul"]


class PageBlocks(blocks.StreamBlock):
    """The blocks of a page, in any order."""

    text = blocks.RichTextBlock(
        features=TEXT_FEATURES, label=_("Text"), icon="pilcrow", template="home/blocks/text.html"
    )
