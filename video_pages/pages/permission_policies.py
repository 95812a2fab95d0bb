"""The permission policies of videos, sections, video files and access sessions, registered with Wagtail.

They decide the rights of `core.rights` and leave Wagtail's own rights as they are. Screens, bulk actions and
commands ask them through `permissions`, through the functions of `access` or through an action.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from wagtail.models import Collection, Page
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy

from video_pages.access.decide import may_edit
from video_pages.access.invitations.models import Invitation
from video_pages.access.models import VideoAccessSession
from video_pages.access.requests.models import AccessRequest
from video_pages.core.rights import FileRight, InvitationRight, PageRight, RequestRight, SessionRight
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.protected import ProtectedPage

AnyUser = User | AnonymousUser


class _OwnRightsMixin:
    """Answers the rights in `own_rights` by their functions (user, instance), all others as the policy of Wagtail."""

    own_rights: ClassVar[dict[str, Callable[..., bool]]] = {}

    def user_has_permission_for_instance(self, user: AnyUser, action: str, instance: Model) -> bool:
        return self.user_has_any_permission_for_instance(user, {action}, instance)

    def user_has_any_permission_for_instance(self, user: AnyUser, actions: Iterable[str], instance: Model) -> bool:
        asked = set(actions)
        own, others = asked & self.own_rights.keys(), asked - self.own_rights.keys()
        if any(self.own_rights[right](user, instance) for right in own):
            return True
        policy: Any = super()
        return bool(others) and policy.user_has_any_permission_for_instance(user, others, instance)


def _may_change_access(user: AnyUser, page: ProtectedPage) -> bool:
    """Return whether `user` may set the page's privacy, or edit a page that was never published.

    For an alias its source counts. A section that was never published still guards the live pages below it; then the
    right to set its privacy is required.
    """
    source = page.source
    if not source.pk or not user.is_authenticated:
        return False
    if source.permissions_for_user(user).can_set_view_restrictions():
        return True
    was_never_public = source.first_published_at is None and not source.live
    if not was_never_public or not may_edit(source, user):
        return False
    # A video has no pages below it: a list asks for each of its rows.
    return not source.numchild or not source.get_descendants().live().exists()


def _may_choose_editors(user: AnyUser, section: VideoIndexPage) -> bool:
    """Return whether `user` may publish in the section, change users and add collections."""
    return (
        user.has_perm("auth.change_user")
        and policy_registry.get_by_type(Collection).user_has_permission(user, "add")
        and section.permissions_for_user(user).can_publish_subpage()
    )


def _pages_with_changeable_access(user: AnyUser) -> QuerySet[Page]:
    """Return the pages for which `_may_change_access` is true, without those of a workflow's task."""
    if not user.is_authenticated:
        return Page.objects.none()
    pages = Page.objects.filter(alias_of=None, depth__gt=1)
    if user.is_active and user.is_superuser:
        return pages
    policy = policy_registry.get_by_type(Page)
    publishable = policy.instances_user_has_permission_for(user, "publish").order_by().values("pk")
    live_below = Page.objects.filter(live=True, path__startswith=OuterRef("path"), depth__gt=OuterRef("depth"))
    drafts = policy.instances_user_has_permission_for(user, "change").filter(first_published_at=None, live=False)
    # Most drafts are videos, which have no pages below them: the search for such pages scans all pages for each draft.
    drafts = drafts.filter(Q(numchild=0) | ~Exists(live_below)).order_by().values("pk")
    return pages.filter(Q(pk__in=publishable) | Q(pk__in=drafts))


class ProtectedPagePermissionPolicy(_OwnRightsMixin, PagePermissionPolicy):
    """Rights to videos and sections: Wagtail's, and those of PageRight.

    Its querysets are of Page, as those of Wagtail's policy for pages. They leave out pages that a user may edit only by
    the task of a workflow.
    """

    own_rights: ClassVar[dict[str, Callable[..., bool]]] = {
        PageRight.EDIT: lambda user, page: may_edit(page, user),
        PageRight.CHANGE_ACCESS: _may_change_access,
        PageRight.CHOOSE_EDITORS: _may_choose_editors,
        PageRight.SEE_STATISTICS: lambda user, page: (
            policy_registry.get_by_type(Page).explorable_instances(user).filter(pk=page.pk).exists()
        ),
    }

    def user_has_any_permission(self, user: AnyUser, actions: Iterable[str]) -> bool:
        asked = set(actions)
        if PageRight.CHANGE_ACCESS in asked:
            asked.discard(PageRight.CHANGE_ACCESS)
            # Most users are known by their rights alone: no page is read for the menu of each screen.
            if super().user_has_any_permission(user, {"publish"}) or _pages_with_changeable_access(user).exists():
                return True
        return super().user_has_any_permission(user, _of_wagtail(asked))

    def instances_user_has_any_permission_for(self, user: AnyUser, actions: Iterable[str]) -> QuerySet[Page]:
        asked = set(actions)
        if asked == {PageRight.CHANGE_ACCESS}:
            return _pages_with_changeable_access(user)
        if asked == {PageRight.SEE_STATISTICS}:
            return self.explorable_instances(user)
        return super().instances_user_has_any_permission_for(user, _of_wagtail(asked))


