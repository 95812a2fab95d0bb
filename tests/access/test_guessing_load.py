"""Sixteen guessers at once, each hash at its full cost, and the pages and streams of others go on."""

import http.client
import threading
import urllib.parse

import pytest

from tests import crowd, shared_data
from tests.factories import PASSWORD, make_video
from video_pages.access import passwords

pytestmark = pytest.mark.django_db(transaction=True)
GUESSERS = 16

own_media_roots = shared_data.media_of_run


@pytest.fixture
def server(child_environment):
    """The port of a site with full password hashes."""
    with crowd.server_with_full_rounds(child_environment, workers=1, threads=64) as running:
        yield running.port


def ask(port, method, path, *, body=None, cookie="", address="198.51.100.200"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"X-Forwarded-For": address, "Cookie": cookie}
    if body is not None:
        body = urllib.parse.urlencode({**body, "csrfmiddlewaretoken": "a" * 32})
        headers |= {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "csrftoken=" + "a" * 32,
        }
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def test_while_sixteen_guess_the_pages_and_streams_of_others_go_on(server, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    video = make_video()
    opened, _content = ask(server, "POST", video.url, body={"password": PASSWORD})
    assert opened.status == 303
    cookies = [line.split(";")[0] for line in opened.headers.get_all("Set-Cookie")]
    cookie = "; ".join(cookies)
    answers = []

    def guess(number):
        answers.append(ask(server, "POST", video.url, body={"password": "x" * 9}, address=f"192.0.2.{number}")[0])

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(GUESSERS)]
    for thread in threads:
        thread.start()
    pages = streams = 0
    while any(thread.is_alive() for thread in threads):
        if ask(server, "GET", video.get_parent().url)[0].status == 200:
            pages += 1
        response, content = ask(server, "GET", f"/stream/{video.uuid}/source", cookie=cookie)
        assert response.status == 200 and len(content) == video.video_file.size_bytes
        streams += 1
    assert [answer.status for answer in answers] == [403] * GUESSERS
    # All guesses wait for one core in turn; a page and a film are answered between two of them.
    assert pages == streams >= 10
    assert passwords.matches(PASSWORD, type(video).objects.get(pk=video.pk).password_hash)
