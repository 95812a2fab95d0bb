"""News of invitations for one editor: first playbacks, ends, and ends of viewers' watch windows."""

import dataclasses
import datetime as dt

from django.contrib.auth.models import User
from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from video_pages.access.invitations.models import Invitation, InvitationViewer
from video_pages.core.ordering import empty_last
from video_pages.pages.permissions import invitations_managed_by

MOST = 500  # of each kind, the newest


class NewsKind(TextChoices):
    """The kinds of news."""

    FIRST_PLAYED = "first_played", gettext_lazy("Played for the first time")
    WINDOW_ENDED = "window_ended", gettext_lazy("A viewer's watch window has ended")
    ENDED = "ended", gettext_lazy("Ended by its date")


@dataclasses.dataclass(frozen=True)
class News:
    """One thing that happened to `invitation` at `moment`; `number` is that of the viewer, if it concerns one."""

    kind: NewsKind
    moment: dt.datetime
    invitation: Invitation
    number: int | None = None

    @property
    def text(self) -> str:
        """The event as a sentence without its subject."""
        if self.kind == NewsKind.WINDOW_ENDED and self.number:
            return _("The watch window of viewer %(number)d has ended") % {"number": self.number}
        return str(self.kind.label)


def news_for(user: User, since: dt.datetime, until: dt.datetime, *, own: bool = False) -> list[News]:
    """Return what happened after `since` and not after `until` to the invitations that `user` may manage, newest first.

    `own`: only to those that `user` has made. Two queries and those of the permission.
    """
    managed = invitations_managed_by(user)
    if own:
        managed = managed.filter(created_by=user)
    played = Q(first_played_at__gt=since, first_played_at__lte=until)
    ended = Q(ends_at__gt=since, ends_at__lte=until, revoked_at=None)
    found = managed.filter(played | ended).select_related("video", "section")
    newest_first = found.order_by(empty_last("-last_used_at"), "-pk")
    news = []
    for invitation in newest_first[:MOST]:
        first, end = invitation.first_played_at, invitation.ends_at
        if first is not None and since < first <= until:
            news.append(News(NewsKind.FIRST_PLAYED, first, invitation))
        if end is not None and since < end <= until and invitation.revoked_at is None:
            news.append(News(NewsKind.ENDED, end, invitation))
    viewers = InvitationViewer.objects.filter(
        invitation__in=managed.filter(revoked_at=None).order_by().values("pk"),
        window_ends_at__gt=since,
        window_ends_at__lte=until,
    ).select_related("invitation__video", "invitation__section")
    for viewer in viewers.order_by("-window_ends_at", "-pk")[:MOST]:
        if viewer.window_ends_at is not None:
            news.append(News(NewsKind.WINDOW_ENDED, viewer.window_ends_at, viewer.invitation, viewer.number))
    return sorted(news, key=lambda each: each.moment, reverse=True)
