"""Browsers that open links as the page of a link lets them, and play."""

import datetime as dt
import json
from importlib import import_module

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from tests.factories import browser
from video_pages.access import known_browsers
from video_pages.access.invitations.opening import open_link
from video_pages.access.visitor import visitor_of
from video_pages.models import VideoView


def request_of(client):
    """Return a request of `client`, a browser, with its cookies and its session."""
    request = RequestFactory().post("/w/", **client.defaults)
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return request


def press(client, invitation, **options):
    """Open `invitation` in `client`, a browser, as the button of its page does; return the Opened."""
    request = request_of(client)
    opened = open_link(request, invitation, **options)
    request.session.save()
    response = HttpResponse()
    known_browsers.remember_invitation(response, visitor_of(request).lasting_id, opened.row)
    client.cookies.update(response.cookies)
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return opened


def guest(invitation, **options):
    """Return a new browser that has opened `invitation`."""
    client = browser()
    press(client, invitation, **options)
    return client


def play(client, video, **headers):
    """Ask for the first bytes of `video` and return the response."""
    return client.get(f"/stream/{video.uuid}/source", headers={"Range": "bytes=0-99", **headers})


def watch(client, video, *ranges):
    """Play `video` in `client` and send the player's report of `ranges`, as long after as they take."""
    assert play(client, video).status_code == 206
    VideoView.objects.update(started_at=timezone.now() - dt.timedelta(hours=1))
    body = json.dumps({"ranges": ranges, "referrer": ""})
    sent = client.post(f"/stream/{video.uuid}/watched", body, content_type="application/json")
    assert sent.status_code == 204
