"""Fixtures with which many tests begin: a video, the browser of an editor who may do everything, a site that mails."""

import pytest

from tests import factories


@pytest.fixture
def video():
    """A published video with the password of the factories, in a section of its own."""
    return factories.make_video("Salt flats")


@pytest.fixture
def editor():
    """The browser of the superuser "admin"."""
    factories.get_home()
    return factories.browser(factories.make_superuser())


@pytest.fixture
def mail_server(settings):
    """A site that can send mail."""
    settings.DELIVERS_MAIL = True
