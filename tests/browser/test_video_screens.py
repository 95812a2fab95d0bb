"""Captions, chapters and poster in an editor's hands."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import expect
from wagtail.users.models import UserProfile

from tests import clips, factories
from tests.browser.accessibility import findings
from tests.wagtail_admin.video_screens import captions, give_frames, poster
from video_pages.models import VideoPage
from video_pages.pages.chapters import VideoChapter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SRT = "1\n00:00:00,100 --> 00:00:00,900\nSchöne Grüße\n".encode("cp1252")
ONLY_OURS = {"include": [["#main"]], "exclude": [[".messages"]]}


@pytest.fixture
def film(transactional_db):
    factories.make_superuser()
    file = factories.make_video_file(clips.mp4(), duration=100.0)
    give_frames(file, ("red", "orange", "green", "blue"))
    return factories.make_video("Salt flats", video_file=file)


def violations(page):
    """Return the findings of axe on the screen, without Wagtail's own frame around it."""
    return findings(page, context=ONLY_OURS)


def test_captions_are_added_shown_and_deleted(film, editor):
    page = editor(captions(film))
    page.get_by_role("link", name="Add the first ones").click()
    expect(page.get_by_role("button", name="Add the track")).to_be_visible()
    assert violations(page) == []
    page.set_input_files("[name=file]", {"name": "w.srt", "mimeType": "text/plain", "buffer": b"1\n0:02 --> 0:01\nx"})
    page.select_option("[name=language]", "de")
    page.get_by_role("button", name="Add the track").click()
    expect(page.get_by_text("Line 2: the end comes before the beginning.")).to_be_visible()
    page.set_input_files("[name=file]", {"name": "w.srt", "mimeType": "text/plain", "buffer": SRT})
    page.check("[name=is_default]")
    page.get_by_role("button", name="Add the track").click()
    expect(page.get_by_text("“Deutsch” is added, with 1 subtitle.")).to_be_visible()
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download “Deutsch” as a WebVTT file").click()
    assert "Schöne Grüße" in download.value.path().read_text(encoding="utf-8")
    page.locator("tr", has_text="Deutsch").hover()
    page.get_by_role("link", name="Delete “Deutsch”").click()
    page.get_by_role("button", name="Yes, delete").click()
    expect(page.get_by_text("“Deutsch” is deleted.")).to_be_visible()
    assert page.complaints == []


def test_the_actions_of_a_track_stand_in_one_row_or_one_column_and_are_whole(film, editor):
    user = get_user_model().objects.get(username="admin")
    UserProfile.objects.create(user=user, preferred_language="de")  # its words are the longest
    film.video_file.text_tracks.create(language="de", label="Deutsch")
    page = editor(captions(film))
    buttons = page.locator(".video-screen__table .actions .button")
    for width, of_one_line in ((1440, "y"), (1280, "x"), (1100, "x")):
        page.set_viewport_size({"width": width, "height": 900})
        boxes = [button.bounding_box() for button in buttons.all()]
        assert len(boxes) == 3
        assert len({round(box[of_one_line]) for box in boxes}) == 1
        assert all(button.evaluate("(one) => one.scrollWidth <= one.clientWidth") for button in buttons.all())
        table = page.locator(".video-screen__table")
        assert table.evaluate("(table) => table.scrollWidth <= table.clientWidth")


def test_a_file_that_names_its_language_sets_it_unless_the_editor_has(film, editor):
    page = editor(captions(film, "add/"))
    language = page.locator("[name=language]")
    for name, expected in (("night.de.vtt", "de"), ("How to do it.srt", "de"), ("night_pt-BR.srt", "pt-BR")):
        page.set_input_files("[name=file]", {"name": name, "mimeType": "text/plain", "buffer": SRT})
        expect(language).to_have_value(expected)
    language.select_option("fr")
    page.set_input_files("[name=file]", {"name": "night.de.vtt", "mimeType": "text/plain", "buffer": SRT})
    expect(language).to_have_value("fr")


def test_another_frame_is_chosen_as_the_poster(film, editor):
    page = editor(poster(film))
    page.get_by_role("button", name="Use this frame Frame 3").click()
    expect(page.get_by_text("The frame is the poster now.")).to_be_visible()
    expect(page.locator(".poster-strip__frame--now img")).to_have_attribute("alt", "Frame 3")
    assert violations(page) == []
    assert page.complaints == []


def test_chapters_are_typed_as_times(film, editor):
    film.chapters = [VideoChapter(start_seconds=0, title="Arrival")]
    film.save_revision().publish()
    page = editor(f"/admin/pages/{film.pk}/edit/")
    page.get_by_role("button", name="Add Chapter").click()
    expect(page.locator("[name=chapters-0-start_seconds]")).to_have_value("0:00")
    page.fill("[name=chapters-1-start_seconds]", "1:15")
    page.fill("[name=chapters-1-title]", "Departure")
    page.get_by_role("button", name="Save draft").click()
    wanted = [(0, "Arrival"), (75, "Departure")]
    for _try in range(50):
        if drafted(film) == wanted:
            break
        page.wait_for_timeout(200)
    assert drafted(film) == wanted
    assert page.complaints == []


def drafted(film):
    draft = VideoPage.objects.get(pk=film.pk).get_latest_revision_as_object()
    return [(chapter.start_seconds, chapter.title) for chapter in draft.chapters.all()]
