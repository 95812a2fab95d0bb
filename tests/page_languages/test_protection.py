"""A translation opens with its source and never without it, and what ends there ends in every language."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction

from tests.factories import PASSWORD, browser, make_section, make_superuser, make_user, make_video, unlock
from video_pages.access import passwords, revoke
from video_pages.access.downloads import SetDownloadsAction
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.access.models import Downloads
from video_pages.access.set_listed import set_listed
from video_pages.access.set_window import SetWindowAction
from video_pages.models import VideoAccessSession, VideoIndexPage, VideoPage
from video_pages.pages.translated import translations_of
from video_pages.pages.translating import translate

AGO = timezone.now() - dt.timedelta(minutes=1)


def _shut(page):
    SetWindowAction(page, opens_at=None, closes_at=AGO).execute(skip_permission_checks=True)


def _date(page):
    passwords.SetAccessUntilAction(page, AGO).execute(skip_permission_checks=True)


def _expire(page):
    VideoPage.objects.filter(pk=page.pk).update(expire_at=AGO)


def _restrict(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def _restrict_above(page):
    _restrict(page.get_parent())


def _move(page):
    page.move(make_section(password="another-password"), pos="last-child")
    passwords.remove_password(VideoPage.objects.get(pk=page.pk))


def _rows(page):
    VideoAccessSession.objects.all().delete()


def _shut_section(page):
    _shut(page.get_parent().specific)


def _from(page):
    begin = timezone.now() + dt.timedelta(days=1)
    SetWindowAction(page, opens_at=begin, closes_at=None).execute(skip_permission_checks=True)


ENDINGS = {
    "a new password": lambda page: passwords.set_password(page, "another-password"),
    "no password": passwords.remove_password,
    "all access ended": revoke.end_all_access,
    "the row deleted": _rows,
    "the source unpublished": lambda page: page.unpublish(),
    "the source past its end": _expire,
    "the window closed": _shut,
    "the window of the section closed": _shut_section,
    "the window not yet open": _from,
    "the date of the password": _date,
    "Wagtail's privacy on the source": _restrict,
    "Wagtail's privacy on its section": _restrict_above,
    "the source moved below another guard": _move,
}


def source_of(page):
    return VideoPage.objects.get(pk=page.pk).source


def bytes_of(client, page):
    return client.get(f"/stream/{page.uuid}/source", HTTP_RANGE="bytes=0-9").status_code


def plays(client, page):
    """Return whether the page of `page` shows the player to `client`."""
    response = client.get(page.get_url())
    return response.status_code == 200 and b'id="player"' in response.content


@pytest.mark.parametrize(
    ("ending", "first"), [*((ending, "source") for ending in ENDINGS), ("no password", "translation")]
)
def test_what_ends_at_the_source_ends_in_both_languages_however_it_was_opened(film, sea, first, ending):
    client = browser()
    assert not plays(client, film) and not plays(client, sea)
    assert unlock(client, film if first == "source" else sea).status_code == 303
    assert plays(client, film) and plays(client, sea), "one password opens both"
    assert {bytes_of(client, film), bytes_of(client, sea)} <= {200, 206}
    ENDINGS[ending](VideoPage.objects.get(pk=film.pk))
    for page in (film, sea):
        page.refresh_from_db()
        assert not plays(client, page), page
        assert bytes_of(client, page) == 403, page
        assert bytes_of(browser(), page) == 403, page


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_invitation_opens_both_languages_leads_to_that_of_the_guest_and_ends_in_both(film, sea, language):
    invitation, token = create_invitation(film, kind="link", label="Anna")
    guest = browser()
    answer = guest.post(f"/w/{token}", HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 303
    assert answer.headers["Location"] == (sea if language == "de" else film).get_url()
    assert plays(guest, film) and plays(guest, sea)
    end_invitation(invitation)
    assert not plays(guest, film) and not plays(guest, sea) and bytes_of(guest, sea) == 403


def test_only_the_source_has_rows_passwords_and_counts(film, sea):
    client = browser()
    unlock(client, sea)
    assert [row.video_id for row in VideoAccessSession.objects.all()] == [film.pk]
    sea.refresh_from_db()
    assert (sea.password_hash, sea.open_to_everyone, sea.views) == ("", False, 0)
    assert sea.uuid != film.uuid and str(sea.uuid) not in client.get(sea.get_url()).content.decode()


def test_wrong_guesses_in_both_languages_are_counted_together(film, sea):
    client = browser()
    answers = [unlock(client, page, "wrong").status_code for page in (film, sea, film, sea, film, sea, film)]
    assert answers == [403] * 5 + [429] * 2


def test_a_password_set_at_the_translation_is_that_of_the_source(film, sea):
    sea.set_password("a-new-password")
    film.refresh_from_db()
    sea.refresh_from_db()
    assert film.check_password("a-new-password") and not sea.password_hash
    assert unlock(browser(), sea, PASSWORD).status_code == 403


def test_a_film_in_a_protected_section_is_guarded_by_the_section_of_its_source_wherever_its_translation_is(
    german_home, german
):
    locked = make_section("Locked", password="section-password")
    film = make_video("Inner", section=locked, password=None)
    page = translate(film, german)
    free = german_home.add_child(instance=VideoIndexPage(title="Frei", slug="frei", locale=german))
    page.move(free, pos="last-child")
    page.refresh_from_db()
    client = browser()
    assert not plays(client, page) and bytes_of(client, page) == 403
    assert unlock(client, page, "section-password").status_code == 303
    assert plays(client, page) and plays(client, film)
    locked.refresh_from_db()
    revoke.end_all_access(locked)
    assert not plays(client, page) and bytes_of(client, page) == 403


def test_an_open_mark_is_that_of_the_source(film, sea):
    passwords.SetOpenAction(film, True).execute(skip_permission_checks=True)
    assert plays(browser(), film) and plays(browser(), sea)
    VideoPage.objects.filter(pk=film.pk).update(open_to_everyone=False)
    VideoPage.objects.filter(pk=sea.pk).update(open_to_everyone=True)
    assert not plays(browser(), sea) and bytes_of(browser(), sea) == 403


def test_a_password_in_the_row_of_a_translation_opens_nothing(film, sea):
    VideoPage.objects.filter(pk=sea.pk).update(password_hash=make_video().password_hash)
    assert unlock(browser(), sea, "open-sesame").status_code == 303, "that of the source"
    passwords.set_password(film, "another-password")
    assert unlock(browser(), sea, "open-sesame").status_code == 403


def test_downloads_follow_the_source(film, sea):
    client = browser()
    unlock(client, sea)
    assert client.get(f"/stream/{film.uuid}/download").status_code == 403
    SetDownloadsAction(film, Downloads.ALLOWED).execute(skip_permission_checks=True)
    assert client.get(f"/stream/{film.uuid}/download").status_code == 200
    SetDownloadsAction(film, Downloads.OFF).execute(skip_permission_checks=True)
    assert client.get(f"/stream/{sea.uuid}/download").status_code == 403


def test_a_deleted_source_takes_its_translations_with_it(film, sea, django_capture_on_commit_callbacks):
    section = VideoIndexPage.objects.get(pk=sea.get_parent().pk)
    client = browser()
    unlock(client, sea)
    with django_capture_on_commit_callbacks(execute=True):
        film.delete()
        left = VideoPage.objects.get(pk=sea.pk)
        assert (left.live, left.video_file_id) == (False, None), "closed before the row of the source is gone"
    assert not VideoPage.objects.filter(pk=sea.pk).exists()
    assert client.get(sea.get_url()).status_code == 404 and bytes_of(client, sea) == 403
    assert VideoIndexPage.objects.filter(pk=section.pk).exists()


def test_a_deleted_section_takes_the_translations_of_all_its_films_with_it(
    section, film, sea, django_capture_on_commit_callbacks
):
    german_section = sea.get_parent()
    with django_capture_on_commit_callbacks(execute=True):
        section.delete()
    assert not VideoPage.objects.filter(pk=sea.pk).exists()
    assert not VideoIndexPage.objects.filter(pk=german_section.pk).exists()


def test_a_film_of_the_translated_section_itself_stays_when_the_original_section_is_deleted(
    section, film, sea, german, django_capture_on_commit_callbacks
):
    below = VideoIndexPage.objects.get(pk=sea.get_parent().pk)
    own = make_video("Nur auf Deutsch", section=below, locale=german)
    with django_capture_on_commit_callbacks(execute=True):
        section.delete()
    below.refresh_from_db()
    assert VideoPage.objects.filter(pk=own.pk).exists() and not below.live


def test_an_unpublished_source_closes_its_translation_and_publishing_opens_it(film, sea):
    film.unpublish()
    sea.refresh_from_db()
    assert not sea.live and browser().get(sea.get_url()).status_code == 404
    film.refresh_from_db()
    film.save_revision().publish()
    sea.refresh_from_db()
    assert sea.live and sea.title == "Das Meer"


def test_a_live_row_of_a_translation_opens_nothing_while_its_source_is_a_draft(film, sea):
    film.unpublish()
    VideoPage.objects.filter(pk=sea.pk).update(live=True)
    assert browser().get(sea.get_url()).status_code == 404
    assert bytes_of(browser(), sea) == 403


@pytest.mark.parametrize("hide", ["nowhere", "draft section", "private", "private section", "hidden section"])
def test_lists_name_no_translation_whose_source_they_do_not_name(film, sea, german_home, german, hide):
    """Also where the translation has been moved to a section that shows everything."""
    free = german_home.add_child(instance=VideoIndexPage(title="Frei", slug="frei", locale=german))
    sea.move(free, pos="last-child")
    addresses = ("/de/", free.get_url(), "/de/search/?q=Meer")

    def shown():
        return [address for address in addresses if b"Das Meer" in browser().get(address).content]

    assert shown() == list(addresses)
    section = film.get_parent()
    if hide == "nowhere":
        set_listed(VideoPage.objects.get(pk=film.pk), "nowhere")
    elif hide == "draft section":
        VideoIndexPage.objects.filter(pk=section.pk).update(live=False)
    elif hide == "hidden section":
        set_listed(VideoIndexPage.objects.get(pk=section.pk), "nowhere")
    else:
        _restrict(film if hide == "private" else section)
    assert shown() == []
    assert b"Das Meer" not in browser().get("/sitemap.xml").content


def test_the_page_of_a_translated_section_that_lists_do_not_name_lists_its_own_films(film, sea):
    set_listed(VideoIndexPage.objects.get(pk=film.get_parent().pk), "nowhere")
    section = VideoIndexPage.objects.get(pk=sea.get_parent().pk)
    assert b"Das Meer" in browser().get(section.get_url()).content
    assert b"Das Meer" not in browser().get("/de/").content


def test_a_restriction_that_is_taken_away_is_gone_in_each_language(german_home, german):
    film = make_video("The Sea")
    _restrict(film)
    page = translate(film, german)
    assert not page.view_restrictions.exists() and b"The Sea" not in browser().get("/de/").content
    assert browser().get(page.get_url()).status_code in (302, 403)
    PageViewRestriction.objects.all().delete()
    assert b"The Sea" in browser().get("/de/").content and browser().get(page.get_url()).status_code == 200


def test_a_private_section_is_private_in_each_language(film, sea):
    german_section = VideoIndexPage.objects.get(pk=sea.get_parent().pk)
    assert browser().get(german_section.get_url()).status_code == 200
    _restrict(film.get_parent())
    assert browser().get(german_section.get_url()).status_code in (302, 403)
    assert b"Das Meer" in browser(make_user()).get(german_section.get_url()).content


def test_a_translation_is_always_an_alias_whatever_makes_it(film, german_home, german):
    """Wagtail's own ways to translate a page make no page that could be opened by itself."""
    page = film.copy_for_translation(german, copy_parents=True, alias=False)
    assert page.alias_of_id == film.pk and page.locale == german and not page.password_hash
    assert page.translation_key == film.translation_key


