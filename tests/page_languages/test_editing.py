"""Editors translate in the admin: who may, what they see, and that the list of videos has one row for each film."""

import pytest
from django.urls import reverse
from wagtail.models import GroupPagePermission, PageLogEntry, PageViewRestriction

from tests.factories import browser, get_home, make_section, make_user, make_video
from tests.page_languages.editing import only_on, post_texts, rich, screen, texts
from tests.wagtail_admin.dashboard import numbers
from video_pages.core.log_actions import LogAction
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages.translated import translations_of
from video_pages.pages.translated_texts import SetTextsAction, TranslationPermissionError
from video_pages.pages.translating import translate


def test_a_language_that_was_added_after_the_last_migration_is_offered(editor, german):
    german.delete()
    assert b"Deutsch" in editor.get(screen(get_home())).content


def test_a_film_is_translated_and_its_texts_are_written(editor, film, german, german_home):
    assert b"Deutsch" in editor.get(screen(film)).content
    answer = editor.post(screen(film), {"locales": [german.pk]})
    page = translations_of(VideoPage.objects.filter(pk=film.pk)).get()
    assert answer.headers["Location"] == texts(page)
    assert editor.get(reverse("wagtailadmin_pages:edit", args=(page.pk,))).headers["Location"] == texts(page)
    form = editor.get(texts(page)).content.decode()
    assert "Waves and wind." in form and "The Sea" in form
    assert post_texts(editor, page).headers["Location"] == screen(film)
    page.refresh_from_db()
    assert (page.title, page.draft_title, page.slug, page.has_own_texts) == ("Das Meer", "Das Meer", "das-meer", True)
    assert "Wellen." in page.description
    assert PageLogEntry.objects.filter(page=page, action=LogAction.TEXTS_CHANGED).count() == 1
    assert "Das Meer" in editor.get(screen(film)).content.decode()


def test_a_section_is_translated_with_all_in_it(editor, film, german, german_home):
    section = VideoIndexPage.objects.get(pk=film.get_parent().pk)
    make_video("Second", section=section, live=False)
    inner = make_section("Inner", parent=section)
    deep = make_video("Deep", section=inner)
    editor.post(screen(section), {"locales": [german.pk], "with_subtree": "on"})
    page = VideoIndexPage.objects.get(alias_of=section)
    assert [each.title for each in page.get_descendants().order_by("path")] == ["The Sea", "Second", "Inner", "Deep"]
    assert [each.live for each in page.get_children().order_by("path")] == [True, False, True]
    assert browser().get(VideoPage.objects.get(alias_of=deep).get_url()).status_code == 200
    stale = VideoIndexPage.objects.get(pk=page.pk)
    stale.numchild = 0
    SetTextsAction(stale, {"title": "Filme", "slug": "filme"}).execute(skip_permission_checks=True)
    page.refresh_from_db()
    assert page.numchild == 3 and browser().get("/de/filme/").status_code == 200


def test_a_section_alone_is_translated_without_the_tick(editor, film, german, german_home):
    section = VideoIndexPage.objects.get(pk=film.get_parent().pk)
    editor.post(screen(section), {"locales": [german.pk]})
    assert not VideoIndexPage.objects.get(alias_of=section).get_children().exists()


def test_the_home_page_becomes_a_page_to_edit_also_after_a_film_has_been_translated(editor, german):
    translate(make_video(), german)
    alias = get_home().get_translation(german)
    assert alias.alias_of_id and browser().get("/de/").status_code == 200
    answer = editor.post(screen(get_home()), {"locales": [german.pk]})
    alias.refresh_from_db()
    assert alias.alias_of_id is None and answer.status_code == 302
    assert editor.get(answer.headers["Location"]).status_code == 200


def test_the_home_page_that_became_private_after_a_film_was_translated_stays_private(german):
    translate(make_video("The Sea"), german)
    PageViewRestriction.objects.create(page=get_home(), restriction_type="login")
    assert browser().get("/de/").status_code in (302, 403)
    translate(get_home(), german)
    assert browser().get("/de/").status_code in (302, 403)


