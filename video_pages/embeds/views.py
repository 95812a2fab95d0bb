"""`/embed/<uuid>/`: the player in a frame of another site, with a password form of its own.

Only sites on the owner's list may show it: browsers enforce `frame-ancestors`. The session cookie of the site is Lax,
so browsers send it in no frame of another site; where the frame lies within the same site they do, and it is not read:
no user and no unlock of the site counts here, so no page around the frame can use them.

The key of a frame (`access.browser`) comes from the header KEY_HEADER, which the scripts of the frame send, or from the
cookie. A right password makes a new key. The response has the player, whose addresses contain the key: where browsers
keep no cookie, the frame's document alone has it.
"""

from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from video_pages.access import attempt
from video_pages.access.access_length import AccessLength
from video_pages.access.browser import FRAME_KEY, frame_key, use_frame_key
from video_pages.access.decide import Reason, Verdict, decide
from video_pages.access.embed_sites import names_site
from video_pages.access.guard import access_states
from video_pages.access.invitations.by_mail.tickets import Ticket
from video_pages.access.invitations.endings import reason_of_locked_page
from video_pages.access.invitations.opening import CodeNeeded, InvitationClosed, open_link
from video_pages.access.invitations.typed import with_entrances
from video_pages.access.refusals import UnlockRefusal
from video_pages.access.request_limit import TooManyRequests
from video_pages.access.responses import LINK_REFERRER_POLICY, keep_out_of_caches
from video_pages.access.site_settings import AccessSettings
from video_pages.access.visitor import visitor_in_frame, visitor_of
from video_pages.core import clock
from video_pages.delivery.views import find_video
from video_pages.delivery.watch_reports import is_same_origin
from video_pages.embeds.form_token import form_id_of, new_token
from video_pages.embeds.frame_cookie import keep_key, key_in_cookie
from video_pages.embeds.links import link_for
from video_pages.embeds.mail_code import TICKET_FIELD, ticket_for, ticket_in
from video_pages.pages.context import locked_context, player_context
from video_pages.pages.invited.code_steps import CodeStep, next_step
from video_pages.pages.invited.mail_code import NO_MAIL_STATUS, step_context
from video_pages.pages.models import VideoPage
from video_pages.pages.protected import record_page_attempt
from video_pages.pages.video_page import EXPLAINED

KEY_HEADER = "X-Frame-Key"
FRAME_DESTINATIONS = frozenset(["iframe", "frame", "embed", "object", "fencedframe"])
"""Values of Sec-Fetch-Dest of requests for a page in a frame (Fetch Metadata, 2.1)."""
NOT_HERE = frozenset([Reason.NOT_LIVE, Reason.RESTRICTED])
"""Reasons for which the page of a video shows neither its title nor a form."""


