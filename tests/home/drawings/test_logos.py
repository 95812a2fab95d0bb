"""Logos as SVG: the form of the settings, their addresses, pages and icons."""

import io
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from wagtail.models import Site

from home.appearance import icons
from home.drawings.cleaning import clean
from home.drawings.models import LogoDrawing
from home.drawings.reading import MESSAGES
from home.drawings.uploads import drawing_of
from home.models import SiteSettings
from tests import factories
from tests.home.block_pages import make_image
from tests.home.drawings.svg_files import HOSTILE, REFUSED, SHAPE, svg

pytestmark = pytest.mark.django_db

RED = svg('<rect width="20" height="10" fill="#ff0000"/>')
FIELDS = {"name": "Hall 3", "footer": "", "colour": "", "logo": "", "password_note": "", "contact": ""}


def png(colour="red"):
    buffer = io.BytesIO()
    Image.new("RGBA", (512, 256), colour).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def drawn(monkeypatch):
    """No child cleans and draws: tests below have real ones."""
    monkeypatch.setattr("home.drawings.fields.drawing_of", clean)
    monkeypatch.setattr("home.drawings.fields.png_of", lambda drawing: png())


@pytest.fixture
def site():
    factories.get_home()
    return Site.objects.get(is_default_site=True)


@pytest.fixture
def post(site):
    editor = factories.browser(factories.make_superuser())

    def send(**values):
        files = {
            name: SimpleUploadedFile("logo.svg", value, "image/svg+xml") if isinstance(value, bytes) else value
            for name, value in values.items()
        }
        return editor.post(f"/admin/settings/home/sitesettings/{site.pk}/", {**FIELDS, **files})

    return send


def head_of(client):
    return client.get("/").content.decode().partition("</header>")[0]


def test_an_svg_is_shown_in_place_of_name_and_logo_and_becomes_the_icon(client, site, post):
    """One child of the sandbox cleans the file, another draws the icon."""
    SiteSettings.objects.update_or_create(site=site, defaults={"logo": make_image("Logo")})
    assert post(drawing=RED).status_code == 302
    words = SiteSettings.for_site(site)
    head = head_of(client)
    address = re.search(r'<img class="site-head__logo" src="([^"]+)" width="192" height="96" alt="Hall 3">', head)[1]
    assert head.count("<img") == 1
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.content.decode() == clean(RED).svg
    picture = Image.open(io.BytesIO(client.get(f"/look/icon-{icons.icon_key(words)}-192.png").content))
    assert picture.getpixel((96, 96)) == (255, 0, 0)
    assert picture.getpixel((2, 2)) == (0xF6, 0xF2, 0xEA)


@pytest.mark.parametrize("kind", ["script", "event", "link that runs", "page inside"])
def test_the_address_of_a_hostile_file_has_nothing_of_it(client, site, post, drawn, kind):
    assert post(drawing=svg(HOSTILE[kind])).status_code == 302
    text = client.get(SiteSettings.for_site(site).logo_drawing.url).content.decode()
    assert not re.search(r"script|onload|alert|iframe|foreign", text)


@pytest.mark.parametrize("kind", ["entities", "use of use", "many bytes", "compressed", "huge"])
def test_a_refused_file_says_why_and_leaves_the_present_one(site, post, drawn, kind):
    post(drawing=RED)
    answer = post(drawing=REFUSED[kind][0], name="Another name")
    form = answer.context["form"]
    (reason,) = form.errors["drawing"]
    assert reason.startswith("This ") and reason in answer.content.decode().replace("&lt;", "<").replace("&gt;", ">")
    assert SiteSettings.for_site(site).name == "Hall 3"
    assert LogoDrawing.objects.get().svg == clean(RED).svg


def test_a_shape_that_takes_too_long_to_draw_is_refused(site, post, monkeypatch):
    monkeypatch.setattr("home.drawings.raster.SECONDS", 1)
    monkeypatch.setattr("home.drawings.raster.LONGER_SIDE", 20_000)
    assert "could not be drawn" in post(drawing=svg(SHAPE * 900)).context["form"].errors["drawing"][0]
    assert not LogoDrawing.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [(REFUSED["entities"][0], "entities"), (svg("<p/>"), "empty"), (REFUSED["many bytes"][0], "too_large")],
)
def test_the_child_that_cleans_tells_why_it_refuses(content, code):
    with pytest.raises(ValidationError) as caught:
        drawing_of(content)
    assert (caught.value.code, caught.value.message) == (code, MESSAGES[code])


