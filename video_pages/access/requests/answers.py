"""Answers to a request: grant it by a new link or by more time, refuse it, or block its sender."""

import datetime as dt
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from video_pages.access.actions import AccessAction
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.services import CreateInvitationAction, ExtendInvitationAction
from video_pages.access.requests.models import AccessRequest
from video_pages.core import clock
from video_pages.core.log_actions import LogAction

State = AccessRequest.State
ANSWERED = "answered"
"""The code of the error of a second answer."""
NO_INVITATION = _("The invitation is not there any more. Give a new link.")
ANSWERABLE = {State.GRANTED: (State.NEW, State.REFUSED), State.REFUSED: (State.NEW,)}
ANSWERABLE[State.BLOCKED] = (State.NEW, State.REFUSED)
"""{answer: the states in which a request can get it}."""


class AnswerAction(AccessAction):
    """An answer to `request` that opens nothing; its sender is not told. Raises ValidationError if it has one already.

    The log of the page names neither the person nor the address: both are erased after a time.
    """

    answer: State

    def __init__(self, request: AccessRequest, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(request.page, user=user)
        self.request = request

    def act(self) -> None:
        _answer(self.request, self.answer, self.user)


class RefuseRequestAction(AnswerAction):
    """Refuses a request."""

    action_name = "refuse_request"
    log_action = LogAction.REQUEST_REFUSED
    answer = State.REFUSED


class BlockRequestAction(AnswerAction):
    """Refuses a request and the later ones of its address: for a section and all below, or the section of a video."""

    action_name = "block_request"
    log_action = LogAction.REQUEST_BLOCKED
    answer = State.BLOCKED


class GrantRequestAction(CreateInvitationAction):
    """Makes a link for the person of `request`, with `limits` as CreateInvitationAction takes them.

    Its label is the person's name, until an editor changes the label or deletes the link. The log of the page does not
    contain the name. `execute` returns (Invitation, token). Raises ValidationError also for a request that is answered
    already.
    """

    action_name = "grant_request"

    def __init__(self, request: AccessRequest, *, user: AbstractBaseUser | None = None, **limits: Any) -> None:
        super().__init__(
            request.page,
            kind=Invitation.Kind.LINK,
            label=request.name,
            user=user,
            now=clock.now(),
            is_from_request=True,
            **limits,
        )
        self.request = request

    @sensitive_variables("token")
    def act(self) -> tuple[Invitation, str]:
        invitation, token = super().act()
        _answer(self.request, State.GRANTED, self.user, granted=invitation)
        return invitation, token


class GiveMoreTimeAction(ExtendInvitationAction):
    """Lets the invitation from which `request` came end at `ends_at` (aware); the person uses the same link again.

    `execute` returns the Invitation. Raises ValidationError as ExtendInvitationAction, for a request that is answered
    already, and without an invitation (also when the action is made); also if the invitation does not end before
    `ends_at` already: it would be shortened.
    """

    action_name = "give_more_time"

    def __init__(self, request: AccessRequest, *, ends_at: dt.datetime, user: AbstractBaseUser | None = None) -> None:
        if request.invitation is None:
            raise ValidationError(NO_INVITATION, code="no_invitation")
        super().__init__(request.invitation, user=user, ends_at=ends_at)
        self.request, self.ends_at = request, ends_at

    def act(self) -> Invitation:
        present = Invitation.objects.select_for_update().filter(pk=self._invitation.pk).first()
        if present is None:
            raise ValidationError(NO_INVITATION, code="no_invitation")
        if present.revoked_at is None:
            if present.ends_at is None:
                raise ValidationError(_("The invitation has no end. Give a new link."), code="no_end")
            if present.ends_at >= self.ends_at:
                raise ValidationError(
                    _("The invitation does not end before that. Choose a later moment."), code="not_later"
                )
        invitation = super().act()
        _answer(self.request, State.GRANTED, self.user, granted=invitation)
        return invitation


def _answer(request: AccessRequest, answer: State, user: Any, **columns: Any) -> None:
    """Write `answer`, in the caller's transaction; of two editors who answer at once, the second gets the error."""
    columns |= {"state": answer, "decided_at": clock.now(), "decided_by": user}
    open_now = AccessRequest.objects.filter(pk=request.pk, state__in=ANSWERABLE[answer])
    if not open_now.update(**columns):
        raise ValidationError(_("This request was answered already."), code=ANSWERED)
    for name, value in columns.items():
        setattr(request, name, value)
