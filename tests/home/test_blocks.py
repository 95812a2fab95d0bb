"""Blocks of the home page and of pages about the site: what they show, to whom, and in how many queries."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, PageViewRestriction, Site
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from home.models import HomePage, OrdinaryPage
from tests import factories
from tests.home import block_pages as blocks
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access.models import Listed
from video_pages.access.set_listed import set_listed
from video_pages.access.site_settings import AccessSettings
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db

STILL = "data:image/webp;base64,UklGRhoAAABXRUJQVlA4TA0AAAAvDwAC"


def html(client, url="/"):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2].partition("</main")[0]


def streamfield_items(*values):
    """Return the form data of a ListBlock."""
    return streamfield([("", value) for value in values])


def video_blocks(film):
    return [blocks.hero(target=film), blocks.featured(film), blocks.films(film), blocks.newest()]


class TestShown:
    def test_every_block_shows_what_was_typed_and_chosen(self, client):
        section = factories.make_section("The north")
        film = factories.make_video("Salt flats", section=section)
        blocks.home_with(*blocks.every_block(film, section, blocks.make_image("Lighthouse")))
        text = html(client)
        assert "<h1>A hall for <em>all</em></h1>" in text
        assert f'class="button" href="{section.url}">Look</a>' in text
        assert text.count(f'href="{film.url}">Salt flats</a>') == 3  # featured, chosen, newest
        for words in ("See this one.", "Our choice", "By place", "The north", "1 film", "Plain words.", "Two."):
            assert words in text
        assert "<blockquote" in text and "A viewer" in text
        assert 'alt="Partner Lighthouse"' in text and 'href="https://partner.example/"' in text
        assert text.count("<h1") == 1

    def test_each_id_of_a_page_that_has_every_block_twice_is_there_once(self, client):
        section = factories.make_section("The north")
        film = factories.make_video("Salt flats", section=section)
        AccessSettings.objects.create(site=Site.objects.get(is_default_site=True), finds_passwords=True)
        every = [*blocks.every_block(film, section, blocks.make_image()), blocks.password()]
        blocks.home_with(*every, *every)
        found = re.findall(r' id="([^"]+)"', client.get("/").content.decode())
        assert "site-password-2" in found and len(found) == len(set(found))

    def test_a_page_without_a_hero_has_its_title_as_heading(self, client):
        page = factories.get_home().add_child(instance=OrdinaryPage(title="Contact"))
        blocks.put(page, blocks.text(), blocks.hero())
        text = html(client, page.url)
        assert text.count("<h1") == 1 and "Contact</h1>" in text
        assert '<h2 class="hero__title">A hall' in text

    def test_a_home_page_without_blocks_shows_its_words_and_the_newest_films(self, client):
        factories.make_video("Salt flats")
        home = HomePage.objects.get(pk=factories.get_home().pk)
        assert not home.body
        text = html(client)
        assert home.intro in text and "Salt flats" in text and ">Newest</h2>" in text

    def test_the_newest_films_of_the_site_show_on_other_pages_as_many_as_chosen(self, client):
        for number in range(4):
            factories.make_video(f"Film {number}")
        page = factories.get_home().add_child(instance=OrdinaryPage(title="Lately"))
        blocks.put(page, blocks.newest(3))
        assert html(client, page.url).count("video-card__link") == 3

    def test_a_film_block_leads_to_the_gated_page_and_has_no_address_of_a_file(self, client):
        film = factories.make_video("Salt flats", video_file=factories.make_video_file(still=STILL, poster_version=1))
        blocks.home_with(*video_blocks(film))
        text = html(client)
        assert "/stream/" not in text and STILL in text
        factories.unlock(client, film)
        assert f"/stream/{film.uuid}/poster" in html(client), "a browser that unlocked the film sees a frame"
        assert "/source" not in html(client)

    def test_what_was_deleted_leaves_the_other_blocks(self, client):
        section = factories.make_section("The north")
        film, image = factories.make_video("Salt flats", section=section), blocks.make_image()
        blocks.home_with(*blocks.every_block(film, section, image))
        image.delete()
        VideoPage.objects.get(pk=film.pk).delete()
        text = html(client)
        assert "Salt flats" not in text and "Plain words." in text and "The north" in text
        section.refresh_from_db()
        section.delete()
        assert "The north" not in html(client)


class TestHidden:
    @pytest.mark.parametrize("how", ["nowhere", "unlocked", "draft", "private", "section"])
    def test_a_film_that_lists_do_not_show_is_in_no_block(self, client, how):
        film = factories.make_video(
            "Zanzibar", section=factories.make_section(), video_file=factories.make_video_file(still=STILL)
        )
        blocks.home_with(*video_blocks(film))
        assert "Zanzibar" in html(client)
        if how in ("nowhere", "unlocked"):
            set_listed(film, Listed.NOWHERE if how == "nowhere" else Listed.UNLOCKED)
        elif how == "draft":
            VideoPage.objects.filter(pk=film.pk).update(live=False)
        elif how == "section":
            set_listed(film.get_parent().specific, Listed.NOWHERE)
        else:
            PageViewRestriction.objects.create(page=film, restriction_type=PageViewRestriction.LOGIN)
        text = html(client)
        assert "Zanzibar" not in text and STILL not in text and film.slug not in text
        if how == "unlocked":
            factories.unlock(client, film)
            assert html(client).count("Zanzibar") == 3

    def test_nor_is_such_a_section(self, client):
        section = factories.make_section("Zanzibar")
        factories.make_video(section=section)
        image = blocks.make_image()
        blocks.home_with(blocks.hero(picture=image, target=section), blocks.sections(section, picture=image))
        assert "Zanzibar" in html(client)
        set_listed(section, Listed.NOWHERE)
        text = html(client)
        assert "Zanzibar" not in text and section.slug not in text

    def test_a_link_in_a_text_leads_to_published_pages_alone(self, client):
        film, draft = factories.make_video("Salt flats"), factories.make_video("Secret cut", live=False)
        unlisted = factories.make_video("For the jury")
        set_listed(unlisted, Listed.NOWHERE)
        link = '<p><a linktype="page" id="{}">{}</a></p>'
        links = "".join(link.format(page.pk, words) for page, words in ((film, "A"), (draft, "B"), (unlisted, "C")))
        blocks.home_with(blocks.text(links), blocks.columns(links, "<p>Two.</p>"))
        text = html(client)
        assert text.count(f'<a href="{film.url}">A</a>') == 2
        assert text.count("<a>B</a>") == 2 and draft.slug not in text
        assert text.count(f'<a href="{unlisted.url}">C</a>') == 2  # its address is enough: whoever links to it tells it
        VideoPage.objects.filter(pk=draft.pk).update(live=True)
        assert html(client).count(f'<a href="{draft.url}">B</a>') == 2

    def test_markup_in_words_stays_text(self, client):
        bad = "<script>alert(1)</script>"
        blocks.home_with(
            blocks.hero(bad, words=bad, button=bad),
            blocks.quote(bad, bad),
            blocks.newest(heading=bad),
            blocks.partners(blocks.make_image(bad)),
        )
        assert "<script>alert" not in html(client)


class TestForm:
    """The form of a page of whose site the editor sees only this page: titles of other sections are not named."""

    @pytest.fixture
    def place(self):
        page = factories.get_home().add_child(instance=OrdinaryPage(title="Ours"))
        person = make_editor_of(page, "add", "change", "publish")
        person.groups.get().permissions.add(Permission.objects.get(codename="change_sitesettings"))
        film = factories.make_video("Zanzibar film", section=factories.make_section("Zanzibar section"))
        collection = Collection.get_first_root_node().add_child(name="Theirs")
        image = blocks.make_image("Zanzibar picture")
        type(image).objects.filter(pk=image.pk).update(collection=collection)
        return OrdinaryPage.objects.get(pk=page.pk), factories.browser(person), film, image

    def post(self, client, page, *posted):
        fields = {"title": page.title, "slug": page.slug, "body": streamfield(posted), "comments": inline_formset([])}
        return client.post(f"/admin/pages/{page.pk}/edit/", nested_form_data(fields))

    def test_films_sections_and_images_of_others_are_neither_accepted_nor_named(self, place):
        page, client, film, image = place
        section = film.get_parent()
        empty = {"picture": "", "heading": "", "text": rich_text("")}
        foreign = [
            ("featured_film", {"film": film.pk, "words": ""}),
            ("films", {"heading": "", "films": streamfield_items(film.pk)}),
            ("sections", {"heading": "", "sections": streamfield_items({"section": section.pk, "picture": ""})}),
            ("hero", {"headline": "A", "words": "", "picture": image.pk, "button": "", "target": ""}),
            ("hero", {"headline": "A", "words": "", "picture": "", "button": "B", "target": film.pk}),
            ("columns", {"columns": streamfield_items(empty | {"picture": image.pk}, empty)}),
            ("partners", {"heading": "", "logos": streamfield_items({"image": image.pk, "name": "A", "url": ""})}),
        ]
        for block in foreign:
            answer = self.post(client, page, ("quote", {"words": "Stays.", "source": ""}), block)
            text = answer.content.decode()
            assert answer.status_code == 200, block
            assert "have been taken out" in text and "Stays." in text, block
            assert "Zanzibar" not in text and film.slug not in text, block
        assert OrdinaryPage.objects.get(pk=page.pk).get_latest_revision() is None

    def test_a_block_that_the_page_has_already_stays(self, place):
        page, client, film, _image = place
        page = blocks.put(page, blocks.featured(film))
        answer = self.post(client, page, ("featured_film", {"film": film.pk, "words": "New words"}))
        assert answer.status_code == 302


class TestQueries:
    def queries(self, client):
        for _visit in range(2):  # renditions are made at the first visit, and change the version of the page
            client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    def test_they_do_not_grow_with_what_blocks_show(self, client):
        section = factories.make_section()
        film, image = factories.make_video(section=section, thumbnail=blocks.make_image()), blocks.make_image()
        blocks.home_with(*blocks.every_block(film, section, image))
        before = self.queries(client)
        assert before == 33
        others = [factories.make_section() for _number in range(3)]
        more = [factories.make_video(section=other, thumbnail=blocks.make_image()) for other in others]
        images = [blocks.make_image(str(number)) for number in range(4)]
        blocks.home_with(
            blocks.hero(picture=images[0], target=others[0]),
            *(blocks.featured(each) for each in more),
            blocks.films(film, *more),
            blocks.newest(12),
            blocks.sections(section, *others, picture=images[1]),
            blocks.text(),
            blocks.columns("a", "b", "c", picture=images[2]),
            blocks.quote(),
            blocks.partners(*images),
        )
        assert self.queries(client) == before

    def test_words_alone_cost_no_query_about_films(self, client):
        blocks.home_with(blocks.text(), blocks.quote())
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        assert not any("video_pages_videofile" in query["sql"] for query in queries)
