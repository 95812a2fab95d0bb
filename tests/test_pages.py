"""The pages as visitors browse them: cards and locks, breadcrumbs, pagination, and queries that do not grow."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction, Site

from tests.factories import (
    PASSWORD,
    browser,
    get_home,
    make_section,
    make_superuser,
    make_video,
    make_video_file,
    unlock,
)
from video_pages.access import passwords
from video_pages.access.set_listed import set_listed
from video_pages.library.storage import protected_storage
from video_pages.models import CARDS_PER_PAGE, AccessSettings, VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db
STILL = "data:image/webp;base64,UklGRg=="


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def make_image():
    return get_image_model().objects.create(title="Public by intent", file=get_test_image_file())


def test_an_index_page_shows_its_videos_and_sections_with_their_locks():
    section = make_section("Films")
    locked = make_video("Locked film", section=section)
    opened = make_video("Opened film", section=section)
    free = make_video("Free film", section=section, password=None)
    passwords.set_open(free, True)
    make_video("Draft film", section=section, live=False)
    inner = make_section("Inner", parent=section, password=PASSWORD)
    make_video("Deep film", section=inner)
    client = browser()
    unlock(client, opened)
    context = client.get(section.url).context
    assert {card.title: card.lock for card in context["cards"]} == {
        "Free film": "open",
        "Opened film": "unlocked",
        "Locked film": "locked",
    }
    assert [card.minutes_left for card in context["cards"] if card.lock == "unlocked"] == [60]
    assert [(card.title, card.count, card.is_locked) for card in context["sections"]] == [("Inner", 1, True)]
    assert [crumb.url for crumb in context["breadcrumbs"]] == ["/"]
    assert locked.url in client.get(section.url).content.decode()


def test_cards_have_no_address_of_any_file_of_a_protected_video():
    section = make_section()
    video = make_video(section=section, video_file=make_video_file(still=STILL, poster_version=1))
    page = browser().get(section.url).content.decode()
    assert STILL in page
    assert "/stream/" not in page and str(video.uuid) not in page and video.video_file.uuid.hex not in page


def test_a_locked_card_is_neutral_if_the_owner_wishes_it():
    section = make_section()
    video = make_video(section=section, video_file=make_video_file(still=STILL))
    AccessSettings.objects.create(site=Site.objects.get(), locked_cards="neutral")
    client = browser()
    assert STILL not in client.get(section.url).content.decode()
    assert STILL not in client.get(video.url).content.decode()
    unlock(client, video)
    assert STILL in client.get(section.url).content.decode()


def test_a_card_of_an_alias_shows_its_sources_film_and_lock():
    video = make_video("Film", video_file=make_video_file(still=STILL, duration=63.0))
    section = make_section()
    video.create_alias(parent=section, update_slug="alias")
    client = browser()
    (card,) = client.get(section.url).context["cards"]
    assert (card.lock, card.still, card.duration_seconds) == ("locked", STILL, 63.0)
    unlock(client, video)
    (card,) = client.get(section.url).context["cards"]
    assert card.lock == "unlocked"


@pytest.mark.parametrize("recursive", [False, True])
def test_an_alias_of_a_section_lists_its_own_children_or_else_its_sources(recursive):
    section = make_section()
    video = make_video("Film", section=section)
    alias = section.create_alias(parent=make_section(), update_slug="alias", recursive=recursive)
    (card,) = browser().get(alias.url).context["cards"]
    assert card.title == "Film"
    assert (card.url == video.url) is not recursive
    assert 'name="password"' in browser().get(card.url).content.decode()


def test_cards_of_unlocked_and_open_videos_show_the_protected_poster():
    section = make_section()
    file = make_video_file(still=STILL, poster_version=1)
    protected_storage().save(file.poster_name, ContentFile(b"a picture"))
    locked, opened, free = (make_video(name, section=section, video_file=file) for name in ("locked", "opened", "free"))
    passwords.set_open(free, True)
    client = browser()
    unlock(client, opened)
    cards = {card.title: card for card in client.get(section.url).context["cards"]}
    assert {title: bool(card.poster_url) for title, card in cards.items()} == {
        "locked": False,
        "opened": True,
        "free": True,
    }
    page = client.get(section.url).content.decode()
    assert str(locked.uuid) not in page
    for video in (opened, free):
        assert f'src="/stream/{video.uuid}/poster"' in page
        picture = client.get(f"/stream/{video.uuid}/poster")
        assert b"".join(picture.streaming_content) == b"a picture"
        assert "private" in picture.headers["Cache-Control"]
    assert browser().get(f"/stream/{opened.uuid}/poster").status_code == 403


def test_the_card_of_a_film_that_nobody_can_unlock_says_so():
    section = make_section()
    make_video("No password", section=section, password=None)
    response = browser().get(section.url)
    assert [card.lock for card in response.context["cards"]] == ["nobody"]
    assert "Not open to anyone yet" in response.content.decode()


def test_a_section_card_shows_the_first_picture_that_lists_may_show_of_it():
    section = make_section()
    inner = make_section(parent=section)
    file = make_video_file(still=STILL)
    hidden = make_video("Hidden", section=inner, video_file=make_video_file(still="data:image/webp;base64,HIDDEN"))
    set_listed(hidden, "nowhere")
    make_video("Bare", section=inner)
    make_video("Film", section=make_section(parent=inner), video_file=file)
    make_section("Empty", parent=section)
    response = browser().get(section.url)
    assert [card.cover and card.cover.title for card in response.context["sections"]] == ["Film", None]
    assert STILL in response.content.decode() and "HIDDEN" not in response.content.decode()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("arranged", ["Film 10", "film 2", "Äpfel", "Zebra"]),
        ("newest", ["Zebra", "Äpfel", "film 2", "Film 10"]),
        ("title", ["Äpfel", "film 2", "Film 10", "Zebra"]),
    ],
)
def test_films_stand_in_the_order_of_their_section_and_so_do_the_ways_below_the_player(order, expected):
    section = make_section(order=order)
    film = [make_video(title, section=section) for title in ("Film 10", "film 2", "Äpfel", "Zebra")][1]
    client = browser()
    assert [card.title for card in client.get(section.url).context["cards"]] == expected
    unlock(client, film)
    place = expected.index("film 2")
    context = client.get(film.url).context
    assert [context["previous_film"].title, context["next_film"].title] == [expected[place - 1], expected[place + 1]]
    set_listed(context["next_film"], "nowhere")
    after = client.get(film.url).context["next_film"]
    assert (after and after.title) == (expected[place + 2] if place + 2 < len(expected) else None)


def test_dragging_a_film_in_the_admin_moves_it_in_its_section():
    section = make_section()
    first, last = make_video("First", section=section), make_video("Last", section=section)
    last.move(first, pos="left")
    assert [card.title for card in browser().get(section.url).context["cards"]] == ["Last", "First"]


def test_pages_under_wagtails_own_privacy_are_not_listed():
    section = make_section()
    private = make_video("Private film", section=section)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    assert "Private film" not in browser().get(section.url).content.decode()
    assert "Private film" not in browser().get(get_home().url).content.decode()


def test_a_private_page_and_its_unlock_form_are_behind_wagtails_login():
    video = make_video()
    PageViewRestriction.objects.create(page=video, restriction_type="login")
    assert browser().get(video.url).status_code == 302
    assert unlock(browser(), video).status_code == 302


def test_an_alias_shows_nothing_of_a_source_that_wagtails_privacy_keeps_from_the_visitor():
    private = make_section()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    film = make_video("Film", section=private, video_file=make_video_file(still=STILL, duration=63.0))
    section = make_section()
    alias = film.create_alias(parent=section, update_slug="alias")
    admin = browser(make_superuser())
    for visitor in (browser(), admin):  # as lists name no private page, whoever reads them
        assert visitor.get(section.url).context["cards"] == []
    assert admin.get(alias.url).status_code == 200
    refused = browser().get(alias.url)
    assert refused.status_code == 403
    assert refused.headers["Cache-Control"] == "private, no-store"


def test_a_film_past_its_end_is_neither_listed_nor_found_before_a_worker_unpublishes_it():
    section = make_section()
    ended = make_video("Ended", section=section, expire_at=timezone.now() - dt.timedelta(minutes=1))
    assert browser().get(section.url).context["cards"] == []
    assert browser().get(get_home().url).context["newest"] == []
    response = browser().get(ended.url)
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_host_without_a_site_gets_no_error():
    Site.objects.all().delete()
    assert browser().get("/search/").status_code == 200


def test_long_sections_are_paginated_in_their_order():
    section = make_section(order="newest")
    for number in range(CARDS_PER_PAGE + 2):
        make_video(f"Film {number:02}", section=section, password=None)
    first = browser().get(section.url).context["cards"]
    second = browser().get(section.url + "?p=2", follow=True).context["cards"]
    assert (len(first), len(second)) == (CARDS_PER_PAGE, 2)
    assert first[0].title == f"Film {CARDS_PER_PAGE + 1:02}"
    assert [card.title for card in second] == ["Film 01", "Film 00"]
    assert browser().get(section.url + "?p=nonsense").status_code == 200
    VideoIndexPage.objects.filter(pk=section.pk).update(order="arranged")
    assert browser().get(section.url).context["cards"][0].title == "Film 00"


def test_index_pages_stay_out_of_every_cache_but_that_of_a_browser_without_a_session():
    section, viewer = make_section(), browser()
    unlock(viewer, make_video(section=section))
    guarded = make_section(password=PASSWORD)
    for client, page, expected in (
        (browser(), section, "private, no-cache"),
        (viewer, section, "private, no-store"),
        (browser(), guarded, "private, no-store"),
    ):
        response = client.get(page.url)
        assert response.headers["Cache-Control"] == expected
        assert "Cookie" in response.headers["Vary"]


@pytest.mark.parametrize("unlocked", [False, True])
def test_the_queries_of_an_index_page_do_not_grow_with_its_videos(unlocked):
    section = make_section()
    client = browser()
    image = make_image()

    def add():
        video = make_video(section=section, thumbnail=image)
        make_section(parent=section, password=PASSWORD)
        if unlocked:
            unlock(client, video)
        return video

    add()
    client.get(section.url)  # warm the site cache and make the thumbnail's renditions
    baseline = queries(client, section.url)
    for _ in range(3):
        add()
    after = queries(client, section.url)
    assert len(after) == len(baseline), "\n".join(after)
    # 5 are Wagtail's way down the tree; after a change, 4 look for the next moment at which pages change.
    assert len(after) <= 23, "\n".join(after)


def test_the_queries_of_the_home_page_do_not_grow_with_its_videos():
    make_video()
    client = browser()
    client.get(get_home().url)
    baseline = queries(client, get_home().url)
    for _ in range(3):
        make_video(section=make_section())
    after = queries(client, get_home().url)
    assert len(after) == len(baseline), "\n".join(after)


def test_the_queries_of_a_locked_and_of_an_unlocked_video_page_are_few_and_do_not_grow():
    deep = make_section(parent=make_section(password=PASSWORD))
    video = make_video(section=deep, password=None)
    make_video(section=deep, password=None)  # the next film, which the page names
    client = browser()
    client.get(video.url)
    locked = queries(client, video.url)
    unlock(client, video)
    unlocked = queries(client, video.url)
    for _ in range(3):
        make_video(section=deep, password=None)
    assert len(queries(client, video.url)) == len(unlocked)
    assert len(queries(browser(), video.url)) == len(locked)
    assert len(locked) <= 18, "\n".join(locked)
    assert len(unlocked) <= 26, "\n".join(unlocked)


def test_an_editors_preview_plays_the_file_chosen_in_the_form():
    video = make_video(live=False)
    request = browser().get("/").wsgi_request
    context = video.get_preview_context(request, "")
    assert context["stream"]["source_url"] == video.video_file.url
    assert context["verdict"].reason == "editor"


def test_where_pages_may_stand():
    assert set(VideoPage.allowed_parent_page_models()) == {VideoIndexPage}
    assert VideoPage.allowed_subpage_models() == []
    assert {model.__name__ for model in VideoIndexPage.allowed_parent_page_models()} == {"HomePage", "VideoIndexPage"}
