"""A bucket that fails while people watch, behind each backend: they wait, and get nothing half or forbidden.

The application in one process is asked in `tests/library/s3/test_faults.py`.
"""

import http.client
import os
import time

import pytest

from tests import factories
from tests.delivery.addresses import source_url, unlocked
from tests.delivery.backends.conftest import cookie_of, replace_content
from tests.s3_faults import DROP, HALF, INTERNAL, SLOW, SLOW_DOWN, STALL, faulty_proxy
from tests.s3_servers import library_in

pytestmark = pytest.mark.django_db(transaction=True)
SLICE = 1024 * 1024
CONTENT = os.urandom(2 * SLICE + 1000)


@pytest.fixture(scope="module")
def proxy(gateway):
    """The proxy through which the backends of this module reach the bucket."""
    with faulty_proxy(gateway.url) as proxy:
        yield proxy


@pytest.fixture(params=["nginx", "redirect"])
def site(request, run_backend, gateway_bucket, proxy, settings):
    """An backend that reaches its bucket through `proxy`; this process asks the gateway itself."""
    proxy.plan = lambda method, path, number: None
    backend = run_backend(request.param, "bucket", changes={"S3_ENDPOINT_URL": proxy.url})
    with library_in(settings, gateway_bucket):
        yield backend
    proxy.plan = lambda method, path, number: None


@pytest.fixture
def watched(site):
    """(video, cookie of a viewer): a film of more than two slices, of which nginx has none yet."""
    video = factories.make_video()
    replace_content(video, CONTENT)
    return video, cookie_of(unlocked(video))


def ask(site, watched, last=SLICE + 99, **headers):
    """Ask for the bytes up to `last`; where the answer leads to the bucket, that is asked as browsers do it."""
    video, cookie = watched
    return site.ask(source_url(video), cookie=cookie, headers={"Range": f"bytes=0-{last}", **headers})


def spoil(proxy, fault):
    """All reads of films have the `fault` from now on."""
    proxy.plan = lambda method, path, number: fault if method in ("GET", "HEAD") and ".mp4" in path else None


@pytest.mark.parametrize("fault", [INTERNAL, SLOW_DOWN, DROP], ids=["500", "503", "drop"])
def test_a_viewer_is_told_to_wait_a_stranger_is_refused_and_the_film_goes_on(site, watched, proxy, fault):
    video, cookie = watched
    spoil(proxy, fault)
    # The bucket of `redirect` answers the player itself. What the application sends there, a media element gets.
    served = ask(site, watched, **({"Sec-Fetch-Dest": "video"} if site.is_redirect else {}))
    assert served.status == 503 and int(served.header("Retry-After")) > 0
    assert served.header("Cache-Control") == "private, no-store"
    assert b"not reachable at the moment" in served.body and b"Error" not in served.body
    assert site.ask(source_url(video)).status == 403
    proxy.plan = lambda method, path, number: None
    deadline = time.monotonic() + 10  # the application tries again after two seconds
    while (again := ask(site, watched, last=9)).status == 503:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert (again.status, again.body) == (206, CONTENT[:10])


def test_half_an_answer_is_no_whole_one_and_nothing_of_it_is_kept(site, watched, proxy):
    if site.is_redirect:
        pytest.skip("the bucket answers the player itself")
    spoil(proxy, HALF)
    for _try in range(2):
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            ask(site, watched)
    proxy.plan = lambda method, path, number: None
    served = ask(site, watched)
    assert (served.status, served.body == CONTENT[: SLICE + 100]) == (206, True)


def test_a_slow_bucket_is_slow_and_no_fault(site, watched, proxy):
    spoil(proxy, SLOW)
    served = ask(site, watched)
    assert (served.status, served.body == CONTENT[: SLICE + 100]) == (206, True)


@pytest.mark.soak
def test_a_viewer_of_a_bucket_that_hangs_waits_no_longer_than_with_the_application(site, watched, proxy):
    if site.is_redirect:
        pytest.skip("the bucket answers the player itself")
    spoil(proxy, STALL)
    began = time.monotonic()
    assert ask(site, watched, last=99).status == 503
    assert time.monotonic() - began < 25
