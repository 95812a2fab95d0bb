"""What video pages and sections share: an alias follows its source, a copy starts locked, some slugs are taken."""

import logging

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageViewRestriction

from video_pages.access import attempt, known_browsers, passwords
from video_pages.access.decide import may_edit
from video_pages.access.guard import access_states
from video_pages.access.models import AccessSettings, GuardColumns
from video_pages.access.responses import keep_out_of_caches
from video_pages.analytics.services import record_attempt
from video_pages.analytics.user_agents import browser_family

logger = logging.getLogger(__name__)

# Addresses of the site itself; a page with such a slug under a site's root could never be reached.
RESERVED_SLUGS = frozenset(
    ["stream", "embed", "w", "api", "healthz", "readyz", "admin", "static", "media", "search", "look"]
)


RESERVED_SLUG_MESSAGE = _("This is an address of the site itself. Choose another slug.")


def is_reserved(slug, parent_page):
    """True if a page with `slug` directly below `parent_page` would stand in the way of the site's own addresses."""
    return slug in RESERVED_SLUGS and parent_page is not None and parent_page.is_site_root()


class HttpResponseSeeOther(HttpResponseRedirect):
    """303: the answer to a POST lies at an address to GET (RFC 9110, 15.4.4)."""

    status_code = 303


def record_page_attempt(request, page, refusal):
    """Count a password that was right (`refusal` is None) or wrong at the source page `page`, for the figures.

    Not what was never tried: an empty form, a client that has to wait. Editors are left out, as with views; machines
    are not: whoever guesses may call itself what it likes. After the attempt and outside its transaction: nobody's
    unlock fails by a figure.
    """
    if refusal is not None and refusal.code != attempt.ErrorCode.WRONG:
        return
    if may_edit(page, request.user):
        return
    try:
        with transaction.atomic():
            record_attempt(page=page, is_right=refusal is None)
    except DatabaseError:
        logger.warning("A password typed at the page %s was not counted.", page.pk, exc_info=True)


class PrivateWithoutPassword:
    """A page that Wagtail's privacy setting opens to groups or to everybody signed in, never by a shared password."""

    private_page_options = ["groups", "login"]

    def get_view_restrictions(self):
        """As Wagtail's, which reads all pages above; most often one narrow query says that none can have any."""
        if not access_states([self])[self.pk].maybe_restricted:
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def serve_password_required_response(self, request, form, action_url):
        """What Wagtail answers where an old shared password is left: nothing can be typed."""
        return TemplateResponse(request, "403.html", status=403)


class ProtectedPage(PrivateWithoutPassword, GuardColumns):
    """A page that can be locked. `source` is the page that passwords, guards and states are asked of.

    `guard_kind` says which kind of Guard its password makes: `guard.VIDEO` or `guard.SECTION`.
    """

    allowed_http_methods = ["GET", "HEAD", "POST"]

    class Meta:
        abstract = True

    @property
    def source(self):
        """The page itself, or for an alias the page it follows."""
        page = self
        while page.alias_of_id:
            page = page.alias_of.specific
        return page

    def set_password(self, raw, *, user=None):
        """Make `raw` the password; see `access.passwords.set_password`."""
        passwords.set_password(self, raw, user=user)

    def check_password(self, raw):
        """True if `raw` is this page's own password; see `access.passwords.matches`."""
        return passwords.matches(raw, self.source.password_hash)

    def save(self, *args, **kwargs):
        # Wagtail's alias action copies every column; exclude_fields_in_copy does not reach it.
        if self._state.adding and self.alias_of_id:
            self.reset_kept_columns()
            # Lists ask an alias's own row; `set_listed` keeps it the same as its source's.
            self.listed = self.source.listed
        return super().save(*args, **kwargs)

    @staticmethod
    def _slug_is_available(slug, parent_page, page=None):
        """Wagtail asks this for each slug, typed or made from a title; the site's own addresses are taken."""
        return not is_reserved(slug, parent_page) and Page._slug_is_available(slug, parent_page, page)

    def _check_slug_is_unique(self):
        if is_reserved(self.slug, self.get_parent()):
            raise ValidationError({"slug": RESERVED_SLUG_MESSAGE}, code="reserved_slug")
        super()._check_slug_is_unique()

    def can_move_to(self, parent):
        return not is_reserved(self.slug, parent) and super().can_move_to(parent)

    def answer_attempt(self, request, *, guard, lasts, refused):
        """Answer a password for `guard` posted at this page: 303 to its own address, or `refused(refusal)`."""
        family = browser_family(request.headers.get("User-Agent", ""))
        unlocked, refusal = attempt.attempt(request, self.source, guard=guard, lasts=lasts, browser_family=family)
        record_page_attempt(request, self.source, refusal)
        if unlocked is None:
            response = refused(refusal)
            response.status_code = refusal.status
            if refusal.retry_after:
                response.headers["Retry-After"] = str(refusal.retry_after)
        else:
            response = HttpResponseSeeOther(request.get_full_path())
            known_browsers.remember_unlock(request, response, unlocked)
        return keep_out_of_caches(response)

    def access_settings(self, request):
        """The AccessSettings of the site that `request` came to."""
        return AccessSettings.for_request(request)
