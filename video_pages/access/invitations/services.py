"""Make, change and end invitations. Each is an action on the page: it checks a right and writes one log entry.

The functions check no right: they are for programs without a user, and for callers that have checked already. `user`
is who the log names.
"""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from video_pages.access.actions import AccessAction
from video_pages.access.distinct_passwords import DistinctPasswordAction, lock_passwords
from video_pages.access.invitations.by_mail.bindings import Binding, bind, is_bound
from video_pages.access.invitations.by_mail.confirmations import forget_confirmations
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.row_ends import update_rows
from video_pages.access.invitations.rules import RuleBook, enforce_rules
from video_pages.access.invitations.secrets import Secret, link_secret, password_secret, refuse_equal
from video_pages.access.invitations.states import InvitationState, invitation_state
from video_pages.access.models import VideoAccessSession
from video_pages.core import clock
from video_pages.core.log_actions import LogAction
from video_pages.core.page_protocols import LockablePage

MAIL_TO = "mail_to"
LIMITS = frozenset(
    [
        "note",
        "opens_at",
        "ends_at",
        "window_hours",
        "most_viewers",
        "at_once",
        "allows_download",
        "shows_label",
        MAIL_TO,
    ]
)
"""What `create_invitation` takes beside kind and label: columns of Invitation, and MAIL_TO.

MAIL_TO is the mail address or domain that it is for, as text, "" for none; see `by_mail.bindings.read_binding`.
"""
CHANGEABLE = LIMITS | {"label"}


class InvitationAction(AccessAction):
    """An action on an invitation of `page`; the log of the page names its label.

    Not if the label is the name of a person who asked for access: entries of the log are never erased.
    """

    action_name: ClassVar[str]

    def describe(self, invitation: Invitation) -> None:
        """Have the log entry name `invitation`."""
        named = {} if invitation.is_from_request else {"invitation": invitation.label}
        bound = {"by_mail_code": "yes"} if is_bound(invitation) else {}
        self.log_data = {**named, **bound, "invitation_id": str(invitation.pk)}


class CreateInvitationAction(DistinctPasswordAction, InvitationAction):
    """Makes an invitation for `page`; `execute` returns (Invitation, secret).

    The secret is the password, or the token of the link; it is not stored and can't be had again. Without `secret` a
    password is generated; a link takes none. `limits` are those of LIMITS. `overrides_rules`: the user wants to go
    against the rules, if they may. `is_from_request`: the label is the name of a person who asked. Raises
    ValidationError for limits that the rules forbid, and for limits or a password that can't be used, HashingBusy if
    too many passwords are hashed already, TypeError for unknown limits.
    """

    action_name = "create_invitation"
    log_action = LogAction.INVITED

    @sensitive_variables("secret")
    def __init__(
        self,
        page: LockablePage,
        *,
        kind: str,
        label: str,
        user: AbstractBaseUser | None = None,
        secret: str | None = None,
        now: dt.datetime | None = None,
        overrides_rules: bool = False,
        is_from_request: bool = False,
        **limits: Any,
    ) -> None:
        super().__init__(page, user=user)
        _refuse_unknown(limits, LIMITS)
        self._overrides_rules = overrides_rules
        kind = Invitation.Kind(kind)
        if kind == Invitation.Kind.LINK and secret is not None:
            raise TypeError("The token of a link is always random.")
        self._typed = secret
        self._mail_to = limits.pop(MAIL_TO, "")
        self._invitation = Invitation(
            **{self.instance.guard_kind: self.instance},
            kind=kind,
            label=label.strip(),
            created_by_id=user.pk if user else None,
            created_at=now or clock.now(),
            is_from_request=is_from_request,
            **limits,
        )
        self._secret: Secret | None = None

    @sensitive_variables()
    def prepare(self) -> None:
        bind(self._invitation, self._mail_to)
        self._invitation.full_clean(validate_unique=False, validate_constraints=False)
        enforce_rules(self._invitation, self.instance.path, user=self.user, overrides=self._overrides_rules)
        is_link = self._invitation.kind == Invitation.Kind.LINK
        self._secret = link_secret() if is_link else password_secret(self.instance, self._typed)

    @sensitive_variables()
    def act(self) -> tuple[Invitation, str]:
        secret, invitation = self._secret, self._invitation
        if secret is None:
            raise TypeError("An action is executed, not called.")
        lock_passwords(self.instance)  # of two equal passwords at once, one is refused
        refuse_equal(self.instance, secret)
        for name, value in secret.columns.items():
            setattr(invitation, name, value)
        invitation.save(force_insert=True)
        secret.store_fingerprint(invitation.pk)
        self.describe(invitation)
        return invitation, secret.text


