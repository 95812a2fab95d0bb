"""The content of the blocks of one page for one visitor, in a number of queries that does not grow with it.

A block names films, sections and pages that its editor has chosen. Whether this visitor gets their titles, pictures and
addresses is decided here as in any other list: a film that is not listed, a draft or a private page is left out.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Model, prefetch_related_objects
from django.http import HttpRequest
from wagtail.blocks import StreamValue
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from home.listed_pages import listed_pages
from video_pages.access.listed import viewer_of
from video_pages.access.site_settings import AccessSettings
from video_pages.pages.cards import AnyCard, Card, SectionCard, cards_for, in_language_of_site, section_cards_for
from video_pages.pages.list_queries import chosen_sections, chosen_videos, newest_videos
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.protocols import Section, Video

NEWEST = 6
"""Two full rows on a wide screen, six phone screens."""


class BlocksContent:
    """The content of the blocks `body` of `page` for the visitor who sends `request`.

    Each part is read when a block first asks for it, once for all blocks.
    """

    def __init__(self, page: Page, body: StreamValue, request: HttpRequest) -> None:
        self._page, self._body, self._request = page, body, request
        self._viewer = viewer_of(request)

    @cached_property
    def newest(self) -> list[Card]:
        """The Cards of the newest films of the site, as many as the longest block shows."""
        return self._cards[1]

    def cards(self, videos: Iterable[Model | None]) -> list[Card]:
        """Return the Cards of those of the chosen `videos` that lists show to this visitor, in their order."""
        found = (self._in_language(video) for video in videos if video is not None)
        return [self._cards[0][pk] for pk in found if pk in self._cards[0]]

    def sections(self, sections: Iterable[Model | None]) -> dict[int, SectionCard]:
        """Return {id: SectionCard} of those of the chosen `sections` that lists show to this visitor."""
        wanted = {section.pk: self._in_language(section) for section in sections if section is not None}
        return {pk: self._section_cards[own] for pk, own in wanted.items() if own in self._section_cards}

    def url(self, page: Page | None) -> str:
        """Return the address of the chosen `page`, "" if lists do not show it to this visitor."""
        return self._urls.get(self._in_language(page), "") if page is not None else ""

    @cached_property
    def takes_passwords(self) -> bool:
        """True if the page has the form for any password of the site, and the site allows it."""
        has_form = any(block.block_type == "password" for block in self._body)
        return has_form and AccessSettings.for_request(self._request).finds_passwords

    def form_number(self, value: Any) -> int:
        """Return the number, from 1 on, of `value` among the forms for a password; stored pages may have several."""
        forms = [block.value for block in self._body if block.block_type == "password"]
        return next(number for number, form in enumerate(forms, start=1) if form is value)

    @property
    def first(self) -> Any:
        """The value of the first block, which may have the heading of the page; None without blocks."""
        return self._body[0].value if self._body else None

    @property
    def _root(self) -> Page:
        """The home page of the site, whose newest films blocks show."""
        site = Site.find_for_request(self._request)
        if site is None or site.root_page_id == self._page.pk:
            return self._page
        if self._is_translated:
            return site.root_page.get_translation_or_none(self._page.locale) or site.root_page
        return site.root_page

    @cached_property
    def _is_translated(self) -> bool:
        return settings.WAGTAIL_I18N_ENABLED and self._page.locale.language_code in settings.PAGE_LANGUAGES

    @cached_property
    def _translations(self) -> dict[int, int]:
        """{id: id of the translation in the language of this page} of chosen pages that have one; two queries."""
        if not self._is_translated:
            return {}
        chosen = {each.pk for kind in (VideoPage, VideoIndexPage, Page) for each in self._chosen[kind]}
        keys = dict(Page.objects.filter(pk__in=chosen).values_list("pk", "translation_key"))
        own = Page.objects.filter(translation_key__in=keys.values(), locale=self._page.locale_id, live=True)
        by_key = dict(own.values_list("translation_key", "pk"))
        return {pk: by_key[key] for pk, key in keys.items() if key in by_key}

    def _in_language(self, page: Model) -> int:
        return self._translations.get(page.pk, page.pk)

    @cached_property
    def _chosen(self) -> dict[type[Model], list[Model]]:
        """{class: objects} of all images and pages that the blocks show or link to."""
        found: dict[type[Model], list[Model]] = {VideoPage: [], VideoIndexPage: [], Page: [], get_image_model(): []}
        for value in _values(self._body):
            for kind, objects in found.items():
                if isinstance(value, kind):
                    objects.append(value)
        prefetch_related_objects(found[get_image_model()], "renditions")
        return found

    @cached_property
    def _cards(self) -> tuple[dict[int, Card], list[Card]]:
        """({id: Card} of the chosen films, the Cards of the newest films)."""
        chosen = chosen_videos({self._in_language(video) for video in self._chosen[VideoPage]}, self._viewer)
        newest = newest_videos(self._root, self._viewer, self._most_newest) if self._most_newest else []
        shown = [*chosen, *newest]
        cards = self._named(shown, cards_for(shown, request=self._request))
        return dict(zip((video.pk for video in chosen), cards, strict=False)), cards[len(chosen) :]

    def _named(self, pages: Iterable[Video | Section], cards: Iterable[AnyCard]) -> list[AnyCard]:
        """Return the `cards` of `pages` with the language of those that have no translation for this page."""
        if not self._is_translated:
            return list(cards)
        return in_language_of_site(pages, cards, here=self._page.locale_id)

    @property
    def _most_newest(self) -> int:
        """The number of newest films that the longest block shows."""
        numbers = [block.value["number"] for block in self._body if block.block_type == "newest"]
        has_hero = any(block.block_type == "hero" and not block.value["picture"] for block in self._body)
        return max([*numbers, NEWEST if has_hero else 0])

    @cached_property
    def _section_cards(self) -> dict[int, SectionCard]:
        chosen = chosen_sections({self._in_language(section) for section in self._chosen[VideoIndexPage]}, self._viewer)
        cards = self._named(chosen, section_cards_for(chosen, request=self._request))
        return {section.pk: card for section, card in zip(chosen, cards, strict=True)}

    @cached_property
    def _urls(self) -> dict[int, str]:
        wanted = {self._in_language(page) for page in self._chosen[Page]}
        pages = listed_pages(self._viewer).filter(pk__in=wanted) if wanted else []
        return {page.pk: page.get_url(self._request) for page in pages}

    def prepare(self) -> None:
        """Read the stored sizes of all images at once; the caller renders blocks afterwards."""
        self._chosen  # noqa: B018  a cached property


def _values(value: Any) -> Iterable[Any]:
    """Yield all values in a value of blocks, at any depth."""
    if isinstance(value, StreamValue):
        for child in value:
            yield from _values(child.value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _values(part)
    elif isinstance(value, list) or hasattr(value, "list_block"):
        for part in value:
            yield from _values(part)
    else:
        yield value
