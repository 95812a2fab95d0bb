"""The screen “Captions and subtitles”: permissions, parsed files, refusals with their reasons."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry, PageLogEntry

from tests import factories
from tests.wagtail_admin.page_screens import give_media_rights, make_editor_of
from tests.wagtail_admin.video_screens import captions, codes, editor_browser, poster, shown_messages, track_form
from video_pages.core.log_actions import LogAction
from video_pages.library import subtitles, text_services
from video_pages.models import TextTrack
from video_pages.wagtail_admin.video.caption_forms import language_choices

pytestmark = pytest.mark.django_db


@pytest.fixture
def film():
    return factories.make_video("Salt flats")


@pytest.fixture
def client():
    return editor_browser()


def test_a_film_without_tracks_says_so_and_leads_to_the_form(client, film):
    response = client.get(captions(film))
    assert response.status_code == 200
    assert b"no captions or subtitles yet" in response.content
    assert captions(film, "add/").encode() in response.content


def test_a_file_becomes_a_track_named_by_its_language(client, film):
    response = client.post(captions(film, "add/"), track_form(), follow=True)
    assert response.redirect_chain == [(captions(film), 302)]
    assert shown_messages(response)[0].startswith("“Deutsch” is added, with 1 subtitle.")
    track = TextTrack.objects.get()
    assert (track.video_file, track.language, track.label, track.origin) == (
        film.video_file,
        "de",
        "Deutsch",
        "uploaded",
    )
    assert [cue.text for cue in track.cues.all()] == ["Hello & welcome"]


@pytest.mark.parametrize("screen", [captions, poster])
def test_the_screens_of_a_film_lead_back_to_it(client, film, screen):
    back = f'href="/admin/pages/{film.pk}/edit/">Back to the video</a>'
    assert back in client.get(screen(film)).content.decode()


def test_a_file_is_needed_only_without_the_mark_and_is_not_starred(client, film):
    assert not client.get(captions(film, "add/")).context["form"].fields["file"].required
    refused = client.post(captions(film, "add/"), track_form(None, language="en"))
    assert [error.code for error in refused.context["form"].errors["file"].as_data()] == ["required"]
    assert client.post(captions(film, "add/"), track_form(None, language="en", without_file="on")).status_code == 302


def test_languages_have_both_names_and_stand_in_the_order_of_the_reader():
    choices = language_choices()
    names = [name for _tag, name in choices[1:]]
    assert names == sorted(names, key=lambda name: name.partition(" – ")[0].casefold())
    assert ("de", "German – Deutsch") in choices and ("en", "English") in choices
    assert next(name for name in names if name.startswith("Ger")) == "German – Deutsch"


def test_the_languages_of_the_site_and_of_the_browser_stand_first(client, film, settings):
    settings.PAGE_LANGUAGES = ("pt-br",)
    form = client.get(captions(film, "add/"), headers={"accept-language": "ja, xx;q=0.9, fr;q=0.8, *"}).context["form"]
    groups = {name: list(choices) for name, choices in form.fields["language"].choices if name}
    assert [tag for tag, _name in groups["Likely here"]] == ["en", "pt-BR", "ja", "fr"]
    others = [tag for tag, _name in groups["All languages"]]
    assert "de" in others and "ja" not in others


def test_the_message_names_the_lines_with_repaired_times(client, film):
    srt = b"1\n00:00:59,000 --> 00:00:60,200\nx\n\n2\n-00:00:01,000 --> 00:00:02,000\ny\n"
    response = client.post(captions(film, "add/"), track_form(srt), follow=True)
    assert len(shown_messages(response)) == 2
    assert "2 lines" in shown_messages(response)[1] and "lines 2, 6" in shown_messages(response)[1]
    assert TextTrack.objects.get().cues.count() == 2


def test_repairs_stay_to_be_read_at_the_track(client, film):
    lines = {"repaired_lines": (2, 6), "is_guessed": True, "origin": TextTrack.Origin.EMBEDDED}
    track = factories.make_track(film, **lines)
    for address in (captions(film), captions(film, f"{track.pk}/")):
        html = client.get(address).content.decode()
        assert "The times in 2 lines were not written as they should be, and were repaired." in html
        assert "were guessed: see whether they are right" in html
    srt = b"1\n00:00:59,000 --> 00:00:60,200\nx\n"
    client.post(captions(film, f"{track.pk}/"), track_form(srt, language="en"))
    track.refresh_from_db()
    assert (track.repaired_times, track.has_guessed_letters) == (1, False)


def test_the_list_shows_each_track_with_a_number_of_queries_that_does_not_grow(
    client, film, django_assert_max_num_queries
):
    factories.make_track(film, label="One", is_default=True)
    client.get(captions(film))
    with CaptureQueriesContext(connection) as few:
        response = client.get(captions(film))
    assert "One" in response.content.decode() and "Uploaded" in response.content.decode()
    factories.make_track(film, label="Two")
    factories.make_track(film, label="Three", origin="embedded")
    with django_assert_max_num_queries(len(few)):
        response = client.get(captions(film))
    assert "From the video file" in response.content.decode()


def test_a_track_changed_without_a_new_file_keeps_its_cues(client, film):
    track = factories.make_track(film)
    assert b"New file" in client.get(captions(film, f"{track.pk}/")).content
    fields = track_form(None, language="en", kind="captions", label="English (all sounds)", is_default="on")
    assert client.post(captions(film, f"{track.pk}/"), fields).status_code == 302
    track.refresh_from_db()
    assert (track.kind, track.label, track.is_default) == ("captions", "English (all sounds)", True)
    assert track.cues.get().text == "<Hello> & welcome"


def test_a_form_writes_only_what_its_editor_has_changed(client, film):
    track = factories.make_track(film, label="English")
    address = captions(film, f"{track.pk}/")
    form = client.get(address).context["form"]
    shown = dict(re.findall(r'name="(initial-\w+)" value="([^"]*)"', client.get(address).text))
    assert len(shown) == len(form.COLUMNS)
    TextTrack.objects.filter(pk=track.pk).update(is_hidden=True, kind="captions")  # another editor
    fields = track_form(None, language="en", kind="subtitles", label="Spoken English")
    assert client.post(address, {**fields, **shown}).status_code == 302
    track.refresh_from_db()
    assert (track.label, track.is_hidden, track.kind) == ("Spoken English", True, "captions")
    shown = dict(re.findall(r'name="(initial-\w+)" value="([^"]*)"', client.get(address).text))
    client.post(address, {**fields, **shown, "kind": "captions"})  # without the tick
    track.refresh_from_db()
    assert not track.is_hidden


@pytest.mark.parametrize("is_late", [False, True])
def test_a_track_that_was_deleted_meanwhile_is_reported(client, film, monkeypatch, is_late):
    """Another editor deletes it while the form is open, or while it is saved."""
    track, change = factories.make_track(film), text_services.change_track
    if is_late:
        monkeypatch.setattr(
            text_services, "change_track", lambda *given, **named: track.delete() and change(*given, **named)
        )
    else:
        TextTrack.objects.all().delete()
    response = client.post(captions(film, f"{track.pk}/"), track_form(None, label="English"))
    assert (response.status_code, response.url) == (302, captions(film))
    assert shown_messages(client.get(captions(film))) == ["This track was deleted meanwhile."]
    assert not PageLogEntry.objects.filter(action=LogAction.CAPTIONS_CHANGED).exists()


def test_descriptions_are_not_shown_from_the_start(client, film):
    first = factories.make_track(film, is_default=True)
    response = client.post(captions(film, "add/"), track_form(kind="descriptions", is_default="on"))
    assert codes(response) == {"is_default": ["never_shown"]}
    assert "Viewers switch them on in the player" in response.content.decode()
    assert client.post(captions(film, "add/"), track_form(kind="descriptions")).status_code == 302
    assert list(film.video_file.text_tracks.filter(is_default=True)) == [first]


def test_a_new_file_replaces_the_cues(client, film):
    track = factories.make_track(film)
    client.post(captions(film, f"{track.pk}/"), track_form(language="en", label="English"))
    assert track.cues.get().text == "Hello & welcome"


def test_a_track_is_deleted_only_after_a_question(client, film):
    track = factories.make_track(film)
    assert b"Delete \xe2\x80\x9cEnglish\xe2\x80\x9d?" in client.get(captions(film, f"{track.pk}/delete/")).content
    assert TextTrack.objects.exists()
    assert client.post(captions(film, f"{track.pk}/delete/")).status_code == 302
    assert not TextTrack.objects.exists()


def test_a_track_is_downloaded_as_the_player_gets_it(client, film):
    track = factories.make_track(film)
    response = client.get(captions(film, f"{track.pk}/download/"))
    assert response.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{film.slug}.en.vtt"'
    assert "&lt;Hello&gt; &amp; welcome" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


def test_a_download_is_named_after_a_page_in_any_script(client, film):
    film.slug = "солончак"
    film.save()
    response = client.get(captions(film, f"{factories.make_track(film).pk}/download/"))
    named = "attachment; filename*=utf-8''%D1%81%D0%BE%D0%BB%D0%BE%D0%BD%D1%87%D0%B0%D0%BA.en.vtt"
    assert response.headers["Content-Disposition"] == named


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "no_cues", "no subtitles in it"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_text", "no text"),
        (b"1\n00:00:02,000 --> 00:00:01,000\nx\n", "ends_before_start", "Line 2: the end comes before the beginning."),
        (b"1\n00:00:02 --> later\nx\n", "bad_time", "Line 2: the time can&#x27;t be read."),
        (b"00:00:01,000 --> 00:00:02,000\nx\n\n" * 100_000, "too_many_cues", "more than 20000"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_with_the_reason_beside_its_field(client, film, content, code, words):
    response = client.post(captions(film, "add/"), track_form(content, label="Kept name"))
    assert codes(response) == {"file": [code]}
    assert words in response.content.decode() and "Kept name" in response.content.decode()
    assert not TextTrack.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_the_reason_beside_its_field(client, film):
    response = client.post(captions(film, "add/"), track_form(b"x" * (subtitles.MAX_BYTES + 1)))
    assert codes(response) == {"file": ["too_large"]}
    assert "5\N{NO-BREAK SPACE}MB" in response.content.decode()


def test_a_file_in_another_field_is_discarded(client, film):
    fields = track_form(None) | {"other": track_form()["file"]}
    assert codes(client.post(captions(film, "add/"), fields)) == {"file": ["required"]}


def test_markup_and_links_of_a_hostile_file_reach_no_row(client, film):
    hostile = (
        b"WEBVTT\n\nSTYLE\n::cue { background: url(https://example.org/spy) }\n\n"
        b"00:00.000 --> 00:00.900 position:10%\n<a href='https://example.org/'>Hello</a><script>x()</script>\n"
    )
    client.post(captions(film, "add/"), track_form(hostile, label="<script>x()</script>"))
    track = TextTrack.objects.get()
    assert track.cues.get().text == "Hello"
    shown = client.get(captions(film)).content.decode()
    assert "&lt;script&gt;x()" in shown and "<script>x()" not in shown


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"language": ""}, "language"), ({"language": "xx-<b>"}, "language"), ({"kind": "metadata"}, "kind")],
)
def test_a_track_needs_a_language_and_a_kind_that_there_are(client, film, changes, field):
    assert field in codes(client.post(captions(film, "add/"), track_form(**changes)))
    assert not TextTrack.objects.exists()


def test_the_history_says_that_captions_were_changed_and_nothing_of_them(client, film):
    client.post(captions(film, "add/"), track_form(label="A secret name"))
    entry = PageLogEntry.objects.get(action="video_pages.captions_changed")
    assert entry.page_id == film.pk and entry.message == "Captions changed"
    assert "secret" not in str(entry.data)
    assert not ModelLogEntry.objects.filter(data__icontains="secret").exists()
    assert b"Captions changed" in client.get(f"/admin/pages/{film.pk}/history/").content


# Users who may not.


def addresses(film, track):
    names = ["", "add/", f"{track.pk}/", f"{track.pk}/delete/", f"{track.pk}/download/"]
    return [captions(film, name) for name in names]


def refused(client, film, track):
    """True if the browser gets none of the screens and can change nothing by posting at them."""
    got = [client.get(address) for address in addresses(film, track)]
    posted = [client.post(address, track_form()) for address in addresses(film, track)[1:4]]
    untouched = list(TextTrack.objects.values_list("pk", "label")) == [(track.pk, "English")]
    no_words = not any(b"welcome" in response.content for response in got)
    return untouched and no_words and all(response.status_code in (302, 403) for response in got + posted)


def test_a_visitor_is_refused(film):
    assert refused(factories.browser(), film, factories.make_track(film))


def test_a_visitor_who_unlocked_the_film_is_refused(film):
    browser = factories.browser()
    factories.unlock(browser, film)
    assert refused(browser, film, factories.make_track(film))


def test_an_editor_of_another_section_is_refused_even_with_rights_to_other_media(film):
    user = make_editor_of(factories.make_section(), "add", "change", "publish")
    assert refused(factories.browser(user), film, factories.make_track(film))


def test_rights_to_media_alone_do_not_open_a_pages_screen(film):
    user = make_editor_of(factories.make_section(), "change")
    give_media_rights(user, "change_videofile")
    assert refused(factories.browser(user), film, factories.make_track(film))


def test_an_editor_of_the_section_may_without_any_right_to_media(film):
    client = factories.browser(make_editor_of(film.get_parent(), "change"))
    assert client.get(captions(film)).status_code == 200
    assert client.post(captions(film, "add/"), track_form()).status_code == 302
    assert TextTrack.objects.get().label == "Deutsch"


def test_another_films_track_is_not_there(client, film):
    track = factories.make_track(factories.make_video())
    for name in (f"{track.pk}/", f"{track.pk}/delete/", f"{track.pk}/download/"):
        assert client.get(captions(film, name)).status_code == 404
        assert client.post(captions(film, name), track_form()).status_code in (404, 405)
    assert TextTrack.objects.filter(pk=track.pk, label="English").exists()


def test_a_page_that_is_no_video_has_no_such_screen(client):
    assert client.get(captions(factories.make_section())).status_code == 404
    assert client.get("/admin/videos/99999/captions/").status_code == 404


def test_an_alias_leads_to_its_sources_screen_and_needs_the_right_to_it(client, film):
    section = factories.make_section()
    alias = film.create_alias(parent=section)
    track = factories.make_track(film)
    assert client.get(captions(alias, f"{track.pk}/")).headers["Location"] == captions(film, f"{track.pk}/")
    stranger = factories.browser(make_editor_of(section, "change", "publish"))
    assert stranger.get(captions(alias)).status_code in (302, 403)
    assert refused(stranger, alias, track)


def test_a_page_without_a_file_leads_back_to_its_editor(client):
    film = factories.make_video()
    film.video_file = None
    film.save_revision().publish()
    assert client.get(captions(film)).headers["Location"] == f"/admin/pages/{film.pk}/edit/"


def test_a_film_on_two_pages_is_warned_about(client, film):
    factories.make_video(video_file=film.video_file)
    assert b"shown on 1 other page" in client.get(captions(film)).content


def test_the_page_editor_leads_to_both_screens(client, film):
    factories.make_track(film)
    editor = client.get(f"/admin/pages/{film.pk}/edit/").content.decode()
    assert f'href="{captions(film)}"' in editor and f'href="/admin/videos/{film.pk}/poster/"' in editor
    assert "English." in editor


def test_a_hidden_track_is_listed_as_such_and_an_editor_may_show_it(client, film):
    track = factories.make_track(film, label="Camera data", is_hidden=True)
    assert b"Hidden" in client.get(captions(film)).content
    address = captions(film, f"{track.pk}/")
    assert client.get(address).context["form"]["is_hidden"].initial
    data = {"language": "en", "kind": "subtitles", "label": "Camera data"}
    assert client.post(address, data).status_code == 302
    track.refresh_from_db()
    assert not track.is_hidden
    client.post(address, {**data, "is_hidden": "on", "is_default": "on"})
    track.refresh_from_db()
    assert track.is_hidden and not track.is_default
