"""One set-up of `make scale` for all tests here, and for all processes of a run; one test uses it at a time."""

from pathlib import Path

import pytest
from django.conf import settings

from tests import clips
from tests.browser.conftest import chromium  # noqa: F401
from tests.scale import site as setup
from tests.scale.visitor import Visitor
from tests.waiting import wait_for
from video_pages.access.models import Guess, VideoAccessSession


def run_folder():
    """The folder that all processes of this run share."""
    return Path(settings.DATA_DIR).parent


@pytest.fixture(scope="session")
def running(require):
    """The running set-up."""
    for program in setup.PROGRAMS:
        require(program)
    with setup.shared(run_folder()) as site:
        yield site


@pytest.fixture
def site(running):
    """The running set-up, for this test alone: tests kill its parts. All parts run when it begins."""
    with setup.held(run_folder() / "scale.turn"):
        for number in (0, 1):
            wait_for(lambda number=number: running.answers(number), what=running.logs)
        yield running


@pytest.fixture
def film(site):
    """A video with a password that plays; made once for the run."""
    note = run_folder() / "scale.film"
    if not note.exists():
        (made,) = site.add_videos(clips.mp4(seconds=12))
        note.write_text(f"{made.page_id} {made.uuid} {made.path}")
    page_id, uuid, path = note.read_text().split()
    made = setup.Film(int(page_id), uuid, path)
    site.wait_until_ready(made)
    for model in (VideoAccessSession, Guess):
        site.rows(f"DELETE FROM {model._meta.db_table}")  # noqa: S608
    return made


@pytest.fixture
def visitor(site, film):
    """A browser that has unlocked `film` through nginx."""
    browser = Visitor(site)
    assert browser.unlock(film) == 303
    assert browser.watch(film) == 206
    return browser


@pytest.fixture
def stranger(site):
    """A browser that has unlocked nothing."""
    return Visitor(site, address="203.0.113.99")
