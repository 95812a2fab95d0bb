"""The player while the store of the films or the whole server is away: it goes on by itself at the same second."""

import contextlib
import os
import signal
import uuid

import pytest
from playwright.sync_api import expect

from tests import factories, hls_clips
from tests.browser.player import START, open_video_page, seconds, start_with_little_loaded, video_of, wait_until
from tests.browser.restarts import RestartedSite
from tests.conftest import environment_of_children
from video_pages.library import paths
from video_pages.library.models import LibraryIdentity
from video_pages.library.storage import protected_storage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

MESSAGE = "[data-player-message]"
RETRY = "[data-player-retry]"
AWAY = "The site can’t send the film at this moment"
OFFLINE = "The connection is gone"
# Of the pauses between the tries, which chance makes longer or shorter. The clock goes on: hls.js needs its timers.
PAUSES_NEVER_END = "() => { Math.random = () => 100_000; }"


@contextlib.contextmanager
def library_away(film):
    """The site answers 503 for the files of `film`, as while the disk of the library is not mounted."""
    LibraryIdentity.objects.create(pk=1, identity=uuid.uuid4())
    folder = protected_storage().path(paths.file_directory(film.video_file.uuid))
    os.rename(folder, f"{folder}-away")
    try:
        yield
    finally:
        os.rename(f"{folder}-away", folder)


def stays(page, second):
    """Check that the film stands near `second`, and does not play."""
    assert abs(seconds(page) - second) < 2, (seconds(page), second)


def goes_on(page, second):
    """Wait until the film plays again, and check that it went on where it was."""
    wait_until(page, lambda: not video_of(page, "video.paused") and seconds(page) > second, "it does not go on", 400)
    assert seconds(page) < second + 4
    expect(page.locator(MESSAGE)).to_be_empty()
    expect(page.locator(RETRY)).to_be_hidden()


@pytest.mark.parametrize(
    "away_for", [6, pytest.param(30, marks=pytest.mark.soak), pytest.param(60, marks=pytest.mark.soak)]
)
def test_while_the_library_is_away_the_film_waits_and_goes_on_by_itself(film, visit, away_for):
    page = open_video_page(visit, film)
    start_with_little_loaded(page)
    with library_away(film):
        page.keyboard.press("6")  # what is not loaded yet: 7.2 seconds of 12
        expect(page.locator(MESSAGE)).to_contain_text(AWAY)
        page.wait_for_timeout(away_for * 1000)
        expect(page.locator(MESSAGE)).to_contain_text(AWAY)
        stays(page, 7.2)
    goes_on(page, 7.2)
    wait_until(page, lambda: video_of(page, "video.ended"), "it does not come to its end")
    assert page.complaints == []


def test_one_press_of_the_button_tries_at_once(film, visit):
    page = open_video_page(visit, film)
    page.evaluate(PAUSES_NEVER_END)
    start_with_little_loaded(page)
    with library_away(film):
        page.keyboard.press("6")
        expect(page.locator(RETRY)).to_be_visible()
        page.locator(RETRY).click()
        expect(page.locator(MESSAGE)).to_contain_text(AWAY)
        expect(page.locator(RETRY)).to_be_focused()
    page.keyboard.press("Enter")
    goes_on(page, 7.2)
    assert page.evaluate("document.activeElement.matches('.player__bar [data-player-play]')")


def test_a_film_that_is_begun_while_the_library_is_away_begins_by_itself(film, visit):
    page = open_video_page(visit, film)
    with library_away(film):
        page.click(START)
        expect(page.locator(MESSAGE)).to_contain_text(AWAY)
    wait_until(page, lambda: seconds(page) > 0.5, "it does not begin", 300)
    expect(page.locator(MESSAGE)).to_be_empty()
    assert page.complaints == []


def test_a_progressive_film_waits_and_goes_on_too(transactional_db, visit):
    film = factories.make_real_video("Salt flats")
    page = open_video_page(visit, film)
    with library_away(film):
        page.evaluate("() => { document.getElementById('player').play().catch(() => {}); }")
        expect(page.locator(MESSAGE)).to_contain_text(AWAY)
        page.wait_for_timeout(3000)
    wait_until(page, lambda: video_of(page, "video.ended || video.currentTime > 0.3"), "it does not play", 300)
    expect(page.locator(MESSAGE)).to_be_empty()
    assert page.complaints == []


def test_after_a_part_that_can_not_be_played_one_press_tries_again(film, visit):
    page = open_video_page(visit, film)
    start_with_little_loaded(page)
    folder = protected_storage().path(paths.package_directory(film.video_file.uuid, hls_clips.FIRST_PACKAGE))
    kept = {}
    for name in hls_clips.SIZES:
        path = f"{folder}/{name}.mp4"
        with open(path, "rb") as file:
            kept[path] = file.read()
        with open(path, "r+b") as file:  # the same size, and no film after the first segment
            file.seek(len(kept[path]) // 3)
            file.write(b"\xff" * (len(kept[path]) - len(kept[path]) // 3))
    page.keyboard.press("6")
    expect(page.locator(MESSAGE)).to_contain_text("This part of the film can’t be played", timeout=60_000)
    expect(page.locator(RETRY)).to_be_visible()
    for path, content in kept.items():
        with open(path, "r+b") as file:
            file.write(content)
    page.locator(RETRY).click()
    goes_on(page, 7.2)


@pytest.fixture
def restarted(transactional_db, bundled, tmp_path):
    with RestartedSite(environment_of_children(), tmp_path / "gunicorn.log") as site:
        yield site


@pytest.mark.parametrize("away_for", [6, pytest.param(30, marks=pytest.mark.soak)])
def test_a_film_goes_on_when_the_server_has_been_started_again(restarted, film, visit, away_for):
    page = open_video_page(lambda path: visit(restarted.address + path), film)
    start_with_little_loaded(page)
    restarted.kill(signal.SIGKILL)
    page.keyboard.press("6")
    expect(page.locator(MESSAGE)).to_contain_text(OFFLINE)
    page.wait_for_timeout(away_for * 1000)
    restarted.start()
    goes_on(page, 7.2)


def test_a_server_that_never_answers_is_said_and_the_film_goes_on(restarted, film, visit):
    page = open_video_page(lambda path: visit(restarted.address + path), film)
    start_with_little_loaded(page)
    page.evaluate(
        """() => {
          const { config } = document.querySelector("[data-player]").player.source.api;
          config.fragLoadPolicy.default.maxTimeToFirstByteMs = 1000;
          config.fragLoadPolicy.default.timeoutRetry = null;
        }"""
    )
    with restarted.stopped():
        page.keyboard.press("6")
        expect(page.locator(MESSAGE)).to_contain_text(OFFLINE)
    goes_on(page, 7.2)
