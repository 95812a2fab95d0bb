"""A section that is a programme: numbers, intervals, total length, the next film, and who sees what of it."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.wagtail_admin.page_screens import form_of, screen
from video_pages.access.set_listed import set_listed
from video_pages.access.set_window import set_window
from video_pages.models import ProgrammeInterval, VideoAccessSession, VideoIndexPage
from video_pages.pages import programme
from video_pages.pages.panels.programme import programme_context

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r'programme__number number">(\d+)')


def film(title, section, seconds=60.0, **options):
    file = factories.make_video_file(duration=seconds)
    return factories.make_video(title, section=section, video_file=file, **{"password": None, **options})


@pytest.fixture
def section():
    section = factories.make_section("Short films", password=factories.PASSWORD, is_programme=True)
    for title, seconds in (("Salt", 600.0), ("Wind", 900.0), ("Night", 300.0)):
        film(title, section, seconds)
    ProgrammeInterval.objects.create(page=section, after_film=2, minutes=15)
    return section


def films_of(section):
    return [page.specific for page in section.get_children().order_by("path")]


def page_of(client, page):
    return client.get(page.url).content.decode()


def unlocked(page):
    client = factories.browser()
    factories.unlock(client, page)
    return client


def test_films_have_numbers_and_the_programme_a_length_with_its_interval(section):
    response = unlocked(section).get(section.url)
    page = response.content.decode()
    assert NUMBER.findall(page) == ["1", "2", "3"]
    assert page.index("Salt") < page.index("Wind") < page.index("Interval, 15 minutes") < page.index("Night")
    assert "3 films" in page
    assert "45 min with an interval" in page  # 10 + 15 + 15 + 5
    assert f'href="{films_of(section)[0].url}" data-programme-start="{section.pk}"' in page
    assert "grid" not in page.split("programme__list")[1].split("</ol>")[0]


def test_one_interval_is_called_one(section):
    assert "45 min with an interval" in page_of(unlocked(section), section)
    section.intervals.add(ProgrammeInterval(after_film=1, minutes=5))
    section.save()
    assert "50 min with intervals" in page_of(unlocked(section), section)


def test_locked_programme_shows_its_films_and_one_form_and_no_button_to_begin(section):
    page = page_of(factories.browser(), section)
    assert page.count('name="password"') == 1
    ticket = page.split('class="password-form__head"')[1].split("</div>")[0]
    assert "The films of this programme" in ticket and "45 min" in ticket
    assert NUMBER.findall(page) == ["1", "2", "3"]
    assert "data-programme-start" not in page
    assert "/stream/" not in page


def test_one_unlock_opens_all_films(section):
    client = unlocked(section)
    for each in films_of(section):
        assert "data-player" in page_of(client, each)
    assert VideoAccessSession.objects.count() == 1


def test_the_player_knows_its_place_the_next_film_and_the_interval(section):
    client = unlocked(section)
    first, second, third = films_of(section)
    for each, number, following, seconds in ((first, 1, second, 8), (second, 2, third, 900)):
        page = page_of(client, each)
        assert f"film {number} of 3" in page
        assert f'data-programme="{section.pk}" data-film="{each.pk}"' in page
        assert f'data-player-upnext="{seconds}" data-following="{following.pk}"' in page
    assert "Interval, 15 minutes" in page
    last = page_of(client, third)
    assert "film 3 of 3" in last
    assert "data-player-upnext" not in last


def test_an_interval_has_the_editors_own_words(section):
    ProgrammeInterval.objects.update(text="Tea in the garden")
    assert "Tea in the garden" in page_of(unlocked(section), section)
    assert "Interval, 15 minutes" not in page_of(unlocked(section), section)


def test_an_interval_after_the_last_film_is_none(section):
    ProgrammeInterval.objects.update(after_film=3)
    client = unlocked(section)
    assert "30 min in all" in page_of(client, section)
    assert "Interval" not in page_of(client, section)
    assert 'data-player-upnext="8"' in page_of(client, films_of(section)[1])


def test_a_film_that_lists_do_not_show_has_no_number_and_is_never_next(section):
    hidden = films_of(section)[1]
    set_listed(hidden, "nowhere", user=None)
    client = unlocked(section)
    assert NUMBER.findall(page_of(client, section)) == ["1", "2"]
    first = page_of(client, films_of(section)[0])
    assert "film 1 of 2" in first
    assert "Wind" not in first
    own = page_of(client, hidden)
    assert "data-player" in own
    assert "data-programme" not in own


def test_an_interval_stays_in_its_place_for_visitors_who_do_not_see_each_film(section):
    secret = film("Secret", section, password="another-word")
    secret.move(films_of(section)[0], pos="left")
    set_listed(secret, "unlocked")
    order = [each.title for each, _interval in programme_context(section)["films"]]
    assert order == ["Secret", "Salt", "Wind", "Night"]
    client = unlocked(section)
    page = page_of(client, section)
    assert "Secret" not in page and NUMBER.findall(page) == ["1", "2", "3"]
    assert page.index("Salt") < page.index("Interval, 15 minutes") < page.index("Wind")
    assert "45 min with an interval" in page
    salt = page_of(client, films_of(section)[1])
    assert "film 1 of 3" in salt and 'data-player-upnext="900"' in salt
    factories.unlock(client, secret, "another-word")
    page = page_of(client, section)
    assert NUMBER.findall(page) == ["1", "2", "3", "4"]
    assert page.index("Secret") < page.index("Salt") < page.index("Interval, 15 minutes") < page.index("Wind")
    assert "film 2 of 4" in page_of(client, films_of(section)[1])


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        ("Salt", "Wind 15 Night"),
        ("Wind", "Salt 15 Night"),
        ("Night", "Salt 5 Wind"),
        ("Salt Wind", "Night"),
    ],
)
def test_intervals_around_a_hidden_film(section, hidden, expected):
    ProgrammeInterval.objects.create(page=section, after_film=1, minutes=5)
    for each in films_of(section):
        if each.title in hidden.split():
            set_listed(each, "unlocked")
            each.set_password("another-word")
    rows = re.findall(r'programme__link" href="[^"]*">(\w+)|Interval, (\d+)', page_of(unlocked(section), section))
    assert " ".join(title or minutes for title, minutes in rows) == expected


def test_an_ordinary_section_stays_as_it_was(section):
    VideoIndexPage.objects.update(is_programme=False)
    client = unlocked(section)
    page = page_of(client, section)
    assert "video-card" in page
    assert "programme__list" not in page
    assert "data-programme" not in page_of(client, films_of(section)[0])
    assert "Next film" in page_of(client, films_of(section)[0])


def test_more_films_than_a_programme_shows_are_an_ordinary_list(section, monkeypatch):
    monkeypatch.setattr(programme, "MOST_VIDEOS", 2)
    monkeypatch.setattr("video_pages.pages.context.MOST_VIDEOS", 2)
    monkeypatch.setattr(programme, "VIDEOS", programme.ViewerQuery(programme._video_ids))
    client = unlocked(section)
    assert "programme__list" not in page_of(client, section)
    assert "data-programme" not in page_of(client, films_of(section)[0])


def test_before_its_premiere_it_says_when_in_the_sites_time_zone_and_counts_down(section, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    with timezone.override("Europe/Berlin"):
        opens_at = timezone.now() + dt.timedelta(days=2)
        set_window(section, opens_at=opens_at, closes_at=None)
        page = page_of(factories.browser(), section)
        offset = round(timezone.localtime(opens_at).utcoffset().total_seconds() / 60)
    assert "Begins " in page
    assert f'data-offset="{offset}"' in page
    assert "data-opening=" in page
    assert NUMBER.findall(page) == ["1", "2", "3"]
    assert 'name="password"' not in page
    assert "data-programme-start" not in page


def test_after_the_opening_nothing_says_when_it_begins(section):
    set_window(section, opens_at=timezone.now() - dt.timedelta(hours=1), closes_at=None)
    assert "data-programme-begins" not in page_of(factories.browser(), section)


def test_access_lasts_over_the_interval_after_a_film(section):
    ProgrammeInterval.objects.update(minutes=60)
    client = unlocked(section)
    VideoAccessSession.objects.update(expires_at=timezone.now() + dt.timedelta(minutes=2))
    first = films_of(section)[0]  # 10 minutes, and the longest interval may follow
    assert client.get(f"/stream/{first.uuid}/source").status_code == 200
    left = VideoAccessSession.objects.get().expires_at - timezone.now()
    assert dt.timedelta(minutes=84) < left <= dt.timedelta(minutes=85)


def test_an_alias_of_a_film_counts_as_a_film_of_its_programme(section):
    other = factories.make_section("Retrospective", is_programme=True)
    film("Before", other, open_to_everyone=True)
    source = films_of(section)[0]
    alias = source.create_alias(parent=other)
    page = page_of(unlocked(source), alias)
    assert "film 2 of 2" in page
    assert f'data-programme="{other.pk}" data-film="{alias.pk}"' in page


def test_a_programme_costs_the_same_number_of_queries_however_long_it_is(section):
    client = unlocked(section)
    client.get(section.url)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(section.url)
        return len(queries)

    before = count()
    film("Dawn", section)
    client.get(section.url)
    assert count() == before


def send(section, *intervals, **changes):
    fields = {
        "intervals-TOTAL_FORMS": len(intervals),
        "intervals-INITIAL_FORMS": 0,
        "intervals-MIN_NUM_FORMS": 0,
        "intervals-MAX_NUM_FORMS": 1000,
        "order": "arranged",
        "is_programme": "on",
        "action-publish": "yes",
    }
    for number, (after_film, minutes, text) in enumerate(intervals):
        row = {"id": "", "after_film": after_film, "minutes": minutes, "text": text, "DELETE": ""}
        fields |= {f"intervals-{number}-{name}": value for name, value in row.items()}
    client = factories.browser(factories.make_superuser())
    return client.post(screen(section, "edit/"), form_of(section, **fields | changes))


def test_an_editor_makes_a_programme_with_two_intervals():
    section = factories.make_section("Short films")
    assert send(section, (1, 5, ""), (3, 20, "Dinner")).status_code == 302
    section.refresh_from_db()
    assert section.is_programme
    assert list(section.intervals.values_list("after_film", "minutes", "text")) == [(1, 5, ""), (3, 20, "Dinner")]


@pytest.mark.parametrize(
    ("intervals", "words"),
    [
        ([(1, 5, ""), (1, 10, "")], "There is an interval after film 1 already."),
        ([(0, 5, "")], "greater than or equal to 1"),
        ([(1, 61, "")], "less than or equal to 60"),
        ([(1, 0, "")], "greater than or equal to 1"),
    ],
)
def test_an_impossible_interval_is_refused_with_a_reason(intervals, words):
    section = factories.make_section("Short films")
    response = send(section, *intervals)
    assert words in response.content.decode()
    assert not ProgrammeInterval.objects.exists()


def test_the_panel_lists_the_numbers_and_warns_of_passwords_in_the_middle(section):
    films_of(section)[1].set_password("another-word")
    shown = programme_context(section)
    assert [(each.title, interval and interval.text) for each, interval in shown["films"]] == [
        ("Salt", None),
        ("Wind", "Interval, 15 minutes"),
        ("Night", None),
    ]
    assert shown["total_seconds"] == 2700
    page = factories.browser(factories.make_superuser()).get(screen(section, "edit/")).content.decode()
    assert "1 film has a password of its own" in page
    assert "Total length 45 min" in page


def test_a_copy_of_a_programme_has_its_intervals(section):
    copy = section.copy(recursive=False, update_attrs={"title": "Next year", "slug": "next-year"})
    copy.refresh_from_db()
    assert copy.is_programme
    assert list(copy.intervals.values_list("after_film", "minutes")) == [(2, 15)]
