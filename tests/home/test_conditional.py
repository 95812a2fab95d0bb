"""Conditional answers: a stranger who has a page gets 304 until something that the page shows changes."""

import datetime as dt
import io
import re

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone, translation
from PIL import Image as Pillow
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, Site

from home.models import HomePage, OrdinaryPage, ShownVersion, SiteSettings
from home.shown import conditional, release, triggers, version
from tests.factories import (
    PASSWORD,
    browser,
    get_home,
    make_section,
    make_superuser,
    make_video,
    make_video_file,
    unlock,
)
from tests.home import block_pages
from video_pages.access import passwords
from video_pages.access.models import Listed
from video_pages.access.set_listed import set_listed
from video_pages.access.site_settings import AccessSettings
from video_pages.models import VideoFile, VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db(transaction=True)
# On the queries of public pages, but none of their columns is shown.
READ_BUT_NOT_SHOWN = {"home_shownversion", "sqlite_master", "pg_trigger", "video_pages_processingjob"}


@pytest.fixture(autouse=True)
def installed():
    """The triggers, with a row: other tests that commit empty all tables."""
    triggers.install()


@pytest.fixture
def section():
    section = make_section("Films", show_in_menus=True)
    first = make_video("First", section=section, thumbnail=picture())
    make_video("Second", section=section)
    browser().get("/")
    browser().get(section.url)
    browser().get(first.url)  # renditions and settings are made at the first visit
    return section


def picture():
    buffer = io.BytesIO()
    Pillow.new("RGB", (96, 54), "teal").save(buffer, "PNG")
    return get_image_model().objects.create(title="A", file=ContentFile(buffer.getvalue(), name="a.png"))


def etag(url, **headers):
    return browser().get(url, **headers).headers["ETag"]


