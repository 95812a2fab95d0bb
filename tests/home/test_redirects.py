"""Redirects that Wagtail created automatically do not reveal addresses of pages that are not listed for the visitor."""

import pytest
from wagtail.models import PageViewRestriction

from tests.factories import PASSWORD, browser, make_section, make_video, unlock
from video_pages.access.models import Listed
from video_pages.access.set_listed import set_listed
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db
UNLOCKED, NOWHERE = Listed.UNLOCKED, Listed.NOWHERE


class TestRedirects:
    """Wagtail creates a redirect when a page moves; it reveals the new address."""

    def moved(self, page, to):
        old = page.url
        page.move(to, pos="last-child")
        return old, VideoPage.objects.get(pk=page.pk)

    def test_a_page_listed_for_everyone_is_redirected_from_its_old_address(
        self, top, django_capture_on_commit_callbacks
    ):
        old, film = self.moved(make_video(section=top), make_section(parent=top))
        response = browser().get(old)
        assert response.status_code == 301 and response.headers["Location"].endswith(film.url)

    @pytest.mark.parametrize("what", ["draft", "private", "nowhere", "itself"])
    def test_the_new_address_of_an_unlisted_page_is_not_revealed(self, top, what):
        secret = make_section("Acme", parent=top, live=what != "draft")
        old, film = self.moved(make_video(section=top), secret)
        if what == "private":
            PageViewRestriction.objects.create(page=secret, restriction_type="login")
        elif what == "nowhere":
            set_listed(secret, NOWHERE)
        elif what == "itself":
            set_listed(film, NOWHERE)
        response = browser().get(old)
        assert response.status_code == 404
        assert secret.slug not in response.content.decode() + str(response.headers)
        assert browser().get(f"{old}?utm=1").status_code == 404

    def test_a_browser_that_has_unlocked_it_is_redirected(self, top):
        acme = make_section("Acme", parent=top, password=PASSWORD)
        old, _film = self.moved(make_video(section=top, password=None), acme)
        set_listed(acme, UNLOCKED)
        client = browser()
        assert client.get(old).status_code == 404
        unlock(client, acme)
        assert client.get(old).status_code == 301

    def test_a_redirect_that_an_editor_made_is_followed(self, top):
        from wagtail.contrib.redirects.models import Redirect

        film = make_video(section=top)
        set_listed(film, NOWHERE)
        Redirect.add_redirect("/premiere/", redirect_to=film)
        assert browser().get("/premiere/").status_code == 301
