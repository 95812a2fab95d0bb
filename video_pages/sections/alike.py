"""Make a new section like another one: with its texts, order and settings, and on request with all below it.

The new section stands beside the other, so what guards the sections above guards it as well. A copy never has what
opens its original, or what is known of people: passwords, open marks, invitations, access, requests, statistics. It
keeps what limits its original: where it is listed, the choice about downloads, the length of access, Wagtail's own
restrictions, the rules for invitations, and with films the window of each page and the end of each film. `COPIED` and
`LEFT` name every kept column; a test compares.

A live page is copied as visitors see it, a draft as its editors see it. An alias is not copied: its film belongs to
another section.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from wagtail.actions.copy_page import CopyPageAction
from wagtail.log_actions import log
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

from video_pages.access import shared_passwords
from video_pages.access.effective_access import effective_access_of, may_change_access
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.rule_models import SectionInvitationRules
from video_pages.access.new_passwords import NO_PASSWORD, give_password, new_password
from video_pages.core.actions import LoggedAction
from video_pages.core.log_actions import LogAction
from video_pages.core.rights import PageRight
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.permissions import may_edit_all
from video_pages.pages.protected import ProtectedPage
from video_pages.sections.permissions import may_make_alike, may_publish_in

COPIED = frozenset({"listed", "downloads", "access_minutes"})
COPIED_WITH_VIDEOS = frozenset({"opens_at", "closes_at"})
LEFT = frozenset(
    {
        *("password_hash", "password_changed_at", "access_until", "open_to_everyone"),
        *("uuid", "views", "publish_when_ready", "collection", "has_own_texts", "is_withdrawn"),
    }
)
MOST_PAGES = 300
"""Pages that are copied at once, while the user waits."""
SLICE = 10
"""How many pages one transaction copies: nobody else can write to SQLite meanwhile."""

TOO_MANY = _("More than %(most)d videos and sections would be copied. Leave the films out, or copy in parts.")
NOT_YOURS = _("There are films or sections below this one that you may not edit. Leave them out.")
NEEDS_PASSWORD = _(
    "Give the new section a password: without one, the password or an invitation of a section above would open these "
    "films, which it does not open today."
)


class AlikePermissionError(PermissionDenied):
    """The user may not make a section like this one, or not publish it, or not give it a password."""


@dataclasses.dataclass(frozen=True)
class Wishes:
    """Wishes for the new section. Without `publish` it is a draft, and so are all pages below it."""

    title: str
    slug: str
    password: str = dataclasses.field(default="", repr=False)
    with_sections: bool = False
    with_videos: bool = False
    publish: bool = False


def pages_below(section: VideoIndexPage, *, with_sections: bool, with_videos: bool) -> PageQuerySet:
    """Return the pages below `section` that a copy of it contains, as a queryset of Page."""
    kinds = [kind for kind, is_wanted in ((VideoIndexPage, with_sections), (VideoPage, with_videos)) if is_wanted]
    if not kinds:
        return Page.objects.none()
    found = section.get_descendants() if with_sections else section.get_children()
    return found.filter(alias_of=None).type(*kinds)


def with_own_password(section: VideoIndexPage, *, with_sections: bool, with_videos: bool) -> int:
    """Return how many pages below `section` that a copy contains have a password of their own."""
    below = pages_below(section, with_sections=with_sections, with_videos=with_videos)
    has_password = ~Q(password_hash="")
    ids = below.order_by().values("pk")
    return sum(kind.objects.filter(has_password, pk__in=ids).count() for kind in (VideoIndexPage, VideoPage))


def is_opened_from_above(section: VideoIndexPage) -> bool:
    """Return whether a password or an invitation of a section above `section` opens what is beside it."""
    parent = section.get_parent().specific
    if not isinstance(parent, ProtectedPage):
        return False
    access = effective_access_of(parent)
    return access.guard is not None or Invitation.objects.filter(section__in=access.reach).exists()


class MakeAlikeAction(LoggedAction):
    """Makes a section like another, as `wishes` say, and returns it.

    Raises ValidationError with the codes "too_many", "not_yours" for pages below that the user may not edit,
    "shared_password" for those with one of Wagtail's, which open nothing, and "needs_password" if films would be opened
    by a section above that does not open them today.
    """

    action_name = "make_section_alike"
    permission_policy_action = PageRight.EDIT
    permission_error_class = AlikePermissionError
    log_action = LogAction.MADE_ALIKE

    def __init__(self, section: VideoIndexPage, wishes: Wishes, *, user: User | None = None) -> None:
        super().__init__(section, user=user)
        self.wishes = wishes
        self.made: list[Any] = []
        self._below: list[int] = []
        self._new_password = NO_PASSWORD
        self._copies: dict[str, int] = {}  # {tree path of a page: id of its copy}

    def user_has_permission(self) -> bool:
        user: Any = self.user
        if not may_make_alike(self.instance, user):
            return False
        return not self.wishes.publish or may_publish_in(self.instance.get_parent(), user)

    def check(self, skip_permission_checks: bool = False) -> None:
        super().check(skip_permission_checks=skip_permission_checks)
        wishes = self.wishes
        below = pages_below(self.instance, with_sections=wishes.with_sections, with_videos=wishes.with_videos)
        # Read now: what is added to the section later was not checked.
        self._below = list(below.order_by("path").values_list("pk", flat=True))
        if len(self._below) >= MOST_PAGES:
            raise ValidationError(TOO_MANY, code="too_many", params={"most": MOST_PAGES})
        if self.user is not None and not skip_permission_checks and not may_edit_all(below, self.user):
            raise ValidationError(NOT_YOURS, code="not_yours")
        if shared_passwords.have_shared_password(below | Page.objects.filter(pk=self.instance.pk)):
            # The signal that refuses to save them would leave half a copy.
            raise ValidationError(shared_passwords.REFUSED, code=shared_passwords.CODE)
        if wishes.with_videos and not wishes.password and self._would_be_weaker():
            raise ValidationError(NEEDS_PASSWORD, code="needs_password")

    def prepare(self) -> None:
        self._new_password = new_password(self.wishes.password)

    def _would_be_weaker(self) -> bool:
        """Return whether the copy, without a password of its own, is opened by more than its original."""
        has_own = self.instance.password_hash or with_own_password(
            self.instance, with_sections=self.wishes.with_sections, with_videos=True
        )
        return bool(has_own) and is_opened_from_above(self.instance)

    @sensitive_variables()
    def act(self) -> VideoIndexPage:
        wishes = self.wishes
        # Locked, so that the original is where its rights and its guard were checked.
        parent = Page.objects.select_for_update().get(pk=self.instance.get_parent().pk).specific
        # The texts for search engines name the other section.
        own = {"title": wishes.title, "slug": wishes.slug, "seo_title": "", "search_description": ""}
        own["draft_title"] = wishes.title  # the first revision has it, too
        made: VideoIndexPage = self._copy(self.instance, parent, **own)
        if wishes.password:
            if self.user is not None and not may_change_access(made, self.user):
                raise AlikePermissionError
            give_password(made, self._new_password, user=self.user)
        if wishes.publish and not made.live:
            made.get_latest_revision().publish(user=self.user, skip_permission_checks=True)
        return made

    def logged_instances(self) -> list[Any]:
        return self.made

    def execute(self, skip_permission_checks: bool = False) -> VideoIndexPage:
        """Make the section with its password, then copy the pages below it in transactions of SLICE pages each.

        What one of these has copied stays if a later one fails.
        """
        made: VideoIndexPage = super().execute(skip_permission_checks=skip_permission_checks)
        for first in range(0, len(self._below), SLICE):
            self._copy_all(self._below[first : first + SLICE])
        made.refresh_from_db()
        return made

    @transaction.atomic
    def _copy_all(self, ids: Sequence[int]) -> None:
        """Copy the pages with `ids`, but for those that were moved or deleted meanwhile."""
        for page in Page.objects.filter(pk__in=ids).order_by("path").specific():
            above = self._copies.get(page.path[: -Page.steplen])
            if above is not None:
                # Read again: it has more children than when it was made.
                copy = self._copy(page, Page.objects.get(pk=above).specific)
                log(instance=copy, action=self.log_action, user=self.user)

    def _copy(self, page: Any, parent: Page, **attributes: str) -> Any:
        """Return a copy of `page` below `parent`."""
        is_live = page.live and self.wishes.publish
        fresh: dict[str, Any] = {"go_live_at": None, "locked": False, "locked_by": None, "locked_at": None}
        if isinstance(page, VideoIndexPage):
            # It was made for the other one. The end of a film limits who can watch it, so a copy keeps that.
            fresh |= {"expire_at": None, "expired": False}
        fresh["has_unpublished_changes"] = not is_live
        # The row of a draft has the content with which it was begun.
        content = page if page.live else page.get_latest_revision_as_object()
        action = CopyPageAction(
            content,
            to=parent,
            update_attrs=fresh | attributes,
            copy_revisions=False,
            keep_live=is_live,
            user=self.user,
            log_action=None,
        )
        made = action.execute(skip_permission_checks=True)
        names = COPIED | COPIED_WITH_VIDEOS if self.wishes.with_videos else COPIED
        type(made).objects.filter(pk=made.pk).update(**{name: getattr(page, name) for name in names})
        # Its translations have been made with it; they have the window of their source.
        window = {name: getattr(page, name) for name in names & COPIED_WITH_VIDEOS}
        if window:
            type(made).objects.filter(alias_of=made.pk).update(**window)
        self.made.append(made)
        self._copies[page.path] = made.pk
        self._copy_restrictions(page, made)
        return made

    def _copy_restrictions(self, page: Page, made: Page) -> None:
        """Give `made` Wagtail's restrictions of `page` itself, and a section its rules for invitations.

        Wagtail's action leaves them out below a page that is restricted already, even if these are stricter.
        """
        if not made.view_restrictions.exists():
            for restriction in page.view_restrictions.all():
                copy = PageViewRestriction(page=made, restriction_type=restriction.restriction_type)
                copy.save(user=self.user)
                copy.groups.set(restriction.groups.all())
        if isinstance(page, VideoIndexPage):
            for rules in SectionInvitationRules.objects.filter(section=page):
                rules.pk, rules.section, rules._state.adding = None, made, True
                rules.save()


def count_aliases(section: VideoIndexPage, *, with_sections: bool) -> int:
    """Return how many aliases below `section` a copy with all else does not contain."""
    below = section.get_descendants() if with_sections else section.get_children()
    return int(below.filter(alias_of__isnull=False, locale=F("alias_of__locale")).count())
