"""Screens look as their references do, by day and by night, on a phone and a desktop, in three languages.

`make references` draws all of them anew and makes the drawings the references; look at each before you commit it.
"""

import dataclasses
import os
from urllib.parse import urlsplit

import pytest
from django.urls import NoReverseMatch, URLResolver, get_resolver, resolve
from playwright.sync_api import Error

from tests.browser import admin_screens
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


def compared(drawn, screens, language, *, accepts, **options):
    """Return a sentence for each screen that can't be drawn, and for each picture that differs from its reference.

    With `accepts` the drawings become the references. `options` are those of `pictures.draw`.
    """
    said = []
    for screen in screens:
        try:
            for picture, content in drawn(screen, language, **options):
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
    is_expected = None if accepts else pictures.is_reference  # `make soak` compares pages that stand still
    for language, name in FEW:
        said += compared(drawn, chosen({name}), language, accepts=accepts, is_expected=is_expected)
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


def test_each_page_of_ours_has_a_picture_or_a_reason_to_have_none(site):
    def names(screen):
        with screen.around():
            return {resolve(urlsplit(screen.at(site)).path).view_name, screen.leads_to}

    drawn_ones = set().union(*map(names, ALL))
    pages = {name for name, _pattern in admin_screens.patterns()} | set(names_of_visitors(get_resolver()))
    without = {name for reason in public.NO_PICTURES.values() for name in reason.split()}
    without |= admin_screens.names_without_screens() - drawn_ones
    assert sorted(pages - drawn_ones) == sorted(without)


def names_of_visitors(resolver, route=""):
    """Yield the names of the addresses outside the admin."""
    for pattern in resolver.url_patterns:
        whole = f"{route}{pattern.pattern}"
        if whole.startswith("admin/"):
            continue
        if isinstance(pattern, URLResolver):
            yield from names_of_visitors(pattern, whole)
        elif pattern.name:
            yield pattern.name


WORD = """() => {
  const line = document.querySelector(".video-card__line");
  line.textContent = line.textContent.replace(/\\p{L}{4,}/u, (word) => [...word].reverse().join(""));
}"""
CHANGES = {
    "a margin of 8 pixels": lambda page: page.add_style_tag(content="main { margin-top: 8px }"),
    "another colour of the button": lambda page: page.add_style_tag(
        content=".button { background: #1e6fb3 !important }"
    ),
    "another colour of small words": lambda page: page.add_style_tag(
        content=".video-card__line { color: #1e6fb3 !important }"
    ),
    "one small word": lambda page: page.evaluate(WORD),
}


def test_a_margin_a_colour_or_a_word_is_a_difference(drawn, accepts):
    if accepts:
        pytest.skip("the references are being drawn")
    (home,) = (screen for screen in ALL if screen.name == "home")
    for what, change in CHANGES.items():
        for picture, content in drawn(dataclasses.replace(home, before=change), "en", widths=(1440,)):
            assert pictures.difference(picture, content), f"{what}: {picture}"


def test_a_screen_is_the_same_picture_whatever_was_drawn_before(drawn):
    def dashboard():
        (screen,) = (screen for screen in ALL if screen.name == "admin-dashboard")
        return dict(drawn(screen, "en", widths=(390,)))

    first = dashboard()
    for screen in ALL:
        if screen.name in ("locked-wrong", "player"):  # an unlock and a wrong password stand on the dashboard
            assert list(drawn(screen, "en", widths=(390,)))
    assert dashboard() == first


def test_a_drawing_becomes_the_reference_however_small_the_difference(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "REFERENCES", tmp_path)
    picture = pictures.Picture("home", "en", 390, "day")
    for content in (b"a drawing", b"a later drawing"):
        pictures.accept(picture, content)
        assert (tmp_path / picture.path).read_bytes() == content
