"""Pages for tests of the rules of invitations: fixtures for a module that assigns them."""

import pytest

from tests.factories import make_section, make_video


@pytest.fixture
def section():
    """The section whose rules are set."""
    return make_section("Festival")


@pytest.fixture
def video(section):
    """A video of the section."""
    return make_video("The harbour", section=section)
