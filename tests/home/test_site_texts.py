"""The owner's words in further languages: pages, mails, shared pictures and the form of the settings."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import Site

from home.appearance.site_texts import SiteTexts, texts_in
from home.models import SiteSettings
from tests import factories
from tests.access.invitations.mail_codes import ANN, link_for, pressed
from video_pages.access.invitations.by_mail.sending import send_codes
from video_pages.core import clock, site_names

pytestmark = pytest.mark.django_db

GERMAN = {"name": "Saal 3", "footer": "Wir zeigen Filme.", "password_note": "Fragt im Büro.", "contact": "0301234567"}
FIELDS = {"name": "Hall 3", "footer": "We show films.", "colour": "", "logo": "", "password_note": "", "contact": ""}


@pytest.fixture
def texts():
    """The settings of a site in English and German, with words in both."""
    factories.get_home()
    site = Site.objects.get(is_default_site=True)
    found, _made = SiteSettings.objects.update_or_create(
        site=site,
        defaults={
            **FIELDS,
            "logo": None,
            "contact": "a@school.example",
            "languages": "de fr",
            "translated_words": {"de": GERMAN},
        },
    )
    return found


def page(client, address="/search/", language="de"):
    return client.get(address, headers={"Accept-Language": language}).content.decode()


class TestForReaders:
    def test_each_reads_the_words_of_their_language(self, client, texts):
        german, english = page(client), page(client, language="en")
        assert "Saal 3" in german and "Wir zeigen Filme." in german and "Hall 3" not in german
        assert "Hall 3" in english and "We show films." in english and "Saal 3" not in english

    def test_a_word_that_is_not_written_is_that_of_the_site(self, texts):
        texts.translated_words = {"de": {"name": "Saal 3"}}
        assert texts_in(texts, "de") == SiteTexts("Saal 3", "We show films.", "", "a@school.example")
        assert texts_in(texts, "fr") == texts_in(texts, "en")

    def test_a_name_in_another_script_says_its_language(self, client, texts):
        def brand(language):
            return re.search(r'<a class="site-head__brand"[^>]*>', page(client, language=language))[0]

        SiteSettings.objects.update(name="シネマ塩", languages="de fr ja")
        assert 'lang="ja"' in brand("fr") and "lang=" not in brand("ja") and "lang=" not in brand("de")

    def test_the_line_at_the_bottom_as_it_was_made_is_still_translated(self, texts):
        texts.footer, texts.translated_words = SiteSettings().footer, {"de": {"name": "Saal 3"}}
        assert texts_in(texts, "de").footer != ""
        with translation.override("de"):
            assert texts.texts.footer.startswith("Passwort oder Link")

    def test_the_locked_page_has_note_and_contact_in_the_language(self, client, texts):
        video = factories.make_real_video(password=factories.PASSWORD)
        html = page(client, video.url)
        assert "Fragt im Büro." in html and 'href="tel:0301234567"' in html

    def test_a_language_costs_no_query(self, client, texts):
        def count(language):
            page(client, language=language)
            with CaptureQueriesContext(connection) as captured:
                page(client, language=language)
            return len(captured)

        assert count("de") == count("fr")

    def test_the_picture_of_shared_links_has_the_name_of_the_page_it_is_for(self, client, texts):
        addresses = {re.search(r"/look/ticket-\w+\.png", page(client, "/", code))[0] for code in ("de", "en")}
        assert len(addresses) == 2
        assert [client.get(address).status_code for address in addresses] == [200, 200]

    @pytest.mark.usefixtures("mail_server")
    def test_mails_have_the_owners_name_in_the_language_of_the_mail(self, texts):
        site = texts.site
        with translation.override("de"):
            assert site_names.name_of(site) == "Saal 3"
        texts.translated_words["de"]["name"] = "Saal\n3"
        texts.save()
        _invitation, path = link_for(factories.make_video())
        asker, address = pressed(path)
        asker.post(address, {"email": ANN}, headers={"Accept-Language": "de"})
        send_codes(clock.now())
        (message,) = mail.outbox
        assert "Saal 3" in message.subject and message.body.endswith("-- \nSaal 3\n")

    def test_without_words_of_the_owner_mails_have_the_name_of_wagtails_site(self, texts, settings):
        texts.name, texts.translated_words = "", {}
        texts.save()
        Site.objects.update(site_name="The Orpheum")
        assert site_names.name_of(Site.objects.get()) == "The Orpheum"
        assert site_names.name_of(None) == settings.WAGTAIL_SITE_NAME


class TestTheForm:
    @pytest.fixture
    def address(self, texts):
        return f"/admin/settings/home/sitesettings/{texts.site_id}/"

    @pytest.fixture
    def editor(self, texts):
        return factories.browser(factories.make_superuser())

    def test_there_is_a_field_for_each_word_of_each_language(self, editor, address):
        html = editor.get(address).content.decode()
        assert set(re.findall(r'name="(texts_\w+)"', html)) == {
            f"texts_{code}_{column}" for code in ("de", "fr") for column in SiteTexts._fields
        }
        assert 'value="Saal 3"' in html and 'placeholder="Hall 3"' in html
        assert '<legend class="translated-texts__language" lang="de">Deutsch</legend>' in html

    def test_what_is_written_is_kept_and_what_is_emptied_is_gone(self, editor, address):
        values = {"languages": ["de", "fr"], "texts_de_name": " Kino ", "texts_fr_footer": "Nos films."}
        assert editor.post(address, {**FIELDS, **values}).status_code == 302
        assert SiteSettings.objects.get().translated_words == {"de": {"name": "Kino"}, "fr": {"footer": "Nos films."}}

    def test_a_form_from_before_an_update_leaves_the_languages_that_it_does_not_send(self, editor, address):
        values = {"languages": ["de", "fr"], "words_de_name": "Kino", "texts_fr_footer": "Nos films."}
        assert editor.post(address, {**FIELDS, **values}).status_code == 302
        assert SiteSettings.objects.get().translated_words == {"de": GERMAN, "fr": {"footer": "Nos films."}}

    def test_words_of_a_language_that_is_switched_off_stay_for_the_day_it_is_on_again(self, editor, address):
        editor.post(address, {**FIELDS, "texts_de_name": "Saal 3"})
        assert SiteSettings.objects.get().languages == ""
        assert "texts_de_name" not in editor.get(address).content.decode()
        editor.post(address, FIELDS)
        assert SiteSettings.objects.get().translated_words["de"]["name"] == "Saal 3"

    def test_languages_of_pages_have_fields_without_being_ticked(self, editor, address, settings):
        SiteSettings.objects.update(languages="")
        settings.PAGE_LANGUAGES = ("pl",)
        assert "texts_pl_name" in editor.get(address).content.decode()

    @pytest.mark.parametrize(("column", "text"), [("contact", "nonsense"), ("name", "x" * 61), ("footer", "x" * 201)])
    def test_the_limits_are_those_of_the_sites_own_language(self, editor, address, column, text):
        answer = editor.post(address, {**FIELDS, "languages": ["de"], f"texts_de_{column}": text})
        assert list(answer.context["form"].errors) == [f"texts_de_{column}"]

    def test_a_site_with_one_language_has_no_such_fields(self, editor, address):
        SiteSettings.objects.update(languages="", translated_words={})
        html = editor.get(address).content.decode()
        assert 'name="texts_' not in html and "Your words in other languages" not in html


def test_templates_ask_for_the_words_of_the_reader():
    from pathlib import Path

    from django.conf import settings

    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        assert not re.search(r"site_settings\.(name|footer|password_note|contact)\b", path.read_text()), path
