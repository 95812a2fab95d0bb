"""Helpers of the tests of delivery: addresses, an unlocked browser, and a refusal as a value."""

from django.urls import reverse

from tests import factories

UNKNOWN = "5d6c1a9e-93d0-4c51-b0c0-2f5a8f1c7a11"


def source_url(video):
    return reverse("stream", args=(video.uuid, "source"))


def poster_url(video):
    return reverse("stream", args=(video.uuid, "poster"))


def unlocked(video, password=factories.PASSWORD):
    """Return a browser that has typed the password of `video`."""
    client = factories.browser()
    assert factories.unlock(client, video, password).status_code == 303
    return client


def unlocked_by_section():
    """Return a video of two hours, and a browser that has typed the password of its section."""
    section = factories.make_section(password="section-password")  # noqa: S106
    video = factories.make_video(section=section, password=None)
    type(video.video_file).objects.update(duration=7200)
    client = factories.browser()
    assert factories.unlock(client, section, "section-password").status_code == 303
    return video, client


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def answer_parts(response):
    """Everything that an answer tells its reader: status, headers, cookies, body; without the random request id."""
    headers = sorted((name, value) for name, value in response.items() if name != "X-Request-ID")
    return response.status_code, headers, response.cookies.output(), body(response)
