"""Permissions of editors on video files and pages, in particular on those of other editors.

The rules of a single video, section, file or session are in `permission_policies`, which Wagtail's registry holds.
"""

from collections.abc import Callable, Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from video_pages.access.decide import may_edit
from video_pages.access.effective_access import all_sessions_open, may_change_access
from video_pages.access.guard import SECTION, VIDEO, page_model
from video_pages.access.invitations.models import Invitation
from video_pages.access.models import VideoAccessSession, VideoAccessSessionQuerySet
from video_pages.access.requests.models import AccessRequest
from video_pages.core.rights import FileRight, InvitationRight, PageRight, RequestRight, SessionRight
from video_pages.library.models import VideoFile


def may_use(video_file: VideoFile, user: User | AnonymousUser | None) -> bool:
    """Return whether `user` may choose or change `video_file`, or edit a page that shows it, live or in its draft."""
    policy = policy_registry.get_by_type(VideoFile)
    return user is not None and policy.user_has_permission_for_instance(user, FileRight.USE, video_file)


def may_replace(video_file: VideoFile, user: User | AnonymousUser) -> bool:
    """Return whether `user` may give `video_file` another source."""
    return policy_registry.get_by_type(VideoFile).user_has_permission_for_instance(user, "change", video_file)


def may_publish(page: Page, user: User | AnonymousUser) -> bool:
    """Return whether `user` may publish `page`, by Wagtail's rights."""
    return bool(page.permissions_for_user(user).can_publish())


def may_unpublish(page: Page, user: User | AnonymousUser) -> bool:
    """Return whether `user` may unpublish `page`, which is live."""
    return bool(page.permissions_for_user(user).can_unpublish())


def may_delete(page: Page, user: User | AnonymousUser) -> bool:
    """Return whether `user` may delete `page` and all below it."""
    return bool(page.permissions_for_user(user).can_delete())


def may_move(page: Page, user: User | AnonymousUser, *, to: Page | None = None) -> bool:
    """Return whether `user` may move `page`: below `to`, or without it to any place that they may use."""
    rights = page.permissions_for_user(user)
    return bool(rights.can_move() if to is None else rights.can_move_to(to))


def may_see_whole_site(user: User | AnonymousUser) -> bool:
    """Return whether `user` may see screens that name pages and files of every section: superusers."""
    return bool(user.is_active and user.is_superuser)


def may_copy(page: Page, user: User | AnonymousUser, *, recursive: bool) -> bool:
    """Return whether `user` may edit each video and section that a copy of `page` contains, for an alias its source."""
    return may_edit_all(page.get_descendants(inclusive=True) if recursive else Page.objects.filter(pk=page.pk), user)


def may_edit_all(pages: PageQuerySet, user: User | AnonymousUser) -> bool:
    """Return whether `user` may edit each video and section among `pages`, for an alias its source."""
    editable = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
    in_doubt = Q(alias_of__isnull=False) | ~Q(pk__in=editable.order_by().values("pk"))
    protected = pages.type(page_model(VIDEO), page_model(SECTION)).filter(in_doubt)
    return all(may_edit(each.source, user) for each in protected.specific())


def may_see_statistics(video: Page, user: User | AnonymousUser) -> bool:
    """Return whether `user` may see the statistics of the source page `video`."""
    policy = policy_registry.get_by_type(type(video))
    return policy.user_has_permission_for_instance(user, PageRight.SEE_STATISTICS, video)


def may_see_sessions(user: User | AnonymousUser) -> bool:
    """True if there is any page whose access `user` may change."""
    return policy_registry.get_by_type(VideoAccessSession).user_has_permission(user, SessionRight.END)


def sessions_endable_by(user: User | AnonymousUser) -> VideoAccessSessionQuerySet:
    """Return the sessions open now that `user` may see and end: those of pages whose access they may change."""
    policy = policy_registry.get_by_type(VideoAccessSession)
    may_end = policy.instances_user_has_permission_for(user, SessionRight.END)
    return all_sessions_open() & may_end


def may_invite(user: User | AnonymousUser) -> bool:
    """True if there is any page to which `user` may invite."""
    return policy_registry.get_by_type(Invitation).user_has_permission(user, InvitationRight.MANAGE)


