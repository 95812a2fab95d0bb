"""Actions on access: each refuses a user without the right, and writes one log entry with what it changes."""

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from wagtail.actions.base import BaseAction
from wagtail.models import PageLogEntry

from tests import factories
from video_pages.access import passwords, revoke
from video_pages.access.actions import AccessAction, AccessPermissionError
from video_pages.access.distinct_passwords import DistinctPasswordAction
from video_pages.access.downloads import SetDownloadsAction
from video_pages.access.invitations.services import InvitationAction
from video_pages.access.models import Downloads
from video_pages.access.requests.answers import AnswerAction
from video_pages.access.set_listed import SetListedAction
from video_pages.access.set_window import SetWindowAction
from video_pages.core import clock
from video_pages.core.log_actions import LogAction
from video_pages.models import VideoAccessSession, VideoPage

pytestmark = pytest.mark.django_db

NEW = "another-password"
FROM = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
UNTIL = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
# Each action: how it is made for (page, user), and the columns of the page that it changes.
ACTIONS = {
    "set_password": (lambda page, user: passwords.SetPasswordAction(page, NEW, user=user), {"password_hash"}),
    "remove_password": (lambda page, user: passwords.RemovePasswordAction(page, user=user), {"password_hash"}),
    "set_open": (lambda page, user: passwords.SetOpenAction(page, True, user=user), {"open_to_everyone"}),
    "set_access_minutes": (
        lambda page, user: passwords.SetAccessMinutesAction(page, 45, user=user),
        {"access_minutes"},
    ),
    "set_access_until": (lambda page, user: passwords.SetAccessUntilAction(page, UNTIL, user=user), {"access_until"}),
    "set_listed": (lambda page, user: SetListedAction(page, "nowhere", user=user), {"listed"}),
    "set_window": (
        lambda page, user: SetWindowAction(page, opens_at=FROM, closes_at=UNTIL, user=user),
        {"opens_at", "closes_at"},
    ),
    "set_downloads": (lambda page, user: SetDownloadsAction(page, Downloads.ALLOWED, user=user), {"downloads"}),
    "end_all_access": (lambda page, user: revoke.EndAllAccessAction(page, user=user), set()),
}
COLUMNS = (
    *("password_hash", "open_to_everyone", "access_minutes", "access_until", "listed"),
    *("opens_at", "closes_at", "downloads"),
)
ENDS_ACCESS = {"set_password", "remove_password", "end_all_access"}


@pytest.fixture
def video():
    page = factories.make_video("The video")
    factories.unlock(factories.browser(), page)
    PageLogEntry.objects.all().delete()
    return page


def columns_of(page):
    return VideoPage.objects.filter(pk=page.pk).values(*COLUMNS).get()


def changed_columns(page, before):
    now = columns_of(page)
    return {name for name in COLUMNS if now[name] != before[name]}


def test_every_action_on_a_page_is_tested_here():
    bases = {AnswerAction, InvitationAction, DistinctPasswordAction}  # tests/access/requests, …/invitations
    actions = set(AccessAction.__subclasses__()) - bases | {passwords.SetPasswordAction}
    assert {action.action_name for action in actions} == set(ACTIONS)
    assert all(issubclass(action, BaseAction) for action in AccessAction.__subclasses__())


@pytest.mark.parametrize("name", ACTIONS)
def test_a_user_without_the_right_is_refused_and_nothing_changes(video, name):
    make, _columns = ACTIONS[name]
    before = columns_of(video)
    for user in (factories.make_user("nobody"), factories.make_user("editor", "Editors")):
        with pytest.raises(AccessPermissionError):
            make(video, user).execute()
    assert columns_of(video) == before
    assert VideoAccessSession.objects.count() == 1
    assert not PageLogEntry.objects.exists()


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_changes_its_columns_and_writes_one_entry(video, name):
    make, columns = ACTIONS[name]
    user, before = factories.make_user("moderator", "Moderators"), columns_of(video)
    make(video, user).execute()
    assert changed_columns(video, before) == columns
    assert {column: getattr(video, column) for column in columns} == {
        column: value for column, value in columns_of(video).items() if column in columns
    }
    assert VideoAccessSession.objects.exists() == (name not in ENDS_ACCESS)
    entry = PageLogEntry.objects.get()
    assert (entry.action, entry.page_id, entry.user, entry.data) == (LogAction.ACCESS_CHANGED, video.pk, user, {})


@pytest.mark.parametrize("name", ACTIONS)
def test_a_program_may_skip_the_check_or_have_no_user(video, name):
    make, columns = ACTIONS[name]
    before = columns_of(video)
    make(video, factories.make_user("nobody")).execute(skip_permission_checks=True)
    assert changed_columns(video, before) == columns
    make(video, None).execute()
    assert [entry.user for entry in PageLogEntry.objects.order_by("pk")] == [
        get_user_model().objects.get(username="nobody"),
        None,
    ]


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_on_an_alias_changes_its_source(video, name):
    make, columns = ACTIONS[name]
    alias = video.create_alias(parent=factories.make_section(), update_slug="alias")
    PageLogEntry.objects.all().delete()
    before = columns_of(video)
    make(alias, factories.make_superuser()).execute()
    assert changed_columns(video, before) == columns
    assert PageLogEntry.objects.get().page_id == video.pk
    assert columns_of(alias)["password_hash"] == ""


def test_an_invalid_password_is_refused_after_the_check(video):
    with pytest.raises(AccessPermissionError):
        passwords.SetPasswordAction(video, "short", user=factories.make_user("nobody")).execute()
    with pytest.raises(passwords.ValidationError):
        passwords.SetPasswordAction(video, "short", user=factories.make_superuser()).execute()
    assert not PageLogEntry.objects.exists() and VideoAccessSession.objects.exists()


def test_sessions_are_ended_only_by_those_who_may_end_all_of_them(video):
    section = factories.make_section("Other")
    other = factories.make_video(section=section)
    factories.unlock(factories.browser(), other)
    PageLogEntry.objects.all().delete()
    sessions = VideoAccessSession.objects.all()
    with pytest.raises(AccessPermissionError):
        revoke.EndSessionsAction(sessions, user=factories.make_user("editor", "Editors")).execute()
    assert sessions.count() == 2 and not PageLogEntry.objects.exists()
    user = factories.make_user("moderator", "Moderators")
    assert revoke.EndSessionsAction(sessions.filter(video=video), user=user).execute() == 1
    assert revoke.EndSessionsAction(sessions.filter(expires_at__gt=clock.now()), user=user).execute() == 1
    entries = PageLogEntry.objects.filter(action=LogAction.ACCESS_ENDED, user=user)
    assert {entry.page_id for entry in entries} == {video.pk, other.pk}
