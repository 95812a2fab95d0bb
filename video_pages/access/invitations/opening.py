"""Open an invitation: from a press of the button of a link, or a typed password, to an access row.

Opening spends nothing, so any number of browsers may open. A browser that has opened the invitation before is found
again, by its row or by its signed cookie, and keeps its use and its watch window. In a frame, which has no such cookie,
the key of the frame takes its place.
"""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from django.db import transaction
from django.http import HttpRequest

from video_pages.access import browser as browsers
from video_pages.access import request_limit
from video_pages.access.grant import create_row
from video_pages.access.invitations.models import Invitation, InvitationViewer
from video_pages.access.invitations.refusal_counts import count_closed
from video_pages.access.invitations.row_ends import row_end
from video_pages.access.invitations.states import InvitationState, invitation_state
from video_pages.access.lengths import MAX_ACCESS_MINUTES
from video_pages.access.locks import lock_against_deletion
from video_pages.access.models import VideoAccessSession
from video_pages.access.visitor import Visitor, visitor_of
from video_pages.core import clock

LONGEST = dt.timedelta(minutes=MAX_ACCESS_MINUTES)
"""How long a link without an end opens in one browser; another press opens it again."""
NEW_BROWSERS, MOST_NEW_BROWSERS = "link-browser", 60
"""New browsers of one client that may open links within an hour: each costs a session, a viewer and a row."""


class InvitationClosed(Exception):
    """The invitation opens nothing for this browser now; `state` says why.

    `invitation` is None if it is deleted, or has got another link or password since it was read.
    """

    def __init__(self, state: InvitationState, invitation: Invitation | None = None) -> None:
        super().__init__(state.value)
        self.state = state
        self.invitation = invitation


class CodeNeeded(Exception):
    """`invitation` opens for this browser after a mail code only; see `by_mail`."""

    def __init__(self, invitation: Invitation) -> None:
        super().__init__("a mail code is needed")
        self.invitation = invitation


class OpenedInvitation(NamedTuple):
    """The result of opening `invitation`: the access row and the viewer, who may not have played yet."""

    invitation: Invitation
    row: VideoAccessSession
    viewer: InvitationViewer


class InvitationStatus(NamedTuple):
    """The `state` of an invitation for one browser; `moment` (aware) is its opening or its end, if the state has one.

    Others see an invitation that is used up; a browser that has played with it goes on.
    """

    state: InvitationState
    moment: dt.datetime | None = None


def status_of(invitation: Invitation, visitor: Visitor, now: dt.datetime) -> InvitationStatus:
    """Return the status of `invitation` for the browser of `visitor`, and write nothing; two queries at most."""
    viewer = _known_viewer(invitation, visitor)
    state = _state_for(invitation, viewer, now)
    moments = {
        InvitationState.NOT_YET: invitation.opens_at,
        InvitationState.ENDED: row_end(invitation, viewer) or invitation.ends_at,
    }
    return InvitationStatus(state, moments.get(state))


def open_link(
    request: HttpRequest,
    invitation: Invitation,
    *,
    confirm: Callable[[], None] | None = None,
    usual_length: dt.timedelta = LONGEST,
    now: dt.datetime | None = None,
) -> OpenedInvitation:
    """Give the browser that sends `request` access by the link `invitation`, and renew its session.

    The caller has checked the CSRF token and the origin, answers with a redirect, and calls
    `known_browsers.remember_invitation` with the response. `confirm` uses up a mail code in the same transaction; what
    it raises propagates, and then nothing is written. Raises InvitationClosed, and counts the refusal; CodeNeeded;
    TooManyRequests if too many browsers of this client have opened links for the first time.
    """
    now, secret, visitor = now or clock.now(), browsers.new_secret(), visitor_of(request)
    viewer = _known_viewer(invitation, visitor)
    if viewer is None and (confirm or not invitation.mail_domain):
        request_limit.count(NEW_BROWSERS, visitor.address, limit=MOST_NEW_BROWSERS, now=now)
    try:
        with transaction.atomic():
            opened = open_invitation(
                invitation,
                visitor,
                new_key=browsers.digest(secret),
                usual_end=now + usual_length,
                confirm=confirm,
                now=now,
            )
    except InvitationClosed as closed:
        count_closed(closed.invitation, closed.state, now=now)
        raise
    browsers.store_secret(request, secret, until=opened.row.expires_at)
    return opened


