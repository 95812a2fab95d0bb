"""Answer the address of a page as to somebody else, without ending the session of the editor who asks.

The request gets another visitor and another user for the time of this answer; its session is neither read nor written
through them. Nothing is granted: no row is made, and the addresses of a player are asked for by the editor's own
browser, under the editor's own right.
"""

import dataclasses
import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from wagtail.models import Page

from video_pages.access.access_rows import AccessRow, HeldRow, Invited
from video_pages.access.browser import Browser
from video_pages.access.decide import may_edit, passes_restrictions
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.states import InvitationState, invitation_state
from video_pages.access.known_browsers import cookies_after
from video_pages.access.listed import REQUEST_ATTRIBUTE as VIEWER
from video_pages.access.responses import keep_out_of_caches
from video_pages.access.visitor import REQUEST_ATTRIBUTE as VISITOR
from video_pages.access.visitor import Visitor
from video_pages.core import clock
from video_pages.core.privileges import users_with_more_rights
from video_pages.pages.protected import ProtectedPage
from video_pages.wagtail_admin.see_as.seeing import PARAMETER, As, Seeing, read_seeing

BANNER = "see_as"
"""The attribute of a request with the sentence that the page shows above everything else."""
USUAL = dt.timedelta(hours=1)


def replace_visitor(page: Page, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
    """Have `request` come from the person of its signed value; Wagtail's hook, before all others about access."""
    if PARAMETER not in request.GET or not isinstance(page, ProtectedPage):
        return None
    seeing = read_seeing(request.GET[PARAMETER])
    if seeing is None or request.method not in ("GET", "HEAD") or not _is_for(seeing, page, request.user):
        return HttpResponseRedirect(request.path)
    user = _user_of(seeing, request.user)
    if seeing.person == As.EDITOR and user is None:
        return HttpResponseRedirect(request.path)
    shown = user or AnonymousUser()
    request.user = shown
    setattr(request, VISITOR, _visitor(seeing, request, shown))
    if hasattr(request, VIEWER):
        delattr(request, VIEWER)
    setattr(request, BANNER, _sentence(seeing, user))
    if passes_restrictions(page, shown):
        return None
    # Wagtail would send the editor, who is signed in, to the sign-in and back.
    return keep_out_of_caches(TemplateResponse(request, "403.html", status=403))


def _visitor(seeing: Seeing, request: HttpRequest, shown: User | AnonymousUser) -> Visitor:
    """Return the Visitor for the person of `seeing`.

    An invitation gives the row that a browser has which has just opened it. The browser of one that is over opened it
    before; one that was never open for this person leaves a stranger.
    """
    visitor = Visitor(Browser(), shown, meta=request.META, is_editor=True)
    if seeing.person != As.INVITED:
        return visitor
    invitation = Invitation.objects.select_related("video", "section").filter(pk=seeing.person_id).first()
    if invitation is None:
        return visitor
    now = clock.now()
    state = invitation_state(invitation, now)
    if state in (InvitationState.REVOKED, InvitationState.ENDED):
        return dataclasses.replace(visitor, cookies=cookies_after(invitation.pk))
    if state is not InvitationState.ACTIVE:
        return visitor
    limits = (invitation.most_viewers, invitation.uses, invitation.at_once)
    invited = Invited(invitation.pk, None, *limits, None, None, invitation.ends_at, invitation.window_hours)
    row = AccessRow(0, now, invitation.ends_at or now + USUAL, invited)
    held = HeldRow(invitation.page.pk, invitation.page.path, invitation.section_id is not None, row)
    return dataclasses.replace(visitor, held=held)


def _is_for(seeing: Seeing, page: ProtectedPage, user: User | AnonymousUser) -> bool:
    return (
        user.is_authenticated
        and user.pk == seeing.user_id
        and page.pk == seeing.page_id
        and may_edit(page.source, user)
    )


def _user_of(seeing: Seeing, asking: Any) -> User | None:
    """Return the editor of `seeing`; None without one, and for one with a right that the user `asking` does not have.

    Menus and lists show what the editor may see, such as private pages of a group.
    """
    if seeing.person != As.EDITOR:
        return None
    person = User.objects.filter(pk=seeing.person_id, is_active=True).first()
    return None if person is None or users_with_more_rights(asking, [person]) else person


def _sentence(seeing: Seeing, user: User | None) -> str:
    if seeing.person == As.STRANGER:
        return _("You see this page as a stranger sees it.")
    if seeing.person == As.EDITOR:
        return _("You see this page as the editor %(name)s sees it.") % {"name": user.get_username() if user else ""}
    invitation = Invitation.objects.filter(pk=seeing.person_id).first()
    if invitation is None:
        return _("This invitation does not exist any more. You see the page as a stranger sees it.")
    state = invitation_state(invitation, clock.now())
    if state is not InvitationState.ACTIVE:
        text = _(
            "You see this page as somebody with the invitation “%(label)s” sees it, which opens nothing now: %(state)s."
        )
        return text % {"label": invitation.label, "state": state.label}
    return _("You see this page as somebody with the invitation “%(label)s” sees it.") % {"label": invitation.label}
