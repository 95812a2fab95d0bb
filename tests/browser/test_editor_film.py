"""The film in the page editor: the frame that is shown becomes the poster, and its position the time of a chapter."""

import io

import av
import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import expect

from tests import clips, factories
from tests.browser.accessibility import findings
from tests.wagtail_admin.video_screens import give_frames
from tests.wagtail_admin.video_screens import picture as picture_of
from video_pages.library import posters
from video_pages.library.storage import protected_storage
from video_pages.models import VideoPage
from video_pages.transcoding import chosen_frames

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def film(transactional_db):
    factories.make_superuser()
    return factories.make_video("Salt flats", video_file=factories.make_video_file(clips.mp4(3), duration=3.0))


def show(page, seconds, position):
    """Move the film to `seconds`; its shown frame begins at `position`."""
    video = page.locator("[data-film-video]")
    video.scroll_into_view_if_needed()
    video.hover()
    video.evaluate("(video, seconds) => { video.currentTime = seconds; }", seconds)
    expect(page.locator("[data-film-position]")).to_have_text(position)


def number_of_poster(film):
    """Return the number of the frame of the clip that looks like the poster."""
    film.video_file.refresh_from_db()
    with protected_storage().open(film.video_file.poster_name) as file:
        poster = Image.open(io.BytesIO(file.read())).convert("RGB")
    with av.open(str(clips.mp4(3))) as container:
        frames = [frame.to_image() for frame in container.decode(video=0)]
    differences = [sum(ImageStat.Stat(ImageChops.difference(poster, frame)).mean) for frame in frames]
    return differences.index(min(differences))


def test_the_shown_frame_becomes_the_poster_and_unsaved_fields_stay(film, editor):
    page = editor(f"/admin/pages/{film.pk}/edit/")
    page.fill("[name=title]", "Salt flats at night")
    show(page, 1.51, "0:01.480")
    page.get_by_role("button", name="One frame forward").click()
    expect(page.locator("[data-film-position]")).to_have_text("0:01.520")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="This frame as poster").click()
    expect(page.get_by_text("The frame is drawn from the film…")).to_be_visible()
    page.get_by_role("button", name="This frame as poster").click(force=True)
    page.wait_for_timeout(300)
    assert len([url for url in asked if url.endswith("/this-frame/")]) == 1
    for _try in range(50):
        if chosen_frames.draw_next():
            break
        page.wait_for_timeout(100)
    expect(page.get_by_text("This frame is the poster now.")).to_be_visible()
    assert number_of_poster(film) == 38
    assert page.locator("[data-film-video]").get_attribute("poster").startswith(f"/admin/videos/{film.pk}/poster/")
    expect(page.locator("[name=title]")).to_have_value("Salt flats at night")
    assert findings(page, context={"include": [["[data-film-panel]"]]}) == []
    assert page.complaints == []


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_the_position_becomes_the_time_of_a_chapter(film, editor, device):
    page = editor(f"/admin/pages/{film.pk}/edit/", device=device)
    show(page, 2.5, "0:02.480")
    page.get_by_role("button", name="New chapter here").click()
    expect(page.locator("[name=chapters-0-start_seconds]")).to_have_value("0:02")
    expect(page.locator("[name=chapters-0-title]")).to_be_focused()
    page.keyboard.type("Departure")
    page.get_by_role("button", name="New chapter here").click()
    expect(page.get_by_text("A chapter begins at 0:02 already.")).to_be_visible()
    show(page, 1.21, "0:01.200")
    page.get_by_role("button", name="From here").click()
    expect(page.locator("[name=chapters-0-start_seconds]")).to_have_value("0:01")
    page.get_by_role("button", name="Keep in sight").click()
    page.locator("[name=chapters-0-title]").scroll_into_view_if_needed()
    expect(page.locator("[data-film-video]")).to_be_in_viewport()
    assert page.complaints == []


def test_the_poster_is_shown_to_everyone_after_a_question(film, editor):
    give_frames(film.video_file, ("red", "blue"))
    posters.choose_frame(film.video_file, 2)
    page = editor(f"/admin/pages/{film.pk}/edit/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Show it to everyone").click()
    expect(page.get_by_text("It is the picture for everyone below.")).to_be_visible()
    expect(page.locator("#id_thumbnail-chooser [data-chooser-image]")).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    for _try in range(50):
        draft = VideoPage.objects.get(pk=film.pk).get_latest_revision_as_object()
        if draft.thumbnail:
            break
        page.wait_for_timeout(200)
    assert draft.thumbnail.title == "Thumbnail"
    picture = {"name": "own.png", "mimeType": "image/png", "buffer": picture_of("lime").read()}
    page.set_input_files("[data-poster-file]", picture)
    expect(page.get_by_text("The picture is the poster now.")).to_be_visible()
    assert page.complaints == []
