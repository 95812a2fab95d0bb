"""The caption editor in a browser: lines are timed, divided, joined, saved; drafts survive; conflicts are told."""

import pytest
from playwright.sync_api import expect

from tests import clips, factories
from tests.browser.accessibility import findings
from tests.wagtail_admin.video_screens import captions
from video_pages.library import text_services
from video_pages.library.subtitles import ParsedCue, SubtitleFile
from video_pages.models import TextTrack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def film(transactional_db):
    factories.make_superuser()
    return factories.make_video("Salt flats", video_file=factories.make_video_file(clips.mp4(3), duration=3.0))


def make_track(film, *cues):
    return factories.make_track(film, [ParsedCue(*cue) for cue in cues])


@pytest.fixture
def track(film):
    return make_track(film, (0, 1000, "Hello there & welcome"), (1000, 2000, "to the salt flats"))


def open_editor(editor, film, track, **options):
    page = editor(captions(film, f"{track.pk}/edit/"), **options)
    page.locator("[data-caption-editor][data-is-ready]").wait_for(state="attached")
    return page


def lines(track):
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in track.cues.all()]


def move_film(page, seconds):
    page.locator("[data-video]").evaluate(
        "(video, seconds) => new Promise((resolve) => {"
        " video.addEventListener('seeked', resolve, { once: true }); video.currentTime = seconds; })",
        seconds,
    )


def save(page):
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved. Viewers have it now.")).to_be_visible()


def test_lines_that_could_not_be_loaded_are_loaded_again(film, track, editor):
    page = open_editor(editor, film, track)
    page.route("**/document/", lambda route: route.abort())
    page.reload()
    expect(page.get_by_text("The lines could not be loaded.")).to_be_visible()
    controls = [page.get_by_role("button", name="Save", exact=True), page.get_by_label("Hidden from viewers")]
    for control in controls:
        expect(control).to_be_disabled()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    page.unroute("**/document/")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-text]").first).to_have_value("Hello there & welcome")
    for control in controls:
        expect(control).to_be_enabled()
    expect(controls[0]).to_be_focused()


def test_times_are_set_by_key_and_the_line_is_shown_over_the_film(film, track, editor):
    page = open_editor(editor, film, track)
    first = page.locator("[data-text]").first
    first.focus()
    move_film(page, 0.2)
    page.keyboard.press("Alt+i")
    move_film(page, 0.8)
    page.keyboard.press("Alt+o")
    expect(page.locator("[data-start]").first).to_have_value("0:00.200")
    expect(page.locator("[data-end]").first).to_have_value("0:00.800")
    first.fill("Hello <i>you</i> & 1 < 2")
    move_film(page, 0.5)
    shown = "video => [...video.textTracks[0].activeCues].map((cue) => cue.getCueAsHTML().textContent)"
    assert page.locator("[data-video]").evaluate(shown) == ["Hello you & 1 < 2"]
    expect(page.locator(".caption--playing [data-number]")).to_have_text("1")
    save(page)
    assert lines(track)[0] == (200, 800, "Hello you & 1 < 2")
    assert findings(page, context={"include": [["#main"]], "exclude": [[".messages"]]}) == []
    assert page.complaints == []


def test_lines_are_divided_joined_inserted_deleted_and_all_is_undone(film, track, editor):
    page = open_editor(editor, film, track)
    texts = page.locator("[data-text]")
    texts.first.evaluate("(field) => { field.focus(); field.setSelectionRange(5, 5); }")
    page.keyboard.press("Alt+s")
    expect(texts).to_have_count(3)
    expect(texts.nth(1)).to_be_focused()
    expect(texts.nth(1)).to_have_value("there & welcome")
    page.keyboard.press("Alt+j")
    expect(texts.nth(1)).to_have_value("there & welcome\nto the salt flats")
    page.keyboard.press("Alt+n")
    expect(page.get_by_text("No text: viewers do not see it.")).to_be_visible()
    page.keyboard.type("The end")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+Backspace")
    expect(texts).to_have_count(2)
    for _step in range(5):
        page.keyboard.press("Control+z")
    expect(texts).to_have_count(2)
    expect(texts.first).to_have_value("Hello there & welcome")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Nothing has changed.")).to_be_visible()
    assert page.complaints == []


def test_words_are_replaced_and_all_lines_moved(film, track, editor):
    page = open_editor(editor, film, track)
    page.get_by_text("Find and replace").click()
    page.get_by_label("Find", exact=True).fill("THE")
    page.get_by_label("Replace by").fill("a")
    page.get_by_role("button", name="Replace all").click()
    expect(page.get_by_text("Replaced: 2")).to_be_visible()
    page.get_by_text("Move in time").click()
    page.get_by_label("Seconds; with a minus, earlier").fill("-1")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("A line would begin before the film.")).to_be_visible()
    page.get_by_label("Seconds; with a minus, earlier").fill("0.5")
    page.get_by_role("button", name="Move", exact=True).click()
    save(page)
    assert lines(track) == [(500, 1500, "Hello are & welcome"), (1500, 2500, "to a salt flats")]


