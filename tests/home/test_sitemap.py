"""Pages for search engines: noindex, the sitemap, robots.txt."""

import datetime as dt

import pytest

from tests.factories import PASSWORD, browser, get_home, make_section, make_video, unlock
from tests.lists import shown
from video_pages.access import passwords
from video_pages.access.models import Listed
from video_pages.access.set_listed import set_listed
from video_pages.access.set_window import set_window
from video_pages.core import clock

pytestmark = pytest.mark.django_db
NOWHERE = Listed.NOWHERE


class TestSearchEngines:
    def test_locked_and_unlisted_pages_carry_noindex_and_open_listed_ones_do_not(self, top):
        client = browser()
        locked, open_video_page = make_video("Locked", section=top), make_video("Open", section=top, password=None)
        passwords.set_open(open_video_page, True)
        club = make_section("Club", parent=top, password=PASSWORD)
        noindex = '<meta name="robots" content="noindex">'
        assert noindex in shown(client, locked.url)
        assert noindex in shown(client, club.url)
        assert noindex in client.post(locked.url, {"password": "wrong-password"}).content.decode()
        assert noindex not in shown(client, open_video_page.url)
        assert noindex not in shown(client, top.url)
        unlock(client, locked)
        assert noindex in shown(client, locked.url)
        set_listed(top, NOWHERE)
        assert noindex in shown(client, open_video_page.url) and noindex in shown(client, top.url)

    def test_the_sitemap_names_listed_open_pages_and_no_others(self, top):
        pages = {name: make_video(name, section=top, password=None) for name in ("open", "unlisted", "draft", "locked")}
        for name in ("open", "unlisted", "draft"):
            passwords.set_open(pages[name], True)
        set_listed(pages["unlisted"], NOWHERE)
        pages["draft"].unpublish()
        club = make_section("Club", parent=top, password=PASSWORD)
        in_club = make_video("In the club", section=club, password=None)
        passwords.set_open(in_club, True)
        top.create_alias(parent=get_home(), update_slug="alias", recursive=True)  # the same content once more
        response = browser().get("/sitemap.xml")
        assert response.status_code == 200
        text = response.content.decode()
        assert text.count("<loc>") == 4, text
        for page in (get_home(), top, pages["open"], in_club):
            assert f"<loc>http://testserver{page.url}</loc>" in text

    def test_the_sitemap_names_no_page_outside_its_window(self, top):
        now, hour = clock.now(), dt.timedelta(hours=1)
        windows = {
            "now": (now - hour, now + hour),
            "not yet": (now + hour, None),
            "closed": (None, now - hour),
        }
        shown_pages, others = [], []
        for name, (opens_at, closes_at) in windows.items():
            video, section = make_video(name, section=top, password=None), make_section(f"In {name}", parent=top)
            below = make_video(f"Below {name}", section=make_section(parent=section), password=None)
            for page in (video, section):
                set_window(page, opens_at=opens_at, closes_at=closes_at)
            for page in (video, below):
                passwords.set_open(page, True)
            (shown_pages if name == "now" else others).extend([video, section, below])
        text = browser().get("/sitemap.xml").content.decode()
        assert [page.title for page in shown_pages if f"{page.url}</loc>" not in text] == []
        assert [page.title for page in others if f"{page.url}</loc>" in text] == []

    def test_robots_txt_names_the_sitemap_and_no_page(self, top):
        response = browser().get("/robots.txt")
        assert response.headers["Content-Type"].startswith("text/plain")
        text = response.content.decode()
        assert "Sitemap: http://testserver/sitemap.xml" in text
        assert "videos" not in text
