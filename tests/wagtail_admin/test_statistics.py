"""The statistics of a video: its screen, and the panels of page editor and dashboard."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.analytics.rows import typed, view
from tests.factories import browser, get_home, make_section, make_superuser, make_user, make_video, make_video_file
from tests.wagtail_admin.page_screens import make_editor_of, screen
from tests.wagtail_admin.statistics import ago, shown
from video_pages.analytics import rollup
from video_pages.analytics.day_bounds import EARLIEST, MOST_AHEAD, MOST_DAYS
from video_pages.analytics.services import count_view
from video_pages.models import VideoFile, VideoPage, VideoView

pytestmark = pytest.mark.django_db

WHOLE, HALF = [(0, 100)], [(0, 50)]


def page_of(video, query=""):
    return f"/admin/videos/{video.pk}/statistics/{query}"


@pytest.fixture
def owner():
    get_home()
    return browser(make_superuser())


@pytest.fixture
def video():
    return make_video("Harbour", video_file=make_video_file(duration=100.0))


@pytest.fixture
def watched(video):
    """Three views of the last days, one of two months ago."""
    view(video, ago(0), viewer="ann", device="phone", referrer="school.example", played=WHOLE)
    view(video, ago(2), viewer="ben", device="computer", played=HALF)
    view(video, ago(2), viewer="ben", device="computer")
    view(video, ago(60), viewer="cat", device="tv", referrer="old.example", played=WHOLE)
    typed(video, ago(2), right=2, wrong=1)
    rollup.roll_up()
    return video


class TestThePageOfAVideo:
    def test_it_shows_the_numbers_of_the_last_28_days(self, owner, watched):
        answer = owner.get(page_of(watched))
        assert shown(answer) == {
            "views": "3", "unique_viewers": "2", "completed": "1", "watch_seconds": "2 min",
            "average": "75% 1:15", "unlocks": "2", "refused_guesses": "1",
        }  # fmt: skip
        html = answer.content.decode()
        assert "school.example" in html and "old.example" not in html
        for words in ("Phone", "Computer", "67%"):
            assert words in html
        assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize(("query", "views"), [("?days=7", "3"), ("?days=90", "4"), ("?days=365", "4")])
    def test_a_button_chooses_more_or_fewer_days(self, owner, watched, query, views):
        answer = owner.get(page_of(watched, query))
        assert shown(answer)["views"] == views
        assert answer.content.decode().count('aria-current="true"') == 1

    def test_two_dates_choose_what_lies_between(self, owner, watched):
        day = timezone.localdate(ago(2))
        assert shown(owner.get(page_of(watched, f"?first={day}&last={day}")))["views"] == "2"
        assert shown(owner.get(page_of(watched, f"?first={timezone.localdate(ago(70))}")))["views"] == "4"
        assert shown(owner.get(page_of(watched, f"?last={timezone.localdate(ago(50))}")))["views"] == "1"

    @pytest.mark.parametrize(
        "query",
        [
            "?first=2026-02-02&last=2026-02-01",
            "?first=yesterday",
            "?first=2026-02-31",
            "?first=0001-01-01&last=9999-12-31",
            f"?first={dt.date(2020, 1, 1)}&last={dt.date(2020, 1, 1) + dt.timedelta(days=MOST_DAYS)}",
        ],
    )
    def test_invalid_dates_show_an_error_and_the_default_days(self, owner, watched, query):
        answer = owner.get(page_of(watched, query))
        assert answer.status_code == 200
        assert answer.context["days_form"].errors
        assert shown(answer)["views"] == "3"

    @pytest.mark.parametrize(
        "query", ["?last=0001-01-05", "?first=0001-01-01", "?first=9999-12-31", "?last=9999-12-31", "?first=1999-12-31"]
    )
    def test_dates_far_away_are_limited(self, owner, watched, query):
        answer = owner.get(page_of(watched, query))
        assert answer.status_code == 200
        chosen = answer.context["chosen"]
        assert EARLIEST <= chosen.first <= chosen.last <= timezone.localdate() + MOST_AHEAD
        assert len(answer.context["days"]) <= MOST_DAYS

    def test_odd_queries_show_the_usual_days(self, owner, watched):
        for query in ("?days=0", "?days=-1", "?days=x", "?first=&last="):
            assert shown(owner.get(page_of(watched, query)))["views"] == "3"

    def test_every_chart_has_a_name_a_description_and_a_table(self, owner, watched):
        html = owner.get(page_of(watched)).content.decode()
        drawings = re.findall(r'<svg class="statistics-chart__drawing".*?</svg>', html, re.S)
        assert len(drawings) == 2
        for drawing in drawings:
            assert 'role="img"' in drawing
            name, words = re.search(r'aria-labelledby="(\S+) (\S+)"', drawing).groups()
            assert f'<title id="{name}">' in drawing and f'<desc id="{words}">' in drawing
        assert html.count("as a table</summary>") == 2
        assert len(re.findall(r"<rect ", drawings[0])) == 2 * 28

    def test_the_sum_of_the_days_in_the_table_is_the_total(self, owner, watched):
        answer = owner.get(page_of(watched))
        assert sum(counted.views for _day, counted in answer.context["days"]) == answer.context["total"].views == 3

    def test_numbers_are_written_as_the_browser_draws_them(self, owner, watched, settings):
        settings.USE_THOUSAND_SEPARATOR = True
        html = owner.get(page_of(watched)).content.decode()
        assert not re.search(r'(?:x|y|width|height)="[\d.]*,', html)

    def test_without_statistics_it_gives_advice(self, owner, video):
        assert "Send its address and password" in owner.get(page_of(video)).content.decode()
        draft = make_video(live=False)
        assert "once it is published" in owner.get(page_of(draft)).content.decode()
        VideoPage.objects.filter(pk=video.pk).update(views=7)
        html = owner.get(page_of(video)).content.decode()
        assert "Choose more days" in html and "7 views in total" in html

    def test_unlocks_without_views_are_not_nothing(self, owner, video):
        typed(video, ago(0), right=1)
        html = owner.get(page_of(video)).content.decode()
        assert "opened, and not begun" in html

    def test_wrong_passwords_alone_are_shown_without_devices(self, owner, video):
        typed(video, ago(0), wrong=6)
        html = owner.get(page_of(video)).content.decode()
        assert "Nobody has opened it; 6 wrong passwords were typed." in html
        for words in ("opened, and not begun", "devices", "How far people watched", "Where people came from"):
            assert words not in html

    def test_an_alias_leads_to_its_source(self, owner, watched):
        alias = watched.create_alias(parent=make_section(), update_slug="another-place")
        assert owner.get(page_of(alias)).url == page_of(watched)

    def test_hosts_are_text(self, owner, video):
        view(video, ago(0), referrer="<script>alert(1)</script>")
        assert "<script>alert(1)" not in owner.get(page_of(video)).content.decode()

    def test_its_queries_do_not_grow_with_days_or_views(self, owner, watched):
        owner.get(page_of(watched))

        def ask(query=""):
            with CaptureQueriesContext(connection) as asked:
                owner.get(page_of(watched, query))
            return len(asked)

        few = ask()
        for number in range(5):
            view(watched, ago(0), viewer=f"viewer-{number}", played=HALF)
        assert ask() == few == ask("?days=7")


class TestAfterANewVersion:
    def test_it_describes_the_present_version_and_counts_earlier_views_apart(self, owner, video):
        file = video.video_file
        VideoFile.objects.filter(pk=file.pk).update(source_version=2, package_version=2, duration=5)
        for number, (version, ranges) in enumerate([(f"{file.pk}.1", [(0, 90)]), (f"{file.pk}.2", [(0, 40)])]):
            row = view(video, ago(1), played=ranges)
            VideoView.objects.filter(pk=row.pk).update(version=version, watch_seconds=25 * (number + 1))
        answer = owner.get(page_of(video))
        html = " ".join(answer.content.decode().split())
        assert "1 of these views was of an earlier version of the film." in html
        assert shown(answer)["views"] == "2" and shown(answer)["average"] == "40% 0:02"

    def test_a_view_without_a_report_belongs_to_the_version_that_played_when_it_began(self, owner, video):
        version = video.video_file.version_name
        for ref in ("session:1", "session:2", "session:3"):
            count_view(video_id=video.pk, access_ref=ref, version=version, now=ago(1))
        VideoView.objects.filter(access_ref="session:1").update(last_report_at=ago(1), watched_buckets=9)
        assert "earlier version" not in owner.get(page_of(video)).content.decode()
        VideoFile.objects.filter(pk=video.video_file_id).update(source_version=2, package_version=2)
        for is_summed in (False, True):
            if is_summed:
                rollup.roll_up()
            html = " ".join(owner.get(page_of(video)).content.decode().split())
            assert "3 of these views were of an earlier version of the film." in html
            assert shown(owner.get(page_of(video)))["average"] == "–"

    def test_the_page_editor_shows_the_average_of_the_present_version_and_totals_mix_versions(self, owner, video):
        file = video.video_file
        VideoFile.objects.filter(pk=file.pk).update(source_version=2, package_version=2)
        for version, ranges in [(f"{file.pk}.1", [(0, 90)]), (f"{file.pk}.2", [(0, 40)])]:
            row = view(video, ago(1), played=ranges)
            VideoView.objects.filter(pk=row.pk).update(version=version)
        assert shown(owner.get(screen(video, "edit/")))["average"] == "40%"
        for address in ("/admin/", "/admin/reports/videos/", "/admin/reports/video-days/"):
            assert "The averages are of all versions of a film." in owner.get(address).content.decode()

    def test_views_of_before_count_where_nothing_was_replaced(self, owner, watched):
        assert "earlier version" not in owner.get(page_of(watched)).content.decode()


class TestWhoMay:
    def test_an_editor_of_the_section_sees_it_and_of_another_does_not(self, watched):
        mine = browser(make_editor_of(watched.get_parent(), "add", "change"))
        assert mine.get(page_of(watched)).status_code == 200
        other = browser(make_editor_of(make_section("Other"), "add", "change", "publish", name="other"))
        answer = other.get(page_of(watched))
        assert answer.status_code == 302 and answer.url == "/admin/"
        assert "Harbour" not in other.get("/admin/", follow=True).content.decode()

    def test_visitors_are_asked_to_sign_in(self, watched):
        for client in (browser(), browser(make_user())):
            answer = client.get(page_of(watched))
            assert answer.status_code == 302
            assert answer.url.startswith("/admin/login/")

    def test_a_page_that_is_no_video_has_none(self, owner):
        assert owner.get(page_of(make_section())).status_code == 404
        assert owner.get("/admin/videos/999999/statistics/").status_code == 404


class TestLinks:
    def test_from_the_listing_and_the_edit_screen(self, owner, watched):
        assert page_of(watched) in owner.get("/admin/videos/").content.decode()
        html = owner.get(screen(watched, "edit/")).content.decode()
        assert page_of(watched) in html
        assert shown(owner.get(screen(watched, "edit/")))["views"] == "3"

    def test_statistics_and_history_have_different_icons_in_the_menu_of_a_row(self, owner, watched):
        html = owner.get("/admin/videos/").content.decode()
        icons = {
            words: re.findall(rf'#icon-([\w-]+)"[^>]*></use></svg>\s*{words}\s*<', html)[0]
            for words in ("Statistics", "History")
        }
        assert icons == {"Statistics": "video-chart", "History": "history"}
        assert 'id="icon-video-chart"' in owner.get(reverse("wagtailadmin_sprite")).content.decode()

    def test_a_page_that_is_made_says_when_there_will_be_some(self, owner):
        section = make_section()
        html = owner.get(f"/admin/pages/add/video_pages/videopage/{section.pk}/").content.decode()
        assert "once the page has been saved" in html

    def test_from_the_player_for_who_may_edit(self, owner, watched):
        assert page_of(watched) in owner.get(watched.url).content.decode()
        visitor = browser()
        visitor.post(watched.url, {"password": "open-sesame"})
        assert page_of(watched) not in visitor.get(watched.url).content.decode()


class TestTheDashboard:
    def test_it_shows_sums_days_and_what_was_watched_most(self, owner, watched):
        second = make_video("Lighthouse")
        for number in range(4):
            view(second, ago(0), viewer=f"viewer-{number}")
        answer = owner.get("/admin/")
        assert shown(answer)["views"] == "7"
        html = answer.content.decode()
        panel = html[html.index('id="video-statistics') :]
        assert panel.index("Lighthouse") < panel.index("Harbour")
        assert page_of(second) in panel

    def test_an_editor_of_one_section_sees_the_sums_of_it_and_no_title_of_others(self, watched):
        other = make_video("Secret")
        view(other, ago(0), viewer="dan")
        answer = browser(make_editor_of(watched.get_parent(), "add", "change")).get("/admin/")
        assert shown(answer)["views"] == "3"
        assert "Secret" not in answer.content.decode()

    def test_an_empty_site_says_what_will_be_here(self, owner):
        assert "once there is a video to watch" in owner.get("/admin/").content.decode()
        make_video()
        assert "Nobody has watched anything yet" in owner.get("/admin/").content.decode()

    def test_who_has_no_right_to_pages_sees_none(self):
        user = make_user()
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        assert "video-statistics" not in browser(user).get("/admin/").content.decode()


def test_the_listing_shows_no_number_of_views_for_an_alias(owner, watched):
    watched.create_alias(parent=make_section("Field trips"), update_slug="another-place")
    owner.cookies["video_columns"] = "recent_views.views"
    rows = re.findall(r"<tr.*?</tr>", owner.get("/admin/videos/").content.decode(), re.S)
    cells = [re.findall(r"<td[^>]*>\s*(\d+|–)\s*</td>", row) for row in rows if "Harbour" in row]
    # Three in 30 days; the rows of this test were not counted on the page itself.
    assert sorted(cells) == [["3", "0"], ["–", "–"]]
