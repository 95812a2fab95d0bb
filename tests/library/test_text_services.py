"""Text tracks as rows: written whole, one default, and a file's own replaced without touching uploaded ones."""

import pytest
from django.db import IntegrityError, transaction

from tests import factories
from video_pages.library import text_services
from video_pages.library.subtitles import ParsedCue, SubtitleFile
from video_pages.library.text_services import EmbeddedTrack, TrackProperties
from video_pages.models import Cue, TextTrack

pytestmark = pytest.mark.django_db

CUES = [ParsedCue(0, 1000, "One"), ParsedCue(1000, 2000, "Two")]
SAID = {"kind": "subtitles", "language": "en", "label": "English"}


@pytest.fixture
def film():
    return factories.make_video_file()


def embedded(text="One", **changes):
    said = {"kind": "subtitles", "language": "de", "label": "Deutsch", **changes}
    return EmbeddedTrack(SubtitleFile([ParsedCue(0, 1000, text)]), TrackProperties(**said))


def labels(film):
    return [track.label for track in film.text_tracks.order_by("pk")]


def test_a_track_is_added_with_its_cues(film):
    track = factories.add_text_track(film, CUES, **SAID)
    assert [cue.text for cue in track.cues.all()] == ["One", "Two"]
    assert (track.origin, track.is_default) == ("uploaded", False)


def test_a_name_is_one_line_that_fits(film):
    track = factories.add_text_track(film, CUES, **{**SAID, "label": " Two\n lines " + "x" * 500})
    assert track.label.startswith("Two lines x") and len(track.label) == text_services.MAX_LABEL_CHARACTERS


def test_there_is_one_default_at_most(film):
    first = factories.add_text_track(film, CUES, **SAID, is_default=True)
    second = factories.add_text_track(film, CUES, **SAID, is_default=True)
    assert list(film.text_tracks.filter(is_default=True)) == [second]
    text_services.change_track(first, TrackProperties(**SAID, is_default=True))
    assert list(film.text_tracks.filter(is_default=True)) == [first]
    with pytest.raises(IntegrityError), transaction.atomic():
        TextTrack.objects.filter(pk=second.pk).update(is_default=True)


def test_another_films_default_stays(film):
    other = factories.add_text_track(factories.make_video_file(), CUES, **SAID, is_default=True)
    factories.add_text_track(film, CUES, **SAID, is_default=True)
    other.refresh_from_db()
    assert other.is_default


def test_a_track_that_can_not_be_written_leaves_nothing_and_the_default_as_it_was(film):
    first = factories.add_text_track(film, CUES, **SAID, is_default=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.add_text_track(film, [ParsedCue(5, 1, "backwards")], **SAID, is_default=True)
    first.refresh_from_db()
    assert first.is_default and film.text_tracks.count() == 1


def test_new_words_take_the_place_of_the_old(film):
    track = factories.add_text_track(film, CUES, **SAID, origin="embedded")
    text_services.change_track(track, TrackProperties(**SAID, is_default=False), SubtitleFile([ParsedCue(0, 5, "New")]))
    assert [cue.text for cue in track.cues.all()] == ["New"]
    assert Cue.objects.count() == 1
    assert track.origin == "uploaded"


def test_a_deleted_track_takes_its_cues_along(film):
    text_services.delete_track(factories.add_text_track(film, CUES, **SAID))
    assert not Cue.objects.exists()


def test_embedded_tracks_are_replaced_and_uploaded_ones_stay(film):
    factories.add_text_track(film, CUES, **SAID)
    assert text_services.replace_embedded_tracks(film, [embedded("old", label="Old")], version=1)
    assert text_services.replace_embedded_tracks(film, [embedded("new", label="New")], version=1)
    assert labels(film) == ["English", "New"]
    assert text_services.replace_embedded_tracks(film, [], version=1)
    assert labels(film) == ["English"]


def test_the_same_words_keep_their_row_and_what_an_editor_said_of_them(film):
    text_services.replace_embedded_tracks(film, [embedded(), embedded()], version=1)
    first, second = film.text_tracks.order_by("pk")
    text_services.change_track(
        first, TrackProperties(kind="captions", language="de-AT", label="Österreich", is_default=True)
    )
    text_services.replace_embedded_tracks(film, [embedded(), embedded(), embedded("more", label="More")], version=1)
    assert labels(film) == ["Österreich", "Deutsch", "More"]
    assert {first.pk, second.pk} < set(film.text_tracks.values_list("pk", flat=True))


def test_words_of_a_source_that_was_replaced_since_change_nothing(film):
    text_services.replace_embedded_tracks(film, [embedded(label="Old")], version=1)
    assert not text_services.replace_embedded_tracks(film, [embedded(label="New")], version=2)
    assert labels(film) == ["Old"]
    film.delete()
    assert not text_services.replace_embedded_tracks(film, [embedded()], version=1)


def test_an_embedded_default_does_not_take_an_editors_place(film):
    chosen = factories.add_text_track(film, CUES, **SAID, is_default=True)
    text_services.replace_embedded_tracks(film, [embedded(is_default=True)], version=1)
    assert list(film.text_tracks.filter(is_default=True)) == [chosen]


def test_the_first_of_two_embedded_defaults_is_the_default(film):
    tracks = [embedded("a", label="A", is_default=True), embedded("b", label="B", is_default=True)]
    text_services.replace_embedded_tracks(film, tracks, version=1)
    assert film.text_tracks.get(is_default=True).label == "A"


def test_what_could_not_be_read_this_time_stays_if_asked(film):
    text_services.replace_embedded_tracks(film, [embedded(), embedded("two", label="Two")], version=1)
    text_services.replace_embedded_tracks(film, [embedded()], version=1, keep_others=True)
    assert labels(film) == ["Deutsch", "Two"]
    text_services.replace_embedded_tracks(film, [embedded()], version=1)
    assert labels(film) == ["Deutsch"]


def test_descriptions_never_take_the_place_of_the_track_that_is_shown_first(film):
    first = factories.add_text_track(film, CUES, **SAID, is_default=True)
    described = factories.add_text_track(film, CUES, **{**SAID, "kind": "descriptions"}, is_default=True)
    text_services.change_track(described, TrackProperties(**{**SAID, "kind": "descriptions"}, is_default=True))
    assert not described.is_default and list(film.text_tracks.filter(is_default=True)) == [first]


def test_descriptions_with_the_mark_of_an_earlier_version_leave_it_to_a_track_of_the_file(film):
    described = factories.add_text_track(film, CUES, **{**SAID, "kind": "descriptions"})
    TextTrack.objects.filter(pk=described.pk).update(is_default=True)
    described.refresh_from_db()
    assert not described.shows_first
    text_services.replace_embedded_tracks(film, [embedded("a", label="A", is_default=True)], version=1)
    assert film.text_tracks.get(is_default=True).label == "A"
