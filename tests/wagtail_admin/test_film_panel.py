"""The film in the page editor: what its panel shows, and who may choose a frame as the poster."""

import pytest
from wagtail.models import PageLogEntry

from tests import factories
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.models import ChosenFrame, VideoFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def film():
    return factories.make_video("Salt flats", video_file=factories.make_video_file(duration=90.0))


@pytest.fixture
def client():
    return factories.browser(factories.make_superuser())


def panel(page):
    return f"/admin/videos/{page.pk}/film/"


def this_frame(page):
    return f"/admin/videos/{page.pk}/poster/this-frame/"


def editor(page):
    return f"/admin/pages/{page.pk}/edit/"


@pytest.mark.parametrize("screen", [panel, editor])
def test_the_panel_plays_the_file_by_the_address_for_editors(client, film, screen):
    content = client.get(screen(film)).content.decode()
    assert f'src="/admin/video-files/{film.video_file.pk}/source"' in content
    assert f'data-frame-url="{this_frame(film)}"' in content
    assert "/stream/" not in content.partition("data-film-panel")[2].partition("</video>")[0]


def test_the_panel_shows_the_tracks_that_viewers_can_choose(client, film):
    shown = film.video_file.text_tracks.create(language="en", label="English", kind="captions", is_default=True)
    hidden = film.video_file.text_tracks.create(language="de", label="Deutsch", is_hidden=True)
    content = client.get(panel(film)).content.decode()
    assert f"/captions/{shown.pk}/download/" in content and f"/captions/{hidden.pk}/download/" not in content
    assert "2 tracks of captions or subtitles" in content


def test_a_file_that_browsers_cannot_play_yet_is_announced(client):
    file = factories.make_video_file(container="avi", video_codec="mpeg4", playable=False)
    page = factories.make_video(video_file=file)
    content = client.get(panel(page)).content.decode()
    assert "data-film-waits" in content and "<video" not in content


def test_a_new_page_has_no_film(client):
    section = factories.make_section()
    content = client.get(f"/admin/pages/add/video_pages/videopage/{section.pk}/").content.decode()
    assert "plays here once a saved page has a video file" in content and "data-film-video" not in content


def test_a_position_is_handed_to_the_worker_and_the_history_says_so(client, film):
    response = client.post(this_frame(film), {"at_ms": "61500"})
    assert (response.status_code, response.json()) == (202, {"state": "waiting"})
    assert ChosenFrame.objects.get().at_seconds == 61.5
    assert client.get(this_frame(film)).json() == {"state": "waiting"}
    assert PageLogEntry.objects.get(action="video_pages.poster_changed").page_id == film.pk
    ChosenFrame.objects.update(state="failed")
    assert "could not be drawn" in client.get(this_frame(film)).json()["message"]


@pytest.mark.parametrize("at", ["", "-1", "1.5", "x", "9" * 5000, "99999999", "٣", "1\0"])
def test_another_position_is_refused(client, film, at):
    response = client.post(this_frame(film), {"at_ms": at})
    assert response.status_code == 422 and response.json()["message"] == "The film has no frame there."
    assert not ChosenFrame.objects.exists()


def test_while_an_earlier_version_plays_no_frame_is_taken_from_the_new_one(client, film):
    VideoFile.objects.filter(pk=film.video_file.pk).update(package_version=1, source_version=2)
    response = client.post(this_frame(film), {"at_ms": "100"})
    assert response.status_code == 422 and "new version" in response.json()["message"]


def test_no_choice_is_not_found(client, film):
    assert client.get(this_frame(film)).status_code == 404


def refused(client, film):
    answers = [client.get(panel(film)), client.get(this_frame(film)), client.post(this_frame(film), {"at_ms": "0"})]
    is_refused = all(answer.status_code in (302, 403) for answer in answers)
    return is_refused and not ChosenFrame.objects.exists() and not any(b"<video" in each.content for each in answers)


def test_visitors_are_refused_also_with_the_password(film):
    visitor = factories.browser()
    factories.unlock(visitor, film)
    assert refused(factories.browser(), film) and refused(visitor, film)


def test_an_editor_of_another_section_is_refused(film):
    assert refused(factories.browser(make_editor_of(factories.make_section(), "change", "publish")), film)


def test_an_editor_of_the_section_may(film):
    client = factories.browser(make_editor_of(film.get_parent(), "change"))
    assert client.get(panel(film)).status_code == 200
    assert client.post(this_frame(film), {"at_ms": "0"}).status_code == 202


def test_a_frame_of_an_alias_is_chosen_at_its_source(client, film):
    alias = film.create_alias(parent=factories.make_section())
    assert client.get(this_frame(alias)).headers["Location"] == this_frame(film)
    assert this_frame(film) in client.get(panel(alias)).content.decode()


def test_an_editor_of_an_alias_who_may_not_edit_its_source_is_refused(film):
    section = factories.make_section()
    alias = film.create_alias(parent=section)
    client = factories.browser(make_editor_of(section, "change"))
    answers = [client.get(panel(alias)), client.post(this_frame(alias), {"at_ms": "0"})]
    assert all(answer.status_code in (302, 403) and b"<video" not in answer.content for answer in answers)
    assert not ChosenFrame.objects.exists()
