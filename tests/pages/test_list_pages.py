"""Pages of a long list: each has a real address, each video is on one of them, and none costs more than another."""

import base64

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests.factories import browser, make_section, make_video, make_video_file, unlock
from video_pages.access.listed import viewer_with
from video_pages.access.models import Listed
from video_pages.access.set_listed import set_listed
from video_pages.core.natural_order import natural_key
from video_pages.models import CARDS_PER_PAGE, VideoIndexPage, VideoPage
from video_pages.pages.list_pages import keys_of, list_page, read_keys, write_keys
from video_pages.pages.list_queries import videos_of
from video_pages.pages.navigation import neighbours
from video_pages.pages.querysets import Order

pytestmark = pytest.mark.django_db
TITLES = ["Film 10", "Film 2", "film 1", "Ätna", "Atlas", "Zürich", "Film", "007", "Film 2", "Łódź"]
SIZE = 3


@pytest.fixture
def section():
    """Ten videos, dated in another order than they are arranged in, two of the same title and two of the same date."""
    section, file = make_section("Lessons"), make_video_file()
    for title in TITLES:
        make_video(title, section=section, video_file=file, password=None)
    for number, video in enumerate(VideoPage.objects.child_of(section).order_by("path")):
        video.first_published_at = video.first_published_at.replace(
            year=2020 + number * 7 % 10 // 2, microsecond=number
        )
        video.save()
    return section


def expected(section, order):
    videos = list(VideoPage.objects.child_of(section).order_by("path"))
    if order == Order.NEWEST:
        return sorted(videos, key=lambda video: (video.first_published_at, video.pk), reverse=True)
    if order == Order.TITLE:
        return sorted(videos, key=lambda video: (natural_key(video.title)[0], video.pk))
    return videos


def pages(section, order, *, back=False):
    """The videos of each page, by following the addresses from the first page (or back from the last) to the end."""
    fetch = videos_of(section, section, viewer_with(), order, size=SIZE)
    found = [list_page(fetch, order, QueryDict(), SIZE)]
    while address := found[-1].following:
        found.append(list_page(fetch, order, QueryDict(address[1:]), SIZE))
    if back:
        found = found[-1:]
        while address := found[0].previous:
            found.insert(0, list_page(fetch, order, QueryDict(address[1:]), SIZE))
    return found


@pytest.mark.parametrize("order", Order.values)
def test_each_video_is_on_one_page_in_the_order_of_the_section(section, order):
    assert [video for page in pages(section, order) for video in page.videos] == expected(section, order)


@pytest.mark.parametrize("order", Order.values)
def test_the_ways_back_show_the_same_and_end_at_the_beginning(section, order):
    back = pages(section, order, back=True)
    videos = expected(section, order)
    assert back[0].videos[:SIZE] == videos[:SIZE] and back[0].previous == ""
    assert back[-1].videos == videos[-1:]  # ten videos, three a page


@pytest.mark.parametrize("order", Order.values)
def test_the_videos_before_and_after_one_are_its_neighbours_in_the_list(section, order):
    VideoIndexPage.objects.filter(pk=section.pk).update(order=order)
    section.refresh_from_db()
    videos = expected(section, order)
    for before, video, after in zip([None, *videos], videos, [*videos[1:], None], strict=False):
        assert neighbours(video, section, viewer_with()) == (before, after)


@pytest.mark.parametrize("order", Order.values)
def test_keys_are_read_as_they_were_written(section, order):
    for video in expected(section, order):
        keys = keys_of(video, order)
        assert read_keys(write_keys(keys, order), order) == keys


BAD = [
    "",
    "a",
    "a000",
    "a00000",
    "a000é",
    "n",
    "n5",
    "n5.",
    "n99999999999999999.1",
    "n1.99999999999999999999",
    "t.",
    "t",
]
BAD += ["t.", "t", "tA.1", "t%%.1", "x0001", "a0001 ", "-1", "t" + "A" * 5000 + ".1", "n٣.1", "1", "null"]


