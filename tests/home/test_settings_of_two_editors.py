"""The settings of a site that two editors change at the same time: the changes of both stay."""

import html
import json
import re

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import Site
from wagtail.users.models import UserProfile

from home.drawings.cleaning import clean
from home.drawings.models import LogoDrawing
from home.models import SiteSettings
from tests import factories
from tests.home.block_pages import make_image
from tests.home.drawings.svg_files import svg

pytestmark = pytest.mark.django_db

FIELDS = {"name": "Hall", "footer": "", "colour": "", "logo": "", "password_note": "", "contact": "", "languages": "de"}
MEANWHILE = "Saved here meanwhile: “%s”."


@pytest.fixture
def site():
    factories.get_home()
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.update_or_create(site=site, defaults={**FIELDS, "logo": None})
    return site


@pytest.fixture
def address(site):
    return f"/admin/settings/home/sitesettings/{site.pk}/"


@pytest.fixture
def editor():
    return factories.browser(factories.make_superuser())


def opened(editor, address):
    """Return what the form sends that an editor has opened now."""
    text = editor.get(address).text
    assert text.count('name="read"') == 1
    return {**FIELDS, "read": html.unescape(re.search(r'name="read" value="([^"]*)"', text)[1])}


def svg_file(colour):
    content = svg(f'<rect width="20" height="10" fill="{colour}"/>')
    return SimpleUploadedFile("logo.svg", content, "image/svg+xml")


@pytest.fixture
def drawn(monkeypatch):
    """No child cleans and draws."""
    monkeypatch.setattr("home.drawings.fields.drawing_of", clean)
    monkeypatch.setattr("home.drawings.fields.png_of", lambda drawing: b"png")


def test_fields_that_an_editor_has_not_changed_keep_what_another_one_has_saved(editor, address):
    older, logo = opened(editor, address), make_image("Logo")
    theirs = {**older, "colour": "#ff0000", "logo": logo.pk, "languages": ["de", "fr"], "texts_de_name": "Saal"}
    assert editor.post(address, theirs).status_code == 302
    assert editor.post(address, {**older, "footer": "Hello", "texts_de_footer": "Hallo"}).status_code == 302
    saved = SiteSettings.objects.get()
    assert (saved.footer, saved.colour, saved.logo, saved.languages) == ("Hello", "#ff0000", logo, "de fr")
    assert saved.translated_words == {"de": {"name": "Saal", "footer": "Hallo"}}


@pytest.mark.parametrize(
    ("theirs", "mine", "shown"),
    [
        ({"footer": "Theirs"}, {"footer": "Mine"}, "Theirs"),
        ({"languages": ["de", "fr"]}, {"languages": ["de", "it"]}, "Deutsch, Français"),
        ({"texts_de_name": "Saal"}, {"texts_de_name": "Kino"}, "Saal"),
    ],
)
def test_a_field_that_both_have_changed_is_shown_with_both_values(editor, address, theirs, mine, shown):
    older = opened(editor, address)
    editor.post(address, {**older, **theirs, "colour": "#ff0000"})
    answer = editor.post(address, {**older, **mine, "name": "Hall 3"})
    form = answer.context["form"]
    assert answer.status_code == 200 and MEANWHILE % shown in form.errors[next(iter(mine))][0]
    assert SiteSettings.objects.get().name == "Hall"
    sent = {name: form[name].value() or "" for name in form.fields if not name.startswith("drawing")}
    assert sent["colour"] == "#ff0000" and sent[next(iter(mine))] == next(iter(mine.values()))
    assert editor.post(address, {**sent, "read": json.dumps(json.loads(form.data["read"]))}).status_code == 302
    saved = SiteSettings.objects.get()
    assert (saved.name, saved.colour) == ("Hall 3", "#ff0000")
    if "footer" in mine:
        assert saved.footer == "Mine"


def test_languages_are_listed_as_the_language_of_the_editor_writes_lists(editor, address):
    older = opened(editor, address)
    editor.post(address, {**older, "languages": ["de", "fr"]})
    UserProfile.objects.create(user=User.objects.get(), preferred_language="ja")
    answer = editor.post(address, {**older, "languages": ["de", "it"]})
    assert "Deutsch、Français" in answer.context["form"].errors["languages"][0]


def test_both_may_save_the_same(editor, address):
    older = opened(editor, address)
    for _editor in range(2):
        assert editor.post(address, {**older, "footer": "Same"}).status_code == 302


@pytest.mark.usefixtures("drawn")
def test_drawings_that_two_editors_upload_at_the_same_time_both_stay(editor, address, monkeypatch):
    editor.post(address, {**opened(editor, address), "drawing": svg_file("#ff0000")})
    older = opened(editor, address)

    def slowly(content):
        monkeypatch.setattr("home.drawings.fields.drawing_of", clean)
        answer = editor.post(address, {**older, "drawing": svg_file("#00ff00")})  # the other editor
        assert answer.status_code == 302
        return clean(content)

    monkeypatch.setattr("home.drawings.fields.drawing_of", slowly)
    assert editor.post(address, {**older, "drawing_by_night": svg_file("#0000ff")}).status_code == 302
    saved = SiteSettings.objects.get()
    assert "#00ff00" in saved.logo_drawing.svg and "#0000ff" in saved.logo_drawing_by_night.svg
    assert LogoDrawing.objects.count() == 2


@pytest.mark.usefixtures("drawn")
def test_a_drawing_that_both_upload_is_shown_before_it_is_replaced(editor, address):
    older = opened(editor, address)
    editor.post(address, {**older, "drawing": svg_file("#ff0000")})
    answer = editor.post(address, {**older, "drawing": svg_file("#00ff00")})
    saved = SiteSettings.objects.get()
    assert "Somebody has changed this meanwhile" in answer.text and saved.logo_drawing.url in answer.text
    assert "#ff0000" in saved.logo_drawing.svg and LogoDrawing.objects.count() == 1
