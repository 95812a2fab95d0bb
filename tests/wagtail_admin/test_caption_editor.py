"""The caption editor: the track as WebVTT, saved by version; refusals; imports; a track that begins without lines."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve
from wagtail.models import PageLogEntry

from tests import factories
from tests.wagtail_admin.page_screens import make_editor_of
from tests.wagtail_admin.video_screens import SRT, captions, codes, editor_browser, track_form
from video_pages.library import subtitles, text_documents, text_services
from video_pages.models import TextTrack, TrackDocument
from video_pages.uploads.policy import SMALL_SCREENS

pytestmark = pytest.mark.django_db

FULL = """WEBVTT - Salt flats

STYLE
::cue(b) { color: papayawhip; }

REGION
id:fred

NOTE for the proofreader

intro
00:00:01.000 --> 00:00:02.500 position:10% align:left region:fred
<v.loud Bob>Where are <i>you</i>?</v>

00:00:03.000 --> 00:00:04.000
أين أنت؟ &amp; 1 &lt; 2
"""


@pytest.fixture
def film():
    return factories.make_video("Salt flats")


@pytest.fixture
def track(film):
    return factories.make_track(film)


@pytest.fixture
def client():
    return editor_browser()


def at(film, track, name):
    return captions(film, f"{track.pk}/{name}/")


def vtt(text=FULL, name="lines.vtt"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode(), "text/vtt")


def save(client, film, track, text=FULL, **values):
    return client.post(at(film, track, "document"), {"file": vtt(text), "version": "1", **values})


def texts(track):
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in track.cues.all()]


BEFORE = [(0, 900, "<Hello> & welcome")]


def test_the_screen_names_the_addresses_and_keeps_drafts_by_user_and_track(client, film, track):
    response = client.get(at(film, track, "edit"))
    settings = json.loads(response.context["settings"])
    user = response.wsgi_request.user
    assert settings["documentUrl"] == at(film, track, "document") and settings["importUrl"] == at(film, track, "import")
    assert settings["draftKey"] == f"captions-draft:{user.pk}:{track.pk}"
    assert f'src="{film.video_file.url}"' in response.content.decode()
    assert at(film, track, "edit") in client.get(captions(film)).content.decode()


def test_a_track_without_a_document_is_written_from_its_cues(client, film, track):
    answer = client.get(at(film, track, "document")).json()
    assert answer == {
        "document": "WEBVTT\n\n00:00:00.000 --> 00:00:00.900\n&lt;Hello&gt; &amp; welcome\n",
        "version": 1,
        "isHidden": False,
    }


def test_a_saved_document_comes_back_whole_and_viewers_get_plain_words(client, film, track):
    assert save(client, film, track).json() == {"version": 2, "isHidden": False}
    assert client.get(at(film, track, "document")).json()["document"] == FULL
    assert texts(track) == [(1000, 2500, "Bob: Where are you?"), (3000, 4000, "أين أنت؟ & 1 < 2")]
    visitor = factories.browser()
    factories.unlock(visitor, film)
    sent = visitor.get(f"/stream/{film.uuid}/tracks/{track.pk}.vtt").content.decode()
    assert "papayawhip" not in sent and "position" not in sent and "Bob: Where are you?" in sent
    track.refresh_from_db()
    assert track.origin == "uploaded"
    assert PageLogEntry.objects.get(action="video_pages.captions_changed").page_id == film.pk


def test_an_editor_that_was_opened_before_an_update_still_reads_and_saves(client, film, track):
    former, now = at(film, track, "words"), at(film, track, "document")
    assert client.get(former).json() == client.get(now).json()
    assert client.post(former, {"file": vtt(), "version": "1"}).json() == {"version": 2, "isHidden": False}
    assert texts(track)[0][2] == "Bob: Where are you?"
    assert resolve(former).view_name == resolve(now).view_name in SMALL_SCREENS


def test_a_track_that_was_changed_since_is_not_overwritten(client, film, track):
    save(client, film, track)
    response = save(client, film, track, FULL.replace("Bob", "Eve"))
    assert response.status_code == 409
    assert response.json()["version"] == 2 and "Somebody else" in response.json()["message"]
    assert texts(track)[0][2] == "Bob: Where are you?"
    assert save(client, film, track, FULL.replace("Bob", "Eve"), version="2").status_code == 200
    assert texts(track)[0][2] == "Eve: Where are you?"


def test_each_other_way_to_change_the_words_raises_the_version(client, film, track):
    client.post(captions(film, f"{track.pk}/"), track_form(SRT, language="en"))
    text_services.cut_track(track, end_ms=500)
    track.refresh_from_db()
    assert track.version == 3
    assert save(client, film, track, version="2").status_code == 409


def test_lines_are_saved_after_a_change_of_name_and_hiding_and_undo_neither(client, film, track):
    TextTrack.objects.update(is_hidden=True)
    client.post(captions(film, f"{track.pk}/"), track_form(None, language="en", label="Changed"))
    assert client.get(at(film, track, "document")).json()["version"] == 1
    assert save(client, film, track).json() == {"version": 2, "isHidden": False}
    TextTrack.objects.update(is_hidden=True)
    assert save(client, film, track, version="2").json() == {"version": 3, "isHidden": True}
    track.refresh_from_db()
    assert (track.label, track.is_hidden) == ("Changed", True)


def test_a_track_is_hidden_without_its_lines_which_stay_as_they_are(client, film, track):
    TextTrack.objects.update(origin="embedded", is_default=True)
    post = {"version": "1", "is_hidden": "1"}
    assert client.post(at(film, track, "document"), post).json() == {"version": 1, "isHidden": True}
    track.refresh_from_db()
    assert (track.origin, track.is_hidden, track.is_default, texts(track)) == ("embedded", True, False, BEFORE)
    save(client, film, track)  # by somebody else
    shown = client.post(at(film, track, "document"), {**post, "is_hidden": ""})
    assert shown.json() == {"version": 2, "isHidden": False}
    assert texts(track)[0][2] == "Bob: Where are you?"


def test_a_track_that_was_deleted_meanwhile_is_a_conflict(client, film, track, monkeypatch):
    read = subtitles.read

    def delete_and_read(*arguments, **options):
        TextTrack.objects.all().delete()
        return read(*arguments, **options)

    monkeypatch.setattr(subtitles, "read", delete_and_read)
    response = save(client, film, track)
    assert response.status_code == 409 and response.json()["version"] is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("WEBVTT\n", "no subtitles"),
        ("WEBVTT\n\n00:00:02.000 --> 00:00:01.000\nx\n", "Line 3: the end comes before"),
        ("WEBVTT\n\n00:00:xx.000 --> 00:00:01.000\nx\n", "no subtitles"),
        ("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na\0b\n", "no text"),
        ("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n" + "x" * 2001, "2000 characters"),
        (SRT, "not what the caption editor sends"),
        ("WEBVTTX\n\n00:00:00.000 --> 00:00:01.000\nx", "not what the caption editor sends"),
        (b"WEBVTT" + b"x" * subtitles.MAX_BYTES, "large"),
    ],
)
def test_an_unusable_text_is_refused_with_its_reason_and_changes_nothing(client, film, track, text, part):
    response = save(client, film, track, text)
    assert response.status_code == 422 and part in response.json()["message"]
    assert texts(track) == BEFORE and not TrackDocument.objects.exists()


def test_too_many_lines_are_refused(client, film, track, monkeypatch):
    monkeypatch.setattr(subtitles, "MAX_CUES", 1)
    assert save(client, film, track).status_code == 422
    assert texts(track) == BEFORE


@pytest.mark.parametrize("values", [{"version": ""}, {"version": "x"}, {"version": "-1"}, {"file": ""}])
def test_a_request_without_version_or_file_is_refused(client, film, track, values):
    assert save(client, film, track, **values).status_code == 422
    assert texts(track) == BEFORE


def test_a_track_is_hidden_and_shown_with_its_lines(client, film, track):
    assert save(client, film, track, is_hidden="1").json()["isHidden"] is True
    track.refresh_from_db()
    assert track.is_hidden
    assert save(client, film, track, version="2", is_hidden="").json()["isHidden"] is False


def test_a_hidden_track_is_not_the_default_any_more(client, film, track):
    TextTrack.objects.update(is_default=True)
    save(client, film, track, is_hidden="1")
    track.refresh_from_db()
    assert track.is_hidden and not track.is_default


def test_a_file_is_read_for_the_editor_and_not_saved(client, film, track):
    srt = "1\n00:00:59,000 --> 00:00:60,200\nGrüße\n".encode("cp1252")
    answer = client.post(at(film, track, "import"), {"file": vtt(srt, "w.srt")}).json()
    assert answer["document"] == "WEBVTT\n\n00:00:59.000 --> 00:01:00.200\nGrüße\n"
    assert len(answer["warnings"]) == 2
    assert client.post(at(film, track, "import"), {"file": vtt()}).json() == {"document": FULL, "warnings": []}
    assert texts(track) == BEFORE
    assert client.post(at(film, track, "import"), {"file": vtt(b"\x00\xff" * 50)}).status_code == 422
    assert client.post(at(film, track, "import")).status_code == 422


def test_an_uploaded_file_keeps_its_markup_for_the_editor(client, film):
    client.post(captions(film, "add/"), track_form(FULL.encode(), name="w.vtt"))
    track = TextTrack.objects.get()
    assert client.get(at(film, track, "document")).json()["document"] == FULL
    client.post(captions(film, f"{track.pk}/"), track_form(None))
    assert text_documents.read(track) == FULL
    client.post(captions(film, f"{track.pk}/"), track_form(SRT))
    assert text_documents.read(track) == ""


def test_lines_after_a_new_end_leave_the_document_too(client, film, track):
    save(client, film, track)
    text_services.cut_track(track, end_ms=3000)
    assert "أين" not in text_documents.read(track) and "NOTE for the proofreader" in text_documents.read(track)
    assert len(texts(track)) == 1


def test_a_track_begins_without_a_file_hidden_and_opens_in_the_editor(client, film):
    form = {"language": "de", "kind": "captions", "label": "", "without_file": "on", "is_default": "on"}
    response = client.post(captions(film, "add/"), form)
    track = TextTrack.objects.get()
    assert response.headers["Location"] == at(film, track, "edit")
    assert (track.label, track.is_hidden, track.is_default, track.cues.count()) == ("Deutsch", True, False, 0)
    assert client.get(at(film, track, "document")).json()["document"] == "WEBVTT\n"
    assert codes(client.post(captions(film, "add/"), {"language": "de", "kind": "captions"})) == {"file": ["required"]}


def refused(client, film, track):
    addresses = [at(film, track, name) for name in ("edit", "document", "import")]
    answers = [*map(client.get, addresses), *(client.post(url, {"file": vtt(), "version": "1"}) for url in addresses)]
    return texts(track) == BEFORE and all(each.status_code in (302, 403, 405) for each in answers)


def test_visitors_are_refused_also_with_the_password(film, track):
    visitor = factories.browser()
    factories.unlock(visitor, film)
    assert refused(factories.browser(), film, track) and refused(visitor, film, track)


def test_an_editor_of_another_section_is_refused(film, track):
    assert refused(factories.browser(make_editor_of(factories.make_section(), "change", "publish")), film, track)


def test_an_editor_of_the_section_may(film, track):
    client = factories.browser(make_editor_of(film.get_parent(), "change"))
    assert client.get(at(film, track, "edit")).status_code == 200
    assert save(client, film, track).status_code == 200


def test_the_track_of_another_video_is_not_found(client, film, track):
    other = factories.make_video()
    for name in ("edit", "document"):
        assert client.get(at(other, track, name)).status_code == 404
    assert save(client, other, track).status_code == 404
    assert client.post(at(other, track, "import"), {"file": vtt()}).status_code == 404
    assert texts(track) == BEFORE


def test_an_alias_leads_to_its_source(client, film, track):
    alias = film.create_alias(parent=factories.make_section())
    assert client.get(at(alias, track, "edit")).headers["Location"] == at(film, track, "edit")
