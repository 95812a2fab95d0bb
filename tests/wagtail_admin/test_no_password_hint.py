"""After the first publication of a page that no password opens, the editor is told so, with a button that sets one."""

import pytest
from django.urls import reverse

from tests import factories
from tests.wagtail_admin.page_screens import hints
from video_pages.access import passwords

pytestmark = pytest.mark.django_db


def test_a_section_without_a_password_gives_the_hint_once(editor):
    section = factories.make_section("Jury films", live=False)
    (hint,) = hints(editor, section)
    assert "The section “Jury films” has no password: everyone sees its page." in hint
    assert f'href="{reverse("video_access", args=(section.pk,))}"' in hint and "Set a password" in hint
    editor.get(reverse("wagtailadmin_explore", args=(section.pk,)))  # shows it
    assert hints(editor, section) == []


def test_a_video_without_any_password_gives_another(editor):
    (hint,) = hints(editor, factories.make_video("Harbour", password=None, live=False))
    assert "Nobody can unlock “Harbour” yet" in hint


@pytest.mark.parametrize("way", ["own", "section", "open"])
def test_a_page_that_something_opens_gives_none(editor, way):
    section = factories.make_section(password="a section's password" if way == "section" else None)
    own = factories.PASSWORD if way == "own" else None
    video = factories.make_video(section=section, password=own, live=False)
    if way == "open":
        passwords.set_open(video, True)
    assert hints(editor, video) == []
