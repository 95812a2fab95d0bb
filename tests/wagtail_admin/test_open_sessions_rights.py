"""Open sessions: who sees and ends which."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import Page
from wagtail.permissions import policy_registry

from tests.factories import (
    PASSWORD,
    browser,
    make_section,
    make_superuser,
    make_user,
    make_video,
)
from tests.wagtail_admin.open_sessions import ADDRESS, END, give, shown
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access.effective_access import may_change_access
from video_pages.core.rights import PageRight
from video_pages.models import VideoAccessSession, VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db


def test_an_editor_of_one_section_sees_and_ends_only_what_it_gave():
    theirs = make_section("Theirs")
    mine = give(make_video("Mine", section=theirs), "a")
    secret = give(make_video("Top secret"), "b")
    client = browser(make_editor_of(theirs, "change", "publish"))
    assert shown(client) == [mine.pk]
    assert "Top secret" not in client.get(ADDRESS).content.decode()
    assert "Top secret" not in client.get(END, {"id": [mine.pk, secret.pk]}).content.decode()
    client.post(END, {"ids": f"{mine.pk} {secret.pk}"})
    client.post(END, {"ids": str(secret.pk)})
    assert list(VideoAccessSession.objects.all()) == [secret]


def test_sessions_of_a_section_above_are_not_shown():
    """Its password opens other sections too."""
    members = make_section("Members", password=PASSWORD)
    inner = make_section("Inner", parent=members)
    video = make_video("Inside", section=inner, password=None)
    give(video, "a")
    client = browser(make_editor_of(inner, "change", "publish"))
    assert shown(client) == []
    words = client.get(reverse("video_sessions", args=(video.pk,))).content.decode()
    assert "1 browser has it open now." in words
    assert "data-session-end" not in words


@pytest.mark.parametrize("rights", [(), ("change",), ("add",)])
def test_a_user_who_may_change_no_access_has_no_list_and_no_menu_item(rights):
    section = make_section()
    session = give(make_video(section=section), "a")
    if rights:
        user = make_editor_of(section, *rights)
    else:
        user = make_user("nobody")
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = browser(user)
    assert client.get(ADDRESS).status_code == 302
    assert ADDRESS not in client.get("/admin/").content.decode()
    client.post(END, {"ids": str(session.pk)})
    assert VideoAccessSession.objects.exists()
    assert browser().get(ADDRESS)["Location"].startswith(reverse("wagtailadmin_login"))
    assert browser().post(END, {"ids": str(session.pk)}).status_code == 302
    assert VideoAccessSession.objects.exists()


def pages_with_changeable_access(user):
    policy = policy_registry.get_by_type(VideoPage)
    changeable = policy.instances_user_has_permission_for(user, PageRight.CHANGE_ACCESS)
    return set(changeable.values_list("pk", flat=True))


def test_the_queryset_of_rights_agrees_with_the_question_asked_of_one_page():
    section = make_section("Theirs")
    pages = [
        section,
        make_section("Draft", parent=section, live=False),
        make_video("Live", section=section),
        make_video("Draft", section=section, live=False),
        make_video("Elsewhere"),
    ]
    never = make_section("Never published", live=False)
    make_video("Below it", section=never)
    pages += [never, VideoPage.objects.get(title="Below it")]
    pages.append(pages[2].create_alias(parent=section, update_slug="alias"))
    people = [make_superuser(), make_user("moderator", "Moderators"), make_user("editor", "Editors"), make_user("none")]
    for number, rights in enumerate([("change",), ("publish",), ("add",), ("change", "publish")]):
        people.append(make_editor_of(section, *rights, name=f"person-{number}"))
        people.append(make_editor_of(never, *rights, name=f"other-{number}"))
    for person in people:
        changeable = pages_with_changeable_access(person)
        for page in pages:
            if not page.alias_of_id:
                model = VideoIndexPage if isinstance(page, VideoIndexPage) else VideoPage
                expected = may_change_access(model.objects.get(pk=page.pk), person)
                assert (page.pk in changeable) == expected, (person, page.title)
    assert Page.objects.get(depth=1).pk not in pages_with_changeable_access(people[0])
