"""The admin on a phone of 390 by 844 pixels: no title or icon is cut, and no word of a table is broken."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from wagtail.models import Site

from tests import factories
from tests.analytics.rows import view
from tests.wagtail_admin.video_screens import give_frames
from video_pages.access.invitations import create_invitation
from video_pages.models import VideoAccessSession

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

LONG_NAME = "The_name_of_a_film_that_somebody_exported_with_every_detail_of_the_project_2026-11-29_FINAL_v12"
THINGS = "h1, h2, h3, p, label, legend, select, input:not([type=file]), textarea, .button, svg.icon"
# Tables and the row of bulk actions move sideways, and a side panel waits beside the screen.
INSIDE = f"main :is({THINGS}):not(table *, .bulk-actions-choices *, .form-side *)"
OUTSIDE = """(wanted) => [...document.querySelectorAll(wanted)]
  .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.left < -0.5 || box.right > innerWidth + 0.5))
  .map(([element, box]) => `${element.outerHTML.slice(0, 120)} ${box.left} to ${box.right}`)"""
CUT = """() => {
  // Wagtail leaves 8 pixels of a heading that only screen readers find.
  const seen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 10;
  const cut = (element) => element.scrollWidth > element.clientWidth + 1;
  const titles = document.querySelectorAll('main :is(h1, h2, h3), main header nav, main header nav li, #id_title');
  return [...titles].filter(seen).filter(cut).map((element) => `${element.tagName} ${element.textContent.trim()}`);
}"""
# The boxes of one moment, after the bar has moved into sight: between two questions it would move on.
BAR_AT_REST = """async (bar) => {
  await Promise.all(bar.getAnimations().map((animation) => animation.finished));
  const box = (wanted) => (wanted ? bar.querySelector(wanted) : bar).getBoundingClientRect().toJSON();
  return { bar: box(), checkbox: box('[data-bulk-action-select-all-checkbox]'), count: box('.num-objects') };
}"""
BROKEN_WORDS = """() => {
  const LONGEST = 14;
  const broken = [];
  for (const cell of document.querySelectorAll('main table :is(td, th)')) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (!text.parentElement.checkVisibility() || text.parentElement.closest('.w-sr-only')) continue;
      for (const word of text.data.matchAll(/[\\p{L}\\p{N}_]+/gu)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
        if (word[0].length <= LONGEST && lines.size > 1) broken.push(word[0]);
      }
    }
  }
  return broken;
}"""


@pytest.fixture
def addresses(transactional_db):
    """The addresses of all screens about a film with a usual title and one with a long name."""
    user = factories.make_superuser()
    factories.make_user("somebody.with-a-long-name")
    section = factories.make_section("Gala films", password="of the section")
    films = []
    for title, name in [("Summer gala Part 10", "Summer gala"), (LONG_NAME.replace("_", " "), LONG_NAME)]:
        file = factories.make_video_file(title=name, user=user, duration=15.0)
        type(file).objects.filter(pk=file.pk).update(original_filename=f"{name}.mp4")
        give_frames(file, ("red", "green"))
        films.append(factories.make_video(title, section=section, video_file=file))
        for label, language in (("English", "en"), ("Deutsch für Schwerhörige", "de")):
            fields = {"kind": "subtitles", "label": label, "language": language}
            factories.add_text_track(file, [], **fields, is_default=False, is_hidden=False)
        now = timezone.now()
        ends = {"created_at": now, "expires_at": now + dt.timedelta(hours=1)}
        VideoAccessSession.objects.create(video=films[-1], session_key=title, **ends)
        view(films[-1], now, device="phone", referrer="school.example", played=[(0, 50)])
    at, below = f"/admin/videos/{films[0].pk}", f"/admin/pages/{films[0].pk}"
    track = films[0].video_file.text_tracks.first()
    invitation, _secret = create_invitation(films[1], kind="link", label=LONG_NAME[:80])
    site, root = Site.objects.get(), section.get_parent()
    return [
        *(
            "/admin/",
            "/admin/videos/",
            "/admin/videos/upload/",
            "/admin/open-sessions/",
            "/admin/invitations/",
            "/admin/media/",
            "/admin/users/",
        ),
        *(f"{at}/captions/", f"{at}/captions/add/", f"{at}/captions/{track.pk}/", f"{at}/captions/{track.pk}/delete/"),
        f"{at}/captions/{track.pk}/edit/",
        *(f"{at}/poster/", f"{at}/new-version/", f"{at}/statistics/", f"/admin/access/{films[0].pk}/"),
        *(f"/admin/invitations/{invitation.pk}/", f"/admin/invitations/{invitation.pk}/change/"),
        *(f"/admin/invitations/new/?page={films[0].pk}", f"/admin/invitations/rules/{section.pk}/"),
        *(f"{below}/edit/", f"{below}/history/", f"/admin/pages/{section.pk}/", f"/admin/pages/{section.pk}/edit/"),
        *("/admin/reports/videos/", "/admin/reports/video-days/", f"/admin/sections/{section.pk}/editors/"),
        *(f"/admin/settings/home/sitesettings/{site.pk}/", f"/admin/settings/video_pages/accesssettings/{site.pk}/"),
        *(
            f"/admin/bulk/video_pages/videopage/{name}/?id={films[0].pk}"
            for name in ("publish", "schedule", "set_one_password")
        ),
        f"/admin/pages/{root.pk}/",
    ]


def test_no_title_icon_or_word_is_cut(addresses, editor):
    page = editor(addresses[0], device="phone")
    found = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer.ok, address
        page.wait_for_load_state()
        faults = [*page.evaluate(OUTSIDE, INSIDE), *page.evaluate(CUT), *page.evaluate(BROKEN_WORDS)]
        if faults:
            found[address] = faults
    assert not found, "\n".join(f"{address} {fault}" for address, faults in found.items() for fault in faults)


def test_a_table_that_is_wider_than_the_screen_can_be_moved(addresses, editor):
    page = editor("/admin/media/", device="phone")
    last = page.locator("table.listing tbody tr").first.locator("td").last
    assert last.bounding_box()["x"] + last.bounding_box()["width"] > 390
    assert page.evaluate("getComputedStyle(document.querySelector('#main')).overflowX") == "auto"


def test_the_bar_of_bulk_actions_leaves_the_list_in_sight(addresses, editor):
    page = editor("/admin/videos/", device="phone")
    page.locator("[data-bulk-action-checkbox]").first.check()
    bar, row = page.locator(".bulk-actions-choices"), page.locator("tbody tr", has_text="The name of a film").first
    expect(bar).not_to_have_class(re.compile("hidden"))
    boxes = bar.evaluate(BAR_AT_REST)
    assert boxes["bar"]["height"] <= 80
    assert abs(boxes["checkbox"]["y"] - boxes["count"]["y"]) < 12
    assert row.bounding_box()["height"] <= 170


def test_a_long_count_of_bulk_actions_stays_beside_their_checkbox(addresses, editor):
    page = editor("/admin/videos/", device="phone")
    page.locator("[data-bulk-action-checkbox]").first.check()
    bar = page.locator(".bulk-actions-choices")
    expect(bar).not_to_have_class(re.compile("hidden"))
    bar.locator(".num-objects").evaluate(
        "(count) => { count.textContent = 'All 9999 pages of this list selected '.repeat(2) }"
    )
    checkbox, count = (bar.evaluate(BAR_AT_REST)[name] for name in ("checkbox", "count"))
    assert count["y"] <= checkbox["y"] and checkbox["bottom"] <= count["bottom"]
    assert checkbox["right"] < count["x"] < count["right"] <= 390


def test_a_table_moves_alone_and_what_is_beside_it_stays(addresses, editor):
    page = editor("/admin/videos/", device="phone")
    beside = page.locator("main :is(.w-slim-header, .column-choice, nav.pagination)")
    before = [element.bounding_box()["x"] for element in beside.all()]
    assert len(before) == 3
    status = page.locator("#listing-results thead th", has_text="Section")
    moved = status.bounding_box()["x"]
    page.evaluate("document.querySelector('#main').scrollTo({ left: 150, behavior: 'instant' })")
    assert status.bounding_box()["x"] == pytest.approx(moved - 150, abs=1)
    assert [element.bounding_box()["x"] for element in beside.all()] == pytest.approx(before, abs=1)
    title = page.locator("#listing-results thead th.title").bounding_box()
    on_top = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('th').className", [title["x"] + 30, title["y"] + 10]
    )
    assert "title" in on_top


def test_a_short_title_beside_a_button_is_not_broken(addresses, editor):
    page = editor("/admin/invitations/", device="phone")
    page.evaluate("() => { document.querySelector('.w-breadcrumbs li:last-child a').textContent = 'Einladungen'; }")
    title = page.locator(".w-breadcrumbs li:last-child a")
    assert title.evaluate(
        "(title) => [...title.childNodes].map((text) => { const range = document.createRange();"
        " range.selectNode(text); return range.getClientRects().length; })"
    ) == [1]


def test_the_card_where_people_sign_in_covers_what_is_behind_it(addresses, visit):
    page = visit("/admin/login/", device="phone")
    names = ("login", "password_reset", "password_reset_done", "password_reset_complete")
    for address in (reverse(f"wagtailadmin_{name}") for name in names):
        page.goto(address)
        card = page.locator("main#main").evaluate("(main) => getComputedStyle(main).backgroundColor")
        assert re.fullmatch(r"rgb\([\d, ]+\)", card), f"{address}: {card}"
