"""The list of videos fits on a small laptop's screen, and on a phone the titles stay beside what is read."""

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.users.models import UserProfile

from tests import factories
from video_pages.access.set_window import set_window
from video_pages.core.humanize import format_moment
from video_pages.models import ProcessingJob
from video_pages.wagtail_admin.listing.columns import CHOOSABLE_COLUMNS, COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def films(transactional_db):
    user = factories.make_superuser()
    user.first_name, user.last_name = "Wilhelmina", "Featherstone"
    user.save()
    section = factories.make_section("Summer festival", password="of the section")
    for title in ("The opening night in the old harbour hall", "Client Meyer: rough cut no. 7"):
        file = factories.make_video_file(user=user, duration=5025)
        factories.make_video(title, section=section, video_file=file, password=None)


def wider_than_the_screen(page):
    return page.evaluate("document.querySelector('table.listing').getBoundingClientRect().right - window.innerWidth")


def test_all_columns_fit_on_a_screen_of_1280(films, editor):
    page = editor("/admin/videos/")
    assert wider_than_the_screen(page) <= 0
    names = ".".join(column.name for column in CHOOSABLE_COLUMNS)
    page.context.add_cookies([{"name": COOKIE, "value": names, "url": page.url}])
    page.reload()
    assert page.locator("table.listing thead th").count() == len(CHOOSABLE_COLUMNS) + 2
    assert wider_than_the_screen(page) <= 0
    table, of_pages = (page.locator(each).bounding_box() for each in ("table.listing", ".pagination__start"))
    assert of_pages["x"] >= table["x"] + 40  # as in the page explorer


def heights(page):
    return {round(row.bounding_box()["height"]) for row in page.locator(".video-list tbody tr").all()}


def test_each_row_is_one_line_and_on_a_phone_two_whatever_it_says(films, editor):
    file = factories.make_video_file(ready=False)
    ProcessingJob.objects.create(video_file=file, source_version=1, state="refused", reason="It holds only sound. " * 9)
    long = factories.make_video(("A film with a very long title " * 8).strip(), video_file=file, password=None)
    page = editor("/admin/videos/")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert heights(page) == {52}
    names = ".".join(column.name for column in CHOOSABLE_COLUMNS)
    page.context.add_cookies([{"name": COOKIE, "value": names, "url": page.url}])
    page.reload()
    assert heights(page) == {52}
    title = page.locator(f"#page_{long.pk}_title")
    assert title.evaluate("(title) => title.closest('a').title") == title.inner_text()
    reason = page.locator(".video-cell", has_text="It holds only sound.")
    reason.hover()
    assert "It holds only sound. It holds" in reason.get_attribute("title")
    opened_by = page.locator(".video-cell", has_text="Section's password").first
    opened_by.hover()
    assert opened_by.get_attribute("title") == "Password of the section “Summer festival”"
    page.set_viewport_size({"width": 390, "height": 844})
    assert heights(page) == {64}
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_that_a_film_is_closed_is_read_whole_and_stands_first_on_a_phone(films, editor):
    closed = factories.make_video("Closed")
    moment = timezone.now() - dt.timedelta(days=1)
    set_window(closed, opens_at=None, closes_at=moment)
    page = editor("/admin/videos/")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert heights(page) == {52}
    notes = page.locator(".video-cell__notes", has_text="Closed since")
    assert notes.evaluate("(notes) => notes.scrollWidth <= notes.clientWidth")
    cell = page.locator(".video-cell", has=notes)
    cell.hover()
    assert format_moment(moment) in cell.get_attribute("title")
    page.set_viewport_size({"width": 390, "height": 844})
    facts = page.locator("tr", has=page.locator(f"#page_{closed.pk}_title")).locator(".video-row__facts")
    assert facts.inner_text().strip().startswith("Closed since")
    others = page.locator(".video-row__facts", has_text="Section's password").all_inner_texts()
    assert len(others) == 2 and all(text.strip().startswith("Section's password") for text in others)


def test_on_a_phone_the_titles_stay_while_the_columns_move(films, editor):
    page = editor("/admin/videos/", device="phone")
    title = page.locator("tbody td.title").first
    assert wider_than_the_screen(page) > 0
    uploaded = page.locator("tbody tr").first.locator("td").last
    uploaded.evaluate("cell => cell.scrollIntoView({ inline: 'end' })")
    assert uploaded.bounding_box()["x"] < 390
    assert -1 <= title.bounding_box()["x"] < 40


def test_progress_and_its_link_are_seen_whole_beside_words_that_are_cut(films, editor):
    file = factories.make_video_file(ready=False)
    ProcessingJob.objects.create(video_file=file, source_version=1, state="processing", progress=40)
    factories.make_video("Still processing", video_file=file, password=None)
    page = editor("/admin/videos/")
    page.set_viewport_size({"width": 1440, "height": 900})
    cell = page.locator("[data-processing-of]", has_text="40%")
    box = cell.bounding_box()
    for part in (cell.get_by_text("40%", exact=True), cell.get_by_role("link")):
        seen = part.bounding_box()
        assert box["x"] < seen["x"] and seen["x"] + seen["width"] <= box["x"] + box["width"]
    words = cell.locator(".video-cell__words").first
    words.evaluate("words => { words.textContent = 'Wird gerade noch einmal verarbeitet' }")
    words.hover()
    assert cell.locator(".video-cell").get_attribute("title").startswith("Wird gerade noch einmal verarbeitet")
    link, box = cell.get_by_role("link").bounding_box(), cell.bounding_box()
    assert link["x"] + link["width"] <= box["x"] + box["width"]


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_what_is_processed_is_read_whole_on_a_wide_screen_and_its_number_on_any(films, editor, language):
    user = get_user_model().objects.get(username="admin")
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    file = factories.make_video_file(ready=False)
    ProcessingJob.objects.create(video_file=file, source_version=1, state="processing", progress=40)
    factories.make_video("Still processing", video_file=file, password=None)
    page = editor("/admin/videos/")
    parts = page.locator("[data-is-unfinished] .video-cell > *")
    for width in (1440, 1280, 1100):
        page.set_viewport_size({"width": width, "height": 900})
        assert parts.count() == 4  # the words, the number, the link, the notes
        assert heights(page) == {52}
        cell = page.locator("[data-is-unfinished]").bounding_box()
        boxes = [part.bounding_box() for part in parts.all()[:3]]
        assert all(box["x"] + box["width"] <= cell["x"] + cell["width"] + 0.5 for box in boxes)
        if width == 1440:
            assert parts.first.evaluate("(words) => words.scrollWidth <= words.clientWidth")
