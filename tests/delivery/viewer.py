"""A browser that has unlocked the video of a test, and its session: fixtures for a module that assigns them."""

import pytest

from tests.delivery.addresses import unlocked


@pytest.fixture
def client(video):
    """The browser."""
    return unlocked(video)


@pytest.fixture
def cookie(client):
    """The value of its session cookie."""
    return client.cookies["sessionid"].value
