"""The place to which a browser with open access has watched, described for editors."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from video_pages.access.models import VideoAccessSession
from video_pages.analytics.places import WatchedPlace, places_of
from video_pages.core.humanize import format_position


def add_places(sessions: Iterable[VideoAccessSession]) -> None:
    """Set `place_label` on each of `sessions`, whose pages are loaded. One query."""
    rows = list(sessions)
    places = places_of(rows)
    for row in rows:
        row.place_label = describe_place(row, places.get(row.pk))  # type: ignore[attr-defined]


def describe_place(session: VideoAccessSession, place: WatchedPlace | None) -> str:
    """Return "As far as 12:04" for a video, and with the title of the film for a section.

    The film of an alias may lie in another section, which the editor may not see: then it has no title.
    """
    if place is None:
        return _("Nothing played yet")
    is_named = session.section is not None and place.path.startswith(session.section.path)
    params = {"title": place.title, "position": format_position(place.seconds)}
    if place.seconds is None:
        return _("%(title)s, begun") % params if is_named else pgettext("playback", "Begun")
    return _("%(title)s, as far as %(position)s") % params if is_named else _("As far as %(position)s") % params
