"""The right to keep a copy of a film: the choice of the nearest page on the path of a video, and the site's rule.

Watching does not depend on it. Without any choice on the path downloads are off, except for those whose invitation
allows them; a page that says "off" says so to them, too. The choice is a kept column of videos
and sections; an alias on the path has the choice of its source. Editors may always download.
"""

import dataclasses

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from wagtail.models import Page

from video_pages.access.actions import AccessAction
from video_pages.access.decide import Reason, User, Verdict, may_edit
from video_pages.access.guard import prefixes
from video_pages.access.invitations.models import Invitation
from video_pages.access.models import Downloads
from video_pages.access.site_settings import AccessSettings
from video_pages.core.page_protocols import LockablePage, ProtectedVideo
from video_pages.core.prepared import PreparedQuery


@dataclasses.dataclass(frozen=True)
class DownloadRule:
    """The answer for everybody who may watch, in words for editors too.

    `choice` is that of the nearest page with one, or INHERIT if there is none; `section_title` names a section above
    that decides, "" for the page itself. `is_off_on_site` says that the site refuses what `choice` allows.
    """

    choice: Downloads = Downloads.INHERIT
    section_title: str = ""
    is_off_on_site: bool = False

    @property
    def allows(self) -> bool:
        return self.choice == Downloads.ALLOWED and not self.is_off_on_site


def download_rule(page: LockablePage) -> DownloadRule:
    """Return the DownloadRule of `page`, a source video or section. One query, and those of the site if it matters."""
    by_path = {path: rest for path, *rest in CHOICES.rows(tuple(prefixes(page.path)))}
    for path in reversed(prefixes(page.path)):
        title, *choices = by_path.get(path, ("",))
        chosen = next((choice for choice in choices if choice and choice != Downloads.INHERIT), None)
        if chosen is not None:
            rule = DownloadRule(Downloads(chosen), "" if path == page.path else title)
            if rule.allows and is_off_on_site_of(page):
                return dataclasses.replace(rule, is_off_on_site=True)
            return rule
    return DownloadRule()


def is_off_on_site_of(page: LockablePage) -> bool:
    """Return whether the site that contains `page` allows no downloads."""
    return bool(AccessSettings.for_site(site).downloads_off) if (site := page.get_site()) else False


def may_download(video: ProtectedVideo, verdict: Verdict, user: User | None) -> bool:
    """Return whether somebody with `verdict` on the source page `video` may download it now."""
    if not verdict.allowed:
        return False
    if verdict.reason == Reason.EDITOR:
        return True
    rule = download_rule(video)
    return rule.allows or _is_invited_to(video, rule, verdict) or may_edit(video, user)


def _is_invited_to(video: ProtectedVideo, rule: DownloadRule, verdict: Verdict) -> bool:
    """Return whether the invitation behind `verdict`, if there is one, allows downloads of `video`."""
    if rule.choice != Downloads.INHERIT or verdict.invited is None:
        return False
    allowing = Invitation.objects.filter(pk=verdict.invited.id, allows_download=True)
    return allowing.exists() and not is_off_on_site_of(video)


class SetDownloadsAction(AccessAction):
    """Sets the choice of the page about downloads: a value of Downloads.

    Access rows remain; a running download stops if the choice no longer allows it.
    """

    action_name = "set_downloads"

    def __init__(self, page: LockablePage, choice: str, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(page, user=user)
        self._choice = Downloads(choice)

    def act(self) -> None:
        self.write(downloads=self._choice)


def set_downloads(page: LockablePage, choice: str, *, user: AbstractBaseUser | None = None) -> None:
    """Set the choice about downloads of `page` without a check of permissions; see SetDownloadsAction."""
    SetDownloadsAction(page, choice, user=user).execute(skip_permission_checks=True)


def _choices(paths: tuple[str, ...]) -> QuerySet[Page, tuple[str, ...]]:
    return (
        Page.objects.filter(path__in=paths)
        .order_by()
        .values_list(
            "path",
            "title",
            "videopage__downloads",
            "alias_of__videoindexpage__downloads",
            "videoindexpage__downloads",
        )
    )


CHOICES = PreparedQuery(_choices)