@csrf_exempt  # the session counts for nothing here; `form_token` says what protects the form
@xframe_options_exempt
@sensitive_post_parameters("password", "email", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def embed(request: HttpRequest, video_id: str) -> HttpResponse:
    """Answer with the player or the password form of the video with the uuid `video_id` (untrusted text).

    Raises Http404 where the owner allows no site.
    """
    sites = AccessSettings.for_request(request).frame_sites
    if not sites:
        raise Http404
    video = find_video(video_id)
    if video is None or _is_in_frame_of_another(request, sites):
        response = _message(request, status=404)
    else:
        response = _answer(request, VideoPage.objects.select_related("video_file").get(pk=video.pk))
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = LINK_REFERRER_POLICY  # its address may have a token
    csp_replace({"frame-ancestors": sites})(lambda _request: response)(request)
    # media-chrome's elements write their styles into <style> elements of their shadow roots.
    csp_update({"style-src": [UNSAFE_INLINE]})(lambda _request: response)(request)
    return keep_out_of_caches(response)


def _is_in_frame_of_another(request: HttpRequest, sites: list[str]) -> bool:
    """Return whether the browser says that a site which is not listed asks for the page in a frame.

    The browser would not show the response there. This refusal tells such a site's visitors nothing either.
    """
    referrer = request.headers.get("Referer", "")
    if request.headers.get("Sec-Fetch-Dest") not in FRAME_DESTINATIONS or "://" not in referrer:
        return False
    origin = "/".join(referrer.split("/")[:3])
    return origin != f"{request.scheme}://{request.get_host()}" and not names_site(sites, origin)


def _answer(request: HttpRequest, video: VideoPage) -> HttpResponse:
    sent = request.headers.get(KEY_HEADER, "")
    key = sent if FRAME_KEY.fullmatch(sent) else ""
    # A form that is sent without a script has no key and makes a new one: two frames that share a cookie stay apart.
    use_frame_key(request, key if key or request.method == "POST" else key_in_cookie(request))
    visitor, now = visitor_of(request), clock.now()
    states = access_states([video], visitor.browser.keys)
    if not video.open_to_everyone:
        states = with_entrances(states, now)
    verdict = decide(video, visitor.browser, visitor.user, now, state=states[video.pk])
    if verdict.reason in NOT_HERE:
        return _message(request, status=404)
    if verdict.reason in (Reason.NOT_YET, Reason.CLOSED):
        return video.with_status_of_window(_locked(request, video, verdict), request, verdict.window)
    if request.method == "POST" and verdict.reason != Reason.OPEN:
        return _answer_form(request, video, verdict)
    return _player(request, video, verdict) if verdict.allowed else _locked(request, video, verdict)


def _answer_form(request: HttpRequest, video: VideoPage, verdict: Verdict) -> HttpResponse:
    """Return the response to a password for `video`, to the button of a link, or to a step of a mail code."""
    own = frame_key(request)
    keys = (own,) if own else ("", key_in_cookie(request))
    form_id = form_id_of(request.POST.get("csrfmiddlewaretoken", ""), video.uuid, *keys)
    if not form_id or not is_same_origin(request):
        error = _("This form was open for too long, or its page does not let it be sent. Try again.")
        return _locked(request, video, verdict, error=error, status=403)
    visitor = visitor_in_frame(request, form_id)
    if TICKET_FIELD in request.POST:
        return _answer_code(request, video, verdict, ticket_in(request, video), form_id)
    if "password" not in request.POST:
        return _answer_button(request, video, verdict, form_id)
    if verdict.guard is None:
        return _locked(request, video, verdict, form_id=form_id, status=403)  # no password opens it
    length = AccessLength(video.access_settings(request).access_minutes, video.duration_seconds)
    _unlocked, refusal = attempt.attempt(request, video, guard=verdict.guard, length=length)
    record_page_attempt(visitor, video, refusal)
    if refusal is not None and refusal.ticket is not None:
        return _code_page(request, video, verdict, CodeStep(refusal.ticket, status=refusal.status), form_id)
    if refusal is not None:
        response = _locked(request, video, verdict, refusal=refusal, form_id=form_id, status=refusal.status)
        if refusal.retry_after:
            response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    return _opened(request, video)


def _answer_button(request: HttpRequest, video: VideoPage, verdict: Verdict, form_id: str) -> HttpResponse:
    """Return the response to the button of the link that the address names."""
    invitation = link_for(request, video)
    try:
        if invitation is not None:
            open_link(request, invitation)
    except CodeNeeded as needed:
        return _answer_code(request, video, verdict, ticket_for(request, needed.invitation), form_id)
    except InvitationClosed:
        invitation = None  # it has ended since the lookup
    except TooManyRequests as limited:
        error = _("Many browsers of your network have opened links. Try again in an hour.")
        response = _locked(request, video, verdict, error=error, status=429)
        response.headers["Retry-After"] = str(limited.retry_after)
        return response
    if invitation is None:
        return _locked(request, video, verdict, error=_("This invitation opens nothing any more."), status=403)
    return _opened(request, video)


def _answer_code(
    request: HttpRequest, video: VideoPage, verdict: Verdict, ticket: Ticket | None, form_id: str
) -> HttpResponse:
    """Return the next step of the mail code of `ticket`, or the film; None: its invitation opens nothing any more."""
    try:
        step = next_step(request, ticket) if ticket and settings.DELIVERS_MAIL else None
    except InvitationClosed:
        ticket = step = None
    if ticket is None:
        return _locked(request, video, verdict, error=_("This invitation opens nothing any more."), status=403)
    return _code_page(request, video, verdict, step or CodeStep(ticket, status=NO_MAIL_STATUS), form_id)


def _code_page(request: HttpRequest, video: VideoPage, verdict: Verdict, step: CodeStep, form_id: str) -> HttpResponse:
    if step.opened is not None:
        return _opened(request, video)
    context = {**locked_context(video, request, guard=verdict.guard, window=verdict.window), **step_context(step)}
    response = _page(request, video, context, form_id=form_id, status=step.status)
    if step.retry_after:
        response.headers["Retry-After"] = str(step.retry_after)
    return response


def _opened(request: HttpRequest, video: VideoPage) -> HttpResponse:
    """Return the page of `video` after `request` was given a new key, with the cookie that keeps it."""
    visitor = visitor_in_frame(request)
    verdict = decide(video, visitor.browser, visitor.user, clock.now())
    response = _player(request, video, verdict) if verdict.allowed else _locked(request, video, verdict)
    keep_key(response, frame_key(request), reverse("embed", args=(video.uuid,)))
    return response


def _player(request: HttpRequest, video: VideoPage, verdict: Verdict) -> HttpResponse:
    key = frame_key(request) if verdict.reason == Reason.UNLOCKED else ""
    return _page(request, video, player_context(video, verdict=verdict, section=None, frame_key=key))


def _locked(
    request: HttpRequest,
    video: VideoPage,
    verdict: Verdict,
    *,
    refusal: UnlockRefusal | None = None,
    error: str = "",
    form_id: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the page with the password form, or with the reason why no password opens `video`."""
    if refusal is None and not error and verdict.reason in EXPLAINED:
        is_expired, now = verdict.reason == Reason.EXPIRED, clock.now()
        refusal = reason_of_locked_page(
            video, visitor_of(request), verdict.guard, is_expired=is_expired, now=now, verdict=verdict
        )
    context = locked_context(video, request, guard=verdict.guard, window=verdict.window, refusal=refusal)
    context["ask_url"] = ""  # that form shows in no frame
    if error:
        context["error"] = error
    context["link"] = None if context["is_shut"] else link_for(request, video)
    return _page(request, video, context, form_id=form_id, status=status)


def _page(
    request: HttpRequest, video: VideoPage, context: dict[str, Any], *, form_id: str = "", status: int = 200
) -> HttpResponse:
    key = frame_key(request)
    # Instead of Django's own token, whose cookie browsers would not send back.
    context = {**context, "page": video, "frame_key": key, "csrf_token": new_token(video.uuid, key, form_id)}
    return TemplateResponse(request, "video_pages/embed.html", context, status=status)


def _message(request: HttpRequest, *, status: int) -> HttpResponse:
    """Return the page for a film that is not here, which is the same for all of them."""
    return TemplateResponse(request, "video_pages/embed_message.html", {"page": None}, status=status)
