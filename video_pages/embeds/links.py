"""The link of an invitation in a frame of another site: `?w=` and its token in the address of the frame.

As on the page of a link, a GET spends nothing and opens nothing: the frame shows a button, and the press of a person
opens the film. A token that opens nothing here changes nothing: the frame asks for the password.
"""

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.states import InvitationState, invitation_state
from video_pages.access.invitations.tokens import find_invitation
from video_pages.core import clock
from video_pages.pages.models import VideoPage

PARAMETER = "w"


@sensitive_variables()
def token_in(request: HttpRequest) -> str:
    """Return the token in the address of `request` (untrusted text), or ""."""
    return request.GET.get(PARAMETER, "")


@sensitive_variables()
def link_for(request: HttpRequest, video: VideoPage) -> Invitation | None:
    """Return the active invitation that the address of `request` names, if it is one to `video` or a section above."""
    token = token_in(request)
    invitation = find_invitation(token) if token else None
    if invitation is None or invitation_state(invitation, clock.now()) is not InvitationState.ACTIVE:
        return None
    section = invitation.section
    is_here = invitation.video_id == video.pk or (section is not None and video.path.startswith(section.path))
    return invitation if is_here else None
