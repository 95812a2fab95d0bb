"""The film of the tests of frames."""

import pytest

from tests import factories
from tests.embeds.frames import SITE, allow


@pytest.fixture
def film(db):
    """A film behind a password, on a site that one other site may show in frames."""
    video = factories.make_video("A quiet film")
    allow(SITE)
    return video
