"""The list of what one password has opened on a site: sections, then films, as other lists show them."""

import dataclasses
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Locale

from video_pages.access.listed import renew_viewer, viewer_of
from video_pages.access.site_form import OpenedSource
from video_pages.pages.cards import AnyCard, Card, SectionCard, cards_for, in_language_of_site, section_cards_for
from video_pages.pages.invited.mail_code import code_url
from video_pages.pages.list_queries import videos_with_files
from video_pages.pages.models import VideoIndexPage, VideoPage


def opened_list(request: HttpRequest, opened: Iterable[OpenedSource]) -> dict[str, Any]:
    """Return the context of the list of `opened`: `sections` and `cards`, which show the access that was given.

    Pages that no list shows are there too: their password was right. A page that needs a mail code is behind the page
    that asks for it. The number of queries for the cards does not grow with their number.
    """
    renew_viewer(request)
    pages = [(each.page.for_reader(), each.ticket) for each in opened]
    code_urls = {page.pk: code_url(ticket) for page, ticket in pages if ticket}
    sections = _section_cards(request, [page.pk for page, _ticket in pages if isinstance(page, VideoIndexPage)])
    cards = _cards(request, [page.pk for page, _ticket in pages if isinstance(page, VideoPage)])
    return {"sections": _leading(sections, code_urls), "cards": _leading(cards, code_urls)}


def _cards(request: HttpRequest, ids: list[int]) -> dict[int, Card]:
    if not ids:
        return {}
    found = {video.pk: video for video in videos_with_files(ids)}
    pages = [found[pk] for pk in ids]
    return dict(zip(ids, _named(pages, cards_for(pages, request=request)), strict=True))


def _section_cards(request: HttpRequest, ids: list[int]) -> dict[int, SectionCard]:
    if not ids:
        return {}
    listed = VideoPage.objects.listed_to(viewer_of(request))
    sections = VideoIndexPage.objects.filter(pk__in=ids).with_video_count(listed).with_cover(listed)
    found = {section.pk: section for section in sections}
    pages = [found[pk] for pk in ids]
    return dict(zip(ids, _named(pages, section_cards_for(pages, request=request)), strict=True))


def _named(pages: list[Any], cards: list[AnyCard]) -> list[AnyCard]:
    """Return the `cards` of `pages` with the language of those that have no translation for the reader; one query."""
    if (code := get_language()) not in settings.PAGE_LANGUAGES:
        return cards
    here = Locale.objects.filter(language_code=code).values_list("pk", flat=True).first()
    return cards if here is None else in_language_of_site(pages, cards, here=here)


def _leading(cards: dict[int, AnyCard], urls: dict[int, str]) -> list[AnyCard]:
    """Return `cards`, {page id: card}; those of `urls`, {page id: address}, lead there."""
    return [dataclasses.replace(card, url=urls.get(pk, card.url)) for pk, card in cards.items()]
