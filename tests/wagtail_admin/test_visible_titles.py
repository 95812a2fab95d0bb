"""An editor of one section reads no title of another where an alias opens as a page of that one does."""

import pytest
from django.urls import reverse

from tests.factories import PASSWORD, browser, make_section, make_superuser, make_video
from tests.wagtail_admin.bulk import send
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.models import VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db

VIDEOS = "/admin/videos/"


@pytest.fixture
def secret():
    """A section of others, with a password."""
    return make_section("Secret project", password=PASSWORD)


@pytest.fixture
def mine():
    return make_section("Mine")


@pytest.fixture
def other(mine):
    return make_section("Inner", parent=mine)


@pytest.fixture
def client(mine):
    return browser(make_editor_of(mine, "add", "change", "publish"))


@pytest.fixture
def alias(secret, mine):
    """An alias in the editor's section of a video of the others, with a title of its own."""
    alias = make_video("Secret film", section=secret, password=None).create_alias(parent=mine, update_slug="alias")
    VideoPage.objects.filter(pk=alias.pk).update(title="The alias", draft_title="The alias")
    return alias


@pytest.fixture
def below(secret, mine):
    """The editor's own film below an alias of the others' section."""
    section = secret.create_alias(parent=mine, update_slug="section")
    VideoIndexPage.objects.filter(pk=section.pk).update(title="Shown", draft_title="Shown")
    return make_video("Below", section=VideoIndexPage.objects.get(pk=section.pk), password=None)


def text_of(answer):
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def screens_of(client, alias, below):
    """Every screen that says what opens the two."""
    yield VIDEOS, client.get(VIDEOS)
    yield "export", client.get(VIDEOS, {"export": "csv"})
    yield "editor", client.get(reverse("wagtailadmin_pages:edit", args=[below.pk]))
    yield "alias", client.get(reverse("wagtailadmin_pages:edit", args=[alias.pk]))
    for name in ("video_access", "video_sessions"):
        for page in (alias, below):
            yield name, client.get(reverse(name, args=[page.pk]))


def test_no_screen_names_the_others_section_or_its_film(client, alias, below):
    shown = {}
    for name, answer in screens_of(client, alias, below):
        assert answer.status_code in (200, 302, 403), name
        if answer.status_code == 200:
            shown[name] = text_of(answer)
            assert "Secret" not in shown[name], name
    assert "Password of another section" in shown[VIDEOS] and "Alias of a video of another section" in shown[VIDEOS]
    assert {VIDEOS, "export", "editor", "video_access"} <= set(shown)
    assert "Opened by the password of another section." in shown["editor"]


def test_the_owner_reads_them(alias, below):
    shown = text_of(browser(make_superuser()).get(VIDEOS))
    assert "Password of the section “Secret project”" in shown and "Alias: as “Secret film”" in shown
    assert "Password of another section" not in shown


def test_an_editor_reads_the_title_of_a_section_above_theirs():
    outer = make_section("Outer", password=PASSWORD)
    inner = make_section("Inner", parent=outer)
    make_video("Film", section=inner, password=None)
    shown = text_of(browser(make_editor_of(inner, "change")).get(VIDEOS))
    assert "Password of the section “Outer”" in shown


def test_the_answers_of_bulk_actions_name_neither(client, alias, below, other):
    answer = send(client, "move", alias, section=other.pk)
    assert answer["done"] == [alias.pk] and "Secret" not in str(answer)
    answer = send(client, "end_all_access", below)
    assert "Secret" not in str(answer) and "another section opens it" in str(answer)
    inside = make_section(parent=VideoIndexPage.objects.get(title="Shown"))
    free = make_video("Free", section=other, password=None)
    answer = send(client, "move", free, section=inside.pk)
    assert "Secret" not in str(answer) and "Opened by the password of another section now." in str(answer)
