"""Titles have the sizes of their letters, and moments stay on one line where they fit."""

import datetime as dt

import pytest
from wagtail.models import Site

from home.languages import visitor_language
from home.models import SiteSettings
from tests import factories
from video_pages.access.set_window import set_window
from video_pages.core import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
JAPANESE = "海辺の朝と夜についての短いドキュメンタリー映画"
TITLE = """() => {
  const style = getComputedStyle(document.querySelector("main h1"));
  return [parseFloat(style.fontSize), parseFloat(style.lineHeight) / parseFloat(style.fontSize), style.wordBreak];
}"""
LINES = '() => document.querySelector("main time[data-local-time]").getClientRects().length'


@pytest.fixture
def in_languages(transactional_db):
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.update_or_create(site=site, defaults={"languages": "de ja"})
    visitor_language.forget_offered()
    yield
    visitor_language.forget_offered()


def test_a_title_has_the_size_and_the_lines_of_its_letters_on_each_page(in_languages, visit):
    japanese, latin = factories.make_video(JAPANESE), factories.make_video("Salt flats")
    found = {}
    for code in ("de", "ja"):
        page = visit(japanese.url, locale=code)
        found["japanese", code] = page.evaluate(TITLE)
        page.goto(latin.url)
        found["latin", code] = page.evaluate(TITLE)
    assert found["japanese", "de"] == found["japanese", "ja"]
    assert found["latin", "de"][:2] == found["latin", "ja"][:2]
    size, leading, breaks = found["japanese", "de"]
    assert size == pytest.approx(0.8 * found["latin", "de"][0])
    assert leading == pytest.approx(1.28) and breaks == "auto-phrase"


@pytest.mark.parametrize("code", ["en", "de", "ja"])
def test_a_moment_is_on_one_line_on_a_phone_and_inside_on_the_smallest(in_languages, visit, code):
    film = factories.make_video("Salt flats")
    opens_at = clock.now().replace(month=12, day=28, hour=12, minute=0) + dt.timedelta(days=366)
    set_window(film, opens_at=opens_at, closes_at=None)
    page = visit(film.url, locale=code)
    page.set_viewport_size({"width": 390, "height": 844})
    if code == "ja":  # in other languages it is a box, which has one rectangle however many lines
        assert page.evaluate(LINES) == 1
    else:
        height, line = page.evaluate(
            """() => {
              const moment = document.querySelector("main time[data-local-time]");
              return [moment.offsetHeight, parseFloat(getComputedStyle(moment).lineHeight)];
            }"""
        )
        assert height < 1.5 * line
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("() => document.documentElement.scrollWidth") == 320
    assert page.evaluate(
        """() => {
          const edge = document.querySelector(".password-form__body").getBoundingClientRect().right;
          return document.querySelector("main time[data-local-time]").getBoundingClientRect().right <= edge;
        }"""
    )