def test_a_command_without_a_current_line_changes_nothing_and_a_number_chooses_one(film, track, editor):
    page = open_editor(editor, film, track)
    page.get_by_text("Move in time").click()
    page.get_by_label("From the current line on").check()
    chosen = page.get_by_text("Choose a line first: click on it.")
    for name in ("Delete line", "Begins here", "Split", "Join with next", "Move"):
        page.locator("[data-status]").evaluate("(status) => { status.textContent = ''; }")
        page.get_by_role("button", name=name, exact=True).click()
        expect(chosen).to_be_visible()
    expect(page.locator("[data-text]")).to_have_count(2)
    page.locator("[data-number]").nth(1).click()
    expect(page.locator(".caption--current [data-number]")).to_have_text("2")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("[data-start]").nth(1)).to_have_value("0:01.500")
    expect(page.locator("[data-start]").first).to_have_value("0:00.000")
    assert page.complaints == []


def test_without_a_current_line_the_keys_lead_to_the_first_and_the_last_one(film, track, editor):
    page = open_editor(editor, film, track)
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("[data-text]").first).to_be_focused()
    page.reload()
    page.locator("[data-caption-editor][data-is-ready]").wait_for(state="attached")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-text]").last).to_be_focused()


def test_without_a_current_line_a_new_one_begins_where_the_film_is(film, editor):
    track = make_track(film, (1000, 1500, "One"), (2500, 3000, "Two"))
    page = open_editor(editor, film, track)
    for seconds, number in ((2, 1), (0.5, 0)):
        page.reload()
        page.locator("[data-caption-editor][data-is-ready]").wait_for(state="attached")
        move_film(page, seconds)
        page.get_by_role("button", name="Insert after").click()
        expect(page.locator("[data-text]").nth(number)).to_be_focused()
        expect(page.locator("[data-start]").nth(number)).to_have_value(f"0:0{seconds:.3f}")
        page.get_by_role("button", name="Undo").click()
    page.locator("[data-text]").nth(0).click()
    for left in (1, 0):
        page.get_by_role("button", name="Delete line").click()
        expect(page.locator("[data-text]")).to_have_count(left)
    expect(page.get_by_role("button", name="Insert after")).to_be_focused()  # no line is left for a keyboard
    assert page.complaints == []


def test_a_field_outside_the_lines_keeps_its_keys_for_words(film, track, editor):
    page = open_editor(editor, film, track)
    page.locator("[data-text]").first.fill("Changed")
    page.get_by_text("Find and replace").click()
    page.get_by_label("Find", exact=True).press_sequentially("salt flats")
    for keys in ("Alt+Backspace", "Control+z", "Alt+n", "Alt+o"):
        page.keyboard.press(keys)
    expect(page.locator("[data-text]")).to_have_count(2)
    expect(page.locator("[data-text]").first).to_have_value("Changed")
    expect(page.locator("[data-end]").first).to_have_value("0:01.000")
    save(page)
    assert lines(track)[0][2] == "Changed"


def test_a_wrong_number_of_seconds_is_marked_as_wrong(film, track, editor):
    page = open_editor(editor, film, track)
    page.get_by_text("Move in time").click()
    seconds = page.get_by_label("Seconds; with a minus, earlier")
    seconds.fill("soon")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(seconds).to_have_attribute("aria-invalid", "true")
    seconds.fill("1")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(seconds).to_have_attribute("aria-invalid", "false")


def test_an_end_before_the_beginning_is_an_error_at_its_line(film, track, editor):
    page = open_editor(editor, film, track)
    page.locator("[data-start]").nth(1).fill("2.5")
    page.locator("[data-start]").nth(1).press("Tab")
    expect(page.locator(".caption--error")).to_contain_text("The end must come after the beginning.")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Not saved. Lines with errors: 1.")).to_be_visible()
    page.locator("[data-end]").nth(1).fill("nonsense")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Write a time as 1:02.500 or 62.5.")).to_be_visible()
    page.locator("[data-end]").nth(1).fill("3")
    save(page)
    assert lines(track)[1] == (2500, 3000, "to the salt flats")


def test_undo_takes_back_a_time_that_is_being_typed_and_one_that_cannot_be_read(film, track, editor):
    page = open_editor(editor, film, track)
    page.locator("[data-text]").first.fill("Changed")
    start = page.locator("[data-start]").nth(1)
    start.fill("1.5")
    page.keyboard.press("Control+z")
    expect(start).to_have_value("0:01.000")
    start.fill("nonsense")
    page.keyboard.press("Control+s")
    expect(start).to_be_focused()
    page.keyboard.press("Control+z")
    expect(start).to_have_value("0:01.000")
    expect(page.locator(".caption--error")).to_have_count(0)
    expect(page.locator("[data-text]").first).to_have_value("Changed")
    assert page.complaints == []


