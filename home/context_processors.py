"""The context of every page: the site's name, its settings, and its menus."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from wagtail.models import Site

from home.languages.addresses import home_address
from home.menus import menus_for, sections_for
from home.models import SiteSettings


def site_frame(request: HttpRequest) -> dict[str, SimpleLazyObject | str]:
    """Return what all pages show; each but the last asks the database when used.

    `site_name`, `site_settings` (SiteSettings), `site_menus` (Menus), `site_sections` ([MenuEntry] of the sections of
    the home page), `site_languages`: [(code, name in itself)] of the languages to choose from, [] if there is only
    one; and `site_home`, the address of the home page in the language of this answer.
    """
    return {
        "site_name": SimpleLazyObject(lambda: _name(request)),
        "site_settings": SimpleLazyObject(lambda: _settings(request)),
        "site_menus": SimpleLazyObject(lambda: menus_for(request)),
        "site_sections": SimpleLazyObject(lambda: sections_for(request)),
        "site_languages": SimpleLazyObject(lambda: _languages(request)),
        "site_home": home_address(),
    }


def name_for_editors(request: HttpRequest) -> str:
    """Return the name of the site that `request` addresses, without making the row of its settings as visitors do."""
    site = Site.find_for_request(request)
    return _name_of(SiteSettings.objects.filter(site=site).first() if site else None, site)


def names_in_all_languages(request: HttpRequest) -> set[str]:
    """Return the names that the site of `request` has for its readers."""
    names = set()
    for code in _settings(request).offered_languages:
        with translation.override(code):
            names.add(_name(request))
    return names


def _name(request: HttpRequest) -> str:
    return _name_of(_settings(request), Site.find_for_request(request))


def _name_of(own: SiteSettings | None, site: Site | None) -> str:
    """Return the name in `own` settings, or else that of `site`: the address bar shows the host."""
    return (own.texts.name if own else "") or (site.site_name if site else "") or settings.WAGTAIL_SITE_NAME


def _settings(request: HttpRequest) -> SiteSettings:
    return SiteSettings.for_request(request) if Site.find_for_request(request) else SiteSettings(footer="")


def _languages(request: HttpRequest) -> list[tuple[str, str]]:
    names, offered = dict(settings.LANGUAGES), _settings(request).offered_languages
    return [(code, names[code]) for code in offered] if len(offered) > 1 else []
