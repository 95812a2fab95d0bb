"""Kinds of invitations with usual limits, so that nobody has to think of each: for a client, a jury, a class."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.rule_models import InvitationSettings
from video_pages.core.site_time import day_of, last_minute_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclasses.dataclass(frozen=True)
class ReadyKind:
    """A kind of invitation: its limits, and whether it is usually made for many names at once.

    `name` is its word in addresses. `days` is the length, from today to the end of the last day; None: until a date
    that the editor knows, or that `dates` finds in the site's settings. `must_end` requires an end.
    """

    name: str
    label: "StrPromise"
    help_text: "StrPromise"
    kind: Invitation.Kind
    days: int | None = None
    must_end: bool = True
    is_for_many: bool = False
    limits: dict[str, Any] = dataclasses.field(default_factory=dict)
    dates: Callable[[InvitationSettings], tuple[dt.datetime | None, dt.datetime | None]] | None = None

    def initial(
        self, now: dt.datetime, settings: InvitationSettings | None = None, longest_days: int | None = None
    ) -> dict[str, Any]:
        """Return the values with which a form of this kind begins at `now`; days are those of the site's time zone.

        `settings` has the dates of the site. The end is at most `longest_days` away, if the rules say so.
        """
        values = {"kind": self.kind, **self.limits}
        if self.days is not None:
            days = min(self.days, longest_days or self.days)
            values["ends_at"] = last_minute_of(day_of(now) + dt.timedelta(days=days))
        if self.dates is not None and settings is not None:
            opens_at, ends_at = self.dates(settings)
            if ends_at is not None and ends_at > now:  # those of the last festival or term are no help
                values.update(ends_at=ends_at, opens_at=opens_at if opens_at and opens_at > now else None)
        return values


def _festival(settings: InvitationSettings) -> tuple[dt.datetime | None, dt.datetime | None]:
    return settings.festival_opens, settings.festival_ends


def _term(settings: InvitationSettings) -> tuple[None, dt.datetime | None]:
    return None, last_minute_of(settings.term_ends) if settings.term_ends else None


CLIENT = ReadyKind(
    "client", _("Client"), _("A link for one person or company, for 14 days."), Invitation.Kind.LINK, days=14
)
JURY = ReadyKind(
    "jury",
    _("Jury"),
    _(
        "A link for each name. It plays in 2 browsers, in each for 48 hours from the first playback. It ends with the "
        "festival, if the settings say when that is."
    ),
    Invitation.Kind.LINK,
    is_for_many=True,
    # Each new browser has a window of its own, and a private window is a new browser.
    limits={"window_hours": 48, "most_viewers": 2, "shows_label": True},
    dates=_festival,
)
CLASS = ReadyKind(
    "class",
    _("Class"),
    _("One password for all. It ends with the term, if the settings say when that is."),
    Invitation.Kind.PASSWORD,
    dates=_term,
)
OTHER = ReadyKind("other", _("Other"), _("With the limits that you choose."), Invitation.Kind.LINK, must_end=False)

READY_KINDS = {kind.name: kind for kind in (CLIENT, JURY, CLASS, OTHER)}
