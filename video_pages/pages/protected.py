"""The base classes of video pages and sections: aliases, copies, and the answer to an attempt."""

import logging
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.models import Page, PageViewRestriction

from video_pages.access import attempt, known_browsers, passwords
from video_pages.access.access_length import AccessLength
from video_pages.access.decide import may_edit
from video_pages.access.guard import AccessState, Guard, access_states
from video_pages.access.models import GuardColumns
from video_pages.access.refusals import ErrorCode, UnlockRefusal
from video_pages.access.responses import HttpResponseSeeOther, keep_out_of_caches
from video_pages.access.revoke import remove_expired
from video_pages.access.site_settings import AccessSettings
from video_pages.access.visitor import Visitor, visitor_of
from video_pages.access.window import Window
from video_pages.analytics.services import record_attempt
from video_pages.core import clock
from video_pages.pages.compat import ReservedSlugsMixin
from video_pages.pages.invited.mail_code import first_code_response
from video_pages.pages.translated import TranslatedPage, is_source_live

logger = logging.getLogger(__name__)

RICH_TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul", "h3"]


def record_page_attempt(visitor: Visitor, page: Page, refusal: UnlockRefusal | None) -> None:
    """Count a right (`refusal` is None) or wrong password of `visitor` at the source page `page`, for the statistics.

    An empty form and a client that has to wait count as no attempt. Editors are not counted, as with views. Robots are
    counted: a client that guesses chooses its own name. The caller counts after the attempt and outside its
    transaction, so that an error here does not undo an unlock.
    """
    if refusal is not None and refusal.code != ErrorCode.WRONG:
        return
    if may_edit(page, visitor.user):
        return
    try:
        with transaction.atomic():
            record_attempt(page=page, is_right=refusal is None)
    except DatabaseError:
        logger.warning("A password typed at the page %s was not counted.", page.pk, exc_info=True)


if TYPE_CHECKING:
    from wagtail.models import Page as PageMixin
else:
    PageMixin = object  # the classes that inherit from these two are pages


class NoSharedPasswordMixin(PageMixin):
    """A page that Wagtail's privacy setting may restrict to groups or to users, never by a shared password."""

    private_page_options = ["groups", "login"]
    served_state: AccessState | None = None
    """The AccessState of this object for the browser that it is served to, from `read_access_state`; None elsewhere."""

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """Return Wagtail's restrictions on this page; mostly its access state shows that there are none."""
        state = self.served_state or access_states([self])[self.pk]
        if not state.maybe_restricted:
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def serve_password_required_response(self, request: HttpRequest, form: Form, action_url: str) -> HttpResponse:
        """Answer 403 where a shared password of Wagtail's is left in the database: no form accepts it."""
        return TemplateResponse(request, "403.html", status=403)


class ProtectedPage(ReservedSlugsMixin, NoSharedPasswordMixin, TranslatedPage, GuardColumns):
    """A page that can be locked. `source` is the page whose password, guard and state count.

    `guard_kind` is the kind of Guard that its password makes: `guard.VIDEO` or `guard.SECTION`.
    """

    allowed_http_methods = ["GET", "HEAD", "POST"]

    class Meta:
        abstract = True

    @property
    def source(self) -> Any:
        """The page itself, or for an alias the page that it follows."""
        page = self
        while page.alias_of_id:
            page = page.alias_of.specific
        return page

    @property
    def duration_seconds(self) -> float:
        """The duration of the page's own video; 0 for a section."""
        return 0

    def set_password(self, raw: str, *, user: User | None = None) -> None:
        """Set `raw` as the password; see `access.passwords.set_password`."""
        passwords.set_password(self, raw, user=user)

    def check_password(self, raw: str) -> bool:
        """Return whether `raw` is this page's own password; see `access.passwords.matches`."""
        return passwords.matches(raw, self.source.password_hash)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        # Wagtail's alias action copies every column; exclude_fields_in_copy does not reach it.
        if self._state.adding and self.alias_of_id:
            self.reset_kept_columns()
            # Lists and windows read an alias's own row; the actions keep it equal to that of its source.
            source = self.source
            self.listed, self.opens_at, self.closes_at = source.listed, source.opens_at, source.closes_at
        # Wagtail publishes the aliases of a draft, too, when it is scheduled.
        if self.alias_of_id and self.live and not is_source_live(self):
            self.live, self.has_unpublished_changes = False, True
        return super().save(*args, **kwargs)

    @method_decorator(sensitive_post_parameters("password"))
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a visit of the page, or a password posted to it."""
        request.is_preview = False  # type: ignore[attr-defined]  # Wagtail's templates read it
        source = self.source
        state = source.served_state or visitor_of(request).access_states([source])[source.pk]
        remove_expired(state, clock.now())
        return keep_out_of_caches(self.answer(request, source, state))

    @abstractmethod
    def answer(self, request: HttpRequest, source: Any, state: AccessState) -> HttpResponse:
        """Return the response to `request`; `state` is the AccessState of `source` for its browser."""

    def answer_attempt(
        self,
        request: HttpRequest,
        source: Any,
        *,
        guard: Guard | None,
        reach: Sequence[int],
        refused: Callable[[UnlockRefusal], HttpResponse],
    ) -> HttpResponse:
        """Answer a password posted to this page: 303 to its own address, or `refused(refusal)`.

        `guard` opens `source`, whose AccessState has `reach`. Without a guard no password is needed, and every one is
        answered with 303.
        """
        if guard is None:
            return HttpResponseSeeOther(request.get_full_path())
        length = AccessLength(self.access_settings(request).access_minutes, source.duration_seconds)
        unlocked, refusal = attempt.attempt(request, source, guard=guard, reach=reach, length=length)
        visitor = visitor_of(request)
        if refusal is not None and refusal.ticket is not None:
            return first_code_response(request, refusal.ticket)
        record_page_attempt(visitor, source, refusal)
        response = HttpResponseSeeOther(request.get_full_path()) if refusal is None else refused(refusal)
        if refusal is not None:
            response.status_code = refusal.status
            if refusal.retry_after:
                response.headers["Retry-After"] = str(refusal.retry_after)
            attempt.remember_limit(response, guard, refusal, clock.now())
        if unlocked is not None:
            if unlocked.invitation is not None:
                known_browsers.remember_invitation(response, visitor.lasting_id, unlocked.row)
            else:
                known = visitor.known_browser
                known_browsers.remember_unlock(response, known, guard=unlocked.guard, row=unlocked.row)
        return response

    def is_shut_to(self, request: HttpRequest, source: Any, state: AccessState) -> bool:
        """Return whether the window of `source`, whose AccessState is `state`, keeps the visitor out now."""
        window = state.window
        if window is None or window.is_open(clock.now()):
            return False
        return not may_edit(source, visitor_of(request).user)

    def with_status_of_window(
        self, response: HttpResponse, request: HttpRequest, window: Window | None
    ) -> HttpResponse:
        """Set the status of `response`, the page outside its `window`: 403 before it, and for a posted password.

        No password is checked then: it is neither hashed nor counted as a guess.
        """
        if request.method == "POST" or (window is not None and window.is_not_yet_open(clock.now())):
            response.status_code = 403
        return response

    def access_settings(self, request: HttpRequest) -> AccessSettings:
        """Return the AccessSettings of the site that `request` addresses."""
        return AccessSettings.for_request(request)


def read_access_state(page: Page, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
    """Read what opens `page` for this browser, once for Wagtail's check of its own restrictions and for `serve`.

    Wagtail calls this hook before it serves a page.
    """
    if isinstance(page, ProtectedPage):
        page.served_state = visitor_of(request).access_states([page])[page.pk]
