"""A deletion that waits for what a visitor is storing deletes that too, by each way that leads to a deletion."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from home.models import HomePage
from tests.access.invitations.links import request_of
from tests.access.threads import while_it_commits
from tests.factories import browser, get_home, make_section, make_superuser, make_video
from video_pages.access.grant import create_row
from video_pages.access.guard import guard_of
from video_pages.access.invitations import create_invitation
from video_pages.access.invitations.by_mail.asking import ask_for_code
from video_pages.access.invitations.opening import InvitationClosed, open_link
from video_pages.access.invitations.refusal_counts import count_closed
from video_pages.access.invitations.renewal import DeleteInvitationAction
from video_pages.access.invitations.states import InvitationState
from video_pages.access.locks import lock_guard
from video_pages.access.visitor import visitor_of
from video_pages.analytics.services import count_view
from video_pages.models import Invitation, InvitationRefusal, MailCode, VideoAccessSession, VideoPage, VideoView
from video_pages.pages.deletion_locks import lock_for_deletion

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
]


def count(video, invitation):
    assert count_view(video_id=video.pk, access_ref="a1")


def open_by_link(video, invitation):
    open_link(request_of(browser()), invitation)


def open_by_password(video, invitation):
    guard = guard_of(video)
    lock_guard(guard, shared=True)
    visitor = visitor_of(request_of(browser()))
    create_row(visitor, {"video_id": video.pk}, expires_at=timezone.now(), new_key="0" * 64)


def open_closed_link(video, invitation):
    count_closed(invitation, InvitationState.REVOKED)
    assert InvitationRefusal.objects.exists()


def ask(video, invitation):
    ask_for_code(invitation, "0" * 64, "ann@acme.example", client="192.0.2.1")


def in_python(page):
    page.specific.delete()


def by_queryset(page):
    Page.objects.filter(pk=page.pk).delete()


def in_the_editor(page):
    answer = browser(make_superuser()).post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert answer.status_code == 302, answer.text


def in_the_explorer(page):
    """Delete the page with another one."""
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    other = make_section("Other")
    answer = browser(make_superuser()).post(f"{address}?id={page.pk}&id={other.pk}&next=/admin/", {})
    assert answer.status_code == 302, answer.text


def by_the_api(page):
    address = reverse("wagtailadmin_api:pages:action", args=[page.pk, "delete"])
    answer = browser(make_superuser()).post(address, {}, "application/json")
    assert answer.status_code == 204, answer.text


WAYS = [in_python, by_queryset, in_the_editor, in_the_explorer, by_the_api]
WORKS = [open_by_link, open_by_password, count, open_closed_link, ask]


def assert_all_is_gone(work, deletion):
    """Assert that `deletion`, which begins while `work` stores something, deletes that and all that is as it is."""
    stored, deleted = while_it_commits(work, deletion)
    assert stored is None and not isinstance(deleted, Exception), (stored, deleted)
    for model in (VideoAccessSession, VideoView, InvitationRefusal, MailCode, Invitation):
        assert not model.objects.exists(), model


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize("way", WAYS)
def test_a_film(work, way):
    video = make_video()
    invitation, _token = create_invitation(video, kind="link", label="Class")
    assert_all_is_gone(lambda: work(video, invitation), lambda: way(video))
    assert not VideoPage.objects.exists()


@pytest.mark.parametrize("work", WORKS)
def test_a_section_with_its_films(work):
    video = make_video(section=make_section())
    invitation, _token = create_invitation(video.get_parent().specific, kind="link", label="Class")
    assert_all_is_gone(lambda: work(video, invitation), lambda: in_the_editor(video.get_parent()))


def test_a_home_page_with_a_section_and_its_films():
    home = get_home()
    further = home.add_sibling(instance=HomePage(title="Further", slug="further"))
    section = make_section()
    video = make_video(section=section)
    section.move(further, pos="last-child")
    invitation, _token = create_invitation(video, kind="link", label="Class")
    assert_all_is_gone(lambda: open_closed_link(video, invitation), lambda: in_the_editor(further))


@pytest.mark.parametrize("work", [open_by_link, open_closed_link, ask])
def test_an_invitation(work):
    video = make_video()
    invitation, _token = create_invitation(video, kind="link", label="Class")
    deletion = DeleteInvitationAction(invitation)
    assert_all_is_gone(lambda: work(video, invitation), lambda: deletion.execute(skip_permission_checks=True) and None)
    assert VideoPage.objects.exists()


def test_who_asks_for_a_code_of_an_invitation_that_is_being_deleted_is_told_so():
    video = make_video()
    invitation, _token = create_invitation(video, kind="link", label="Class")
    _deleted, asked = while_it_commits(lambda: in_python(video), lambda: ask(video, invitation))
    assert isinstance(asked, InvitationClosed) and asked.state is InvitationState.REVOKED


def test_several_are_locked_together(monkeypatch):
    """Not page by page: a report on two films locks their views in the order of the views."""
    locked = []
    monkeypatch.setattr(
        "video_pages.wagtail_admin.bulk.explorer.lock_for_deletion",
        lambda pages: locked.append(sorted(pages.values_list("pk", flat=True))) or lock_for_deletion(pages),
    )
    video = make_video()
    in_the_explorer(video)
    assert len(locked) == 1 and len(locked[0]) == 2 and not VideoPage.objects.exists()