def _of_wagtail(actions: set[str]) -> set[str]:
    """Return `actions` with Wagtail's "change" for EDIT, as querysets and questions about any page read it."""
    return {"change" if action == PageRight.EDIT else action for action in actions}


def _may_use(user: AnyUser, video_file: VideoFile) -> bool:
    """Return whether `user` may choose or change the file, or edit a page that shows it, live or in its draft.

    wagtailmedia's chooser requires the same permissions. A file that waits for its page belongs to its uploader. An
    alias gives no permission: the video belongs to the editors of its source.
    """
    if not user.is_authenticated:
        return False
    if video_file.awaits_page_until is not None and video_file.uploaded_by_user_id == user.pk:
        return True
    policy = policy_registry.get_by_type(VideoFile)
    if policy.user_has_any_permission_for_instance(user, {"change", "delete"}, video_file):
        return True
    in_drafts = Q(latest_revision__content__video_file=video_file.pk)
    pages = VideoPage.objects.filter(alias_of=None).filter(Q(video_file=video_file) | in_drafts)
    return any(may_edit(page, user) for page in pages)


class VideoFilePermissionPolicy(_OwnRightsMixin, CollectionOwnershipPermissionPolicy):
    """Rights to video files: those by collection and owner, and those of FileRight."""

    own_rights: ClassVar[dict[str, Callable[..., bool]]] = {FileRight.USE: _may_use}


class AccessSessionPermissionPolicy(BasePermissionPolicy):
    """SessionRight.END: users see and end the sessions of pages whose access they may change."""

    right: ClassVar[str] = SessionRight.END

    def user_has_any_permission(self, user: AnyUser, actions: Iterable[str]) -> bool:
        pages = policy_registry.get_by_type(VideoPage)
        return self.right in set(actions) and pages.user_has_permission(user, PageRight.CHANGE_ACCESS)

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return self.user_has_any_permission(user, {action})

    def user_has_permission_for_instance(self, user: AnyUser, action: str, instance: Any) -> bool:
        page = instance.video or instance.section
        policy = policy_registry.get_by_type(VideoPage)
        return action == self.right and policy.user_has_permission_for_instance(user, PageRight.CHANGE_ACCESS, page)

    def instances_user_has_any_permission_for(self, user: AnyUser, actions: Iterable[str]) -> QuerySet[Any]:
        if self.right not in set(actions):
            return self.model._default_manager.none()
        if user.is_active and user.is_superuser:
            return self.model._default_manager.all()  # all: the condition would be asked for each of them
        pages = policy_registry.get_by_type(VideoPage)
        changeable = pages.instances_user_has_permission_for(user, PageRight.CHANGE_ACCESS).order_by()
        # Asked for each row and not as a list of all pages: of these there are many more.
        of_video, of_section = (Exists(changeable.filter(pk=OuterRef(column))) for column in ("video", "section"))
        return self.model._default_manager.filter(of_video | of_section)


class InvitationPermissionPolicy(AccessSessionPermissionPolicy):
    """InvitationRight.MANAGE: users see and change the invitations of pages whose access they may change."""

    right = InvitationRight.MANAGE


class AccessRequestPermissionPolicy(AccessSessionPermissionPolicy):
    """RequestRight.ANSWER: users see and answer the requests for pages whose access they may change."""

    right = RequestRight.ANSWER


def register() -> None:
    """Register the policies with Wagtail; called once, when the models are loaded."""
    for model in (VideoPage, VideoIndexPage):
        register_permission_policy(model, ProtectedPagePermissionPolicy())
    # The exact class: wagtailmedia registers a policy for the same model, before or after this.
    files = VideoFilePermissionPolicy(VideoFile, auth_model="wagtailmedia.Media", owner_field_name="uploaded_by_user")
    register_permission_policy(VideoFile, files, exact_class=True)
    register_permission_policy(Invitation, InvitationPermissionPolicy(Invitation))
    register_permission_policy(AccessRequest, AccessRequestPermissionPolicy(AccessRequest))
    register_permission_policy(VideoAccessSession, AccessSessionPermissionPolicy(VideoAccessSession))
