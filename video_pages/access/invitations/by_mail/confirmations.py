"""A changed address or domain of an invitation: confirmations by mail code end, and the access that they gave."""

from video_pages.access.invitations.by_mail.models import MailCode
from video_pages.access.invitations.models import Invitation
from video_pages.access.models import VideoAccessSession


def forget_confirmations(invitation: Invitation) -> None:
    """Have every browser need a new code for `invitation`, in the caller's transaction, and end its present access."""
    invitation.viewers.exclude(confirmed_at=None).update(confirmed_at=None)
    MailCode.objects.filter(invitation=invitation.pk).delete()
    if invitation.mail_domain:
        VideoAccessSession.objects.filter(granted_by=invitation.pk).delete()
