"""`/oembed`, its link on pages, and the HTML of a frame for editors."""

import re

import pytest
from django.urls import reverse

from tests import factories
from tests.embeds.frames import SITE, allow, embed_url
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def film():
    """A film behind a password, on a site that one other site may show in frames."""
    video = factories.make_video("A quiet film", video_file=factories.make_video_file(width=1080, height=1920))
    allow(SITE)
    return video


def ask(page=None, **query):
    url = f"http://testserver{page.url}" if page else None
    return factories.browser().get("/oembed", {"url": url, **query} if url else query)


class TestTheAnswer:
    def test_a_locked_film_is_a_frame_and_nothing_else(self, film):
        response = ask(film, format="json")
        payload = response.json()
        code = payload.pop("html")
        assert payload == {
            "version": "1.0",
            "type": "video",
            "provider_name": "Screening Room",
            "provider_url": "http://testserver",
            "width": 640,
            "height": 360,
        }
        assert f'src="http://testserver{embed_url(film)}"' in code
        assert 'allow="fullscreen; autoplay; picture-in-picture"' in code and 'title="Film on Screening Room"' in code
        assert film.title not in response.content.decode() and film.slug not in code
        assert response["Cache-Control"] == "private, no-store" and response["Access-Control-Allow-Origin"] == "*"

    def test_an_open_film_has_its_title_and_its_shape(self, film):
        VideoPage.objects.update(open_to_everyone=True, title='"><script>')
        payload = ask(film).json()
        assert (payload["title"], payload["width"], payload["height"]) == ('"><script>', 640, 1138)
        assert "<script>" not in payload["html"]

    @pytest.mark.parametrize(
        ("limits", "size"),
        [
            ({"maxwidth": "320"}, (320, 180)),
            ({"maxheight": "180"}, (320, 180)),
            ({"maxwidth": "1280", "maxheight": "180"}, (320, 180)),
            ({"maxwidth": "1280"}, (1280, 720)),
            ({"maxwidth": "1"}, (1, 1)),
        ],
    )
    def test_the_limits_bound_the_frame(self, film, limits, size):
        payload = ask(film, **limits).json()
        assert (payload["width"], payload["height"]) == size

    @pytest.mark.parametrize("limits", [{"maxwidth": "0"}, {"maxwidth": "x"}, {"maxheight": "-1"}, {"maxheight": ""}])
    def test_a_limit_that_is_none_is_refused(self, film, limits):
        assert ask(film, **limits).status_code == 400

    def test_another_format_is_not_there(self, film):
        assert ask(film, format="xml").status_code == 501


class TestWhatIsNotTold:
    @pytest.mark.parametrize(
        "change",
        [
            {"listed": "nowhere"},
            {"listed": "unlocked"},
            {"live": False},
            {"expire_at": "2020-01-01T00:00:00Z"},
        ],
    )
    def test_a_page_that_lists_do_not_show_to_everyone(self, film, change):
        viewer = factories.browser()
        factories.unlock(viewer, film)
        VideoPage.objects.update(**change)
        unknown = ask(url="http://testserver/videos/nothing/")
        response = viewer.get("/oembed", {"url": f"http://testserver{film.url}"})
        assert response.status_code == 404 and response.content == unknown.content

    def test_pages_that_are_no_film_and_addresses_of_others(self, film):
        for url in (
            f"http://testserver{film.get_parent().url}",
            "http://testserver/",
            f"http://other.example{film.url}",
            f"http://testserver:8000{film.url}",
            f"ftp://testserver{film.url}",
            film.url,
            "",
            "http://[",
            "http://testserver/%00",
        ):
            assert factories.browser().get("/oembed", {"url": url}).status_code in (400, 404), url
        assert factories.browser().get("/oembed").status_code == 404

    def test_without_a_list_of_sites_there_is_nothing(self, film):
        allow()
        assert ask(film).status_code == 404


class TestTheLink:
    def test_a_listed_page_names_its_answer(self, film):
        text = factories.browser().get(film.url).content.decode()
        found = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)">', text)
        address = found[1].replace("&amp;", "&")
        assert address.startswith("http://testserver/oembed?url=http")
        assert factories.browser().get(address.removeprefix("http://testserver")).json()["type"] == "video"

    def test_an_unlisted_page_and_a_site_without_frames_name_none(self, film):
        VideoPage.objects.update(listed="nowhere")
        assert "json+oembed" not in factories.browser().get(film.url).content.decode()
        VideoPage.objects.update(listed="everywhere")
        allow()
        assert "json+oembed" not in factories.browser().get(film.url).content.decode()


class TestTheEditor:
    def page(self, film, user):
        return factories.browser(user).get(reverse("wagtailadmin_pages:edit", args=(film.pk,))).content.decode()

    def test_the_html_is_there_to_copy(self, film):
        text = self.page(film, factories.make_superuser())
        code = re.search(r"data-embed-code>([^<]*)<", text)[1]
        assert f"src=&quot;http://testserver{embed_url(film)}&quot; title=&quot;A quiet film&quot;" in code
        assert "aspect-ratio: 640 / 1138" in code and SITE in text

    def test_without_a_list_it_says_who_makes_one(self, film):
        allow()
        text = self.page(film, factories.make_superuser())
        assert "data-embed-code" not in text and "/admin/settings/video_pages/accesssettings/" in text
