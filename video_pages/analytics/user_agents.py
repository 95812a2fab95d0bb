"""What a browser says it is: its family, the kind of device, whether a machine reads. Said by itself, so never trusted.

A short list and not a library: figures need seven families and four kinds of devices. Libraries that know thousands of
them take as long as the rest of an unlock for the first answer, and tell a phone from a tablet by words such as these.
Whatever has a password and calls itself curl or a headless browser is somebody's: only what names itself a crawler, a
preview or a monitor is left out.
"""

import re

from video_pages.analytics.models import VideoView

# A made-up header may be long; what matters stands at its beginning.
MAX_LENGTH = 512

# In this order: nearly every browser also names those that it wants to be taken for.
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


def _compiled(pattern):
    return re.compile(pattern, re.IGNORECASE)


_FAMILIES = [(name, re.compile(pattern)) for name, pattern in FAMILIES]
_BOTS = _compiled(BOTS)
_DEVICES = [
    (VideoView.Device.TV, _compiled(TV)),
    (VideoView.Device.OTHER, _compiled(CONSOLES)),
    (VideoView.Device.TABLET, _compiled(TABLET)),
    (VideoView.Device.PHONE, _compiled(PHONE)),
    (VideoView.Device.COMPUTER, _compiled(COMPUTER)),
]


def browser_family(user_agent):
    """Return the browser's family as people call it ("Firefox", "Chrome", "Safari" …), or "" if it is none we know."""
    said = user_agent[:MAX_LENGTH]
    return next((name for name, pattern in _FAMILIES if pattern.search(said)), "")


def device_of(user_agent):
    """Return the VideoView.Device that `user_agent` speaks of; OTHER for what says nothing of it.

    An iPad of today calls itself a Mac, and is counted as one.
    """
    said = user_agent[:MAX_LENGTH]
    return next((device for device, pattern in _DEVICES if pattern.search(said)), VideoView.Device.OTHER)


def is_bot(user_agent):
    """True if `user_agent` names itself a crawler, a link preview or a monitor."""
    return bool(_BOTS.search(user_agent[:MAX_LENGTH]))
