"""The templates of sections and videos, in each state of a page."""

import re

import pytest
from django.template.loader import render_to_string

from tests import factories
from video_pages.models import VideoFile, VideoPage

pytestmark = pytest.mark.django_db

STILL = "data:image/webp;base64,UklGRhoAAABXRUJQVlA4TA0AAAAvDwAC"


def text_of(response):
    """Return the text of a page without its tags, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def open_video(**options):
    video = factories.make_video(password=None, **options)
    VideoPage.objects.filter(pk=video.pk).update(open_to_everyone=True)
    return video


class TestSection:
    def test_a_section_lists_its_sections_and_films(self, client):
        section = factories.make_section("Lectures", intro="<p>All of <b>them</b>.</p>")
        factories.make_section("Advanced", parent=section, password="a-long-password")
        factories.make_video("The first", section=section)
        response = client.get(section.url)
        text = text_of(response)
        assert "All of <b>them</b>." in response.content.decode()
        assert "Advanced" in text
        assert "Opens with a password." in text
        assert "The first" in text

    def test_an_empty_section_says_so(self, client):
        assert "There are no films in this section yet." in text_of(client.get(factories.make_section().url))

    def test_a_locked_section_carries_the_form_above_its_cards(self, client):
        section = factories.make_section("The club", password="a-long-password")
        factories.make_video("For members", section=section, password=None)
        html = client.get(section.url).content.decode()
        assert html.index('name="password"') < html.index("For members")
        assert "Open the films" in html
        assert "Yours until" not in html

    def test_an_unlocked_section_says_until_when(self, client):
        section = factories.make_section("The club", password="a-long-password")
        factories.make_video("For members", section=section, password=None)
        assert factories.unlock(client, section, "a-long-password").status_code == 303
        response = client.get(section.url)
        assert "Yours until" in text_of(response)
        assert "Unlocked · 1 h" in text_of(response)
        assert 'name="password"' not in response.content.decode()

    def test_a_section_whose_password_opens_none_of_its_films_says_so_to_whoever_typed_it(self, client):
        section = factories.make_section("The club", password="a-long-password")
        factories.make_video("For one", section=section)
        sentence = "Each of these films has a password of its own"
        assert sentence not in text_of(client.get(section.url))
        factories.unlock(client, section, "a-long-password")
        assert sentence in text_of(client.get(section.url))
        factories.make_video("For members", section=section, password=None)
        assert sentence not in text_of(client.get(section.url))

    def test_a_long_section_goes_on_at_a_second_page(self, client):
        section, file = factories.make_section(order="newest"), factories.make_video_file()
        for number in range(25):
            factories.make_video(f"Film {number}", section=section, video_file=file, password=None)
        response = client.get(section.url)
        assert "Newest first Older films" in text_of(response)
        assert 'rel="next" href="?after=n' in response.content.decode()
        assert "Newest films Newer films" in text_of(client.get(section.url, {"p": 2}, follow=True))

    def test_breadcrumbs_lead_home_and_end_at_the_section_itself(self, client):
        outer = factories.make_section("Outer")
        inner = factories.make_section("Inner", parent=outer)
        html = client.get(inner.url).content.decode()
        assert f'<a class="breadcrumbs__link" href="{outer.url}">Outer</a>' in html
        assert '<span aria-current="page">Inner</span>' in html

    def test_it_is_named_once_and_not_again_on_its_films(self, client):
        section = factories.make_section("Winter season", password=factories.PASSWORD)
        factories.make_video("Salt flats", section=section)
        main = client.get(section.url).content.decode().partition("<main")[2]
        assert main.count("Winter season") == 3  # the breadcrumb, the heading, and what the password opens
        assert '<p class="password-form__kicker">' not in main
        factories.unlock(client, section)
        main = client.get(section.url).content.decode().partition("<main")[2]
        assert main.count("Winter season") == 2
        assert "Winter season" in text_of(client.get("/")), "elsewhere films name their section"


class TestCard:
    def test_the_whole_card_is_one_link_named_by_its_title(self, client):
        video = factories.make_video("Salt flats")
        html = client.get(video.get_parent().url).content.decode()
        assert html.count(f'href="{video.url}"') == 1
        assert f'<a class="video-card__link" href="{video.url}">Salt flats</a>' in html

    def test_a_still_is_inline_and_has_no_address(self, client):
        video = factories.make_video(video_file=factories.make_video_file(still=STILL, duration=5530))
        html = client.get(video.get_parent().url).content.decode()
        assert f'src="{STILL}"' in html
        assert "1:32:10" in html
        assert "/stream/" not in html

    def test_without_any_picture_the_card_is_neutral(self, client):
        video = factories.make_video()
        assert "cover__neutral" in client.get(video.get_parent().url).content.decode()

    def test_an_open_film_shows_no_lock(self, client):
        video = open_video()
        assert "video-card__lock" not in client.get(video.get_parent().url).content.decode()


class TestLockedPage:
    def test_it_names_the_film_its_section_and_its_length(self, client):
        file = factories.make_video_file(duration=5530)
        video = factories.make_video("Salt flats", section=factories.make_section("Reviews"), video_file=file)
        text = text_of(client.get(video.url))
        assert "Reviews 1 h 32 min" in text
        assert "Salt flats" in text
        assert "until the film is over" in text

    def test_a_film_without_a_password_says_that_nobody_can_open_it(self, client):
        response = client.get(factories.make_video(password=None).url)
        assert "Nobody can open this film yet" in text_of(response)
        assert 'name="password"' not in response.content.decode()

    @pytest.mark.parametrize("shown", [True, False])
    def test_the_description_is_shown_only_if_the_owner_says_so(self, client, shown):
        video = factories.make_video(description="<p>The <b>gardener</b>.</p>", show_description=shown)
        assert ("<b>gardener</b>" in client.get(video.url).content.decode()) is shown

    def test_markup_in_a_title_stays_text(self, client):
        video = factories.make_video("<script>alert(1)</script>")
        for address in (video.url, video.get_parent().url, "/"):
            assert "<script>alert" not in client.get(address).content.decode()


class TestPlayerPage:
    def test_the_player_is_one_quiet_video_element(self, client):
        video = open_video(description="<p>Notes by Friday.</p>")
        html = client.get(video.url).content.decode()
        (element,) = re.findall(r"<video[^>]*>", html)
        assert 'id="player"' in element
        assert 'preload="none"' in element
        assert "playsinline" in element
        assert f'src="/stream/{video.uuid}/source"' in html
        assert "Notes by Friday." in html

    def test_script_and_poster_are_requested_first_and_fonts_do_not_delay_them(self, client):
        video = open_video()
        without = client.get(video.url).content.decode()
        assert '<link rel="modulepreload" href="/static/bundles/js/player_page.js">' in without
        assert 'as="image"' not in without and 'as="font"' not in without
        VideoFile.objects.filter(pk=video.video_file_id).update(poster_version=1)
        html = client.get(video.url).content.decode()
        assert f'<link rel="preload" href="/stream/{video.uuid}/poster" as="image">' in html
        assert f'poster="/stream/{video.uuid}/poster"' in html

    def test_the_pages_carry_no_script_or_style_of_their_own(self, client):
        video = open_video()
        for address in ("/", "/search/", video.get_parent().url, video.url, factories.make_video().url):
            html = client.get(address).content.decode()
            assert re.findall(r"<script[^>]*></script>", html), address
            # Data that describes a film is no script: no browser runs it.
            assert not re.search(r'<script(?![^>]* src=)(?! type="application/ld\+json">)[^>]*>', html), address
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html), address

    def test_the_player_waits_for_its_module_with_the_names_and_times_of_chapters_beside_it(self, client):
        file = factories.make_video_file(duration=100.0)
        file.chapters = [{"start_seconds": 0, "title": "Arrival"}, {"start_seconds": 65.5, "title": "<i>Night</i>"}]
        file.save()
        html = client.get(open_video(video_file=file).url).content.decode()
        assert 'data-player-chapter="65.500"' in html and ">1:05<" in html
        assert "&lt;i&gt;Night" in html and "<i>Night" not in html

    def test_the_form_in_place_is_there_only_for_a_browser_that_typed_a_password(self, client):
        video = factories.make_video()
        factories.unlock(client, video)
        assert "data-player-password-dialog" in client.get(video.url).content.decode()
        assert "data-player-password-dialog" not in client.get(open_video().url).content.decode()

    def test_a_visitor_sees_the_end_of_access_and_an_editor_the_reason(self, client):
        video = factories.make_video()
        factories.unlock(client, video)
        assert "Yours until" in text_of(client.get(video.url))
        editor = factories.browser(factories.make_superuser())
        text = text_of(editor.get(video.url))
        assert "Open to you because you may edit it" in text
        assert "Yours until" not in text

    def test_a_file_in_work_says_how_far_it_is(self, client):
        file = factories.make_video_file()
        type(file.job).objects.filter(pk=file.job.pk).update(state="processing", progress=40)
        response = client.get(open_video(video_file=file).url)
        assert "This film is still being prepared (40%)." in text_of(response)
        assert 'id="player"' in response.content.decode()

    def test_a_file_in_work_that_cannot_play_yet_shows_its_progress_alone(self, rf):
        job = {"state": "queued", "progress": 0}
        html = render_to_string("components/player.html", {"processing": job, "stream": None}, rf.get("/"))
        assert "This film is being prepared (0%)" in html
        assert "<video" not in html

    def test_a_refused_file_is_shown_without_the_reason_for_editors(self, client):
        file = factories.make_video_file()
        type(file.job).objects.filter(pk=file.job.pk).update(state="refused", reason="Stream 3 is odd.")
        response = client.get(open_video(video_file=file).url)
        assert "This film can’t be shown" in response.content.decode()
        assert b"Stream 3" not in response.content

    def test_a_page_whose_file_is_gone_says_so(self, client):
        video = open_video()
        VideoFile.objects.filter(pk=video.video_file_id).delete()
        assert "There is no film on this page yet" in text_of(client.get(video.url))
