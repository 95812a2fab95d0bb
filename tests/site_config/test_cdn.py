"""CDN_URL: addresses begin with it, policies allow it, and checks refuse an address that browsers would not use.

tests/browser/test_cdn.py has real nginx as the CDN.
"""

import pytest

from site_config.checks import cdn_checks
from tests.factories import get_home, make_video, unlock
from tests.site_config.loading import load
from tests.site_config.policies import POLICY, directives

CDN = "https://cdn.example.org"
FROM_CDN = {"media-src", "script-src", "style-src", "font-src", "img-src"}


@pytest.fixture
def cdn(settings):
    settings.CDN_URL = CDN


def test_it_begins_the_addresses_of_static_files_and_public_media(tmp_path):
    shown = "s.STATIC_URL, s.MEDIA_URL"
    assert load("dev", tmp_path, shown=shown).stdout == "/static/ /media/\n"
    assert load("dev", tmp_path, shown=shown, CDN_URL=f"{CDN}/").stdout == f"{CDN}/static/ {CDN}/media/\n"


@pytest.mark.django_db
class TestThePolicies:
    def added(self, client, path, settings):
        """Return the directives of the page at `path` that CDN_URL changes, each with the added sources."""
        settings.CDN_URL = CDN
        allowed = directives(client.get(path))
        settings.CDN_URL = ""
        before = directives(client.get(path))
        return {name: allowed[name] - before[name] for name in allowed if allowed[name] != before[name]}

    def test_pages_of_visitors_may_load_scripts_styles_fonts_images_and_films_from_it(self, client, settings):
        get_home()
        video = make_video()
        for path in ("/", video.url):
            assert self.added(client, path, settings) == {name: {CDN} for name in FROM_CDN}
        unlock(client, video)
        assert self.added(client, video.url, settings) == {name: {CDN} for name in FROM_CDN}

    def test_so_may_the_admin(self, admin_client, settings):
        assert self.added(admin_client, "/admin/", settings) == {name: {CDN} for name in FROM_CDN}

    def test_a_file_of_a_video_still_allows_nothing(self, client, cdn):
        response = client.get(f"/stream/{make_video().uuid}/source")
        assert response.headers[POLICY] == "default-src 'none'"


@pytest.mark.django_db
def test_what_the_gate_protects_has_no_address_there(client, cdn, settings):
    settings.STATIC_URL, settings.MEDIA_URL = f"{CDN}/static/", f"{CDN}/media/"
    video = make_video()
    unlock(client, video)
    page = client.get(video.url).content.decode()
    assert f"/stream/{video.uuid}/" in page and f"{CDN}/stream" not in page
    assert video.video_file.url.startswith("/admin/")


class TestTheChecks:
    def ids(self):
        return [found.id for found in cdn_checks.cdn_is_another_host_by_https(None)]

    def test_nothing_is_asked_without_it(self, settings):
        settings.CDN_URL = ""
        assert self.ids() == []

    def test_a_cdn_without_https_is_refused_for_a_site_with_https(self, settings):
        settings.ALLOWED_HOSTS, settings.WAGTAILADMIN_BASE_URL = ["site.example.org"], "https://site.example.org"
        settings.CDN_URL = "http://cdn.example.org"
        assert self.ids() == ["video_pages.E025"]
        settings.CDN_URL = CDN
        assert self.ids() == []

    @pytest.mark.parametrize("hosts", [["*"], [".example.org"], ["site.example.org", "cdn.example.org"]])
    def test_a_site_that_answers_to_the_name_of_the_cdn_is_warned_about(self, settings, hosts):
        settings.ALLOWED_HOSTS, settings.CDN_URL = hosts, CDN
        assert self.ids() == ["video_pages.W026"]
