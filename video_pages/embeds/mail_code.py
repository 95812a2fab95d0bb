"""The mail code of an invitation in a frame of another site: the same steps as on the site, in the frame's document.

A frame has no cookie of the site, so the code is bound to the id of its form, which stays the same from answer to
answer (`form_token`). The ticket goes in a hidden field, and after a reload the frame begins again.
"""

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from video_pages.access.invitations.by_mail.tickets import Ticket, new_ticket, read_ticket
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.opening import status_of
from video_pages.access.invitations.states import InvitationState
from video_pages.access.lengths import MAX_ACCESS_MINUTES
from video_pages.access.visitor import visitor_of
from video_pages.core import clock
from video_pages.pages.models import VideoPage

TICKET_FIELD = "ticket"


def ticket_for(request: HttpRequest, invitation: Invitation) -> Ticket:
    """Return the Ticket of the frame that sends `request`, whose button of the link of `invitation` was pressed."""
    return new_ticket(invitation, visitor_of(request), address="", usual_minutes=MAX_ACCESS_MINUTES)


@sensitive_variables()
def ticket_in(request: HttpRequest, video: VideoPage) -> Ticket | None:
    """Return the Ticket in the form that `request` sends, or None.

    None if it is not of this frame, or if its invitation opens nothing here now.
    """
    visitor = visitor_of(request)
    ticket = read_ticket(request.POST.get(TICKET_FIELD, ""), visitor) if visitor.form_id else None
    if ticket is None or not _is_here(ticket.invitation, video):
        return None
    is_active = status_of(ticket.invitation, visitor, clock.now()).state is InvitationState.ACTIVE
    return ticket if is_active else None


def _is_here(invitation: Invitation, video: VideoPage) -> bool:
    section = invitation.section
    return invitation.video_id == video.pk or (section is not None and video.path.startswith(section.path))