@pytest.mark.parametrize("order", Order.values)
def test_a_key_that_nobody_wrote_gives_the_first_page(section, order):
    VideoIndexPage.objects.filter(pk=section.pk).update(order=order)
    client = browser()
    first = titles(client.get(section.url))
    for key in BAD:
        for name in ("after", "before", "p"):
            response = client.get(section.url, {name: key}, follow=True)
            assert response.status_code == 200 and titles(response) == first, (name, key)
    nothing_after = base64.urlsafe_b64encode(b"\xff\xff").decode().rstrip("=")
    for key in ("aZZZZ", "n0.0", f"t{nothing_after}.1"):
        assert titles(client.get(section.url, {"after": key})) == first, key


def titles(response):
    return [card.title for card in response.context["cards"]]


def test_addresses_of_earlier_versions_lead_to_the_same_videos(section):
    file = make_video_file()
    for number in range(CARDS_PER_PAGE * 2):
        make_video(f"More {number}", section=section, video_file=file, password=None)
    videos = [video.title for video in expected(section, Order.ARRANGED)]
    client = browser()
    for number in (2, 3):
        response = client.get(f"{section.url}?p={number}&from=mail")
        assert response.status_code == 302 and "from=mail" in response.url and "p=" not in response.url
        start = (number - 1) * CARDS_PER_PAGE
        assert titles(client.get(section.url + response.url)) == videos[start : start + CARDS_PER_PAGE]
    for number in ("4", "99", "10001", "0", "-1", "1"):
        assert titles(client.get(f"{section.url}?p={number}", follow=True)) == videos[:CARDS_PER_PAGE], number


def test_a_page_stays_in_its_place_when_videos_are_added_before_it(section):
    fetch = videos_of(section, section, viewer_with(), Order.NEWEST, size=SIZE)
    second = list_page(fetch, Order.NEWEST, QueryDict(), SIZE).following
    shown = list(list_page(fetch, Order.NEWEST, QueryDict(second[1:]), SIZE).videos)
    make_video("New", section=section)
    assert list(list_page(fetch, Order.NEWEST, QueryDict(second[1:]), SIZE).videos) == shown


def test_what_this_visitor_may_not_see_takes_no_part(section):
    hidden, asking = expected(section, Order.ARRANGED)[1:3]
    set_listed(hidden, Listed.NOWHERE)
    set_listed(asking, Listed.UNLOCKED)
    shown = [video for page in pages(section, Order.ARRANGED) for video in page.videos]
    assert hidden not in shown and asking not in shown and len(shown) == len(TITLES) - 2
    asking.set_password("open-sesame")
    client = browser()
    assert asking.title not in titles(client.get(section.url))
    unlock(client, asking)
    assert titles(client.get(section.url)).count(asking.title) == 1


@pytest.mark.parametrize("order", Order.values)
def test_every_page_of_a_list_needs_the_same_few_queries(section, order):
    VideoIndexPage.objects.filter(pk=section.pk).update(order=order)
    file = make_video_file()
    for number in range(CARDS_PER_PAGE * 3):
        make_video(f"More {number}", section=section, video_file=file, password=None)
    client, address, counts = browser(), section.url, []
    for _ in range(2):  # the first request makes rows of settings, which is a change of the pages that are shown
        client.get(address)
    while address:
        with CaptureQueriesContext(connection) as captured:
            page = client.get(address).context["list_page"]
        counts.append(len(captured))
        address = page.following and section.url + page.following
    assert len(counts) == 4 and len(set(counts)) == 1


def test_a_card_of_a_large_section_says_that_there_are_more_than_it_counts(monkeypatch, section):
    monkeypatch.setattr("video_pages.pages.querysets.MOST_COUNTED", 9)
    monkeypatch.setattr("video_pages.pages.cards.MOST_COUNTED", 9)
    assert "more than 9 films" in browser().get("/search/?q=Lessons").content.decode()
    VideoPage.objects.child_of(section).first().unpublish()
    assert "<span>9 films</span>" in browser().get("/search/?q=Lessons").content.decode()
