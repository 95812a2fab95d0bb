"""The pairs of fonts of a site: what pages load of them, and the choice in the settings."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from wagtail.models import Site

from deploy import bundles
from home.appearance.fonts import FontPair
from home.models import SiteSettings
from tests import factories
from tests.home.site_settings import settings_of_site

LATIN_BYTES = 60_000
"""The most that the two fonts of an English page may weigh; the whole home page has 250 KB."""

OTHERS = [FontPair.NEWSREADER, FontPair.SCHIBSTED]


def preloaded(html):
    return re.findall(r'rel="preload" href="/static/(vendor/[^"]+\.woff2)"', html)


@pytest.mark.django_db
class TestOnPages:
    def test_the_usual_pair_needs_no_sheet_of_its_own(self, client):
        settings_of_site()
        html = client.get("/").content.decode()
        assert "css/fonts_" not in html
        assert [path.split("/")[1] for path in preloaded(html)] == ["instrument-sans", "instrument-serif"]

    @pytest.mark.parametrize("pair", OTHERS)
    def test_another_pair_comes_after_the_sheet_of_the_page_and_alone_is_preloaded(self, client, pair):
        settings_of_site(fonts=pair)
        html = client.get("/").content.decode()
        sheets = re.findall(r'rel="stylesheet" href="/static/bundles/css/([^"]+)"', html)
        assert sheets == ["home_page.css", f"fonts_{pair}.css"]
        files = preloaded(html)
        assert len(files) == 2 and not [path for path in files if "instrument" in path]
        own = (bundles.ROOT / "home/static/home/css" / f"fonts_{pair}.css").read_text()
        for path in files:
            assert finders.find(path), path
            assert f"../../{path}" in own

    @pytest.mark.parametrize("pair", FontPair)
    def test_an_english_page_needs_less_than_sixty_kilobytes_of_fonts(self, client, pair):
        settings_of_site(fonts=pair)
        files = [finders.find(path) for path in preloaded(client.get("/").content.decode())]
        assert 0 < sum(open(path, "rb").seek(0, 2) for path in files) < LATIN_BYTES

    def test_polish_pages_have_the_letters_of_polish_at_once(self, client):
        settings_of_site(languages="pl de", fonts=FontPair.NEWSREADER)
        polish = preloaded(client.get("/search/", headers={"Accept-Language": "pl"}).content.decode())
        assert len(polish) == 4
        assert [path for path in polish if "newsreader-latin-ext-500" in path]
        assert len(preloaded(client.get("/search/", headers={"Accept-Language": "de"}).content.decode())) == 2

    def test_a_frame_on_another_site_has_the_fonts_of_the_site(self, client, settings):
        from video_pages.access.site_settings import AccessSettings

        settings_of_site(fonts=FontPair.SCHIBSTED)
        video = factories.make_video(password=factories.PASSWORD)
        site = Site.objects.get(is_default_site=True)
        AccessSettings.objects.update_or_create(site=site, defaults={"embed_sites": "https://school.example"})
        assert "fonts_schibsted.css" in client.get(f"/embed/{video.uuid}/").content.decode()

    def test_an_unknown_pair_is_refused(self):
        with pytest.raises(ValidationError):
            settings_of_site(fonts="comic")

    def test_a_row_with_an_unknown_pair_shows_the_usual_one(self, client):
        SiteSettings.objects.filter(pk=settings_of_site().pk).update(fonts="gone")
        assert len(preloaded(client.get("/").content.decode())) == 2


@pytest.mark.django_db
class TestTheForm:
    def test_the_choice_is_saved_and_a_form_without_it_changes_nothing(self):
        words = settings_of_site()
        editor = factories.browser(factories.make_superuser())
        address = f"/admin/settings/home/sitesettings/{words.site_id}/"
        fields = {"name": "", "footer": "", "colour": "", "logo": "", "password_note": "", "contact": ""}
        assert editor.post(address, {**fields, "fonts": "schibsted"}).status_code == 302
        assert editor.post(address, fields).status_code == 302
        assert SiteSettings.objects.get().fonts == FontPair.SCHIBSTED
        assert editor.post(address, {**fields, "fonts": "comic"}).status_code == 200

    def test_the_preview_has_the_sheets_of_all_pairs(self):
        words = settings_of_site()
        editor = factories.browser(factories.make_superuser())
        html = editor.get(f"/admin/settings/home/sitesettings/{words.site_id}/").content.decode()
        assert html.count('type="radio" name="fonts"') == len(FontPair)
        for sheet in ("fonts", "fonts_newsreader", "fonts_schibsted"):
            assert f"home/css/{sheet}.css" in html


def test_style_sheets_of_visitors_use_only_properties_that_are_set_somewhere():
    """`var(--name)` of a name that nobody sets is silently the initial value."""
    texts = {path: path.read_text() for path in bundles.sources() if path.suffix == ".css"}
    scripts = "".join(path.read_text() for path in bundles.sources() if path.suffix == ".js")
    known = set(re.findall(r"(?<![\w-])(--[\w-]+)\s*:", "".join(texts.values())))
    known |= set(re.findall(r"--[\w-]+", scripts))
    written = tuple(re.findall(r"(--[\w-]+-)\$\{", scripts))  # `--shown-${part}`
    templates = "".join(path.read_text() for path in (bundles.ROOT / "templates").rglob("*.html"))
    known |= set(re.findall(r"--[\w-]+", templates))
    used = {(path.name, name) for path, text in texts.items() for name in re.findall(r"var\((--[\w-]+)\)", text)}
    used = {(path, name) for path, name in used if name not in known and not name.startswith(("--w-", *written))}
    assert not used


def test_no_width_follows_the_digits_of_the_font_that_is_there_first():
    """A stand-in has other digits, so the lines of a text would break elsewhere while the font loads."""
    sheets = [path for path in bundles.sources() if path.suffix == ".css"]
    rules = {path.name: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL) for path in sheets}
    assert [name for name, text in rules.items() if re.search(r"\dch\b", text)] == []
    pairs = [name for name, text in rules.items() if "--text-font:" in text]
    assert len(pairs) == len(FontPair) and all("--measure:" in rules[name] for name in pairs)
