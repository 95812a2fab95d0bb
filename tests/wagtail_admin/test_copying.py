"""Copies and aliases give no video and no description to users who may not edit their source."""

import pytest
from wagtail.models import Locale

from tests.factories import browser, make_section, make_superuser, make_video, make_video_file
from tests.wagtail_admin.access import fresh
from tests.wagtail_admin.page_screens import form_of, make_editor_of, screen
from video_pages.models import VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db
SECRET = "Words for those inside"
ALL_RIGHTS = ("add", "change", "publish")


@pytest.fixture
def film():
    """A locked video of others, with a description that nobody reads without the password."""
    return make_video("Theirs", description=f"<p>{SECRET}</p>", video_file=make_video_file(title="The secret film"))


@pytest.fixture
def section():
    return make_section("Mine")


@pytest.fixture
def alias(film, section):
    return film.create_alias(parent=section, update_slug="alias")


def copy(client, page, target, **options):
    """Order a copy of `page` below `target`; returns the response and what the next page says."""
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": target.pk, **options}
    return client.post(screen(page, "copy/"), data, follow=True)


def call(client, page, action, **data):
    return client.post(f"/admin/api/main/pages/{page.pk}/action/{action}/", data, content_type="application/json")


class TestAnAliasOfAVideoOfOthers:
    def previews(self, client, alias):
        """Return the draft view of `alias` and the preview in its editor, which shows the posted form."""
        address = screen(alias, "edit/preview/")
        client.post(address, form_of(alias))
        return [client.get(shown).content.decode() for shown in (screen(alias, "view_draft/"), f"{address}?mode=")]

    def test_previews_show_it_locked(self, film, section, alias):
        for shown in self.previews(browser(make_editor_of(section, *ALL_RIGHTS)), alias):
            assert 'name="password"' in shown
            assert SECRET not in shown
            assert film.video_file.url not in shown and 'id="player"' not in shown

    @pytest.mark.parametrize("name", ["edit/", "history/", "usage/", "revisions/compare/live...latest/"])
    def test_no_screen_shows_video_or_description(self, film, section, alias, name):
        client = browser(make_editor_of(section, *ALL_RIGHTS))
        shown = client.get(screen(alias, name)).content.decode()
        assert SECRET not in shown
        assert film.video_file.url not in shown and "The secret film" not in shown

    def test_its_edit_form_is_not_taken(self, section, alias):
        client = browser(make_editor_of(section, *ALL_RIGHTS))
        assert client.post(screen(alias, "edit/"), form_of(alias)).status_code == 405

    def test_a_user_who_may_edit_the_source_sees_the_video(self, film, section, alias):
        user = make_editor_of(section, "change")
        make_editor_of(film.get_parent(), "change")
        for shown in self.previews(browser(user), alias):
            assert 'id="player"' in shown
            assert SECRET in shown and film.video_file.url in shown

    def test_it_cannot_be_converted_to_a_page(self, film, section, alias):
        client = browser(make_editor_of(section, *ALL_RIGHTS))
        for answer in (client.get(screen(alias, "convert_alias/")), client.post(screen(alias, "convert_alias/"))):
            assert answer.status_code == 302
        assert fresh(alias).alias_of_id == film.pk
        answer = client.post(screen(alias, "convert_alias/"), follow=True)
        assert "Only users who may edit the original page" in answer.content.decode()

    def test_a_user_who_may_edit_the_source_converts_it(self, film, section, alias):
        user = make_editor_of(section, *ALL_RIGHTS)
        make_editor_of(film.get_parent(), "change")
        assert browser(user).post(screen(alias, "convert_alias/")).status_code == 302
        assert fresh(alias).alias_of_id is None

    @pytest.mark.parametrize("option", [{}, {"alias": "on"}])
    def test_it_is_not_copied(self, section, alias, option):
        client = browser(make_editor_of(section, *ALL_RIGHTS))
        answer = copy(client, alias, section, **option)
        assert "You may not copy this page" in answer.content.decode()
        assert VideoPage.objects.count() == 2

    def test_an_alias_of_an_alias_is_asked_of_the_film_itself(self, film, section, alias):
        user = make_editor_of(section, *ALL_RIGHTS)
        second = fresh(alias).create_alias(parent=make_section(parent=section), update_slug="second")
        assert SECRET not in browser(user).get(screen(second, "view_draft/")).content.decode()
        copy(browser(user), second, section)
        assert not VideoPage.objects.filter(slug="copy").exists()


