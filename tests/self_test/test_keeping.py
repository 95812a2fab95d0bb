"""Runs of a worker: asked for, by night, claimed once, kept; and the screens that show them."""

import datetime as dt

import pytest
from django.urls import reverse

from tests import factories
from video_pages.core import clock
from video_pages.self_test import keeping
from video_pages.self_test.judging import Row
from video_pages.self_test.models import KEPT_RUNS, SelfTestRun
from video_pages.self_test.running import Result, chosen_videos

pytestmark = pytest.mark.django_db

NIGHT = dt.datetime(2026, 6, 1, 3, 0, tzinfo=dt.UTC)


def row(ok):
    return Row("A film", "source", "/stream/x/source", "403", "403" if ok else "200; this status is not expected", ok)


@pytest.fixture(autouse=True)
def quick(monkeypatch, settings):
    settings.TIME_ZONE = "UTC"
    settings.SELF_TEST_URL = "http://localhost"
    rows = [row(True), row(False), row(True)]
    result = Result("http://localhost", clock.now(), clock.now(), "Videos tested: all (1).", 1, 1, rows)
    monkeypatch.setattr(keeping, "run_self_test", lambda base, is_stopping: result)


def test_a_run_that_was_asked_for_is_made_once_and_keeps_red_rows_first():
    asked = keeping.ask_for_run(factories.make_superuser())
    assert keeping.ask_for_run() == asked
    run = keeping.run_due()
    assert (run.state, run.checked, run.red, run.is_green) == ("done", 3, 1, False)
    assert run.rows[0][5] == 0
    assert keeping.run_due() is None
    assert keeping.latest_run() == run


def test_the_night_is_off_until_it_is_set_and_comes_once(settings, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    assert keeping.run_due() is None
    settings.SELF_TEST_NIGHTLY = True
    assert keeping.run_due().asked_by is None
    assert keeping.run_due() is None
    monkeypatch.setattr(clock, "now", lambda: NIGHT + dt.timedelta(hours=10))
    assert not keeping.is_night_due(clock.now())
    assert keeping.is_night_due(NIGHT + dt.timedelta(days=1))


def test_an_address_of_another_site_fails_the_run(settings):
    settings.SELF_TEST_URL = "http://169.254.169.254"
    keeping.ask_for_run()
    run = keeping.run_due()
    assert (run.state, run.is_green) == ("failed", False)
    assert "no host of this site" in run.error


def test_a_killed_run_is_given_up_and_old_ones_are_removed():
    SelfTestRun.objects.create(state="running", started_at=clock.now() - dt.timedelta(hours=1))
    for _each in range(KEPT_RUNS + 3):
        SelfTestRun.objects.create(state="done")
    assert keeping.run_due() is None
    assert SelfTestRun.objects.filter(state="failed").count() == 1
    keeping.ask_for_run()
    keeping.run_due()
    assert SelfTestRun.objects.count() == KEPT_RUNS


def test_a_sample_has_the_videos_that_changed_last():
    videos = [factories.make_video() for _each in range(6)]
    videos[2].save_revision()
    chosen, total = chosen_videos(2)
    assert total == 6
    assert len(set(chosen)) == 2 and chosen[0] == videos[2].pk
    assert chosen_videos(None)[0] == [video.pk for video in videos]


class TestScreens:
    def test_a_superuser_asks_and_sees_the_rows(self):
        client = factories.browser(factories.make_superuser())
        screen = reverse("video_self_test")
        assert "No self-test has run yet." in client.get(screen).content.decode()
        assert "video-self-test" not in client.get(reverse("wagtailadmin_home")).content.decode().partition("<main")[2]
        assert "begins the self-test" in client.post(screen, follow=True).content.decode()
        assert client.post(screen).status_code == 302
        assert SelfTestRun.objects.count() == 1
        keeping.run_due()
        page = client.get(screen).content.decode()
        assert (page.count('data-self-test="red"'), page.count('data-self-test="green"')) == (1, 2)
        assert client.get(f"{screen}?rows=red").content.decode().count("data-self-test=") == 1
        assert "1 of 3 answers is not what a stranger should get" in page
        assert "1 of 3 addresses does not answer as it should" in page and '<details class="self-test" open>' in page
        assert "ask_again.js" not in page and "help-success" not in page
        assert "1 of 3 answers" in client.get(reverse("wagtailadmin_home")).content.decode()

    def test_the_page_asks_again_by_itself_while_a_run_waits(self):
        client = factories.browser(factories.make_superuser())
        keeping.ask_for_run()
        assert "video_pages/js/ask_again.js" in client.get(reverse("video_self_test")).content.decode()

    def test_a_green_run_is_a_success_with_the_films_folded(self):
        rows = [[subject, "source", "/stream/x/source", "403", "403", 1] for subject in ("A film", "A film", "")]
        SelfTestRun.objects.create(state="done", finished_at=clock.now(), checked=3, red=0, rows=rows)
        page = factories.browser(factories.make_superuser()).get(reverse("video_self_test")).content.decode()
        assert "help-success" in page and "icon-success" in page
        assert page.count('<details class="self-test">') == 2
        assert "all 2 addresses answer as they should" in page and "The site as a whole" in page

    def test_no_other_editor_does(self):
        keeping.ask_for_run()
        keeping.run_due()
        client = factories.browser(factories.make_user("eve", "Moderators"))
        for response in (client.get(reverse("video_self_test")), client.post(reverse("video_self_test"))):
            assert response.status_code == 302
            assert response.url == reverse("wagtailadmin_home")
        assert "self-test" not in client.get(reverse("wagtailadmin_home")).content.decode()
