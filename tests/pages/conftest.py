"""A film in a section, an alias of it in another, and an alias of that one in a third."""

import pytest

from tests.factories import make_section, make_video


@pytest.fixture
def section():
    return make_section("Archive")


@pytest.fixture
def film(section):
    return make_video("The Sea", section=section)


@pytest.fixture
def elsewhere():
    return make_section("Elsewhere", password="another-password")


@pytest.fixture
def alias(film, elsewhere):
    """The film in another section, which has a password of its own."""
    return film.create_alias(parent=elsewhere, update_slug="sea-elsewhere")


@pytest.fixture
def second(alias):
    """An alias of the alias."""
    return alias.create_alias(parent=make_section("Third"), update_slug="sea-third")