class TestACopyOfASection:
    @pytest.fixture
    def user(self, section):
        """Owns a section, in which others have put a film; may add pages and no more."""
        user = make_editor_of(section.get_parent(), "add")
        VideoIndexPage.objects.filter(pk=section.pk).update(owner=user)
        return user

    @pytest.mark.parametrize("option", [{}, {"alias": "on"}, {"publish_copies": "on"}])
    def test_takes_no_film_of_others_along(self, user, section, option):
        make_video("Theirs", section=make_section(parent=section, owner=user))
        answer = copy(browser(user), section, section.get_parent(), copy_subpages="on", **option)
        assert answer.status_code == 200
        assert "there are videos or sections below this page that you may not edit" in answer.content.decode()
        assert VideoPage.objects.count() == 1
        assert not VideoIndexPage.objects.filter(slug="copy").exists()

    def test_refuses_an_alias_of_another_users_video(self, film, user, section):
        VideoPage.objects.filter(pk=film.create_alias(parent=section, update_slug="alias").pk).update(owner=user)
        VideoIndexPage.objects.filter(pk=film.get_parent().pk).update(owner=user)
        copy(browser(user), section, section.get_parent(), copy_subpages="on")
        assert not VideoIndexPage.objects.filter(slug="copy").exists()

    def test_alone_is_made(self, user, section):
        make_video("Theirs", section=section)
        assert browser(user).get(screen(section, "copy/")).status_code == 200
        copy(browser(user), section, section.get_parent())
        assert VideoIndexPage.objects.get(slug="copy").owner == user
        assert VideoPage.objects.count() == 1

    def test_with_videos_of_one_s_own_is_made(self, user, section):
        make_video("Own", section=section, owner=user)
        copy(browser(user), section, section.get_parent(), copy_subpages="on")
        assert VideoPage.objects.child_of(VideoIndexPage.objects.get(slug="copy")).get().title == "Own"

    def test_is_made_by_a_user_who_may_edit_everything_in_it(self, section):
        make_video("Theirs", section=section)
        user = make_editor_of(section.get_parent(), *ALL_RIGHTS)
        copy(browser(user), section, section.get_parent(), copy_subpages="on", alias="on")
        assert VideoPage.objects.filter(alias_of__isnull=False).count() == 1


class TestTheAdminsAPI:
    """It has the same actions as the screens, and runs no hook of theirs."""

    @pytest.mark.parametrize("action", ["copy", "create_alias", "copy_for_translation"])
    def test_takes_no_film_of_others_along(self, section, action):
        user = make_editor_of(section.get_parent(), "add", "publish")
        VideoIndexPage.objects.filter(pk=section.pk).update(owner=user)
        make_video("Theirs", section=section)
        Locale.objects.get_or_create(language_code="fr")
        answer = call(browser(user), section, action, recursive=True, locale="fr", update_slug="copy")
        assert answer.status_code == 403
        assert VideoPage.objects.count() == 1
        assert VideoIndexPage.objects.count() == 1

    @pytest.mark.parametrize("action", ["copy", "convert_alias", "create_alias", "copy_for_translation"])
    def test_refuses_an_alias_whose_source_the_user_may_not_edit(self, film, section, alias, action):
        user = make_editor_of(section, *ALL_RIGHTS)
        Locale.objects.get_or_create(language_code="fr")
        answer = call(browser(user), alias, action, locale="fr", update_slug="copy", copy_parents=True)
        assert answer.status_code == 403
        assert fresh(alias).alias_of_id == film.pk
        assert VideoPage.objects.count() == 2

    def test_works_for_a_user_who_may_edit_everything(self, section, alias):
        client = browser(make_superuser())
        assert call(client, section, "copy", recursive=True).status_code == 201
        assert call(client, alias, "create_alias", update_slug="other").status_code == 201
        assert call(client, alias, "convert_alias").status_code == 200

    def test_still_lists_and_shows_pages(self, film):
        client = browser(make_superuser())
        listed = client.get("/admin/api/main/pages/").json()
        assert "Theirs" in [page["title"] for page in listed["items"]]
        assert client.get(f"/admin/api/main/pages/{film.pk}/").json()["title"] == "Theirs"
