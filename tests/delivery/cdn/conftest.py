"""A site with DELIVERY=cdn, and a film whose segments are encrypted."""

import pytest

from tests import factories
from tests.delivery.addresses import unlocked
from tests.delivery.encrypted_videos import CDN, make_encrypted_video


@pytest.fixture(autouse=True)
def cdn(settings):
    settings.DELIVERY, settings.CDN_URL = "cdn", CDN


@pytest.fixture
def film():
    return make_encrypted_video()


@pytest.fixture
def client(film):
    """A browser that has unlocked `film`."""
    return unlocked(film)


@pytest.fixture
def stranger():
    """A browser without a cookie, which a CDN is to the site."""
    return factories.browser()
