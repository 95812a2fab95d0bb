"""Wagtail's bulk actions in the page explorer, with aliases and translations among the chosen pages."""

import re

import pytest
from wagtail.models import Page

from tests.factories import make_section, make_video
from tests.wagtail_admin.access import fresh
from tests.wagtail_admin.bulk import address
from video_pages.models import VideoIndexPage

REASON = "It is an alias or a translation: it goes live with its original."


@pytest.fixture
def alias(film, sea):
    return film.create_alias(parent=make_section("Beside"), update_slug="alias")


def post(client, action, *pages, **fields):
    chosen = "&".join(f"id={page.pk}" for page in pages)
    return client.post(f"{address(action, Page)}?{chosen}&next=/admin/", fields)


def ask(client, action, *pages):
    return client.get(address(action, Page), {"id": [page.pk for page in pages]}).text


def left_out(words):
    """Return [(heading, reason)] of what the confirmation `words` leaves out."""
    return re.findall(r"<h2>([^<]*left out)</h2>\s*<p>([^<]*)</p>", words)


def test_publish_leaves_aliases_and_translations_out_with_the_reason(editor, film, sea, alias):
    draft = make_video("A draft", live=False)
    other = film.create_alias(parent=make_section("Elsewhere"), update_slug="other")
    for page in (sea, alias, other):
        page.unpublish()
    words = ask(editor, "publish", draft, sea, alias, other)
    assert sorted(left_out(words)) == [
        ("Each of these is left out", REASON),
        ("This is left out", "It is a translation that was unpublished: publish it under Translations."),
    ]
    assert "Das Meer" in words
    assert "have permission" not in words
    assert left_out(ask(editor, "publish", alias)) == [("This is left out", REASON)]
    assert post(editor, "publish", draft, sea, alias).status_code == 302
    assert fresh(draft).live and not fresh(sea).live and not fresh(alias).live


def test_with_what_lies_below_publish_leaves_them_out_too(editor, film, sea, alias):
    section = VideoIndexPage.objects.get(pk=alias.get_parent().pk)
    draft = make_video("A draft", section=section, live=False)
    for page in (alias, section):
        page.unpublish()
    assert "one unpublished subpage" in ask(editor, "publish", section)
    assert post(editor, "publish", section, include_descendants="on").status_code == 302
    assert fresh(section).live and fresh(draft).live and not fresh(alias).live


@pytest.mark.parametrize("action", ["unpublish", "move", "delete"])
def test_the_other_actions_do_it(editor, film, sea, alias, action):
    target = make_section("Target")
    fields = {"chooser": target.pk} if action == "move" else {"include_descendants": "on"}
    chosen = [film, alias] if action == "move" else [film, sea, alias]  # Wagtail moves no page to another language
    assert post(editor, action, *chosen, **fields).status_code == 302
    left = Page.objects.filter(pk__in=[film.pk, sea.pk, alias.pk])
    if action == "unpublish":
        assert not left.filter(live=True).exists() and left.count() == 3
    elif action == "move":
        assert [fresh(page).get_parent().pk for page in (film, alias)] == [target.pk] * 2
        assert Page.find_problems() == ([], [], [], [], [])
    else:
        assert not left.exists()