def test_a_stranger_who_has_the_page_gets_304_for_one_query(section, django_assert_num_queries):
    for url in ("/", section.url):
        first = browser().get(url)
        assert first.headers["Cache-Control"] == "private, no-cache"
        assert "Cookie" in first.headers["Vary"]
        with django_assert_num_queries(1):
            again = browser().get(url, HTTP_IF_NONE_MATCH=first.headers["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy"):
            assert again.headers[name] == first.headers[name]


def test_a_first_visit_costs_one_query_more(section):
    with CaptureQueriesContext(connection) as queries:
        browser().get("/")
    assert sum("home_shownversion" in query["sql"] for query in queries) == 1


CHANGES = {
    "title": lambda section: VideoPage.objects.filter(title="First").update(title="Third"),
    "sql by hand": lambda section: connection.cursor().execute(
        "UPDATE wagtailcore_page SET title = 'Fourth' WHERE title = 'First'"
    ),
    "order": lambda section: VideoPage.objects.get(title="Second").move(
        VideoPage.objects.get(title="First"), pos="left"
    ),
    "order of the section": lambda section: VideoIndexPage.objects.update(order="newest"),
    "thumbnail": lambda section: VideoPage.objects.filter(title="Second").update(thumbnail=picture()),
    "still": lambda section: VideoFile.objects.update(still="data:image/webp;base64,AAAA"),
    "duration": lambda section: VideoFile.objects.update(duration=77),
    "name of the site": lambda section: SiteSettings.objects.update(name="Another name"),
    "colour": lambda section: SiteSettings.objects.update(colour="#112233"),
    "locked cards": lambda section: AccessSettings.objects.update(locked_cards="neutral"),
    "site": lambda section: Site.objects.update(site_name="A site"),
    "menu": lambda section: VideoIndexPage.objects.filter(pk=section.pk).update(show_in_menus=False),
    "new page": lambda section: make_video(section=section),
    "publication": lambda section: VideoPage.objects.filter(title="First").update(live=False),
    "deletion": lambda section: VideoPage.objects.get(title="First").delete(),
    "listing": lambda section: set_listed(VideoPage.objects.get(title="First"), Listed.NOWHERE),
    "restriction": lambda section: PageViewRestriction.objects.create(
        page=VideoPage.objects.get(title="First"), restriction_type=PageViewRestriction.LOGIN
    ),
    "password": lambda section: passwords.set_password(VideoPage.objects.get(title="First"), "another-password"),
    "open mark": lambda section: VideoPage.objects.filter(title="First").update(open_to_everyone=True),
    "headline": lambda section: HomePage.objects.update(headline="Another headline"),
    "block": lambda section: block_pages.home_with(block_pages.quote("Other words.")),
    "film of a block": lambda section: VideoPage.objects.filter(title="Second").update(title="Shown in a block"),
    "page at the bottom": lambda section: get_home().add_child(instance=OrdinaryPage(title="About", in_footer=True)),
    "introduction": lambda section: VideoIndexPage.objects.update(intro="<p>Another</p>"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_of_what_is_shown_gives_a_new_etag(section, change):
    before = {url: etag(url) for url in ("/", section.url)}
    CHANGES[change](section)
    for url, old in before.items():
        response = browser().get(url, HTTP_IF_NONE_MATCH=old)
        assert response.status_code == 200
        assert response.headers["ETag"] != old


def test_the_end_of_a_page_and_of_a_password_gives_a_new_etag(section):
    now = timezone.now()
    VideoPage.objects.filter(title="First").update(expire_at=now + dt.timedelta(hours=1))
    VideoPage.objects.filter(title="Second").update(access_until=now + dt.timedelta(hours=2))
    seen = [version.present_version(now + dt.timedelta(minutes=minutes)) for minutes in (0, 59, 61, 119, 121, 200)]
    assert [seen.index(each) for each in seen] == [0, 0, 2, 2, 4, 4]


def test_an_opening_and_a_closing_give_a_new_etag(section):
    now = timezone.now()
    VideoPage.objects.filter(title="First").update(closes_at=now + dt.timedelta(hours=2))
    VideoIndexPage.objects.update(opens_at=now + dt.timedelta(hours=1))
    seen = [version.present_version(now + dt.timedelta(minutes=minutes)) for minutes in (0, 59, 61, 119, 121, 200)]
    assert [seen.index(each) for each in seen] == [0, 0, 2, 2, 4, 4]


def test_what_visitors_do_keeps_the_etag(section):
    before = etag(section.url)
    video = VideoPage.objects.get(title="First")
    unlock(browser(), video)
    unlock(browser(), video, "a-wrong-password")
    VideoPage.objects.update(views=5)
    video.save_revision()  # a draft
    assert etag(section.url) == before


def test_another_address_host_language_release_or_settings_has_another_etag(section, monkeypatch):
    seen = [etag("/"), etag("/?p=2"), etag(section.url), etag("/", HTTP_HOST="other.example")]
    with translation.override("de"):
        monkeypatch.setattr(conditional, "get_language", lambda: "de")
        seen.append(etag("/"))
    monkeypatch.setattr(conditional, "release", lambda: "another release")
    seen.append(etag("/"))
    assert len(set(seen)) == len(seen)


def test_the_release_changes_with_static_files_and_settings(settings, monkeypatch):
    first = release.release.__wrapped__()
    monkeypatch.setattr(release.staticfiles_storage, "hashed_files", {"a.css": "a.1234.css"}, raising=False)
    second = release.release.__wrapped__()
    settings.ENV = settings.ENV._replace(TIME_ZONE="Asia/Tokyo") if hasattr(settings.ENV, "_replace") else "other"
    assert len({first, second, release.release.__wrapped__()}) == 3


def test_who_has_a_session_gets_no_etag_and_no_304(section):
    stranger, viewer, editor = etag("/"), browser(), browser(make_superuser())
    unlock(viewer, VideoPage.objects.get(title="First"))
    for client in (viewer, editor):
        for url in ("/", section.url):
            response = client.get(url, HTTP_IF_NONE_MATCH=stranger)
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "private, no-store"
            assert "ETag" not in response.headers


def test_pages_with_a_form_or_a_player_and_errors_have_no_etag(section):
    guarded = make_section(password=PASSWORD)
    opened = make_video(section=section)
    VideoPage.objects.filter(pk=opened.pk).update(open_to_everyone=True)
    locked = make_video(section=section)
    private = make_section()
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    for url in (guarded.url, opened.url, locked.url, private.url, "/no-such-page/"):
        response = browser().get(url)
        assert "ETag" not in response.headers, url
        assert response.headers.get("Cache-Control") != conditional.REVALIDATE, url
    assert "ETag" not in browser().post(section.url, {"password": "a"}).headers


def test_a_page_that_became_private_is_not_answered_with_304(section):
    old = etag(section.url)
    PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)
    assert browser().get(section.url, HTTP_IF_NONE_MATCH=old).status_code == 302


def test_without_a_trigger_or_in_debug_mode_no_page_has_an_etag(section):
    with override_settings(DEBUG=True):
        assert "ETag" not in browser().get("/").headers
    old = etag("/")
    with connection.cursor() as cursor:
        cursor.execute(triggers.removals()[0])
    response = browser().get("/", HTTP_IF_NONE_MATCH=old)
    assert response.status_code == 200
    assert "ETag" not in response.headers
    triggers.install()
    assert etag("/") != old


def test_a_change_that_is_rolled_back_keeps_the_etag(section):
    from django.db import transaction

    before = etag("/")
    with transaction.atomic():
        Page.objects.update(title="Never")
        transaction.set_rollback(True)
    assert etag("/") == before


def test_all_tables_that_these_pages_read_are_watched(section):
    from django.apps import apps

    source = make_video("Source", section=section, video_file=make_video_file())
    source.create_alias(parent=section, update_slug="an-alias")
    make_section(parent=section)
    block_pages.home_with(*block_pages.every_block(source, section, picture()))
    about = get_home().add_child(instance=OrdinaryPage(title="About"))
    block_pages.put(about, block_pages.newest(), block_pages.text())
    browser().get("/")
    with CaptureQueriesContext(connection) as queries:
        browser().get("/")
        browser().get(section.url)
        browser().get(about.url)
    read = set(re.findall(r'(?:FROM|JOIN) "?(\w+)"?', " ".join(query["sql"] for query in queries)))
    watched = {apps.get_model(label)._meta.db_table for label in triggers.WATCHED}
    assert read - READ_BUT_NOT_SHOWN <= watched, read
    assert len(read & watched) >= 8


def test_the_token_is_one_row_of_a_fresh_database():
    assert ShownVersion.objects.count() == 1
    assert get_home()
