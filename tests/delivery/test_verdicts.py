"""Verdicts in memory: what decides them again and when, what ends them, how many there are."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone
from wagtail.models import Page

from tests import factories
from tests.delivery import viewer
from tests.delivery.addresses import unlocked
from tests.delivery.endings import ENDS
from tests.delivery.frames import open_frame
from tests.delivery.monotonic import Monotonic
from tests.delivery.receivers import folder_for
from video_pages.access import browser as browsers
from video_pages.access import passwords
from video_pages.access.decide import Reason
from video_pages.core import clock
from video_pages.delivery import facts
from video_pages.delivery.confirming import verdict_for
from video_pages.delivery.verdicts import MOST_AGE, UNUSED_SECONDS, Verdicts
from video_pages.models import VideoAccessSession, VideoFile, VideoPage

pytestmark = pytest.mark.django_db
client, cookie = viewer.client, viewer.cookie


@pytest.fixture
def monotonic():
    return Monotonic()


@pytest.fixture
def memory(monotonic):
    return Verdicts(monotonic=monotonic)


@pytest.fixture
def known(memory, cookie, video):
    return memory.decide(cookie, str(video.uuid))


def test_an_allowing_verdict_is_found_again_by_its_own_cookie_and_video_alone(memory, known, cookie, video):
    assert memory.find(cookie, str(video.uuid)) is known
    assert (known.verdict.reason, known.file.playable_name) == (Reason.UNLOCKED, video.video_file.playable_name)
    assert known.verdict.valid_until == VideoAccessSession.objects.get().expires_at
    other = factories.make_video()
    for sent, asked in (
        (cookie, other.uuid),
        ("b" * 32, video.uuid),
        ("", video.uuid),
        (cookie, str(video.uuid).upper()),
    ):
        assert memory.find(sent, str(asked)) is None


def test_a_refusal_is_not_kept(memory, video):
    for sent in ("", "b" * 32, unlocked(factories.make_video()).cookies["sessionid"].value):
        assert memory.decide(sent, str(video.uuid)) is None
    assert len(memory) == 0


def test_no_verdict_of_an_editor_is_kept(memory, video):
    editor = factories.browser(factories.make_superuser())
    assert memory.decide(editor.cookies["sessionid"].value, str(video.uuid)) is None


def test_a_verdict_that_was_not_confirmed_is_not_used(memory, known, monotonic, cookie, video):
    monotonic.seconds += MOST_AGE - 0.01
    assert memory.find(cookie, str(video.uuid))
    assert not memory.find(cookie, str(video.uuid), most_age=1.0)
    monotonic.seconds += 0.01
    assert memory.find(cookie, str(video.uuid)) is None


def test_a_confirmed_verdict_is_as_old_as_the_moment_before_the_queries(
    memory, known, monotonic, cookie, video, monkeypatch
):
    read = facts.again

    def slow(*arguments):
        monotonic.seconds += 1.5
        return read(*arguments)

    monkeypatch.setattr(facts, "again", slow)
    monotonic.seconds += 1
    assert memory.confirm() == 1
    monotonic.seconds += 0.4
    assert memory.find(cookie, str(video.uuid)) is known
    monotonic.seconds += 0.1
    assert memory.find(cookie, str(video.uuid)) is None


def test_no_verdict_outlives_its_access_or_its_session(memory, monotonic, client, cookie, video):
    for ends in (
        lambda at: VideoAccessSession.objects.update(expires_at=at),
        lambda at: VideoPage.objects.update(expire_at=at),
        lambda at: VideoPage.objects.update(access_until=at),
        lambda at: Session.objects.update(expire_date=at),
    ):
        ends(timezone.now() + dt.timedelta(seconds=0.9))
        assert memory.decide(cookie, str(video.uuid))
        monotonic.seconds += 0.95
        assert memory.find(cookie, str(video.uuid)) is None
        monotonic.seconds -= 0.95
        ends(timezone.now() + dt.timedelta(hours=1))


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_ends_access_ends_the_verdict_when_it_is_decided_again(memory, known, cookie, video, end):
    assert memory.confirm() == 1
    end(VideoPage.objects.get())
    assert memory.confirm() == 0
    assert memory.find(cookie, str(video.uuid)) is None


def test_a_section_s_verdict_ends_with_a_password_of_the_video_or_of_a_nearer_section(memory):
    outer = factories.make_section(password="outer-password")
    inner = factories.make_section(parent=outer)
    video = factories.make_video(section=inner, password=None)
    client = factories.browser()
    factories.unlock(client, outer, "outer-password")
    cookie = client.cookies["sessionid"].value
    for change in (
        lambda: passwords.set_password(video, "a password of its own"),
        lambda: passwords.set_password(inner, "of a nearer section"),
    ):
        assert memory.decide(cookie, str(video.uuid))
        assert memory.confirm() == 1
        change()
        assert memory.confirm() == 0
        passwords.remove_password(video)


def test_a_video_that_has_moved_is_decided_anew(memory, known, cookie, video):
    video.move(factories.make_section(password="of another section"), "last-child")
    assert memory.confirm() == 0
    assert memory.decide(cookie, str(video.uuid)).facts.path == VideoPage.objects.get().path


def test_a_verdict_on_an_open_video_ends_when_it_is_closed(memory, video):
    VideoPage.objects.update(open_to_everyone=True)
    assert memory.decide("", str(video.uuid)).verdict.reason == Reason.OPEN
    assert memory.confirm() == 1
    VideoPage.objects.update(open_to_everyone=False)
    assert memory.confirm() == 0


def test_log_out_ends_it_and_a_longer_access_lengthens_it(memory, known, client, cookie, video):
    later = timezone.now() + dt.timedelta(hours=5)
    VideoAccessSession.objects.update(expires_at=later)
    assert memory.confirm() == 1
    assert known.verdict.valid_until == later
    client.logout()
    assert memory.confirm() == 0


def test_a_new_file_is_known_when_the_verdict_is_decided_again(memory, known, video):
    VideoFile.objects.update(progressive_name="new/name.mp4", package="0123456789ab")
    assert memory.confirm() == 1
    assert (known.file.playable_name, known.file.package) == ("new/name.mp4", "0123456789ab")
    VideoPage.objects.update(video_file=None)
    assert memory.confirm() == 1
    assert known.file is None


def test_a_clock_that_is_set_back_extends_nothing(memory, known, monotonic, cookie, video, monkeypatch):
    past = timezone.now() - dt.timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: past)
    monotonic.seconds += MOST_AGE
    assert memory.find(cookie, str(video.uuid)) is None
    monotonic.seconds -= 1
    assert memory.confirm() == 0  # its row is from the future now


def test_all_verdicts_are_decided_again_with_three_queries(memory, video, django_assert_num_queries):
    section = factories.make_section(password="section-password")
    videos = [factories.make_video(section=section, password=None) for _number in range(3)]
    for _browser in range(4):
        client = factories.browser()
        factories.unlock(client, section, "section-password")
        for each in videos:
            assert memory.decide(client.cookies["sessionid"].value, str(each.uuid))
    with django_assert_num_queries(3):
        assert memory.confirm() == 12
    chunked = facts.MOST_VALUES
    try:
        facts.MOST_VALUES = 2
        assert memory.confirm() == 12
    finally:
        facts.MOST_VALUES = chunked


def test_an_unused_verdict_is_dropped(memory, known, monotonic, cookie, video, django_assert_num_queries):
    monotonic.seconds += UNUSED_SECONDS - 1
    assert memory.confirm() == 1
    memory.find(cookie, str(video.uuid))
    monotonic.seconds += UNUSED_SECONDS - 1
    assert memory.confirm() == 1
    monotonic.seconds += 1
    with django_assert_num_queries(0):
        assert memory.confirm() == 0


def test_memory_is_bounded_and_those_unused_for_longest_go_first(monotonic, client):
    small = Verdicts(most=10, monotonic=monotonic)
    cookie = client.cookies["sessionid"].value
    videos = [factories.make_video() for _number in range(12)]
    VideoPage.objects.update(open_to_everyone=True)
    for each in videos[:10]:
        monotonic.seconds += 0.01
        small.decide(cookie, str(each.uuid))
    assert small.find(cookie, str(videos[0].uuid))  # in use
    monotonic.seconds += 0.01
    assert small.decide(cookie, str(videos[10].uuid))
    assert len(small) == 9
    is_kept = [bool(small.find(cookie, str(each.uuid))) for each in videos]
    assert is_kept == [True, False, False] + [True] * 8 + [False]


def test_without_the_database_nothing_is_confirmed_and_verdicts_end(
    memory, known, monotonic, cookie, video, monkeypatch
):
    def is_away(*arguments):
        raise OperationalError("the database is away")

    monkeypatch.setattr(facts, "again", is_away)
    monotonic.seconds += 1
    with pytest.raises(OperationalError):
        memory.confirm()
    assert memory.find(cookie, str(video.uuid))
    monotonic.seconds += 1
    assert memory.find(cookie, str(video.uuid)) is None
    monkeypatch.undo()
    assert memory.confirm() == 1
    assert memory.find(cookie, str(video.uuid))


def test_neither_the_cookie_nor_a_hash_is_in_what_is_logged_of_a_verdict(known, cookie, video):
    for secret in (cookie, video.password_hash, known.session.data, known.session.browser_key):
        assert secret not in repr(known)


@pytest.mark.parametrize("cookie", ["x", "B" * 32, "b" * 33, "\0" * 32, "b" * 31 + "\n"])
@pytest.mark.parametrize("named", [None, "x", "5d6c1a9e93d04c51b0c02f5a8f1c7a11", "\0"])
def test_untrusted_text_that_names_nothing_costs_no_query(video, cookie, named, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert verdict_for(cookie, named or str(video.uuid)) is None
        assert named is None or verdict_for("b" * 32, named) is None


def test_a_video_at_the_deepest_level_is_decided_and_a_deeper_one_is_left_to_the_view(memory):
    section = factories.make_section(password="section-password")
    while section.depth < facts.DEEPEST - 1:
        section = factories.make_section(parent=section)
    client = factories.browser()
    factories.unlock(client, Page.objects.get(path=section.path[: 4 * 3]).specific, "section-password")
    deepest = factories.make_video(section=section, password=None)
    deeper = factories.make_video(section=factories.make_section(parent=section), password=None)
    cookie = client.cookies["sessionid"].value
    assert memory.decide(cookie, str(deepest.uuid))
    assert memory.decide(cookie, str(deeper.uuid)) is None


class TestFrames:
    """The verdict of a frame of another site, which has a key and no session."""

    # The end of a session alone ends nothing in a frame.
    OF_SESSIONS = {"session deleted", "session expired", "session emptied"}

    @pytest.fixture
    def frame(self, video):
        return f"~{open_frame(video)}"

    def test_it_is_confirmed_without_its_session(self, memory, monotonic, video, frame):
        known = memory.decide(frame, str(video.uuid))
        monotonic.seconds += MOST_AGE / 2
        assert memory.confirm() == 1
        monotonic.seconds += MOST_AGE / 2
        assert memory.find(frame, str(video.uuid)) is known
        assert memory.find(frame.removeprefix("~"), str(video.uuid)) is None

    @pytest.mark.parametrize("name", sorted(set(ENDS) - OF_SESSIONS))
    def test_whatever_ends_access_ends_it(self, memory, video, frame, name):
        assert memory.decide(frame, str(video.uuid))
        ENDS[name](video)
        assert memory.confirm() == 0

    def test_invented_keys_fill_no_memory(self, memory, video, django_assert_num_queries):
        """A video that is open to everyone needs no key, so any text is the key of a frame that may."""
        VideoPage.objects.update(open_to_everyone=True)
        known = memory.decide(f"~{browsers.new_secret()}", str(video.uuid))
        assert known.verdict.reason == Reason.OPEN
        with django_assert_num_queries(0):
            for _key in range(20):
                assert memory.decide(f"~{browsers.new_secret()}", str(video.uuid)) is known
            assert memory.find("", str(video.uuid)) is known
        assert len(memory) == 1
        VideoPage.objects.update(open_to_everyone=False)
        assert memory.confirm() == 0
        assert memory.decide(f"~{browsers.new_secret()}", str(video.uuid)) is None

    def test_a_receiver_of_an_open_video_keeps_a_verdict_of_its_own(self, memory, video):
        VideoPage.objects.update(open_to_everyone=True)
        token = folder_for(video, factories.browser()).split("~")[1].rstrip("/")
        memory.decide("", str(video.uuid))
        assert memory.decide(f"~{token}", str(video.uuid)).receiver is not None
        assert len(memory) == 2

    def test_the_text_of_a_key_is_no_session(self, video, frame):
        key = frame.removeprefix("~")
        assert verdict_for(key, str(video.uuid)) is None
        assert verdict_for(f"{frame}A", str(video.uuid)) is None
