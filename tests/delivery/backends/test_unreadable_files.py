"""An nginx that may not read the files of videos, as after a restored copy without their access control lists."""

import os

import pytest

from tests.delivery.addresses import source_url
from tests.delivery.nginx_server import nginx, user_without_rights
from tests.delivery.raw_http import Address
from video_pages.library.storage import protected_storage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["nginx", "x-accel"])
def site(request, run_backend, require, tmp_path):
    """The Address of the backend behind a further nginx, whose processes may read no file of a video."""
    application = run_backend(request.param).application
    backend = "nginx" if request.param == "nginx" else "off"
    with nginx(require("nginx"), tmp_path, application.port, engine=backend, user=user_without_rights()) as front:
        yield Address(front.port, is_secure=True)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_fault_of_rights_is_no_verdict(site, film, cookie, method):
    """403 would tell the player that access has ended: it would ask everybody for the password."""
    os.chmod(protected_storage().path(film.video_file.playable_name), 0)
    served = site.ask(source_url(film), method=method, cookie=cookie)
    assert (served.status, served.header("Retry-After")) == (503, "30")
    expected = {
        "cache-control": "private, no-store",
        "content-security-policy": "default-src 'none'",
        "content-type": "text/plain; charset=utf-8",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }
    assert {name: served.header(name) for name in expected} == expected
    assert site.ask(source_url(film), method=method).status == 403
    assert site.ask(f"/stream/{film.uuid}/status", cookie=cookie).status == 200
