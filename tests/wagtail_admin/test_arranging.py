"""The links to the list in which a section's videos are dragged into order, and the text of that list."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from home.models import OrdinaryPage
from tests.factories import browser, get_home, make_section, make_superuser, make_user, make_video
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.models import VideoIndexPage
from video_pages.pages.querysets import Order
from video_pages.wagtail_admin.sections import places
from video_pages.wagtail_admin.sections.places import ArrangeableIndexView

pytestmark = pytest.mark.django_db

WORDS = "Arrange the films"


@pytest.fixture
def section():
    section = make_section("Lessons")
    make_video("One", section=section)
    return section


def list_address(section):
    return f"/admin/pages/{section.pk}/?ordering=ord"


def html(client, address):
    return client.get(address).content.decode()


def test_form_header_and_menu_of_a_section_lead_to_it(section):
    client = browser(make_superuser())
    for address in (
        f"/admin/pages/{section.pk}/edit/",
        f"/admin/pages/{section.pk}/",
        f"/admin/pages/{section.get_parent().pk}/",
    ):
        answer = html(client, address)
        assert WORDS in answer and f'href="{list_address(section)}"' in answer, address
        # Of the entries that the page has, the home page's own is called as Wagtail does.
        assert answer.count("Sort menu order") == (address == f"/admin/pages/{section.get_parent().pk}/")


def test_users_without_the_permission_see_no_link(section):
    """A user who may not publish may not arrange: Wagtail's group “Editors” submits for moderation."""
    client = browser(make_user("ed", "Editors"))
    for address in (f"/admin/pages/{section.pk}/edit/", f"/admin/pages/{section.pk}/"):
        assert client.get(address).status_code == 200
        assert WORDS not in html(client, address)


def test_a_new_section_and_a_video_have_no_such_way(section):
    client = browser(make_superuser())
    video = section.get_children().get()
    for address in (
        f"/admin/pages/add/video_pages/videoindexpage/{get_home().pk}/",
        f"/admin/pages/{video.pk}/edit/",
    ):
        assert WORDS not in html(client, address)


def test_the_list_says_how_and_when_it_has_no_effect(section):
    client = browser(make_superuser())
    assert "Drag each video to its place" in html(client, list_address(section))
    VideoIndexPage.objects.filter(pk=section.pk).update(order=Order.NEWEST)
    answer = html(client, list_address(section))
    assert "Drag each video" not in answer and "“Newest first”" in answer
    assert "Newest first" not in html(client, f"/admin/pages/{section.pk}/")


