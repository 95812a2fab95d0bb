"""The update marks the translations that were unpublished before the site kept those off."""

import importlib

import pytest
from django.apps import apps

from tests.factories import make_section, make_video
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages.translating import translate

migration = importlib.import_module("video_pages.migrations.0041_withdrawn_translations")


@pytest.fixture
def off(film, sea, section):
    """The German film and its section, unpublished by an editor before the update."""
    pages = [sea, VideoIndexPage.objects.get(alias_of=section)]
    for page in pages:
        type(page).objects.filter(pk=page.pk).update(live=False)
    return pages


def test_those_that_are_off_alone_are_marked_and_stay_off(off, film, german, monkeypatch):
    monkeypatch.setattr(migration, "BATCH", 1)
    other = make_video("Wind", section=VideoIndexPage.objects.get(pk=film.get_parent().pk))
    VideoPage.objects.filter(pk=translate(other, german).pk).update(live=False)
    migration.mark_withdrawn(apps, None)
    assert set(VideoPage.objects.filter(is_withdrawn=True).values_list("alias_of", flat=True)) == {film.pk, other.pk}
    assert VideoIndexPage.objects.get(is_withdrawn=True).pk == off[1].pk
    VideoPage.objects.get(pk=film.pk).save_revision().publish()
    off[0].refresh_from_db()
    assert not off[0].live


def test_others_are_not(film, sea, german):
    """One that is live, that of a draft, that of a page past its end, and an alias in the same language."""
    section = make_section("Beside")
    drafts = [make_video(title, section=section) for title in ("A draft", "Past its end")]
    for page in drafts:
        translate(page, german)
    VideoPage.objects.get(pk=drafts[0].pk).unpublish()
    VideoPage.objects.get(alias_of=drafts[1]).unpublish(set_expired=True)
    film.create_alias(parent=section, update_slug="alias").unpublish()
    migration.mark_withdrawn(apps, None)
    assert not VideoPage.objects.filter(is_withdrawn=True).exists()
    assert not VideoIndexPage.objects.filter(is_withdrawn=True).exists()