def test_a_copy_of_a_translation_is_an_ordinary_locked_page(film, sea):
    copy = sea.copy(to=sea.get_parent(), update_attrs={"slug": "kopie"})
    copy.refresh_from_db()
    assert copy.alias_of_id is None and not copy.has_own_texts
    client = browser()
    unlock(client, copy)
    assert not plays(client, copy) and bytes_of(client, copy) == 403


def test_a_moved_film_takes_its_translation_to_the_translation_of_its_new_section(film, sea, german):
    other = make_section("Archive")
    film.move(other, pos="last-child")
    sea.refresh_from_db()
    parent = sea.get_parent().specific
    assert parent.alias_of_id == other.pk and parent.locale == german
    assert sea.get_url() == f"/de/{other.slug}/das-meer/"


def test_a_film_that_is_published_in_a_translated_section_is_translated(film, sea, german):
    new = make_video("New", section=VideoIndexPage.objects.get(pk=film.get_parent().pk), live=False)
    assert not translations_of(VideoPage.objects.filter(pk=new.pk)).exists()
    new.save_revision().publish()
    page = translations_of(VideoPage.objects.filter(pk=new.pk)).get()
    assert page.live and page.get_parent() == sea.get_parent() and page.title == "New"


def test_a_film_elsewhere_is_not_translated(film, sea):
    new = make_video("New", live=False)
    new.save_revision().publish()
    assert not translations_of(VideoPage.objects.filter(pk=new.pk)).exists()


def test_no_revision_log_or_page_of_a_translation_holds_a_secret(film, sea):
    film.refresh_from_db()
    assert not sea.revisions.exists()
    page = browser(make_superuser()).get(f"/admin/translations/{film.pk}/de/").content.decode()
    assert film.password_hash not in page and PASSWORD not in page
    assert Locale.objects.count() == 2
