"""The self-test asks the site's own address and no other."""

import pytest
from wagtail.models import Site

from video_pages.self_test.base import Base, NotThisSite, usual_base

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://example.org",
    "http://169.254.169.254",
    "http://[::ffff:169.254.169.254]/",
    "http://127.0.0.1.example.org",
    "ftp://localhost",
    "file:///etc/passwd",
    "//localhost",
    "http://user@localhost",
    "http://localhost/admin/",
    "http://localhost:99999",
    "localhost",
    "",
]


@pytest.fixture(autouse=True)
def one_site(settings):
    settings.ALLOWED_HOSTS = ["films.example", ".wild.example", "*"]
    settings.WAGTAILADMIN_BASE_URL = "https://base.example"
    Site.objects.update(hostname="wagtail.example")


@pytest.mark.parametrize("url", ELSEWHERE)
def test_other_addresses_are_refused(url):
    with pytest.raises(NotThisSite):
        Base.of(url)


@pytest.mark.parametrize("host", ["films.example", "a.wild.example", "base.example", "wagtail.example", "127.0.0.1"])
def test_own_addresses_are_taken(host):
    assert Base.of(f"https://{host}").port == 443
    assert Base.of(f"http://{host}:8000/").origin == f"http://{host}:8000"


def test_the_worker_asks_the_setting_or_the_address_of_the_site(settings):
    assert usual_base().origin == "https://base.example"
    settings.SELF_TEST_URL = "http://127.0.0.1:8000"
    assert usual_base().origin == "http://127.0.0.1:8000"
