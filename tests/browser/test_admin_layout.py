"""The layout of the admin: arrows beside their words, even rows of numbers, boxes that are dark at night."""

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from tests.analytics.rows import typed, view
from video_pages.models import VideoAccessSession

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
# A heading with its arrow has as many lines as it has words, at most.
ARROWS_ALONE = """() => [...document.querySelectorAll(".listing thead th a.label")]
  .filter((label) => label.getClientRects().length > label.textContent.trim().split(/\\s+/).length)
  .map((label) => label.textContent.trim())"""
ROWS = """(wanted) => {
  const rows = new Map();
  for (const each of document.querySelectorAll(wanted)) {
    const { top } = each.getBoundingClientRect();
    rows.set(top, (rows.get(top) ?? 0) + 1);
  }
  return [...rows.values()];
}"""
# What a canvas paints of a colour: computed ones have several notations.
LUMINANCE = """(box) => {
  const pen = document.createElement("canvas").getContext("2d");
  const of = (colour) => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
  };
  const style = getComputedStyle(box);
  return { box: of(style.backgroundColor), words: of(style.color) };
}"""


@pytest.fixture
def film(transactional_db):
    user = factories.make_superuser()
    section = factories.make_section("Gala films", password="of the section")
    film = factories.make_video("Summer gala", section=section, video_file=factories.make_video_file(user=user))
    now = timezone.now()
    VideoAccessSession.objects.create(
        video=film, session_key="key", created_at=now, expires_at=now + dt.timedelta(hours=1)
    )
    view(film, now, device="phone", referrer="school.example", played=[(0, 50)])
    typed(film, now, right=2, wrong=1)
    return film


@pytest.fixture
def at_a_desk(editor):
    """A function: `at_a_desk("/admin/path/")` opens a page on a screen of 1440 by 900 pixels."""

    def open_page(path):
        page = editor(path)
        page.set_viewport_size({"width": 1440, "height": 900})
        return page

    return open_page


def test_no_arrow_of_a_heading_stands_on_a_line_of_its_own(film, at_a_desk):
    page = at_a_desk("/admin/videos/")
    for address in ("/admin/videos/", "/admin/open-sessions/", "/admin/reports/videos/", "/admin/reports/video-days/"):
        page.goto(address)
        assert page.locator(".listing thead th a.label").count() >= 3
        assert page.evaluate(ARROWS_ALONE) == [], address


def test_the_numbers_of_a_report_stand_in_even_rows(film, at_a_desk):
    page = at_a_desk("/admin/reports/videos/")
    assert page.evaluate(ROWS, ".statistics-numbers > div") == [4, 3]


def test_boxes_of_notes_are_dark_at_night(film, editor):
    page = editor(f"/admin/bulk/video_pages/videopage/end_date/?id={film.pk}")
    box = page.locator(".help-info").first
    by_day = box.evaluate(LUMINANCE)
    assert by_day["box"] > 0.8 and by_day["words"] < 0.2
    page.emulate_media(color_scheme="dark")
    by_night = box.evaluate(LUMINANCE)
    assert by_night["box"] < 0.3 and by_night["words"] > 0.8


def test_on_a_phone_the_report_shows_numbers_beside_titles_that_begin_below_the_text(film, editor):
    page = editor("/admin/reports/videos/", device="phone")
    views = page.locator(".statistics-table thead th", has_text="Views").bounding_box()
    assert views["x"] + views["width"] <= 390
    title = page.locator(".statistics-table tbody td.title a").bounding_box()
    assert title["x"] == pytest.approx(page.locator(".statistics-lead").bounding_box()["x"], abs=1)
    assert page.locator(".statistics-table tbody td.title", has_text="Gala films").is_visible()
