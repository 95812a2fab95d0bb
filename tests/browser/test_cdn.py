"""Pages load static files and public media from a CDN: real nginx with deploy/nginx/cdn.conf, which keeps them."""

from urllib.parse import urlsplit

import pytest
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from tests import factories, hls_clips
from tests.browser.player import START, open_video_page, wait_for_seconds
from tests.browser.restarts import RestartedSite
from tests.conftest import environment_of_children
from tests.delivery import nginx_server
from tests.delivery.raw_http import Address
from tests.engines import free_port

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def behind_cdn(transactional_db, bundled, require, tmp_path):
    """(the address of a site with CDN_URL, the Address of the CDN)."""
    port = free_port()
    environment = {**environment_of_children(), "CDN_URL": f"http://localhost:{port}"}  # another host, so no cookies
    with RestartedSite(environment, tmp_path / "gunicorn.log") as site:
        (tmp_path / "cdn").mkdir()
        with nginx_server.cdn(require("nginx"), tmp_path / "cdn", site.port, port):
            yield site.address, Address(port)


def test_pages_load_them_from_there_and_the_film_plays(behind_cdn, visit):
    address, cdn = behind_cdn
    film = hls_clips.make_packaged_video()
    film.thumbnail = Image.objects.create(title="Still", file=get_test_image_file())
    film.save()
    requests = []

    def listened(path, **options):
        page = visit("about:blank", **options)
        page.on("request", lambda request: requests.append(request))
        page.goto(address + path)
        return page

    listing = listened(film.get_parent().url)
    picture = listing.locator("img").first
    assert (
        picture.evaluate("image => image.naturalWidth") > 0 and urlsplit(picture.get_attribute("src")).port == cdn.port
    )
    assert listing.evaluate(
        "() => document.fonts.ready.then(fonts => [...fonts].some(font => font.status === 'loaded'))"
    )
    page = open_video_page(listened, film)
    page.click(START)
    wait_for_seconds(page, 0.5)
    admin = listened("/admin/pages/", user=factories.make_superuser())
    admin.get_by_role("button", name="Toggle sidebar").wait_for()
    assert [page.complaints for page in (listing, page, admin)] == [[], [], []]

    from_cdn = [request for request in requests if urlsplit(request.url).port == cdn.port]
    assert {urlsplit(request.url).path.split("/")[1] for request in from_cdn} == {"static", "media"}
    assert {request.resource_type for request in from_cdn} >= {"script", "stylesheet", "font", "image"}
    assert not [request.url for request in from_cdn if "cookie" in request.all_headers()]
    from_site = {urlsplit(request.url).path.split("/")[1] for request in requests if request not in from_cdn}
    assert not from_site & {"static", "media"} and "stream" in from_site

    static = urlsplit(next(request.url for request in from_cdn if request.resource_type == "script")).path
    kept = cdn.ask(static, cookie="sessionid=x")
    assert (kept.status, kept.header("Access-Control-Allow-Origin"), kept.header("Set-Cookie")) == (200, "*", None)
    assert cdn.ask(static, method="POST").status == 403
    for path in (f"/stream/{film.uuid}/source", film.url, "/admin/", "/static/../admin/", "/media/../stream/x/source"):
        assert cdn.ask(path).status == 404, path
