"""A site owner's colour, logo and texts on visitors' pages, and the contrast of the colour."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site

from home.appearance import colours
from home.models import SiteSettings
from home.templatetags.home_tags import contact
from tests import factories
from tests.home.site_settings import settings_of_site

ODD_COLOURS = ["#000000", "#ffffff", "#ffff00", "#0000ff", "#7f7f7f", "#b3431e", "#00ff7f", "#12100e", "#f6f2ea"]
ODD_COLOURS += ["#ffd400", "#14213d", "#ff00aa", "#808080", "#1d3557", "#800020"]


def variables(colour):
    """Return the variables of the style sheet of `colour` by day and by night: {name: value} of each."""
    found = dict(re.findall(r"--([a-z-]+): (.+);", colours.style_sheet(colour)))
    both = {name: re.fullmatch(r"light-dark\((.+), (.+)\)", value) for name, value in found.items()}
    return [{name: both[name][theme] if both[name] else value for name, value in found.items()} for theme in (1, 2)]


def tracks():
    """Return what bars of the player run on: a colour, and a white that is blended with a black film."""
    tokens, controls = (
        Path(finders.find(name)).read_text() for name in ("home/css/tokens.css", "video_pages/css/player_controls.css")
    )
    glow = re.search(r"--screen-glow: (#[0-9a-f]{6});", tokens)[1]
    white = float(re.search(r"--media-range-track-background: rgb\(255 255 255 / ([0-9.]+)\);", controls)[1])
    return [glow, f"#{round(255 * white):02x}" + f"{round(255 * white):02x}" * 2]


class TestColours:
    def test_contrast_is_that_of_the_standard(self):
        assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
        assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)

    def test_a_readable_colour_stays_as_it_is(self):
        assert colours.readable_on("#B3431E", colours.LIGHT, darker=True) == "#b3431e"

    @pytest.mark.parametrize("colour", ODD_COLOURS)
    def test_every_colour_becomes_readable_on_light_and_dark_pages(self, colour):
        day, night = variables(colour)
        assert min(colours.contrast(day["lamp"], background) for background in colours.LIGHT) >= 4.5
        assert min(colours.contrast(night["lamp"], background) for background in colours.DARK) >= 4.5
        assert min(colours.contrast(day["on-screen-lamp"], background) for background in colours.SCREEN) >= 4.5
        assert min(colours.contrast(day["on-screen-bar"], behind) for behind in [*colours.SCREEN, *tracks()]) >= 3

    def test_the_tracks_of_bars_are_those_of_the_style_sheets(self):
        assert set(colours.TRACKS) == set(tracks())

    def test_an_edge_parts_what_was_played_from_what_is_loaded(self):
        controls = Path(finders.find("video_pages/css/player_controls.css")).read_text()
        assert "--media-range-thumb-box-shadow: 0 0 0 2px var(--screen);" in controls
        white = float(re.search(r"--media-time-range-buffered-color: rgb\(255 255 255 / ([0-9.]+)\);", controls)[1])
        track = int(tracks()[1][1:3], 16)
        loaded = f"{round(track + (255 - track) * white):02x}"
        assert colours.contrast(f"#{loaded * 3}", colours.SCREEN[1]) >= 3

    @pytest.mark.parametrize("colour", ODD_COLOURS)
    def test_what_it_fills_has_the_colour_itself_and_is_read_and_seen(self, colour):
        for theme, backgrounds in zip(variables(colour), (colours.LIGHT, colours.DARK), strict=True):
            places = [("lamp-fill", "on-lamp", "lamp-edge", backgrounds)]
            places += [("on-screen-fill", "on-screen-fill-text", "on-screen-fill-edge", colours.SCREEN)]
            for fill, text, edge, behind in places:
                assert theme[fill] == colour
                assert colours.contrast(theme[text], colour) >= 4.5
                seen = colour if theme[edge] == "transparent" else theme[edge]
                assert min(colours.contrast(seen, background) for background in behind) >= 3

    @pytest.mark.parametrize("grey", range(0, 256, 5))
    def test_black_or_white_is_readable_on_every_colour(self, grey):
        assert (
            colours.contrast(colours.text_on(f"#{grey:02x}{grey:02x}{grey:02x}"), f"#{grey:02x}{grey:02x}{grey:02x}")
            >= 4.5
        )

    def test_an_edge_is_there_only_where_it_is_needed(self):
        day, night = variables("#ffd400")
        assert day["lamp-edge"] == day["lamp"] != "#ffd400" and night["lamp-edge"] == "transparent"
        day, night = variables("#14213d")
        assert day["lamp-edge"] == "transparent" and night["lamp-edge"] == night["lamp"] != "#14213d"

    def test_a_site_without_a_colour_has_the_same_variables(self):
        tokens = Path(finders.find("home/css/tokens.css")).read_text()
        for name in re.findall(r"--[a-z-]+(?=:)", colours.style_sheet("#14213d")):
            assert f"  {name}: " in tokens

    def test_browsers_without_light_dark_have_each_colour_of_the_day(self):
        both, plain = Path(finders.find("home/css/tokens.css")).read_text().split("@supports not", 1)
        for name, day in re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]+|rgb\(.+?\)), ", both):
            assert f"    --{name}: {day};\n" in plain

    def test_a_hue_is_kept(self):
        readable = colours.readable_on("#00ff00", colours.LIGHT, darker=True)
        red, green, blue = (int(readable[place : place + 2], 16) for place in (1, 3, 5))
        assert green > 80
        assert red == blue == 0

    def test_what_is_no_colour_is_refused(self):
        for text in ["red", "#12", "#12345g", "#123456;}", ""]:
            with pytest.raises(ValueError):
                colours.style_sheet(text)


@pytest.mark.django_db
class TestOnPages:
    def test_a_colour_comes_as_a_style_sheet_of_its_own(self, client):
        settings_of_site(colour="#00AA55")
        html = client.get("/").content.decode()
        assert 'href="/look/00aa55-2.css"' in html
        response = client.get("/look/00aa55-2.css")
        assert response["Content-Type"].startswith("text/css")
        assert "immutable" in response["Cache-Control"]
        assert b"--lamp: light-dark(#" in response.content

    def test_without_a_colour_there_is_none(self, client):
        factories.get_home()
        assert not re.search(r"/look/[\w-]+\.css", client.get("/").content.decode())

    @pytest.mark.parametrize(
        "name", ["zzzzzz", "12345", "1234567", "00AA55", "00aa55-2.css/..", "00aa55-1", "%0a0aa55"]
    )
    def test_other_addresses_have_no_sheet(self, client, name):
        factories.get_home()
        assert client.get(f"/look/{name}.css").status_code == 404
        assert client.get(f"/look/{name}-2.css").status_code == 404

    def test_pages_from_before_the_version_in_the_address_keep_their_colour(self, client):
        factories.get_home()
        assert client.get("/look/00aa55.css").content == client.get("/look/00aa55-2.css").content

    @pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#123456\n", "url(x)"])
    def test_a_setting_that_is_no_colour_is_refused_with_a_message(self, colour):
        with pytest.raises(ValidationError, match="six digits"):
            settings_of_site(colour=colour)

    def test_a_logo_replaces_the_name_and_has_it_as_alternative_text(self, client):
        image = get_image_model().objects.create(title="Our mark", file=get_test_image_file(size=(900, 300)))
        settings_of_site(name="The Orpheum", logo=image)
        html = client.get("/").content.decode()
        assert 'alt="The Orpheum"' in html
        assert "site-head__mark" not in html

    def test_note_and_contact_are_on_the_password_page_only_while_it_is_locked(self, client):
        settings_of_site(password_note="Ask <your> teacher.\nOr the office.", contact="films@school.example")
        video = factories.make_real_video(password=factories.PASSWORD)
        locked = client.get(video.url).content.decode()
        assert "Ask &lt;your&gt; teacher.<br>Or the office." in locked
        assert '<a href="mailto:films@school.example">' in locked
        factories.unlock(client, video)
        before_the_dialog = client.get(video.url).content.decode().partition("data-player-password-dialog")[0]
        assert "films@school.example" not in before_the_dialog

    def test_a_section_that_nobody_can_open_says_whom_to_ask(self, client):
        settings_of_site(contact="+49 (30) 12345")
        video = factories.make_video(password=None)
        assert '<a href="tel:+493012345">+49 (30) 12345</a>' in client.get(video.url).content.decode()

    def test_the_pages_ask_no_more_for_a_logo(self, client, django_assert_max_num_queries):
        settings_of_site()
        for _ in range(2):  # the second visit reads when pages end, after the changes of the first
            client.get("/")
        with django_assert_max_num_queries(40) as without:
            client.get("/")
        image = get_image_model().objects.create(title="Our mark", file=get_test_image_file())
        settings_of_site(logo=image)
        for _ in range(2):
            client.get("/")
        with django_assert_max_num_queries(40) as with_logo:
            client.get("/")
        assert len(with_logo.captured_queries) <= len(without.captured_queries) + 1


def test_a_contact_is_never_more_than_a_link():
    link = '<a href="https://school.example/help" rel="noopener">school.example/help</a>'
    assert contact("https://school.example/help") == link
    assert contact("Room 12, <b>ground</b> floor") == "Room 12, &lt;b&gt;ground&lt;/b&gt; floor"
    assert "<script" not in contact('https://x.example/"><script>alert(1)</script>')
    assert contact("javascript:alert(1)") == "javascript:alert(1)"


@pytest.mark.django_db
class TestTheForm:
    def send(self, **values):
        factories.get_home()
        site = Site.objects.get(is_default_site=True)
        editor = factories.browser(factories.make_superuser())
        fields = {"name": "", "footer": "", "colour": "", "logo": "", "password_note": "", "contact": "", **values}
        return editor.post(f"/admin/settings/home/sitesettings/{site.pk}/", fields)

    @pytest.mark.parametrize("text", ["nonsense", "Room 12", "javascript:alert(1)", "www.school.example"])
    def test_a_contact_that_nobody_can_follow_is_refused(self, text):
        html = self.send(contact=text).content.decode()
        assert "Write an email address, a telephone number or a web address" in html
        assert not SiteSettings.objects.filter(contact=text).exists()

    @pytest.mark.parametrize("text", ["a@school.example", "+49 (30) 12345", "https://school.example/help", ""])
    def test_an_address_or_a_number_is_a_contact(self, text):
        assert self.send(contact=text).status_code == 302
        assert SiteSettings.objects.get().contact == text

    @pytest.mark.parametrize("colour", ["#b3431e99", "dark red", "#b343"])
    def test_a_colour_is_refused_whole_and_never_cut(self, colour):
        response = self.send(colour=colour)
        assert "Write a colour as # and six digits" in response.content.decode()
        assert not SiteSettings.objects.exclude(colour="").exists()
        assert "maxlength" not in response.context["form"].fields["colour"].widget.attrs
