"""Text tracks and chapters as browsers get them: gated like every byte, written from rows, nothing of it markup."""

import pytest

from tests import factories
from tests.delivery.addresses import UNKNOWN, answer_parts, body, unlocked
from video_pages.library import text_services
from video_pages.library.subtitles import ParsedCue, read
from video_pages.models import VideoFile
from video_pages.pages.chapters import VideoChapter

pytestmark = pytest.mark.django_db

CUES = [ParsedCue(1500, 3_723_004, "Hello"), ParsedCue(3_723_004, 3_724_000, "again")]


def track_url(video, track):
    return f"/stream/{video.uuid}/tracks/{track.pk}.vtt"


def chapters_url(video):
    return f"/stream/{video.uuid}/chapters.vtt"


@pytest.fixture
def video():
    video = factories.make_video(video_file=factories.make_video_file(duration=100.0))
    video.chapters = [VideoChapter(start_seconds=5, title="One --> <two> & three")]
    video.save()
    return video


def test_a_track_is_written_as_webvtt(video):
    response = unlocked(video).get(track_url(video, factories.make_track(video, CUES)))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    assert response.content.decode() == (
        "WEBVTT\n\n00:00:01.500 --> 01:02:03.004\nHello\n\n01:02:03.004 --> 01:02:04.000\nagain\n"
    )


def test_chapters_are_written_as_webvtt(video):
    response = unlocked(video).get(chapters_url(video))
    assert response.content.decode() == (
        "WEBVTT\n\n00:00:05.000 --> 00:01:40.000\nOne --&gt; &lt;two&gt; &amp; three\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<script>x()</script>", "&lt;script&gt;x()&lt;/script&gt;"),
        ("1 --> 2", "1 --&gt; 2"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("one\n\n00:09.000 --> 00:10.000\ntwo", "one\n00:09.000 --&gt; 00:10.000\ntwo"),
        ("a\rb\u2028c", "a\nb\nc"),
    ],
)
def test_what_looks_like_markup_in_a_cue_is_text_and_ends_nothing(video, text, written):
    track = factories.make_track(video, [ParsedCue(0, 1000, text)])
    response = unlocked(video).get(track_url(video, track))
    assert response.content.decode() == f"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n{written}\n"


def test_what_is_written_is_read_back_as_it_was(video):
    cues = [ParsedCue(0, 1000, "<b> & 1 < 2\nI <3 you --> &amp;"), ParsedCue(1000, 2000, "2")]
    response = unlocked(video).get(track_url(video, factories.make_track(video, cues)))
    assert read(response.content).cues == cues


def test_a_locked_browser_gets_the_same_refusal_whether_a_track_is_there_or_not(video):
    track = factories.make_track(video, CUES)
    asked = [track_url(video, track), f"/stream/{video.uuid}/tracks/99999.vtt", chapters_url(video)]
    refused = answer_parts(factories.browser().get(f"/stream/{UNKNOWN}/source"))
    other = unlocked(factories.make_video())
    for address in asked:
        assert answer_parts(factories.browser().get(address)) == refused
        assert other.get(address).status_code == 403
        assert factories.browser().head(address).status_code == 403
        assert factories.browser().post(address).status_code == 403


def test_another_films_track_is_not_here(video):
    other = factories.make_video()
    track = factories.make_track(other, CUES)
    assert unlocked(video).get(f"/stream/{video.uuid}/tracks/{track.pk}.vtt").status_code == 404
    assert unlocked(other).get(track_url(other, track)).status_code == 200


def test_a_deleted_track_is_gone_at_once(video):
    track, client = factories.make_track(video, CUES), unlocked(video)
    assert client.get(track_url(video, track)).status_code == 200
    text_services.delete_track(track)
    assert client.get(f"/stream/{video.uuid}/tracks/{track.pk or 1}.vtt").status_code == 404


@pytest.mark.parametrize(
    "name",
    ["tracks/", "tracks/.vtt", "tracks/x.vtt", "tracks/-1.vtt", "tracks/1", "tracks/1.vtt/", "tracks/1.VTT"]
    + ["tracks/\u0661.vtt", f"tracks/{'9' * 19}.vtt", f"tracks/{'9' * 3000}.vtt", "tracks/1.5.vtt", "chapters.VTT"]
    + ["tracks/%31%00.vtt", "tracks//1.vtt", "1.vtt"],
)
def test_odd_names_are_no_tracks(video, name):
    factories.make_track(video, CUES)
    assert unlocked(video).get(f"/stream/{video.uuid}/{name}").status_code == 404


def test_head_says_the_same_without_a_body_and_nothing_is_posted(video):
    address, client = track_url(video, factories.make_track(video, CUES)), unlocked(video)
    got, head = client.get(address), client.head(address)
    assert (head.status_code, head["Content-Type"], body(head)) == (200, got["Content-Type"], b"")
    for address_of in (address, chapters_url(video)):
        posted = client.post(address_of)
        assert (posted.status_code, posted["Allow"]) == (405, "GET, HEAD")


def test_words_are_kept_out_of_caches_and_pages(video):
    response = unlocked(video).get(track_url(video, factories.make_track(video, CUES)))
    assert response["Cache-Control"] == "private, no-store"
    assert "Cookie" in response["Vary"]
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_alias_gives_its_sources_words(video):
    alias = video.create_alias(parent=factories.make_section(), update_slug="alias-of-it")
    track = factories.make_track(video, CUES)
    assert factories.browser().get(track_url(alias, track)).status_code == 403
    assert unlocked(video).get(track_url(alias, track)).status_code == 200


def test_a_page_without_a_file_has_no_words(video):
    track, client = factories.make_track(video, CUES), unlocked(video)
    VideoFile.objects.filter(pk=video.video_file_id).delete()
    assert client.get(f"/stream/{video.uuid}/tracks/{track.pk}.vtt").status_code == 404
    assert client.get(chapters_url(video)).content == b"WEBVTT\n"
