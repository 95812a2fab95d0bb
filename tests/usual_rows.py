"""Fixtures with which many tests begin: a video, an editor who may do everything with a browser, a site that mails."""

import pytest

from tests import factories


@pytest.fixture
def video():
    """A published video with the password of the factories, in a section of its own."""
    return factories.make_video("Salt flats")


@pytest.fixture
def admin(db):
    """The superuser "admin", on a site with a home page."""
    factories.get_home()
    return factories.make_superuser()


@pytest.fixture
def editor(admin):
    """The browser of `admin`."""
    return factories.browser(admin)


@pytest.fixture
def mail_server(settings):
    """A site that can send mail."""
    settings.DELIVERS_MAIL = True
