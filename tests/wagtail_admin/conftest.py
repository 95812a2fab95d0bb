"""The video of the tests of the admin."""

import pytest

from tests import factories


@pytest.fixture
def video():
    """A published video with the password of the factories, in a section of its own."""
    return factories.make_video("The harbour")