def test_a_slug_that_is_taken_or_empty_texts_are_refused(editor, film, sea):
    other = translate(make_video(section=VideoIndexPage.objects.get(pk=film.get_parent().pk)), sea.locale)
    for changed in ({"slug": other.slug}, {"title": ""}, {"slug": "a b"}, {"description": "{"}):
        answer = post_texts(editor, sea, **changed)
        assert answer.status_code == 200, changed
    sea.refresh_from_db()
    assert sea.title == "Das Meer" and sea.slug == "das-meer"


def test_a_link_to_a_page_that_the_editor_does_not_see_is_refused(film, sea):
    user = only_on(film.get_parent(), "one-section")
    hidden = make_video("Hidden")
    state = rich("Look").replace(
        '"entityRanges": []}], "entityMap": {}',
        '"entityRanges": [{"key": 0, "offset": 0, "length": 4}]}], "entityMap": {"0": {"type": "LINK", '
        f'"mutability": "MUTABLE", "data": {{"id": {hidden.pk}}}}}}}',
    )
    answer = post_texts(browser(user), sea, description=state)
    assert answer.status_code == 200 and "have been taken out" in answer.content.decode()
    sea.refresh_from_db()
    assert "linktype" not in sea.description


def test_who_may_publish_the_original_may_translate_it_and_nobody_else(film, sea, german, german_home):
    of_source = only_on(film.get_parent(), "of-the-original")
    client = browser(of_source)
    assert client.get(screen(film)).status_code == client.get(texts(sea)).status_code == 200
    assert post_texts(client, sea, title="Die See").status_code == 302
    from django.contrib.auth.models import Group

    of_source.groups.clear()
    other = make_user("of-the-german-tree")
    group = Group.objects.create(name="German")
    group.permissions.add(*Group.objects.get(name="Editors").permissions.all())
    for permission in ("add", "change", "publish"):
        GroupPagePermission.objects.create(group=group, page=german_home, permission_type=permission)
    other.groups.add(group)
    for user in (other, of_source):
        client = browser(user)
        for answer in (client.get(screen(film)), client.get(texts(sea)), post_texts(client, sea)):
            assert answer.status_code in (302, 403) and "Waves" not in answer.content.decode()
        with pytest.raises(TranslationPermissionError):
            SetTextsAction(sea, {"title": "No"}, user=user).execute()
    sea.refresh_from_db()
    assert sea.title == "Die See"
    edit = browser(other).get(reverse("wagtailadmin_pages:edit", args=(sea.pk,)))
    assert "Waves" not in edit.content.decode()
    assert browser(other).get(reverse("wagtailadmin_pages:convert_alias", args=(sea.pk,))).status_code == 302
    assert not browser(other).get(f"/stream/{sea.uuid}/source").status_code == 200


def test_an_editor_of_the_german_tree_alone_watches_no_film(film, sea, german_home):
    user = only_on(german_home, "german")
    client = browser(user)
    assert b'id="player"' not in client.get(sea.get_url()).content
    assert client.get(f"/stream/{sea.uuid}/source").status_code == 403


def test_the_list_of_videos_has_one_row_for_each_film_with_its_languages(editor, film, sea):
    text = editor.get(reverse("videos:index")).content.decode()
    assert "The Sea" in text and "Das Meer" not in text and "Deutsch" in text


def test_the_dashboard_counts_each_film_once(editor, film, sea, section):
    film.create_alias(parent=section, update_slug="beside")
    assert numbers(editor)["videos"] == 2, "the film and its alias, as in the list"


def test_the_menus_of_a_page_have_the_entry(editor, film, german_home):
    for address in (
        reverse("wagtailadmin_explore", args=(film.get_parent().pk,)),
        reverse("wagtailadmin_pages:edit", args=(film.pk,)),
    ):
        assert screen(film) in editor.get(address).content.decode()


def test_see_it_as_shows_the_translation(editor, film, sea):
    text = editor.get(reverse("video_see_as", args=(sea.pk,))).content.decode()
    address = (
        text.partition('data-see-as="stranger"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    )
    shown = editor.get(address).content.decode()
    assert address.startswith("/de/") and "Das Meer" in shown and 'id="player"' not in shown


def test_with_one_language_there_is_no_such_screen(editor, film, settings):
    settings.PAGE_LANGUAGES, settings.WAGTAIL_I18N_ENABLED = (), False
    assert editor.get(screen(film)).status_code == 404
    explorer = editor.get(reverse("wagtailadmin_explore", args=(film.get_parent().pk,)))
    assert screen(film) not in explorer.content.decode()
