"""The heading of the dialog over a film that stops: the page of the film gives it with the reason."""

import datetime as dt
import re

import pytest

from tests import factories
from tests.access.invitations.links import guest
from video_pages.access import passwords
from video_pages.access.invitations import create_invitation, end_invitation, extend_invitation
from video_pages.access.set_window import set_window
from video_pages.core import clock
from video_pages.models import Invitation, VideoAccessSession

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def heading(client, video):
    """Return the heading in the page of `video`; None if it is that of a film that a password opens again."""
    found = re.search(r'data-title="([^"]*)"', client.get(video.url).text)
    return found and found[1]


def test_of_an_invitation(video):
    invitation, _token = create_invitation(video, kind="link", label="Jury", most_viewers=1)
    client = guest(invitation)
    Invitation.objects.update(uses=1)
    assert heading(client, video) == "Your invitation is used up"
    Invitation.objects.update(uses=0, opens_at=clock.now() + HOUR)
    VideoAccessSession.objects.all().delete()
    assert heading(client, video) == "Your invitation is not open yet"
    Invitation.objects.update(opens_at=None, ends_at=clock.now() - HOUR)
    assert heading(client, video) == "Your invitation has ended"
    extend_invitation(Invitation.objects.get(), ends_at=None)
    end_invitation(Invitation.objects.get())
    assert heading(client, video) == "Your invitation was ended"


def test_of_a_browser_that_has_a_password_as_well(video):
    invitation, _token = create_invitation(video, kind="link", label="Jury")
    client = guest(invitation)
    factories.unlock(client, video)
    VideoAccessSession.objects.all().delete()
    end_invitation(invitation)
    page = client.get(video.url).text
    assert re.search(r'data-password-form[^>]* data-title="Your invitation was ended"', page)


def test_of_the_page(video):
    client = factories.browser()
    factories.unlock(client, video)
    VideoAccessSession.objects.all().delete()
    assert heading(client, video) is None  # the password opens it again
    passwords.set_access_until(video, clock.now() - HOUR)
    assert heading(client, video) == "The time for this film is over"
    set_window(video, opens_at=clock.now() + HOUR, closes_at=None)
    assert heading(client, video) == "It is not open yet"
    set_window(video, opens_at=None, closes_at=clock.now() - HOUR)
    assert heading(client, video) == "It is closed now"
    unset = factories.make_video(password=None)
    assert heading(client, unset) == "It has no password now"
