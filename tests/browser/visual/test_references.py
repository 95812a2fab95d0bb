"""Screens look as their references do, by day and by night, on a phone and a desktop, in three languages.

`make references` draws all of them anew and makes the drawings the references; look at each before you commit it.
"""

import dataclasses
import os

import pytest
from django.urls import NoReverseMatch
from playwright.sync_api import Error

from tests.browser.visual import admin, pictures, public

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

ALL = [*public.SCREENS, *admin.SCREENS]
LANGUAGES = ("en", "de", "ja")
PARTS = 4
"""Of the screens of a language, for one process each."""
FEW = [
    *(("en", "home"), ("ja", "player"), ("de", "locked")),
    *(("en", "admin-dashboard"), ("de", "admin-videos"), ("ja", "admin-upload")),
    *(("de", "admin-film"), ("en", "admin-access"), ("ja", "admin-captions-edit")),
]
"""What each run of the tests draws. `make soak` draws all."""


def compared(drawn, screens, language, *, accepts):
    """Return a sentence for each screen that can't be drawn, and for each picture that differs from its reference.

    With `accepts` the drawings become the references.
    """
    said = []
    for screen in screens:
        try:
            for picture, content in drawn(screen, language):
                if accepts:
                    pictures.accept(picture, content)
                elif difference := pictures.difference(picture, content):
                    said.append(difference)
        except (Error, NoReverseMatch) as error:
            said.append(f"{language}/{screen.name} can't be drawn: {error}")
    return said


def advice(said):
    return "\n".join(
        [*said, f"Look at them. If they are as they should be: `{pictures.ACCEPT}` makes them references."]
    )


@pytest.fixture
def accepts(request):
    return request.config.getoption("accept_pictures")


def chosen(names):
    """Return the screens called so, or those that ONLY names."""
    only = os.environ.get("ONLY", "").split()
    return [screen for screen in ALL if screen.name in names and (not only or screen.name in only)]


def test_a_choice_of_screens_looks_like_its_references(drawn, accepts):
    said = []
    for language, name in FEW:
        said += compared(drawn, chosen({name}), language, accepts=accepts)
    assert not said, advice(said)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_looks_like_its_references(drawn, accepts, language, part):
    """`make references` draws all screens; without it they are compared."""
    screens = chosen({screen.name for screen in ALL})[part::PARTS]
    said = compared(drawn, screens, language, accepts=accepts)
    assert not said, advice(said)


def test_each_screen_has_references_and_each_reference_a_screen(accepts):
    if accepts:
        pytest.skip("the references are being drawn")
    wanted = {
        pictures.Picture(screen.name, language, width, theme).path
        for screen in ALL
        for language in LANGUAGES
        for width in pictures.WIDTHS
        for theme in pictures.THEMES
    }
    found = {path.relative_to(pictures.REFERENCES) for path in pictures.REFERENCES.rglob("*.webp")}
    assert sorted(wanted ^ found) == [], f"`{pictures.ACCEPT}` draws what is missing; remove what no screen has."


CHANGES = {
    "a margin of 8 pixels": "main { margin-top: 8px }",
    "another colour of the button": ".button { background: #1e6fb3 !important }",
    "another colour of small words": ".video-card__line { color: #1e6fb3 !important }",
}


def test_a_margin_or_a_colour_is_a_difference(drawn, accepts):
    if accepts:
        pytest.skip("the references are being drawn")
    (home,) = (screen for screen in ALL if screen.name == "home")
    for what, style in CHANGES.items():
        changed = dataclasses.replace(home, before=lambda page, style=style: page.add_style_tag(content=style))
        for picture, content in drawn(changed, "en", widths=(1440,)):
            assert pictures.difference(picture, content), f"{what}: {picture}"
