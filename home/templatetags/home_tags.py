"""Filters for the texts and the colour of a site."""

import re
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.models import Page

from home.appearance import fonts, icons
from home.appearance.site_settings_form import EMAIL, TELEPHONE, WEB
from home.context_processors import name_for_editors
from home.languages import translation_links
from home.models import SiteSettings
from home.sharing import open_graph
from home.sharing import structured_data as video_data
from video_pages.access.listed import viewer_of

register = template.Library()

EMPHASIS = re.compile(r"\*([^*]+)\*")


@register.filter
def emphasise(text: str) -> SafeString:
    """Return `text` escaped, with words between *asterisks* in `<em>`; a single asterisk stays as it is."""
    parts = EMPHASIS.split(text)  # every second part was between asterisks
    pieces = (format_html("<em>{}</em>", part) if number % 2 else part for number, part in enumerate(parts))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.filter
def contact(text: str) -> SafeString:
    """Return `text` as a link if it is an email or web address or a telephone number; otherwise escaped."""
    text = text.strip()
    if EMAIL.fullmatch(text):
        return format_html('<a href="mailto:{}">{}</a>', text, text)
    if WEB.fullmatch(text):
        return format_html('<a href="{}" rel="noopener">{}</a>', text, text.split("://", 1)[1].rstrip("/"))
    if TELEPHONE.fullmatch(text):
        return format_html('<a href="tel:{}">{}</a>', re.sub(r"[^\d+]", "", text), text)
    return escape(text)


@register.filter
def look_url(colour: str) -> str:
    """Return the address of the style sheet for a site's own `colour`, such as "#b3431e"."""
    return reverse("look", args=(colour.lstrip("#").lower(),))


@register.filter
def fonts_url(pair: str) -> str:
    """Return the address of the style sheet of a `pair` of fonts, "" for the usual pair; see `fonts`."""
    return fonts.sheet_url(pair)


@register.simple_tag(takes_context=True)
def font_preloads(context: Context) -> SafeString:
    """Return the `<link rel="preload">` of the fonts that the page of `context` needs for certain."""
    urls = fonts.early_urls(context["site_settings"].fonts, get_language() or settings.LANGUAGE_CODE)
    link = '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>'
    return format_html_join("\n    ", link, ((url,) for url in urls))


@register.filter
def icon_key(settings: SiteSettings) -> str:
    """Return the key of the icons of a site in their addresses, "" for the usual icon; see `icons`."""
    return icons.icon_key(settings)


@register.inclusion_tag("components/sharing_tags.html", takes_context=True)
def sharing_tags(context: Context) -> dict[str, Any]:
    """Return the context of the tags for links to the page of `context`; see `sharing`."""
    request = context.get("request")
    if request is None or not context.get("page"):
        return {}
    name, settings = str(context["site_name"]), context["site_settings"]
    shown = {str(key): value for key, value in context.flatten().items()}
    found = open_graph.shared(request, shown, site_name=name, colour=settings.colour)
    return {"shared": found, "site_name": name}


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> SafeString:
    """Return the `<link rel="alternate" hreflang>` of the page of `context`, if everyone may see it; else nothing."""
    page, request = context.get("page"), context.get("request")
    if not isinstance(page, Page) or request is None or context.get("noindex") or getattr(request, "is_preview", False):
        return SafeString("")
    if not settings.WAGTAIL_I18N_ENABLED:
        return SafeString("")
    links = translation_links.alternates(page, request, viewer_of(request))
    return format_html_join("\n    ", '<link rel="alternate" hreflang="{}" href="{}">', links)


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> str:
    """Return what search engines read of an open film; see `structured_data`. To browsers the block is no script."""
    request = context.get("request")
    if request is None:
        return ""
    found = video_data.video_object(request, {str(key): value for key, value in context.flatten().items()})
    if found is None:
        return ""
    return mark_safe(f'<script type="application/ld+json">{video_data.as_json(found)}</script>')  # noqa: S308  escaped


@register.simple_tag(takes_context=True)
def site_title(context: Context) -> str:
    """Return the name of the site, for the admin, whose views put another into the context as `site_name`."""
    return name_for_editors(context["request"])
