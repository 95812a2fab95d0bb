"""A frame of another site, as a test client sees it."""

import re

from django.urls import reverse
from wagtail.models import Site

from tests import factories
from video_pages.models import AccessSettings

SITE = "https://school.example"


def allow(*sites):
    """Let `sites` show films in frames."""
    settings = AccessSettings.for_site(Site.objects.get())
    settings.embed_sites = "\n".join(sites)
    settings.save()


def embed_url(video):
    return reverse("embed", args=(video.uuid,))


def token_in(response):
    """Return the token of the form in `response`."""
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', response.content.decode())[1]


def key_in(response):
    """Return the key of the frame in `response`, or ""."""
    found = re.search(r'data-frame-key="([^"]+)"', response.content.decode())
    return found[1] if found else ""


def post_password(client, video, password=factories.PASSWORD, *, token=None, key="", **headers):
    """Return the response to `password` in the frame of `video`, sent by its script as Chromium sends it."""
    token = token if token is not None else token_in(client.get(embed_url(video), headers={"X-Frame-Key": key}))
    sent = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin", "X-Frame-Key": key, **headers}
    data = {"csrfmiddlewaretoken": token, "password": password}
    return client.post(embed_url(video), data, headers={name: value for name, value in sent.items() if value})