class ExtendInvitationAction(InvitationAction):
    """Changes limits of `invitation`, such as `ends_at`, and the access that it has given; `execute` returns it.

    `changes` are those of CHANGEABLE; what is not named stays, and the rules do not judge it. `book`: the rules, where
    they are read for many. An opening that is still to come ends the access: the link or the password then gives it
    again. So does another mail address or domain, for which every browser needs a code. Raises ValidationError for
    limits that can't be used, for those that the rules forbid (unless the user may override them and wants to), and for
    an invitation that a person has ended; TypeError for unknown limits.
    """

    action_name = "extend_invitation"
    log_action = LogAction.INVITATION_CHANGED

    def __init__(
        self,
        invitation: Invitation,
        *,
        user: AbstractBaseUser | None = None,
        overrides_rules: bool = False,
        book: RuleBook | None = None,
        **changes: Any,
    ) -> None:
        super().__init__(invitation.page, user=user)
        _refuse_unknown(changes, CHANGEABLE)
        self._overrides_rules, self._book = overrides_rules, book
        self._invitation, self._changes = invitation, changes

    def act(self) -> Invitation:
        current = Invitation.objects.select_for_update().get(pk=self._invitation.pk)
        if current.revoked_at is not None:
            message = _("This invitation was ended by hand. Make a new one.")
            raise ValidationError(message, code="revoked")
        columns = {name: value for name, value in self._changes.items() if name != MAIL_TO}
        is_bound_anew = MAIL_TO in self._changes and bind(current, self._changes[MAIL_TO])
        columns |= {name: getattr(current, name) for name in Binding._fields} if is_bound_anew else {}
        for name, value in columns.items():
            setattr(current, name, value.strip() if name == "label" else value)
        current.full_clean(validate_unique=False, validate_constraints=False)
        enforce_rules(
            current,
            self.instance.path,
            user=self.user,
            overrides=self._overrides_rules,
            changed=self._changes,
            book=self._book,
        )
        current.save(update_fields=list(columns))
        update_rows(current)
        if is_bound_anew:
            forget_confirmations(current)
        if invitation_state(current, clock.now()) is InvitationState.NOT_YET:
            VideoAccessSession.objects.filter(granted_by=current.pk).delete()  # it opens nothing before that moment
        for name in columns:
            setattr(self._invitation, name, getattr(current, name))
        self.describe(current)
        return self._invitation


class EndInvitationAction(InvitationAction):
    """Ends `invitation` and all access that it has given; `execute` returns False if a person has ended it before."""

    action_name = "end_invitation"
    log_action = LogAction.INVITATION_ENDED

    def __init__(
        self, invitation: Invitation, *, user: AbstractBaseUser | None = None, now: dt.datetime | None = None
    ) -> None:
        super().__init__(invitation.page, user=user)
        self._invitation, self._now = invitation, now or clock.now()

    def act(self) -> bool:
        columns = {"revoked_at": self._now, "revoked_by": self.user}
        is_ended = bool(Invitation.objects.filter(pk=self._invitation.pk, revoked_at=None).update(**columns))
        VideoAccessSession.objects.filter(granted_by=self._invitation.pk).delete()
        if is_ended:
            for name, value in columns.items():
                setattr(self._invitation, name, value)
            self.describe(self._invitation)
        return is_ended


@sensitive_variables("secret")
def create_invitation(
    page: LockablePage,
    *,
    kind: str,
    label: str,
    user: AbstractBaseUser | None = None,
    secret: str | None = None,
    **limits: Any,
) -> tuple[Invitation, str]:
    """Make an invitation for `page` without a check of permissions; see CreateInvitationAction."""
    action = CreateInvitationAction(page, kind=kind, label=label, user=user, secret=secret, **limits)
    invitation, text = action.execute(skip_permission_checks=True)
    return invitation, text


def extend_invitation(invitation: Invitation, *, user: AbstractBaseUser | None = None, **changes: Any) -> Invitation:
    """Change limits of `invitation` without a check of permissions; see ExtendInvitationAction."""
    action = ExtendInvitationAction(invitation, user=user, **changes)
    changed: Invitation = action.execute(skip_permission_checks=True)
    return changed


def end_invitation(invitation: Invitation, *, user: AbstractBaseUser | None = None) -> bool:
    """End `invitation` without a check of permissions; see EndInvitationAction."""
    return bool(EndInvitationAction(invitation, user=user).execute(skip_permission_checks=True))


def _refuse_unknown(given: dict[str, Any], known: frozenset[str]) -> None:
    unknown = set(given) - known
    if unknown:
        raise TypeError(f"An invitation has no limit {', '.join(sorted(unknown))}.")
