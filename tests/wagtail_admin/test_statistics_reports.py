"""The two reports: their days, sections and exports; sums that agree; and nobody's section but one's own."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.analytics.rows import typed, view
from tests.factories import browser, get_home, make_section, make_superuser, make_video, make_video_file
from tests.wagtail_admin.page_screens import make_editor_of
from tests.wagtail_admin.statistics import ago, shown
from video_pages.analytics import rollup
from video_pages.analytics.day_bounds import EARLIEST, MOST_AHEAD, MOST_DAYS

pytestmark = pytest.mark.django_db

VIDEOS, DAYS = "/admin/reports/videos/", "/admin/reports/video-days/"
WHOLE, HALF = [(0, 100)], [(0, 50)]
AS_PEOPLE = "a browser that watches two videos is one viewer of the sum."
ADDED_UP = "a browser that watches two videos is a viewer of each, and counts twice in the sum."


@pytest.fixture
def owner():
    get_home()
    return browser(make_superuser())


@pytest.fixture
def library():
    """Two films of Mine, one of Other; Ann watches one of each today."""
    mine, other = make_section("Mine"), make_section("Other")
    file = make_video_file(duration=100.0)
    films = [
        make_video("Alpha", section=mine, video_file=file),
        make_video("Beta", section=make_section("Inner", parent=mine), video_file=file),
        make_video("Gamma", section=other, video_file=file),
    ]
    view(films[0], ago(0), viewer="ann", played=WHOLE)
    view(films[1], ago(3), viewer="ben", played=HALF)
    view(films[1], ago(3), viewer="ben", played=HALF)
    view(films[2], ago(0), viewer="ann", played=HALF)
    view(films[2], ago(3), viewer="cat")
    view(films[2], ago(3), viewer="dan")
    typed(mine, ago(0), right=3)
    typed(films[2], ago(3), wrong=2)
    rollup.roll_up()
    return {"mine": mine, "other": other, "films": films}


def rows(client, address, query=""):
    """Return the export of a report as a list of dictionaries."""
    answer = client.get(f"{address}?export=csv&{query}")
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def titles(client, query=""):
    return [row["Title"] for row in rows(client, VIDEOS, query)]


class TestVideos:
    def test_a_line_for_each_video_most_views_first(self, owner, library):
        answer = owner.get(VIDEOS)
        assert [row.title for row in answer.context["object_list"]] == ["Gamma", "Beta", "Alpha"]
        assert f"/admin/videos/{library['films'][0].pk}/statistics/" in answer.content.decode()

    def test_the_lines_add_up_to_the_sum_above_them(self, owner, library):
        answer = owner.get(VIDEOS)
        numbers = shown(answer)
        lines = answer.context["object_list"]
        assert numbers["views"] == "6" == str(sum(row.views for row in lines))
        assert int(numbers["completed"]) == sum(row.completed for row in lines) == 1
        assert int(numbers["refused_guesses"]) == sum(row.refused_guesses for row in lines) == 2
        # Passwords typed at a section are the sum's alone; Ann is one viewer of the site, and one of two films.
        assert numbers["unlocks"] == "3"
        assert (numbers["unique_viewers"], sum(row.unique_viewers for row in lines)) == ("4", 5)

    def test_both_reports_and_the_export_say_the_same(self, owner, library):
        for query in ("", f"section={library['mine'].pk}", f"days_from={timezone.localdate()}"):
            by_video, by_day = rows(owner, VIDEOS, query), rows(owner, DAYS, query)
            for heading in ("Views", "Watched to the end", "Seconds watched", "Refused guesses"):
                assert sum(int(row[heading]) for row in by_video) == sum(int(row[heading]) for row in by_day)

    def test_a_section_and_days_are_chosen(self, owner, library):
        assert titles(owner, f"section={library['mine'].pk}") == ["Beta", "Alpha"]
        answer = owner.get(f"{VIDEOS}?section={library['mine'].pk}&days_from={timezone.localdate()}")
        assert [(row.title, row.views) for row in answer.context["object_list"]] == [("Alpha", 1), ("Beta", 0)]
        assert (shown(answer)["views"], shown(answer)["unlocks"]) == ("1", "3")

    @pytest.mark.parametrize("query", ["days_from=x", "section=999999", "days_from=2026-05-02&days_to=2026-05-01"])
    def test_odd_filters_break_nothing(self, owner, library, query):
        assert owner.get(f"{VIDEOS}?{query}").status_code == 200
        assert owner.get(f"{DAYS}?{query}").status_code == 200

    @pytest.mark.parametrize(
        ("ordering", "first"),
        [
            ("title", "Alpha"),
            ("-title", "Gamma"),
            ("views", "Alpha"),
            ("-watch_seconds", "Alpha"),
            ("nonsense", "Gamma"),
        ],
    )
    def test_columns_order_it(self, owner, library, ordering, first):
        assert titles(owner, f"ordering={ordering}")[0] == first

    def test_videos_without_reports_come_last(self, owner, library):
        nobody = make_video("Delta", section=library["other"])
        for ordering in ("average_share", "-average_share"):
            assert titles(owner, f"ordering={ordering}")[-1] == nobody.title

    def test_the_export_has_every_number(self, owner, library):
        (alpha,) = [row for row in rows(owner, VIDEOS) if row["Title"] == "Alpha"]
        assert alpha == {
            "Title": "Alpha", "Section": "Mine", "Id": str(library["films"][0].uuid), "Views": "1", "Viewers": "1",
            "Watched to the end": "1", "Seconds watched": "100", "Average watched (percent)": "100", "Unlocks": "0",
            "Refused guesses": "0", "Downloads": "0",
        }  # fmt: skip

    def test_a_spreadsheet_holds_numbers(self, owner, library):
        answer = owner.get(f"{VIDEOS}?export=xlsx")
        assert "statistics-by-video-" in answer["Content-Disposition"]
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
        table = list(sheet.values)
        assert table[0][:4] == ("Title", "Section", "Id", "Views")
        assert [(line[0], line[3]) for line in table[1:]] == [("Gamma", 3), ("Beta", 2), ("Alpha", 1)]

    def test_a_title_does_not_compute_in_its_readers_spreadsheet(self, owner):
        make_video("=HYPERLINK(1)")
        assert titles(owner) == ["'=HYPERLINK(1)"]

    def test_its_queries_do_not_grow_with_videos(self, owner, library):
        owner.get(VIDEOS)

        def ask():
            with CaptureQueriesContext(connection) as asked:
                owner.get(VIDEOS)
            return len(asked)

        few = ask()
        for number in range(3):
            view(make_video(section=library["other"]), ago(0), viewer=f"viewer-{number}")
        assert ask() == few

    def test_an_empty_site_says_what_to_do(self, owner):
        assert "Upload one" in owner.get(VIDEOS).content.decode()


class TestDays:
    def test_a_line_for_each_day_and_a_chart(self, owner, library):
        answer = owner.get(DAYS)
        lines = answer.context["object_list"]
        assert len(lines) == 28
        assert (lines[0].day, lines[0].views, lines[3].views) == (timezone.localdate(), 2, 4)
        assert 'role="img"' in answer.content.decode()

    @pytest.mark.parametrize(
        "query",
        ["days_from=1000-01-01", "days_to=0001-01-05", "days_from=0001-01-01&days_to=9999-12-31", "days_to=9999-12-31"],
    )
    def test_no_more_days_are_drawn_or_exported_than_may_be_asked_for(self, owner, library, query):
        answer = owner.get(f"{DAYS}?{query}")
        assert answer.status_code == 200
        chosen = answer.context["chosen"]
        assert EARLIEST <= chosen.first <= chosen.last <= timezone.localdate() + MOST_AHEAD
        assert len(rows(owner, DAYS, query)) == (chosen.last - chosen.first).days + 1 <= MOST_DAYS
        assert owner.get(f"{VIDEOS}?{query}").context["chosen"] == chosen

    def test_what_filters_refresh_is_only_the_results(self, owner, library):
        for address in (VIDEOS, DAYS):
            answer = owner.get(f"{address}results/?days_from={timezone.localdate()}")
            assert answer.status_code == 200
            assert "<html" not in answer.content.decode()


class TestOneSection:
    """An editor of one section sees it, and nothing of any other, in every report, sum and file."""

    @pytest.fixture
    def editor(self, library):
        return browser(make_editor_of(library["mine"], "add", "change"))

    def test_lines_and_sums_are_of_their_section(self, editor, library):
        assert titles(editor) == ["Beta", "Alpha"]
        answer = editor.get(VIDEOS)
        assert (shown(answer)["views"], shown(answer)["unlocks"], shown(answer)["unique_viewers"]) == ("3", "3", "2")
        assert sum(int(row["Views"]) for row in rows(editor, DAYS)) == 3

    def test_another_section_is_no_choice_and_can_not_be_asked_for(self, editor, library):
        for address in (VIDEOS, DAYS):
            html = editor.get(f"{address}?section={library['other'].pk}").content.decode()
            assert "Other" not in html and "Gamma" not in html
            export = editor.get(f"{address}?export=csv&section={library['other'].pk}")
            assert export.status_code == 302, "a filter that is not valid would be left out"
        assert titles(editor) == ["Beta", "Alpha"]

    def test_of_two_sections_the_videos_are_summed(self, library):
        make_editor_of(library["mine"].get_children().last().specific, "change", name="both")
        both = browser(make_editor_of(library["other"], "change", name="both"))
        assert titles(both) == ["Gamma", "Beta"]
        assert shown(both.get(VIDEOS))["views"] == "5"

    def test_how_viewers_are_counted_is_said_as_it_is(self, library):
        """Of a section or the site they are people; of the videos of two sections they are added up."""
        view(library["films"][1], ago(0), viewer="ann")
        inner = library["mine"].get_children().last().specific
        make_editor_of(inner, "change", name="both")
        both = browser(make_editor_of(library["other"], "change", name="both"))
        for address in (VIDEOS, DAYS):
            answer = both.get(address)
            # Ann watched a film in each today: one of Ben, Cat, Dan and two of her.
            assert shown(answer)["unique_viewers"] == "5"
            assert ADDED_UP in answer.content.decode() and AS_PEOPLE not in answer.content.decode()
            answer = both.get(f"{address}?section={library['other'].pk}")
            assert AS_PEOPLE in answer.content.decode() and ADDED_UP not in answer.content.decode()

    def test_visitors_and_users_without_pages_see_none(self, library):
        for address in (VIDEOS, DAYS, f"{VIDEOS}results/"):
            assert browser().get(address).status_code == 302

    def test_it_stands_in_the_reports_menu(self, editor):
        assert VIDEOS in editor.get("/admin/").content.decode()


def test_the_sum_of_everything_is_said_to_be_of_the_site(owner, library):
    assert "The whole site." in owner.get(VIDEOS).content.decode()
    day = timezone.localdate() - dt.timedelta(days=3)
    assert shown(owner.get(f"{VIDEOS}?days_from={day}&days_to={day}"))["views"] == "4"
