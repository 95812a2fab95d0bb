"""The blocks that an owner can put on a page, in any order."""

from wagtail import blocks

from home.blocks.films import ChosenFilmsBlock, FeaturedFilmBlock, NewestBlock, SectionsBlock
from home.blocks.words import (
    TEXT_FEATURES,
    ColumnsBlock,
    HeroBlock,
    PartnersBlock,
    PasswordBlock,
    QuoteBlock,
    TextBlock,
)


class PageBlocks(blocks.StreamBlock):
    """The blocks of a page."""

    hero = HeroBlock()
    featured_film = FeaturedFilmBlock()
    films = ChosenFilmsBlock()
    newest = NewestBlock()
    sections = SectionsBlock()
    password = PasswordBlock()
    text = TextBlock(features=TEXT_FEATURES)
    columns = ColumnsBlock()
    quote = QuoteBlock()
    partners = PartnersBlock()

    class Meta:
        block_counts = {"password": {"max_num": 1}}  # one form opens whatever the site has
