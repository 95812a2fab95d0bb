"""The marks of forms that must not be answered twice: a page that is loaded again sends its form again."""

import secrets

from django.http import HttpRequest

FIELD = "mark"
ANSWERED = "invitations_made"  # in the session: the marks of forms that were answered
MOST_MARKS = 20


def new_mark() -> str:
    """Return a random mark of a form, by which it is recognised if it is sent twice."""
    return secrets.token_urlsafe(12)


def was_answered(request: HttpRequest) -> bool:
    """Return whether the form that `request` sends was answered before."""
    return request.POST.get(FIELD, "") in request.session.get(ANSWERED, [])


def remember_answer(request: HttpRequest) -> None:
    """Note that the form that `request` sends is answered. A form without a mark is not remembered."""
    mark = request.POST.get(FIELD, "")
    if mark:
        request.session[ANSWERED] = [*request.session.get(ANSWERED, []), mark][-MOST_MARKS:]
