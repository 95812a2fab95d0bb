"""The marks of forms that must not be answered twice: a page that is loaded again sends its form again."""

import secrets

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import transaction
from django.http import HttpRequest

from video_pages.access.locks import lock_key

FIELD = "mark"
ANSWERED = "invitations_made"  # in the session: the marks of forms that were answered
MOST_MARKS = 20


def new_mark() -> str:
    """Return a random mark of a form, by which it is recognised if it is sent twice."""
    return secrets.token_urlsafe(12)


def was_answered(request: HttpRequest) -> bool:
    """Return whether the form that `request` sends was answered before."""
    return request.POST.get(FIELD, "") in request.session.get(ANSWERED, [])


def claim_answer(request: HttpRequest) -> bool:
    """Note in the stored session, before anything is done, that the form is answered; False if it was answered before.

    The note stays if the request fails, and of two requests at once one gets True. A form without a mark always does.
    """
    session = request.session
    with transaction.atomic():
        lock_key(f"answered forms:{session.session_key}")
        stored = type(session)(session.session_key).get(ANSWERED, [])
        if request.POST.get(FIELD, "") in stored:
            return False
        session[ANSWERED] = stored
        remember_answer(request)
        try:
            session.save()
        except UpdateError as error:
            raise SessionInterrupted("The session was ended before the form was answered.") from error
    return True


def remember_answer(request: HttpRequest) -> None:
    """Note that the form that `request` sends is answered. A form without a mark is not remembered."""
    mark = request.POST.get(FIELD, "")
    if mark:
        request.session[ANSWERED] = [*request.session.get(ANSWERED, []), mark][-MOST_MARKS:]
