"""The window of a page: an opening and a closing, inherited from the sections above; the narrower one wins."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from wagtail.models import PageLogEntry

from tests.factories import PASSWORD, get_home, make_section, make_superuser, make_user, make_video
from video_pages.access import passwords
from video_pages.access.actions import AccessPermissionError
from video_pages.access.browser import Browser
from video_pages.access.decide import AccessFacts, Reason, decide, judge, unlocked_until
from video_pages.access.grant import grant
from video_pages.access.guard import access_states, guard_of
from video_pages.access.set_window import SetWindowAction, set_window
from video_pages.access.visitor import Visitor
from video_pages.access.window import Window
from video_pages.delivery.facts import facts_of
from video_pages.models import VideoIndexPage, VideoPage

BROWSER = Browser(keys=("k" * 64,))
NOBODY = AnonymousUser()
NOON = dt.datetime(2027, 3, 27, 12, tzinfo=dt.UTC)
HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)

needs_database = pytest.mark.django_db


def window_at(page):
    return access_states([type(page).objects.get(pk=page.pk)])[page.pk].window


def ask(video, now=NOON, user=NOBODY, browser=BROWSER):
    return decide(VideoPage.objects.get(pk=video.pk), browser, user, now)


def open_video(**values):
    video = make_video(password=None, **values)
    passwords.set_open(video, True)
    return video


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "state"),
    [
        (None, None, "open"),
        (NOON + SECOND, None, "not yet"),
        (NOON, None, "open"),
        (None, NOON + SECOND, "open"),
        (None, NOON, "closed"),
        (NOON - HOUR, NOON + HOUR, "open"),
        (NOON + 2 * HOUR, NOON + HOUR, "closed"),  # it closes before it opens: never open
        (NOON + HOUR, NOON + HOUR, "closed"),
    ],
)
def test_a_window_includes_its_opening_and_not_its_closing(opens_at, closes_at, state):
    window = Window(opens_at, closes_at)
    found = {"closed": window.is_closed(NOON), "not yet": window.is_not_yet_open(NOON), "open": window.is_open(NOON)}
    assert [name for name, applies in found.items() if applies] == [state]
    assert window.closed_since(NOON) == (closes_at if closes_at and closes_at <= NOON else None)


def test_a_window_limits_a_moment():
    assert Window(closes_at=NOON).limit(NOON + HOUR) == NOON
    assert Window(closes_at=NOON).limit(NOON - HOUR) == NOON - HOUR
    assert Window(closes_at=NOON).limit(None) == NOON
    assert Window(opens_at=NOON).limit(None) is None


@needs_database
def test_of_all_on_the_path_the_latest_opening_and_the_earliest_closing_win(django_assert_num_queries):
    outer = make_section(title="Outer")
    inner = make_section(parent=outer)
    video = make_video(section=inner)
    set_window(outer, opens_at=NOON + HOUR, closes_at=NOON + 9 * HOUR)
    set_window(inner, opens_at=NOON, closes_at=NOON + 5 * HOUR)
    set_window(video, opens_at=None, closes_at=NOON + 7 * HOUR)
    video = VideoPage.objects.get(pk=video.pk)
    with django_assert_num_queries(1):
        window = access_states([video])[video.pk].window
    assert (window.opens_at, window.closes_at) == (NOON + HOUR, NOON + 5 * HOUR)
    assert window.opens_from == (outer.pk, "Outer")
    assert window.closes_from.page_id == inner.pk
    assert window_at(inner) == window


@needs_database
def test_a_section_that_does_not_guard_binds_all_the_same_and_the_guard_stays():
    section = make_section(password=PASSWORD)
    video = make_video(section=section, password="its-own-password")
    set_window(section, opens_at=NOON + HOUR, closes_at=None)
    verdict = ask(video)
    assert (verdict.allowed, verdict.reason, verdict.guard.page_id) == (False, Reason.NOT_YET, video.pk)
    assert verdict.window.opens_at == NOON + HOUR


@needs_database
@pytest.mark.parametrize("make", [make_video, open_video])
def test_the_reasons_in_time(make):
    video = make()
    if not video.open_to_everyone:
        grant(guard_of(video), Visitor(BROWSER), expires_at=NOON + 12 * HOUR, now=NOON - HOUR)
    set_window(video, opens_at=NOON, closes_at=NOON + 2 * HOUR)
    allowed = Reason.OPEN if video.open_to_everyone else Reason.UNLOCKED
    at = [NOON - SECOND, NOON, NOON + 2 * HOUR - SECOND, NOON + 2 * HOUR]
    assert [ask(video, now).reason for now in at] == [Reason.NOT_YET, allowed, allowed, Reason.CLOSED]
    assert ask(video, NOON).valid_until == NOON + 2 * HOUR


@needs_database
def test_an_end_before_the_closing_counts_and_of_an_open_film_the_earlier_one():
    video = make_video()
    row = grant(guard_of(video), Visitor(BROWSER), expires_at=NOON + HOUR, now=NOON)
    set_window(video, opens_at=None, closes_at=NOON + 2 * HOUR)
    assert ask(video).valid_until == row.expires_at
    film = open_video(expire_at=NOON + HOUR)
    set_window(film, opens_at=None, closes_at=NOON + 2 * HOUR)
    assert ask(film).valid_until == NOON + HOUR


@needs_database
def test_a_later_closing_opens_again_to_those_who_had_unlocked_it():
    video = make_video()
    row = grant(guard_of(video), Visitor(BROWSER), expires_at=NOON + 3 * HOUR, now=NOON)
    set_window(video, opens_at=None, closes_at=NOON + HOUR)
    assert ask(video, NOON + HOUR).reason == Reason.CLOSED
    set_window(video, opens_at=None, closes_at=None)
    assert ask(video, NOON + HOUR).access_id == row.pk


@needs_database
def test_a_sections_row_ends_for_each_video_with_its_own_window():
    section = make_section(password=PASSWORD)
    short, long = (make_video(section=section, password=None) for _ in range(2))
    grant(guard_of(section), Visitor(BROWSER), expires_at=NOON + 3 * HOUR, now=NOON)
    set_window(short, opens_at=None, closes_at=NOON + HOUR)
    assert [ask(video).valid_until - NOON for video in (short, long)] == [HOUR, 3 * HOUR]
    state = access_states([VideoPage.objects.get(pk=short.pk)], BROWSER.keys)[short.pk]
    assert [unlocked_until(state, now) for now in (NOON, NOON + HOUR)] == [NOON + HOUR, None]


@needs_database
def test_it_does_not_bind_those_who_may_edit_the_page():
    video, editor, stranger = open_video(), make_superuser(), make_user()
    for opens_at, closes_at in ((NOON + HOUR, None), (None, NOON)):
        set_window(video, opens_at=opens_at, closes_at=closes_at)
        verdict = ask(video, user=editor)
        assert (verdict.allowed, verdict.reason) == (True, Reason.EDITOR)
        assert not ask(video, user=stranger).allowed


@needs_database
def test_a_draft_and_a_private_page_say_nothing_of_their_window():
    video = make_video()
    set_window(video, opens_at=NOON + HOUR, closes_at=None)
    video.unpublish()
    assert ask(video).reason == Reason.NOT_LIVE
    facts = AccessFacts(True, None, True, False, None, (), Window(NOON + HOUR))
    assert judge(facts, NOON).reason == Reason.RESTRICTED


@needs_database
def test_a_page_that_has_moved_since_it_was_read_is_locked_although_it_is_open_to_everyone():
    stale = open_video()
    section = make_section()
    set_window(section, opens_at=NOON + HOUR, closes_at=None)
    VideoPage.objects.get(pk=stale.pk).move(section, pos="last-child")
    assert decide(stale, BROWSER, NOBODY, NOON).reason == Reason.NO_PASSWORD
    assert ask(stale).reason == Reason.NOT_YET


@needs_database
def test_delivery_reads_the_same_window():
    outer = make_section()
    video = open_video(section=make_section(parent=outer))
    set_window(outer, opens_at=NOON - HOUR, closes_at=NOON + HOUR)
    facts, rows = facts_of(video.uuid)
    verdict = judge(facts.for_rows(rows), NOON)
    assert (verdict.reason, verdict.valid_until) == (Reason.OPEN, NOON + HOUR)
    assert judge(facts.for_rows(rows), NOON + HOUR).reason == Reason.CLOSED


@needs_database
def test_aliases_follow_their_source():
    section = make_section()
    set_window(section, opens_at=NOON + HOUR, closes_at=None)
    alias = section.create_alias(parent=get_home(), update_slug="alias")
    second = VideoIndexPage.objects.get(pk=alias.pk).create_alias(parent=get_home(), update_slug="second")
    below = make_video(section=VideoIndexPage.objects.get(pk=second.pk))
    assert window_at(below).opens_at == NOON + HOUR
    set_window(VideoIndexPage.objects.get(pk=alias.pk), opens_at=None, closes_at=NOON)
    assert VideoIndexPage.objects.get(pk=section.pk).closes_at == NOON
    assert (window_at(below).opens_at, window_at(below).closes_at) == (None, NOON)
    section.save_revision().publish()  # which saves the aliases, too
    assert window_at(below).closes_at == NOON


@needs_database
def test_a_copy_has_no_window_and_a_draft_brings_none_back():
    video = make_video()
    draft = video.save_revision()
    set_window(video, opens_at=NOON, closes_at=NOON + HOUR)
    draft.publish()
    assert window_at(video) == Window(NOON, NOON + HOUR)
    copy = VideoPage.objects.get(pk=video.pk).copy(update_attrs={"slug": "copy"})
    assert window_at(copy) == Window()


@needs_database
def test_only_who_may_change_the_access_sets_it_and_the_log_has_no_moment():
    video = make_video()
    with pytest.raises(AccessPermissionError):
        SetWindowAction(video, opens_at=None, closes_at=NOON, user=make_user()).execute()
    assert window_at(video) == Window()
    editor = make_superuser()
    SetWindowAction(video, opens_at=NOON, closes_at=None, user=editor).execute()
    entry = PageLogEntry.objects.filter(action="video_pages.access_changed").latest("timestamp")
    assert (entry.page_id, entry.user, entry.data) == (video.pk, editor, {})


@needs_database
@pytest.mark.parametrize("closes_at", [NOON, NOON - SECOND])
def test_a_closing_that_is_not_after_the_opening_is_refused(closes_at):
    video = make_video()
    with pytest.raises(ValidationError) as refused:
        set_window(video, opens_at=NOON, closes_at=closes_at)
    assert refused.value.code == "empty_window"
    assert window_at(video) == Window()
