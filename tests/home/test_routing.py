"""Page routing has the same results as Wagtail's own routing, for any address."""

import datetime as dt

import pytest
from django.test import RequestFactory
from django.utils import timezone
from wagtail.models import Page, Site

from home.routing import MAX_DEPTH, route
from tests.factories import get_home, make_section, make_video
from video_pages.models import VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db


def ask(path, **headers):
    """Return a request to `path` that is not routed yet."""
    return RequestFactory().get(f"/{path}", **headers)


def routes(path, **headers):
    """Return the routes at `path`: (of home.routing, of Wagtail after it, of Wagtail alone)."""
    quick = ask(path, **headers)
    route(quick, path)
    found = getattr(quick, "_wagtail_route_for_request", None)
    return found, Page.route_for_request(quick, path), Page.route_for_request(ask(path, **headers), path)


def is_same(one, other):
    if one is None or other is None:
        return one is other
    columns = [field.attname for field in other.page._meta.concrete_fields]
    same = all(getattr(one.page, name) == getattr(other.page, name) for name in columns)
    return same and type(one.page) is type(other.page) and (one.args, one.kwargs) == (other.args, other.kwargs)


@pytest.fixture
def tree():
    """A tree with every kind of page that an address can name."""
    section = make_section("Films")
    section.slug = "films"
    section.save()
    draft = make_section("Draft", parent=section, live=False)
    other = make_section("Other")
    pages = {
        "live": make_video(section=section),
        "draft": make_video(section=section, live=False),
        "in_draft": make_video(section=draft),
        "expired": make_video(section=section, expire_at=timezone.now() - dt.timedelta(days=1)),
    }
    alias = pages["live"].create_alias(parent=other, update_slug="alias")
    whole = section.create_alias(parent=get_home(), update_slug="all-films", recursive=True)
    # Not of a kind of ours, and beside the site's tree with the same names.
    plain = section.add_child(instance=Page(title="Plain", slug="plain"))
    beside = Page.objects.get(depth=1).add_child(instance=Page(title="Beside", slug="beside"))
    urls = [page.url_path for page in (*pages.values(), draft, alias, whole, plain, beside)]
    urls += list(Page.objects.descendant_of(whole).values_list("url_path", flat=True))
    root = get_home().url_path
    return [url.removeprefix(root).lstrip("/") for url in urls]


def odd(paths):
    """Yield addresses near `paths` that name other things or nothing."""
    for path in paths:
        yield from (path, path.upper(), f"{path}page/2/", f"{path}{path}", path.replace("/", "//"), f"/{path}")
    yield from ("", "films", "films/", "nothing/", "films/nothing/", "start/", "//", "beside/", "%2e/", "films/../")
    yield "films/" * (MAX_DEPTH + 1)
    yield "a/" * 3000


def test_every_address_has_the_page_that_wagtail_finds(tree):
    found = 0
    for path in dict.fromkeys(odd(tree)):
        quick, after, alone = routes(path)
        assert is_same(after, alone), path
        assert quick is None or is_same(quick, alone), path
        found += quick is not None
    assert found >= 8  # the quick way is taken where there is one


def test_routing_costs_three_queries_at_any_depth(django_assert_num_queries):
    section = make_section()
    for _ in range(4):
        section = make_section(parent=section)
    path = make_video(section=section).url_path.removeprefix(get_home().url_path)
    route(ask(path), path)  # content types are read once for a process
    request = ask(path)
    with django_assert_num_queries(3):
        route(request, path)
        page = Page.route_for_request(request, path).page
        assert page.video_file.pk and Site.find_for_request(request).pk


def test_a_renamed_section_takes_its_pages_along_at_once(tree):
    video = VideoPage.objects.child_of(section("films")).live().first()
    assert routes(f"films/{video.slug}/")[0].page.pk == video.pk
    page = section("films")
    page.slug = "cinema"
    page.save()
    assert routes(f"films/{video.slug}/")[1] is None
    quick, _after, alone = routes(f"cinema/{video.slug}/")
    assert is_same(quick, alone) and quick.page.pk == video.pk


def section(slug):
    return VideoIndexPage.objects.get(slug=slug)


def test_a_page_class_with_its_own_route_method_routes_itself(tree, monkeypatch):
    asked = []

    def own_route(page, request, components):
        asked.append(components)
        return Page.route(page, request, components)

    monkeypatch.setattr(VideoIndexPage, "route", own_route)
    assert routes("films/")[0] is None and asked


def test_an_address_whose_stored_path_is_stale_is_left_to_wagtail(tree):
    page = section("films")
    Page.objects.filter(pk=page.pk).update(url_path="/somewhere/else/")
    quick, after, alone = routes("films/")
    assert quick is None and is_same(after, alone) and after.page.pk == page.pk


class TestSites:
    HOSTS = ["localhost", "LOCALHOST:80", "films.example", "films.example:8000", "other.example", "", "a b"]

    def answers(self, host, port="80"):
        requests = [ask("", HTTP_HOST=host, SERVER_PORT=port) for _ in range(2)]
        route(requests[0], "")
        return [Site.find_for_request(request) for request in requests]

    @pytest.mark.parametrize("with_default", [True, False])
    @pytest.mark.parametrize(
        "others",
        [[], [("films.example", 80)], [("films.example", 80), ("films.example", 8000)], [("other.example", 81)]],
    )
    def test_the_site_is_the_one_that_wagtail_chooses(self, with_default, others):
        home = get_home()
        Site.objects.filter(is_default_site=True).update(is_default_site=with_default)
        for hostname, port in others:
            root = Page.objects.get(depth=1).add_child(instance=Page(title="Root", slug=f"root-{port}-{hostname[0]}"))
            Site.objects.create(hostname=hostname, port=port, root_page=root)
        for host in self.HOSTS:
            for port in ("80", "81", "8000"):
                ours, wagtails = self.answers(host, port)
                assert ours == wagtails, (host, port)
                if ours:
                    assert (ours.hostname, ours.port, ours.root_page_id) == (
                        wagtails.hostname,
                        wagtails.port,
                        wagtails.root_page_id,
                    )
        assert home.pk

    def test_the_default_site_with_the_same_name_comes_first(self):
        home = get_home()
        Site.objects.filter(is_default_site=True).update(hostname="films.example", port=80)
        Site.objects.create(hostname="films.example", port=8000, root_page=home)
        for port in ("80", "81", "8000"):
            ours, wagtails = self.answers("films.example", port)
            assert ours == wagtails