def test_a_file_that_takes_too_much_to_clean_costs_a_child_its_life_and_is_refused(site, post, monkeypatch, tmp_path):
    """The reason does not count: a fault that nobody knows yet must not stop the process that answers requests."""
    program = tmp_path / "program.py"
    program.write_text("while True: pass")
    monkeypatch.setattr("home.drawings.uploads.CHILD", program)
    monkeypatch.setattr("home.drawings.uploads.SECONDS", 1)
    assert "too complicated" in post(drawing=RED).context["form"].errors["drawing"][0]
    program.write_text("x = [b'x' * 2**30 for each in range(64)]")
    assert "too complicated" in post(drawing=RED).context["form"].errors["drawing"][0]


def test_a_new_file_takes_the_place_of_the_former_and_a_tick_removes_it(client, site, post, drawn):
    post(drawing=RED)
    first = SiteSettings.for_site(site).logo_drawing
    post(drawing=svg(SHAPE))
    second = SiteSettings.for_site(site).logo_drawing
    assert [client.get(each.url).status_code for each in (first, second)] == [404, 200]
    assert post().status_code == 302  # another change keeps it
    assert SiteSettings.for_site(site).logo_drawing == second
    post(**{"drawing-clear": "on"})
    assert SiteSettings.for_site(site).logo_drawing is None and not LogoDrawing.objects.exists()
    assert "site-head__mark" in head_of(client)


def test_the_drawings_of_a_deleted_site_are_deleted_and_those_of_others_stay(site, post, drawn):
    post(drawing=RED)
    kept = set(LogoDrawing.objects.values_list("pk", flat=True))
    other = Site.objects.create(hostname="other.example", root_page=site.root_page)
    drawings = [LogoDrawing.objects.create(digest=str(n) * 32, svg="", png=b"", width=1, height=1) for n in (1, 2)]
    SiteSettings.objects.create(site=other, logo_drawing=drawings[0], logo_drawing_by_night=drawings[1])
    other.delete()
    assert set(LogoDrawing.objects.values_list("pk", flat=True)) == kept


def test_each_theme_has_its_own(client, site, post, drawn):
    SiteSettings.objects.update_or_create(site=site, defaults={"logo_by_night": make_image("Night")})
    post(drawing=RED)
    night_image = SiteSettings.objects.get().logo_by_night
    SiteSettings.objects.update(logo_by_night=night_image or make_image("Night"))
    assert '<source srcset="/media/images/' in head_of(client)
    post(drawing_by_night=svg(SHAPE))
    words = SiteSettings.for_site(site)
    head = head_of(client)
    assert f'<source srcset="{words.logo_drawing_by_night.url}" type="image/svg+xml"' in head
    assert f'src="{words.logo_drawing.url}"' in head


def test_the_form_shows_the_present_one_and_what_was_left_out(site, post, drawn):
    post(drawing=svg(HOSTILE["script"] + HOSTILE["event"]))
    editor = factories.browser(factories.make_superuser("second"))
    html = editor.get(f"/admin/settings/home/sitesettings/{site.pk}/").content.decode()
    assert html.count(f'src="{SiteSettings.for_site(site).logo_drawing.url}"') == 2
    assert "Left out of the file: ONERROR onclick onload script" in html
    assert 'enctype="multipart/form-data"' in html


def test_pages_need_no_further_query_for_a_drawing(client, site, post, drawn):
    def count():
        client.get("/search/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/search/")
        return len(captured)

    post()
    without = count()
    post(drawing=RED, drawing_by_night=RED)
    assert count() == without


@pytest.mark.parametrize("groups", [[], ["Video editors"]])
def test_only_who_may_change_the_settings_sends_files(site, drawn, groups):
    browser = factories.browser(factories.make_user("ann", *groups))
    answer = browser.post(f"/admin/settings/home/sitesettings/{site.pk}/", {"drawing": io.BytesIO(RED)})
    assert answer.status_code in (302, 403)
    assert not LogoDrawing.objects.exists()


def test_other_addresses_of_drawings_have_nothing(client, site):
    for name in ("0" * 32, "x" * 32, "0" * 31, "../" + "0" * 32):
        assert client.get(f"/look/logo-{name}.svg").status_code == 404
