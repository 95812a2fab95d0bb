"""Listed: a title that is not to be told shows in no list, count, search, sitemap or link."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from tests.factories import PASSWORD, browser, make_section, make_superuser, make_video, unlock
from tests.lists import LISTS, shown
from video_pages.access import passwords
from video_pages.access.listed import Viewer, viewer_with
from video_pages.access.models import Listed
from video_pages.access.set_listed import set_listed
from video_pages.core import clock
from video_pages.models import VideoAccessSession

pytestmark = pytest.mark.django_db
UNLOCKED, NOWHERE = Listed.UNLOCKED, Listed.NOWHERE


class TestEverywhereElse:
    """One marker word, and no list that tells it."""

    def test_a_page_listed_nowhere_is_named_only_at_its_address(self, top):
        client, film = browser(), make_video("Acme film", section=top)
        assert "Acme film" in shown(client, "/") and "Acme film" in shown(client, "/search/?q=acme")
        set_listed(film, NOWHERE)
        assert "Acme" not in shown(client, *LISTS)
        assert "acme" not in shown(client, "/", "/videos/", "/sitemap.xml").lower()
        assert "Acme film" in shown(client, film.url)

    def test_what_lies_in_a_section_listed_nowhere_is_named_nowhere_else(self, top):
        acme = make_section("Acme", parent=top)
        inner = make_section("Acme inner", parent=acme)
        film = make_video("Acme film", section=inner)
        open_video_page = make_video("Acme open film", section=acme, password=None)
        passwords.set_open(open_video_page, True)
        client = browser()
        assert client.get("/videos/").context["sections"][0].count == 2
        set_listed(acme, NOWHERE)
        assert "Acme" not in shown(client, *LISTS)
        assert client.get("/videos/").context["sections"] == []
        # A visitor with its address sees what is listed there, and no name of what lies above.
        assert "Acme inner" in shown(client, acme.url) and "Acme open film" in shown(client, acme.url)
        assert "Acme film" in shown(client, inner.url)
        page = shown(client, film.url).replace("Acme film", "")
        assert "Acme" not in page
        page = shown(client, open_video_page.url).replace("Acme open film", "")
        assert "Acme" not in page

    def test_after_unlocking_a_section_its_names_are_listed_to_this_browser_alone(self, top):
        acme = make_section("Acme", parent=top, password=PASSWORD)
        film = make_video("Acme film", section=acme, password=None)
        set_listed(acme, UNLOCKED)
        client, other = browser(), browser()
        assert "Acme" not in shown(client, *LISTS)
        locked = shown(client, acme.url)
        assert "Acme film" not in locked and 'name="password"' in locked
        assert "There are no films" not in locked
        assert unlock(client, acme).status_code == 303
        for address in ("/", "/search/?q=acme", acme.url):
            assert "Acme film" in shown(client, address), address
        assert client.get("/videos/").context["sections"][0].count == 1
        assert [title for title, *_ in client.get(film.url).context["breadcrumbs"]][1:] == ["Everything", "Acme"]
        assert "Acme" not in shown(other, *LISTS)
        assert "Acme" not in shown(client, "/sitemap.xml")

    def test_a_section_without_a_password_that_lists_after_unlocking_shows_each_film_to_who_opened_it(self, top):
        clients = make_section("Clients", parent=top)
        one, two = (make_video(f"Acme film {number}", section=clients) for number in (1, 2))
        set_listed(clients, UNLOCKED)
        client = browser()
        assert "Films are listed here once you have opened them." in shown(client, clients.url)
        unlock(client, one)
        assert "Acme film 1" in shown(client, clients.url) and "Acme film 1" in shown(client, "/")
        assert "Acme film 2" not in shown(client, clients.url, *LISTS)
        assert "Clients" not in shown(client, *LISTS)
        assert two.title not in shown(client, one.url)

    def test_a_client_who_has_unlocked_a_section_in_one_that_asks_sees_its_films(self, top):
        clients = make_section("Clients", parent=top)
        acme = make_section("Acme", parent=clients, password=PASSWORD)
        film = make_video("Acme film", section=acme, password=None)
        other = make_section("Bolt", parent=clients, password=PASSWORD)
        make_video("Bolt film", section=other, password=None)
        set_listed(clients, UNLOCKED)
        client = browser()
        assert "Acme" not in shown(client, *LISTS, clients.url)
        unlock(client, film)
        seen = shown(client, *LISTS, clients.url)
        assert "Acme film" in seen and "Bolt" not in seen

    def test_an_unlocked_film_is_listed_wherever_it_lies_but_never_against_nowhere(self, top):
        film = make_video("Acme film", section=top)
        set_listed(film, UNLOCKED)
        client = browser()
        unlock(client, film)
        assert "Acme film" in shown(client, "/") and "Acme film" in shown(client, "/videos/")
        set_listed(film, NOWHERE)
        assert "Acme film" not in shown(client, "/", "/videos/")

    def test_when_access_ends_the_names_go(self, top):
        film = make_video("Acme film", section=top)
        set_listed(film, UNLOCKED)
        client = browser()
        unlock(client, film)
        passwords.set_password(film, "another-password")
        assert "Acme film" not in shown(client, "/", "/videos/")

    def test_when_access_is_over_the_names_go_before_its_row_is_removed(self, top):
        film = make_video("Acme film", section=top)
        set_listed(film, UNLOCKED)
        client = browser()
        unlock(client, film)
        VideoAccessSession.objects.update(expires_at=clock.now())
        assert "Acme film" not in shown(client, "/", "/videos/")
        assert VideoAccessSession.objects.exists()

    def test_a_section_with_a_password_of_its_own_is_not_unlocked_by_that_of_the_section_above(self, top):
        clients = make_section("Clients", parent=top, password=PASSWORD)
        acme = make_section("Inner", parent=clients, password="another-password")
        set_listed(make_video("Acme film", section=acme, password=None), UNLOCKED)
        client = browser()
        unlock(client, clients)
        assert "Acme film" not in shown(client, *LISTS, clients.url, acme.url)
        unlock(client, acme, "another-password")
        assert "Acme film" in shown(client, acme.url)

    def test_the_name_of_an_unpublished_section_shows_nowhere(self, top):
        draft = make_section("Acme draft", parent=top, live=False, password=PASSWORD)
        film = make_video("Film", section=draft, password=None)
        client = browser()
        assert "Acme" not in shown(client, *LISTS)
        assert film.url not in shown(client, *LISTS)
        assert "Acme" not in shown(client, film.url)
        assert "all films of its section" in shown(client, film.url)
        unlock(client, film)
        assert "Acme" not in shown(client, film.url)
        assert "Acme" not in shown(browser(make_superuser()), film.url)

    def test_a_section_past_its_end_lists_nothing_before_a_worker_unpublishes_it(self, top):
        ended = make_section("Acme", parent=top, expire_at=timezone.now() - timezone.timedelta(minutes=1))
        make_video("Acme film", section=ended)
        assert "Acme" not in shown(browser(), *LISTS)

    def test_navigation_and_the_way_to_the_videos_obey(self, top):
        top.show_in_menus = True
        top.save()
        assert "Everything" in shown(browser(), "/search/") and "/videos/" in shown(browser(), "/")
        set_listed(top, NOWHERE)
        assert "Everything" not in shown(browser(), "/search/") and "/videos/" not in shown(browser(), "/")

    def test_an_editor_sees_the_lists_as_visitors_do(self, top):
        film = make_video("Acme film", section=top)
        set_listed(film, NOWHERE)
        assert "Acme film" not in shown(browser(make_superuser()), "/", "/videos/")

    def test_lists_within_a_private_section_show_what_its_visitors_may_see(self, top):
        private = make_section("Staff", parent=top)
        make_video("Staff film", section=private)
        PageViewRestriction.objects.create(page=private, restriction_type="login")
        client = browser(make_superuser())
        assert "Staff" not in shown(client, *LISTS)
        assert "Staff film" in shown(client, private.url)

    @pytest.mark.parametrize("is_private", ["film", "section"])
    def test_an_alias_is_listed_nowhere_while_its_source_is_private(self, top, is_private):
        staff = make_section("Staff", parent=top)
        film = make_video("Acme film", section=staff)
        alias = film.create_alias(parent=make_section("Free", parent=top))
        assert "Acme film" in shown(browser(), alias.get_parent().url)
        restriction = PageViewRestriction(page=film if is_private == "film" else staff, restriction_type="login")
        restriction.save()
        assert "Acme" not in shown(browser(), alias.get_parent().url, *LISTS)
        assert browser().get(alias.url).status_code in (302, 403)
        restriction.delete()
        assert "Acme film" in shown(browser(), alias.get_parent().url)

    def test_an_alias_of_a_private_section_lists_what_its_visitors_may_see(self, top):
        staff = make_section("Staff", parent=top)
        make_video("Staff film", section=staff)
        alias = staff.create_alias(parent=top, update_slug="alias", recursive=True)
        PageViewRestriction.objects.create(page=staff, restriction_type="login")
        client = browser(make_superuser())
        assert "Staff" not in shown(client, *LISTS)
        assert "Staff film" in shown(client, alias.url)


def count(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_queries_do_not_grow_with_sections_that_hide_and_videos_in_them(top):
    def add():
        for listed in Listed:
            section = make_section(parent=top, password=PASSWORD)
            film = make_video(section=section, password=None)
            set_listed(section, listed)
            set_listed(make_video(section=top), listed)
            unlock(client, film)

    client = browser()
    add()
    addresses = ["/", "/videos/", "/search/?q=video"]
    for address in addresses:
        client.get(address)
    before = [count(client, address) for address in addresses]
    for _ in range(3):
        add()
    assert [count(client, address) for address in addresses] == before


def test_a_site_that_hides_nothing_pays_two_queries_for_it(django_assert_num_queries):
    make_video()
    with django_assert_num_queries(2):
        viewer = viewer_with()
    assert viewer == Viewer(now=viewer.now)