def open_invitation(
    invitation: Invitation,
    visitor: Visitor,
    *,
    new_key: str,
    usual_end: dt.datetime,
    confirm: Callable[[], None] | None = None,
    now: dt.datetime,
) -> OpenedInvitation:
    """Give `visitor` access by `invitation`, in the caller's transaction; see `grant.create_row` for `new_key`.

    `invitation` is as it was when its link or password was found: with another one it is closed. The row ends with the
    invitation and the viewer's watch window, or without both at `usual_end`. `confirm`: see `open_link`. Raises
    InvitationClosed; CodeNeeded for a bound invitation and a viewer who was never confirmed.
    """
    lock_against_deletion(invitation)
    # The lock stands against the end of the invitation: whichever comes second sees what the other has written.
    current = Invitation.objects.select_for_update(no_key=True).filter(pk=invitation.pk).first()
    if current is None or _secret_of(current) != _secret_of(invitation):
        raise InvitationClosed(InvitationState.REVOKED)
    if confirm:  # after the lock: a change of the invitation writes it first, too, and then its mail codes
        confirm()
    is_confirmed = confirm is not None
    viewer = _known_viewer(current, visitor)
    state = _state_for(current, viewer, now)
    if state is not InvitationState.ACTIVE:
        raise InvitationClosed(state, current)
    if current.mail_domain and not is_confirmed and (viewer is None or viewer.confirmed_at is None):
        raise CodeNeeded(current)
    if viewer is None:
        viewer = InvitationViewer.objects.create(invitation=current, viewer=_digest_of(visitor, new_key), opened_at=now)
    elif visitor.is_in_frame:
        viewer.viewer = new_key  # the frame has this key from now on
        viewer.save(update_fields=["viewer"])
    if is_confirmed:
        viewer.confirmed_at = now
        viewer.save(update_fields=["confirmed_at"])
    Invitation.objects.filter(pk=current.pk).update(last_used_at=now)
    target = {"video_id": current.video_id, "section_id": current.section_id, "granted_by_id": current.pk}
    expires_at = row_end(current, viewer) or usual_end
    row = create_row(visitor, target, expires_at=expires_at, new_key=new_key, now=now, viewer=viewer)
    return OpenedInvitation(current, row, viewer)


def _secret_of(invitation: Invitation) -> tuple[str | None, str]:
    """Return what the link or the password of `invitation` is recognised by; a renewal changes it."""
    return invitation.token_digest, invitation.password_hash


def _digest_of(visitor: Visitor, new_key: str) -> str:
    """Return what a new viewer is found by: the cookie of the browser, in a frame the key that it gets."""
    return new_key if visitor.is_in_frame else browsers.digest(visitor.lasting_id.id)


def _known_viewer(invitation: Invitation, visitor: Visitor) -> InvitationViewer | None:
    """Return the viewer of `invitation` that `visitor` is, or None for a new browser; two queries at most."""
    found = invitation.viewers.filter(access_sessions__session_key__in=visitor.browser.keys)
    known = visitor.known_browser
    viewer = found.first() if visitor.browser.keys else None
    if viewer is None and visitor.is_in_frame and visitor.browser.keys:
        viewer = invitation.viewers.filter(viewer__in=visitor.browser.keys).first()
    elif viewer is None and known is not None:
        viewer = invitation.viewers.filter(viewer=browsers.digest(known.id)).first()
    return viewer


def _state_for(invitation: Invitation, viewer: InvitationViewer | None, now: dt.datetime) -> InvitationState:
    """Return the state of `invitation` for `viewer`: one who has played is no further use, but may be too late."""
    state = invitation_state(invitation, now)
    if state is InvitationState.USED_UP and viewer is not None and viewer.first_played_at is not None:
        state = InvitationState.ACTIVE
    end = row_end(invitation, viewer)
    return InvitationState.ENDED if state is InvitationState.ACTIVE and end is not None and end <= now else state