class TestALongSection:
    """The list has pages, so a video is dragged within one of them, and goes further by the number of its place."""

    @pytest.fixture
    def long_section(self, monkeypatch):
        monkeypatch.setattr(ArrangeableIndexView, "paginate_by", 3)
        section = make_section("Lessons")
        for title in "ABCDEFG":
            make_video(title, section=section)
        return section

    def titles(self, section):
        return "".join(section.get_children().order_by("path").values_list("title", flat=True))

    def shown(self, answer):
        """The titles of the rows of `answer`, in their order, with the numbers of their places."""
        rows = re.findall(r'data-w-orderable-item-label="(\w)"', answer)
        numbers = re.findall(r'aria-label="Place (\d+): move “\w” to another"', answer)
        assert len(rows) == len(numbers)
        return list(zip(rows, map(int, numbers), strict=True))

    def moving_address(self, answer):
        return re.search(r'data-w-orderable-url-value="([^"]+)"', answer)[1]

    def test_its_list_in_this_order_has_pages(self, long_section):
        client = browser(make_superuser())
        assert self.shown(html(client, list_address(long_section))) == [("A", 1), ("B", 2), ("C", 3)]
        third = html(client, f"{list_address(long_section)}&p=3")
        assert self.shown(third) == [("G", 7)]
        assert "number of its place" in third
        assert "Place 1" not in html(client, f"/admin/pages/{long_section.pk}/?ordering=title")

    def test_a_video_is_dropped_at_a_place_of_the_page_that_is_shown(self, long_section):
        client = browser(make_superuser())
        address = self.moving_address(html(client, f"{list_address(long_section)}&p=2"))
        moved = long_section.get_children().get(title="D")
        assert client.post(address.replace("999999", str(moved.pk)) + "?position=2").status_code == 200
        assert self.titles(long_section) == "ABCEFDG"
        assert client.post(address.replace("999999", str(moved.pk)) + "?position=0").status_code == 200
        assert self.titles(long_section) == "ABCDEFG"
        assert client.post(f"/admin/pages/{moved.pk}/set_position/?position=0").status_code == 200
        assert self.titles(long_section) == "DABCEFG", "Wagtail's own address does the same"
        assert client.post(f"/admin/pages/{moved.pk}/set_position/?position=x").status_code == 200
        assert self.titles(long_section) == "ABCEFGD"

    @pytest.mark.parametrize(
        ("sent", "expected", "page"),
        [
            ({"place": "5"}, "BCDEAFG", "2"),
            ({"place": "700"}, "BCDEFGA", "3"),
            ({"place": "5", "end": "last"}, "BCDEFGA", "3"),
            ({"place": "5", "end": "first"}, "ABCDEFG", None),
        ],
    )
    def test_a_video_goes_to_the_place_that_is_named(self, long_section, sent, expected, page):
        client = browser(make_superuser())
        video = long_section.get_children().get(title="A")
        address = f"/admin/places/{video.pk}/"
        assert f'href="{address}"' in html(client, list_address(long_section))
        assert 'value="1"' in html(client, address) and "From 1 to 7." in html(client, address)
        answer = client.post(address, sent)
        assert answer.url == list_address(long_section) + (f"&p={page}" if page else "")
        assert self.titles(long_section) == expected
        assert f"“A” is at place {expected.index('A') + 1} now." in html(client, answer.url)

    def test_pages_that_a_user_does_not_see_are_not_counted(self):
        """A new site has three drafts about it below the home page, which only its owners see."""
        home = get_home()
        for number in range(3):
            home.add_child(instance=OrdinaryPage(title=f"Draft {number}", live=False))
        for title in "ABC":
            make_section(title)
        client = browser(make_user("vera", "Video editors"))

        def shown():
            return self.shown(html(client, list_address(home)))

        assert shown() == [("A", 1), ("B", 2), ("C", 3)]
        address = self.moving_address(html(client, list_address(home)))
        pages = {page.title: page for page in home.get_children()}
        assert client.post(address.replace("999999", str(pages["A"].pk)) + "?position=1").status_code == 200
        assert shown() == [("B", 1), ("A", 2), ("C", 3)]
        assert client.post(address.replace("999999", str(pages["C"].pk)) + "?position=0").status_code == 200
        assert shown() == [("C", 1), ("B", 2), ("A", 3)]
        form = f"/admin/places/{pages['C'].pk}/"
        assert 'value="1"' in html(client, form) and "From 1 to 3." in html(client, form)
        answer = client.post(form, {"place": "2"})
        assert "“C” is at place 2 now." in html(client, answer.url)
        assert shown() == [("B", 1), ("C", 2), ("A", 3)]
        client.post(form, {"end": "last"})
        assert shown() == [("B", 1), ("A", 2), ("C", 3)]

    @pytest.mark.parametrize("place", ["0", "-1", "", "x", "1" * 5000])
    def test_no_other_text_is_a_place(self, long_section, place):
        client = browser(make_superuser())
        video = long_section.get_children().get(title="A")
        assert client.post(f"/admin/places/{video.pk}/", {"place": place}).status_code == 200
        assert self.titles(long_section) == "ABCDEFG"

    def test_who_may_not_arrange_is_refused(self, long_section):
        video = long_section.get_children().get(title="A")
        for user in (make_user("ed", "Editors"), make_editor_of(make_section("Other"), "publish")):
            client = browser(user)
            for address in (f"/admin/places/{video.pk}/", f"/admin/places/0/{video.pk}/set_position/?position=3"):
                assert client.post(address, {"place": "3"}).status_code in (302, 403), (user, address)
            assert client.get(f"/admin/places/{video.pk}/").status_code in (302, 403)
        assert self.titles(long_section) == "ABCDEFG"

    def test_the_root_of_the_pages_has_no_place(self, long_section):
        client = browser(make_superuser())
        root = Page.get_first_root_node()
        for address in (f"/admin/pages/{root.pk}/", f"/admin/places/0/{root.pk}/"):
            assert client.post(f"{address}set_position/?position=0").status_code == 404

    def test_a_video_that_is_moved_away_meanwhile_is_not_found(self, long_section, monkeypatch):
        client, video = browser(make_superuser()), long_section.get_children().get(title="A")
        other, move = make_section("Other"), places.move_to_place

        def move_later(page, place, **options):
            long_section.get_children().get(title=page.title).move(
                VideoIndexPage.objects.get(pk=other.pk), "last-child"
            )
            move(page, place, **options)

        monkeypatch.setattr(places, "move_to_place", move_later)
        assert client.post(f"/admin/places/{video.pk}/", {"place": "3"}).status_code == 404
        moved = long_section.get_children().get(title="B")
        assert client.post(f"/admin/places/0/{moved.pk}/set_position/?position=3").status_code == 404
        assert self.titles(VideoIndexPage.objects.get(pk=other.pk)) == "AB"

    def test_nor_with_the_aliases(self, long_section):
        client = browser(make_superuser())
        make_video("Source").create_alias(parent=long_section, update_slug="alias-0")
        address = f"/admin/pages/{long_section.pk}/?ordering=-title"
        client.get(address)
        counts = []
        for number in (1, 2):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
            make_video("Source").create_alias(
                parent=VideoIndexPage.objects.get(pk=long_section.pk), update_slug=f"alias-{number}"
            )
        assert counts[0] == counts[1]

    def test_queries_do_not_grow_with_the_section(self, long_section):
        client = browser(make_superuser())
        client.get(list_address(long_section))

        def count():
            with CaptureQueriesContext(connection) as queries:
                client.get(list_address(long_section))
            return len(queries)

        before = count()
        for title in "HIJKLMN":
            make_video(title, section=VideoIndexPage.objects.get(pk=long_section.pk))
        assert count() == before
