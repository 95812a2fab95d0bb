"""Pages about the site: what visitors get, who may edit them, and the drafts with which a site begins."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.test.utils import WagtailPageTestCase
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from home.models import HomePage, OrdinaryPage
from tests import factories
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.core import clock
from video_pages.pages import foreign_content
from video_pages.sections.editors import set_section_editors

pytestmark = pytest.mark.django_db


def make_page(title="About us", *, parent=None, text="<p>Who we are.</p>", **fields):
    page = OrdinaryPage(title=title, body=[("text", text)], **fields)
    return (parent or factories.get_home()).add_child(instance=page)


class OrdinaryPageTests(WagtailPageTestCase):
    def test_it_lies_below_the_home_page_or_another_one_and_holds_no_videos(self):
        self.assertAllowedParentPageTypes(OrdinaryPage, {HomePage, OrdinaryPage})
        self.assertAllowedSubpageTypes(OrdinaryPage, {OrdinaryPage})


class TestPage:
    def test_it_shows_its_text_to_everyone(self, client):
        page = make_page(text="<h2>Address</h2><p>Under the <b>lamp</b>.</p>")
        answer = client.get(page.url)
        assert "<h1" in answer.content.decode() and "About us</h1>" in answer.content.decode()
        assert "<p>Under the <b>lamp</b>.</p>" in answer.content.decode()
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert not answer.cookies

    def test_search_engines_find_it(self, client):
        page = make_page()
        draft = make_page("A draft", live=False)
        text = client.get("/sitemap.xml").content.decode()
        assert page.slug in text
        assert draft.slug not in text

    def test_it_has_no_address_of_the_site_itself(self, client):
        page = make_page("Search")
        assert page.slug != "search"
        assert client.get(page.url).status_code == 200


class TestMenus:
    def links(self, client, url="/"):
        """Return the HTML of the (top, bottom) menu of the page at `url`."""
        text = client.get(url).content.decode()
        top, _, rest = text.partition("</header>")
        return top, rest.partition("<footer")[2]

    def test_a_page_is_at_the_top_if_shown_in_menus_and_at_the_bottom_if_shown_there(self, client):
        both = make_page("Both", show_in_menus=True, in_footer=True)
        make_page("Neither")
        below = make_page("Below", parent=both, show_in_menus=True, in_footer=True)
        top, bottom = self.links(client)
        assert f'href="{both.url}">Both</a>' in top and f'href="{both.url}">Both</a>' in bottom
        assert "Neither" not in top + bottom
        assert "Below" not in top and f'href="{below.url}">Below</a>' in bottom
        assert 'aria-current="page">Both</a>' in self.links(client, both.url)[1]

    def test_the_menus_are_in_the_order_of_the_page_tree(self, client):
        make_page("First", show_in_menus=True)
        factories.make_section("Second", show_in_menus=True)
        make_page("Third", show_in_menus=True)
        top = self.links(client)[0]
        assert top.index("First") < top.index("Second") < top.index("Third")

    def test_drafts_expired_and_private_pages_are_in_no_menu(self, client):
        shown = {"show_in_menus": True, "in_footer": True}
        make_page("A draft", live=False, **shown)
        make_page("A former page", expire_at=clock.now(), **shown)
        private = make_page("For members", **shown)
        PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
        make_page("Below members", parent=private, **shown)
        text = "".join(self.links(client))
        for title in ("A draft", "A former page", "For members", "Below members"):
            assert title not in text

    def test_one_query_reads_both_menus_however_long_they_are(self, client, django_assert_num_queries):
        make_page("One", in_footer=True, show_in_menus=True)
        client.get("/")
        with CaptureQueriesContext(connection) as before:
            client.get("/")
        for number in range(5):
            make_page(f"Page {number}", in_footer=True, show_in_menus=True)
        assert sum("home_ordinarypage" in query["sql"] for query in before) == 1
        with django_assert_num_queries(len(before)):
            client.get("/")


class TestRights:
    @pytest.fixture
    def people(self):
        section, person = factories.make_section(), factories.make_user("section-editor")
        set_section_editors(section, people=[person])
        found = {"section editor": get_user_model().objects.get(pk=person.pk)}
        for name in ("Video editors", "Editors", "Moderators", "Site owners"):
            found[name] = factories.make_user(name.lower().replace(" ", "-"), name)
        return found

    def test_owners_edit_them_and_other_editors_do_not(self, people):
        page = make_page()
        for each in (page, Page.objects.get(pk=page.pk)):
            may = {name: each.permissions_for_user(person).can_edit() for name, person in people.items()}
            assert may == {name: name == "Site owners" for name in people}
            for right in ("can_delete", "can_publish", "can_unpublish", "can_move", "can_add_subpage"):
                allowed = {
                    name for name, person in people.items() if getattr(each.permissions_for_user(person), right)()
                }
                assert allowed <= {"Site owners"}, right

    def test_other_editors_cannot_add_or_copy_one(self, people):
        page, home = make_page(), factories.get_home()
        add = f"/admin/pages/add/home/ordinarypage/{home.pk}/"
        copy = f"/admin/pages/{page.pk}/copy/"
        for name, person in people.items():
            client, expected = factories.browser(person), 200 if name == "Site owners" else 302
            assert [client.get(url).status_code for url in (add, copy)] == [expected, expected], name

    def test_their_edit_screen_is_refused(self, people):
        page = make_page()
        for name, person in people.items():
            answer = factories.browser(person).get(f"/admin/pages/{page.pk}/edit/")
            assert (answer.status_code == 200) is (name == "Site owners"), name


class TestForm:
    def test_an_owner_publishes_one_in_the_admin(self):
        home, owner = factories.get_home(), factories.make_user("owner", "Site owners")
        fields = {
            "title": "Imprint",
            "slug": "imprint",
            "in_footer": "on",
            "body": streamfield([("text", rich_text("<p>Ann Ott, Main Street 1</p>"))]),
            "action-publish": "1",
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""},
        }
        posted = nested_form_data(fields)
        answer = factories.browser(owner).post(f"/admin/pages/add/home/ordinarypage/{home.pk}/", posted)
        assert answer.status_code == 302, answer.context["form"].errors
        page = OrdinaryPage.objects.get()
        assert (page.live, page.in_footer) == (True, True)
        assert "Ann Ott, Main Street 1</p>" in page.body[0].value.source


class TestOthersInBlocks:
    """An owner of these pages alone, without permissions on sections, gets no title of another section."""

    @pytest.fixture
    def place(self):
        page, person = make_page(), make_editor_of(make_page("Ours"), "add", "change", "publish")
        group = person.groups.get()
        group.permissions.add(Permission.objects.get(codename="change_sitesettings"))
        video = factories.make_video("Zanzibar")
        return OrdinaryPage.objects.get(title="Ours"), factories.browser(person), video, page

    def post(self, client, page, text, **changes):
        fields = {
            "title": page.title,
            "slug": page.slug,
            "body": streamfield([("text", rich_text("<p>Stays.</p>")), ("text", rich_text(text))]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""},
        }
        return client.post(f"/admin/pages/{page.pk}/edit/", nested_form_data(fields | changes))

    def test_a_block_with_a_link_to_another_section_is_taken_out(self, place):
        ours, client, video, _other = place
        link = f'<p>See <a linktype="page" id="{video.pk}">this</a>.</p>'
        for changes in ({}, {"title": ""}):  # also where another field is wrong
            answer = self.post(client, ours, link, **changes)
            text = answer.content.decode()
            assert answer.status_code == 200
            assert "have been taken out" in text and "Stays." in text
            assert "Zanzibar" not in text and video.url not in text

    def test_a_link_to_a_page_that_all_see_is_accepted(self, place):
        ours, client, _video, other = place
        answer = self.post(client, ours, f'<p>See <a linktype="page" id="{other.pk}">this</a>.</p>')
        assert answer.status_code == 302

    def test_an_earlier_revision_is_opened_without_such_blocks(self, place):
        ours, _client, video, _other = place
        ours.body = [("text", "<p>Mine</p>"), ("text", f'<p><a linktype="page" id="{video.pk}">Theirs</a></p>')]
        person = get_user_model().objects.get(username="contributor")
        assert foreign_content.remove_foreign_content(ours, person)
        assert [block.value.source for block in ours.body] == ["<p>Mine</p>"]
        assert not foreign_content.remove_foreign_content(ours, person)


class TestFirstPages:
    def test_they_are_drafts_with_outlines_for_the_line_at_the_bottom(self, client):
        home = factories.get_home()
        call_command("make_first_pages", verbosity=0)
        pages = OrdinaryPage.objects.child_of(home).order_by("path")
        assert [page.title for page in pages] == ["Imprint", "Privacy", "Accessibility"]
        for page in pages:
            assert not page.live and page.in_footer
            assert "<h2>" in page.get_latest_revision_as_object().body[0].value.source
            assert page.title not in client.get("/").content.decode()
            page.get_latest_revision().publish()
            assert client.get(page.get_url()).status_code == 200
            assert page.title in client.get("/").content.decode()

    def test_a_site_with_such_pages_keeps_them_alone(self):
        make_page()
        call_command("make_first_pages", verbosity=0)
        assert OrdinaryPage.objects.count() == 1

    def test_a_site_without_a_home_page_gets_none(self):
        Site.objects.all().delete()
        call_command("make_first_pages", verbosity=0)
        assert not OrdinaryPage.objects.exists()

    def test_after_a_change_of_the_language_those_that_nobody_has_changed_follow(self, settings):
        factories.get_home()
        call_command("make_first_pages", verbosity=0)
        imprint, privacy, accessibility = OrdinaryPage.objects.order_by("path")
        privacy.body = [("text", "<p>Our own words.</p>")]
        privacy.save_revision()
        accessibility.get_latest_revision().publish()
        settings.LANGUAGE_CODE = "de"
        for _time in range(2):
            call_command("make_first_pages", verbosity=0)
            found = [page.get_latest_revision_as_object() for page in OrdinaryPage.objects.order_by("path")]
            assert [page.title for page in found] == ["Impressum", "Privacy", "Accessibility"]
            assert (found[0].slug, found[0].live, found[0].in_footer) == ("impressum", False, True)
            assert "Wer diese Website betreibt" in found[0].body[0].value.source
            assert found[1].body[0].value.source == "<p>Our own words.</p>"
        assert imprint.revisions.count() == 2

    def test_their_language_is_that_of_the_site(self, settings):
        factories.get_home()
        settings.LANGUAGE_CODE = "de"
        call_command("make_first_pages", verbosity=0)
        assert OrdinaryPage.objects.order_by("path").first().title == "Impressum"
