"""`load_demo`: films that are ready to be watched, made once, and never for strangers."""

import io
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests import clips, factories
from video_pages.management.commands.load_demo import is_loopback
from video_pages.models import ProcessingJob, VideoFile, VideoIndexPage, VideoPage
from video_pages.sections.demo import VIDEOS, demo_sections, demo_videos
from video_pages.transcoding import demo
from video_pages.transcoding.probe import probe
from video_pages.transcoding.workspace import workspace

pytestmark = pytest.mark.django_db
SLUGS = ["mandelbrot", "game-of-life", "colour-bars", "trailer"]
PROGRAMME = ["fifths", "beats", "rule-110"]


@pytest.fixture
def short(monkeypatch):
    """Half-second films, to save time."""
    monkeypatch.setattr(demo, "SECONDS", 0.5)
    factories.get_home()


@pytest.fixture
def drawn_before(monkeypatch):
    """Films that need no drawing, where the drawing is not what a test looks at."""
    monkeypatch.setattr(demo, "draw", lambda clip, space: Path(shutil.copy(clips.mp4(), space.out / "clip.mp4")))
    factories.get_home()


def load(*arguments):
    out = io.StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


def test_all_videos_are_ready_and_opened_by_the_demo_password(short):
    said = load()
    pages = list(VideoPage.objects.order_by("path"))
    assert [page.slug for page in pages] == SLUGS + PROGRAMME
    assert [page.title for page in pages[:3]] == ["Mandelbrot, a descent", "The game of life", "Projection test"]
    for page in pages:
        section = page.get_parent().specific
        assert page.title in said
        assert page.live
        assert section.slug == ("short-films" if page.slug in PROGRAMME else "videos")
        guard = section if page.slug in PROGRAMME else page
        assert guard.check_password("open-sesame") != page.open_to_everyone
        assert page.description
        assert page.video_file.job.state == "ready"
        assert page.video_file.has_poster
        assert page.video_file.still
        assert page.video_file.plays_in_browsers
    assert set(demo_videos()) == set(pages)  # as the dashboard's first steps know them
    assert {section.slug for section in demo_sections()} == {"videos", "short-films"}


def test_the_demo_shows_captions_chapters_facts_an_open_trailer_and_a_programme(drawn_before):
    load()
    film = VideoPage.objects.get(slug="mandelbrot")
    assert [track.language for track in film.video_file.text_tracks.all()] == ["de", "en"]
    assert [track.cues.count() for track in film.video_file.text_tracks.all()] == [4, 4]
    texts = [cue.text for track in film.video_file.text_tracks.all() for cue in track.cues.all()]
    assert max(len(line) for text in texts for line in text.split("\n")) <= 42 < max(map(len, texts))
    assert [chapter.title for chapter in film.chapters.all()] == ["The whole set", "The valley", "Seahorses"]
    visitor = Client()
    trailer = visitor.get("/videos/trailer/").content.decode()
    assert "data-player" in trailer
    assert "film-facts" in trailer
    assert "application/ld+json" in trailer
    factories.unlock(visitor, VideoIndexPage.objects.get(slug="short-films"))
    programme = visitor.get("/short-films/").content.decode()
    assert "programme__list" in programme
    assert "Interval, 1 minute" in programme
    assert "data-player-upnext" in visitor.get("/short-films/fifths/").content.decode()


def test_the_demo_is_in_the_language_of_the_site_and_still_known_as_the_demo(drawn_before, settings):
    settings.LANGUAGE_CODE = "de"
    load()
    assert set(demo_videos()) == set(VideoPage.objects.all())
    assert demo_sections().count() == 2
    film = VideoPage.objects.get(slug="mandelbrot")
    assert [track.language for track in film.video_file.text_tracks.all()] == ["de", "en"]


def test_second_run_changes_and_draws_nothing(drawn_before):
    load()
    before = list(VideoPage.objects.values_list("uuid", "password_hash", "latest_revision_id"))
    assert load() == ""
    assert list(VideoPage.objects.values_list("uuid", "password_hash", "latest_revision_id")) == before
    assert VideoFile.objects.count() == 7


def test_video_that_is_missing_is_made_again_and_the_others_stay(drawn_before):
    load()
    VideoPage.objects.get(slug="game-of-life").delete()
    kept = set(VideoPage.objects.values_list("pk", flat=True))
    load()
    assert sorted(VideoPage.objects.values_list("slug", flat=True)) == sorted(SLUGS + PROGRAMME)
    assert kept < set(VideoPage.objects.values_list("pk", flat=True))


def test_section_of_the_same_name_is_used(drawn_before):
    index = factories.make_section("My films")
    VideoIndexPage.objects.filter(pk=index.pk).update(slug="videos", url_path="/videos/")
    load()
    assert VideoPage.objects.child_of(index).count() == 4


def test_visitor_finds_the_films_opens_one_and_gets_its_bytes(drawn_before):
    load()
    browser = Client()
    assert "Mandelbrot" in browser.get("/videos/").content.decode()
    page = VideoPage.objects.get(slug="mandelbrot")
    stream = f"/stream/{page.uuid}/source"
    assert browser.get(stream).status_code == 403
    assert browser.post("/videos/mandelbrot/", {"password": "open-sesame"}).status_code == 303
    assert browser.get(stream).status_code == 200


def test_the_worker_may_do_all_but_the_first_film(drawn_before):
    load("--leave-to-worker")
    states = list(ProcessingJob.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["ready"] + ["queued"] * 6


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_demo_is_refused_where_others_could_reach_it(drawn_before, address):
    with pytest.raises(CommandError, match="--force"):
        load("--bind", address)
    assert not VideoPage.objects.exists()


def test_owner_may_insist(drawn_before):
    load("--bind", "0.0.0.0", "--force")  # noqa: S104
    assert ProcessingJob.objects.filter(state="ready").count() == 7


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_loopback_addresses_are_known(address):
    assert is_loopback(address)


@pytest.mark.parametrize("clip", [video.clip for video in VIDEOS], ids=lambda clip: clip.graph[:20])
def test_each_film_has_sound_and_plays_everywhere(clip, monkeypatch, db):
    monkeypatch.setattr(demo, "SECONDS", 1)
    with workspace() as space:
        facts = probe(demo.draw(clip, space))
    assert facts.plays_in_browsers
    assert facts.audio_stream is not None
    assert facts.height >= 360
