"""The layout of the admin: arrows beside their words, even rows of numbers, boxes that are dark at night."""

import datetime as dt

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from home.appearance import colours
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
BOXES = "help-info", "help-warning", "help-critical", "help-success", "help-info access-done"
MESSAGES = "info", "warning", "critical", "success"  # of dialogs
# Replaces the content of the page, whose style sheets stay. A dialog is in a template until Wagtail moves it.
SHOW = """(html) => {
  document.querySelector("main").innerHTML = html;
  for (const template of document.querySelectorAll("main template")) {
    template.replaceWith(...template.content.querySelectorAll(".w-dialog__message"));
  }
}"""
# What a canvas paints of a colour: computed ones have several notations.
COLOURS = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  const of = (colour) => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const parts = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
    return "#" + parts.map((part) => part.toString(16).padStart(2, "0")).join("");
  };
  return [...document.querySelectorAll("main :is(.help-block, .w-dialog__message)")].map((box) => ({
    box: box.className,
    ground: of(getComputedStyle(box).backgroundColor),
    words: [box, ...box.querySelectorAll("a, strong, p")].map((each) => of(getComputedStyle(each).color)),
  }));
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


def a_message(status):
    """The dialog of Wagtail that begins with a message of the kind `status`."""
    message = {"message_status": status, "message_icon_name": "info", "message_heading": "Not yet."}
    return render_to_string("wagtailadmin/shared/dialog/dialog.html", {**message, "message_description": "Why so."})


def is_read(box):
    return min(colours.contrast(words, box["ground"]) for words in box["words"]) >= colours.READABLE


def test_every_kind_of_box_is_read_by_day_and_dark_at_night(film, editor):
    page = editor(f"/admin/pages/{film.pk}/edit/")
    boxes = [f'<div class="help-block {box}">A note with <a href="/">a link</a>.</div>' for box in BOXES]
    page.evaluate(SHOW, "".join([*boxes, *map(a_message, MESSAGES)]))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        measured = page.evaluate(COLOURS)
        assert len(measured) == len(BOXES) + len(MESSAGES)
        assert [each for each in measured if (colours.luminance(each["ground"]) < 0.1) != (scheme == "dark")] == []
        assert [each for each in measured if not is_read(each)] == [], scheme


def test_on_a_phone_the_report_shows_numbers_beside_titles_that_begin_below_the_text(film, editor):
    page = editor("/admin/reports/videos/", device="phone")
    views = page.locator(".statistics-table thead th", has_text="Views").bounding_box()
    assert views["x"] + views["width"] <= 390
    title = page.locator(".statistics-table tbody td.title a").bounding_box()
    assert title["x"] == pytest.approx(page.locator(".statistics-lead").bounding_box()["x"], abs=1)
    assert page.locator(".statistics-table tbody td.title", has_text="Gala films").is_visible()
