"""Read a User-Agent header: the family of the browser, the kind of device, and whether it is a bot. It is not trusted.

This is a short list and not a library: statistics need a dozen families and five kinds of devices. Libraries with
thousands of them take as long as the rest of an unlock for the first answer, and distinguish a phone from a tablet by
the same words. A client with a password that calls itself curl or a headless browser counts as a person; only clients
that call themselves a crawler, a preview or a monitor are bots.
"""

import re

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Device(TextChoices):
    """A kind of device."""

    COMPUTER = "computer", _("Computer")
    PHONE = "phone", _("Phone")
    TABLET = "tablet", _("Tablet")
    TV = "tv", _("Television")
    OTHER = "other", _("Other")


# An invented header may be long; the names stand at its beginning.
MAX_LENGTH = 512

# The order matters: nearly every browser also names those that it is compatible with.
FAMILIES = [
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\b(?:OPR|OPT|Opera)\b"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Vivaldi", r"\bVivaldi/"),
    ("Yandex", r"\bYaBrowser/"),
    ("DuckDuckGo", r"\bDuckDuckGo/|\bDdg/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|HeadlessChrome|Chromium|CriOS)/"),
    ("Safari", r"\bSafari/|\b(?:iPhone|iPad).*AppleWebKit/"),
    ("Internet Explorer", r"\bMSIE |\bTrident/"),
    ("VLC", r"\bVLC/|\bLibVLC/"),
    ("curl", r"^curl/"),
]

BOTS = (
    r"bot\b|bots\b|crawl|spider|slurp|mediapartners|facebookexternalhit|facebookcatalog|embedly|bingpreview|"
    r"link ?preview|skypeuripreview|whatsapp/|telegrambot|pingdom|uptime|statuscake|site24x7|lighthouse|"
    r"pagespeed|gtmetrix|archive\.org|feedfetcher|google-read-aloud|googleother|duckduckgo-favicons|"
    r"ia_archiver|bytespider|petalbot|gptbot|ccbot|claudebot"
)

TV = r"smart-?tv|\btv\b|appletv|apple tv|googletv|hbbtv|netcast|web0s|webos\b|\bbravia|viera|roku|aftb|aftm|crkey|tizen"
CONSOLES = r"playstation|xbox|nintendo"
TABLET = r"ipad|tablet|kindle|silk/|playbook|android(?!.*\bmobile\b)"
PHONE = r"iphone|ipod|android|mobile|windows phone|blackberry|\bmobi\b"
COMPUTER = r"windows nt|macintosh|x11|cros\b|linux"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_FAMILIES = [(name, re.compile(pattern)) for name, pattern in FAMILIES]
_BOTS = _compiled(BOTS)
_DEVICES = [
    (Device.TV, _compiled(TV)),
    (Device.OTHER, _compiled(CONSOLES)),
    (Device.TABLET, _compiled(TABLET)),
    (Device.PHONE, _compiled(PHONE)),
    (Device.COMPUTER, _compiled(COMPUTER)),
]


def browser_family(user_agent: str) -> str:
    """Return the common name of the browser's family ("Firefox", "Chrome", "Safari" …), or "" if it is unknown."""
    beginning = user_agent[:MAX_LENGTH]
    return next((name for name, pattern in _FAMILIES if pattern.search(beginning)), "")


def device_of(user_agent: str) -> Device:
    """Return the Device that `user_agent` names; OTHER if it names none.

    A recent iPad calls itself a Mac and is counted as one.
    """
    beginning = user_agent[:MAX_LENGTH]
    return next((device for device, pattern in _DEVICES if pattern.search(beginning)), Device.OTHER)


def is_bot(user_agent: str) -> bool:
    """Return whether `user_agent` calls itself a crawler, a link preview or a monitor."""
    return bool(_BOTS.search(user_agent[:MAX_LENGTH]))
