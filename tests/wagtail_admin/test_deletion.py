"""Questions about deletion count the aliases and translations that go with the pages; each way deletes these."""

import pytest
from django.urls import reverse
from wagtail.models import Page, PageLogEntry

from tests.factories import browser, make_section, make_superuser, make_video
from tests.wagtail_admin.bulk import ask, send
from video_pages.models import VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db

ONE, TWO = "This also deletes 1 alias or translation.", "This also deletes 2 aliases and translations."


@pytest.fixture
def editor():
    return browser(make_superuser())


@pytest.fixture
def film():
    """A film with an alias in another section, which has an alias in a third."""
    film = make_video("The Sea", section=make_section("Archive"))
    alias = film.create_alias(parent=make_section("Elsewhere"), update_slug="sea-elsewhere")
    alias.create_alias(parent=make_section("Third"), update_slug="sea-third")
    return film


def explorer_bulk(*pages):
    chosen = "&".join(f"id={page.pk}" for page in pages)
    return f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'delete'])}?{chosen}&next=/admin/"


def text_of(answer):
    return answer.content.decode()


def test_the_bulk_action_counts_and_deletes_them(film, editor, django_capture_on_commit_callbacks):
    lone = make_video("Lone")
    assert "This also deletes" not in text_of(ask(editor, "delete", lone))
    assert TWO in text_of(ask(editor, "delete", film, lone))
    alias = VideoPage.objects.get(alias_of=film)
    assert ONE in text_of(ask(editor, "delete", film, alias)), "one of them is chosen itself"
    with django_capture_on_commit_callbacks(execute=True):
        assert send(editor, "delete", film, lone, total=2)["done"] == [film.pk, lone.pk]
    assert not VideoPage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_film_and_its_alias_are_deleted_in_one_batch(film, editor):
    alias = VideoPage.objects.get(alias_of=film)
    assert set(send(editor, "delete", film, alias, total=2)["done"]) == {film.pk, alias.pk}
    assert not VideoPage.objects.exists()


@pytest.mark.parametrize("above", [False, True])
def test_the_explorer_s_own_screen_counts_and_deletes_them(above, film, editor, django_capture_on_commit_callbacks):
    page = film.get_parent() if above else film
    address = reverse("wagtailadmin_pages:delete", args=[page.pk])
    assert TWO in text_of(editor.get(address))
    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(address).status_code == 302
    assert not VideoPage.objects.exists()
    assert TWO not in text_of(editor.get("/admin/")), "it is said before, not after"


def test_the_question_counts_the_pages_below_an_alias_which_the_log_names(django_capture_on_commit_callbacks):
    source = make_section("Source")
    alias = source.create_alias(parent=make_section("Elsewhere"), update_slug="source-elsewhere")
    own = [make_video(f"Own {number}", section=VideoIndexPage.objects.get(pk=alias.pk)) for number in (1, 2)]
    VideoPage.objects.get(pk=own[1].pk).unpublish()
    make_video("Below", section=VideoIndexPage.objects.get(pk=source.pk))
    user = make_superuser()
    editor, address = browser(user), reverse("wagtailadmin_pages:delete", args=[source.pk])
    one = f"{ONE} It makes 1 page below them a draft."
    assert one in text_of(editor.get(address)), "one is a draft already, and one is deleted"
    assert one in text_of(editor.get(explorer_bulk(source)))
    assert "below them" not in text_of(editor.get(explorer_bulk(source, own[0]))), "it is deleted itself"
    VideoPage.objects.get(pk=own[1].pk).save_revision().publish()
    assert f"{ONE} It makes 2 pages below them drafts." in text_of(editor.get(address))
    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(address).status_code == 302
    assert not VideoPage.objects.filter(live=True).exists() and VideoPage.objects.count() == 2
    entry = PageLogEntry.objects.filter(action="wagtail.unpublish").latest("pk")
    assert (entry.page_id, entry.user) == (own[1].pk, user)


def test_the_explorer_s_bulk_action_counts_and_deletes_them(film, editor, django_capture_on_commit_callbacks):
    archive = film.get_parent()
    assert TWO in text_of(editor.get(explorer_bulk(archive)))
    assert ONE in text_of(editor.get(explorer_bulk(archive, VideoIndexPage.objects.get(title="Third"))))
    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(explorer_bulk(archive)).status_code == 302
    assert not VideoPage.objects.exists() and not Page.objects.filter(pk=archive.pk).exists()
