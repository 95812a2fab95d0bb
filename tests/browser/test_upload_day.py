"""Films of a day in a real browser: dropped on the list, put together with their files, into a new section."""

import base64
import shutil

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests import clips, factories
from video_pages.models import VideoIndexPage, VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SCREEN = "/admin/videos/upload/"
NEW = "a-new-password"
VTT = "WEBVTT\n\n00:00.000 --> 00:00.500\nGuten Abend\n"
DROP = """([files, types]) => {
  const dropped = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    dropped.items.add(new File([bytes], name));
  }
  for (const type of types) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: dropped, bubbles: true, cancelable: true }));
  }
}"""


@pytest.fixture
def section():
    factories.make_superuser()
    return factories.make_section("Client reviews")


@pytest.fixture
def files(tmp_path):
    """Two films; for one of them a picture, captions and a text; and two files that belong to none."""
    for name in ("Salt flats.mp4", "Night train.mp4"):
        shutil.copy(clips.mp4(), tmp_path / name)
    Image.new("RGB", (320, 180), "teal").save(tmp_path / "night train.PNG")
    (tmp_path / "Night train.de.vtt").write_text(VTT)
    (tmp_path / "Night train.txt").write_text("Über Nacht\n\nIn two parts", encoding="cp1252")
    (tmp_path / "other.en.srt").write_text("1\n00:00:00,000 --> 00:00:00,500\nHello\n")
    (tmp_path / "contract.pdf").write_text("no film")
    return sorted(tmp_path.iterdir())


def drop(page, paths, *types):
    content = [(path.name, base64.b64encode(path.read_bytes()).decode()) for path in paths]
    page.evaluate(DROP, [content, types or ("dragover", "drop")])


def rows(page, state="ready"):
    return page.locator(f".upload-row[data-state={state}]")


def make_section(page, title):
    """Make a section in the dialog, by keys alone."""
    page.get_by_role("button", name="New section").press("Enter")
    dialog = page.get_by_role("dialog", name="New section")
    expect(dialog.get_by_label("Title")).to_be_focused()
    page.keyboard.type(title)
    dialog.get_by_label("Password", exact=False).locator("visible=true").first.fill(NEW)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_films_with_their_files_are_dropped_on_the_list_and_go_into_a_new_section(editor, section, files, device):
    page = editor("/admin/videos/", device=device)
    drop(page, files, "dragover")
    cover = page.locator(".drop-cover")
    expect(cover).to_have_text("Drop the files anywhere to upload them")
    drop(page, files, "drop")
    page.wait_for_url(f"**{SCREEN}")
    expect(rows(page)).to_have_count(2, timeout=30_000)
    expect(cover).to_have_count(1)
    expect(page.locator(".upload-left-out")).to_have_text(
        "One file is left out, because it is no video: contract.pdf. "
        "One file has the name of no film in the list: other.en.srt. Add its film, or give it to one below."
    )
    train, flats = rows(page).filter(has_text="Night train.mp4"), rows(page).filter(has_text="Salt flats.mp4")
    train.get_by_text("night train.PNG · Night train.de.vtt · a description").click()
    expect(train.get_by_label("Language of Night train.de.vtt")).to_have_value("de")
    expect(train.get_by_label("Description of its own")).to_have_value("Über Nacht\n\nIn two parts")
    assert train.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    page.locator("#main .public-DraftEditor-content").click()
    page.keyboard.type("Rushes of the day")
    make_section(page, "Acme")
    expect(page.get_by_text("The section “Acme” is made and chosen.")).to_be_visible()
    expect(page.locator("#id_section")).to_be_focused()
    made = VideoIndexPage.objects.get(title="Acme")
    assert page.locator("#id_section").input_value() == str(made.pk)
    expect(flats.get_by_text("Thumbnail, captions and description of its own")).to_be_visible()
    page.get_by_label("Keep as draft").check()
    page.get_by_role("button", name="Make 2 videos").click()
    page.wait_for_url("**/admin/videos/")
    expect(page.get_by_text("2 videos are uploaded and kept as drafts.")).to_be_visible()
    train, flats = VideoPage.objects.child_of(made).order_by("title")
    assert made.check_password(NEW) and made.live
    assert train.description == "<p>Über Nacht</p><p>In two parts</p>" and "Rushes of the day" in flats.description
    assert train.thumbnail is not None and flats.thumbnail is None
    assert [track.language for track in train.video_file.text_tracks.all()] == ["de"]
    assert not flats.video_file.text_tracks.exists()
    assert page.complaints == []


