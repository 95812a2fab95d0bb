"""One try at a locked page's form: from the request to an access row and a renewed session, or to a reason."""

import dataclasses

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from video_pages.access import browser as browsers
from video_pages.access.forms import UnlockForm
from video_pages.access.grant import WrongPassword, unlock
from video_pages.access.guard import SECTION
from video_pages.access.passwords import HashingBusy
from video_pages.access.throttle import TooManyGuesses


class ErrorCode(TextChoices):
    """Why a locked page was not opened; "" while nothing was tried."""

    MISSING = "missing", _("Type the password, then open the film.")
    WRONG = "wrong", _("That is not the password for this video. Look out for capital letters.")
    LIMITED = "limited", _("Too many tries.")
    BUSY = "busy", _("Many people are opening films at this moment. Try again in a few seconds.")
    EXPIRED = "expired", _("Your time is over. Type the password again to go on.")


STATUS = {
    ErrorCode.MISSING: 403,
    ErrorCode.WRONG: 403,
    ErrorCode.LIMITED: 429,
    ErrorCode.BUSY: 503,
    ErrorCode.EXPIRED: 200,
}


@dataclasses.dataclass(frozen=True)
class Refusal:
    """Why a try failed: what the page says, and for a limited client the whole seconds to wait."""

    code: ErrorCode
    retry_after: int | None = None
    of_section: bool = False

    @property
    def status(self):
        return STATUS[self.code]

    @property
    def message(self):
        if self.code == ErrorCode.WRONG and self.of_section:
            return _("That is not the password for this section. Look out for capital letters.")
        if self.code != ErrorCode.LIMITED:
            return self.code.label
        minutes = -(-self.retry_after // 60)
        return ngettext(
            "Too many tries: wait %(minutes)d minute, then try again.",
            "Too many tries: wait %(minutes)d minutes, then try again.",
            minutes,
        ) % {"minutes": minutes}


def attempt(request, page, *, lasts, browser_family="", now=None):
    """Try the password that `request` posted at `page`, a source video or section.

    `lasts` maps a Guard to a timedelta; `browser_family` is what editors are shown of the browser.
    Returns (row, None) with the session already renewed, or (None, Refusal).
    """
    form = UnlockForm(request.POST)
    if not form.is_valid():
        return None, Refusal(ErrorCode.MISSING)
    secret = browsers.new_secret()
    try:
        row = unlock(
            page,
            browsers.browser_keys(request),
            password=form.cleaned_data["password"],
            new_key=browsers.digest(secret),
            client=browsers.client_digest(request),
            known_guards=browsers.opened_before(request),
            lasts=lasts,
            seen={"network": browsers.client_place(request), "browser_family": browser_family},
            now=now,
        )
    except TooManyGuesses as limited:
        return None, Refusal(ErrorCode.LIMITED, limited.retry_after)
    except HashingBusy as busy:
        return None, Refusal(ErrorCode.BUSY, busy.retry_after)
    except WrongPassword:
        return None, Refusal(ErrorCode.WRONG, of_section=page.guard_kind == SECTION)
    browsers.keep_secret(request, secret)
    return row, None
