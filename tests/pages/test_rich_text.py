"""Rich text that nobody's editor writes: a form refuses what it can't read, and a page shows whatever is stored."""

import pytest
from hypothesis import given
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.fields import RichTextField
from wagtail.models import ReferenceIndex
from wagtail.rich_text import RichText

from tests import factories, fuzz
from tests.pages.rich_texts import STORED, UNREADABLE, state_of, states, stored_texts
from tests.uploads import forms
from tests.wagtail_admin.page_screens import add_screen, form_of, screen
from video_pages.models import VideoPage
from video_pages.pages.panels.content_state import UNREADABLE as REFUSED
from video_pages.pages.protected import RICH_TEXT_FEATURES

pytestmark = pytest.mark.django_db

NOT_READ = "This text could not be read"


@pytest.fixture
def video():
    return factories.make_video("Salt flats", description="<p>The old words</p>")


def widget():
    return get_rich_text_editor_widget(features=RICH_TEXT_FEATURES)


def read(text):
    return widget().value_from_datadict({"text": text}, {}, "text")


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_the_page_editor_refuses_what_it_cannot_read_and_keeps_the_text(video, editor, text):
    answer = editor.post(screen(video, "edit/"), form_of(video, description=text))
    assert answer.status_code == 200
    assert NOT_READ in answer.content.decode()
    assert "The old words" in answer.context["form"]["description"].value()


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_so_does_the_upload_screen(editor, text):
    answer = forms.upload(editor, factories.make_section(), title="New", description=text, check="1", video_file=None)
    assert set(forms.errors(answer)) >= {"description"}
    assert NOT_READ in answer.content.decode()


@pytest.mark.parametrize("name", ["nothing", "many brackets", "an unknown entity"])
def test_so_do_the_preview_the_autosave_the_form_of_a_new_page_and_that_of_a_section(video, editor, name):
    text, section = UNREADABLE[name], video.get_parent().specific
    assert editor.post(screen(video, "edit/preview/"), form_of(video, description=text)).json()["is_valid"] is False
    saved = editor.post(
        screen(video, "edit/"), form_of(video, description=text), headers={"accept": "application/json"}
    )
    assert saved.status_code == 400
    new = editor.post(add_screen(section), form_of(VideoPage(title="New", slug="new"), description=text))
    assert NOT_READ in new.content.decode()
    assert NOT_READ in editor.post(screen(section, "edit/"), form_of(section, intro=text)).content.decode()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("null", ""),
        ("{}", ""),
        (state_of(), '<p data-block-key="a"><a href="https://example.org/">linked</a></p>'),
        (state_of(block={"type": "x"}), ""),
        (state_of(entity={"type": "x", "data": {}}), '<p data-block-key="a"></p>'),
        (
            state_of(
                block={"text": "ab"},
                ranges=[{"offset": 1, "length": 1, "key": 0}, {"offset": 0, "length": 1, "key": 0}],
            ),
            '<p data-block-key="a"><a href="https://example.org/">a</a><a href="https://example.org/">b</a></p>',
        ),
    ],
)
def test_what_the_editor_writes_is_read(text, html):
    assert read(text) == html


@pytest.mark.parametrize("html", STORED)
def test_a_page_shows_whatever_text_is_stored(html):
    section = factories.make_section(intro=html)
    video = factories.make_video(section=section, description=html, show_description=True)
    visitor = factories.browser()
    locked, index = visitor.get(video.url), visitor.get(section.url)
    factories.unlock(visitor, video)
    for answer in (locked, index, visitor.get(video.url)):
        assert answer.status_code == 200
        assert "words" in answer.content.decode()


@pytest.mark.parametrize("html", STORED)
def test_an_editor_opens_saves_and_publishes_it(editor, html):
    video = factories.make_video(description=html)
    answer = editor.get(screen(video, "edit/"))
    assert "words" in answer.context["form"]["description"].as_widget()
    form = form_of(video, description=state_of(), **{"action-publish": "1"})
    assert editor.post(screen(video, "edit/"), form).status_code == 302
    VideoPage.objects.filter(pk=video.pk).update(description=html)
    VideoPage.objects.get(pk=video.pk).save_revision().publish()
    ReferenceIndex.create_or_update_for_object(VideoPage.objects.get(pk=video.pk))


@fuzz.fuzzed(150)
@given(states())
def test_any_text_that_is_posted_is_refused_or_can_be_shown(text):
    html = read(text)
    if html != REFUSED:
        html.encode()
        str(RichText(html))
        list(RichTextField().extract_references(html))
    widget().format_value(html)


@fuzz.fuzzed(150)
@given(stored_texts())
def test_any_text_that_is_stored_is_shown_to_visitors_and_to_editors(html):
    str(RichText(html))
    list(RichTextField().extract_references(html))
    widget().format_value(html)
