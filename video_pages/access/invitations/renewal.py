"""Give an invitation another link or password, and delete invitations."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from video_pages.access.distinct_passwords import DistinctPasswordAction, lock_passwords
from video_pages.access.invitations.by_mail.models import MailCode
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.secrets import Secret, link_secret, password_secret, refuse_equal
from video_pages.access.invitations.services import InvitationAction
from video_pages.access.models import VideoAccessSession
from video_pages.core.log_actions import LogAction


class RenewSecretAction(DistinctPasswordAction, InvitationAction):
    """Gives `invitation` another link or a generated password; `execute` returns (invitation, secret).

    The former one opens nothing from then on, and the access that it gave ends. Limits, viewers and the number of uses
    stay: a browser that has played is known again and does not count twice. Raises ValidationError for an invitation
    that a person has ended, HashingBusy if too many passwords are hashed already.
    """

    action_name = "renew_invitation"
    log_action = LogAction.INVITATION_RENEWED

    def __init__(self, invitation: Invitation, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(invitation.page, user=user)
        self._invitation = invitation
        self._secret: Secret | None = None

    @sensitive_variables()
    def prepare(self) -> None:
        is_link = self._invitation.kind == Invitation.Kind.LINK
        self._secret = link_secret() if is_link else password_secret(self.instance, None)

    @sensitive_variables()
    def act(self) -> tuple[Invitation, str]:
        secret, invitation = self._secret, self._invitation
        if secret is None:
            raise TypeError("An action is executed, not called.")
        lock_passwords(self.instance)
        refuse_equal(self.instance, secret)
        if not Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(**secret.columns):
            raise ValidationError(_("This invitation was ended by hand. Make a new one."), code="revoked")
        secret.store_fingerprint(invitation.pk)
        VideoAccessSession.objects.filter(granted_by=invitation.pk).delete()
        MailCode.objects.filter(invitation=invitation.pk).delete()  # asked for with the former link or password
        for name, value in secret.columns.items():
            setattr(invitation, name, value)
        self.describe(invitation)
        return invitation, secret.text


class DeleteInvitationAction(InvitationAction):
    """Deletes `invitation`, its viewers and the access that it has given; the history of the page keeps its label."""

    action_name = "delete_invitation"
    log_action = LogAction.INVITATION_DELETED

    def __init__(self, invitation: Invitation, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(invitation.page, user=user)
        self._invitation = invitation

    def act(self) -> bool:
        self.describe(self._invitation)
        found = Invitation.objects.filter(pk=self._invitation.pk)
        # Locked before Django reads what goes along: who is opening it now has stored that, or will find it gone.
        list(found.select_for_update().values_list("pk"))
        deleted, _by_model = found.delete()
        return bool(deleted)
