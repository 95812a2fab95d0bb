"""The addresses that are asked, what is expected, and what makes a row red. Answers come from the test client."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from tests import factories
from video_pages.access import passwords
from video_pages.access.downloads import set_downloads
from video_pages.access.set_listed import set_listed
from video_pages.core import clock
from video_pages.models import VideoFile, VideoPage
from video_pages.self_test.addresses import section_probes, site_probes, video_probes
from video_pages.self_test.client import Answer
from video_pages.self_test.facts import read_facts
from video_pages.self_test.judging import judge, paths_in
from video_pages.self_test.running import site_roots

pytestmark = pytest.mark.django_db


def asked(video=None):
    """Return [Row] of the questions about `video`, or about the site, answered by the site in this process."""
    roots = site_roots()
    facts = read_facts(roots, clock.now())
    if video is None:
        probes = list(site_probes(facts, ""))
    else:
        page = VideoPage.objects.get(pk=video.pk)
        probes = list(video_probes(page, facts, roots, ""))
        probes += section_probes(page.get_parent().specific, facts, roots, "")
    client = Client()
    refusal = client.get("/stream/5d6c1a9e-93d0-4c51-b0c0-2f5a8f1c7a11/source").content
    return [judge(probe, ask(client, probe.path), open_uuids=facts.open_uuids, refusal=refusal) for probe in probes]


def ask(client, path):
    response = client.get(path, headers={"Range": "bytes=0-1"} if path.startswith("/stream/") else {})
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = {name.lower(): value for name, value in response.items()}
    headers |= {"set-cookie": response.cookies.output()} if response.cookies else {}
    return Answer(response.status_code, headers, body)


def red(rows):
    return [(row.what, row.found) for row in rows if not row.ok]


MAKE = {
    "locked": lambda: factories.make_video(),
    "without a password": lambda: factories.make_video(password=None),
    "by its section": lambda: factories.make_video(
        section=factories.make_section(password="a section's password"), password=None
    ),
    "draft": lambda: factories.make_video(live=False),
    "past its end": lambda: factories.make_video(expire_at=clock.now()),
    "without a file that plays": lambda: factories.make_video(video_file=factories.make_video_file(playable=False)),
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_every_row_of_a_video_that_is_not_open_is_green(make):
    rows = asked(make())
    assert red(rows) == []
    assert {row.what for row in rows} >= {"page", "source", "download", "status", "search", "section"}


def test_every_row_of_an_open_video_is_green_with_and_without_downloads():
    video = factories.make_video()
    passwords.set_open(video, True)
    assert red(asked(video)) == []
    set_downloads(video, "allowed")
    assert red(asked(video)) == []


def test_private_unlisted_and_aliased_videos_are_green():
    private, hidden = factories.make_video(), factories.make_video()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    set_listed(hidden, "nowhere")
    alias = factories.make_video().create_alias(update_slug="alias")
    for video in (private, hidden, alias):
        assert red(asked(video)) == []
    assert red(asked()) == []


def test_names_of_renditions_storyboard_and_tracks_are_asked():
    video = factories.make_video()
    VideoFile.objects.filter(pk=video.video_file_id).update(package="0123456789ab")
    video.video_file.renditions.create(package="0123456789ab", kind="video", name="1080p")
    track = video.video_file.text_tracks.create(language="en")
    names = {row.path.partition(f"{video.uuid}/")[2] for row in asked(video)}
    assert {"0123456789ab/1080p.mp4", "0123456789ab/1080p.m3u8", "0123456789ab/storyboard.vtt"} <= names
    assert {f"tracks/{track.pk}.vtt", "hls/master.m3u8", "poster", "chapters.vtt"} <= names


def rows_not_prepared(query, viewer, *values, **fixed):
    return list(query._for(viewer.without_values(), fixed)(viewer.now, viewer.videos, *values))


class TestLeaks:
    """Each of these is a leak on purpose."""

    def test_an_open_stream_of_a_locked_video(self, monkeypatch):
        from video_pages.delivery import views  # noqa: PLC0415 - only this test breaks it

        video = factories.make_video()
        monkeypatch.setattr(views, "decide", lambda *args, **kwargs: views.Verdict(True, "open"))
        whats = dict(red(asked(video)))
        assert whats["source"].startswith("206")
        assert {"source", "status", "chapters.vtt"} <= whats.keys()

    def test_a_rule_that_opens_a_video_without_the_mark(self, monkeypatch):
        from video_pages.access import decide  # noqa: PLC0415 - only this test breaks it

        video = factories.make_video()
        allowed = decide.Verdict(True, decide.Reason.OPEN)
        monkeypatch.setattr(decide, "judge", lambda facts, now: allowed)
        assert {"page", "source"} <= dict(red(asked(video))).keys()

    def test_a_page_that_shows_the_hidden_description(self):
        text = "The murderer is the gardener of the neighbours."
        video = factories.make_video(description=f"<p>{text}</p>")
        roots = site_roots()
        probes = video_probes(VideoPage.objects.get(pk=video.pk), read_facts(roots, clock.now()), roots, "")
        page = next(each for each in probes if each.what == "page")
        for content, is_green in (("A page.", True), (f"<p>{text}</p>", False)):
            answer = Answer(200, {"content-type": "text/html; charset=utf-8"}, content.encode())
            assert judge(page, answer, open_uuids=frozenset(), refusal=None).ok == is_green

    def test_a_list_that_names_an_unlisted_video(self, monkeypatch):
        from video_pages.pages import querysets, viewer_queries  # noqa: PLC0415 - only this test breaks them

        video = factories.make_video()
        VideoPage.objects.filter(pk=video.pk).update(listed="nowhere")
        monkeypatch.setattr(
            querysets.VideoPageQuerySet, "in_lists", lambda self, *args, **kwargs: self.filter(list_entry__isnull=False)
        )
        # Texts with the leak must not stay prepared for the tests that come later in this process.
        monkeypatch.setattr(viewer_queries.ViewerQuery, "rows", rows_not_prepared)
        assert any(video.url in found for _what, found in red(asked(video)) + red(asked()))

    def test_another_refusal(self):
        probe = next(each for each in self.probes() if each.what == "source")
        answer = Answer(403, {"content-type": "text/plain"}, b"This film is processed at the moment.")
        row = judge(probe, answer, open_uuids=frozenset(), refusal=b"This video is locked.")
        assert not row.ok

    def test_a_session_for_a_stranger_and_a_sign_in_elsewhere(self):
        page, admin = (next(each for each in self.probes() if each.what == what) for what in ("page", "admin"))
        cookie = Answer(200, {"content-type": "text/html", "set-cookie": "sessionid=x; Path=/"}, b"")
        away = Answer(302, {"location": "https://elsewhere.example/"}, b"")
        for probe, answer in ((page, cookie), (admin, away), (page, Answer(0, error="refused"))):
            assert not judge(probe, answer, open_uuids=frozenset(), refusal=None).ok

    def test_a_stream_address_of_a_locked_video_in_a_list(self):
        video = factories.make_video()
        page = next(each for each in self.probes() if each.what == "search")
        answer = Answer(
            200, {"content-type": "application/json"}, f'{{"poster": "/stream/{video.uuid}/poster"}}'.encode()
        )
        assert not judge(page, answer, open_uuids=frozenset(), refusal=None).ok
        assert judge(page, answer, open_uuids=frozenset([str(video.uuid)]), refusal=None).ok

    def probes(self):
        roots = site_roots()
        facts = read_facts(roots, clock.now())
        return list(video_probes(factories.make_video(), facts, roots, ""))


def test_paths_are_found_in_html_xml_and_json():
    text = (
        '<a href="/a/"> <loc>https://x.example/b/</loc> {"url": "https:\\/\\/x.example\\/c\\/"} \'/d/?q=1\' "/%C3%A4/"'
    )
    assert {"/a/", "/b/", "/c/", "/d/", "/ä/"} <= paths_in(text)


def test_the_address_of_a_page_is_the_one_that_wagtail_gives():
    video = factories.make_video()
    facts = read_facts(site_roots(), clock.now())
    VideoPage.objects.filter(pk=video.pk).update(listed="nowhere")
    facts = read_facts(site_roots(), clock.now())
    assert urlsplit(video.full_url).path in facts.unlisted
