"""The registered permission policies: what they answer of one page, file or session agrees with their querysets."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Collection, Page
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry

from tests import factories
from video_pages.access.invitations.models import Invitation
from video_pages.access.requests.models import AccessRequest
from video_pages.core.rights import FileRight, PageRight, SessionRight
from video_pages.models import VideoAccessSession, VideoFile, VideoIndexPage, VideoPage
from video_pages.pages import permission_policies as policies
from video_pages.pages.permissions import may_use
from video_pages.sections.editors import set_section_editors

ROOT = Path(__file__).resolve().parent.parent.parent
OF_WAGTAIL = ("add", "change", "publish", "lock", "unlock", "bulk_delete")
# The modules that ask Wagtail's registry; screens, bulk actions and commands ask these modules.
ASKS_THE_REGISTRY = {
    "video_pages/access/effective_access.py",
    "video_pages/access/revoke.py",
    "video_pages/pages/image_permissions.py",
    "video_pages/pages/permission_policies.py",
    "video_pages/pages/permissions.py",
    "video_pages/sections/collections.py",
    "video_pages/sections/editors.py",
    "video_pages/sections/permissions.py",
    "video_pages/uploads/policy.py",
    "video_pages/wagtail_admin/statistics/reports.py",  # names the policy of Wagtail's report
}


@pytest.fixture
def site(db):
    """(users, pages): an editor of one of two sections, users of Wagtail's groups, videos, sections and a draft."""
    sections = [factories.make_section("Own"), factories.make_section("Other")]
    videos = [factories.make_video(section=section) for section in sections]
    videos.append(factories.make_video("Draft", section=sections[0], live=False))
    owner = factories.make_user("owner", "Editors")
    VideoPage.objects.filter(pk=videos[1].pk).update(owner=owner)
    editor = factories.make_user("editor")
    set_section_editors(sections[0], people=[editor])
    users = [
        factories.make_superuser(),
        factories.make_user("moderator", "Moderators"),
        owner,
        editor,
        factories.make_user("nobody"),
    ]
    pages = [*VideoPage.objects.all(), *VideoIndexPage.objects.all()]
    return users, pages


def test_the_policies_are_registered():
    for model in (VideoPage, VideoIndexPage):
        assert isinstance(policy_registry.get_by_type(model), policies.ProtectedPagePermissionPolicy)
    assert isinstance(policy_registry.get_by_type(VideoFile), policies.VideoFilePermissionPolicy)
    assert isinstance(policy_registry.get_by_type(VideoAccessSession), policies.AccessSessionPermissionPolicy)
    assert type(policy_registry.get_by_type(Page)) is PagePermissionPolicy


def test_rights_of_wagtail_to_pages_stay_as_they_are(site):
    users, pages = site
    policy, wagtail = policy_registry.get_by_type(VideoPage), PagePermissionPolicy()
    for user in users:
        for right in OF_WAGTAIL:
            assert policy.user_has_permission(user, right) == wagtail.user_has_permission(user, right)
            allowed = set(wagtail.instances_user_has_permission_for(user, right).values_list("pk", flat=True))
            assert set(policy.instances_user_has_permission_for(user, right).values_list("pk", flat=True)) == allowed
            for page in pages:
                assert policy.user_has_permission_for_instance(user, right, page) == (page.pk in allowed)


@pytest.mark.parametrize("right", [PageRight.EDIT, PageRight.CHANGE_ACCESS, PageRight.SEE_STATISTICS])
def test_a_right_to_one_page_agrees_with_the_queryset(site, right):
    users, pages = site
    policy = policy_registry.get_by_type(VideoPage)
    answers = set()
    for user in users:
        allowed = set(policy.instances_user_has_permission_for(user, right).values_list("pk", flat=True))
        for page in pages:
            answer = policy.user_has_permission_for_instance(user, right, page)
            answers.add((user.username, answer))
            assert answer == (page.pk in allowed), (user, page, right)
    assert ("admin", True) in answers and ("nobody", True) not in answers
    assert {("editor", True), ("editor", False)} <= answers


