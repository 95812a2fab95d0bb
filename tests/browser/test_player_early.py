"""Visitors who are faster than the scripts: the browser's own controls play the file, then the scripts take over."""

import pytest
from playwright.sync_api import expect

from tests.browser.player import START, choose, open_video_page, ready, seconds, video_of, wait_until
from video_pages.models import VideoView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def open_without_scripts(visit, film):
    """Open the page of `film` with its scripts held back; return the page and a function that lets them through."""
    page = open_video_page(visit, film)
    let_through = hold_back(page, "player_page")
    page.goto(film.url, wait_until="commit")
    page.wait_for_selector("#player", state="attached")
    return page, let_through


def hold_back(page, name):
    """Hold back the bundles whose names begin with `name`; return a function that lets them through."""
    held = []
    page.route(f"**/bundles/js/{name}*.js", lambda route: held.append(route))

    def let_through():
        wait_until(page, lambda: held, "the script is not requested")
        while held:
            held.pop().continue_()

    return let_through


def note_frames(page):
    """Have the page note, at each repaint from now on, whether anything of the film is seen and where it is."""
    page.evaluate(
        """() => {
          const video = document.getElementById("player");
          window.notes = [];
          const note = () => {
            const shows = video.readyState >= 2 && !video.seeking;
            window.notes.push([Boolean(shows || document.querySelector(".player__still")), video.currentTime]);
            requestAnimationFrame(note);
          };
          note();
        }"""
    )


def test_film_that_plays_already_continues_on_the_playlist_at_the_same_second(film, visit):
    page, let_through = open_without_scripts(visit, film)
    page.evaluate(
        """async () => {
          const video = document.getElementById("player");
          video.volume = 0.4;
          video.muted = true;
          video.playbackRate = 1.25;
          [...video.textTracks].find((track) => track.language === "de").mode = "showing";
          await video.play();
        }"""
    )
    wait_until(page, lambda: seconds(page) > 2, "the browser's own controls play nothing")
    assert video_of(page, "video.controls && video.currentSrc.endsWith('/source')")
    note_frames(page)
    let_through()
    expect(page.locator("[data-player][data-ready]")).to_be_attached()
    wait_until(page, lambda: video_of(page, "video.currentSrc.startsWith('blob:')"), "the file plays on")
    wait_until(page, lambda: video_of(page, "video.readyState >= 3 && !video.paused"), "it does not play on")
    switched_at = seconds(page)
    wait_until(page, lambda: seconds(page) > switched_at + 1, "it does not play on")
    expect(page.locator(".player__still")).to_have_count(0)
    notes = page.evaluate("window.notes")
    assert all(shown for shown, _second in notes), "the film went dark"
    # While a source is replaced, its position is 0 and the last frame stands still.
    positions = [second for _shown, second in notes if second > 0]
    steps = [later - earlier for earlier, later in zip(positions, positions[1:], strict=False)]
    assert min(steps) > -0.3 and max(steps) < 1.5, (min(steps), max(steps))
    assert video_of(page, "[video.muted, video.volume, video.playbackRate]") == [True, 0.4, 1.25]
    german = "[...video.textTracks].find(track => track.language === 'de')"
    assert video_of(page, f"{german}.mode") == "showing"
    assert not video_of(page, "video.controls")
    choose(page, "quality", "180p")
    wait_until(page, lambda: video_of(page, "video.videoHeight") == 180, "180p is not shown")
    assert VideoView.objects.count() == 1
    assert page.complaints == []


def test_film_that_was_paused_stays_paused_at_its_second(film, visit):
    page, let_through = open_without_scripts(visit, film)
    page.evaluate(
        """async () => {
          const video = document.getElementById("player");
          video.muted = true;
          await video.play();
        }"""
    )
    wait_until(page, lambda: seconds(page) > 1, "the browser's own controls play nothing")
    video_of(page, "video.pause()")
    paused_at = seconds(page)
    let_through()
    expect(page.locator("[data-player][data-ready]")).to_be_attached()
    wait_until(page, lambda: video_of(page, "video.currentSrc.startsWith('blob:')"), "the file stays")
    wait_until(page, lambda: video_of(page, "video.readyState >= 2 && !video.seeking"), "no frame is shown")
    assert seconds(page) == pytest.approx(paused_at, abs=0.1)
    assert video_of(page, "video.paused && video.muted")
    expect(page.locator("[data-player][data-offers-resume]")).to_have_count(0)
    expect(page.locator(".player__still")).to_have_count(0)
    page.keyboard.press("k")
    wait_until(page, lambda: seconds(page) > paused_at + 0.5, "it does not play on")
    assert page.complaints == []


def test_without_hls_the_file_plays_on_under_the_player(film, visit):
    page, let_through = open_without_scripts(visit, film)
    page.evaluate("() => { const video = document.getElementById('player'); video.muted = true; video.play(); }")
    wait_until(page, lambda: seconds(page) > 0.5, "the browser's own controls play nothing")
    page.route("**/bundles/js/hls_*.js", lambda route: route.abort())
    let_through()
    ready(page)
    before = seconds(page)
    wait_until(page, lambda: seconds(page) > before + 1, "it stops")
    assert video_of(page, "video.currentSrc.endsWith('/source')")
    assert [words for words in page.complaints if "ERR_FAILED" not in words] == []


def test_play_pressed_before_hls_is_there_is_obeyed_when_it_comes(film, visit):
    page = open_video_page(visit, film)
    let_through = hold_back(page, "hls_")
    page.click(START)
    page.wait_for_timeout(500)
    assert not video_of(page, "video.paused")
    let_through()
    wait_until(page, lambda: seconds(page) > 0.5, "it does not play")
    assert video_of(page, "video.currentSrc.startsWith('blob:')")
    assert page.complaints == []
