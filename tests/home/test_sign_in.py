"""The page on which editors sign in has its words in their language, and no text that a phone cuts off."""

import re

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Site

from home.languages import visitor_language
from home.models import SiteSettings
from tests import factories

pytestmark = pytest.mark.django_db
LABEL = r'<label[^>]*for="id_password"[^>]*>\s*([^<]*?)\s*<'


@pytest.fixture
def offered():
    """A site in German and Japanese, too."""
    factories.get_home()
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.update_or_create(site=site, defaults={"languages": "de ja"})
    visitor_language.forget_offered()
    yield
    visitor_language.forget_offered()


@pytest.mark.usefixtures("offered")
@pytest.mark.parametrize("code", ["en", "de", "ja"])
def test_the_fields_have_labels_in_the_language_and_no_placeholders(code):
    page = factories.browser(HTTP_ACCEPT_LANGUAGE=code).get(reverse("wagtailadmin_login")).text
    with translation.override(code):
        assert re.findall(LABEL, page) == [gettext("Password")]
        for words in ("Remember me", "Sign in"):
            assert gettext(words) in page
    assert "placeholder" not in page.partition("<form")[2].partition("</form>")[0]


def test_the_form_signs_in_and_says_what_is_wrong():
    user = factories.make_superuser()
    client = factories.browser()
    wrong = {"username": user.get_username(), "password": "not the password"}
    assert "match" in client.post(reverse("wagtailadmin_login"), wrong).text
    user.set_password("a-lamp-for-editors")
    user.save()
    right = {**wrong, "password": "a-lamp-for-editors", "remember": "on"}
    answer = client.post(reverse("wagtailadmin_login"), right)
    assert (answer.status_code, answer.url) == (302, reverse("wagtailadmin_home"))


class TestTheTab:
    @pytest.mark.parametrize("name", ["wagtailadmin_login", "wagtailadmin_password_reset"])
    def test_of_a_screen_before_sign_in_ends_with_the_name_of_the_site(self, settings, name):
        settings.WAGTAIL_PASSWORD_RESET_ENABLED = True
        assert title_at(factories.browser(), reverse(name)).endswith(" - Hall &amp; 3")

    @pytest.mark.parametrize(
        "name", ["wagtailadmin_home", "videos:index", "wagtailadmin_explore_root", "wagtailimages:index"]
    )
    def test_of_each_screen_does_too(self, name):
        title = title_at(factories.browser(factories.make_superuser()), reverse(name))
        assert title.endswith(" - Hall &amp; 3") and "Wagtail" not in title


def title_at(client, address):
    factories.get_home()
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.update_or_create(site=site, defaults={"name": "Hall & 3"})
    return " ".join(re.search(r"<title>(.*?)</title>", client.get(address).text, re.S)[1].split())