def test_each_of_several_rights_suffices(site):
    users, pages = site
    policy = policy_registry.get_by_type(VideoPage)
    owner, owned = users[2], next(page for page in pages if page.owner == users[2])
    assert policy.user_has_any_permission_for_instance(owner, {PageRight.EDIT, "publish"}, owned)
    assert policy.user_has_any_permission_for_instance(owner, {PageRight.CHANGE_ACCESS, "change"}, owned)
    assert not policy.user_has_any_permission_for_instance(owner, {PageRight.CHANGE_ACCESS, "publish"}, owned)


def test_any_page_whose_access_may_be_changed_shows_the_sessions(site):
    users, _pages = site
    sessions, of_pages = policy_registry.get_by_type(VideoAccessSession), policy_registry.get_by_type(VideoPage)
    for user in users:
        expected = of_pages.instances_user_has_permission_for(user, PageRight.CHANGE_ACCESS).exists()
        assert of_pages.user_has_permission(user, PageRight.CHANGE_ACCESS) == expected
        assert sessions.user_has_permission(user, SessionRight.END) == expected
        assert not sessions.user_has_permission(user, "change")


def test_a_session_is_ended_by_those_who_may_change_the_access(site):
    users, pages = site
    for page in pages:
        if isinstance(page, VideoPage) and page.live:
            factories.unlock(factories.browser(), page)
    policy = policy_registry.get_by_type(VideoAccessSession)
    assert VideoAccessSession.objects.count() == 2
    for user, count in zip(users, (2, 2, 0, 1, 0), strict=True):
        allowed = set(policy.instances_user_has_permission_for(user, SessionRight.END))
        assert len(allowed) == count, user
        for session in VideoAccessSession.objects.all():
            assert policy.user_has_permission_for_instance(user, SessionRight.END, session) == (session in allowed)
        assert not policy.instances_user_has_permission_for(user, "change").exists()


@pytest.mark.parametrize("model", [VideoAccessSession, Invitation, AccessRequest])
def test_sessions_invitations_and_requests_are_never_compared_with_a_list_of_all_pages(site, model):
    """Every screen of the admin counts requests, of which there are few: it must not read 100,000 pages for that."""
    policy = policy_registry.get_by_type(model)
    for user in site[0]:
        sql = str(policy.instances_user_has_permission_for(user, policy.right).query)
        has_all = user.is_superuser and "WHERE" not in sql
        assert has_all or "EXISTS" in sql or "(False OR False)" in sql, (user, sql)
        assert not re.search(r"(video|section)_id\W+IN", sql), (user, sql)


def test_rights_of_wagtailmedia_to_files_stay_as_they_are(site):
    users, _pages = site
    policy = policy_registry.get_by_type(VideoFile)
    media = CollectionOwnershipPermissionPolicy(
        VideoFile, auth_model="wagtailmedia.Media", owner_field_name="uploaded_by_user"
    )
    VideoFile.objects.filter(pk=VideoFile.objects.first().pk).update(
        collection=Collection.get_first_root_node().add_child(name="Apart")
    )
    for user in users:
        for right in ("add", "change", "delete", "choose"):
            for file in VideoFile.objects.all():
                expected = media.user_has_permission_for_instance(user, right, file)
                assert policy.user_has_permission_for_instance(user, right, file) == expected


def test_nobody_without_an_account_has_a_right(site):
    _users, pages = site
    visitor = AnonymousUser()
    for page in pages:
        for right in (PageRight.EDIT, PageRight.CHANGE_ACCESS):
            policy = policy_registry.get_by_type(type(page))
            assert not policy.user_has_permission_for_instance(visitor, right, page)
    for file in VideoFile.objects.all():
        assert not policy_registry.get_by_type(VideoFile).user_has_permission_for_instance(visitor, FileRight.USE, file)
        assert not may_use(file, None)
    of_pages = policy_registry.get_by_type(VideoPage)
    assert not of_pages.instances_user_has_permission_for(visitor, PageRight.CHANGE_ACCESS).exists()


def test_only_the_modules_of_permissions_ask_the_registry():
    asking = {
        str(path.relative_to(ROOT))
        for name in ("video_pages", "home")
        for path in (ROOT / name).rglob("*.py")
        if re.search(r"policy_registry|get_permission_policy", path.read_text(encoding="utf-8"))
    }
    assert asking == ASKS_THE_REGISTRY
