"""`VideoObject` of schema.org for the page of an open film: what search engines show of it, as JSON in a data block.

Only a film that is open to every stranger has it: open to everyone, listed, inside its window, without a restriction of
Wagtail's. It never names an address of the film's bytes: these end with a change of access, and search engines keep
what they have read. The picture is the public thumbnail, or else the poster, which is as open as the film.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from wagtail.rich_text import get_text_for_indexing

from home.sharing.open_graph import is_for_everyone, public_image
from video_pages.access.decide import Reason
from video_pages.pages.film_facts import names_in, running_seconds
from video_pages.pages.models import VideoPage

# "<", ">" and "&" would end the block, or begin another element.
ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def video_object(request: HttpRequest, context: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the VideoObject of the page that `context` (of its template) shows, or None for a page without one."""
    page, verdict, stream = (context.get(name) for name in ("page", "verdict", "stream"))
    if not isinstance(page, VideoPage) or verdict is None or verdict.reason != Reason.OPEN or not stream:
        return None
    if getattr(request, "is_preview", False) or not is_for_everyone(page, request):
        return None
    video, address = context["video"], request.build_absolute_uri(page.get_url(request))
    image = public_image(page.thumbnail)
    image_url = image.url if image else stream["poster_url"]
    closes = [moment for moment in (page.expire_at, verdict.window and verdict.window.closes_at) if moment]
    found = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "@id": address,
        "url": address,
        "name": page.title,
        "description": page.search_description or get_text_for_indexing(context.get("description") or "") or page.title,
        "thumbnailUrl": request.build_absolute_uri(image_url) if image_url else "",
        "uploadDate": page.first_published_at.isoformat() if page.first_published_at else "",
        "duration": iso_duration(running_seconds(video, video.duration_seconds)),
        "expires": min(closes).isoformat() if closes else "",
        "director": [{"@type": "Person", "name": name} for name in names_in(video.director)],
        "countryOfOrigin": [{"@type": "Country", "name": name} for name in names_in(video.country)],
        "inLanguage": [language_code(name) for name in names_in(video.language)],
        "dateCreated": str(video.year or ""),
        "contentRating": video.age_rating,
        "hasPart": [
            {
                "@type": "Clip",
                "name": chapter.title,
                "startOffset": int(chapter.start_seconds),
                "endOffset": int(chapter.end_seconds),
                "url": f"{address}?t={int(chapter.start_seconds)}",
            }
            for chapter in context.get("chapters") or ()
        ],
    }
    return {name: value for name, value in found.items() if value}


def as_json(found: Mapping[str, Any]) -> str:
    """Return `found` as JSON that cannot end the element in which it stands."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED)


def iso_duration(seconds: float) -> str:
    """Return a length as ISO 8601 has it: 754 is "PT12M34S"; "" for 0."""
    if seconds < 1:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "H"), (minutes, "M"), (rest, "S")]
    return "PT" + "".join(f"{number}{unit}" for number, unit in parts if number)


def language_code(name: str) -> str:
    """Return the tag of the language that is called `name` in English or in itself; another name as it is."""
    return _codes().get(name.casefold(), name)


@cache
def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, info in LANG_INFO.items():
        for key in ("name", "name_local"):
            if key in info:
                found.setdefault(info[key].casefold(), code)
    return found
