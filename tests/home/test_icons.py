"""Icons, the manifest, the logo by night and the preview of the colour."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from home.appearance import icons
from home.appearance.drawn_once import DrawnOnce
from home.sharing import open_graph
from tests import factories
from tests.home.block_pages import make_image
from tests.home.site_settings import settings_of_site

pytestmark = pytest.mark.django_db


def picture_of(answer):
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


class TestIcons:
    def test_without_logo_and_colour_the_usual_icon_is_shown(self, client):
        settings_of_site()
        html = client.get("/").content.decode()
        assert 'type="image/svg+xml"' in html and "look/icon-" not in html
        assert client.get("/favicon.ico").url.endswith(".svg")

    @pytest.mark.parametrize("size", icons.SIZES)
    def test_a_logo_is_in_the_middle_of_an_icon_of_each_size(self, client, size):
        words = settings_of_site(logo=make_image("Logo", size=(400, 400), colour="navy"))
        answer = client.get(f"/look/icon-{icons.icon_key(words)}-{size}.png")
        picture = picture_of(answer)
        assert picture.size == (size, size)
        assert picture.getpixel((size // 2, size // 2)) == (0, 0, 128)
        assert picture.getpixel((0, 0)) == (0xF6, 0xF2, 0xEA)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
        assert "immutable" in answer.headers["Cache-Control"]

    def test_without_a_logo_the_mark_is_drawn_in_the_colour_of_the_site(self, client):
        words = settings_of_site(colour="#00aa55")
        picture = picture_of(client.get(f"/look/icon-{icons.icon_key(words)}-192.png"))
        colours = {colour for _count, colour in picture.getcolors(100_000)}
        assert any(green > 90 and red < 30 and blue < 100 for red, green, blue in colours)
        assert f"/look/icon-{icons.icon_key(words)}-32.png" in client.get("/").content.decode()

    def test_another_logo_or_colour_has_another_address_and_the_former_is_gone(self, client):
        first = icons.icon_key(settings_of_site(colour="#00aa55"))
        second = icons.icon_key(settings_of_site(colour="#aa0055"))
        third = icons.icon_key(settings_of_site(logo=make_image("Logo")))
        assert len({first, second, third}) == 3
        assert [client.get(f"/look/icon-{key}-32.png").status_code for key in (first, second, third)] == [404, 404, 200]
        assert client.get(f"/look/icon-{third}-33.png").status_code == 404
        assert client.get("/favicon.ico").url == f"/look/icon-{third}-32.png"

    def test_a_logo_whose_file_is_gone_leaves_the_mark(self, client):
        image = make_image("Logo")
        words = settings_of_site(logo=image)
        image.file.storage.delete(image.file.name)
        icons._icons.clear()
        assert picture_of(client.get(f"/look/icon-{icons.icon_key(words)}-180.png")).size == (180, 180)

    def test_an_icon_is_drawn_once(self, client, monkeypatch):
        words = settings_of_site(colour="#0055aa")
        address = f"/look/icon-{icons.icon_key(words)}-180.png"
        first = client.get(address).content
        monkeypatch.setattr(icons, "_png", lambda *arguments: b"drawn again")
        assert client.get(address).content == first


def test_a_large_logo_with_a_palette_is_drawn_and_a_damaged_one_is_not_needed(client, monkeypatch):
    words = settings_of_site(logo=make_image("Logo"))
    large = Image.new("P", (3000, 2000), 1)
    large.putpalette([0, 0, 0, 200, 30, 30])
    path = words.logo.file.path
    large.save(path, "PNG", transparency=0)
    assert picture_of(client.get(f"/look/icon-{icons.icon_key(words)}-192.png")).getpixel((96, 96)) == (200, 30, 30)
    icons._icons.clear()
    Path(path).write_bytes(Path(path).read_bytes()[:200])
    assert picture_of(client.get(f"/look/icon-{icons.icon_key(words)}-192.png")).size == (192, 192)


class TestManifest:
    def test_it_names_the_site_and_its_icons(self, client):
        words = settings_of_site(name="Hall 3", logo=make_image("Logo"))
        assert 'rel="manifest" href="/look/site.webmanifest"' in client.get("/").content.decode()
        answer = client.get("/look/site.webmanifest")
        assert answer.headers["Content-Type"] == "application/manifest+json"
        content = answer.json()
        assert (content["name"], content["start_url"]) == ("Hall 3", "/")
        assert [each["sizes"] for each in content["icons"]] == ["192x192", "512x512"]
        for each in content["icons"]:
            assert picture_of(client.get(each["src"])).size == (int(each["sizes"].split("x")[0]),) * 2
        assert icons.icon_key(words) in content["icons"][0]["src"]

    def test_it_is_in_the_language_of_the_site_as_every_answer_that_caches_share(self, client):
        settings_of_site(name="Hall 3", languages="de", translated_words={"de": {"name": "Saal 3"}})
        for address in ("/look/site.webmanifest", "/favicon.ico", "/look/8a4b08-2.css"):
            own, german = (client.get(address, HTTP_ACCEPT_LANGUAGE=code) for code in ("en", "de"))
            assert german.headers["Cache-Control"].startswith("public") and "Vary" not in german.headers, address
            assert (german.content, german.headers.get("Location")) == (own.content, own.headers.get("Location"))
        content = client.get("/look/site.webmanifest", HTTP_ACCEPT_LANGUAGE="de").json()
        assert (content["name"], content["lang"]) == ("Hall 3", "en")

    def test_without_a_logo_and_a_colour_it_has_the_usual_mark(self, client):
        (icon,) = client.get("/look/site.webmanifest").json()["icons"]
        assert icon["src"].endswith(".svg") and client.get(icon["src"]).status_code == 200

    def test_pages_may_load_it(self, client):
        settings_of_site()
        assert "manifest-src 'self'" in client.get("/").headers["Content-Security-Policy"]


class TestLogoByNight:
    def test_browsers_choose_by_the_theme_of_the_system(self, client):
        settings_of_site(name="Hall 3", logo=make_image("Day"), logo_by_night=make_image("Night", colour="white"))
        html = client.get("/").content.decode().partition("</header>")[0]
        assert '<source srcset="/media/images/' in html and 'media="(prefers-color-scheme: dark)"' in html
        assert html.count("<img") == 1 and 'alt="Hall 3"' in html

    def test_without_one_there_is_the_logo_alone(self, client):
        settings_of_site(logo=make_image("Day"))
        assert "<source" not in client.get("/").content.decode().partition("</header>")[0]


def test_the_form_of_the_settings_has_the_preview_of_the_colour():
    words = settings_of_site()
    client = factories.browser(factories.make_superuser())
    html = client.get(f"/admin/settings/home/sitesettings/{words.site_id}/").content.decode()
    assert 'data-colour-preview="/look/000000-2.css"' in html
    assert "home/js/colour_preview" in html and "home/css/colour_preview" in html


class TestDrawnOnce:
    def test_the_last_few_are_kept(self):
        drawn, kept = [], DrawnOnce(2)
        for key in "abacba":
            kept.get(key, lambda key=key: drawn.append(key) or key.encode())
        assert drawn == ["a", "b", "c", "a"]

    def test_many_threads_at_the_limit_each_get_their_own(self):
        """Without a lock, one thread forgets a picture while another one is about to return it."""
        kept = DrawnOnce(1)

        def draw(key):
            time.sleep(0.001)
            return key

        with ThreadPoolExecutor(8) as threads:
            keys = [str(number % 3).encode() for number in range(200)]
            assert list(threads.map(lambda key: kept.get(key, lambda: draw(key)), keys)) == keys


def test_tickets_of_links_are_kept_in_the_same_way(monkeypatch):
    monkeypatch.setattr(open_graph, "_tickets", DrawnOnce(1))
    monkeypatch.setattr(open_graph, "_drawn", lambda name, colour: time.sleep(0.001) or name.encode())
    names = [f"Site {number % 3}" for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda name: open_graph.ticket(name, ""), names)) == [name.encode() for name in names]
