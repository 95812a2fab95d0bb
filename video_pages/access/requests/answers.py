"""Answers to a request: grant it by a new link or by more time, refuse it, or block its sender."""

import datetime as dt
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
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


@sensitive_variables("token")
def grant_request(request: AccessRequest, *, user: AbstractBaseUser, **limits: Any) -> tuple[Invitation, str]:
    """Make a link for the person of `request`, with `limits` as `create_invitation` takes them.

    Its label is the person's name, until an editor changes the label or deletes the link. The log of the page does not
    contain the name.

    Returns (Invitation, token). Raises AccessPermissionError if `user` may not change the access of the page, and
    ValidationError for limits that can't be used and for a request that is answered already.
    """
    link = CreateInvitationAction(
        request.page,
        kind=Invitation.Kind.LINK,
        label=request.name,
        user=user,
        now=clock.now(),
        is_from_request=True,
        **limits,
    )
    with transaction.atomic():
        invitation, token = link.execute()
        _answer(request, State.GRANTED, user, granted=invitation)
    return invitation, token


def give_more_time(request: AccessRequest, *, user: AbstractBaseUser, ends_at: dt.datetime) -> Invitation:
    """Let the invitation from which `request` came end at `ends_at` (aware); the person uses the same link again.

    Raises as `grant_request`; ValidationError also without an invitation, for one that a person has ended, and if it
    does not end before `ends_at` already: it would be shortened.
    """
    former = request.invitation
    if former is None:
        raise ValidationError(NO_INVITATION, code="no_invitation")
    more = ExtendInvitationAction(former, user=user, ends_at=ends_at)
    with transaction.atomic():
        present = Invitation.objects.select_for_update().filter(pk=former.pk).first()
        if present is None:
            raise ValidationError(NO_INVITATION, code="no_invitation")
        if present.revoked_at is None:
            if present.ends_at is None:
                raise ValidationError(_("The invitation has no end. Give a new link."), code="no_end")
            if present.ends_at >= ends_at:
                raise ValidationError(
                    _("The invitation does not end before that. Choose a later moment."), code="not_later"
                )
        invitation: Invitation = more.execute()
        _answer(request, State.GRANTED, user, granted=invitation)
    return invitation


def _answer(request: AccessRequest, answer: State, user: Any, **columns: Any) -> None:
    """Write `answer`, in the caller's transaction; of two editors who answer at once, the second gets the error."""
    columns |= {"state": answer, "decided_at": clock.now(), "decided_by": user}
    open_now = AccessRequest.objects.filter(pk=request.pk, state__in=ANSWERABLE[answer])
    if not open_now.update(**columns):
        raise ValidationError(_("This request was answered already."), code=ANSWERED)
    for name, value in columns.items():
        setattr(request, name, value)
