"""Figures after real playback in a real browser: what was played is what the statistics page shows."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories, hls_clips
from tests.analytics.rows import view
from tests.browser.accessibility import findings
from tests.browser.player import START, open_video_page, seconds, video_of, wait_for_seconds, wait_until
from video_pages.models import AccessEvent, DailySalt, VideoPage, VideoView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def film(transactional_db):
    factories.make_superuser()
    return hls_clips.make_packaged_video()


def number(page, name):
    return page.locator(f"dd[data-statistics={name}]").first


def serious_findings(page):
    found = findings(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    ours = [(rule, [html for html in elements if "statistics" in html]) for rule, elements in found]
    return [finding for finding in ours if finding[1]]


def play_to(page, moment):
    page.click(START)
    wait_for_seconds(page, moment)


def kept(page):
    """Wait until a watch report has come, and return the view."""
    wait_until(page, lambda: VideoView.objects.filter(last_report_at__isnull=False).exists(), "no watch report came")
    return VideoView.objects.get()


def test_what_was_played_is_what_the_statistics_page_shows(film, visit, editor):
    page = open_video_page(
        visit, film, extra_http_headers={"User-Agent": "Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1"}
    )
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(300)
    assert not any(url.endswith("/watched") for url in asked), "nothing is reported before it plays"
    play_to(page, 4)
    video_of(page, "video.pause()")
    page.wait_for_timeout(300)
    stopped = seconds(page)
    page.evaluate("() => window.dispatchEvent(new Event('pagehide'))")
    counted = kept(page)
    assert abs(counted.watch_seconds - stopped) <= 1
    assert abs(counted.watched_buckets - stopped / 12 * 100) <= 6
    assert counted.watched.startswith("f")
    assert (counted.device, counted.is_completed) == ("phone", False)
    assert page.complaints == []

    admin = editor(f"/admin/videos/{film.pk}/statistics/")
    for name, text in [("views", "1"), ("unique_viewers", "1"), ("completed", "0"), ("unlocks", "1")]:
        expect(number(admin, name)).to_have_text(text)
    expect(number(admin, "watch_seconds")).to_have_text(f"{counted.watch_seconds} s")
    expect(admin.get_by_role("img", name="Views by day")).to_be_visible()
    expect(admin.get_by_role("img", name="Share of views that watched each part of the film")).to_be_visible()
    expect(admin.get_by_role("rowheader", name="Phone")).to_be_visible()
    admin.get_by_text("Views by day as a table").click()
    expect(admin.get_by_role("row").filter(has_text="1").first).to_be_visible()
    assert serious_findings(admin) == []
    assert admin.complaints == []
    admin.get_by_role("link", name="7 days").click()
    expect(number(admin, "views")).to_have_text("1")
    # A playback by the editor does not count, and its player tells nothing.
    admin.goto(film.url)
    expect(admin.locator("[data-player][data-ready]")).to_be_attached()
    assert admin.locator("[data-watch-report-url]").count() == 0
    admin.get_by_role("link", name="Statistics").click()
    expect(number(admin, "views")).to_have_text("1")


def test_a_film_seen_to_its_end_is_completed_and_leaps_are_left_out(film, visit):
    page = open_video_page(visit, film)
    page.click(START)
    wait_for_seconds(page, 1)
    video_of(page, "void (video.playbackRate = 2)")
    wait_until(page, lambda: video_of(page, "video.ended"), "it does not end", attempts=200)
    counted = kept(page)
    assert counted.is_completed
    assert counted.watched_buckets >= 97
    assert abs(counted.watch_seconds - 12) <= 1

    VideoView.objects.update(watched="", watched_buckets=0, is_completed=False, watch_seconds=0, last_report_at=None)
    page.reload()
    expect(page.locator("[data-player][data-ready]")).to_be_attached()
    page.evaluate("() => { document.getElementById('player').muted = true; }")
    play_to(page, 0.7)
    video_of(page, "void (video.currentTime = 11)")
    wait_until(page, lambda: video_of(page, "video.ended"), "it does not end")
    counted = kept(page)
    assert not counted.is_completed
    assert counted.watched_buckets <= 30


def test_who_asks_not_to_be_followed_is_a_number(film, visit):
    page = open_video_page(visit, film, extra_http_headers={"DNT": "1"})
    assert page.locator("[data-watch-report-url]").count() == 0
    play_to(page, 1)
    page.evaluate("() => window.dispatchEvent(new Event('pagehide'))")
    page.wait_for_timeout(500)
    counted = VideoView.objects.get()
    assert (counted.viewer, counted.device, counted.watch_seconds, counted.last_report_at) == ("", "", 0, None)
    assert not DailySalt.objects.exists()
    assert VideoPage.objects.get(pk=film.pk).views == 1
    assert AccessEvent.objects.get().kind == "unlock"
    assert page.complaints == []


def test_only_the_host_of_the_referring_page_is_sent(film, visit, site):
    # The same server by another name is another site to the browser.
    elsewhere = site.replace("127.0.0.1", "localhost")
    link = f'<title>Links</title><a href="{site}{film.url}">film</a>'
    headers = {"Referrer-Policy": "unsafe-url"}
    page = visit("/")
    page.route(f"{elsewhere}/links*", lambda route: route.fulfill(content_type="text/html", headers=headers, body=link))
    page.goto(f"{elsewhere}/links?pupil=ann")
    page.get_by_role("link", name="film").click()
    # The script that notes the host also shows this button: nobody types faster than it runs, but this test.
    expect(page.locator("[data-password-reveal]")).to_be_visible()
    page.fill("input[name=password]", factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[data-player][data-ready]")).to_be_attached()
    page.evaluate("() => { document.getElementById('player').muted = true; }")
    play_to(page, 1)
    page.evaluate("() => window.dispatchEvent(new Event('pagehide'))")
    assert kept(page).referrer_host == "localhost"


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_reports_and_dashboard_fit_and_can_be_used_by_everyone(film, editor, device):
    for place in range(5):
        view(film, timezone.now(), viewer=f"viewer-{place}", device="phone", played=[(0, 20 * place)])
    page = editor("/admin/", device=device)
    expect(number(page, "views")).to_have_text("5")
    reports = ["/admin/reports/videos/", "/admin/reports/video-days/"]
    for address in ("/admin/", *reports, f"/admin/videos/{film.pk}/statistics/"):
        page.goto(address)
        expect(number(page, "views")).to_have_text("5")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        assert serious_findings(page) == [], address
    assert page.complaints == []