def test_a_draft_is_taken_back_while_a_time_is_typed(film, track, editor):
    page = open_editor(editor, film, track)
    page.locator("[data-text]").first.fill("Not saved")
    expect(page.get_by_text("Not saved yet; kept in this browser")).to_be_visible()
    page.reload()
    page.locator("[data-caption-editor][data-is-ready]").wait_for(state="attached")
    page.locator("[data-start]").nth(1).fill("1.5")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-text]").first).to_have_value("Hello there & welcome")
    assert page.complaints == []


def test_unsaved_lines_survive_a_crash_and_are_gone_when_saved(film, track, editor):
    page = open_editor(editor, film, track)
    page.locator("[data-text]").first.fill("Not saved")
    expect(page.get_by_text("Not saved yet; kept in this browser")).to_be_visible()
    page.goto("about:blank")
    page.goto(captions(film, f"{track.pk}/edit/"))
    expect(page.get_by_text("These are your unsaved lines of")).to_be_visible()
    expect(page.locator("[data-text]").first).to_have_value("Not saved")
    save(page)
    assert page.evaluate("localStorage.length") == 0 or not page.evaluate(
        "Object.keys(localStorage).some((key) => key.startsWith('captions-draft'))"
    )
    page.locator("[data-text]").first.fill("Discarded")
    expect(page.get_by_text("Not saved yet; kept in this browser")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Discard them").click()
    expect(page.locator("[data-text]").first).to_have_value("Not saved")
    expect(page.get_by_text("These are your unsaved lines of")).to_be_hidden()


def test_an_editor_is_told_that_another_one_saved_meanwhile(film, track, editor):
    page = open_editor(editor, film, track)
    text_services.change_track(
        track,
        text_services.TrackProperties(kind="subtitles", language="en", label="English", is_default=False),
        SubtitleFile([]),
    )
    page.locator("[data-text]").first.fill("Mine")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Somebody else has changed this track since you opened it.")).to_be_visible()
    assert lines(track) == []
    page.get_by_role("button", name="Save mine in their place").click()
    expect(page.get_by_text("Saved. Viewers have it now.")).to_be_visible()
    assert [text for _start, _end, text in lines(track)] == ["Mine", "to the salt flats"]


def test_a_new_track_is_written_beside_the_film(film, editor):
    page = editor(captions(film, "add/"), device="phone")
    page.select_option("[name=language]", "de")
    page.get_by_label("Begin without a file").check()
    page.get_by_role("button", name="Add the track").click()
    page.locator("[data-caption-editor][data-is-ready]").wait_for(state="attached")
    expect(page.get_by_text("There is no line yet.")).to_be_visible()
    page.get_by_label("Hidden from viewers").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Not saved: no line has words yet.")).to_be_visible()
    page.get_by_role("button", name="Insert after").click()
    page.keyboard.type("Guten Abend")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Viewers have it now.")).to_be_visible()
    track = TextTrack.objects.get()
    assert not track.is_hidden and [text for *_times, text in lines(track)] == ["Guten Abend"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.complaints == []


def test_files_are_imported_and_exported(film, track, editor):
    page = open_editor(editor, film, track)
    page.get_by_text("Import and export").click()
    srt = "1\n00:00:00,500 --> 00:00:01,500\nGrüße\n".encode("cp1252")
    page.set_input_files("[data-import]", {"name": "w.srt", "mimeType": "text/plain", "buffer": srt})
    expect(page.get_by_text("Lines read from the file: 1.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export SRT").click()
    assert download.value.path().read_text(encoding="utf-8") == "1\n00:00:00,500 --> 00:00:01,500\nGrüße\n"
    page.set_input_files("[data-import]", {"name": "w.srt", "mimeType": "text/plain", "buffer": b"no subtitles"})
    expect(page.get_by_text("This file has no subtitles in it.")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator("[data-text]").first).to_have_value("Hello there & welcome")
    assert page.complaints == []


def test_two_thousand_lines_are_edited_without_waiting(film, editor):
    cues = [(number * 1500, number * 1500 + 1400, f"Line {number}") for number in range(2000)]
    page = open_editor(editor, film, make_track(film, *cues))
    assert page.locator("[data-text]").count() == 2000
    spent = """() => {
        const field = document.querySelectorAll("[data-text]")[1000];
        const begun = performance.now();
        field.value = `Changed ${performance.now()}`;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        return performance.now() - begun;
    }"""
    assert min(page.evaluate(spent) for _try in range(3)) < 100
