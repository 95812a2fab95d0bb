"""One question, one answer: the order of the reasons, and that everything doubtful is locked."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.utils import timezone
from wagtail.models import PageViewRestriction

from tests.factories import PASSWORD, make_section, make_superuser, make_user, make_video
from video_pages.access import passwords
from video_pages.access.browser import Browser
from video_pages.access.decide import Reason, decide
from video_pages.access.grant import grant
from video_pages.access.guard import access_states, guard_of
from video_pages.access.revoke import end_access, end_browser, purge_expired
from video_pages.access.visitor import Visitor
from video_pages.models import VideoAccessSession, VideoPage

pytestmark = pytest.mark.django_db

BROWSER = Browser(keys=("k" * 64,))
NOBODY = AnonymousUser()
HOUR = dt.timedelta(hours=1)


def ask(video, browser=BROWSER, user=NOBODY, now=None):
    return decide(VideoPage.objects.get(pk=video.pk), browser, user, now or timezone.now())


def give(page, browser=BROWSER, lasts=HOUR, now=None):
    now = now or timezone.now()
    return grant(guard_of(page), Visitor(browser), expires_at=now + lasts, now=now)


def test_a_browser_without_a_row_is_locked_out():
    verdict = ask(make_video())
    assert (verdict.allowed, verdict.reason) == (False, Reason.LOCKED)


def test_a_row_of_the_guard_opens_the_video_until_its_end():
    video = make_video()
    row = give(video)
    verdict = ask(video)
    assert (verdict.allowed, verdict.reason) == (True, Reason.UNLOCKED)
    assert verdict.access_id == row.pk
    assert verdict.valid_until == row.expires_at


def test_a_video_without_any_password_is_locked_even_with_a_row():
    video = make_video()
    give(video)
    VideoPage.objects.filter(pk=video.pk).update(password_hash="")
    assert ask(video).reason == Reason.NO_PASSWORD
    assert not ask(video).allowed


def test_another_browsers_row_opens_nothing():
    video = make_video()
    give(video, Browser(keys=("o" * 64,)))
    assert not ask(video).allowed
    assert not ask(video, Browser()).allowed


def test_another_videos_row_opens_nothing():
    video, other = make_video(), make_video()
    give(other)
    assert not ask(video).allowed


def test_a_sections_row_opens_the_videos_it_guards_and_no_others():
    section = make_section(password=PASSWORD)
    guarded = make_video(section=section, password=None)
    with_own = make_video(section=section, password="its-own-password")
    give(section)
    assert ask(guarded).allowed
    assert not ask(with_own).allowed


def test_a_videos_own_new_password_shuts_out_the_sections_row():
    section = make_section(password=PASSWORD)
    video = make_video(section=section, password=None)
    give(section)
    passwords.set_password(video, "its-own-password")
    assert not ask(video).allowed


def test_a_nearer_section_that_gets_a_password_takes_over():
    outer = make_section(password=PASSWORD)
    inner = make_section(parent=outer)
    video = make_video(section=inner, password=None)
    give(outer)
    assert ask(video).allowed
    passwords.set_password(inner, "inner-password")
    assert not ask(video).allowed


def test_a_row_opens_nothing_from_the_moment_it_ends_and_a_verdict_writes_nothing(django_assert_num_queries):
    video = make_video()
    row = give(video)
    assert ask(video, now=row.expires_at - dt.timedelta(seconds=1)).allowed
    video = VideoPage.objects.get(pk=video.pk)
    with django_assert_num_queries(1):
        verdict = decide(video, BROWSER, NOBODY, row.expires_at)
    assert (verdict.allowed, verdict.reason) == (False, Reason.EXPIRED)
    assert VideoAccessSession.objects.filter(pk=row.pk).exists()


def test_a_verdict_on_a_state_that_was_read_costs_no_query(django_assert_num_queries):
    video = VideoPage.objects.get(pk=make_video().pk)
    give(video)
    state = access_states([video], BROWSER.keys)[video.pk]
    with django_assert_num_queries(0):
        assert decide(video, BROWSER, NOBODY, timezone.now(), state=state).reason == Reason.UNLOCKED


def test_a_row_from_the_future_does_not_count():
    video = make_video()
    row = give(video, now=timezone.now() + dt.timedelta(hours=3), lasts=dt.timedelta(days=30))
    assert not ask(video).allowed
    assert VideoAccessSession.objects.filter(pk=row.pk).exists()


def test_the_open_mark_opens_to_everyone_and_taking_it_away_locks_again():
    video = make_video(password=None)
    passwords.set_open(video, True)
    assert ask(video, Browser()).reason == Reason.OPEN
    passwords.set_open(video, False)
    assert not ask(video, Browser()).allowed


def test_a_draft_is_locked_whatever_else_opens_it():
    video = make_video()
    give(video)
    passwords.set_open(video, True)
    VideoPage.objects.filter(pk=video.pk).update(live=False)
    assert ask(video).reason == Reason.NOT_LIVE


def test_a_page_past_its_end_is_locked_before_any_worker_unpublishes_it():
    now = timezone.now()
    video = make_video(expire_at=now + dt.timedelta(minutes=5))
    row = give(video)
    assert ask(video).valid_until == video.expire_at < row.expires_at
    verdict = ask(video, now=now + dt.timedelta(minutes=5))
    assert (verdict.allowed, verdict.reason) == (False, Reason.NOT_LIVE)


def test_an_open_video_is_valid_only_until_its_page_ends():
    video = make_video(expire_at=timezone.now() + HOUR)
    passwords.set_open(video, True)
    assert ask(video).valid_until == video.expire_at


@pytest.mark.parametrize("where", ["video", "section"])
def test_wagtails_login_restriction_holds_as_well_as_the_password(where):
    section = make_section()
    video = make_video(section=section)
    give(video)
    PageViewRestriction.objects.create(page=video if where == "video" else section, restriction_type="login")
    assert ask(video).reason == Reason.RESTRICTED
    assert ask(video, user=make_user()).reason == Reason.UNLOCKED


@pytest.mark.parametrize("kind", ["login", "groups"])
def test_nobody_in_particular_is_decided_as_a_stranger(kind):
    video = make_video()
    give(video)
    assert ask(video, user=None).allowed
    PageViewRestriction.objects.create(page=video, restriction_type=kind)
    assert ask(video, user=None).reason == Reason.RESTRICTED


def test_wagtails_group_restriction_lets_only_members_in():
    video = make_video()
    give(video)
    group = Group.objects.create(name="Jury")
    PageViewRestriction.objects.create(page=video, restriction_type="groups").groups.add(group)
    assert not ask(video, user=make_user("outsider")).allowed
    assert ask(video, user=make_user("juror", "Jury")).allowed


def test_wagtails_shared_password_lets_nobody_in():
    video = make_video()
    give(video)
    old = PageViewRestriction(page=video, restriction_type="password", password="w")
    PageViewRestriction.objects.bulk_create([old])  # as an older version left it
    assert ask(video).reason == Reason.RESTRICTED


def test_a_restriction_on_the_source_of_an_alias_above_holds():
    section = make_section()
    alias = section.create_alias(parent=make_section(), update_slug="alias").specific
    video = make_video(section=alias)
    give(video)
    PageViewRestriction.objects.create(page=section, restriction_type="login")
    assert ask(video).reason == Reason.RESTRICTED


def test_who_may_edit_the_page_watches_it_without_the_password_draft_or_not():
    video = make_video(password=None)
    editor = make_user("editor", "Editors")
    assert ask(video, user=editor).reason == Reason.EDITOR
    VideoPage.objects.filter(pk=video.pk).update(live=False)
    assert ask(video, user=make_superuser()).allowed
    assert not ask(video, user=make_user("someone")).allowed


def test_an_inactive_editor_watches_nothing():
    editor = make_user("editor", "Editors")
    editor.is_active = False
    editor.save()
    assert not ask(make_video(), user=editor).allowed


def test_the_verdict_takes_one_query_and_looks_at_the_user_only_where_nothing_else_opens(
    django_assert_num_queries,
):
    class Untouchable:
        def __getattr__(self, name):
            raise AssertionError("the user was looked at")

    video = make_video(section=make_section(parent=make_section()))
    give(video)
    fresh = VideoPage.objects.get(pk=video.pk)
    with django_assert_num_queries(1):
        assert decide(fresh, BROWSER, Untouchable(), timezone.now()).allowed


@pytest.mark.parametrize("how", ["password", "remove", "end", "unpublish", "delete_row"])
def test_whatever_ends_access_ends_it_at_the_next_question(how):
    video = make_video()
    row = give(video)
    end = {
        "password": lambda: passwords.set_password(video, "a-new-password"),
        "remove": lambda: passwords.remove_password(video),
        "end": lambda: end_access(video),
        "unpublish": lambda: video.unpublish(),
        "delete_row": lambda: row.delete(),
    }
    end[how]()
    assert not VideoAccessSession.objects.filter(video=video).exists()
    assert not ask(video).allowed


def test_publishing_again_after_unpublishing_does_not_bring_access_back():
    video = make_video()
    give(video)
    video.unpublish()
    VideoPage.objects.get(pk=video.pk).save_revision().publish()
    assert ask(video).reason == Reason.LOCKED


def test_unpublishing_a_section_ends_the_access_it_gave():
    section = make_section(password=PASSWORD)
    video = make_video(section=section, password=None)
    give(section)
    section.unpublish()
    assert ask(video).reason == Reason.LOCKED


def test_saving_a_section_that_is_a_draft_already_ends_nothing():
    section = make_section(password=PASSWORD, live=False)
    video = make_video(section=section, password=None)
    give(section)
    section.save_revision()
    section.intro = "<p>Typed while people watch</p>"
    section.save()
    assert ask(video).reason == Reason.UNLOCKED


def test_a_page_that_took_the_place_of_another_is_not_judged_by_it():
    video = make_video()
    give(video)
    moved = VideoPage.objects.get(pk=video.pk)
    moved.pk = moved.id = 999_999
    assert decide(moved, BROWSER, NOBODY, timezone.now()).reason != Reason.UNLOCKED


def test_ending_a_browser_deletes_its_rows_and_nobody_elses():
    video = make_video()
    give(video)
    give(video, Browser(keys=("o" * 64,)))
    assert end_browser(BROWSER) == 1
    assert end_browser(Browser()) == 0
    assert VideoAccessSession.objects.count() == 1


def test_purging_removes_expired_rows_in_batches_and_keeps_the_rest():
    video, now = make_video(), timezone.now()
    for number in range(7):
        give(video, Browser(keys=(f"{number:064d}",)), lasts=dt.timedelta(minutes=number))
    assert purge_expired(now=now + dt.timedelta(minutes=4, seconds=30), batch_size=2) == 5
    assert VideoAccessSession.objects.count() == 2
