"""The reason why an invitation that a browser has opened before opens nothing for it now, in words for the person."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from video_pages.access.attempt import reason_of_lock
from video_pages.access.decide import Verdict
from video_pages.access.guard import Guard, prefixes
from video_pages.access.invitations import refusal_counts
from video_pages.access.invitations.models import Invitation, InvitationViewer
from video_pages.access.invitations.opening import status_of
from video_pages.access.invitations.states import InvitationState
from video_pages.access.known_browsers import invitations_in
from video_pages.access.refusals import ErrorCode, UnlockRefusal
from video_pages.access.visitor import Visitor
from video_pages.core.humanize import local_time
from video_pages.core.page_protocols import LockablePage

MESSAGES = {
    InvitationState.REVOKED: _("Your invitation was ended by the people who gave it to you."),
    InvitationState.ENDED: _("Your invitation ended: {moment}."),
    InvitationState.NOT_YET: _("Your invitation opens: {moment}."),
    InvitationState.USED_UP: _("Your invitation is used up: it was played in other browsers, as many as it is for."),
}
STATE_HEADINGS = {
    InvitationState.REVOKED: _("Your invitation was ended"),
    InvitationState.ENDED: _("Your invitation has ended"),
    InvitationState.NOT_YET: _("Your invitation is not open yet"),
    InvitationState.USED_UP: _("Your invitation is used up"),
}
OPEN_AGAIN = {
    Invitation.Kind.LINK: _("Open the link of your invitation again to go on."),
    Invitation.Kind.PASSWORD: _("Type the password of your invitation again to go on."),
}

INVITATION_CODES = (ErrorCode.INVITATION_OVER, ErrorCode.INVITATION_NOT_YET, ErrorCode.USED_UP)
"""The codes of refusals about an invitation."""


@dataclasses.dataclass(frozen=True)
class InvitationEnding(UnlockRefusal):
    """The refusal of a browser that has opened `invitation`; `state` is its state, and `moment` that of the state."""

    invitation: Invitation | None = None
    state: InvitationState = InvitationState.REVOKED
    moment: dt.datetime | None = None
    is_by_link: bool = False
    """True if the browser came by a link, and has opened nothing here with a password: the person may have none."""

    @property
    def message(self) -> str | Promise:
        """The message that the page shows, as HTML if it has a time."""
        if self.state == InvitationState.ACTIVE and self.invitation is not None:
            return OPEN_AGAIN[Invitation.Kind(self.invitation.kind)]
        words = MESSAGES[self.state]
        return format_html(str(words), moment=local_time(self.moment)) if self.moment else words

    @property
    def heading(self) -> str | Promise:
        return STATE_HEADINGS.get(self.state, "")  # one that is active locks nothing by itself


def explain_ended_invitation(
    page: LockablePage, visitor: Visitor, guard: Guard | None = None, *, now: dt.datetime
) -> InvitationEnding | None:
    """Return why the latest invitation that the browser of `visitor` has opened for `page` opens it no more.

    `page` is a source page that is locked, by `guard`. None if the browser has opened none; then there is no query.
    """
    opened = _opened_in_frame(page, visitor) if visitor.is_in_frame else invitations_in(visitor.known_browser)
    if not opened:
        return None
    rows = Invitation.objects.filter(pk__in=opened).select_related("video", "section")
    found = [row for row in rows if page.path.startswith(row.page.path)]
    if not found:
        return None
    invitation = min(found, key=lambda row: opened.index(row.pk))
    status = status_of(invitation, visitor, now)
    code = ErrorCode.USED_UP if status.state is InvitationState.USED_UP else ErrorCode.INVITATION_OVER
    known = visitor.known_browser
    has_typed = guard is not None and known is not None and guard.key in known.opened
    has_typed |= any(row.kind == Invitation.Kind.PASSWORD for row in found)
    return InvitationEnding(
        code, invitation=invitation, state=status.state, moment=status.moment, is_by_link=not has_typed
    )


def _opened_in_frame(page: LockablePage, visitor: Visitor) -> list[int]:
    """Return the ids of the invitations that the frame of `visitor` has opened for `page`, the latest first.

    It has no cookie; its viewers are found by its key. One query, none without a key.
    """
    if not visitor.browser.keys:
        return []
    above = Q(invitation__video=page.pk) | Q(invitation__section__path__in=prefixes(page.path))
    viewers = InvitationViewer.objects.filter(above, viewer__in=visitor.browser.keys).order_by("-opened_at")
    return list(viewers.values_list("invitation", flat=True))


def reason_of_locked_page(
    page: LockablePage,
    visitor: Visitor,
    guard: Guard | None,
    *,
    is_expired: bool,
    now: dt.datetime,
    verdict: Verdict | None = None,
    reach: Sequence[int] = (),
) -> UnlockRefusal | None:
    """Return the UnlockRefusal that `page`, a source page, shows before any attempt; see `attempt.reason_of_lock`.

    The end of an invitation is explained with its time. What an invitation refuses is counted, unless an editor sees
    the page so.
    """
    refusal = reason_of_lock(visitor, guard, is_expired=is_expired, now=now, verdict=verdict, reach=reach)
    if refusal is None or refusal.code in INVITATION_CODES:
        ending = explain_ended_invitation(page, visitor, guard, now=now)
        if not visitor.is_editor:
            if verdict is not None:
                refusal_counts.count_refused(verdict, now=now)
            if ending is not None and ending.state in (InvitationState.REVOKED, InvitationState.ENDED):
                refusal_counts.count_closed(ending.invitation, ending.state, now=now)
        return ending or refusal
    return refusal
