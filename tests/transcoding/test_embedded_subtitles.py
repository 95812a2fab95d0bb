"""Text tracks of a source: what fails for a passing reason takes nothing from visitors, and the lease is kept."""

import dataclasses

import pytest
from django.core.files import File

from tests import clips, factories
from tests.delivery.addresses import unlocked
from tests.transcoding import watching
from video_pages.library import services, text_services
from video_pages.models import VideoFile
from video_pages.transcoding import embedded_subtitles, jobs, probe
from video_pages.transcoding.models import State
from video_pages.transcoding.workspace import workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def facts():
    return probe.probe(clips.subtitled_mkv())


@pytest.fixture
def film():
    """A film whose source was made before: its track has a name from an editor."""
    film = factories.make_video_file(clips.subtitled_mkv())
    VideoFile.objects.filter(pk=film.pk).update(package="0123456789ab", package_version=1)
    film.refresh_from_db()
    return film


def extract(film, facts, **options):
    with workspace(film.file.path) as space:
        embedded_subtitles.extract_subtitles(space, facts, film, version=film.source_version, **options)
    return [track.label for track in film.text_tracks.all()]


def name_it(film):
    track = film.text_tracks.get()
    said = {"kind": track.kind, "language": "en-GB", "label": "With directions"}
    text_services.change_track(track, text_services.TrackProperties(**said, is_default=True))


def with_tracks(facts, *streams):
    """`facts` with text tracks of other numbers; of one that is not in the file ffmpeg makes nothing."""
    track = facts.subtitle_tracks[0]
    return dataclasses.replace(facts, subtitle_tracks=tuple(dataclasses.replace(track, stream=n) for n in streams))


def test_a_track_that_fails_this_time_keeps_its_row_and_what_an_editor_said_of_it(film, facts):
    assert len(extract(film, facts)) == 1
    name_it(film)
    assert extract(film, with_tracks(facts, 99)) == ["With directions"]
    assert extract(film, facts) == ["With directions"]


def test_a_track_that_is_not_in_the_file_any_more_loses_its_row(film, facts):
    extract(film, facts)
    assert extract(film, with_tracks(facts)) == []


def test_a_track_without_words_loses_its_row_though_it_was_there(film, facts, monkeypatch):
    extract(film, facts)

    def refuse(data, **_options):
        raise embedded_subtitles.UnreadableSubtitles("no_cues")

    monkeypatch.setattr(embedded_subtitles, "read", refuse)
    assert extract(film, facts) == []


def test_the_words_of_another_source_go_even_if_those_of_the_new_one_fail(film, facts):
    extract(film, facts)
    VideoFile.objects.filter(pk=film.pk).update(source_version=2)
    film.refresh_from_db()
    assert extract(film, with_tracks(facts, 99)) == []


def test_the_lease_is_renewed_between_tracks_and_a_lost_one_ends_the_work(film, facts):
    ticks = []
    stream = facts.subtitle_tracks[0].stream
    extract(film, with_tracks(facts, stream, stream), on_tick=lambda: ticks.append(1))
    assert len(ticks) >= 6

    class LostError(Exception):
        pass

    def lose():
        raise LostError

    before = list(film.text_tracks.values_list("pk", flat=True))
    with pytest.raises(LostError):
        extract(film, with_tracks(facts), on_tick=lose)
    assert list(film.text_tracks.values_list("pk", flat=True)) == before


def test_a_track_that_an_editor_deleted_stays_deleted_when_the_same_source_is_processed_again():
    video_file = watching.processed(clips.subtitled_mkv())
    text_services.delete_track(video_file.text_tracks.get())
    assert jobs.run(jobs.submit(video_file).pk) == State.READY
    assert not video_file.text_tracks.exists()


def test_a_new_source_brings_its_tracks_though_those_of_the_old_one_were_deleted():
    video_file = watching.processed(clips.subtitled_mkv())
    text_services.delete_track(video_file.text_tracks.get())
    with open(clips.subtitled_mkv(), "rb") as file:
        services.replace_source(video_file, File(file, name="new.mkv"))
    assert jobs.run(jobs.submit(video_file).pk) == State.READY
    assert video_file.text_tracks.get().cues.count() == 1


def test_a_processing_that_was_cut_off_before_its_end_takes_the_tracks_out_the_next_time(film, facts):
    assert film.package_version == film.source_version and not film.frame_count
    assert len(extract(film, facts)) == 1


def with_bytes(name, data, codec):
    """A film in Matroska with the subtitle file `data`, as it is, byte by byte."""
    words = clips.directory() / f"{name}.{codec}"
    words.write_bytes(data)
    inputs = ("-i", str(clips.mp4(2)), "-i", str(words), "-map", "0", "-map", "1", "-c", "copy")
    return clips.draw(f"{name}.mkv", *inputs, "-metadata:s:s:0", "language=ger")


WORDS = "Grüße aus Köln"
ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.20,0:00:00.90,Default,,0,0,0,,{\\i1}%s{\\i0}
Dialogue: 0,0:00:01.00,0:00:01.90,Default,,0,0,0,,plain
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("srt", "1\n00:00:00,200 --> 00:00:00,900\n%s\n1984\n\n2\n00:00:01,000 --> 00:00:01,900\nplain\n"),
        ("ass", ASS),
    ],
)
def test_lines_inside_a_film_that_are_not_utf_8_are_read(codec, text, encoding):
    film = factories.make_video_file(with_bytes(f"{codec}-{encoding}", (text % WORDS).encode(encoding), codec))
    facts = probe.probe(film.file.path)
    with workspace(film.file.path) as space:
        notes = embedded_subtitles.extract_subtitles(space, facts, film, version=film.source_version)
    guessed = "“Deutsch”: Letters in it are not written as UTF-8 and were guessed: see whether they are right."
    assert notes == ([] if encoding == "utf-8" else [guessed])
    found = list(film.text_tracks.get().cues.values_list("start_ms", "text"))
    assert found == [(200, WORDS + ("\n1984" if codec == "srt" else "")), (1000, "plain")]


def test_an_editor_sees_the_repairs_of_a_track_of_the_file():
    data = f"1\n00:00:00,200 --> 00:00:00,900\n{WORDS}\n".encode("cp1252")
    film = watching.processed(with_bytes("told", data, "srt"))
    assert "“Deutsch”: Letters in it are not written as UTF-8" in film.job.reason
    assert film.text_tracks.get().has_guessed_letters


def test_what_a_camera_measured_is_kept_and_hidden_until_an_editor_shows_it():
    video_file = watching.processed(clips.measured_mp4())
    track = video_file.text_tracks.get()
    assert (track.is_hidden, track.is_default, track.label) == (True, False, "Camera data")
    assert "46.9479" in track.cues.first().text
    video = factories.make_video(video_file=video_file)
    client, address = unlocked(video), f"/stream/{video.uuid}/tracks/{track.pk}.vtt"
    assert client.get(address).status_code == 404
    assert address not in client.get(video.url).content.decode()

    said = {"kind": track.kind, "language": "en", "label": "Flight", "is_default": False}
    text_services.change_track(track, text_services.TrackProperties(**said, is_hidden=False))
    assert client.get(address).status_code == 200
    assert address in client.get(video.url).content.decode()


def test_a_hidden_track_is_never_the_default():
    video_file = factories.make_video_file()
    said = {"kind": "subtitles", "language": "en", "label": "English", "is_default": True}
    shown = factories.add_text_track(video_file, [], **said)
    hidden = factories.add_text_track(video_file, [], **said, is_hidden=True)
    shown.refresh_from_db()
    assert shown.is_default and not hidden.is_default
