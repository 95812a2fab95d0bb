"""The form in which somebody asks for access, or for more time. It answers the same to everybody."""

from django.conf import settings as conf
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from video_pages.access.decide import is_current, passes_restrictions
from video_pages.access.invitations.models import Invitation
from video_pages.access.request_limit import TooManyRequests
from video_pages.access.requests.asking import ask
from video_pages.access.requests.forms import RequestForm
from video_pages.access.requests.places import RequestPlace, read_place, signed_place
from video_pages.access.responses import HttpResponseSeeOther, keep_out_of_caches
from video_pages.access.site_settings import AccessSettings
from video_pages.access.visitor import visitor_of
from video_pages.core import clock
from video_pages.core.page_protocols import LockablePage

SENT = "sent"
INVALID, LIMITED = 400, 429
TOO_MANY = _("There were many requests from your network or for this film. Try again in an hour.")


def ask_url(page: LockablePage, settings: AccessSettings, invitation: Invitation | None = None) -> str:
    """Return the address of the form for `page`, a source page; "" if the site takes no requests.

    `invitation` is the one that is over, if the visitor had one.
    """
    if not settings.takes_requests:
        return ""
    return reverse("ask_for_access", args=(signed_place(page, invitation),))


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_access(request: HttpRequest, place: str) -> HttpResponse:
    """Show the form for the signed `place`, or store what was sent and say that it has arrived.

    Raises Http404 for a text that the site has not signed, and while the site takes no requests.
    """
    settings = AccessSettings.for_request(request)
    found = read_place(place) if settings.takes_requests else None
    if found is None or not is_current(found.page.live, found.page.expire_at, clock.now()):
        raise Http404
    form, is_limited, status = RequestForm(request.POST if request.method == "POST" else None), False, 200
    if form.is_bound and not form.is_valid():
        status = INVALID
    elif form.is_bound:
        try:
            _store(request, found, form)
        except TooManyRequests as limited:
            is_limited, status = True, LIMITED
            wait = limited.retry_after
        else:
            return HttpResponseSeeOther(f"{request.path}?{SENT}")
    is_chosen = found.invitation is None or settings.link_shows_title
    shows_title = is_chosen and passes_restrictions(found.page, request.user)
    context = {
        "form": form,
        "error": TOO_MANY if is_limited else "",
        "is_sent": SENT in request.GET,
        "has_invitation": found.invitation is not None,
        "kept_days": conf.KEEP_REQUESTS_DAYS,
        "title": found.page.title if shows_title else "",
        "noindex": True,
    }
    response = TemplateResponse(request, "video_pages/ask_for_access.html", context, status=status)
    if status == LIMITED:
        response.headers["Retry-After"] = str(wait)
    return keep_out_of_caches(response)


def _store(request: HttpRequest, place: RequestPlace, form: RequestForm) -> None:
    """Store a request that a person has sent. Raises TooManyRequests."""
    if form.is_filled_by_a_robot:
        return
    fields = {name: form.cleaned_data[name] for name in ("name", "email", "reason")}
    ask(place, client=visitor_of(request).address, **fields)
