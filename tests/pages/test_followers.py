"""Aliases and translations of a deleted page are closed before their source is gone, and deleted then."""

import datetime as dt

import pytest
from django.db import transaction
from django.db.models.signals import pre_delete
from django.utils import timezone
from wagtail.models import Page

from tests.factories import PASSWORD, browser, get_home, make_section, make_superuser, make_video, unlock
from video_pages.models import VideoAccessSession, VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db

AGO, LATER = (timezone.now() + dt.timedelta(days=days) for days in (-1, 9))


def read(page):
    return page.specific_class.objects.get(pk=page.pk)


def delete_film(film):
    read(film).delete(user=make_superuser())


def delete_section(film):
    read(film.get_parent()).delete()


def delete_as_plain_page(film):
    Page.objects.get(pk=film.pk).delete()


def delete_by_query(film):
    Page.objects.filter(pk=film.pk).delete()


def delete_page_above(film):
    """Delete the page above the section, which is neither a video nor a section."""
    above = get_home().add_child(instance=type(get_home())(title="Above", slug="above"))
    read(film.get_parent()).move(above, pos="last-child")
    type(above).objects.get(pk=above.pk).delete()


DELETIONS = [delete_film, delete_section, delete_as_plain_page, delete_by_query, delete_page_above]


@pytest.mark.parametrize("delete", DELETIONS)
def test_a_deleted_film_takes_its_aliases_with_it(delete, film, alias, second, django_capture_on_commit_callbacks):
    client = browser()
    assert unlock(client, read(alias).get_parent(), "another-password").status_code == 303
    with django_capture_on_commit_callbacks(execute=True):
        delete(film)
        left = VideoPage.objects.filter(pk__in=[alias.pk, second.pk])
        assert set(left.values_list("live", "video_file")) == {(False, None)}, "closed before their source is gone"
        for page in (alias, second):
            assert client.get(page.get_url()).status_code == 404
            assert client.get(f"/stream/{page.uuid}/source").status_code == 403
    assert not VideoPage.objects.filter(pk__in=[alias.pk, second.pk]).exists()
    assert VideoIndexPage.objects.filter(title__in=["Elsewhere", "Third"]).count() == 2


def test_an_alias_below_the_deleted_section_is_deleted_once(section, film, django_capture_on_commit_callbacks):
    inner = make_section(parent=section)
    beside = film.create_alias(parent=inner, update_slug="beside")
    with django_capture_on_commit_callbacks(execute=True):
        read(section).delete()
    assert not Page.objects.filter(pk__in=[section.pk, film.pk, inner.pk, beside.pk]).exists()


def test_what_lies_below_the_alias_of_a_deleted_section_is_closed_and_stays(
    elsewhere, django_capture_on_commit_callbacks
):
    """The password of the source guarded it, and that of the section around the alias must not open it instead."""
    source = make_section("Locked", password=PASSWORD)
    alias = source.create_alias(parent=elsewhere, update_slug="locked-elsewhere")
    own = make_video("Own", section=VideoIndexPage.objects.get(pk=alias.pk), password=None)
    client = browser()
    assert unlock(client, alias, PASSWORD).status_code == 303
    assert client.get(f"/stream/{own.uuid}/source", HTTP_RANGE="bytes=0-9").status_code == 206
    VideoAccessSession.objects.create(video=own, session_key="of a former password", created_at=AGO, expires_at=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        read(source).delete()
    kept = VideoIndexPage.objects.get(pk=alias.pk)
    assert (kept.live, kept.alias_of_id) == (False, None)
    own = read(own)
    assert (own.live, own.has_unpublished_changes) == (False, True) and own.video_file_id
    assert not VideoAccessSession.objects.exists()
    stranger = browser()
    unlock(stranger, elsewhere, "another-password")
    assert stranger.get(f"/stream/{own.uuid}/source").status_code == 403


def test_an_alias_that_cannot_be_deleted_keeps_back_no_other_and_no_code_after_it(
    film, alias, second, django_capture_on_commit_callbacks, caplog
):
    def refuse(instance, **kwargs):
        if instance.pk == second.pk:
            raise RuntimeError("not this one")

    done = []
    pre_delete.connect(refuse, sender=VideoPage)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            read(film).delete()
            transaction.on_commit(lambda: done.append(True))
    finally:
        pre_delete.disconnect(refuse, sender=VideoPage)
    assert done and "not this one" in caplog.text
    assert [page.pk for page in VideoPage.objects.all()] == [second.pk]
    assert (read(second).live, read(second).video_file) == (False, None)
