"""Permissions of editors on video files and pages, in particular on those of other editors."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from video_pages.access.decide import may_edit
from video_pages.library.models import VideoFile


def may_use(video_file: VideoFile, user: User | AnonymousUser | None) -> bool:
    """True if `user` may choose or change `video_file`, or edit a page that shows it, live or in its draft.

    wagtailmedia's chooser requires the same permissions. A file that waits for its page belongs to its uploader. An
    alias gives no permission: the video belongs to the editors of its source.
    """
    if user is None or not user.is_authenticated:
        return False
    if video_file.awaits_page_until is not None and video_file.uploaded_by_user_id == user.pk:
        return True
    policy = policy_registry.get_by_type(VideoFile)
    if policy.user_has_any_permission_for_instance(user, {"change", "delete"}, video_file):
        return True
    in_drafts = Q(latest_revision__content__video_file=video_file.pk)
    video_pages = VideoFile._meta.get_field("pages").related_model.objects.filter(alias_of=None)
    return any(may_edit(page, user) for page in video_pages.filter(Q(video_file=video_file) | in_drafts))


def may_replace(video_file: VideoFile, user: User | AnonymousUser) -> bool:
    """True if `user` may give `video_file` another source."""
    return policy_registry.get_by_type(VideoFile).user_has_permission_for_instance(user, "change", video_file)


def explorable_pages(user: User | AnonymousUser | None) -> QuerySet[Page]:
    """Return the pages that `user` sees in the admin's page tree. Titles of other pages are not shown to them."""
    if user is None or not user.is_authenticated:
        return Page.objects.none()
    return policy_registry.get_by_type(Page).explorable_instances(user)


def hidden_pages(user: User | AnonymousUser | None) -> QuerySet[Page]:
    """Return the videos and sections that `user` does not see in the admin's page tree, as a queryset of Page."""
    pages = Page.objects.filter(content_type__app_label=VideoFile._meta.app_label)
    if user is not None and user.is_active and user.is_superuser:
        return pages.none()
    return pages.exclude(pk__in=explorable_pages(user).order_by().values("pk"))


def visible_ids(pages: Iterable[Page], user: User | AnonymousUser | None) -> set[int]:
    """Return the ids of those among `pages` whose titles `user` may see; one query."""
    return set(explorable_pages(user).filter(pk__in=[page.pk for page in pages]).values_list("pk", flat=True))


def editable_ids(pages: Iterable[Page], user: User | AnonymousUser) -> set[int]:
    """Return the ids of those among `pages` that `user` may edit; one query. Each page's own screen checks again."""
    policy = policy_registry.get_by_type(Page)
    may = policy.instances_user_has_permission_for(user, "change").filter(pk__in=[page.pk for page in pages])
    return set(may.values_list("pk", flat=True))


def pages_with_changeable_access(user: User | AnonymousUser | None) -> QuerySet[Page]:
    """Return the pages whose access `user` may change: the queryset for `may_change_access`, for lists.

    Pages that they may edit only by the task of a workflow are left out.
    """
    if user is None or not user.is_authenticated:
        return Page.objects.none()
    pages = Page.objects.filter(alias_of=None, depth__gt=1)
    if user.is_active and user.is_superuser:
        return pages
    policy = policy_registry.get_by_type(Page)
    publishable = policy.instances_user_has_permission_for(user, "publish").order_by().values("pk")
    live_below = Page.objects.filter(live=True, path__startswith=OuterRef("path"), depth__gt=OuterRef("depth"))
    unseen = policy.instances_user_has_permission_for(user, "change").filter(first_published_at=None, live=False)
    # Most drafts are videos, which have no pages below them: the search for such pages scans all pages for each draft.
    unseen = unseen.filter(Q(numchild=0) | ~Exists(live_below)).order_by().values("pk")
    return pages.filter(Q(pk__in=publishable) | Q(pk__in=unseen))
