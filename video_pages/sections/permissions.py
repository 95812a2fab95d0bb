"""Permissions on sections: to upload, to publish, to choose editors, to make another. Screens check them."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q
from wagtail.images import get_image_model
from wagtail.models import Page, Site
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from video_pages.access.decide import may_edit
from video_pages.core.rights import PageRight
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoIndexPage
from video_pages.pages.permissions import may_replace
from video_pages.sections.collections import sections_for
from video_pages.uploads.policy import may_upload_videos

__all__ = [
    "may_add_files",
    "may_add_images",
    "may_choose_editors",
    "may_make_alike",
    "may_publish_in",
    "may_see_alike",
    "may_upload_videos",
    "may_upload",
    "may_upload_as",
    "needs_section",
    "parents_for_section",
    "sections_for",
    "site_root_for_section",
]


def may_upload(user: User | AnonymousUser) -> bool:
    """True if `user` may add video files, and a page in some section that shows them."""
    return may_add_files(user) and sections_for(user).exists()


def may_upload_as(
    user: User | AnonymousUser, *, replaces: VideoFile | None = None, section: VideoIndexPage | None = None
) -> bool:
    """True if `user` may upload a new source of the VideoFile `replaces`, or without it a new file.

    With a `section`, the new file is for a page there.
    """
    if replaces is not None:
        return may_replace(replaces, user)
    if section is not None and not sections_for(user).filter(pk=section.pk).exists():
        return False
    return may_add_files(user)


def may_publish_in(section: Page, user: User | AnonymousUser) -> bool:
    """True if `user` may publish a video in `section`."""
    return section.permissions_for_user(user).can_publish_subpage()


def may_choose_editors(section: VideoIndexPage, user: User | AnonymousUser) -> bool:
    """True if `user` may choose the editors of `section`: may publish there, change users and add collections."""
    policy = policy_registry.get_by_type(VideoIndexPage)
    return policy.user_has_permission_for_instance(user, PageRight.CHOOSE_EDITORS, section)


def site_root_for_section(user: User | AnonymousUser) -> Page | None:
    """Return the root page of a site below which `user` may add a section, or None. The default site comes first."""
    for site in Site.objects.select_related("root_page").order_by("-is_default_site", "pk"):
        root = site.root_page
        if VideoIndexPage.can_create_at(root.specific) and root.permissions_for_user(user).can_add_subpage():
            return root
    return None


def parents_for_section(user: User | AnonymousUser) -> PageQuerySet:
    """Return the pages below which `user` may add a section and upload into it, in the order of the page tree.

    These are the roots of sites and sections.
    """
    roots = [site.root_page for site in Site.objects.select_related("root_page")]
    found = {
        root.pk
        for root in roots
        if may_add_files(user)
        and VideoIndexPage.can_create_at(root.specific)
        and root.permissions_for_user(user).can_add_subpage()
    }
    return Page.objects.filter(Q(pk__in=found) | Q(pk__in=sections_for(user).order_by().values("pk"))).order_by("path")


def needs_section(user: User | AnonymousUser) -> bool:
    """True if `user` may upload files and add a section, but there is no section in which they may upload."""
    return may_add_files(user) and not sections_for(user).exists() and site_root_for_section(user) is not None


def may_add_files(user: User | AnonymousUser) -> bool:
    """True if `user` may add video files to some collection."""
    return policy_registry.get_by_type(VideoFile).user_has_permission(user, "add")


def may_add_images(user: User | AnonymousUser) -> bool:
    """True if `user` may add images to some collection."""
    return policy_registry.get_by_type(get_image_model()).user_has_permission(user, "add")


def may_make_alike(section: Page, user: User | AnonymousUser) -> bool:
    """Return whether `user` may edit the section, which is no alias, and add another beside it."""
    if not isinstance(section, VideoIndexPage) or section.alias_of_id or not may_edit(section, user):
        return False
    parent = section.get_parent().specific
    return bool(VideoIndexPage.can_create_at(parent) and parent.permissions_for_user(user).can_add_subpage())


def may_see_alike(section: VideoIndexPage, user: User | AnonymousUser) -> bool:
    """Return what `may_make_alike` does, as far as it can be told without a query: lists ask it for each row."""
    if section.alias_of_id or not user.is_active:
        return False
    if user.is_superuser:
        return True
    above = section.path[: -Page.steplen]
    given = policy_registry.get_by_type(Page).get_cached_permissions_for_user(user)
    rights = {each.permission.codename for each in given if above.startswith(each.page.path)}
    return "add_page" in rights and may_edit(section, user)
