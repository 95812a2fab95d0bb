"""The texts of a translation, live at once and without history: nobody saves over what another editor has saved."""

import json

import pytest
from wagtail.models import Page, PageLogEntry
from wagtail.users.models import UserProfile

from tests.factories import browser, make_superuser, make_video
from tests.page_languages.editing import post_texts, read_in, rich, texts
from video_pages.core.log_actions import LogAction
from video_pages.models import VideoPage
from video_pages.pages.translated_texts import SetTextsAction, TextsChanged, digests_of
from video_pages.pages.translating import translate

MEANWHILE = "Somebody has changed these texts since you opened this page"


def changes(page):
    return PageLogEntry.objects.filter(page=page, action=LogAction.TEXTS_CHANGED).count()


def posted(answer):
    """Return what the form in `answer` sends when its button is pressed once more."""
    form = answer.context["form"]
    shown = {name: field.widget.format_value(form[name].value()) or "" for name, field in form.fields.items()}
    return shown | {"read": read_in(answer)}


def test_what_another_editor_has_saved_is_not_overwritten_and_both_are_shown(editor, sea):
    read = read_in(editor.get(texts(sea)))
    assert post_texts(editor, sea, description=rich("Sturm & Gischt.")).status_code == 302  # editor A
    before = changes(sea)
    answer = post_texts(editor, sea, description=rich("Ebbe."), read=read)  # editor B, who had opened it before
    sea.refresh_from_db()
    assert answer.status_code == 200 and "Sturm &amp; Gischt." in sea.description and changes(sea) == before
    assert MEANWHILE in answer.text
    assert "Saved here meanwhile: “Sturm &amp; Gischt.”." in answer.text, "the saved text"
    assert "Ebbe." in posted(answer)["description"], "what was typed"
    assert editor.post(texts(sea), posted(answer)).status_code == 302
    sea.refresh_from_db()
    assert "Ebbe." in sea.description and changes(sea) == before + 1


def test_what_an_editor_has_not_touched_becomes_what_another_one_has_saved(editor, sea):
    read = read_in(editor.get(texts(sea)))
    post_texts(editor, sea, title="Die See", description=rich("Wellen und Wind."))
    answer = post_texts(editor, sea, description=rich("Ebbe."), read=read)
    assert answer.status_code == 200 and "Changed meanwhile, and not by you" in answer.text
    assert posted(answer)["title"] == "Die See" and "Ebbe." in posted(answer)["description"]
    assert editor.post(texts(sea), posted(answer)).status_code == 302
    sea.refresh_from_db()
    assert sea.title == sea.draft_title == "Die See" and "Ebbe." in sea.description


def test_the_original_that_a_translation_follows_counts_too(editor, film, german, german_home):
    page = translate(film, german)
    read = read_in(editor.get(texts(page)))
    film.title = "The Ocean"
    film.save_revision().publish()
    answer = post_texts(editor, page, read=read)
    assert answer.status_code == 200 and "Saved here meanwhile: “The Ocean”" in answer.text


@pytest.mark.parametrize("read", ["", "{}", "[]", "7", "no JSON", '{"title": 1}'])
def test_a_form_that_does_not_say_what_was_read_saves_nothing(editor, sea, read):
    assert post_texts(editor, sea, title="Die See", read=read).status_code == 200
    sea.refresh_from_db()
    assert sea.title == "Das Meer"


def test_only_what_was_changed_is_written(sea):
    read = digests_of(sea, ["title", "slug", "description"])
    same = {"title": "Das Meer", "slug": "das-meer"}
    stale = VideoPage.objects.get(pk=sea.pk)
    VideoPage.objects.filter(pk=sea.pk).update(seo_title="Meer", url_path="/elsewhere/")
    SetTextsAction(stale, {**same, "description": "<p>Ebbe.</p>"}, read=read).execute(skip_permission_checks=True)
    sea.refresh_from_db()
    assert (sea.description, sea.seo_title, sea.url_path) == ("<p>Ebbe.</p>", "Meer", "/elsewhere/")
    before = changes(sea)
    SetTextsAction(sea, {**same, "description": "<p>Ebbe.</p>"}).execute(skip_permission_checks=True)
    assert changes(sea) == before, "nothing has changed"


def test_the_action_refuses_what_was_read_before(sea):
    read = digests_of(sea, ["title"])
    SetTextsAction(sea, {"title": "Die See"}, read=read).execute(skip_permission_checks=True)
    with pytest.raises(TextsChanged) as changed:
        SetTextsAction(sea, {"title": "Meer"}, read=read).execute(skip_permission_checks=True)
    assert changed.value.page.title == "Die See"
    sea.refresh_from_db()
    assert sea.title == "Die See"


def test_the_numbers_that_the_editor_of_rich_text_gives_to_blocks_are_no_change(editor, sea):
    answer = editor.get(texts(sea))
    assert editor.post(texts(sea), posted(answer)).status_code == 302
    assert set(json.loads(read_in(answer))) == {"title", "slug", *(name for name in sea.own_texts if name != "title")}
    assert changes(sea) == 1, "that of the fixture"


@pytest.mark.parametrize("has_texts_before", [True, False])
def test_texts_saved_while_the_original_is_published_stay(film, sea, monkeypatch, has_texts_before):
    if not has_texts_before:
        VideoPage.objects.filter(pk=sea.pk).update(has_own_texts=False)
    restore, texts = VideoPage.with_content_json, {"title": "Die See", "slug": "die-see", "description": "<p>Ebbe.</p>"}

    def restored_from_an_old_row(page, content):
        """Wagtail has read the translation by now, and saves it after this."""
        restored = restore(page, content)
        if page.pk == sea.pk:
            SetTextsAction(VideoPage.objects.get(pk=page.pk), texts).execute(skip_permission_checks=True)
        return restored

    monkeypatch.setattr(VideoPage, "with_content_json", restored_from_an_old_row)
    film.title = "The Ocean"
    film.save_revision().publish()
    sea.refresh_from_db()
    assert {name: getattr(sea, name) for name in texts} == texts
    assert sea.draft_title == "Die See" and sea.url_path.endswith("/die-see/") and sea.has_own_texts


def test_a_stale_row_of_a_translation_overwrites_no_texts(sea):
    stale = VideoPage.objects.get(pk=sea.pk)
    SetTextsAction(sea, {"title": "Die See"}).execute(skip_permission_checks=True)
    stale.save()
    sea.refresh_from_db()
    assert (sea.title, sea.draft_title, stale.title) == ("Die See", "Die See", "Die See")


def test_a_slug_that_is_taken_after_the_form_was_checked_is_refused_in_it(editor, sea, monkeypatch):
    act = SetTextsAction.act
    other = make_video(section=sea.get_parent())

    def act_too_late(action):
        Page.objects.filter(pk=other.pk).update(slug="der-ozean")
        return act(action)

    monkeypatch.setattr(SetTextsAction, "act", act_too_late)
    answer = post_texts(editor, sea, title="Der Ozean", slug="der-ozean")
    assert answer.status_code == 200 and answer.context["form"].errors.keys() == {"slug"}
    assert posted(answer)["title"] == "Der Ozean" and "Wellen." in posted(answer)["description"]
    sea.refresh_from_db()
    assert (sea.title, sea.slug) == ("Das Meer", "das-meer")


def test_sentences_have_the_name_of_the_language_in_that_of_the_editor(film, sea):
    user = make_superuser()
    UserProfile.objects.create(user=user, preferred_language="ja")
    shown = browser(user).get(texts(sea)).text
    (sentence,) = (line for line in shown.splitlines() if "ドイツ語" in line)
    assert "Deutsch" not in sentence