def invitations_managed_by(user: User | AnonymousUser) -> QuerySet[Invitation]:
    """Return the invitations that `user` may see and change: those of pages whose access they may change."""
    policy = policy_registry.get_by_type(Invitation)
    return policy.instances_user_has_permission_for(user, InvitationRight.MANAGE)


RULES_CODENAME = "change_sectioninvitationrules"


def may_set_invitation_rules(section: Page, user: User | AnonymousUser) -> bool:
    """Return whether `user` may set the rules of the source page `section`: by the permission, and by its access."""
    return user.has_perm(f"video_pages.{RULES_CODENAME}") and may_change_access(section, user)


def may_answer_requests(user: User | AnonymousUser) -> bool:
    """True if there is any page for which `user` may answer requests for access."""
    return policy_registry.get_by_type(AccessRequest).user_has_permission(user, RequestRight.ANSWER)


def requests_answerable_by(user: User | AnonymousUser) -> QuerySet[AccessRequest]:
    """Return the requests for access that `user` may see and answer: those for pages whose access they may change."""
    policy = policy_registry.get_by_type(AccessRequest)
    return policy.instances_user_has_permission_for(user, RequestRight.ANSWER)


def requests_waiting_for(user: User | AnonymousUser) -> int:
    """Return the number of requests for access that wait for an answer that `user` may give."""
    return requests_answerable_by(user).filter(state=AccessRequest.State.NEW).count()


def explorable_pages(user: User | AnonymousUser | None) -> QuerySet[Page]:
    """Return the pages that `user` sees in the admin's page tree. Titles of other pages are not shown to them."""
    if user is None or not user.is_authenticated:
        return Page.objects.none()
    return policy_registry.get_by_type(Page).explorable_instances(user)


def explorable_roots(user: User | AnonymousUser) -> list[Page]:
    """Return the pages on which `user` has permissions, each once, without those below another of them."""
    given = policy_registry.get_by_type(Page).instances_with_direct_explore_permission(user)
    roots: list[Page] = []
    for page in sorted({page.pk: page for page in given}.values(), key=lambda page: page.path):
        if not any(page.path.startswith(root.path) for root in roots):
            roots.append(page)
    return roots


def publishable_pages(user: User | AnonymousUser) -> PageQuerySet:
    """Return the pages that `user` may publish."""
    return policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "publish")


def is_in_tree_of(page: Page, user: User | AnonymousUser) -> bool:
    """Return whether `explorable_pages` of `user` contains `page`, a video or section; no query for each page."""
    if user.is_active and user.is_superuser:
        return True
    return any(page.path.startswith(root.path) for root in explorable_roots(user))


HIDING_RULES: list[Callable[[User | AnonymousUser], Q]] = []
"""Which pages of other kinds a user does not see in the admin; apps with such pages add their rule when they load."""


def hidden_pages(user: User | AnonymousUser | None) -> QuerySet[Page]:
    """Return the pages whose titles `user` does not get to see in the admin, as a queryset of Page.

    These are the videos and sections outside of their page tree, and what HIDING_RULES say.
    """
    if user is not None and user.is_active and user.is_superuser:
        return Page.objects.none()
    of_videos = Q(content_type__app_label=VideoFile._meta.app_label)
    hidden = of_videos & ~Q(pk__in=explorable_pages(user).order_by().values("pk"))
    for rule in HIDING_RULES:
        hidden |= rule(user or AnonymousUser())
    return Page.objects.filter(hidden)


def visible_ids(pages: Iterable[Page], user: User | AnonymousUser | None) -> set[int]:
    """Return the ids of those among `pages` whose titles `user` may see; one query."""
    return set(explorable_pages(user).filter(pk__in=[page.pk for page in pages]).values_list("pk", flat=True))


def editable_ids(pages: Iterable[Page], user: User | AnonymousUser) -> set[int]:
    """Return the ids of those among `pages` that `user` may edit; one query. Each page's own screen checks again."""
    policy = policy_registry.get_by_type(page_model(VIDEO))
    may = policy.instances_user_has_permission_for(user, PageRight.EDIT).filter(pk__in=[page.pk for page in pages])
    return set(may.values_list("pk", flat=True))