def test_a_film_that_comes_later_gets_what_waits_and_each_can_be_taken_away(editor, section, files):
    page = editor(SCREEN)
    film = next(path for path in files if path.name == "Night train.mp4")
    drop(page, [path for path in files if path != film and path.name.lower().startswith("night")])
    expect(page.locator(".upload-left-out")).to_contain_text("3 files have the names of no films in the list")
    drop(page, [film])
    expect(rows(page)).to_have_count(1, timeout=30_000)
    expect(page.locator(".upload-left-out")).to_be_hidden()
    expect(page.locator("#id_thumbnail")).to_be_hidden()
    rows(page).locator("summary").click()
    page.get_by_role("button", name="Remove the thumbnail of Night train.mp4").click()
    expect(page.locator("#id_thumbnail")).to_be_focused()
    page.get_by_label("Language of Night train.de.vtt").select_option("ja")
    page.get_by_label("Keep as draft").check()
    page.get_by_role("button", name="Upload video").click()
    page.wait_for_url("**/admin/videos/")
    video = VideoPage.objects.get()
    assert video.thumbnail is None and video.video_file.text_tracks.get().language == "ja"
    assert page.complaints == []


def test_what_was_typed_for_one_of_two_films_is_shown_and_sent_when_the_other_is_taken_away(editor, section, files):
    page = editor(SCREEN)
    films = [str(path) for path in files if path.suffix == ".mp4"]
    page.set_input_files("#id_video_file", films)
    expect(rows(page)).to_have_count(2)
    page.fill("#id_password", "password-for-all")
    train = rows(page).filter(has_text="Night train.mp4")
    train.get_by_label("Password of its own").fill("password-of-the-train")
    train.locator("summary").click()
    own = train.get_by_label("Description of its own")
    own.fill("Over night")
    page.get_by_role("button", name="Remove Salt flats.mp4").click()
    expect(rows(page)).to_have_count(1)
    expect(own).to_be_visible()
    expect(page.locator("#id_password")).to_have_value("password-of-the-train")
    page.set_input_files("#id_video_file", films[1:])
    expect(rows(page)).to_have_count(2)
    expect(page.locator("#id_password")).to_have_value("password-for-all")
    expect(train.get_by_label("Password of its own")).to_have_value("password-of-the-train")
    page.get_by_role("button", name="Remove Salt flats.mp4").click()
    page.get_by_label("Keep as draft").check()
    page.get_by_role("button", name="Upload video").click()
    page.wait_for_url("**/admin/videos/")
    video = VideoPage.objects.get()
    assert video.description == "<p>Over night</p>" and video.check_password("password-of-the-train")
    assert page.complaints == []


def test_what_is_wrong_in_the_dialog_is_said_there_and_nothing_typed_is_lost(editor, section):
    page = editor(SCREEN)
    page.fill("#id_title", "Salt flats")
    page.get_by_role("button", name="New section").click()
    dialog = page.get_by_role("dialog", name="New section")
    dialog.get_by_role("button", name="Make the section").click()
    expect(dialog.get_by_text("This field is required.")).to_be_visible()
    expect(dialog.get_by_label("Title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.input_value("#id_title") == "Salt flats"
    assert VideoIndexPage.objects.count() == 1
