"""Permissions to change the access of a page: each kind of user, each action, each state of a page."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission

from tests.factories import PASSWORD, browser, get_home, make_section, make_superuser, make_user, make_video
from tests.wagtail_admin.access import NEW, act, address, fresh, kept
from video_pages.wagtail_admin.access import menu_entries

pytestmark = pytest.mark.django_db

ACTIONS = {
    "set_password": {"password": NEW},
    "generate": {},
    "remove": {},
    "open": {"confirmed": "on"},
    "close": {},
    "set_length": {"length": "7", "unit": "minutes"},
    "end": {},
}


def make_person(kind):
    """Return the user that `kind` names, or None for a visitor who is not signed in."""
    if kind == "superuser":
        return make_superuser()
    if kind == "anonymous":
        return None
    groups = {"editor": ["Editors"], "moderator": ["Moderators"], "admin without pages": []}
    user = make_user("person", *groups.get(kind, []))
    if kind == "admin without pages":
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


def make_page(state):
    """Return a video or section in `state`, with a password and a mark that `close` would take away."""
    if state == "live section":
        return make_section(password=PASSWORD)
    return make_video(live=state == "live video")


ALLOWED = {
    "superuser": {"live video", "draft video", "live section"},
    "moderator": {"live video", "draft video", "live section"},
    "editor": {"draft video"},
    "admin without pages": set(),
    "user without rights": set(),
    "anonymous": set(),
}


STATES = ("live video", "draft video", "live section")


@pytest.mark.parametrize(
    ("kind", "state"), [(kind, state) for kind in ALLOWED for state in STATES if state not in ALLOWED[kind]]
)
def test_users_without_the_permission_can_run_no_action(kind, state):
    page = make_page(state)
    client = browser(make_person(kind))
    before = kept(page)
    for action, values in ACTIONS.items():
        answer = act(client, page, action, fragment=True, **values)
        assert answer.status_code == 403, action
        assert kept(page) == before, action
    assert client.get(address(page)).status_code == 302  # to the login, or to the admin's home


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", ["superuser", "moderator", "editor", "admin without pages", "user without rights"])
def test_the_menu_has_the_entry_for_those_who_may_open_the_dialog(kind, state):
    page = make_page(state)
    entries = list(menu_entries.menu_buttons(page, make_person(kind)))
    assert bool(entries) == (state in ALLOWED[kind])
    assert all(entry.url == address(page) for entry in entries)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("kind", "state"), [(kind, state) for kind in ALLOWED for state in STATES if state in ALLOWED[kind]]
)
def test_users_with_the_permission_can_run_an_action(kind, state, action):
    page = make_page(state)
    client = browser(make_person(kind))
    before = kept(page)
    answer = act(client, page, action, fragment=True, **ACTIONS[action])
    if state == "live section" and action in ("open", "close"):
        assert answer.status_code == 400
        assert kept(page) == before
    else:
        assert answer.status_code == 200
        assert (kept(page) == before) == (action in ("close", "end"))
        assert client.get(address(page)).status_code == 200


@pytest.mark.parametrize("kind", ["anonymous", "user without rights", "admin without pages", "editor"])
def test_the_page_of_an_unknown_id_answers_no_one_who_may_not(kind):
    video = make_video()
    client = browser(make_person(kind))
    assert client.get(address(video), headers={"x-requested-with": "XMLHttpRequest"}).status_code == 403


def test_a_video_that_was_published_once_is_not_an_editor_s_any_more():
    video = make_video()
    video.unpublish()
    editor = browser(make_user("editor", "Editors"))
    assert act(editor, fresh(video), "remove", fragment=True).status_code == 403
    assert fresh(video).check_password(PASSWORD)


def test_a_draft_section_with_live_videos_below_it_is_not_an_editor_s_to_open():
    """Its password opens them, and they are published: that takes the right to publish."""
    section = make_section(password=PASSWORD, live=False)
    editor = browser(make_user("editor", "Editors"))
    assert act(editor, section, "end", fragment=True).status_code == 200
    make_video(section=section, password=None)
    assert act(editor, section, "set_password", fragment=True, password=NEW).status_code == 403
    assert fresh(section).check_password(PASSWORD)


def test_an_alias_asks_for_the_right_to_its_source():
    """Rights where the alias lies are no rights to the video that it follows."""
    source = make_video(section=make_section())
    theirs = make_section("Theirs")
    alias = source.create_alias(parent=theirs, update_slug="alias")
    group = Group.objects.create(name="Publishers of one section")
    for codename in ("change_page", "publish_page", "add_page"):
        GroupPagePermission.objects.create(
            group=group, page=theirs, permission=Permission.objects.get(codename=codename)
        )
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    publisher = browser(make_user("publisher", "Publishers of one section"))
    own = make_video(section=theirs)
    assert act(publisher, own, "generate", fragment=True).status_code == 200
    assert act(publisher, alias, "set_password", fragment=True, password=NEW).status_code == 403
    assert fresh(source).check_password(PASSWORD)


def test_an_inactive_superuser_is_refused():
    user = make_superuser()
    client = browser(user)
    user.is_active = False
    user.save()
    video = make_video()
    assert act(client, video, "remove", fragment=True).status_code == 403
    assert fresh(video).check_password(PASSWORD)


@pytest.mark.parametrize(("kind", "offered"), [("superuser", True), ("moderator", True), ("editor", False)])
def test_the_editor_offers_the_dialog_only_to_those_who_may(kind, offered):
    get_home()
    video = make_video()
    answer = browser(make_person(kind)).get(f"/admin/pages/{video.pk}/edit/").content.decode()
    assert "Opened by its own password." in answer
    button = answer.split("data-access-button", 1)[1].split(">", 1)[0]
    assert ("hidden" not in button) == offered
